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
