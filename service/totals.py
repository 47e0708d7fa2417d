"""Sums over other tickets (`total( )`): what deciding is told of them, added up exactly.

One statement for any number of tickets, and none where no definition asks. Figures are stored as text so that they stay
exact, and are therefore added up here and not by the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
    """A ticket for which sums are wanted: where it is, since when it counts, and what it is or may become."""

    site: str
    opened: dt.datetime
    definitions: tuple[Definition, ...]

    @property
    def wanted(self) -> frozenset[Asked]:
        return frozenset().union(*(_asked(one) for one in self.definitions))


@dataclass(frozen=True, slots=True)
class _Figure:
    site: str
    workflow: str
    made: str
    at: dt.datetime
    field: str
    value: Decimal


def nothing_yet(definitions: Iterable[Definition]) -> Totals:
    """The sums for a ticket that is being opened: nothing has happened since."""
    return {asked: Decimal(0) for one in definitions for asked in _asked(one)}


def totals(session: Session, published: Published, asking: Sequence[Asking]) -> list[Totals]:
    """The sums for these tickets, in their order."""
    wanted = frozenset().union(*(one.wanted for one in asking))
    if not wanted:
        return [{} for _ in asking]
    classes = {workflow: _classes(published, workflow) for workflow in {_workflow(of) for of, _ in wanted}}
    figures = _figures(session, asking, wanted, frozenset().union(*classes.values()))
    return [{(of, made): _sum(figures, one, of, made, classes) for of, made in one.wanted} for one in asking]


def _figures(
    session: Session, asking: Sequence[Asking], wanted: Collection[Asked], workflows: Collection[str]
) -> list[_Figure]:
    entry, ticket, stored = tables.Entry, tables.Ticket, tables.FieldValue
    since = min(one.opened for one in asking if one.wanted)
    latest = (
        select(entry.ticket_id, entry.name, func.max(entry.at).label("at"))
        .where(
            entry.recorded_at >= since,  # nothing is written down before it counts, and this is what has an index
            entry.at >= since,
            entry.kind == "move",
            entry.name.in_({made for _, made in wanted}),
        )
        .group_by(entry.ticket_id, entry.name)
        .subquery()
    )
    chosen = (
        select(ticket.site_id, ticket.workflow, latest.c.name, latest.c.at, stored.field, stored.value)
        .join(latest, latest.c.ticket_id == ticket.id)
        .join(stored, stored.ticket_id == ticket.id)
        .where(
            ticket.site_id.in_({one.site for one in asking}),
            ticket.workflow.in_(workflows),
            stored.current,
            stored.field.in_({of.partition(".")[2] for of, _ in wanted}),
        )
    )
    found = []
    for site, workflow, made, at, field, value in session.execute(chosen):
        figure = _figure(value)
        if figure is not None:
            found.append(_Figure(site, workflow, made, at, field, figure))
    return found


def _figure(stored: object) -> Decimal | None:
    """None for an empty value, and for one of a revision in which the field was no figure."""
    try:
        figure = Decimal(stored) if isinstance(stored, str) else None
    except InvalidOperation:
        return None
    return figure if figure is not None and figure.is_finite() else None


def _sum(figures: Iterable[_Figure], one: Asking, of: str, made: str, classes: Mapping[str, frozenset[str]]) -> Decimal:
    workflow, _, field = of.partition(".")
    sum_ = Decimal(0)
    for figure in figures:
        here = figure.site == one.site and figure.at >= one.opened
        if here and figure.made == made and figure.field == field and figure.workflow in classes[workflow]:
            sum_ = _EXACTLY.add(sum_, figure.value)
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
