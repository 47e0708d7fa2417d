"""Who is who at one instant: which person holds which role where, who stands in for whom, and so who is told.

A directory is a snapshot that is only read; `staff` has the rows that it is made of. Roles are those of the latest
published catalogue, never pinned. What keeps its promise that a late ticket always reaches a named person is one rule:
whoever is told of a ticket because of a role holds that role for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from workflow.definition import Definition
from workflow.notices import Told
from workflow.roles import LAST, Role, Scope, chain
from workflow.ticket import Actor, Addressee, Held


class Everywhere(Enum):
    """More than any list of sites: what belongs to the whole group."""

    EVERYWHERE = "everywhere"


EVERYWHERE: Literal[Everywhere.EVERYWHERE] = Everywhere.EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of staff as he is at the directory's instant. Who has left is not active, and stays known."""

    id: str
    name: str
    name_en: str | None = None
    active: bool = True
    away: bool = False
    deputy: str | None = None

    @property
    def reachable(self) -> bool:
        return self.active and not self.away

    def called(self, lang: str) -> str:
        """The name in `lang` ("zh" or "en"); without an English one, the Chinese."""
        return self.name_en if lang == "en" and self.name_en else self.name


class Holding(NamedTuple):
    """That a person holds a role; without a site for the whole group."""

    person: str
    role: str
    site: str | None = None
    department: str | None = None


class Department(NamedTuple):
    """A department of a site; one that is not active is given nothing new."""

    site: str
    name: str
    active: bool = True


class Site(NamedTuple):
    """A place where tickets happen; without a `calendar` each definition's own holds."""

    id: str
    name: str
    name_en: str | None
    number_prefix: str
    calendar: str | None

    def called(self, lang: str) -> str:
        """The name in `lang` ("zh" or "en"); without an English one, the Chinese."""
        return self.name_en if lang == "en" and self.name_en else self.name


_MOST_ACTORS = 1000
"""So many people are kept as they were worked out; of all people there may be many more."""


