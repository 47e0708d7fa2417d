"""Dates that people type: that they are there when a clock needs them, and not years away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.definition import DATES, NEW, Definition
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.limits import filled
from workflow.reading.nodes import Path


def date_may_lack(draft: Draft) -> Found:
    """A date in `no_later_than` that no move before the start of the clock must fill: it would have no limit then."""
    one = draft.definition
    if not one.openings():
        return
    known = _surely_filled(one)
    for deadline in one.deadlines.values():
        moment = deadline.no_later_than
        field = one.fields.get(moment.field or "") if moment is not None else None
        if field is None or field.name in deadline.since or field.name not in filled(draft):
            continue  # set when another field is, or told of by unfilled_date
        for event in deadline.since:
            if event in one.transitions:
                move = one.transitions[event]
                places = [known[state] | {*move.fill, *move.need} for state in move.sources if state in known]
            else:
                places = [known[event]] if event in known else []
            if field.follows is None and any(field.name not in there for there in places):
                yield fault(
                    ("deadlines", deadline.name, "no_later_than"),
                    "date_may_lack",
                    f"{field.name} may still be empty when this limit starts with {event}, and then it has no end; put "
                    f"{field.name} into the `fill` of an earlier move",
                    f"{event} 开始计时时 {field.name} 可能还没有填写，时限就没有终点；请在更早的流转的 fill 里写上 "
                    f"{field.name}",
                    severity="warning",
                )
                break


def _surely_filled(one: Definition) -> Mapping[str, frozenset[str]]:
    """By state the fields that every way from the opening to it has filled."""
    known: dict[str, frozenset[str]] = {NEW: frozenset()}
    waiting = [NEW]
    while waiting:
        state = waiting.pop()
        leaving = [move for move in one.transitions.values() if state in move.sources]
        for move, way in ((each, way) for each in leaving for way in one.ways(each, state)):
            target = state if way is None else way
            after = known[state] | {*move.fill, *move.need, *move.effects.set}
            if target in one.states:
                after |= {*one.states[target].effects.set}
            now = known[target] & after if target in known else after
            if known.get(target) != now:
                known[target] = now
                waiting.append(target)
    return known


def uncapped_date(draft: Draft) -> Found:
    """A date that people type and that a clock uses, without a `max`: a slip of the year would never end."""
    one = draft.definition
    typed = {name for move in one.transitions.values() for name in (*move.fill, *move.may_fill)}
    for name in dict.fromkeys(_of_clocks(one)):
        field = one.fields.get(name)
        if field is not None and field.type in DATES and field.max is None and name in typed:
            path: Path = ("fields", name)
            yield fault(
                path,
                "uncapped_date",
                f"{name} is typed and a limit rests on it, so it needs a `max`, as `max: 366 days after opened`",
                f"{name} 由人填写，并且有时限以它为准，因此需要 max，例如 max: 366 days after opened",
                of_key=True,
                severity="warning",
                mend=draft.with_entry(path, ("max: 366 days after opened",)),
            )


def _of_clocks(one: Definition) -> Iterator[str]:
    """The fields from which clocks start or with which they end."""
    for deadline in one.deadlines.values():
        if deadline.no_later_than is not None:
            yield deadline.no_later_than.field or ""
        yield deadline.replaced_by or ""
        yield from deadline.since
    for reminder in one.reminders.values():
        yield from reminder.since
