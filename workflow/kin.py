"""Kin: a ticket with the tickets that it opened and those that opened it, settled and moved as one.

That a child ends is an entry of its parent, and a parent's end may cancel its children; so what is due on them fires in
one order, by instant and then by age. As for a single ticket the outcome is a function of instants alone, however late
a sweep comes by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from workflow import words
from workflow.calendar import Calendar
from workflow.carrying import Aim, against, carried_over
from workflow.deciding import decide, holder, open_child
from workflow.definition import Definition, Text
from workflow.effects import Draft
from workflow.entry import Blocker, Ended, Entry
from workflow.history import blank
from workflow.settling import MOST_FIRINGS, Due, SettlingEndless, fire, first_change, moved_on, next_due
from workflow.ticket import CLOCK, Actor, Decision, Facts, Move, NewChild, Refusal, Ticket

CANCEL = "cancel"
"""The transition by which a child ends with its parent."""

MOST_BORN = 1_000
"""More children than this of one move are definitions that open each other in circles."""


class ChildHeld(Exception):
    """A child that was to end with its parent cannot be cancelled; `blockers` say why."""

    def __init__(self, number: str, blockers: Sequence[Blocker]) -> None:
        self.number = number
        self.blockers = tuple(blockers)
        super().__init__(f"{number} cannot be cancelled with its parent: {'; '.join(one.text.en for one in blockers)}")


class NotCarriedOver(Exception):
    """A ticket cannot go on by another revision; `blockers` say why, all of it."""

    def __init__(self, number: str, blockers: Sequence[Blocker]) -> None:
        self.number = number
        self.blockers = tuple(blockers)
        super().__init__(f"{number}: {'; '.join(one.text.en for one in blockers)}")


class MemberFaulty(Exception):
    """Settling one ticket of the kin raised; the cause is what it raised."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"settling {number} raised")


@dataclass(slots=True, kw_only=True)
class Member:
    """One ticket of the kin: as it was given, and what has come of it since.

    `parent` is the number of the ticket that opened it. What is due on one that is `frozen` does not fire. `born` is
    what it was opened from, for one that did not exist before; `was` is the ticket as it was given, `earliest` when its
    next timer is due.
    """

    ticket: Ticket
    definition: Definition
    facts: Facts
    parent: str | None = None
    frozen: bool = False
    born: NewChild | None = None
    decisions: list[Decision] = field(default_factory=list)
    was: Ticket = field(init=False)
    earliest: dt.datetime | None = field(init=False)
    change: tuple[dt.datetime, dt.datetime | None] | None = None
    due: tuple[dt.datetime, Due | None] | None = None

    def __post_init__(self) -> None:
        self.was = self.ticket
        self.earliest = _earliest(self.ticket)

    def take(self, decisions: Sequence[Decision]) -> None:
        """Go on from these decisions."""
        self.decisions.extend(decisions)
        last = decisions[-1]
        self.ticket, self.definition = last.ticket, last.definition
        self.facts = self.facts.changed(history=(*self.facts.history, *(one.entry for one in decisions)))
        self.earliest = _earliest(self.ticket)
        self.change = self.due = None

    def first_change(self, until: dt.datetime) -> dt.datetime | None:
        """When the ticket first changes by a timer up to `until`; worked out once for as long as nothing happens."""
        if self.change is None or self.change[0] != until:
            due_at = first_change(self.definition, self.ticket, until, self.facts)
            self.change = until, None if due_at is None else max(due_at, self.ticket.at)
        return self.change[1]

    def next_due(self, until: dt.datetime) -> Due | None:
        """What fires next up to `until`; worked out once, too."""
        if self.due is None or self.due[0] != until:
            self.due = until, next_due(self.definition, self.ticket, until, self.facts)
        return self.due[1]


def _earliest(ticket: Ticket) -> dt.datetime | None:
    return min([timer.due_at for timer in ticket.timers], default=None)


