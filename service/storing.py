"""The one writer of tickets, entries, field values, clocks, timers and notices.

`apply` writes many tickets' decisions with a few bulk statements in the caller's transaction: the compare-and-set
on the ticket, its history, and the notices with the people they go to, which are the evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy.orm import Session

from service import bulk, outbox, records, tables
from service.db import table_of
from service.directory import Directory
from service.entries import entry_row, value_rows
from service.loading import Loaded
from workflow.definition import Definition, FieldType
from workflow.fields import cells
from workflow.notices import Item, items_of
from workflow.ticket import Decision, Notice, Ticket


class ChangedMeanwhile(Exception):
    """Another transaction has written the ticket between reading and writing it; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one settling or move of one ticket came to, ready to be written.

    `parent` is the number of the ticket that opened it, where it was opened just now.
    `items` are what each person is told, by person; `unanswered` the notices that reach nobody, by sequence.
    """

    loaded: Loaded
    decisions: tuple[Decision, ...]
    parent: str | None = None
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    unanswered: Mapping[int, tuple[Notice, ...]] = field(default_factory=dict)

    @property
    def ticket(self) -> Ticket:
        return self.decisions[-1].ticket if self.decisions else self.loaded.ticket

    @property
    def definition(self) -> Definition:
        return self.decisions[-1].definition if self.decisions else self.loaded.definition


def addressed(outcome: Outcome, directory: Directory) -> Outcome:
    """The outcome with the people that its notices go to: that is the evidence."""
    site = outcome.loaded.ticket.site
    items = items_of(outcome.decisions, lambda addressee: directory.told(addressee, site))
    unanswered = {
        decision.entry.sequence: tuple(one for one in decision.notices if not directory.told(one.to, site))
        for decision in outcome.decisions
    }
    return replace(outcome, items=items, unanswered=unanswered)


def apply(
    session: Session, outcomes: Sequence[Outcome], *, recorded_at: dt.datetime, request_id: str | None = None
) -> None:
    """Write what has been decided about tickets that exist, in the caller's transaction.

    Raises ChangedMeanwhile if one of them is no longer as it was read; then nothing of any of them may be
    committed. Outcomes without a decision are left alone.
    """
    made = [outcome for outcome in outcomes if outcome.decisions]
    if not made:
        return
    changes = [
        {
            "id": outcome.loaded.id,
            "was_sequence": outcome.loaded.ticket.sequence,
            "calendar_revision": outcome.decisions[-1].entry.calendar,
            **records.ticket_columns(outcome.ticket, outcome.definition),
        }
        for outcome in made
    ]
    if bulk.change_rows(session, table_of(tables.Ticket), ("id", "was_sequence"), changes) != len(made):
        raise ChangedMeanwhile
    write_history(session, made, recorded_at, request_id)


def write_history(
    session: Session, outcomes: Sequence[Outcome], recorded_at: dt.datetime, request_id: str | None
) -> None:
    """Entries, field values, clocks, timers and notices, each kind with one statement for all tickets."""
    entries: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    for outcome in outcomes:
        ticket_id = outcome.loaded.id
        told = outbox.evidence_of(outcome.items)
        for decision in outcome.decisions:
            filled = value_rows(ticket_id, decision.entry)
            values.extend(filled)
            entries.append(
                entry_row(
                    ticket_id,
                    decision.entry,
                    values=filled,
                    recorded_at=recorded_at,
                    told=told.get(decision.entry.sequence, []) + _unanswered(outcome, decision.entry.sequence),
                    request_id=request_id,
                )
            )
        notices.extend(outbox.notices_of(outcome.ticket.number, ticket_id, outcome.items, recorded_at))
    bulk.insert_rows(session, table_of(tables.Entry), entries)
    _write_values(session, values)
    _write_attachments(session, outcomes)
    _write_difference(session, tables.Clock, *_rows_of(outcomes, "clocks"))
    _write_difference(session, tables.Timer, *_rows_of(outcomes, "timers"))
    outbox.put(session, notices)


def _write_values(session: Session, values: list[dict[str, Any]]) -> None:
    if not values:
        return
    table = table_of(tables.FieldValue)
    latest = {(row["ticket_id"], row["field"]): row["sequence"] for row in values}
    for row in values:
        row["current"] = latest[row["ticket_id"], row["field"]] == row["sequence"]
    keys = [{"ticket_id": ticket, "field": name, "current": False} for ticket, name in latest]
    bulk.change_rows(session, table, ("ticket_id", "field"), keys, only="it.current")
    bulk.insert_rows(session, table, values)


def _write_attachments(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Which files these tickets name from now on; what one has named before stays, as its history does."""
    rows = {
        (str(value), outcome.loaded.id, name)
        for outcome in outcomes
        for decision in outcome.decisions
        for name, field, value in cells(decision.definition.fields, decision.entry.filled)
        if field.type is FieldType.FILE
    }
    if rows:
        bulk.add_rows(
            session,
            table_of(tables.Attachment),
            [{"file_id": file, "ticket_id": ticket, "field": name} for file, ticket, name in sorted(rows)],
        )


Rows = dict[tuple[Any, ...], dict[str, Any]]


def _rows_of(outcomes: Sequence[Outcome], what: Literal["clocks", "timers"]) -> tuple[Rows, Rows]:
    """The clock or timer rows before and after, by their keys; a value that stayed the same object is in neither."""
    before: Rows = {}
    after: Rows = {}
    for outcome in outcomes:
        id_, was, is_ = outcome.loaded.id, outcome.loaded.ticket, outcome.ticket
        if what == "clocks":
            same_clocks = {id(one) for one in was.clocks} & {id(one) for one in is_.clocks}
            before |= {(id_, one.kind, one.name, one.run): {} for one in was.clocks if id(one) not in same_clocks}
            after |= {
                (id_, one.kind, one.name, one.run): records.clock_row(id_, one)
                for one in is_.clocks
                if id(one) not in same_clocks
            }
        else:
            same_timers = set(was.timers) & set(is_.timers)
            before |= {(id_, *one.key): {} for one in was.timers if one not in same_timers}
            after |= {(id_, *one.key): records.timer_row(id_, one) for one in is_.timers if one not in same_timers}
    return before, after


def _write_difference(
    session: Session, stored: type[tables.Clock] | type[tables.Timer], before: Rows, after: Rows
) -> None:
    """Delete the rows that are gone and write those that are new or changed."""
    table = table_of(stored)
    keys = [column.name for column in table.primary_key]
    bulk.delete_rows(session, table, [dict(zip(keys, key, strict=True)) for key in before if key not in after])
    bulk.put_rows(session, table, list(after.values()))


def _unanswered(outcome: Outcome, sequence: int) -> list[dict[str, Any]]:
    """Notices that reach nobody are evidence, too."""
    missed = outcome.unanswered.get(sequence, ())
    return [{"person": None, "about": notice.about, "why": notice.to.why} for notice in missed]
