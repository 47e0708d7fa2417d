"""What accounts refuse: one class for each thing that a caller can do differently, its data in attributes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from workflow.names import nearest, one_of
from workflow.roles import Role, Scope


class AccountRefused(ValueError):
    """Nothing was changed."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.__doc__)


class NameFaulty(AccountRefused):
    """A name cannot be so; `accepted` says how it can."""

    def __init__(self, kind: str, given: str, accepted: str) -> None:
        self.kind, self.given, self.accepted = kind, given, accepted
        super().__init__(f"{given!r} cannot be a {kind}: {accepted}.")


class NotKnown(AccountRefused):
    """There is no such thing; `nearest` is what was probably meant."""

    def __init__(self, kind: str, name: str, known: Collection[str], *, where: str = "") -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.nearest = nearest(name, known)
        meant = (
            f"; did you mean {self.nearest}?" if self.nearest else f". There are: {one_of(sorted(known)) or 'none'}."
        )
        super().__init__(f"There is no {kind} {name}{where}{meant}")


class AlreadyThere(AccountRefused):
    """The name is taken; things are not deleted, so that it stays so."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"There is already a {kind} {name}.")


class PlaceFaulty(AccountRefused):
    """A role is held where it belongs: in the group, at a site, or in a department of a site."""

    WANTED = {
        Scope.GROUP: "name no site and no department",
        Scope.SITE: "name a site, and no department",
        Scope.DEPARTMENT: "name a site and a department",
    }

    def __init__(self, role: Role) -> None:
        self.role, self.scope = role.name, role.scope
        super().__init__(f"{role.name} is a role of the {role.scope.value}: {self.WANTED[role.scope]}.")


class TimesFaulty(AccountRefused):
    """What has an end ends after it begins."""

    def __init__(self, since: dt.datetime, until: dt.datetime) -> None:
        self.since, self.until = since, until
        super().__init__(f"{until.isoformat()} is not after {since.isoformat()}.")


class DeputyFaulty(AccountRefused):
    """A deputy is somebody else, who is still here."""

    def __init__(self, person: str, deputy: str) -> None:
        self.person, self.deputy = person, deputy
        super().__init__(f"{deputy} cannot be the deputy of {person}: a deputy is somebody else, who is still here.")


class HasLeft(AccountRefused):
    """Who has left can be given nothing; take him back first."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(f"{person} has left and can be given nothing; take {person} back first.")


class NotHeld(AccountRefused):
    """The person does not hold this role there."""

    def __init__(self, person: str, role: str) -> None:
        self.person, self.role = person, role
        super().__init__(f"{person} does not hold {role} there.")
