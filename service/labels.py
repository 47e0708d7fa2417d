"""What people read in the place of keys and ids: the names of register entries and of files that tickets name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service import registers, uploads
from service.uploads import Uploaded
from workflow.definition import Field, FieldType, Text
from workflow.entry import Value
from workflow.fields import cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Names by site, register and key, and files by id."""

    entries: Mapping[tuple[str, str, str], Text] = field(default_factory=dict)
    files: Mapping[str, Uploaded] = field(default_factory=dict)

    def entry(self, site: str, register: str, key: str) -> Text:
        """What an entry is called where it is named; by its key if nobody knows it."""
        return self.entries.get((site, register, key), Text(key))


def labels_of(session: Session, named: Iterable[tuple[str, Mapping[str, Field], Mapping[str, Value]]]) -> Labels:
    """The names in these values, each with its site and its fields: two statements at the most, however many."""
    keys: set[tuple[str, str, str]] = set()
    files: set[str] = set()
    for site, fields, values in named:
        for _, one, value in cells(fields, values):
            if one.type is FieldType.REGISTER and one.register is not None:
                keys.add((site, one.register, str(value)))
            elif one.type is FieldType.FILE:
                files.add(str(value))
    return Labels(entries=registers.called(session, keys), files=uploads.noted(session, files))
