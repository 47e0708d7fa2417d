"""The way of a repair, step by step, for whoever tests what happens on it."""

from __future__ import annotations

from tests.acceptance.house import House

REPORT = {"title": "Leak", "place": "B2", "occupant": "Ms Wang of A12, 13800000000", "fault": "Water under the basin"}

DONE = {"repair_result": "Pipe replaced and tried"}

RECORD = {"follow_up_result": "satisfied", "followed_up_with": "Ms Wang"}

PROPERTY = {"repairer", "repairer_2"}
"""The staff of property management."""


def registered(house: House) -> str:
    return house.open("repair", "clerk", "register", REPORT)


def in_repair(house: House) -> str:
    repair = registered(house)
    house.do(repair, "repairer", "pick_up")
    return repair


def returned(house: House) -> str:
    repair = in_repair(house)
    house.do(repair, "repairer", "return_order", DONE)
    return repair
