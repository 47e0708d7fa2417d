"""The checker: what a database holds afterwards, held against what the clients saw.

One function for each invariant. Each gives a sentence for every fault that it finds, and nothing where all is well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service import outbox
from service.entries import digest
from service.outbox import SET_ASIDE
from tests.chaos.journal import Call
from tests.chaos.stored import Kept, Stored
from tests.chaos.wholeness import kin_apart, occurrences_apart, unlike_history
from workflow.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an invariant is held against: the database, the calls, and what a row knows beside.

    `bar` is how late a timer may have fired, `skew` how far apart the clocks of those who wrote may have been. `before`
    is what was stored at an earlier moment, by ticket and sequence. `settled` is the instant up to which everything due
    has been done; without it there may be work to do yet.
    """

    stored: Stored
    calls: Sequence[Call] = ()
    settled: dt.datetime | None = None
    bar: dt.timedelta | None = None
    skew: dt.timedelta = dt.timedelta()
    before: Mapping[tuple[str, int], str] = field(default_factory=dict)
    publications: int | None = None

    @property
    def tickets(self) -> list[Kept]:
        return list(self.stored.tickets.values())


Faults = Iterator[str]


def acknowledged_is_kept(given: Evidence) -> Faults:
    """I1: what was acknowledged is in the history exactly once, what was refused not at all, the rest at most once."""
    made = effects(given.stored)
    for call in given.calls:
        times = made[call.id] if call.file is None else _files_like(given.stored, call)
        if call.ending == "ok" and times != 1:
            yield f"{_named(call)} was acknowledged and is there {times} times"
        if call.ending == "fail" and times and not _sent_before(given, call):
            yield f"{_named(call)} was refused and is there {times} times"
        if call.ending == "unknown" and times > 1:
            yield f"{_named(call)} was never answered and is there {times} times"
        if call.ending == "ok" and times == 1 and call.file is None:
            yield from _as_answered(given.stored, call)


def whole_or_nothing(given: Evidence) -> Faults:
    """I2: a history without gaps, from whose entries everything else that is stored of a ticket follows."""
    for kept in given.tickets:
        yield from (f"{kept.number}: {fault}" for fault in unlike_history(kept))
    yield from kin_apart(given.stored)
    yield from occurrences_apart(given.stored)


def each_due_fired_once(given: Evidence) -> Faults:
    """I3: what came due in a live state fired exactly once, not before its time, and none of it waits."""
    for kept in given.tickets:
        fired = Counter((one.kind, one.timer, one.due_at) for one in kept.history if _of_timer(one))
        for (_, timer, due_at), times in fired.items():
            if times > 1:
                yield f"{kept.number}: {_timer(timer, due_at)} has fired {times} times"
        for line, entry in zip(kept.lines, kept.history, strict=True):
            if not _of_timer(entry):
                continue
            late = line["recorded_at"] - entry.due_at
            if late < -given.skew:
                yield f"{kept.number}: {_timer(entry.timer, entry.due_at)} fired {-late} before its time"
            if given.bar is not None and late > given.bar:
                yield f"{kept.number}: {_timer(entry.timer, entry.due_at)} fired {late} late, the bar is {given.bar}"
        for before, entry in zip(kept.steps, kept.history[1:], strict=False):
            if entry.kind == "move" and entry.actor is not None:
                for timer in before.timers:
                    if timer.due_at <= entry.at:
                        yield f"{kept.number}: {_timer(timer.key, timer.due_at)} was left out before {entry.name}"
        if given.settled is not None and kept.row["set_aside_until"] is None:
            for timer in kept.ticket.timers:
                if timer.due_at <= given.settled:
                    yield f"{kept.number}: {_timer(timer.key, timer.due_at)} has not fired"


def moved_timers_do_not_fire(given: Evidence) -> Faults:
    """I4: a timer fires only as it is armed just then: not after it was ended, paused or moved."""
    for kept in given.tickets:
        for before, entry in zip(kept.steps, kept.history[1:], strict=False):
            if not _of_timer(entry):
                continue
            armed = {timer.key: timer.due_at for timer in before.timers}
            due_at = armed.get(entry.timer) if entry.timer else None
            if due_at is None:
                yield f"{kept.number}: {_timer(entry.timer, entry.due_at)} fired and was not armed"
            elif entry.due_at is not None and (due_at > entry.due_at or (due_at != entry.due_at and not entry.skipped)):
                yield f"{kept.number}: {_timer(entry.timer, entry.due_at)} fired and was armed for {due_at}"


