"""Tickets that are lived through in memory as the service would do it, until they stand with fields and clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from workflow.catalogue import Catalogue
from workflow.compiling import compile_published
from workflow.deciding import decide
from workflow.definition import LAST_MOVE, Definition
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.ticket import Actor, Decision, Facts, Held, Move, Ticket

DEFINITIONS = Path(__file__).parents[1] / "definitions"
HANDLED = "complaint-critical"
"""What a critical complaint becomes. By name, so that a larger definition that comes changes no figure."""

OPENED = dt.datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(dt.UTC)


def shipped() -> Catalogue:
    """The definitions that come with the product."""
    return compile_published({str(path): path.read_text("utf-8") for path in sorted(DEFINITIONS.rglob("*.yaml"))})


def without_last_move(definition: Definition) -> Definition:
    """The definition without the reminders that every move starts anew."""
    kept = {name: one for name, one in definition.reminders.items() if LAST_MOVE not in one.since}
    return replace(definition, reminders=kept, revision=f"{definition.revision}-still")


@dataclass(slots=True)
class Life:
    """One ticket, moved by somebody who may do everything."""

    definition: Definition
    facts: Facts
    ticket: Ticket
    actor: Actor
    at: dt.datetime

    def do(self, transition: str, **typed: object) -> Life:
        """Make a move ten minutes later, as the service makes it; AssertionError if it is refused."""
        self.at += dt.timedelta(minutes=10)
        member = Member(ticket=self.ticket, definition=self.definition, facts=self.facts)
        refusal = Kin((member,)).act(self.ticket.number, self.move(transition, **typed))
        assert refusal is None, [one.text.en for one in refusal.blockers]
        self.ticket, self.definition = member.ticket, member.definition
        return self

    def move(self, transition: str, **typed: object) -> Move:
        return Move(transition=transition, actor=self.actor, at=self.at, fields=typed)

    def decided(self, transition: str, **typed: object) -> Decision:
        self.at += dt.timedelta(minutes=10)
        decision = decide(self.definition, self.ticket, self.move(transition, **typed), self.facts)
        assert isinstance(decision, Decision), [one.text.en for one in decision.blockers]
        return decision


def complaint(catalogue: Catalogue, change: Callable[[Definition], Definition] = lambda one: one) -> Life:
    """A critical complaint that is being handled, with every clock that it has."""
    definitions = {name: change(one) for name, one in catalogue.definitions.items()}
    head = definitions["complaint"]
    roles = frozenset(Held(name) for name in head.names)
    departments = frozenset(Held(name, of) for name in head.names for of in catalogue.departments)
    actor = Actor(id="ann", name="安", holds=roles | departments)
    facts = Facts(
        calendar=catalogue.calendars[head.calendar],
        family={name: one for name, one in definitions.items() if "complaint" in (name, one.head)},
        people=frozenset(f"person-{number}" for number in range(200)) | {"ann"},
        departments=frozenset(catalogue.departments),
    )
    life = Life(head, facts, blank(head, number="KF-2026-00123", site="mall", at=OPENED), actor, OPENED)
    life.do("receive", title="投诉", complainant="王先生", channel="phone", matter="商场空调太冷", place="三楼")
    life.do("classify", category="property", severity="critical", severity_reason="多人投诉")
    life.do("transfer", handling_request="今日内答复", handling_due_at="2026-03-20T18:00:00+08:00")
    life.do("feedback", feedback_text="已告知处理进度")
    life.do("start")
    assert life.definition.name == HANDLED, life.definition.name
    return life


def repair(catalogue: Catalogue) -> Life:
    """A repair that waits to be picked up, its half hour running."""
    definition = catalogue.definitions["repair"]
    roles = frozenset(Held(name) for name in definition.names)
    departments = frozenset(Held(name, of) for name in definition.names for of in catalogue.departments)
    facts = Facts(
        calendar=catalogue.calendars[definition.calendar],
        people=frozenset({"ann"}),
        departments=frozenset(catalogue.departments),
    )
    ticket = blank(definition, number="KF-2026-00124", site="mall", at=OPENED)
    life = Life(definition, facts, ticket, Actor(id="ann", name="安", holds=roles | departments), OPENED)
    return life.do("register", title="漏水", place="三楼 302", occupant="李女士", fault="水管漏水")
