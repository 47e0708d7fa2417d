"""A play: one scenario going on, its tickets moved and settled on a virtual clock as the service does it.

While nobody does anything the clock goes from one due instant to the next, as a live scheduler does; while the service
is down it goes on without anything firing, and all that was due is settled at once when it is back.
"""

from __future__ import annotations

import datetime as dt
from copy import copy
from dataclasses import dataclass, replace

from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.durations import Duration
from workflow.entry import Blocker, Entry
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.notices import Item, Told, items_of
from workflow.recurring import next_period
from workflow.recurring_move import opening_move
from workflow.registers import holds
from workflow.scenario import Do, Down, Open, Scenario, Step, Wait
from workflow.scenarios.coverage import Part, part_of
from workflow.scenarios.fitting import NotFitting, unknown
from workflow.scenarios.stage import Stage, held_by
from workflow.scenarios.writing import instant, typed, written_instant
from workflow.schedule import Schedule
from workflow.ticket import Addressee, Decision, Move, Refusal, Ticket

NOT_MEANT = "not_meant"
"""The code of a refusal: a schedule whose condition does not hold for an entry opens nothing for it."""

_INSTANT = dt.timedelta.resolution

_ROLE = "\0"
"""Before the name of a role that is told: nobody is called so, and so no actor is taken for the whole role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that somebody was told at `at`, with the ticket (None: the main one) and the definition it is of."""

    who: str
    about: str
    at: dt.datetime
    ticket: str | None
    item: Item
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What was decided of a ticket (None: the main one), written down at `at`; `was` is the ticket before, `under` its
    definition then."""

    at: dt.datetime
    ticket: str | None
    decision: Decision
    was: Ticket
    under: Definition

    @property
    def entry(self) -> Entry:
        return self.decision.entry

    @property
    def state(self) -> str:
        return self.decision.ticket.state

    @property
    def definition(self) -> Definition:
        return self.decision.definition


class Play:
    """The tickets of one scenario, the time it is, and everything that has happened and was told.

    `told` is what nobody has asked about yet, `lines` everything.
    """

    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        self.stage = stage
        self.scenario = scenario
        self.definition = stage.definition(scenario)
        self.facts = stage.facts(scenario, self.definition)
        self.entries = stage.entries(scenario)
        self.now = instant(scenario.given.at, self.calendar)
        self.told: list[Line] = []
        self.lines: list[Line] = []
        self.history: list[Happened] = []
        self.taken: set[Part] = set()
        self._members: dict[str, Member] = {}
        self._called: dict[str, str | None] = {}

    @property
    def calendar(self) -> Calendar:
        """That in which the scenario's times are read."""
        return self.facts.calendar

    @property
    def opened(self) -> bool:
        return bool(self._members)

    @property
    def children(self) -> tuple[str, ...]:
        """What the children are called that were opened so far, oldest first."""
        return tuple(name for name in self._called.values() if name is not None)

    def fork(self) -> Play:
        """One that goes its own way from here."""
        other = copy(self)
        other.told, other.history, other.taken = [*self.told], [*self.history], {*self.taken}
        other._members, other._called = {**self._members}, {**self._called}
        return other

    def begun(self) -> Ticket:
        """The main ticket as it is before it is opened."""
        return blank(self.definition, number="", site="stage", at=self.now)

    def member(self, ticket: str | None = None) -> Member:
        """The main ticket, or a child by what it is called; of the first one the number may be left out."""
        if not self._members:
            raise NotFitting(Text("nothing has been opened yet", "还没有开立工单"))
        for number, name in self._called.items():
            if name == ticket or (ticket is not None and name == f"{ticket} 1"):
                return self._members[number]
        raise unknown("child", "子工单", str(ticket), self.children)

    def take(self, step: Step) -> Refusal | None:
        """Take a step; after a refusal everything is as before, and an expectation changes nothing.

        Raises NotFitting for what cannot even be tried.
        """
        match step:
            case Do():
                return self._do(step)
            case Open():
                return self._open(step)
            case Wait(until=dt.datetime() as until):
                self._wait(instant(until, self.calendar))
            case Wait(amount=Duration() as amount):
                self._wait(self.calendar.add(self.now, amount.count, amount.unit))
            case Down():
                since = self.now if step.since is None else instant(step.since, self.calendar)
                self._down(since, instant(step.until, self.calendar))
        return None

    # --- What people do -----------------------------------------------------------------------------------------------

    def _do(self, step: Do) -> Refusal | None:
        """Somebody makes a move now; the first one opens the ticket."""
        actor = self.stage.actor(step.by, self.scenario)
        if not self._members and step.ticket is None:
            self._begin()
        member = self.member(step.ticket)
        others = {name: one.definition for name, one in member.facts.openable.items()}
        fields = typed(step.fill, member.definition, others, member.facts.calendar)
        return self._act(
            member, Move(transition=step.transition, actor=actor, at=self.now, fields=fields, row=step.row)
        )

    def _open(self, step: Open) -> Refusal | None:
        """The clock opens the next ticket of a schedule, as soon as its time has come."""
        if step.schedule not in self.definition.recurring:
            raise unknown("entry of `recurring`", "周期工单", step.schedule, self.definition.recurring)
        if self._members:
            raise NotFitting(Text("the ticket is open already", "工单已经开立"))
        one = self.definition.recurring[step.schedule]
        period = next_period(one, self.calendar, self.now - _INSTANT)
        if period is None:
            raise NotFitting(Text(f"no further period of {one.name} is known", f"{one.name} 之后没有已知的周期"))
        self.now = max(self.now, period.opens)
        if not self._means(one, step.party):
            return Refusal(blockers=(_not_meant(one, str(step.party)),))
        named = (step.party, Text(step.party)) if step.party is not None else None
        self._begin()
        return self._act(self.member(), opening_move(self.definition, one, period, self.calendar, self.now, named))

    def _means(self, one: Schedule, party: str | None) -> bool:
        """Whether a schedule is for an entry of its register; of one of which nothing is given, it is taken to be."""
        said = self.entries.get((one.for_each or "", party or ""))
        return one.condition is None or said is None or holds(one.condition, one.for_each or "", said)

    def _begin(self) -> None:
        self._members[""] = Member(ticket=self.begun(), definition=self.definition, facts=self.facts)
        self._called[""] = None

    def _act(self, member: Member, move: Move) -> Refusal | None:
        kin = self._kin()
        refusal = kin.act(member.ticket.number, move)
        if refusal is None:
            self._keep(kin)
        elif not member.ticket.sequence:
            self._members.clear()
            self._called.clear()
        return refusal

    # --- What time does -----------------------------------------------------------------------------------------------

    def _wait(self, until: dt.datetime) -> None:
        """Time passes, and whatever is due fires when it is due."""
        while (due := self._next_due()) is not None and due <= until:
            self._settle(max(due, self.now))
        self._advance(until)

    def _down(self, since: dt.datetime, until: dt.datetime) -> None:
        """Nothing fires from one instant to the other; then everything that was due."""
        self._wait(since)
        self._advance(until)
        self._settle(until)

    def _next_due(self) -> dt.datetime | None:
        """When the next timer of any ticket is due."""
        return min((timer.due_at for one in self._members.values() for timer in one.ticket.timers), default=None)

    def _advance(self, until: dt.datetime) -> None:
        if until < self.now:
            now = written_instant(self.now, self.calendar)
            raise NotFitting(Text(f"it is {now} already", f"此时已是 {now}"))
        self.now = until

    def _settle(self, until: dt.datetime) -> None:
        self.now = until
        kin = self._kin()
        kin.settle(until)
        self._keep(kin)

    # --- What came of it ----------------------------------------------------------------------------------------------

    def _kin(self) -> Kin:
        return Kin(replace(one, decisions=[], born=None) for one in self._members.values())

    def _keep(self, kin: Kin) -> None:
        happened: list[Happened] = []
        told: list[Line] = []
        for number, member in kin.members.items():
            if number not in self._called:
                self._called[number] = self._name(member)
            if member.decisions:
                happened += self._happened(number, member)
                told += self._told(number, member)
        self._members = kin.members
        self.history += sorted(happened, key=lambda one: one.entry.at)
        told.sort(key=lambda one: one.item.at)
        self.told += told
        self.lines += told

    def _name(self, member: Member) -> str:
        workflow = member.born.workflow if member.born is not None else member.definition.name
        count = sum(name.rpartition(" ")[0] == workflow for name in self.children)
        return f"{workflow} {count + 1}"

    def _happened(self, number: str, member: Member) -> list[Happened]:
        was = member.was
        before = self._members[number].definition if number in self._members else member.decisions[0].definition
        found = []
        for one in member.decisions:
            part = part_of(one.entry, before.name)
            if part is not None:
                self.taken.add(part)
            found.append(Happened(at=self.now, ticket=self._called[number], decision=one, was=was, under=before))
            was, before = one.ticket, one.definition
        return found

    def _told(self, number: str, member: Member) -> list[Line]:
        items = [item for each in items_of(member.decisions, _answering).values() for item in each]
        definitions = {one.entry.sequence: one.definition for one in member.decisions}
        return [
            Line(
                who=item.told.person.removeprefix(_ROLE),
                about=self._about(item),
                at=self.now,
                ticket=self._called[number],
                item=item,
                definition=definitions[item.sequence],
            )
            for item in sorted(items, key=lambda one: (one.sequence, one.position))
        ]

    def _about(self, item: Item) -> str:
        match item.about:
            case "level":
                return f"{item.name} {item.level}"
            case "state":
                return item.target or item.name
            case "refusal":
                return f"{item.name} refused"
            case "child":
                return f"{self._called.get(item.name) or item.name} ended"
            case _:
                return item.name


def _not_meant(one: Schedule, party: str) -> Blocker:
    return Blocker(
        code=NOT_MEANT,
        subject=party,
        part=("recurring", one.name),
        rules=one.rules,
        text=Text(
            f"“{one.text.en}” is not for {party}: its `if` does not hold for this entry.",
            f"“{one.text.read('zh')}”不为 {party} 开立：该条目不符合 if。",
        ),
    )


def _answering(addressee: Addressee) -> tuple[Told, ...]:
    """Who is told: the person who is meant, or everybody who holds the role."""
    person = addressee.person or _ROLE + held_by(addressee.role or "", addressee.department)
    return (Told(person=person, why=addressee.why),)