def one_key_one_effect(given: Evidence) -> Faults:
    """I5: however often one key was sent, it has one effect and one answer."""
    made = effects(given.stored)
    answers: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in given.calls:
        if call.key is not None:
            answers[call.actor, call.key].append(call)
    for (_, key), calls in answers.items():
        digests = {one.digest for call in calls for one in call.attempts if one.ending == "ok"}
        if len(digests) > 1:
            yield f"key {key}: {_named(calls[0])} was answered in {len(digests)} ways"
        if calls[0].file is None:
            times = sum(made[id_] for id_ in {call.id for call in calls})
            if times > 1:
                yield f"key {key}: {_named(calls[0])} was carried out {times} times"
            remembered = [row for row in given.stored.answers if row["key"] == key]
            if bool(remembered) != bool(times) and digests:
                yield f"key {key}: {_named(calls[0])} is remembered {len(remembered)} times and there {times} times"


def one_racer_wins(given: Evidence) -> Faults:
    """I6: of those who want the same version of a ticket exactly one gets it, the others are told so."""
    races: dict[str, list[Call]] = defaultdict(list)
    for call in given.calls:
        if call.race is not None:
            races[call.race].append(call)
    for race, calls in races.items():
        won = [call for call in calls if call.ending == "ok"]
        if len(won) != 1:
            yield f"race {race}: {len(won)} of {len(calls)} have won"
        for call in calls:
            status = call.attempts[-1].status
            if call.ending == "unknown" or (call.ending == "fail" and status not in (403, 409)):
                yield f"race {race}: {_named(call)} was answered {status} {call.attempts[-1].why}"


def history_only_grows(given: Evidence) -> Faults:
    """I7: every entry says who or which timer, when, by which request and revision; none that was there has changed."""
    for kept in given.tickets:
        salts = {(row["field"], row["sequence"]): row for row in kept.values}
        for line, entry in zip(kept.lines, kept.history, strict=True):
            where = f"{kept.number}: entry {entry.sequence}, {entry.kind} {entry.name},"
            if entry.kind == "move" and entry.actor is not None and line["request_id"] is None:
                yield f"{where} does not say by which request it was made"
            if entry.kind in ("level", "reminder") and (entry.timer is None or entry.due_at is None):
                yield f"{where} does not say of which timer it is"
            if entry.revision not in given.stored.known_revisions:
                yield f"{where} is of a revision that was never published"
            for one in line["filled"]:
                row = salts.get((one["field"], one["sequence"]))
                if row is None:
                    yield f"{where} names a value of {one['field']} that is not there"
                elif row["erased_at"] is None and digest(row["salt"], row["value"]) != one["digest"]:
                    yield f"{where} has a digest that is not that of {one['field']}"
    now = entry_digests(given.stored)
    for (number, sequence), was in given.before.items():
        if now.get((number, sequence)) != was:
            yield f"{number}: entry {sequence} was there before and is gone or has changed"


def everybody_is_told(given: Evidence) -> Faults:
    """I10: for everybody who was to be told there is a notice with the id that it must have, and it was delivered."""
    for kept in given.tickets:
        there = {
            (row["person_id"], item["sequence"], item["position"], item["about"])
            for row in kept.notices
            for item in row["items"]
        }
        wanted = {
            (one["person"], line["sequence"], one["position"], one["about"])
            for line in kept.lines
            for one in line["told"]
            if one["person"] is not None and one["about"] != "opening"  # which one notice for all of a day tells
        }
        for person, sequence, _, about in sorted(wanted - there):
            yield f"{kept.number}: {person} was to be told of entry {sequence} ({about}), and there is no notice"
        for person, sequence, position, about in sorted(there - wanted):
            if position != SET_ASIDE:
                yield f"{kept.number}: {person} is told of entry {sequence} ({about}), and no entry says so"
        for row in kept.notices:
            name = f"{kept.number}:{row['sequence']}:{row['position']}:{row['person_id']}"
            if row["id"] != _derived(name):
                yield f"{kept.number}: the notice {row['id']} of entry {row['sequence']} has an id of its own"
            if row["failed_at"] is not None:
                yield f"{kept.number}: the notice {row['id']} was given up"
            elif given.settled is not None and (row["delivered_at"] is None or row["next_attempt_at"] is not None):
                yield f"{kept.number}: the notice {row['id']} to {row['person_id']} was not delivered"


