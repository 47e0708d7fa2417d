"""What the pure engine costs, beside the least that it could: `python -m benchmarks.engine`.

Nothing of the service takes part. Tickets are lived through as the service would do it; then the same public functions
are called again and again with the same values, in turns with a floor that does only what cannot be left out:

- a move that no clock knows, beside one trigger of a bare `transitions` machine that all tickets share;
- a move that plans clocks, beside that trigger, one bare working-time add for every instant that is planned, and every
  frozen value of which the decision newly consists, built from arguments that are known;
- adding working time (`benchmarks.working_time`).

What is moved is a critical complaint and a repair, whatever else is shipped, so that figures of one year can be held
beside those of another. Both have a reminder that counts from the last move, so that no move of theirs leaves all
clocks alone: the first is measured on the complaint without that reminder, the second on both as they are shipped.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import json
import pstats
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, field, fields, is_dataclass, make_dataclass
from pathlib import Path
from typing import Any

from transitions import Machine

from benchmarks import working_time
from benchmarks.lives import Life, complaint, repair, shipped, without_last_move
from benchmarks.turns import Call, Measured, Row, measure, measure_alone
from benchmarks.working_time import Bisections
from workflow.catalogue import Catalogue
from workflow.deciding import decide
from workflow.definition import NEW, Definition
from workflow.kin import Kin, Member
from workflow.notices import Told, items_of
from workflow.settling import settle
from workflow.ticket import Addressee, Decision, Move, Refusal, Ticket


class Subject:
    """What a bare machine moves."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def trigger_of(definition: Definition, transition: str, state: str) -> Call:
    """One trigger of a bare machine that all tickets share, with one guard, for a subject in `state`."""
    machine = Machine(model=None, states=[NEW, *definition.states], initial=NEW, auto_transitions=False)
    for one in definition.transitions.values():
        for source in one.sources:
            machine.add_transition(one.name, source, one.target, conditions=[lambda _: True])
    events = machine.events

    def fire() -> str:
        subject = Subject(state)
        events[transition].trigger(subject, subject)
        return subject.state

    return fire


def new_values(decision: Decision, *known: object) -> list[object]:
    """Every frozen value of which a decision newly consists: none that these already were made of."""
    old: set[int] = set()
    for one in known:
        old.update(id(value) for value in _values_in(one))
    found = {id(value): value for value in _values_in(decision, frozenset(old))}
    return list(found.values())


def _values_in(value: object, known: frozenset[int] = frozenset()) -> Iterator[object]:
    """The frozen values inside one, and itself; nothing below one that is known."""
    if id(value) in known:
        return
    if isinstance(value, tuple):
        for one in value:
            yield from _values_in(one, known)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _values_in(one, known)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _values_in(getattr(value, one.name), known)
        yield value


def building(values: Sequence[object]) -> Call:
    """Build values like these as plain frozen dataclasses, from arguments that are known; defaults are left to them."""
    made: list[tuple[type, dict[str, Any]]] = []
    plain: dict[type, type] = {}
    for value in values:
        given = {}
        for one in fields(value):  # type: ignore[arg-type]  # dataclasses all
            said = getattr(value, one.name)
            usual = one.default_factory() if one.default_factory is not MISSING else one.default
            if said != usual:
                given[one.name] = said
        class_ = type(value)
        made.append((plain.setdefault(class_, _plain(class_)), given))

    def build() -> list[object]:
        return [class_(**given) for class_, given in made]

    return build


def _plain(class_: type) -> type:
    """A frozen dataclass with the same fields and nothing else."""
    same = [
        (one.name, object, field(default=one.default, default_factory=one.default_factory)) for one in fields(class_)
    ]
    return make_dataclass(class_.__name__, same, frozen=True, slots=True, kw_only=True)


def planned(decision: Decision, before: Ticket) -> int:
    """How many instants a decision has planned: limits and timers that are other ones than before."""
    limits = {(one.name, one.run, one.limit_at) for one in before.clocks}
    timers = set(before.timers)
    new = [one for one in decision.ticket.clocks if one.limit_at and (one.name, one.run, one.limit_at) not in limits]
    return len(new) + sum(one not in timers for one in decision.ticket.timers)


def decide_still(catalogue: Catalogue) -> list[Row]:
    """Moves that no clock knows, beside one bare trigger."""
    life = complaint(catalogue, without_last_move)
    trigger = trigger_of(life.definition, "start", "transferred")
    rows = []
    for transition, typed in (
        ("reassign", {"new_assignee": "person-7"}),
        ("feedback", {"feedback_text": "今日已安排检修"}),
    ):
        decision = life.decided(transition, **typed)
        same = zip(decision.ticket.clocks, life.ticket.clocks, strict=True)
        assert all(one is other for one, other in same), f"{transition} touches a clock"
        rows.append(
            Row(
                name=f"decide, no clock touched: {life.definition.name} {transition}",
                case=_deciding(life, transition, typed),
                floor=trigger,
                most=5,
                beside="one bare trigger",
            )
        )
    return rows


