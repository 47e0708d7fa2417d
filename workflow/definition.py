"""What a definition says, as frozen values: the nouns of the language and nothing that acts.

Everything here has been read, typed and resolved: names exist, conditions are parsed, durations are
counts, `anywhere` and single names have become tuples.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from workflow.conditions import Condition
from workflow.durations import Duration
from workflow.formulas import Formula
from workflow.frozen import derived
from workflow.schedule import Schedule

NEW = "new"
"""The state before the first: only an opening transition leaves it."""

OPENING = "opening"
"""The event that a deadline or reminder without `since` counts from: the ticket's first entry."""

LAST_MOVE = "last move"
"""The event of a reminder that any transition is, also one that stays."""

PRIORITIES = ("low", "normal", "high", "urgent")

GRANT = "grant"
REFUSE = "refuse"
"""The answers of approvers: transitions of every definition that has a state with approvals."""

COMMENT = "comment"
"""The built-in field that an answer fills."""

TYPED_BUILT_INS = ("title", "place", "requester")
"""Built-in fields that people type; every ticket has them without declaring them."""

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Text:
    """What people read; `zh` may be empty, `en` never is."""

    en: str
    zh: str = ""

    def read(self, lang: str) -> str:
        """The text in `lang` ("zh" or "en"); without a Chinese one, the English."""
        return self.zh if lang == "zh" and self.zh else self.en

    def to_json(self) -> dict[str, str]:
        """As it is stored; `Text(**stored)` gives it back."""
        return {"en": self.en, "zh": self.zh}