def revisions_stay(given: Evidence) -> Faults:
    """I11: a ticket keeps its revision while nobody carries it over, and what is published can be read."""
    if given.stored.unreadable:
        yield given.stored.unreadable
    if given.publications is not None and given.stored.publications != given.publications:
        yield f"there are {given.stored.publications} publications, and {given.publications} should be"
    for kept in given.tickets:
        for before, entry in zip(kept.history, kept.history[1:], strict=False):
            same = before.revision == entry.revision or entry.kind == "revision"  # or it was carried over
            if before.workflow == entry.workflow and not same:
                yield f"{kept.number}: entry {entry.sequence} follows another revision than the one before it"
        if kept.history and kept.history[-1].revision != kept.row["revision"]:
            yield f"{kept.number}: the ticket is pinned to another revision than its last entry"


def time_is_one(given: Evidence) -> Faults:
    """I12: instants are in UTC, never go back within a ticket, and nothing was written before it counted."""
    for kept in given.tickets:
        for line, entry in zip(kept.lines, kept.history, strict=True):
            if entry.at.utcoffset() != dt.timedelta():
                yield f"{kept.number}: entry {entry.sequence} is not in UTC"
            if line["recorded_at"] < entry.at - given.skew:
                yield f"{kept.number}: entry {entry.sequence} was written {entry.at - line['recorded_at']} too early"
        for before, entry in zip(kept.history, kept.history[1:], strict=False):
            if entry.at < before.at:
                yield f"{kept.number}: entry {entry.sequence} counts before the one before it"


INVARIANTS: Mapping[str, Callable[[Evidence], Faults]] = {
    "I1": acknowledged_is_kept,
    "I2": whole_or_nothing,
    "I3": each_due_fired_once,
    "I4": moved_timers_do_not_fire,
    "I5": one_key_one_effect,
    "I6": one_racer_wins,
    "I7": history_only_grows,
    "I10": everybody_is_told,
    "I11": revisions_stay,
    "I12": time_is_one,
}


def check(given: Evidence) -> list[str]:
    """Every fault of every invariant, with its name before it."""
    return [f"{name}: {fault}" for name, invariant in INVARIANTS.items() for fault in invariant(given)]


def entry_digests(stored: Stored) -> dict[tuple[str, int], str]:
    """What all entries say now, by ticket and sequence, to be compared with what they say later."""
    return {
        (kept.number, line["sequence"]): hashlib.sha256(repr(sorted(line.items())).encode()).hexdigest()
        for kept in stored.tickets.values()
        for line in kept.lines
    }


def effects(stored: Stored) -> Counter[str]:
    """How often each request was carried out, by its id: a move with everything that it brought about counts once."""
    found: Counter[str] = Counter()
    for kept in stored.tickets.values():
        for line in kept.lines:
            if line["request_id"] is None or line["kind"] != "move" or line["actor_id"] is None:
                continue
            if kept.row["parent_id"] is not None and line["sequence"] == 1:
                continue  # a child is opened by the move of its parent
            found[line["request_id"]] += 1
    return found


def _files_like(stored: Stored, call: Call) -> int:
    assert call.file is not None
    sha256 = hashlib.sha256(call.file).hexdigest()
    return sum(row["sha256"] == sha256 and row["uploaded_by_id"] == call.actor for row in stored.files)


def _sent_before(given: Evidence, call: Call) -> bool:
    """Whether the same request was made under another call, which may have had the effect."""
    return any(other is not call and other.id == call.id for other in given.calls)


def _as_answered(stored: Stored, call: Call) -> Faults:
    """The entry is in the ticket that the answer named, under the name that was asked for."""
    number = call.answer["number"]
    kept = stored.tickets.get(number)
    entries = [] if kept is None else [one for one in kept.lines if one["request_id"] == call.id]
    name = call.body.get("transition")
    if not any(one["actor_id"] == call.actor and name in (None, one["name"]) for one in entries):
        yield f"{_named(call)} was acknowledged as {number}, and there it is not"


def _named(call: Call) -> str:
    return f"{call.intent} {call.ticket}".strip() + f" of {call.actor} ({call.id})"


def _of_timer(entry: Entry) -> bool:
    return entry.kind in ("level", "reminder")


def _timer(key: Any, due_at: dt.datetime | None) -> str:
    name = "/".join(str(part) for part in key) if key else "nothing"
    return f"{name} due {due_at:%m-%d %H:%M:%S.%f}" if due_at else name


def _derived(name: str) -> str:
    return str(uuid.uuid5(outbox.NAMESPACE, name))
