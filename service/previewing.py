"""What publishing would change, before anything is changed: for the files, and for the tickets that are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import publishing, revisions, tables
from service.changes import Change, changes
from service.revisions import RevisionUnknown, RevisionUnreadable
from workflow import words
from workflow.carrying import same_type
from workflow.catalogue import Catalogue
from workflow.compiling import compile_published
from workflow.definition import Definition, Text
from workflow.fields import BUILT_IN_FIELDS
from workflow.problems import DefinitionFaulty

QUIET = ("same", "reworded")
"""The kinds of change after which nothing acts otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The open tickets of one revision: how many, and when the first and the last of them was opened.

    `published_at` is when the revision went live.
    """

    revision: str
    published_at: dt.datetime
    tickets: int
    oldest: dt.datetime
    newest: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanishing:
    """A part that open tickets use and the new revision does not have, or has otherwise.

    kind        `tickets` are the open ones
    state       that stand in it; a state that would be an end counts as gone
    transition  that stand where it can be made
    deadline    in which it runs
    reminder    in which it waits
    field       that have a value in it
    type        that have a value in it, which the new type of the field cannot be
    """

    kind: Literal["state", "transition", "deadline", "reminder", "field", "type"]
    name: str
    text: Text
    tickets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What publishing would change.

    `worded` are the files that change no behaviour, only words. `standing` has the open tickets of each definition
    whose behaviour changes, newest revision first, and `vanishing` what of theirs the new revision does not have.
    """

    before: Catalogue
    after: Catalogue
    changes: tuple[Change, ...]
    files: tuple[str, ...]
    worded: tuple[str, ...]
    standing: Mapping[str, tuple[Standing, ...]]
    vanishing: Mapping[str, tuple[Vanishing, ...]]


def preview(session: Session, files: Mapping[str, str | bytes], at: dt.datetime) -> Preview:
    """What publishing these files would change, without doing it; raises what publish() would."""
    foreseen = publishing.foresee(session, files, at)
    standing = {one.name: standing_in(session, one.name) for one in _acting_otherwise(foreseen.changes)}
    return Preview(
        before=foreseen.before,
        after=foreseen.catalogue,
        changes=foreseen.changes,
        files=tuple(foreseen.files),
        worded=tuple(_worded(foreseen, files)),
        standing={name: found for name, found in standing.items() if found},
        vanishing={
            name: vanishing_from(session, foreseen.catalogue.definitions[name])
            for name, found in standing.items()
            if found
        },
    )


def _acting_otherwise(found: tuple[Change, ...]) -> Iterator[Change]:
    return (one for one in found if one.what == "definition" and one.kind == "changed")


def _worded(foreseen: publishing.Foreseen, files: Mapping[str, str | bytes]) -> Iterator[str]:
    """The files that change only words: with them as they were, everything would act as it will."""
    quiet = all(one.kind in QUIET for one in foreseen.changes)
    for path, text in foreseen.files.items():
        if quiet or _acts_alike(foreseen.catalogue, {**files, path: text or ""}):
            yield path


def _acts_alike(after: Catalogue, files: Mapping[str, str | bytes]) -> bool:
    try:
        before = compile_published(files)
    except DefinitionFaulty:
        return False
    names = {one.name: one.revision for one in before.definitions.values()}
    return all(one.kind in QUIET for one in changes(before, names, after, {}))


# --- Open tickets -----------------------------------------------------------------------------------------------------


def standing_in(session: Session, workflow: str) -> tuple[Standing, ...]:
    """The open tickets of a definition by the revision that they are pinned to, the newest revision first."""
    ticket, revision, publication = tables.Ticket, tables.Revision, tables.Publication
    rows = session.execute(
        select(
            ticket.revision,
            publication.published_at,
            func.count(ticket.id).label("tickets"),
            func.min(ticket.opened_at).label("oldest"),
            func.max(ticket.opened_at).label("newest"),
        )
        .join(revision, revision.hash == ticket.revision)
        .join(publication, publication.id == revision.first_publication_id)
        .where(ticket.workflow == workflow, ticket.ended_at.is_(None))
        .group_by(ticket.revision, publication.published_at)
        .order_by(publication.published_at.desc(), ticket.revision)
    )
    return tuple(Standing(**row._mapping) for row in rows)


def vanishing_from(session: Session, after: Definition) -> tuple[Vanishing, ...]:
    """What open tickets of a definition use of the revisions that they are pinned to, and `after` does not have."""
    ticket = tables.Ticket
    mine = (ticket.workflow == after.name, ticket.ended_at.is_(None))
    counted = select(ticket.revision, ticket.state, func.count()).where(*mine).group_by(ticket.revision, ticket.state)
    standing = [(revision, state, count) for revision, state, count in session.execute(counted)]
    pinned = {revision: _pinned(session, after.name, revision) for revision, _, _ in standing}
    found: dict[tuple[str, str], Vanishing] = {}

    def add(kind: str, name: str, text: Text, count: int) -> None:
        known = found.get((kind, name))
        tickets = count + (known.tickets if known else 0)
        found[kind, name] = Vanishing(kind=kind, name=name, text=text, tickets=tickets)  # type: ignore[arg-type]

    for revision, state, count in sorted(standing):
        before = pinned[revision]
        if state not in after.states or after.states[state].end:
            add("state", state, words.state(state, before), count)
        for move in before.transitions.values():
            if move.name not in after.transitions and state in move.sources and not move.answer:
                add("transition", move.name, move.text, count)
    for kind, name, text in _clocks_gone(pinned.values(), after):
        clock = tables.Clock
        runs = (
            select(func.count(clock.ticket_id.distinct()))
            .join(ticket, ticket.id == clock.ticket_id)
            .where(*mine, clock.kind == kind, clock.name == name, clock.ended_at.is_(None))
        )
        add(kind, name, text, session.execute(runs).scalar_one())
    for kind, name, text in _fields_gone(pinned.values(), after):
        value = tables.FieldValue
        filled = (
            select(func.count())
            .join(ticket, ticket.id == value.ticket_id)
            .where(*mine, value.field == name, value.current, value.value.is_not(None))
        )
        add(kind, name, text, session.execute(filled).scalar_one())
    return tuple(one for one in found.values() if one.tickets)


def _pinned(session: Session, workflow: str, revision: str) -> Definition:
    """The definition of a revision; one without parts where it cannot be read any more."""
    try:
        return revisions.definition(session, workflow, revision)
    except (RevisionUnknown, RevisionUnreadable):
        return Definition(name=workflow, text=Text(workflow), revision=revision, calendar="", accountable="")


def _clocks_gone(pinned: Iterable[Definition], after: Definition) -> Iterator[tuple[str, str, Text]]:
    told = set()
    for before in pinned:
        for kind, old, new in (
            ("deadline", before.deadlines, after.deadlines),
            ("reminder", before.reminders, after.reminders),
        ):
            for name, part in old.items():
                if name not in new and (kind, name) not in told:
                    told.add((kind, name))
                    yield kind, name, part.text


def _fields_gone(pinned: Iterable[Definition], after: Definition) -> Iterator[tuple[str, str, Text]]:
    told = set()
    for before in pinned:
        for name, part in before.fields.items():
            new = after.fields.get(name) or BUILT_IN_FIELDS.get(name)
            kind = "field" if new is None else "" if same_type(part, new) else "type"
            if kind and (kind, name) not in told:
                told.add((kind, name))
                yield kind, name, part.text
