"""What a publishing changes: two catalogues side by side, in the words of their authors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Text
from workflow.durations import Duration
from workflow.registers import Register

Kind = Literal["new", "changed", "reworded", "same", "removed"]

_BLOCKS = ("fields", "states", "transitions", "deadlines", "reminders")
_WORDING = ("name", "text", "note", "document", "rules", "names", "accept", "revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """One part of a definition that is not as it was: `deadlines.pick_up`, or `calendar`.

    Where it is one single value that changed, `was` and `now` are that value, and `field` is what it is called inside
    the part (empty if the part itself is the value).
    """

    name: str
    kind: Literal["new", "changed", "removed"]
    field: str = ""
    was: Text | None = None
    now: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a publishing does to one definition, calendar, register or role.

    `reworded`: people read something else, and nothing acts otherwise. Of a definition, `open_tickets` are those in it
    that have not ended, and `earlier` those among them that keep an earlier revision. Of a calendar, `years` are those
    whose public holidays were not known before.
    """

    what: Literal["definition", "calendar", "register", "role"]
    name: str
    kind: Kind
    parts: tuple[PartChange, ...] = ()
    open_tickets: int = 0
    earlier: int = 0
    years: tuple[int, ...] = ()


def changes(
    before: Catalogue, revisions: Mapping[str, str], after: Catalogue, tickets: Mapping[tuple[str, str], int]
) -> tuple[Change, ...]:
    """Everything in either catalogue with what becomes of it, in the order of the files, what is gone at the end.

    `revisions` are those of the definitions before, by name: they are known also where their texts can no longer be
    read. `tickets` has the number of open ones by definition and revision.
    """
    return (
        *(_definition(before, revisions, one, tickets) for one in after.definitions.values()),
        *(_calendar(before.calendars.get(name), one) for name, one in after.calendars.items()),
        *(_register(before.registers.get(name), one) for name, one in after.registers.items()),
        *(_role(before, after, name) for name in after.roles),
        *(Change(what="definition", name=name, kind="removed") for name in revisions if name not in after.definitions),
        *(
            Change(what="calendar", name=name, kind="removed")
            for name in before.calendars
            if name not in after.calendars
        ),
        *(
            Change(what="register", name=name, kind="removed")
            for name in before.registers
            if name not in after.registers
        ),
        *(Change(what="role", name=name, kind="removed") for name in before.roles if name not in after.roles),
    )


def newly_published_years(before: Calendar, after: Calendar) -> tuple[int, ...]:
    """The years whose public holidays `after` knows and `before` did not: in them, nothing is provisional any more."""
    if before.published_until is None or after.published_until is None:
        return ()
    return tuple(range(before.published_until.year + 1, after.published_until.year + 1))


def _definition(
    before: Catalogue, revisions: Mapping[str, str], after: Definition, tickets: Mapping[tuple[str, str], int]
) -> Change:
    was, old = before.definitions.get(after.name), revisions.get(after.name)
    kind: Kind
    if old is None:
        kind = "new"
    elif old != after.revision:
        kind = "changed"
    else:
        kind = "same" if was is None or was == after else "reworded"
    count = sum(number for (workflow, _), number in tickets.items() if workflow == after.name)
    return Change(
        what="definition",
        name=after.name,
        kind=kind,
        parts=tuple(_parts(was, after)) if was is not None and kind == "changed" else (),
        open_tickets=count,
        earlier=count - tickets.get((after.name, after.revision), 0),
    )


def _parts(was: Definition, now: Definition) -> Iterator[PartChange]:
    for one in fields(Definition):
        old, new = getattr(was, one.name), getattr(now, one.name)
        if one.name in _BLOCKS:
            for name in dict.fromkeys((*new, *old)):
                if name not in old:
                    yield PartChange(name=f"{one.name}.{name}", kind="new")
                elif name not in new:
                    yield PartChange(name=f"{one.name}.{name}", kind="removed")
                elif old[name] != new[name]:
                    yield _changed(f"{one.name}.{name}", old[name], new[name])
        elif one.name not in _WORDING and old != new:
            yield _changed(one.name, old, new)


def _changed(name: str, old: object, new: object) -> PartChange:
    """The change of a part, with the one value that changed in it, if it is only one."""
    field = ""
    if is_dataclass(old) and is_dataclass(new) and not isinstance(old, Duration):
        differing = [
            one.name
            for one in fields(old)
            if one.name not in _WORDING and getattr(old, one.name) != getattr(new, one.name, None)
        ]
        if len(differing) == 1:
            (field,) = differing
            old, new = getattr(old, field), getattr(new, field, None)
    was, now = _single(old), _single(new)
    if was is None or now is None:
        return PartChange(name=name, kind="changed")
    return PartChange(name=name, kind="changed", field=field, was=was, now=now)


def _single(value: object) -> Text | None:
    """A value that can be shown in a word or two; None for one that cannot."""
    if isinstance(value, Duration):
        return Text(value.read("en"), value.read("zh"))
    if isinstance(value, bool):
        return Text("yes", "是") if value else Text("no", "否")
    if isinstance(value, str | int | dt.time):
        return Text(str(value))
    return None


def _calendar(was: Calendar | None, now: Calendar) -> Change:
    if was is None:
        return Change(what="calendar", name=now.name, kind="new")
    kind: Kind = "same" if was == now else "changed"
    return Change(what="calendar", name=now.name, kind=kind, years=newly_published_years(was, now))


def _register(was: Register | None, now: Register) -> Change:
    if was is None:
        return Change(what="register", name=now.name, kind="new")
    parts = tuple(
        PartChange(name=f"columns.{name}", kind="new")
        if name not in was.columns
        else PartChange(name=f"columns.{name}", kind="removed")
        if name not in now.columns
        else _changed(f"columns.{name}", was.columns[name], now.columns[name])
        for name in dict.fromkeys((*now.columns, *was.columns))
        if was.columns.get(name) != now.columns.get(name)
    )
    if was.kept_by != now.kept_by:
        parts = (*parts, PartChange(name="kept_by", kind="changed"))
    kind: Kind = "changed" if parts else "same" if was == now else "reworded"
    return Change(what="register", name=now.name, kind=kind, parts=parts)


def _role(before: Catalogue, after: Catalogue, name: str) -> Change:
    was = before.roles.get(name)
    return Change(
        what="role", name=name, kind="new" if was is None else "same" if was == after.roles[name] else "changed"
    )
