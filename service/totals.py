"""Sums over other tickets (`total( )`): what deciding is told of them, added up exactly.

One statement for any number of tickets, and none where no definition asks. Figures are stored as text so that they stay
exact, and are therefore added up here and not by the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from service import tables
from service.revisions import Published
from workflow.definition import Definition
from workflow.totals import Asked, totals_of

Totals = Mapping[Asked, Decimal]

_EXACTLY = Context(prec=60)

_known: dict[str, frozenset[Asked]] = {}
"""For what each revision asks; a revision never asks for anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A ticket for which sums are wanted: where it is, what it is or may become, and the span that counts.

    What happens at `since` counts, what happens at `until` does not, so that nothing counts in two spans that follow
    each other; without `until` the span is still open.
    """

    site: str
    since: dt.datetime
    until: dt.datetime | None
    definitions: tuple[Definition, ...]

    @property
    def wanted(self) -> frozenset[Asked]:
        return frozenset().union(*(_asked(one) for one in self.definitions))

    def before_its_end(self, at: dt.datetime) -> bool:
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that a field of a ticket was given at some time, and a move that makes the ticket count."""

    ticket: int
    site: str
    workflow: str
    made: str
    made_at: dt.datetime
    field: str
    at: dt.datetime
    figure: Decimal | None


def nothing_yet(definitions: Iterable[Definition]) -> Totals:
    """The sums for a ticket that is being opened: nothing has happened since."""
    return {asked: Decimal(0) for one in definitions for asked in _asked(one)}


def asked_by(definitions: Iterable[Definition]) -> bool:
    """Whether one of these asks for any sum."""
    return any(map(_asked, definitions))


def totals(session: Session, published: Published, asking: Sequence[Asking]) -> list[Totals]:
    """The sums for these tickets, in their order."""
    wanted = frozenset().union(*(one.wanted for one in asking))
    if not wanted:
        return [{} for _ in asking]
    classes = {workflow: _classes(published, workflow) for workflow in {_workflow(of) for of, _ in wanted}}
    written = _written(session, asking, wanted, frozenset().union(*classes.values()))
    return [{(of, made): _sum(written, one, of, made, classes) for of, made in one.wanted} for one in asking]


def _written(
    session: Session, asking: Sequence[Asking], wanted: Collection[Asked], workflows: Collection[str]
) -> list[_Written]:
    """Every value that the tickets that may count were given: for a span that is over the later ones do not count."""
    entry, ticket, stored = tables.Entry, tables.Ticket, tables.FieldValue
    giving = aliased(entry)
    counting = [one for one in asking if one.wanted]
    since = min(one.since for one in counting)
    ends = [one.until for one in counting if one.until is not None]
    chosen = (
        select(
            ticket.id,
            ticket.site_id,
            ticket.workflow,
            entry.name,
            entry.at,
            stored.field,
            giving.at,
            stored.value,
        )
        .join(entry, entry.ticket_id == ticket.id)
        .join(stored, stored.ticket_id == ticket.id)
        .join(giving, and_(giving.ticket_id == stored.ticket_id, giving.sequence == stored.sequence))
        .where(
            ticket.site_id.in_({one.site for one in asking}),
            ticket.workflow.in_(workflows),
            entry.recorded_at >= since,  # nothing is written down before it counts, and this is what has an index
            entry.at >= since,
            entry.kind == "move",
            entry.name.in_({made for _, made in wanted}),
            stored.field.in_({of.partition(".")[2] for of, _ in wanted}),
        )
        .order_by(ticket.id, stored.sequence)
    )
    if len(ends) == len(counting):
        chosen = chosen.where(entry.at < max(ends), giving.at < max(ends))
    return [
        _Written(number, site, workflow, made, made_at, field, at, _figure(value))
        for number, site, workflow, made, made_at, field, at, value in session.execute(chosen)
    ]


def _figure(stored: object) -> Decimal | None:
    """None for an empty value, and for one of a revision in which the field was no figure."""
    try:
        figure = Decimal(stored) if isinstance(stored, str) else None
    except InvalidOperation:
        return None
    return figure if figure is not None and figure.is_finite() else None


def _sum(
    written: Iterable[_Written], one: Asking, of: str, made: str, classes: Mapping[str, frozenset[str]]
) -> Decimal:
    """Each ticket counts once, with the value that the field had when the span was over, or has now."""
    workflow, _, field = of.partition(".")
    last: dict[int, Decimal | None] = {}
    for value in written:
        counts = value.made == made and one.since <= value.made_at and one.before_its_end(value.made_at)
        here = value.site == one.site and value.workflow in classes[workflow]
        if counts and here and value.field == field and one.before_its_end(value.at):
            last[value.ticket] = value.figure  # they come in the order in which they were given
    sum_ = Decimal(0)
    for figure in last.values():
        sum_ = _EXACTLY.add(sum_, figure or 0)
    return sum_


def _asked(definition: Definition) -> frozenset[Asked]:
    found = _known.get(definition.revision)
    if found is None:
        found = _known[definition.revision] = totals_of(definition)
    return found


def _workflow(of: str) -> str:
    return of.partition(".")[0]


def _classes(published: Published, workflow: str) -> frozenset[str]:
    """A workflow with its classes: a ticket of one is a ticket of the other."""
    known = published.catalogue.definitions.values()
    return frozenset({workflow, *(one.name for one in known if one.head == workflow)})
