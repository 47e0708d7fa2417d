"""Small definitions made up at random, as the text of files: what the figures of promises are tried on.

They are written and not built, so that each is one that somebody could have written: the checks refuse the others.
A class of the house's own has a few states and moves, one to three clocks, and now and then a family that it becomes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.properties.houses import WEEK

OPENING_MOVE = "begin"
DATES = ("by_when", "by_then")
"""The fields in which people type dates: one without a time, and one with it."""

ROLES = {name: {"scope": "site"} for name in ("desk", "boss", "duty_manager")}

WAIVED = (
    "ambiguous",
    "date_may_lack",
    "idle_pause",
    "limit_left_out",
    "nobody_acts",
    "nobody_told",
    "same_clock",
    "silent_state",
    "unbounded_loop",
    "unbounded_pause",
    "uncapped_date",
    "unfilled_date",
    "unwarned_end",
)
"""What an author may take upon herself is taken: the figures must hold also where a warning was waved aside."""

ELAPSED = ("45 minutes", "2 hours", "7 hours", "24 hours", "50 hours")
DAYS = ("1 day", "2 days", "3 days", "6 days")
WORKING_DAYS = ("1 working day", "2 working days", "3 working days", "5 working days")
WORKING_TIME = ("30 working minutes", "2 working hours", "8 working hours", "21 working hours")
AMOUNTS = (*ELAPSED, *DAYS, *WORKING_DAYS, *WORKING_TIME)
CLOCKS = (0, 1, 1, 1, 2, 2, 3)
"""How many deadlines, and how many reminders: the oftener it stands here, the likelier."""

TIMES = ("00:00", "02:30", "09:00", "12:30", "18:00", "23:30")

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo")
HOURS: tuple[Mapping[str, Any], ...] = (
    {"weekdays": ["09:00-12:00", "13:00-18:00"]},
    {"every day": "10:00-22:00"},
    {"every day": "20:00-04:00"},
    {"every day": "00:00-24:00"},
    {"weekdays": "09:00-18:00", "saturday": "10:00-14:00"},
    {"weekdays": ["22:00-02:00", "08:00-12:00"], "weekends": "12:00-12:30"},
)
NEAR = dt.date(2026, 6, 9)
"""A Tuesday near which a house may close or open on days of its own."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The files of a house by their names."""

    files: Mapping[str, str]

    def text(self) -> str:
        return "---\n".join(self.files.values())


@st.composite
def houses(draw: st.DrawFn) -> dict[str, Any]:
    """A calendar file: a zone, hours with or without a break or past midnight, days of its own, China's holidays."""
    zone = draw(st.sampled_from(ZONES))
    said: dict[str, Any] = {"calendar": "house", "zone": zone}
    if zone == "Asia/Shanghai" and draw(st.integers(0, 3)):
        said["country"] = "CN"
    said["hours"] = draw(st.sampled_from(HOURS))
    if not draw(st.integers(0, 4)):
        first = draw(st.integers(0, 6))
        said["working_days"] = [WEEK[(first + day) % 7] for day in range(draw(st.integers(3, 6)))]
    if not draw(st.integers(0, 2)):
        shut = [NEAR + dt.timedelta(days=day) for day in range(draw(st.integers(1, 9)))]
        said["closed"] = [date.isoformat() for date in shut]
        if draw(st.booleans()):
            said["open"] = [(shut[0] - dt.timedelta(days=3)).isoformat()]  # the Saturday before
    return said