class Directory:
    """People and roles at one instant; what a site needs is worked out when it is first asked for."""

    def __init__(
        self,
        *,
        people: Iterable[Person],
        holdings: Iterable[Holding],
        departments: Iterable[Department],
        roles: Mapping[str, Role],
        named: Iterable[str] = (),
        sites: Mapping[str, Site] = MappingProxyType({}),
    ) -> None:
        self.people: Mapping[str, Person] = {person.id: person for person in people}
        self.roles = roles
        self.sites = sites
        self._named = tuple(named)
        self._holdings: defaultdict[str | None, list[Holding]] = defaultdict(list)
        for holding in holdings:
            self._holdings[holding.site].append(holding)
        self._departments: defaultdict[str, list[Department]] = defaultdict(list)
        for department in departments:
            self._departments[department.site].append(department)
        self._at_sites: dict[str, _AtSite] = {}
        self._told: dict[tuple[Addressee, str], tuple[Told, ...]] = {}
        self._names: dict[str, Mapping[str, str]] = {}
        self._actors: dict[tuple[str, str], Actor] = {}

    def actor(self, person: str, site: str) -> Actor:
        """The person with everything that he may be at a site; KeyError for an unknown one. Who has left is nothing."""
        found = self._actors.get((person, site))
        if found is None:
            if len(self._actors) >= _MOST_ACTORS:
                self._actors.clear()
            found = self._actors[person, site] = self._actor(person, site)
        return found

    def _actor(self, person: str, site: str) -> Actor:
        who = self.people[person]
        if not who.active:
            return Actor(id=person, name=who.name)
        stands_for = self.stands_for(person)
        at_site = self._at(site)
        own = (at_site.held.get(each, frozenset()) for each in (person, *stands_for))
        return Actor(
            id=person,
            name=who.name,
            holds=frozenset().union(*own, at_site.fallen.get(person, ())),
            stands_for=stands_for,
        )

    def told(self, addressee: Addressee, site: str) -> tuple[Told, ...]:
        """Who is told of something meant for `addressee`, each person once.

        A person who cannot be reached is replaced by his deputy, then by the addressee's role; a role whose holders
        cannot be reached, nor their deputies, by the next of its chain, up to the duty manager. Nobody is told only if
        the site has none: see `unanswered`.
        """
        if addressee.person is not None:
            person = self.people.get(addressee.person)
            if person is not None and person.reachable:
                return (Told(person=person.id, why=addressee.why),)
            if person is not None and (deputy := self._reachable_deputy(person)):
                return (Told(person=deputy, why=addressee.why, instead_of=person.id),)
            return self._answering(addressee, site)
        found = self._told.get((addressee, site))  # of roles there are a few, of people many
        if found is None:
            found = self._told[addressee, site] = self._answering(addressee, site)
        return found

    def _answering(self, addressee: Addressee, site: str) -> tuple[Told, ...]:
        """Who answers for the role, perhaps in the place of a person who cannot be reached."""
        wanted = Held(addressee.role or LAST, addressee.department)
        found, answering = self._at(site).answer(wanted)
        return tuple(
            Told(
                person=one.person,
                why=addressee.why,
                held=found,
                vacant=wanted if found != wanted else None,
                instead_of=one.instead_of,
                absent=addressee.person,
            )
            for one in answering
        )

    def stands_for(self, person: str) -> frozenset[str]:
        """The people whose deputy he is and who are away or have left."""
        return self._stands_for.get(person, frozenset())

    def sites_of(self, person: str) -> frozenset[str] | Literal[Everywhere.EVERYWHERE]:
        """Where he holds a role himself or as a deputy, so that he may look."""
        meant = {person, *self.stands_for(person)}
        if not self.people[person].active:
            return frozenset()
        if any(holding.person in meant for holding in self._holdings.get(None, ())):
            return EVERYWHERE
        return frozenset(
            site
            for site, holdings in self._holdings.items()
            if site is not None and any(holding.person in meant for holding in holdings)
        )

    def shares(self, person: str, definition: Definition | None) -> bool:
        """Whether tickets of a definition are of the whole group, and so for whoever holds a role at any site."""
        return definition is not None and definition.of_group and bool(self.sites_of(person))

    def departments_of(self, site: str) -> frozenset[str]:
        """The departments of a site that may be named anew."""
        return frozenset(each.name for each in self._departments.get(site, ()) if each.active)

    def unanswered(self, sites: Iterable[str]) -> tuple[str, ...]:
        """The sites at which nobody can be reached as duty manager: there, every chain ends in nothing."""
        return tuple(site for site in sites if not self._at(site).answer(Held(LAST))[1])

    def names(self, lang: str) -> Mapping[str, str]:
        """What everybody is called in `lang` ("zh" or "en")."""
        if lang not in self._names:
            self._names[lang] = {person.id: person.called(lang) for person in self.people.values()}
        return self._names[lang]

    @cached_property
    def active(self) -> frozenset[str]:
        """Everybody who has not left."""
        return frozenset(person.id for person in self.people.values() if person.active)

    @cached_property
    def _stands_for(self) -> Mapping[str, frozenset[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for person in self.people.values():
            if person.deputy is not None and not person.reachable:
                found[person.deputy].add(person.id)
        return {deputy: frozenset(people) for deputy, people in found.items()}

    def _reachable_deputy(self, person: Person) -> str | None:
        """One step only: who stands in for somebody hands it to nobody else."""
        deputy = self.people.get(person.deputy or "")
        return deputy.id if deputy is not None and deputy.reachable else None

    def _at(self, site: str) -> _AtSite:
        found = self._at_sites.get(site)
        if found is None:
            holdings = (*self._holdings.get(None, ()), *self._holdings.get(site, ()))
            # A definition may name a department that the site does not have: whoever is told instead can act, too.
            here = (each.name for each in self._departments.get(site, ()))
            departments = tuple(dict.fromkeys((*here, *self._named)))
            found = self._at_sites[site] = _AtSite(self.roles, departments, *self._read(holdings))
        return found

    def _read(
        self, holdings: Iterable[Holding]
    ) -> tuple[dict[str, frozenset[Held]], dict[Held, tuple[_Answering, ...]]]:
        """What everybody holds, and who answers for each role that is held: its holders and their deputies."""
        held: defaultdict[str, set[Held]] = defaultdict(set)
        answering: defaultdict[Held, dict[str, _Answering]] = defaultdict(dict)
        for holding in holdings:
            person = self.people.get(holding.person)
            if person is None:
                continue
            role = Held(holding.role, holding.department)
            held[person.id].add(role)
            if person.reachable:
                answering[role][person.id] = _Answering(person.id)
            elif deputy := self._reachable_deputy(person):
                answering[role].setdefault(deputy, _Answering(deputy, instead_of=person.id))
        return (
            {person: frozenset(roles) for person, roles in held.items()},
            {role: tuple(sorted(people.values())) for role, people in answering.items()},
        )


# --- One site -----------------------------------------------------------------------------------------------------


class _Answering(NamedTuple):
    """Somebody who can be reached and answers for a role, perhaps as a deputy."""

    person: str
    instead_of: str | None = None


@dataclass(slots=True)
class _AtSite:
    """What everybody holds at one site, who answers for what, and what has `fallen` to those who do not hold it."""

    roles: Mapping[str, Role]
    departments: tuple[str, ...]
    held: Mapping[str, frozenset[Held]]
    answering: Mapping[Held, tuple[_Answering, ...]]
    _fallen: Mapping[str, frozenset[Held]] | None = None

    def answer(self, wanted: Held) -> tuple[Held, tuple[_Answering, ...]]:
        """The first role of the chain for which somebody answers, and who does; the last one and nobody otherwise."""
        held = wanted
        for held in self._chain(wanted):
            if found := self.answering.get(held):
                return held, found
        return held, ()

    @property
    def fallen(self) -> Mapping[str, frozenset[Held]]:
        if self._fallen is None:
            found: defaultdict[str, set[Held]] = defaultdict(set)
            for wanted in self._all():
                held, answering = self.answer(wanted)
                if held != wanted:
                    for one in answering:
                        found[one.person].add(wanted)
            self._fallen = {person: frozenset(roles) for person, roles in found.items()}
        return self._fallen

    def _chain(self, wanted: Held) -> Iterator[Held]:
        """The role and those behind it, in its department as long as they are roles of departments.

        The duty manager ends it in any case, also that of a role which the catalogue no longer has.
        """
        names = chain(self.roles, wanted.role) if wanted.role in self.roles else (wanted.role,)
        for name in names if LAST in names else (*names, LAST):
            role = self.roles.get(name)
            in_department = name == wanted.role or (role is not None and role.scope is Scope.DEPARTMENT)
            yield Held(name, wanted.department if in_department else None)

    def _all(self) -> Iterator[Held]:
        """Every role that there is at the site."""
        for role in self.roles.values():
            if role.scope is Scope.DEPARTMENT:
                yield from (Held(role.name, department) for department in self.departments)
            else:
                yield Held(role.name)
