"""Formulas: what a field is that nobody types (`is`): a fixed value, a condition, or a figure made from others.

It is worked out whenever somebody looks, from the ticket as it then is, and never stored. Figures are exact decimals;
of a division 28 digits are kept and compared, and people are shown six places after the point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from workflow.condition_tree import Filled, IsOpen, Name, Node, Number, Operand, Percent, Total, View, Yes

Fixed = Decimal | str | bool

DEEPEST = 20
"""The most fields that are worked out from each other, one upon the other."""

PLACES = Decimal("0.000001")
"""What people are shown of a figure, as fine as they may type one."""

_EXACTLY = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Formula:
    """What a field is. Two that differ only in blanks are equal."""

    text: str = field(compare=False)
    of: Fixed | Node | Operand

    def value(self, view: View) -> object:
        """What it is now; None for a figure that cannot be worked out, because something that it needs is empty."""
        match self.of:
            case Decimal() | str() | bool():
                return self.of
            case Name() | Number() | Percent() | Total():
                return self.of.value(view)
            case _:
                return self.of.holds(view)

    def parts(self) -> Iterator[Node | Operand]:
        """Every node of its tree, as written from left to right; none of a fixed value."""
        waiting: list[Node | Operand] = [] if isinstance(self.of, Decimal | str | bool) else [self.of]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.inside()))

    def names(self) -> frozenset[str]:
        """The fields and built-ins that it is made from."""
        return frozenset(part.name for part in self.parts() if isinstance(part, Name | Yes | Filled | IsOpen))

    def __str__(self) -> str:
        return self.text


Formulas = Mapping[str, Formula]
"""By the name of the field."""


def underneath(names: Iterable[str], formulas: Formulas) -> frozenset[str]:
    """The worked out fields among these names, and those that they are made from in turn."""
    found: set[str] = set()
    waiting = [name for name in names if name in formulas]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(inside for inside in formulas[name].names() if inside in formulas)
    return frozenset(found)


def resting_on(names: Collection[str], formulas: Formulas) -> frozenset[str]:
    """These names, and the worked out fields that are made from one of them, however far down."""
    found = frozenset(names)
    while True:
        more = found | {name for name, formula in formulas.items() if formula.names() & found}
        if more == found:
            return found
        found = more


def circle(formulas: Formulas) -> list[str]:
    """Fields that are each worked out from the next and the last from the first; empty if there are none."""
    done: set[str] = set()
    for first in formulas:
        way: list[tuple[str, Iterator[str]]] = [(first, _inside(first, formulas))]
        while way:
            name, following = way[-1]
            further = next(following, None)
            if further is None:
                done.add(name)
                way.pop()
            elif further in (names := [each for each, _ in way]):
                return names[names.index(further) :]
            elif further not in done:
                way.append((further, _inside(further, formulas)))
    return []


def depth(name: str, formulas: Formulas) -> int:
    """How many fields are worked out one upon the other for this one; there must be no circle."""
    levels = 0
    upon = {name} & formulas.keys()
    while upon:
        levels += 1
        upon = {inside for each in upon for inside in formulas[each].names() if inside in formulas}
    return levels


def _inside(name: str, formulas: Formulas) -> Iterator[str]:
    return iter(sorted(inside for inside in formulas[name].names() if inside in formulas))


def as_shown(value: Fixed) -> Fixed:
    """A worked out value as people are shown it."""
    if not isinstance(value, Decimal):
        return value
    rounded = _EXACTLY.normalize(_EXACTLY.quantize(value, PLACES))
    if int(rounded.as_tuple().exponent) > 0:
        rounded = _EXACTLY.quantize(rounded, Decimal(1))
    return rounded or Decimal(0)
