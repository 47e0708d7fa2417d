"""Frozen values: changed without naming what stays, and asked once for what follows from them."""

from __future__ import annotations

import gc
import weakref
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from workflow.frozen import Changing, derived


@dataclass(frozen=True, kw_only=True)
class Box(Changing):
    name: str
    weight: int = 1
    inside: tuple[str, ...] = field(default_factory=tuple)


asked: list[str] = []


@derived
def shouted(box: Box) -> str:
    """The name, loudly."""
    asked.append(box.name)
    return box.name.upper()


def test_a_changed_value_is_what_replacing_makes() -> None:
    box = Box(name="a", inside=("b",))
    assert box.changed(weight=2) == replace(box, weight=2) == Box(name="a", weight=2, inside=("b",))
    assert box.weight == 1


def test_what_stays_is_the_same_object() -> None:
    box = Box(name="a", inside=("b",))
    assert box.changed(weight=2).inside is box.inside


def test_a_changed_value_is_frozen_too() -> None:
    with pytest.raises(FrozenInstanceError):
        Box(name="a").changed(weight=2).weight = 3  # type: ignore[misc]


def test_a_field_that_there_is_not_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="Box has no wieght"):
        Box(name="a").changed(wieght=2)


def test_what_follows_from_a_value_is_worked_out_once() -> None:
    asked.clear()
    box = Box(name="a")
    assert (shouted(box), shouted(box), asked) == ("A", "A", ["a"])
    assert shouted(replace(box, name="b")) == shouted(box.changed(name="b")) == "B"


def test_what_follows_from_a_value_counts_in_no_comparison() -> None:
    box = Box(name="a")
    shouted(box)
    assert (box == Box(name="a"), repr(box)) == (True, repr(Box(name="a")))


def test_what_follows_from_a_value_goes_with_it() -> None:
    box = Box(name="a")
    shouted(box)
    gone = weakref.ref(box)
    del box
    gc.collect()
    assert gone() is None
