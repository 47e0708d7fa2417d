"""What a publishing changes: two catalogues side by side, in the words of their authors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition

Kind = Literal["new", "changed", "reworded", "same", "removed"]

_BLOCKS = ("fields", "states", "transitions", "deadlines", "reminders")
_WORDING = ("name", "text", "note", "document", "rules", "names", "accept", "revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """One part of a definition that is not as it was: `deadlines.pick_up`, or `calendar`."""

    name: str
    kind: Literal["new", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a publishing does to one definition, calendar or role.

    `reworded`: people read something else, and nothing acts otherwise. Of a definition, `open_tickets` are those in it
    that have not ended, and `earlier` those among them that keep an earlier revision. Of a calendar, `years` are those
    whose public holidays were not known before.
    """

    what: Literal["definition", "calendar", "role"]
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
        *(_role(before, after, name) for name in after.roles),
        *(Change(what="definition", name=name, kind="removed") for name in revisions if name not in after.definitions),
        *(
            Change(what="calendar", name=name, kind="removed")
            for name in before.calendars
            if name not in after.calendars
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
                    yield PartChange(name=f"{one.name}.{name}", kind="changed")
        elif one.name not in _WORDING and old != new:
            yield PartChange(name=one.name, kind="changed")


def _calendar(was: Calendar | None, now: Calendar) -> Change:
    if was is None:
        return Change(what="calendar", name=now.name, kind="new")
    kind: Kind = "same" if was == now else "changed"
    return Change(what="calendar", name=now.name, kind=kind, years=newly_published_years(was, now))


def _role(before: Catalogue, after: Catalogue, name: str) -> Change:
    was = before.roles.get(name)
    return Change(
        what="role", name=name, kind="new" if was is None else "same" if was == after.roles[name] else "changed"
    )
