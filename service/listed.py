"""Which entries of registers the demonstration begins with: shops of every kind, and whoever else is a party."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of a register: of the site of the demonstration, or of all sites (`everywhere`)."""

    register: str
    key: str
    name: str
    name_en: str
    values: Mapping[str, object] = field(default_factory=dict)
    everywhere: bool = False


LISTED = (
    Listed(
        register="parties",
        key="b101",
        name="星港生活超市",
        name_en="Starport Market",
        values={
            "class": "anchor",
            "file_number": "ZH-001",
            "unit": "B101",
            "area": 2600,
            "kind": "retail",
            "opened_on": "2019-09-28",
            "contact": "店长 黄女士",
            "phone": "13900000101",
            "confirmed_on": "2026-01-08",
        },
    ),
    Listed(
        register="parties",
        key="c301",
        name="海岸影城",
        name_en="Coast Cinema",
        values={
            "class": "anchor",
            "file_number": "ZH-002",
            "unit": "C301",
            "area": 3100,
            "kind": "leisure",
            "opened_on": "2020-01-18",
            "contact": "值班经理",
            "phone": "13900000301",
            "confirmed_on": "2026-01-08",
        },
    ),
    Listed(
        register="parties",
        key="a12",
        name="悦衣坊",
        name_en="Joy Clothing",
        values={
            "class": "tenant",
            "file_number": "ZH-017",
            "unit": "A12",
            "area": 118.5,
            "kind": "retail",
            "opened_on": "2022-05-01",
            "contact": "周先生",
            "phone": "13900000112",
            "needs_care": True,
            "confirmed_on": "2026-01-09",
        },
    ),
    Listed(
        register="parties",
        key="a15",
        name="星辰咖啡",
        name_en="Star Coffee",
        values={
            "class": "tenant",
            "file_number": "ZH-031",
            "unit": "A15",
            "area": 86,
            "kind": "food",
            "opened_on": "2024-03-16",
        },
    ),
    Listed(
        register="parties",
        key="b101-keys",
        name="快手配钥匙",
        name_en="Quick Keys",
        values={
            "class": "merchant",
            "file_number": "SH-004",
            "unit": "B101-4",
            "area": 6,
            "kind": "service",
            "opened_on": "2023-07-01",
            "contact": "吕师傅",
            "phone": "13900000104",
        },
    ),
    Listed(
        register="parties",
        key="owners",
        name="业主委员会",
        name_en="Owners' committee",
        values={
            "class": "owners_committee",
            "contact": "主任 施女士",
            "phone": "13900000901",
        },
    ),
    Listed(
        register="parties",
        key="merchants",
        name="商户委员会",
        name_en="Merchants' committee",
        values={
            "class": "merchants_committee",
            "contact": "主任 黄女士",
            "phone": "13900000101",
        },
    ),
    Listed(
        register="parties",
        key="member-0417",
        name="会员0417",
        name_en="Member 0417",
        values={
            "class": "customer",
            "contact": "王女士",
            "phone": "13900000417",
        },
    ),
    Listed(
        register="tariff",
        key="cleaning",
        name="店内保洁",
        name_en="Cleaning inside a shop",
        values={"kind": "paid", "price": 50, "unit": "每小时", "shown_at": "客户服务中心、一号服务窗口"},
        everywhere=True,
    ),
    Listed(
        register="tariff",
        key="ladder",
        name="梯子超时借用",
        name_en="A ladder kept for longer than an hour",
        values={"kind": "paid", "price": 10, "unit": "每次", "shown_at": "客户服务中心"},
        everywhere=True,
    ),
    Listed(
        register="templates",
        key="notice",
        name="通知函模版",
        name_en="Notice",
        values={"purpose": "停水停电、装修、活动等事项的通知", "number": "YY-FW-M01"},
        everywhere=True,
    ),
    Listed(
        register="templates",
        key="reminder",
        name="催告函模版",
        name_en="Letter of demand",
        values={"purpose": "费用催缴、整改催告", "number": "YY-FW-M02"},
        everywhere=True,
    ),
)