def decide_planning(catalogue: Catalogue) -> list[Row]:
    """Moves that plan clocks, beside the trigger, the bare adds, and the bare building of all that is new."""
    life = complaint(catalogue)
    rows = []
    for transition, typed in (
        ("resolve", {"resolution": "空调温度已经调好，并向投诉人说明"}),
        ("reassign", {"new_assignee": "person-7"}),
    ):
        decision = life.decided(transition, **typed)
        rows.append(_beside_floor(life, transition, typed, decision))
    started = repair(catalogue)
    decision = started.decided("pick_up")
    rows.append(_beside_floor(started, "pick_up", {}, decision))
    return rows


def _beside_floor(life: Life, transition: str, typed: dict[str, object], decision: Decision) -> Row:
    entry = decision.entry
    trigger = trigger_of(life.definition, transition, entry.source or NEW)
    adds = planned(decision, life.ticket)
    new = new_values(decision, life.definition, life.ticket, life.facts, life.actor)
    build = building(new)
    bare = Bisections(life.facts.calendar)
    at = life.at.astimezone(dt.UTC)

    def floor() -> object:
        moved = trigger()
        instants = [bare.add(at, 86_400) for _ in range(adds)]
        return moved, instants, build()

    return Row(
        name=f"decide, clocks planned: {life.definition.name} {transition}",
        case=_deciding(life, transition, typed),
        floor=floor,
        most=2,
        beside=f"the trigger, {adds} bare adds, {len(new)} frozen values",
    )


def _deciding(life: Life, transition: str, typed: Mapping[str, object]) -> Call:
    definition, ticket, facts = life.definition, life.ticket, life.facts
    move = Move(transition=transition, actor=life.actor, at=life.at, fields=typed)

    def call() -> Decision | Refusal:
        return decide(definition, ticket, move, facts)

    return call


# --- Settling, and the rest that a sweep does in memory -----------------------------------------------------------


def settling(catalogue: Catalogue) -> dict[str, Call]:
    """Calls whose cost is only told: one level that is due, its people, and a whole move of a ticket alone."""
    found: dict[str, Call] = {}
    picked, handled = repair(catalogue), complaint(catalogue)
    for name, life in (("repair", picked), ("complaint", handled)):
        until = min(timer.due_at for timer in life.ticket.timers)
        found[f"settle one due timer: {name}"] = _settling(life, until)
        decisions = settle(life.definition, life.ticket, until, life.facts)
        assert len(decisions) == 1, [one.entry.name for one in decisions]
        found[f"items of its notices: {name}"] = lambda decisions=decisions: items_of(decisions, _told)
    found["Kin.act, one member, nothing due: repair pick_up"] = _acting(picked, "pick_up")
    return found


def _settling(life: Life, until: dt.datetime) -> Call:
    return lambda: settle(life.definition, life.ticket, until, life.facts)


def _acting(life: Life, transition: str) -> Call:
    life.at += dt.timedelta(minutes=1)
    move = life.move(transition)

    def act() -> Member:
        member = Member(ticket=life.ticket, definition=life.definition, facts=life.facts)
        assert Kin((member,)).act(life.ticket.number, move) is None
        return member

    return act


def _told(addressee: Addressee) -> tuple[Told, ...]:
    return (Told(person=addressee.person or addressee.role or "", why=addressee.why),)


# --- The table ----------------------------------------------------------------------------------------------------


def rows() -> list[Row]:
    """Every row that has a limit."""
    catalogue = shipped()
    return [*decide_still(catalogue), *decide_planning(catalogue), *working_time.rows()]


def written(found: Sequence[Measured]) -> Iterator[str]:
    """The lines of the table."""
    yield f"{'':56}{'us':>7}{'floor':>7}{'ratio':>7}{'least':>7}{'most':>6}  beside"
    for one in found:
        mark = "" if one.fine else "  MISSED"
        figures = f"{one.case:7.1f}{one.floor:7.1f}{one.ratio:7.2f}{one.least:7.2f}{one.most:6.1f}"
        yield f"{one.name:56}{figures}  {one.beside}{mark}"


def profiled(call: Call, times: int = 2_000) -> Iterator[str]:
    """Where one call spends its time: calls, and microseconds of its own, by function; the profiler slows all of it."""
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for _ in range(times):
        call()
    profile.disable()
    stats: Any = pstats.Stats(profile)
    for (file, _, function), (calls, _, own, _, _) in sorted(stats.stats.items(), key=lambda one: -one[1][2])[:30]:
        yield f"{calls / times:9.1f}{own / times * 1_000_000:9.2f}  {Path(file).name} {function}"


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    asked.add_argument("--profile", metavar="NAME", help="only where the rows that are called so spend their time")
    asked.add_argument("--rounds", type=int, default=101)
    asked.add_argument("--format", choices=("text", "json"), default="text")
    given = asked.parse_args()
    if given.profile:
        for row in rows():
            if given.profile in row.name:
                sys.stdout.writelines(f"{line}\n" for line in (row.name, *profiled(row.case)))
        return 0
    found = measure(rows(), given.rounds)
    alone = measure_alone(settling(shipped()), given.rounds)
    if given.format == "json":
        sys.stdout.write(json.dumps({"rows": [asdict(one) for one in found], "alone": alone}, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in written(found))
        sys.stdout.writelines(f"{name:56}{microseconds:7.1f}\n" for name, microseconds in alone.items())
    return 0 if all(one.fine for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
