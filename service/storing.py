"""The one writer of tickets, entries, field values, clocks, timers and notices.

`apply` writes many tickets' decisions with a few bulk statements in the caller's transaction, on PostgreSQL with one:
the compare-and-set on the ticket, its history, and the notices with the people they go to, which are the evidence. What
is to be written is worked out before the first statement, so that whoever holds others up does nothing else meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from service import bulk, outbox, records, tables, uploads
from service.db import table_of
from service.directory import Directory
from service.entries import entry_row, value_rows
from service.loading import Loaded
from workflow.definition import Definition, FieldType
from workflow.fields import cells
from workflow.notices import Item, items_of
from workflow.ticket import Decision, Notice, Ticket

Row = dict[str, Any]


class ChangedMeanwhile(Exception):
    """Another transaction has written the ticket between reading and writing it; nothing was stored."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed the ticket just now: look at it again, then try once more.")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What is to be written beside the tickets' own rows, worked out before the first is written.

    `overtaken` are the field values that are no longer the current ones; of what is gone, the keys.
    """

    entries: list[Row] = field(default_factory=list)
    overtaken: list[Row] = field(default_factory=list)
    values: list[Row] = field(default_factory=list)
    attachments: list[Row] = field(default_factory=list)
    clocks_gone: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    timers_gone: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has been decided about tickets that exist: their own rows as they shall be, and all the others."""

    tickets: list[Row]
    rows: Rows

    @property
    def one_statement(self) -> bool:
        """Whether PostgreSQL is sent one: files that are named are held first."""
        return not self.rows.attachments


def apply(
    session: Session, outcomes: Sequence[Outcome], *, recorded_at: dt.datetime, request_id: str | None = None
) -> None:
    """Write what has been decided about tickets that exist, in the caller's transaction.

    Raises ChangedMeanwhile as `write` does. Outcomes without a decision are left alone.
    """
    write(session, changes_of(outcomes, recorded_at=recorded_at, request_id=request_id))


def changes_of(outcomes: Sequence[Outcome], *, recorded_at: dt.datetime, request_id: str | None = None) -> Changes:
    """What is to be written about tickets that exist."""
    made = [outcome for outcome in outcomes if outcome.decisions]
    tickets = [
        {
            "id": outcome.loaded.id,
            "was_sequence": outcome.loaded.ticket.sequence,
            "calendar_revision": outcome.decisions[-1].entry.calendar,
            **records.ticket_columns(outcome.ticket, outcome.definition),
        }
        for outcome in made
    ]
    return Changes(tickets=tickets, rows=rows_of(made, recorded_at, request_id))


def write(session: Session, changes: Changes) -> None:
    """Write what has been worked out, in the caller's transaction.

    Raises ChangedMeanwhile if one of the tickets is no longer as it was read; then nothing of any of them may be
    committed.
    """
    _require_files(session, changes.rows)
    ticket = bulk.change(table_of(tables.Ticket), ("id", "was_sequence"), changes.tickets)
    if not bulk.send_together(session, [ticket, *_writes(changes.rows)], guarded=True):
        raise ChangedMeanwhile


def rows_of(outcomes: Sequence[Outcome], recorded_at: dt.datetime, request_id: str | None) -> Rows:
    """Entries, field values, attachments, clocks, timers and notices of tickets that have their ids."""
    rows = Rows()
    for outcome in outcomes:
        ticket_id = outcome.loaded.id
        told = outbox.evidence_of(outcome.items)
        latest: dict[str, Row] = {}
        for decision in outcome.decisions:
            filled = value_rows(ticket_id, decision.entry)
            for row in filled:
                if (earlier := latest.get(row["field"])) is not None:
                    earlier["current"] = False
                latest[row["field"]] = row
            rows.values.extend(filled)
            rows.entries.append(
                entry_row(
                    ticket_id,
                    decision.entry,
                    values=filled,
                    recorded_at=recorded_at,
                    told=told.get(decision.entry.sequence, []) + _unanswered(outcome, decision.entry.sequence),
                    request_id=request_id,
                )
            )
        rows.overtaken.extend(
            {"ticket_id": ticket_id, "field": name, "current": False} for name in latest if name in outcome.loaded.filed
        )
        rows.attachments.extend(_attachments(outcome))
        rows.notices.extend(outbox.notices_of(outcome.ticket.number, ticket_id, outcome.items, recorded_at))
        _compare(rows, outcome)
    return rows


def write_rows(session: Session, rows: Rows) -> None:
    """Each kind with one statement for all tickets, and none for a kind of which there is nothing."""
    _require_files(session, rows)
    bulk.send_together(session, _writes(rows))


def _writes(rows: Rows) -> list[bulk.Write]:
    """In the order in which they refer to each other."""
    value, clock, timer = table_of(tables.FieldValue), table_of(tables.Clock), table_of(tables.Timer)
    return [
        bulk.insert(table_of(tables.Entry), rows.entries),
        bulk.change(value, ("ticket_id", "field"), rows.overtaken, only="it.current"),
        bulk.insert(value, rows.values),
        bulk.add(table_of(tables.Attachment), rows.attachments),
        bulk.delete(clock, rows.clocks_gone),
        bulk.put(clock, rows.clocks),
        bulk.delete(timer, rows.timers_gone),
        bulk.put(timer, rows.timers),
        bulk.insert(table_of(tables.Notice), rows.notices),
    ]


def _require_files(session: Session, rows: Rows) -> None:
    if rows.attachments and not uploads.held(session, {row["file_id"] for row in rows.attachments}):
        raise ChangedMeanwhile  # a file that no ticket named yet has been tidied up since


def _attachments(outcome: Outcome) -> list[Row]:
    """Which files a ticket names from now on; what it has named before stays, as its history does."""
    named = {
        (str(value), name)
        for decision in outcome.decisions
        for name, one, value in cells(decision.definition.fields, decision.entry.filled)
        if one.type is FieldType.FILE
    }
    return [{"file_id": file, "ticket_id": outcome.loaded.id, "field": name} for file, name in sorted(named)]


def _compare(rows: Rows, outcome: Outcome) -> None:
    """Add the clocks and timers that are new or changed, and the keys of those that are gone."""
    id_, was, is_ = outcome.loaded.id, outcome.loaded.ticket, outcome.ticket
    clocks = {(one.kind, one.name, one.run): one for one in was.clocks}
    for clock in is_.clocks:
        if clocks.pop((clock.kind, clock.name, clock.run), None) is not clock:  # what stayed the same is the same
            rows.clocks.append(records.clock_row(id_, clock))
    rows.clocks_gone.extend({"ticket_id": id_, "kind": kind, "name": name, "run": run} for kind, name, run in clocks)
    timers = {timer.key: timer for timer in was.timers}
    for timer in is_.timers:
        if timers.pop(timer.key, None) != timer:
            rows.timers.append(records.timer_row(id_, timer))
    rows.timers_gone.extend({"ticket_id": id_, **key._asdict()} for key in timers)


def _unanswered(outcome: Outcome, sequence: int) -> list[dict[str, Any]]:
    """Notices that reach nobody are evidence, too."""
    missed = outcome.unanswered.get(sequence, ())
    return [{"person": None, "about": notice.about, "why": notice.to.why} for notice in missed]
