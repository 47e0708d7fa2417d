"""Questions: what a definition asks about its fields, and so which values of them make a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from workflow.condition_tree import Compare, Is, IsOpen, Name, Node, Number, Operand, Percent, Same, WasMade, Yes
from workflow.conditions import Condition
from workflow.definition import Definition, Field, Moment
from workflow.formulas import Formulas, resting_on


@dataclass(frozen=True, slots=True)
class Questions:
    """What conditions, needs, limits and families ask of a definition's fields.

    `numbers` has for a field those with which it is compared, however it is worked into what is compared; `alike` the
    fields that are to be the same as it. `asked` are the fields whose value decides something, `filled` those of which
    only whether there is one does; `counted` are the transitions of which it matters whether they were made.
    """

    conditions: tuple[Condition, ...] = ()
    numbers: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    filled: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def _questions(held: _Held) -> Questions:
    one = held.of
    conditions = tuple(_conditions(one))
    numbers: dict[str, list[Decimal]] = {}
    alike: dict[str, list[str]] = {}
    counted: dict[str, None] = {}
    formulas = one.formulas()
    for part in _parts(conditions, formulas):
        match part:
            case Compare():
                _compared(part.left, part.right, formulas, numbers)
                _compared(part.right, part.left, formulas, numbers)
            case Is(right=Decimal() as number):
                _compared(part.left, Number(number, 0), formulas, numbers)
            case Same():
                alike.setdefault(part.left.name, []).append(part.right.name)
                alike.setdefault(part.right.name, []).append(part.left.name)
            case WasMade():
                counted[part.name] = None
    asked = {name for condition in conditions for name in condition.names()}
    typed = {name for name in one.fields if resting_on({name}, formulas) & asked} | {
        name for name in asked if "." in name
    }
    becoming = {move.become.field for move in one.transitions.values() if move.become and move.become.field}
    return Questions(
        conditions=conditions,
        numbers={name: tuple(dict.fromkeys(found)) for name, found in numbers.items()},
        alike={name: tuple(dict.fromkeys(found)) for name, found in alike.items()},
        asked=frozenset(typed | becoming | _followed(one)),
        filled=tuple(dict.fromkeys(_filled(one))),
        counted=tuple(counted),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A definition as a key: those of one revision ask the same."""

    of: Definition

    def __hash__(self) -> int:
        return hash(self.of.revision)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.of.revision == other.of.revision


def asked_by(definition: Definition) -> Questions:
    """What the definition asks."""
    return _questions(_Held(definition))


def _conditions(one: Definition) -> Iterator[Condition]:
    found = [
        *(step.condition for state in one.states.values() for step in state.approvals),
        *(check.condition for move in one.transitions.values() for check in move.checks),
        *(check.must for move in one.transitions.values() for check in move.checks),
        *(deadline.condition for deadline in one.deadlines.values()),
        *(level.condition for deadline in one.deadlines.values() for level in deadline.levels),
        *(reminder.condition for reminder in one.reminders.values()),
        *(child.condition for effects in one.effects() for child in effects.open),
    ]
    return (condition for condition in dict.fromkeys(found) if condition is not None)


def _parts(conditions: tuple[Condition, ...], formulas: Formulas) -> Iterator[Node | Operand]:
    for condition in conditions:
        yield from condition.parts()
    for formula in formulas.values():
        yield from formula.parts()


def _compared(left: Operand, right: Operand, formulas: Formulas, numbers: dict[str, list[Decimal]]) -> None:
    """Note the number on the right for every typed field on the left."""
    number = _number(right, formulas)
    if number is None:
        return
    waiting = [part.name for part in _inside(left) if isinstance(part, Name | Yes)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in formulas:
            waiting.extend(formulas[name].names())
        else:
            found = numbers.setdefault(name, [])
            if number not in found:
                found.append(number)


def _inside(operand: Operand) -> Iterator[Node | Operand]:
    yield operand
    if isinstance(operand, Percent):
        yield operand.part
        yield operand.whole


def _number(operand: Operand, formulas: Formulas) -> Decimal | None:
    match operand:
        case Number():
            return operand.number
        case Name() if operand.name in formulas and isinstance(fixed := formulas[operand.name].of, Decimal):
            return fixed
        case _:
            return None


def _followed(one: Definition) -> set[str]:
    return {each.follows.field for each in one.fields.values() if each.follows is not None}


def _filled(one: Definition) -> Iterator[str]:
    """The fields of which it matters whether they are filled."""
    for move in one.transitions.values():
        yield from move.need
        yield from (name for check in move.checks for name in check.need)
        yield from _dates(move.not_before)
    for deadline in one.deadlines.values():
        yield from (name for name in deadline.since if name in one.fields)
        yield from _dates(deadline.no_later_than)
        if deadline.replaced_by is not None:
            yield deadline.replaced_by
    for condition in _conditions(one):
        yield from (part.name for part in condition.parts() if isinstance(part, IsOpen))
    for effects in one.effects():
        yield from (who.of for who in effects.notify if who.of is not None)


def _dates(moment: Moment | None) -> Iterator[str]:
    if moment is not None and moment.field is not None:
        yield moment.field


def fields_of(definition: Definition) -> Iterator[Field]:
    """Its fields, and the columns of its lists."""
    for one in definition.fields.values():
        yield one
        yield from one.columns.values()
