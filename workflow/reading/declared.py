"""What a part says of itself: its names, its texts, and the fields and columns that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.definition import Field, FieldType, Follows, Text

Said = Mapping[str, Any]
"""What a part says, by attribute names, as the schema has read it."""


def fields_of(said: Said) -> dict[str, Field]:
    """The fields that a document declares, as far as their types could be read."""
    declared: dict[str, Said] = said.get("fields_", {})
    return {name: field_of(name, one) for name, one in declared.items() if "type" in one}


def text_of(said: Said, name: str) -> Text:
    """What people read; the English is the name with blanks where none is given."""
    return Text(said.get("en") or name.replace("_", " ").replace("-", " "), said.get("zh", ""))


def names_of(said: Said, key: str) -> tuple[str, ...]:
    return tuple(one for one in said.get(key, ()) if one is not None)


def field_of(name: str, said: Said) -> Field:
    """A field, or a column of a list or a register."""
    type_ = FieldType(said["type"])
    of = said.get("of")
    follows = next(((to, table) for to, table in said.get("follows", {}).items()), None)
    return Field(
        name=name,
        text=text_of(said, name),
        type=type_,
        choices={choice: text_of(one, choice) for choice, one in of.items()}
        if of and type_ is FieldType.CHOICE
        else {},
        columns={column: field_of(column, one) for column, one in of.items() if "type" in one}
        if of and type_ is FieldType.LIST
        else {},
        workflow=of if type_ is FieldType.TICKET else None,
        register=of if type_ is FieldType.REGISTER else None,
        in_states=names_of(said, "in_states"),
        same=names_of(said, "same"),
        min=said.get("min"),
        max=said.get("max"),
        min_length=said.get("min_length"),
        formula=said.get("formula"),
        follows=Follows(*follows) if follows else None,
        confidential=said.get("confidential"),
        rules=names_of(said, "rules"),
        note=said.get("note", ""),
    )
