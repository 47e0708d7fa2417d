"""The newest earlier ticket that says the same: what deciding is told where a definition asks for it (`same`).

One statement for each field that is to be filled, and none for any other move. It goes through the values that say
what the first of the fields says, from the newest ticket on, by an index of what texts begin with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service import records
from service.columns import dump_json
from service.revisions import Published
from workflow.definition import Definition
from workflow.sameness import Sought
from workflow.ticket import Link

PREFIX = 64
"""So many characters of a value are in the index."""

_BEGINNING = {"postgresql": f"left(said.value::text, {PREFIX})", "sqlite": f"substr(said.value, 1, {PREFIX})"}
_TEXT = {"postgresql": "left(said.value::text, 1) = '\"'", "sqlite": "substr(said.value, 1, 1) = '\"'"}
_WANTED = {"postgresql": f"left(CAST(:v0 AS jsonb)::text, {PREFIX})", "sqlite": f"substr(:v0, 1, {PREFIX})"}
_VALUE = {"postgresql": "CAST(:v{0} AS jsonb)", "sqlite": ":v{0}"}

_NEWEST = 2**62
"""Above the id of every ticket."""


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of what was found, by what was asked, and what is to be known of these tickets."""

    same: dict[Sought, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


def found(
    session: Session,
    published: Published,
    asked: Iterable[Sought],
    definition: Definition,
    site: str,
    before: int | None = None,
) -> Found:
    """The newest tickets of a site that say what was asked, opened before the ticket with the id `before`."""
    known = published.catalogue.definitions
    same: dict[Sought, str] = {}
    links: dict[str, Link] = {}
    for one in asked:
        wanted = definition.fields[one[0]]
        workflows = [wanted.workflow, *(each.name for each in known.values() if each.head == wanted.workflow)]
        given: dict[str, Any] = {"site": site, "before": before or _NEWEST}
        given |= {f"v{index}": dump_json(value) for index, value in enumerate(one[1])}
        given |= {f"f{index}": name for index, name in enumerate(wanted.same)}
        given |= {f"w{index}": name for index, name in enumerate(workflows)}
        given |= {f"s{index}": name for index, name in enumerate(wanted.in_states)}
        statement = _statement(session.get_bind().dialect.name, len(wanted.same), len(workflows), len(wanted.in_states))
        row = session.execute(text(statement), given).one_or_none()
        if row is not None:
            same[one] = row.number
            links[row.number] = records.link_of(row, known)
    return Found(same, links)


def _statement(database: str, fields: int, workflows: int, states: int) -> str:
    others = " ".join(
        f"AND EXISTS (SELECT 1 FROM field_value AS o{index} WHERE o{index}.ticket_id = said.ticket_id "  # noqa: S608
        f"AND o{index}.field = :f{index} AND o{index}.current AND o{index}.value = {_VALUE[database].format(index)})"
        for index in range(1, fields)
    )
    among = ", ".join(f":w{index}" for index in range(workflows))
    standing = f"AND ticket.state IN ({', '.join(f':s{index}' for index in range(states))})" if states else ""
    return (
        "SELECT ticket.number, ticket.workflow, ticket.state, ticket.ended_at "  # noqa: S608
        "FROM field_value AS said JOIN ticket ON ticket.id = said.ticket_id "
        f"WHERE said.field = :f0 AND {_BEGINNING[database]} = {_WANTED[database]} AND {_TEXT[database]} "
        f"AND said.value = {_VALUE[database].format(0)} AND said.current AND said.ticket_id < :before "
        f"AND ticket.site_id = :site AND ticket.workflow IN ({among}) {standing} {others} "
        "ORDER BY said.ticket_id DESC LIMIT 1"
    )
