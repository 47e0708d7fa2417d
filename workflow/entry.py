"""One line of a ticket's history, and the values that it is made of.

An entry has `at`, when it counts; when it was written down is the service's business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from workflow.definition import Text
from workflow.frozen import Changing

Value = Decimal | str | bool | dt.date | dt.datetime | tuple[Mapping[str, object], ...]
"""A field's value: number, money and percent are Decimal; choice, contact, person, department and ticket
are text; a list is a tuple of rows, each a map by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One reason why a transition is refused.

    `code` is stable and for programs, `subject` the field, transition or state that it is about, `rules` the
    procedure ids of the part of the definition that refuses, and `part` where that part stands: block and name.
    """

    code: str
    text: Text
    subject: str = ""
    part: tuple[str, str] | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time for one running clock, in the unit of its limit; who asked is the entry's actor."""

    amount: dt.timedelta
    reason: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A yes or no of an approver: to which step of the state, from 1, and for which rows of its list, from 1.

    A step that is asked once has no rows.
    """

    step: int
    granted: bool
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What a recurring ticket was opened for: the schedule, its period, and the party it is for (None: the site).

    `text` is the period in words, `due` a date where the whole day counts, otherwise an instant.
    """

    schedule: str
    period: str
    text: Text
    due: dt.date | dt.datetime
    party: str | None = None


class TimerKey(NamedTuple):
    """Which timer of a ticket: `kind` deadline or reminder, its `name`, its `run`, and for a deadline the `level`."""

    kind: Literal["deadline", "reminder"]
    name: str
    run: int
    level: str = ""


EntryKind = Literal["move", "level", "reminder", "refusal", "extension", "calendar", "revision", "child", "repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A ticket that another one opened, and the workflow that it was opened with, whatever it has become since."""

    number: str
    workflow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: in which state of which workflow, with what people called both then."""

    workflow: str
    state: str
    workflow_text: Text
    state_text: Text

    def to_json(self) -> dict[str, Any]:
        texts = {"workflow_text": self.workflow_text, "state_text": self.state_text}
        said = {name: text.to_json() for name, text in texts.items()}
        return {"workflow": self.workflow, "state": self.state, **said}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Ended:
        """What `to_json` gave."""
        return cls(
            workflow=stored["workflow"],
            state=stored["state"],
            workflow_text=Text(**stored["workflow_text"]),
            state_text=Text(**stored["state_text"]),
        )


@dataclass(frozen=True, kw_only=True)
class Entry(Changing):
    """The stored fact of a move, a level, a reminder, a refusal of the clock's move, and the like.

    kind       name            timer, due_at         what else
    move       transition      None, or of the       source, target (equal: it stayed), filled, workflow after it
                               timer that made it
    level      deadline        of the level          limit_at: the limit that stood then; skipped
    reminder   reminder        of the reminder       skipped: missed repeats that this one stands for
    refusal    transition      of the timer that     reasons
                               wanted the move
    extension  deadline        None                  extension
    calendar   calendar        None                  calendar: the revision from which limits are derived from now on
    revision   workflow        None                  revision, calendar: by which it goes on; source, target; mapped
    child      number          None                  child: how it ended; actor: who ended it
    repair     doctor          None                  repaired: what was stored otherwise than the history says

    `filled` has the fields that were typed, followed or set, with their new values; `set` the built-ins
    (state excluded): priority, accountable, assignee, round, and the step of approval whose turn it is then.
    `answer` is what an approver's move said. `entered` says that `target` was entered anew, which `to: same` does
    not do, or that its approvers are asked anew; `ends` that the ticket ended. `revision`, `calendar` (its revision)
    and `version` (of the ticket) are those that hold after it. `row` is the row of a list that a move was about, from
    1. `opened` are the child tickets that it opened. `occurrence` stands on the first entry of a ticket that a schedule
    has opened. `mapped` has the states of an earlier revision that are gone, with those that stand for them now.
    """

    sequence: int
    kind: EntryKind
    name: str
    at: dt.datetime
    workflow: str
    revision: str
    calendar: str
    actor: str | None = None
    due_at: dt.datetime | None = None
    source: str | None = None
    target: str | None = None
    entered: bool = False
    ends: bool = False
    filled: Mapping[str, Value] = field(default_factory=dict)
    set: Mapping[str, str | int | None] = field(default_factory=dict)
    timer: TimerKey | None = None
    limit_at: dt.datetime | None = None
    skipped: int = 0
    version: int = 0
    row: int | None = None
    reasons: tuple[Blocker, ...] = ()
    extension: Extension | None = None
    answer: Answer | None = None
    opened: tuple[Child, ...] = ()
    child: Ended | None = None
    occurrence: Occurrence | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    repaired: tuple[Mapping[str, Any], ...] = ()
