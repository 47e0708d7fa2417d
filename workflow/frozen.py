"""Frozen values: made anew with little of them changed, and asked only once for what follows from them.

Both rest on a frozen dataclass keeping its fields in its own dict, so such a class has no slots.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Self, TypeVar

Value = TypeVar("Value")
Found = TypeVar("Found")

_DERIVED = "_derived"

_new, _set = object.__new__, object.__setattr__


class Changing:
    """What a frozen dataclass is that is made anew at every step, a few fields of it changed."""

    def changed(self, **changes: Any) -> Self:
        """The same value but for these fields; raises TypeError for one that it does not have.

        Like `dataclasses.replace` where nothing is worked out from the fields, at an eighth of its cost: it names no
        field again that stays.
        """
        known = self.__dict__
        fields = known | changes
        if len(fields) != len(known):
            raise TypeError(f"{type(self).__name__} has no {', '.join(changes.keys() - known.keys())}")
        if _DERIVED in fields:
            del fields[_DERIVED]
        made = _new(self.__class__)
        _set(made, "__dict__", fields)  # at once, past the frozen one of the class
        return made


def derived(work_out: Callable[[Value], Found]) -> Callable[[Value], Found]:
    """A function of one frozen value that is worked out once, and kept with the value.

    So it lives as long as what it is about, and a value that is made from another one (`dataclasses.replace`) starts
    without it. Two threads may both work it out; they come to the same.
    """

    @wraps(work_out)
    def known(value: Value) -> Found:
        try:
            found: Found = value.__dict__[_DERIVED][work_out]
        except KeyError:
            found = work_out(value)
            value.__dict__.setdefault(_DERIVED, {})[work_out] = found
        return found

    return known
