"""Who works in the house of the acceptance tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Colleague(NamedTuple):
    name: str
    roles: tuple[str, ...]


STAFF: Mapping[str, Colleague] = {
    "clerk": Colleague("Lin Xiao", ("service_centre",)),
    "colleague": Colleague("He Jing", ("service_centre", "service_approver")),
    "centre_head": Colleague("Gao Shan", ("service_centre_head",)),
    "approver": Colleague("Jiang Hua", ("service_approver",)),
    "repairer": Colleague("Zhao Qiang", ("staff of property_management",)),
    "repairer_2": Colleague("Qian Feng", ("staff of property_management",)),
    "repair_manager": Colleague("Sun Wei", ("manager of property_management",)),
    "repair_head": Colleague("Wu Gang", ("head of property_management",)),
    "shop_staff": Colleague("Zheng Min", ("staff of operations",)),
    "shop_manager": Colleague("Feng Lei", ("manager of operations",)),
    "shop_head": Colleague("Chen Hong", ("head of operations",)),
    "storekeeper": Colleague("Mo Lan", ("storekeeper",)),
    "consultant": Colleague("Bai Yun", ("consultation_receiver",)),
    "operator": Colleague("Xu Ning", ("operations_staff",)),
    "operator_2": Colleague("Tang Yue", ("operations_staff",)),
    "leader": Colleague("Song Jie", ("leader",)),
    "seal_approver": Colleague("Cao Ying", ("seal_approver",)),
    "office": Colleague("Du Peng", ("gm_office",)),
    "club": Colleague("Fang Ke", ("regional_club",)),
    "club_2": Colleague("Yu Xin", ("regional_club",)),
    "region": Colleague("Pan Hao", ("regional_leadership", "regional_club")),
    "group": Colleague("Jin Bo", ("group_club",)),
    "vice_president": Colleague("Kong Li", ("marketing_vice_president",)),
    "guard": Colleague("Luo Yi", ("staff of security",)),
    "operations_manager": Colleague("Wei Dong", ("operations_manager",)),
    "project_manager": Colleague("Shen Ming", ("project_manager",)),
    "general_manager": Colleague("Han Mei", ("general_manager",)),
    "duty_manager": Colleague("Yang Fan", ("duty_manager",)),
}
"""Somebody for every role of the site, of two departments and of the group. The other departments have nobody but a
guard, so that their roles fall back."""

CENTRE = {"clerk", "colleague"}
"""Who is told when the service centre is."""