class FieldType(Enum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    DATETIME = "datetime"
    CONTACT = "contact"
    PERSON = "person"
    DEPARTMENT = "department"
    TICKET = "ticket"
    REGISTER = "register"
    FILE = "file"
    LIST = "list"

    __hash__ = object.__hash__  # that of Enum is worked out from the name at every look into a table


DATES = frozenset((FieldType.DATE, FieldType.DATETIME))
"""The types of the fields that hold a date or an instant."""


@dataclass(frozen=True)
class Who:
    """Somebody in words.

    kind    name                            of
    role    the role                        None, or for a department's role the field that holds the
                                            department (`list.column` for every row)
    did     the transition                  None         `whoever did receive`
    word    assignee requester receiver accountable responsible actor anyone clock
    field   a person field                  None
    """

    kind: Literal["role", "did", "word", "field"]
    name: str
    of: str | None = None

    def __str__(self) -> str:
        return self.said

    @cached_property
    def said(self) -> str:
        """As it is written."""
        if self.kind == "did":
            return f"whoever did {self.name}"
        return f"{self.name} of {self.of}" if self.of else self.name


BY_CLOCK = Who("word", "clock")
"""Stands in the `by` of a transition that the clock may make."""

NOBODY = frozenset((BY_CLOCK, Who("word", "anyone"), Who("word", "requester")))
"""People in words of whom none is told anything: they are nobody in particular, or outside."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant told by a date: `field`; `DURATION before|after field`; `end of day`; or `end of shift`.

    kind "field": `field` alone; "before"/"after": `duration` from it; "end_of_day": 24:00 of the local day
    on which the clock started; "end_of_shift": the end of the shift in which it did, between two of the next one.
    `field` may be the built-in `opened` or `due`.
    """

    kind: Literal["field", "before", "after", "end_of_day", "end_of_shift"]
    field: str | None = None
    duration: Duration | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """A field that is set from a table when another one is filled; a value not in the table leaves it."""

    field: str
    table: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field; `columns` only for a list, `choices` only for a choice.

    `workflow` is that of a ticket field, `register` that of a register field; one with a `formula` is worked out and
    never typed. A ticket field is filled by itself with the newest earlier ticket whose fields `same` say what they say
    here.
    """

    name: str
    text: Text
    type: FieldType
    choices: Mapping[str, Text] = field(default_factory=dict)
    columns: Mapping[str, Field] = field(default_factory=dict)
    workflow: str | None = None
    register: str | None = None
    in_states: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    min: Decimal | Moment | None = None
    max: Decimal | Moment | None = None
    min_length: int | None = None
    formula: Formula | None = None
    follows: Follows | None = None
    confidential: str | None = None
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChild:
    """A child ticket that an effect opens while `condition` holds; for each row of a list, that of the row.

    `set` are values ready to store, as in Effects, by field or built-in of the child.
    """

    workflow: str
    for_each: str | None = None
    condition: Condition | None = None
    set: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What happens beside the move; the same keys on a transition, a state, a level and a reminder.

    `set` holds values ready to store (Decimal, str, bool, date, datetime) and Moments (resolved when it
    happens), by field or built-in (`priority`, `accountable`).
    """

    notify: tuple[Who, ...] = ()
    say: Text | None = None
    set: Mapping[str, object] = field(default_factory=dict)
    assign: Who | None = None
    open: tuple[OpenChild, ...] = ()
    move: str | None = None
    ask_for: str | None = None

    @property
    def tells(self) -> bool:
        """Somebody hears of it."""
        return any(who not in NOBODY for who in self.notify)

    @cached_property
    def only_tells(self) -> bool:
        """Nothing of the ticket changes by it."""
        return not self.set and self.assign is None and not self.open and self.move is None


NO_EFFECTS = Effects()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One step of a state with approvals: who is asked, if `condition` holds when its turn comes.

    With `for_each`, a list, once for each row; in `by` and `not_by` a column of it then means that row's.
    Without a `text` of its own a step is called after who is asked.
    """

    by: tuple[Who, ...]
    not_by: tuple[Who, ...] = ()
    condition: Condition | None = None
    for_each: str | None = None
    text: Text | None = None
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """A state; without `responsible`, whoever may make its transitions must act.

    With `approvals`, whoever is asked must: the first no leads to `refused`, the last yes to `granted`.
    """

    name: str
    text: Text
    end: bool = False
    responsible: tuple[Who, ...] = ()
    approvals: tuple[Approval, ...] = ()
    granted: str | None = None
    refused: str | None = None
    effects: Effects = NO_EFFECTS
    records: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """When `condition` holds (None: always), `need` must be on file and `must` must be true."""

    condition: Condition | None = None
    need: tuple[str, ...] = ()
    must: Condition | None = None
    text: Text | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Become:
    """Another definition of the family: the next one, a named one, or by the table of a choice field."""

    next_in_family: bool = False
    workflow: str | None = None
    table: Mapping[str, str] = field(default_factory=dict)
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A named move. `sources` are states (`new` opens); `target` None stays (`to: same`).

    `wait_for` names link fields, and workflows of children; `open_children` says what becomes of those that are open
    when the move ends the ticket. `fill`, `may_fill` and `need` name fields, typed built-ins, or `list.column`. One
    that fills a `list.column` is a row move: it is about one row of that list, and `at_most` counts for each row. One
    that is an `answer` is not written in the file but follows from the states with approvals: see `Definition.ways`.
    """

    name: str
    text: Text
    sources: tuple[str, ...]
    target: str | None
    by: tuple[Who, ...]
    not_by: tuple[Who, ...] = ()
    fill: tuple[str, ...] = ()
    may_fill: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    wait_for: tuple[str, ...] = ()
    open_children: Literal["wait", "cancel"] = "wait"
    not_before: Moment | None = None
    at_most: int | None = None
    become: Become | None = None
    effects: Effects = NO_EFFECTS
    rules: tuple[str, ...] = ()
    note: str = ""
    answer: bool = False

    @property
    def opens(self) -> bool:
        return NEW in self.sources

    @cached_property
    def row_of(self) -> str | None:
        """The list of which a row move fills one row; None for a move about the whole ticket."""
        for name in (*self.fill, *self.may_fill):
            if "." in name:
                return name.partition(".")[0]
        return None


@dataclass(frozen=True, kw_only=True)
class Level:
    """One step of a deadline. `kind` soon: `left` (a duration, or a percentage as Decimal) before the limit;
    late: `late_by` after it (None: at it), then every `every`, at the local time `at`.

    `index` is its place in its list, from 0; (kind, index) names it within the deadline.
    """

    kind: Literal["soon", "late"]
    index: int
    left: Duration | Decimal | None = None
    late_by: Duration | None = None
    every: Duration | None = None
    at: dt.time | None = None
    condition: Condition | None = None
    effects: Effects = NO_EFFECTS
    rules: tuple[str, ...] = ()
    note: str = ""

    @cached_property
    def name(self) -> str:
        """`soon 1`, `late 2`: counted from 1, for people and for rows."""
        return f"{self.kind} {self.index + 1}"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A clock with a limit. Exactly one of `within` and `no_later_than` is given.

    `since` and `until` name transitions and states; `since` also date fields and OPENING.
    """

    name: str
    text: Text
    since: tuple[str, ...] = (OPENING,)
    until: tuple[str, ...]
    within: Duration | None = None
    no_later_than: Moment | None = None
    replaced_by: str | None = None
    paused_in: frozenset[str] = frozenset()
    condition: Condition | None = None
    levels: tuple[Level, ...] = ()
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """A notice or move that comes when `after` has passed since the latest of `since`, while in `states`."""

    name: str
    text: Text
    states: frozenset[str]
    since: tuple[str, ...] = (OPENING,)
    after: Duration | None = None
    every: Duration | None = None
    at: dt.time | None = None
    condition: Condition | None = None
    effects: Effects = NO_EFFECTS
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A guarantee that is proved before publishing; `states` matter to the first two kinds only.

    What each kind says is `workflow.promises`; `accept` holds the reason why one goes live that does not hold.
    """

    kind: Literal["someone_is_told_within", "never_silent_longer_than", "ended_or_told_within", "paused_at_most"]
    within: Duration
    states: tuple[str, ...]
    accept: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One lifecycle. Maps keep the order of the file, a parent's parts first.

    `revision` addresses the behaviour: equal for two definitions that act alike, whatever they say.
    `family` is set on the head only; `rank` is the place in a family, 0 for the head and for a definition
    without one, then 1 for the lightest; `head` is the definition that is opened instead of a member.
    `of_group`: a schedule opens one ticket for all sites, and the tickets of every site may name it.
    `accept` holds waived checks with their reasons; `names` what people call the catalogue's roles and
    departments, so that a refusal can name them.
    """

    name: str
    text: Text
    revision: str
    calendar: str
    accountable: str
    followers: tuple[Who, ...] = ()
    family: tuple[str, ...] = ()
    head: str | None = None
    rank: int = 0
    of_group: bool = False
    fields: Mapping[str, Field] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    transitions: Mapping[str, Transition] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    reminders: Mapping[str, Reminder] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    recurring: Mapping[str, Schedule] = field(default_factory=dict)
    document: Mapping[str, str] = field(default_factory=dict)
    accept: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    note: str = ""

    def column(self, name: str) -> Field | None:
        """The column that `list.column` names."""
        listed, _, column = name.partition(".")
        return self.fields[listed].columns.get(column) if listed in self.fields else None

    def formulas(self) -> dict[str, Formula]:
        """What the fields are that nobody types."""
        return {name: one.formula for name, one in self.fields.items() if one.formula is not None}

    def filled_by_row(self, listed: str) -> frozenset[str]:
        """The columns of a list that some row move fills: they may be left out when the list itself is typed."""
        named = (name.partition(".") for one in self.transitions.values() for name in (*one.fill, *one.may_fill))
        return frozenset(column for outer, dot, column in named if dot and outer == listed)

    def effects(self) -> Iterator[Effects]:
        """Those of all its states, transitions, reminders and levels."""
        yield from (one.effects for one in self.states.values())
        yield from (one.effects for one in self.transitions.values())
        yield from (one.effects for one in self.reminders.values())
        yield from (level.effects for deadline in self.deadlines.values() for level in deadline.levels)

    @derived
    def opens(self) -> frozenset[str]:
        """The workflows of which its effects open children."""
        return frozenset(child.workflow for effects in self.effects() for child in effects.open)

    def openings(self) -> tuple[Transition, ...]:
        """The transitions that open a ticket, in the order of the file."""
        return tuple(t for t in self.transitions.values() if t.opens)

    def ways(self, transition: Transition, state: str) -> tuple[str | None, ...]:
        """Where a transition may lead from a state; None is that it stays, as a yes does before the last one."""
        if not transition.answer:
            return (transition.target,)
        asked = self.states[state]
        return (asked.refused,) if transition.name == REFUSE else (None, asked.granted)

    def recurring_opening(self) -> Transition | None:
        """The transition with which schedules open tickets: the first that the clock may make."""
        return next((one for one in self.openings() if BY_CLOCK in one.by), None)
