"""The parent of a ticket and its children, as far as somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.access import may_read
from service.db import table_of
from service.finding import Seen
from workflow.definition import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A ticket that opened another one, or was opened by it."""

    number: str
    title: str
    state: str
    open: bool
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Relatives:
    """The parent, None for a ticket that no other one opened, and the children, oldest first, those that ended too."""

    parent: Relative | None = None
    children: tuple[Relative, ...] = ()


def relatives(session: Session, found: Seen) -> Relatives:
    """The parent and the children of a ticket that who looks at it may see as well; one statement, or none for a
    ticket that nobody opened from another one and that opens none.

    All are of one site; so whoever sees one by a role there sees all. Whoever has only opened or holds one ticket sees
    that one alone, and those that the whole group sees.
    """
    mine, above = found.loaded.id, found.loaded.parent_id
    if not mine or (above is None and not found.loaded.facts.openable):
        return Relatives()
    table = table_of(tables.Ticket)
    chosen = select(
        table.c.id,
        table.c.number,
        table.c.title,
        table.c.site_id,
        table.c.state,
        table.c.ended_at,
        table.c.workflow,
        table.c.revision,
        table.c.receiver_id,
        table.c.assignee_id,
    ).where(or_(table.c.parent_id == mine, table.c.id == above))
    parent, children = None, []
    for row in session.execute(chosen.order_by(table.c.id)):
        if not may_read(found.actor.id, row, found.published.catalogue, found.directory):
            continue
        definition = revisions.definition(session, row.workflow, row.revision)
        one = Relative(
            number=row.number, title=row.title, state=row.state, open=row.ended_at is None, definition=definition
        )
        if row.id < mine:
            parent = one
        else:
            children.append(one)
    return Relatives(parent=parent, children=tuple(children))
