"""Entering: what an entry makes of the clocks of a ticket, and so the configuration that follows upon another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workflow.definition import LAST_MOVE, NEW, OPENING, Definition
from workflow.promises.configurations import Arrival, Configuration, Way
from workflow.promises.keys import Key, Keys, Timed, every_key, surely_moves

Place = int | str
"""Of a clock in a configuration: its number in the order, or the name of the other clocks that it is among."""

NEWEST = 1 << 30
"""The place of the clocks that begin now, behind all others."""


@dataclass(frozen=True, slots=True)
class _Event:
    """What clocks know of an entry."""

    names: frozenset[str]
    filled: frozenset[str]
    state: str


class Entering:
    """The entries of one family, of which these are the clocks that tell and the dates on which they rest, by name.

    Unless the clocks are to be `ordered`, all but the newest count as if a pause had taken them out of their order.
    """

    def __init__(
        self,
        members: Mapping[str, Definition],
        keys: Mapping[str, Keys],
        dates: Mapping[str, frozenset[str]],
        *,
        ordered: bool,
    ) -> None:
        self.members = members
        self.keys = keys
        self.dates = frozenset[str]().union(*dates.values())
        self.ordered = ordered
        heard = {(key.kind, key.name) for each in keys.values() for key in each}
        self.followed = {
            name: frozenset(key for key in every_key(one) if (key.kind, key.name) in heard)
            for name, one in members.items()
        }
        self.ahead = {name: self._ahead(one) for name, one in members.items()}

    def _ahead(self, one: Definition) -> Keys:
        """The clocks of a definition and of those that a ticket of it may still become."""
        later = (other for other in self.members.values() if other is one or other.rank > one.rank)
        return frozenset(key for other in later for key in self.followed[other.name])

    def after(
        self, now: Configuration, way: Way, one: Definition, target: Definition, state: str, *, entered: bool
    ) -> tuple[Arrival, Keys]:
        """The configuration after a way from one definition to a state of another, and the clocks that began."""
        names = {way.move, LAST_MOVE} | ({state} if entered else set()) | ({OPENING} if now.state == NEW else set())
        event = _Event(frozenset(names), way.filled, state)
        becomes = one.name != target.name
        status = self._status(now)
        if becomes:
            status = self._handed_over(status, one, target)
        after: dict[Key, Place] = {}
        began: set[Key] = set()
        for key in self.ahead[target.name]:
            self._advance(key, status.get(key), event, after, began)
        derived = {key for key in self.keys[target.name] if becomes and not _has(one, key)}
        unheard = {key for key in after if key.kind == "reminder" and (key in began or key in now.unheard)} | {
            key for key in derived if key in after and key.kind == "reminder"
        }
        fresh = began - now.unused  # what stood still may have fired all the same, if a date is its limit
        unfired = {key for key in fresh | unheard | derived if key in after and key in self.keys[target.name]}
        spent = {
            timed for timed in now.spent if timed.key in after and timed.key not in began and timed.key not in derived
        }
        if way.timer is not None and way.timer.key in after and way.timer.key not in began:
            spent.add(way.timer)
        if becomes:
            spent |= {each for each in self._fired_before(one, target) if each.key in after and each.key not in began}
        leaving = self._leaving(target, way.move, one, state, entered=entered)
        rests = {key for key in unheard if _has(target, key) and state in target.reminders[key.name].states}
        made = Configuration(
            target.name,
            state,
            order=_order(after),
            free=_with(after, "free"),
            paused=_with(after, "paused"),
            unused=_with(after, "unused"),
            dated=_with(after, "dated"),
            filled=(now.filled | way.filled) & self.dates,
            unheard=frozenset(unheard if leaving else unheard - rests),
            spent=frozenset(spent),
            leaving=leaving,
        )
        if not self.ordered:
            made = replace(made, order=made.order[-1:], free=made.free.union(*made.order[:-1]))
        started = bool(began & {key for key, place in after.items() if isinstance(place, int)})
        return Arrival(made, started, frozenset(unfired)), frozenset(began)

    @staticmethod
    def _status(now: Configuration) -> dict[Key, Place]:
        status: dict[Key, Place] = {key: place for place, keys in enumerate(now.order) for key in keys}
        status |= dict.fromkeys(now.free, "free") | dict.fromkeys(now.paused, "paused")
        return status | dict.fromkeys(now.unused, "unused") | dict.fromkeys(now.dated, "dated")

    def _handed_over(self, status: dict[Key, Place], one: Definition, target: Definition) -> dict[Key, Place]:
        """A clock that both definitions have goes on by the rules of the target."""
        after = dict(status)
        before = {(key.kind, key.name): key for key in self.followed[one.name]}
        for key in self.followed[target.name]:
            same = before.get((key.kind, key.name))
            if same is not None and same != key:
                after.pop(key, None)
                if same in status:
                    after[key] = status[same]
        return after

    def _fired_before(self, one: Definition, target: Definition) -> Iterator[Timed]:
        """What moves a ticket of the target on but may be over already: what has fired stays fired, and in the class
        before the level or reminder of that name did something else, or at another time.
        """
        for key in self.followed[target.name]:
            if key.kind == "reminder":
                before, now = one.reminders.get(key.name), target.reminders[key.name]
                if now.effects.move and before is not None and before != now:
                    yield Timed(key)
            elif key.name in one.deadlines:
                fired = {level.name: level for level in one.deadlines[key.name].levels}
                for level in target.deadlines[key.name].levels:
                    if level.effects.move and fired.get(level.name, level) != level:
                        yield Timed(key, level.name)

    @staticmethod
    def _advance(key: Key, place: Place | None, event: _Event, after: dict[Key, Place], began: set[Key]) -> None:
        running = event.state not in key.paused_in
        if place is not None and key.kind == "deadline" and not event.names & set(key.until):
            if place == "unused" and running and key.fixed:
                after[key] = "free"
            elif place == "unused" and running:
                after[key] = NEWEST
                began.add(key)
            elif place == "paused" and running:
                after[key] = "free"
            elif not running and place not in ("unused", "dated"):
                after[key] = "paused"
            else:
                after[key] = place
            return
        for name in key.since:
            if name in event.names:
                after[key] = NEWEST if running else "unused"
                began.add(key)
                return
            if name in event.filled:
                after[key] = "dated"
                began.add(key)
                return
        if place is not None and key.kind == "reminder":
            after[key] = place

    def _leaving(self, target: Definition, move: str, one: Definition, state: str, *, entered: bool) -> str:
        """The move that the clock is sure to make as soon as the ticket is here."""
        made = one.transitions[move]
        asked = [made.effects.move, target.states[state].effects.move if entered else None]
        return next((name for name in asked if name and surely_moves(target, self.members, name, state)), "")


def _order(after: Mapping[Key, Place]) -> tuple[Keys, ...]:
    places = sorted({place for place in after.values() if isinstance(place, int)})
    return tuple(frozenset(key for key, at in after.items() if at == place) for place in places)


def _has(one: Definition, key: Key) -> bool:
    return key.name in (one.deadlines if key.kind == "deadline" else one.reminders)


def _with(after: Mapping[Key, Place], place: str) -> Keys:
    return frozenset(key for key, at in after.items() if at == place)
