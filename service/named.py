"""What a move names beside people and tickets: entries of registers and files, those of them that it may name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service import registers, uploads
from service.revisions import Published
from workflow.definition import Definition, FieldType
from workflow.fields import MOST_ROWS, cells
from workflow.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Named:
    """Keys of entries by register, and ids of files: what `Facts` has of them."""

    registers: Mapping[str, frozenset[str]]
    files: frozenset[str]


def named_in(
    session: Session,
    published: Published,
    definition: Definition,
    site: str,
    at: dt.datetime,
    fields: Mapping[str, object] | None,
    person: str | None,
    ticket: Ticket | None,
) -> Named:
    """What `person` typed and may be chosen here now, and what the ticket names already, whatever has become of that.

    No statement is sent where nothing is typed that could be a key or an id.
    """
    found: dict[str, set[str]] = {}
    files: set[str] = set()
    for _, field, value in cells(definition.fields, ticket.fields if ticket is not None else {}):
        if field.type is FieldType.REGISTER and field.register is not None:
            found.setdefault(field.register, set()).add(str(value))
        elif field.type is FieldType.FILE:
            files.add(str(value))
    ids = {text for text in _typed(definition, fields or {}, FieldType.FILE) if uploads.ID.fullmatch(text)}
    if person is not None:
        files |= uploads.sent_by(session, person, ids)
    keys = {text for text in _typed(definition, fields or {}, FieldType.REGISTER) if registers.KEY.fullmatch(text)}
    for register, chosen in registers.choosable(session, published.catalogue.registers, keys, site, at).items():
        found.setdefault(register, set()).update(chosen)
    return Named({register: frozenset(those) for register, those in found.items()}, frozenset(files))


def _typed(definition: Definition, fields: Mapping[str, object], kind: FieldType) -> Iterator[str]:
    """Every text that was typed into a field of this type or a list with such a column.

    A name with a point is a column, or a field of a child that the move opens, of whatever type.
    """
    for name, raw in fields.items():
        field = definition.fields.get(name)
        own = (field, *field.columns.values()) if field is not None else ()
        if "." in name or any(one.type is kind for one in own):
            yield from _texts(raw)


def _texts(typed: object) -> Iterator[str]:
    """Every text in what was typed: alone, as a row, or in a row."""
    if isinstance(typed, str):
        yield typed
    elif isinstance(typed, Mapping):
        for inside in typed.values():
            yield from _texts(inside)
    elif isinstance(typed, list):
        for inside in typed[:MOST_ROWS]:
            yield from _texts(inside)
