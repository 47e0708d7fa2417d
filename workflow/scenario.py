"""A scenario: what somebody expects of a lifecycle, told as a story of steps with their instants.

Here are the values that a file of scenarios says. Nothing in them has been looked up in a definition: whether a
scenario still fits is found out by running it (`workflow.scenarios`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workflow.definition import Text
from workflow.durations import Duration
from workflow.problems import Position

NOBODY = "nobody"
"""In the place of people: there is none."""

NOTHING = "none"
"""In the place of a list or a map: it is empty."""

PAUSED = "paused"
"""In the place of a limit: its clock stands still."""

Written = str | int | Decimal | bool | tuple["Written", ...] | Mapping[str, "Written"]
"""A value of a field as it is written in a file."""

NOWHERE = Position("", 1, 1)
"""Of a scenario that stands in no file."""

Places = Mapping[tuple[str, ...], Position]
"""Where each key is written, by the keys that lead to it, and each word, by those and itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTicket:
    """A ticket that is there before, for fields that name one; which state it is in says whether it is open.

    `fields` are what it says, by which it is found as an earlier one that says the same; the last one given is the
    newest.
    """

    workflow: str
    state: str
    fields: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What there is before the first step.

    `at` is the instant at which the story begins, in the time of the ticket's calendar unless it has an offset;
    `calendar` is the site's own. `people` are by name, with the roles that they hold: `head of operations`. `totals`
    are sums over other tickets, by what stands in the brackets of `total( )`. `entries` of registers, by register and
    key, are what their columns say.
    """

    at: dt.datetime
    calendar: str | None = None
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tickets: Mapping[str, GivenTicket] = field(default_factory=dict)
    entries: Mapping[str, Mapping[str, Mapping[str, Written]]] = field(default_factory=dict)
    totals: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens or is expected, and where it is written.

    `ticket` is a child, by its workflow and its number among those (`corrective-action 2`); None is the ticket itself.
    """

    position: Position = field(default=NOWHERE, compare=False)
    ticket: str | None = None
    places: Places = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Do(Step):
    """Somebody makes a move; the first one opens the ticket.

    `refused` are the codes or the texts of all that is to stand against it; empty for a move that is to be made.
    """

    transition: str
    by: str
    fill: Mapping[str, Written] = field(default_factory=dict)
    row: int | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Step):
    """The clock opens the next ticket of a schedule when its time has come, perhaps that of one entry of a register.

    `refused` as of `Do`.
    """

    schedule: str
    party: str | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Time passes, and what is due fires when it is due: for an amount, or until an instant."""

    amount: Duration | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Down(Step):
    """The service is down: what is due fires when it is back, at `until`. Without `since` it is down at once."""

    until: dt.datetime
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that people are told: who they are, about what, when, and what is asked of them.

    `about` is a transition, a state, a reminder, a level (`pick_up soon 1`), a refusal (`resume refused`) or the end
    of a child (`corrective-action 1 ended`). `merged` are the repeats that it stands for beside itself. What is None is
    not asked.
    """

    who: tuple[str, ...]
    about: str | None = None
    at: dt.datetime | None = None
    ask_for: str | None = None
    merged: int | None = None
    ticket: str | None = None
    position: Position = field(default=NOWHERE, compare=False)
    places: Places = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Step):
    """How things are to stand; what is None is not asked.

    `told` is everything that anybody was told, of any ticket, since that was last asked; `due` every limit that runs
    (None: its clock is paused); `late` every deadline that was ever missed. `allowed` are all the moves that somebody
    could make; `fields` those that are asked about, `empty` those without a value, `hidden` all with a value that
    somebody may not read (of a list `list.column`). `assignee` is empty where nobody holds the ticket. `children`
    counts the open ones by workflow.
    """

    state: str | None = None
    workflow: str | None = None
    ended: bool | None = None
    due: Mapping[str, dt.datetime | None] | None = None
    late: tuple[str, ...] | None = None
    told: tuple[Told, ...] | None = None
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, Written] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priority: str | None = None
    assignee: str | None = None
    children: Mapping[str, int] | None = None

    def place(self, *path: str) -> Position:
        """Where something is expected."""
        return self.places.get(path) or self.places.get(path[:1]) or self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story of one ticket, opened with `workflow`, and of those that it opens.

    `generated` is one that no person has taken over yet.
    """

    name: str
    workflow: str
    text: Text
    given: Given
    steps: tuple[Step, ...]
    generated: bool = False
    rules: tuple[str, ...] = ()
    note: str = ""
    position: Position = field(default=NOWHERE, compare=False)
    places: Places = field(default_factory=dict, compare=False)
