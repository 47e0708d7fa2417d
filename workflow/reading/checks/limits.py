"""Deadlines: that their clocks can start and be met, that dates are filled, and that somebody hears of a late one."""

from __future__ import annotations

from workflow.definition import DATES, NEW, OPENING, Deadline
from workflow.durations import Duration
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.ways import clock_places, reached
from workflow.reading.nodes import Path


def never_met(draft: Draft) -> Found:
    """A clock that nothing starts, or that none of its `until` can end once it runs."""
    places = {state for _, state in reached(draft)} | {NEW}
    moves = [move for one in draft.family() for move in one.transitions.values() if set(move.sources) & places]
    if places == {NEW}:
        return  # without an opening, nothing more is to be said
    happens = {move.name for move in moves} | (places - {NEW})
    for name, deadline in draft.definition.deadlines.items():
        path: Path = ("deadlines", name)
        dates = [event for event in deadline.since if event in draft.definition.fields]
        starts = [event for event in deadline.since if event in happens or event == OPENING or event in dates]
        if not starts:
            yield fault(
                (*path, "since"),
                "never_met",
                "nothing of this ever happens, so the clock never starts",
                "这些都不会发生，时限不会起算",
            )
        elif not dates and not _can_be_met(draft, deadline):
            yield fault(
                (*path, "until"),
                "never_met",
                "nothing of this can happen once the clock runs, so it is never met",
                "起算之后这些都不会发生，时限永远无法完成",
            )


def _can_be_met(draft: Draft, deadline: Deadline) -> bool:
    ends = set(deadline.until)
    others = [one for one in draft.family() if one is not draft.definition]
    for one in (draft.definition, *others):
        running = clock_places(draft, one, deadline).running
        for move in one.transitions.values():
            starts = running & set(move.sources)
            if starts and (move.name in ends or any(ends & {*one.ways(move, state)} for state in starts)):
                return True
    return False


def nobody_told(draft: Draft) -> Found:
    """A deadline that tells nobody when it is missed."""
    for name, deadline in draft.definition.deadlines.items():
        late = [level for level in deadline.levels if level.kind == "late"]
        if late and not any(level.effects.tells for level in late):
            yield fault(
                ("deadlines", name, "late"),
                "nobody_told",
                "nobody is told when this is late; add `notify`",
                "逾期时没有通知任何人；请加 notify",
                of_key=True,
                mend=draft.with_entry(("deadlines", name, "late", late[0].index), ("notify: accountable",))
                if not late[0].effects.notify
                else None,
            )


def left_too_long(draft: Draft) -> Found:
    """A warning that would lie before the start of the clock, and so would never come."""
    for name, deadline in draft.definition.deadlines.items():
        within = deadline.within
        for level in deadline.levels if deadline.replaced_by is None else ():  # a date may leave more time
            left = level.left
            if within is None or not isinstance(left, Duration) or left.unit is not within.unit:
                continue
            if left.count >= within.count:
                yield fault(
                    ("deadlines", name, "soon", level.index, "left"),
                    "left_too_long",
                    f"{left.read('en')} before the end is not after the start: the limit is {within.read('en')}; "
                    "write a shorter time",
                    f"时限只有{within.read('zh')}，提前{left.read('zh')}已早于或等于起算时刻；请缩短提前量",
                )


def unfilled_date(draft: Draft) -> Found:
    """A date that a clock rests on and that no move fills."""
    known = filled(draft)
    used: list[tuple[Path, str | None]] = []
    for name, deadline in draft.definition.deadlines.items():
        if deadline.no_later_than is not None:
            used.append((("deadlines", name, "no_later_than"), deadline.no_later_than.field))
        used.append((("deadlines", name, "replaced_by"), deadline.replaced_by))
        used += [(draft.item(("deadlines", name, "since"), event), event) for event in deadline.since]
    for name, reminder in draft.definition.reminders.items():
        used += [(draft.item(("reminders", name, "since"), event), event) for event in reminder.since]
    for name, move in draft.definition.transitions.items():
        if move.not_before is not None:
            used.append((("transitions", name, "not_before"), move.not_before.field))
    fields = draft.definition.fields
    for path, named in used:
        if named is not None and named in fields and fields[named].type in DATES and named not in known:
            yield fault(
                path,
                "unfilled_date",
                f"no transition fills {named}, so this date never comes",
                f"没有流转填写 {named}，这个日期永远不会有",
                severity="warning",
            )


def need_unfillable(draft: Draft) -> Found:
    """A `need` that no move can fill."""
    known = filled(draft)
    for path, name in draft.references():
        if "need" in path and name not in known and name.partition(".")[0] not in known:
            yield fault(
                path,
                "need_unfillable",
                f"no transition fills {name}, so this move is never possible",
                f"没有流转填写 {name}，这一流转永远无法进行",
            )


def filled(draft: Draft) -> set[str]:
    """The fields that some move of the family fills, sets, or lets follow, and those that are worked out."""
    found: set[str] = set()
    for one in draft.family():
        for move in one.transitions.values():
            found.update(move.fill, move.may_fill, move.effects.set)
        for state in one.states.values():
            found.update(state.effects.set)
        for deadline in one.deadlines.values():
            for level in deadline.levels:
                found.update(level.effects.set)
        for reminder in one.reminders.values():
            found.update(reminder.effects.set)
        found.update(
            name for name, field in one.fields.items() if field.follows is not None or field.formula is not None
        )
    return found


def same_clock(draft: Draft) -> Found:
    """A reminder that comes exactly when a deadline is late: one of the two is meant."""
    for name, reminder in draft.definition.reminders.items():
        for deadline in draft.definition.deadlines.values():
            if reminder.after is not None and reminder.after == deadline.within and reminder.since == deadline.since:
                yield fault(
                    ("reminders", name, "after"),
                    "same_clock",
                    f"this comes just when the deadline {deadline.name} is late; is one of the two meant?",
                    f"这与时限 {deadline.name} 逾期是同一时刻；是否只需其中一个？",
                    severity="warning",
                )
