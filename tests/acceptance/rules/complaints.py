"""The way of a complaint, step by step, for whoever tests what happens on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.acceptance.house import House, at

COMPLAINT = {
    "title": "Oil on the floor",
    "complainant": "Ms Liu, 13900000000",
    "channel": "phone",
    "matter": "Slipped in the food court",
}

CLASSES = ("normal", "important", "critical")

DEPARTMENT = {"repair_manager", "repair_head"}
"""Manager and head of property management, which is responsible for what is about the property."""

STARTS: Mapping[str, str] = {"normal": "repair_manager", "important": "repair_head", "critical": "project_manager"}
"""Who starts the handling of a complaint of each class."""

SOLVED = {"resolution": "Floor cleaned, complainant examined and compensated"}

FOLLOWED_UP = {"follow_up_result": "accepted", "followed_up_with": "Ms Liu"}

REFUSED = {"rejection_reason": "The floor is oily again"}

DUE = at("2026-03-31 18:00")
"""By when the handling of graver complaints has to be done, where a test does not ask."""


def received(house: House, receiver: str = "clerk", **fields: Any) -> str:
    return house.open("complaint", receiver, "receive", {**COMPLAINT, **fields})


def classify(house: House, complaint: str, severity: str, category: str = "property", **fields: Any) -> None:
    said = {"category": category, "severity": severity, "severity_reason": f"as {severity} as the standard says"}
    house.do(complaint, "clerk", "classify", {**said, **fields})


def transfer(house: House, complaint: str, person: str = "clerk", **fields: Any) -> None:
    graver = house.ticket(complaint)["workflow"]["name"] in ("complaint-important", "complaint-critical")
    due = {"handling_due_at": DUE} if graver else {}
    house.do(complaint, person, "transfer", {"handling_request": "Clean it and see to her", **due, **fields})


def classified(house: House, severity: str, receiver: str = "clerk", **fields: Any) -> str:
    complaint = received(house, receiver)
    classify(house, complaint, severity, **fields)
    return complaint


def transferred(house: House, severity: str, receiver: str = "clerk", **fields: Any) -> str:
    complaint = classified(house, severity, receiver)
    transfer(house, complaint, **fields)
    return complaint


def handled(house: House, severity: str, receiver: str = "clerk", **fields: Any) -> str:
    """A complaint that is being handled."""
    complaint = transferred(house, severity, receiver, **fields)
    house.do(complaint, STARTS[severity], "start")
    return complaint


def resolved(house: House, severity: str, receiver: str = "clerk") -> str:
    complaint = handled(house, severity, receiver)
    house.do(complaint, STARTS[severity], "resolve", SOLVED)
    return complaint
