"""What a parsed condition is made of: frozen nodes that are asked by walking them.

An operand has a `value`, a node `holds` or does not; both know what is `inside` them. Whether names exist and
fit together is for `condition_types` to say: here a tree that does not fit is false, never an error. Columns
count characters of the text from 1 and do not matter for equality.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from operator import ge, gt, le, lt
from typing import Any, Protocol, TypeGuard


class View(Protocol):
    """What a condition is asked about: one ticket, as it is at one instant."""

    def value(self, name: str, /) -> object:
        """The value of a field or built-in; None while it is empty."""

    def made(self, transition: str, /) -> int:
        """How often the transition was made in the ticket's life."""

    def is_open(self, name: str, /) -> bool:
        """Whether the ticket that the field links is open; false while the field is empty."""

    def total(self, of: str, made: str, /) -> object:
        """The sum of `workflow.field` over the tickets on which the transition was made; None if it is not known."""


# --- What has a value -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A field or built-in."""

    name: str
    column: int = field(compare=False)

    def value(self, view: View) -> object:
        return view.value(self.name)

    def inside(self) -> tuple[Operand, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is written in the condition."""

    number: Decimal
    column: int = field(compare=False)

    def value(self, _: View) -> object:
        return self.number

    def inside(self) -> tuple[Operand, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Percent:
    """How many hundredths of `whole` the `part` is; empty where one of them is, or where `whole` is 0."""

    part: Operand
    whole: Operand
    column: int = field(compare=False)

    def value(self, view: View) -> object:
        part, whole = self.part.value(view), self.whole.value(view)
        if not (_is_number(part) and _is_number(whole)) or whole == 0:
            return None
        return _EXACTLY.divide(_EXACTLY.multiply(Decimal(part), _HUNDRED), Decimal(whole))

    def inside(self) -> tuple[Operand, ...]:
        return (self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a field (`of`: `workflow.field`) over the tickets of the site on which a transition was `made` since
    this ticket was opened.

    `column` is where the field stands, `made_column` where the transition does.
    """

    of: str
    made: str
    column: int = field(compare=False)
    made_column: int = field(compare=False)

    def value(self, view: View) -> object:
        return view.total(self.of, self.made)

    def inside(self) -> tuple[Operand, ...]:
        return ()


Operand = Name | Number | Percent | Total

_HUNDRED = Decimal(100)
_EXACTLY = Context(prec=28)
"""Not the thread's own context, so that nobody else's setting changes an answer."""


# --- What is true or false --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`or`."""

    of: tuple[Node, ...]

    def holds(self, view: View) -> bool:
        return any(part.holds(view) for part in self.of)

    def inside(self) -> tuple[Node, ...]:
        return self.of


@dataclass(frozen=True, slots=True)
class AllOf:
    """`and`, which binds more closely than `or`."""

    of: tuple[Node, ...]

    def holds(self, view: View) -> bool:
        return all(part.holds(view) for part in self.of)

    def inside(self) -> tuple[Node, ...]:
        return self.of


@dataclass(frozen=True, slots=True)
class Not:
    """`not`, which reaches over one comparison or one pair of brackets."""

    of: Node

    def holds(self, view: View) -> bool:
        return not self.of.holds(view)

    def inside(self) -> tuple[Node, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Yes:
    """A bare name: the yes_no field says yes."""

    name: str
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        return view.value(self.name) is True

    def inside(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Filled:
    """`is filled`."""

    name: str
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        value = view.value(self.name)
        return value is not None and value != "" and value != ()

    def inside(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class IsOpen:
    """`is open`, of a field that links a ticket."""

    name: str
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        return view.is_open(self.name)

    def inside(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class WasMade:
    """`was made`, of a transition."""

    name: str
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        return view.made(self.name) > 0

    def inside(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Is:
    """`is`, followed by a word (a choice, a role, a department), a number, or quoted text."""

    left: Operand
    right: Decimal | str
    column: int = field(compare=False)
    quoted: bool = field(default=False, compare=False)

    def holds(self, view: View) -> bool:
        value = self.left.value(view)
        if isinstance(self.right, str):
            return isinstance(value, str) and value == self.right
        return _is_number(value) and value == self.right

    def inside(self) -> tuple[Operand, ...]:
        return (self.left,)


@dataclass(frozen=True, slots=True)
class Same:
    """`is same as`, followed by another field; two empty ones are not the same."""

    left: Name
    right: Name
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        value = self.left.value(view)
        return value is not None and value == self.right.value(view)

    def inside(self) -> tuple[Operand, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Compare:
    """`<`, `<=`, `>` or `>=`; numbers with numbers, dates with dates, instants with instants."""

    left: Operand
    sign: str
    right: Operand
    column: int = field(compare=False)

    def holds(self, view: View) -> bool:
        left, right = self.left.value(view), self.right.value(view)
        return _comparable(left, right) and _SIGNS[self.sign](left, right)

    def inside(self) -> tuple[Operand, ...]:
        return (self.left, self.right)


Node = AnyOf | AllOf | Not | Yes | Filled | IsOpen | WasMade | Is | Same | Compare

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _is_number(value: object) -> TypeGuard[Decimal | int]:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _comparable(left: object, right: object) -> bool:
    if _is_number(left):
        return _is_number(right)
    # By exact type: a datetime is a date to Python, yet the two cannot be compared.
    return type(left) is type(right) and type(left) in (dt.date, dt.datetime)