class Kin:
    """Tickets that belong together, parents before children. Made for one settling or move and thrown away."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = {one.ticket.number: one for one in members}

    def settle(self, until: dt.datetime) -> None:
        """Fire every timer of every member with `due_at <= until`, in one order.

        Raises MemberFaulty for the first ticket with which this is not possible.
        """
        fired = 0
        while (found := self._next(until)) is not None:
            member, due = found
            number = member.ticket.number
            try:
                self._take(member, tuple(fire(member.definition, member.ticket, due, member.facts)))
            except Exception as fault:
                raise MemberFaulty(number) from fault
            fired += 1
            if fired > MOST_FIRINGS:
                raise MemberFaulty(number) from SettlingEndless(
                    f"{number}: more than {MOST_FIRINGS} firings of its kin"
                )

    def act(self, number: str, move: Move) -> Refusal | None:
        """One person's move of a member with all that belongs to it: settle, decide, settle again.

        After a refusal nothing of the kin may be kept.
        """
        at = max(move.at, self.members[number].ticket.at)
        self.settle(at)
        member = self.members[number]
        at = max(at, member.ticket.at)
        move = move if move.at == at else replace(move, at=at)
        decided = decide(member.definition, member.ticket, move, member.facts)
        if isinstance(decided, Refusal):
            return decided
        try:
            self._take(member, self._with_moves(member, decided, at))
        except ChildHeld as held:
            return Refusal(blockers=(_held(held),))
        self.settle(at)
        return None

    def carry_over(self, number: str, at: dt.datetime, aim: Aim) -> Entry | None:
        """Let an open member go on by other revisions of its definition and its calendar, from `at` on.

        What is due by the old ones fires first; what is past by the new ones and never fired, fires then. Gives the
        entry; None for a member that has ended by then. Raises NotCarriedOver, MemberFaulty.
        """
        self.settle(at)
        member = self.members[number]
        if member.ticket.ended_at is not None:
            return None
        blockers = against(member.definition, aim.definition, member.ticket, aim.mapped, member.facts.history)
        if blockers:
            raise NotCarriedOver(number, blockers)
        at = max(at, member.ticket.at)
        try:
            decided = carried_over(member.definition, member.ticket, aim, at, member.facts.history)
            member.facts = aim.facts.changed(calendar=aim.calendar, history=member.facts.history)
            member.frozen &= aim.definition.revision == member.definition.revision  # what held it up may be gone
            self._take(member, self._with_moves(member, decided, at))
        except Exception as fault:
            raise MemberFaulty(number) from fault
        self.settle(at)
        return decided.entry

    def change_calendar(self, number: str, at: dt.datetime, calendar: Calendar) -> None:
        """Derive an open member's limits from a newer revision of its calendar, from `at` on."""
        member = self.members[number]
        self.carry_over(number, at, Aim(definition=member.definition, calendar=calendar, facts=member.facts))

    def _next(self, until: dt.datetime) -> tuple[Member, Due] | None:
        """The next firing of all. None is left out that another ticket's change could still make moot."""
        waiting = [
            one
            for one in self.members.values()
            if one.earliest is not None and one.earliest <= until and not one.frozen
        ]
        if not waiting:
            return None
        changes = (one.first_change(until) for one in waiting)
        horizon = min((change for change in changes if change is not None), default=until)
        found = [(one, due) for one in waiting if (due := one.next_due(min(horizon, until))) is not None]
        return min(found, key=lambda pair: max(pair[1].due_at, pair[0].ticket.at), default=None)

    def _with_moves(self, member: Member, decided: Decision, at: dt.datetime) -> tuple[Decision, ...]:
        if not decided.moves:
            return (decided,)
        facts = member.facts.changed(history=(*member.facts.history, decided.entry))
        return (decided, *moved_on(decided, at, facts, None))

    def _take(self, member: Member, decisions: Sequence[Decision]) -> None:
        """Go on from what was decided of one member, with what that means for the others."""
        member.take(decisions)
        for decision in decisions:
            for new in decision.children:
                self._open(member, new, decision.entry.at)
            for number in decision.cancelled:
                self._cancel(self.members[number], decision.entry.at)
            if decision.entry.ends and member.parent is not None:
                self._tell(self.members[member.parent], member, decision.entry)

    def _open(self, parent: Member, new: NewChild, at: dt.datetime) -> None:
        openable = parent.facts.openable[new.workflow]
        facts = parent.facts.changed(
            calendar=openable.calendar, family=openable.family, totals=openable.totals, history=()
        )
        ticket = blank(openable.definition, number=new.number, site=parent.ticket.site, at=at)
        number = parent.ticket.number
        child = Member(ticket=ticket, definition=openable.definition, facts=facts, parent=number, born=new)
        self.members[new.number] = child
        if sum(one.born is not None for one in self.members.values()) > MOST_BORN:
            raise SettlingEndless(f"{number}: more than {MOST_BORN} children at once")
        self._take(child, self._with_moves(child, open_child(child.definition, ticket, new, at, facts), at))

    def _cancel(self, child: Member, at: dt.datetime) -> None:
        """End a child with its parent; one that has ended meanwhile has."""
        if child.ticket.ended_at is not None:
            return
        at = max(at, child.ticket.at)
        decided = decide(child.definition, child.ticket, Move(transition=CANCEL, actor=CLOCK, at=at), child.facts)
        if isinstance(decided, Refusal):
            raise ChildHeld(child.ticket.number, decided.blockers)
        self._take(child, self._with_moves(child, decided, at))

    def _tell(self, parent: Member, child: Member, entry: Entry) -> None:
        """The entry of a parent that its child has ended, with a notice while the parent is open."""
        actor = CLOCK if entry.actor is None else Actor(id=entry.actor)
        at = max(entry.at, parent.ticket.at)
        draft = Draft(parent.ticket, parent.definition, actor, at, parent.facts.calendar)
        if parent.ticket.ended_at is None:
            draft.tell(holder(parent.ticket), "child")
        definition, state = child.definition, entry.target or child.ticket.state
        ended = Ended(
            workflow=definition.name,
            state=state,
            workflow_text=definition.text,
            state_text=words.state(state, definition),
        )
        self._take(parent, (draft.decision("child", child.ticket.number, actor=entry.actor, child=ended),))


def _held(held: ChildHeld) -> Blocker:
    reasons, reasons_zh = (
        " ".join(one.text.en for one in held.blockers),
        "".join(one.text.read("zh") for one in held.blockers),
    )
    return Blocker(
        code="child_held",
        subject=held.number,
        text=Text(
            f"Ticket {held.number} ends with this one and cannot be cancelled: {reasons}",
            f"工单{held.number}须随本单取消，但不能取消：{reasons_zh}",
        ),
    )
