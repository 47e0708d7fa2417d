"""Roles: who answers at a site, in a department of it, or for the whole group, and who stands in when nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from workflow.definition import Text

LAST = "duty_manager"
"""The role in which every chain ends: of a site, never empty there, and with nobody behind it."""


class Scope(Enum):
    """What a role belongs to; a role of departments is written `ROLE of FIELD`."""

    GROUP = "group"
    SITE = "site"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role; when nobody holds it, `falls_back_to` answers (None only for the last of all chains)."""

    name: str
    text: Text
    scope: Scope
    falls_back_to: str | None = None

    @property
    def of_departments(self) -> bool:
        """It is held in a department, and so is written `ROLE of FIELD`."""
        return self.scope is Scope.DEPARTMENT


def chain(roles: Mapping[str, Role], name: str) -> tuple[str, ...]:
    """The role and those that answer in its place, in order, up to the last one; KeyError for an unknown role."""
    found: list[str] = []
    following: str | None = name
    while following is not None and following not in found:
        found.append(following)
        following = roles[following].falls_back_to
    return tuple(found)
