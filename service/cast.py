"""Who plays in the demonstration, and what has happened to whom before it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the demonstration, and the one role that he holds."""

    id: str
    name: str
    name_en: str
    role: str
    department: str | None = None


STAFF = (
    Colleague(id="lin", name="林晓", name_en="Lin Xiao", role="service_centre"),
    Colleague(id="he", name="何静", name_en="He Jing", role="service_centre_head"),
    Colleague(id="zhao", name="赵强", name_en="Zhao Qiang", role="staff", department="property_management"),
    Colleague(id="sun", name="孙伟", name_en="Sun Wei", role="manager", department="property_management"),
    Colleague(id="wu", name="吴刚", name_en="Wu Gang", role="head", department="property_management"),
    Colleague(id="zheng", name="郑敏", name_en="Zheng Min", role="staff", department="operations"),
    Colleague(id="feng", name="冯磊", name_en="Feng Lei", role="manager", department="operations"),
    Colleague(id="chen", name="陈红", name_en="Chen Hong", role="head", department="operations"),
    Colleague(id="wei", name="卫东", name_en="Wei Dong", role="operations_manager"),
    Colleague(id="jiang", name="蒋华", name_en="Jiang Hua", role="service_approver"),
    Colleague(id="shen", name="沈明", name_en="Shen Ming", role="project_manager"),
    Colleague(id="han", name="韩梅", name_en="Han Mei", role="general_manager"),
    Colleague(id="yang", name="杨帆", name_en="Yang Fan", role="duty_manager"),
    Colleague(id="kong", name="孔亮", name_en="Kong Liang", role="storekeeper"),
    Colleague(id="cao", name="曹颖", name_en="Cao Ying", role="consultation_receiver"),
    Colleague(id="yan", name="严芳", name_en="Yan Fang", role="operations_staff"),
    Colleague(id="an", name="安琪", name_en="An Qi", role="front_desk"),
    Colleague(id="qian", name="钱丽", name_en="Qian Li", role="finance_staff"),
    Colleague(id="bao", name="鲍勇", name_en="Bao Yong", role="staff", department="security"),
    Colleague(id="lei", name="雷鸣", name_en="Lei Ming", role="manager", department="security"),
    Colleague(id="shi", name="石坚", name_en="Shi Jian", role="head", department="security"),
    Colleague(id="gu", name="顾欣", name_en="Gu Xin", role="web_owner"),
    Colleague(id="cheng", name="程思", name_en="Cheng Si", role="web_reviewer"),
    Colleague(id="ren", name="任佳", name_en="Ren Jia", role="customer_relations"),
    Colleague(id="fan", name="范蕾", name_en="Fan Lei", role="customer_relations_head"),
    Colleague(id="hua", name="华建国", name_en="Hua Jianguo", role="seal_approver"),
    Colleague(id="jin", name="金玲", name_en="Jin Ling", role="gm_office"),
    Colleague(id="tao", name="陶远", name_en="Tao Yuan", role="leader"),
    Colleague(id="qi", name="戚岚", name_en="Qi Lan", role="regional_club"),
    Colleague(id="xie", name="谢军", name_en="Xie Jun", role="regional_leadership"),
    Colleague(id="zou", name="邹婷", name_en="Zou Ting", role="group_club"),
    Colleague(id="pan", name="潘越", name_en="Pan Yue", role="group_club_manager"),
    Colleague(id="lu", name="陆川", name_en="Lu Chuan", role="management"),
    Colleague(id="yu", name="喻峰", name_en="Yu Feng", role="marketing_vice_president"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move that somebody made so long ago; a duration among its fields is an instant so long after the start."""

    ago: dt.timedelta
    person: str
    transition: str
    fields: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    """Files that are sent first, by the field that names them: what they are called."""


def _ago(**amount: float) -> dt.timedelta:
    return dt.timedelta(**amount)


LIVES: Mapping[str, tuple[str, tuple[Step, ...]]] = {
    "a repair that is being carried out": (
        "repair",
        (
            Step(
                ago=_ago(hours=3),
                person="lin",
                transition="register",
                fields={
                    "title": "三楼卫生间漏水",
                    "place": "三楼东侧卫生间",
                    "occupant": "三楼商户 王女士",
                    "fault": "洗手台下方水管渗水",
                },
            ),
            Step(ago=_ago(hours=2, minutes=45), person="zhao", transition="pick_up"),
        ),
    ),
    "a repair that waits for parts": (
        "repair",
        (
            Step(
                ago=_ago(hours=26),
                person="lin",
                transition="register",
                fields={
                    "title": "自动扶梯异响",
                    "place": "二楼中庭扶梯",
                    "occupant": "二楼商户 李先生",
                    "fault": "扶梯运行时有金属摩擦声",
                },
            ),
            Step(ago=_ago(hours=25, minutes=40), person="zhao", transition="pick_up"),
            Step(ago=_ago(hours=24), person="zhao", transition="pause", fields={"waiting_for": "parts"}),
        ),
    ),
    "a repair that has been followed up and closed": (
        "repair",
        (
            Step(
                ago=_ago(days=2),
                person="lin",
                transition="register",
                fields={
                    "title": "店铺门锁损坏",
                    "place": "一楼A12",
                    "occupant": "A12 商户 周先生",
                    "fault": "卷帘门锁芯无法转动",
                },
            ),
            Step(ago=_ago(days=2, minutes=-20), person="zhao", transition="pick_up"),
            Step(
                ago=_ago(days=1, hours=20),
                person="zhao",
                transition="return_order",
                fields={"repair_result": "已更换锁芯并试锁正常"},
            ),
            Step(
                ago=_ago(days=1, hours=2),
                person="lin",
                transition="close",
                fields={"follow_up_result": "satisfied", "followed_up_with": "A12 商户 周先生"},
            ),
        ),
    ),
    "a complaint that has just come in": (
        "complaint",
        (
            Step(
                ago=_ago(minutes=12),
                person="zheng",
                transition="receive",
                fields={
                    "title": "餐饮区地面油污",
                    "place": "负一楼餐饮区",
                    "complainant": "顾客 刘女士",
                    "channel": "phone",
                    "matter": "地面油污未清理，险些滑倒",
                },
            ),
        ),
    ),
    "an important complaint whose handling nobody has started": (
        "complaint",
        (
            Step(
                ago=_ago(minutes=55),
                person="lin",
                transition="receive",
                fields={
                    "title": "停车场收费争议",
                    "place": "地下停车场",
                    "complainant": "顾客 马先生",
                    "channel": "visit",
                    "matter": "系统重复扣费",
                },
            ),
            Step(
                ago=_ago(minutes=40),
                person="lin",
                transition="classify",
                fields={"category": "property", "severity": "important", "severity_reason": "涉及多名顾客的费用"},
            ),
            Step(
                ago=_ago(minutes=35),
                person="lin",
                transition="transfer",
                fields={
                    "department": "property_management",
                    "handling_request": "核对扣费记录并退款",
                    "handling_due_at": _ago(days=3),
                },
            ),
        ),
    ),
    "a service request that waits for its approval": (
        "service-request",
        (
            Step(
                ago=_ago(hours=4),
                person="lin",
                transition="draft",
                fields={"title": "夜间布展申请", "merchant": "A15 商户 钱女士"},
            ),
            Step(
                ago=_ago(hours=3, minutes=30),
                person="lin",
                transition="submit",
                fields={"request": "周五22:00后进场布展"},
            ),
        ),
    ),
    "a letter that waits for the leader": (
        "outgoing-letter",
        (
            Step(
                ago=_ago(hours=6),
                person="zheng",
                transition="draft_letter",
                fields={"title": "关于周日凌晨停电检修的通知", "department": "operations"},
            ),
            Step(
                ago=_ago(hours=5),
                person="zheng",
                transition="submit",
                fields={
                    "template": "notice",
                    "addressees": [{"party": "a12"}, {"party": "a15"}],
                },
                uploads={"draft": "停电检修通知.txt"},
            ),
        ),
    ),
}