@dataclass(slots=True)
class _Making:
    """One definition in the making: what its parts may name."""

    draw: st.DrawFn
    states: Sequence[str]
    moves: dict[str, dict[str, Any]]
    fields: dict[str, dict[str, Any]]
    by_clock: dict[str, list[str]]
    """The moves that the clock may make, with the states from which they lead."""

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(1, number)) == number

    def of(self, choices: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(list(choices)))

    def some(self, choices: Sequence[str], least: int = 1, most: int = 2) -> list[str]:
        wanted = st.lists(st.sampled_from(list(choices)), min_size=least, max_size=most, unique=True)
        return sorted(self.draw(wanted))

    # --- Moves ------------------------------------------------------------------------------------------------------

    def make_moves(self, family: Sequence[str]) -> None:
        """A way into each state, a way to the end, and up to three more."""
        self.moves[OPENING_MOVE] = {"from": "new", "to": self.states[0], "by": "desk"}
        for number, state in enumerate(self.states[1:], 1):
            self.moves[f"to_{state}"] = self._move(self.some(self.states[:number]), state)
        for number in range(self.draw(st.integers(0, 3))):
            to = self.of([*self.states, "same", "same"])
            sources = "anywhere" if to == "same" and self.one_in(2) else self.some(self.states, most=3)
            self.moves[f"extra_{number}"] = self._move(sources, to)
        end: Any = "anywhere" if not self.one_in(3) else sorted({*self.some(self.states), self.states[-1]})
        self.moves["finish"] = {"from": end, "to": "done", "by": ["desk", "clock"] if self.one_in(3) else "desk"}
        if family:
            changing = self.of([name for name in self.moves if name not in (OPENING_MOVE, "finish")] or ["finish"])
            if changing == "finish":
                changing = "to_class"
                self.moves[changing] = self._move("anywhere", "same")
            self.moves[changing]["become"] = self.of(["next in family", family[0], family[-1]])
        for name, move in self.moves.items():
            if name != OPENING_MOVE and "clock" in move["by"]:
                self.by_clock[name] = list(self.states) if move["from"] == "anywhere" else list(move["from"])
        for name, move in self.moves.items():
            asked = [field for field in self.fields if self.one_in(3 if name == OPENING_MOVE else 4)]
            if asked:
                must = name not in self.by_clock and self.one_in(3)
                move["fill" if must else "may_fill"] = asked
        typed = {name for move in self.moves.values() for key in ("fill", "may_fill") for name in move.get(key, ())}
        if self.fields.keys() - typed:
            opening = self.moves[OPENING_MOVE]
            opening["may_fill"] = sorted({*opening.get("may_fill", ()), *(self.fields.keys() - typed)})

    def _move(self, sources: list[str] | str, to: str) -> dict[str, Any]:
        move: dict[str, Any] = {"from": sources, "to": to, "by": ["desk", "clock"] if self.one_in(3) else "desk"}
        if self.one_in(3):
            move["at_most"] = self.draw(st.integers(1, 3))
        return move

    # --- Clocks -----------------------------------------------------------------------------------------------------

    def events(self) -> list[str]:
        """What `since` and `until` may name."""
        return [OPENING_MOVE, *(name for name in self.moves if name != OPENING_MOVE), *self.states]

    def dates(self) -> list[str]:
        return [name for name in DATES if name in self.fields]

    def condition(self) -> str:
        return str(self.of(["flag", "not flag"]))

    def deadline(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if not self.one_in(4):
            said["since"] = self.some([*self.events()[:-1], OPENING_MOVE, *self.dates()[:1]])
        amount = self.of(AMOUNTS)
        dates = self.dates()
        if dates and self.one_in(3):
            moments = [*dates, f"{self.of(DAYS)} after {dates[0]}", f"{self.of(AMOUNTS)} before {dates[-1]}"]
            said["no_later_than"] = self.of(moments)
        elif self.one_in(12):
            said["no_later_than"] = "end of day"
        else:
            said["within"] = amount
            if dates and self.one_in(2):
                said["replaced_by"] = self.of(dates)
        ends = [name for name in self.moves if name != OPENING_MOVE]
        until = self.some(ends) if not self.one_in(5) else self.some(self.states)
        said["until"] = until if self.one_in(3) else sorted({*until, "finish"})
        if self.one_in(2):
            said["paused_in"] = self.some(self.states)
        if "flag" in self.fields and self.one_in(5):
            said["if"] = self.condition()
        if self.one_in(2):
            said["soon"] = [self._soon(amount if "within" in said and "replaced_by" not in said else None)]
        said["late"] = [self._late(number) for number in range(self.draw(st.integers(1, 3)))]
        return said

    def _soon(self, amount: str | None) -> dict[str, Any]:
        left: object = self.of(AMOUNTS)
        if amount is not None and self.one_in(2):
            left = f"{self.of([10, 33, 50])}%"
        return {"left": left, **self._told()}

    def _late(self, number: int) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if number or self.one_in(4):
            said["late_by"] = self.of(AMOUNTS)
        if self.one_in(3):
            said |= self._again()
        if "flag" in self.fields and self.one_in(8):
            said["if"] = self.condition()
        said |= self._told()
        if self.by_clock and self.one_in(6):
            said["move"] = self.of(sorted(self.by_clock))
        return said

    def _again(self) -> dict[str, Any]:
        if self.one_in(3):
            return {"every": self.of((*DAYS, *WORKING_DAYS)), "at": self.of(TIMES)}
        return {"every": self.of(AMOUNTS)}

    def _told(self) -> dict[str, Any]:
        """Who hears of it: as a rule somebody, now and then only the requester, who is outside."""
        if self.one_in(8):
            return {"notify": "requester"}
        return {"notify": self.of(["boss", "accountable", "responsible"])}

    def reminder(self) -> dict[str, Any]:
        moving = [name for name in self.by_clock if self.moves[name]["to"] != "same"]
        if moving and self.one_in(2):
            return self._moving_on(self.of(moving))
        said: dict[str, Any] = {}
        if not self.one_in(4):
            said["since"] = "last move" if self.one_in(3) else self.some([*self.events(), *self.dates()[:1]])
        if not self.one_in(8):
            said["after"] = self.of(AMOUNTS)
        if not self.one_in(3):
            said |= self._again()
        said["while"] = "anywhere" if self.one_in(3) else self.some(self.states, most=3)
        if "flag" in self.fields and self.one_in(5):
            said["if"] = self.condition()
        return said | self._told()

    def resting(self) -> dict[str, Any]:
        """What a careful author writes first: in every open state somebody is told again and again."""
        since = "last move" if self.one_in(2) else self.some(self.events())
        said = {"since": since, "after": self.of(AMOUNTS), **self._again(), "while": "anywhere"}
        return said | {"notify": "accountable"}

    def _moving_on(self, move: str) -> dict[str, Any]:
        """A reminder that moves the ticket on from where the move leads away."""
        state = self.of(self.by_clock[move])
        said = {
            "since": "last move" if self.one_in(4) else state,
            "after": self.of(AMOUNTS),
            "while": state,
            "move": move,
        }
        if self.one_in(3):
            said |= self._again()
        if self.one_in(6):
            said["since"] = OPENING_MOVE
        if "flag" in self.fields and self.one_in(6):
            said["if"] = self.condition()
        return said


@st.composite
def definitions(draw: st.DrawFn) -> MadeUp:
    """A house with one definition, or with a family of two or three."""
    states = [f"s{number}" for number in range(1, draw(st.sampled_from([2, 2, 3, 3, 3, 4])) + 1)]
    members = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    family = [f"class-{number}" for number in range(1, members + 1)]
    making = _Making(draw, states, {}, {}, {})
    for name, type_ in zip(DATES, ("date", "datetime"), strict=True):
        if making.one_in(4):
            making.fields[name] = {"type": type_, "max": f"{draw(st.sampled_from(DAYS))} after opened"}
            if making.one_in(10):
                del making.fields[name]["max"]
    if making.one_in(3):
        making.fields["flag"] = {"type": "yes_no"}
    making.make_moves(family)
    head: dict[str, Any] = {"workflow": "job"}
    head |= {"family": family} if family else {}
    head |= {"calendar": "house", "accountable": "boss", "accept": dict.fromkeys(WAIVED, "made up")}
    head["fields"] = making.fields
    head["states"] = {state: {"responsible": "desk"} for state in states} | {"done": {"end": True}}
    head["transitions"] = making.moves
    head["deadlines"] = {f"d{number}": making.deadline() for number in range(making.of(CLOCKS))}
    head["reminders"] = {f"r{number}": making.reminder() for number in range(making.of(CLOCKS))}
    if making.one_in(3):
        head["reminders"]["resting"] = making.resting()
    files = {"house.yaml": written(draw(houses())) + "---\n" + written({"roles": ROLES}), "job.yaml": written(head)}
    for name in family:
        files[f"{name}.yaml"] = written({"workflow": name, "extends": "job", **_changes(making, head)})
    return MadeUp(files)


def _changes(making: _Making, head: Mapping[str, Any]) -> dict[str, Any]:
    """What a class writes otherwise than the head: a limit of its own, one it changes, another reminder."""
    said: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    if making.one_in(2):
        changed["own"] = making.deadline()
    for name, deadline in head["deadlines"].items():
        if "within" in deadline and making.one_in(3):
            changed[name] = {"within": making.of(ELAPSED[:3])}
        elif making.one_in(5):
            changed[name] = {"late": [making._late(0)]}
    if changed:
        said["deadlines"] = changed
    reminders: dict[str, Any] = {}
    if making.one_in(2):
        reminders["own_reminder"] = making.reminder()
    reminders |= {name: "removed" for name in head["reminders"] if making.one_in(5)}
    if reminders:
        said["reminders"] = reminders
    return said


# --- Writing --------------------------------------------------------------------------------------------------------


def written(said: Mapping[str, Any]) -> str:
    """A document as a person would write it: a line for each part, blocks indented."""
    lines: list[str] = []
    for key, value in said.items():
        if (
            isinstance(value, Mapping)
            and value
            and all(isinstance(part, Mapping) or part == "removed" for part in value.values())
        ):
            lines.append(f"{key}:")
            lines += [f"  {name}: {_flow(part)}" for name, part in value.items()]
        elif value != {}:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str) and re.fullmatch(r"[a-z][\w -]*|\d+ [a-z]+( [a-z_]+)*|\d+%", value):
        return value
    return json.dumps(value)
