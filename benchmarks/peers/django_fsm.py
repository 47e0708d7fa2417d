"""The same move with Django's ORM and viewflow.fsm, saving the same rows: `python -m benchmarks.peers.django_fsm URL`.

The state machine knows the states, the move, and who may make it. It has no clocks: those and their timers are saved
with what by_hand.py takes for them, unless they are left out, which is asked for by each line of standard input.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import sys
import uuid
from typing import Any

import django
from django.conf import settings
from sqlalchemy.engine import make_url

from benchmarks.place import RESULT
from benchmarks.saving import answer_lines
from service.now import instant_here

URL = make_url(sys.argv[1])


def _database() -> dict[str, Any]:
    if URL.get_backend_name() == "sqlite":
        prepare = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "init_command": prepare}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": URL.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": URL.database,
        "USER": URL.username,
        "HOST": URL.query.get("host") or URL.host,
        "PORT": URL.port or "",
        "CONN_MAX_AGE": None,
    }


settings.configure(DATABASES={"default": _database()}, INSTALLED_APPS=[], USE_TZ=True, TIME_ZONE="UTC")
django.setup()

from django.db import models, transaction  # noqa: E402  these want Django set up
from viewflow import fsm  # noqa: E402

RECEIVER = "lin"
TOLD = {"why": "service_centre", "held": ["service_centre", None], "ask_for": "close"}


class State(models.TextChoices):
    """The states that the move goes between."""

    IN_REPAIR = "in_repair"
    RETURNED = "returned"


class Ticket(models.Model):
    """A row of our table, as far as the move reads or writes it."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField()
    state = models.TextField(choices=State.choices)
    workflow, revision, calendar_revision = models.TextField(), models.TextField(), models.TextField()
    version, sequence = models.IntegerField(), models.IntegerField()
    assignee_id = models.TextField(null=True)
    made = models.JSONField()
    at, next_due_at = models.DateTimeField(), models.DateTimeField(null=True)
    attempts = models.IntegerField()
    set_aside_until = models.DateTimeField(null=True)
    fault = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "bench", "ticket", False


class Entry(models.Model):
    """An entry of the history."""

    id = models.BigAutoField(primary_key=True)
    ticket_id, sequence = models.BigIntegerField(), models.IntegerField()
    kind, name = models.TextField(), models.TextField()
    at, recorded_at = models.DateTimeField(), models.DateTimeField()
    actor_id, source, target = models.TextField(), models.TextField(), models.TextField()
    entered, ends = models.BooleanField(), models.BooleanField()
    workflow, revision, calendar_revision = models.TextField(), models.TextField(), models.TextField()
    version, skipped = models.IntegerField(), models.IntegerField()
    filled, set, told = models.JSONField(), models.JSONField(), models.JSONField()

    class Meta:
        app_label, db_table, managed = "bench", "entry", False


class FieldValue(models.Model):
    """A value of a field."""

    pk = models.CompositePrimaryKey("ticket_id", "field", "sequence")
    ticket_id, field, sequence = models.BigIntegerField(), models.TextField(), models.IntegerField()
    value, salt, current = models.JSONField(), models.TextField(), models.BooleanField()

    class Meta:
        app_label, db_table, managed = "bench", "field_value", False


class Clock(models.Model):
    """A run of a clock."""

    pk = models.CompositePrimaryKey("ticket_id", "kind", "name", "run")
    ticket_id, kind, name, run = models.BigIntegerField(), models.TextField(), models.TextField(), models.IntegerField()
    origin, started_at = models.TextField(), models.DateTimeField()
    spans, limit_at = models.JSONField(), models.DateTimeField(null=True)
    ended_at, outcome = models.DateTimeField(null=True), models.TextField(null=True)
    fired, extended = models.JSONField(), models.BigIntegerField()

    class Meta:
        app_label, db_table, managed = "bench", "clock", False


class Timer(models.Model):
    """When something is due."""

    pk = models.CompositePrimaryKey("ticket_id", "kind", "name", "run", "level")
    ticket_id, kind, name, run = models.BigIntegerField(), models.TextField(), models.TextField(), models.IntegerField()
    level, due_at, provisional = models.TextField(), models.DateTimeField(), models.BooleanField()

    class Meta:
        app_label, db_table, managed = "bench", "timer", False


class Notice(models.Model):
    """What somebody is told."""

    id = models.TextField(primary_key=True)
    ticket_id, sequence, position = models.BigIntegerField(), models.IntegerField(), models.IntegerField()
    person_id, items, channel = models.TextField(), models.JSONField(), models.TextField()
    created_at, attempts, next_attempt_at = models.DateTimeField(), models.IntegerField(), models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bench", "notice", False


class Repair:
    """The state machine over a ticket."""

    state = fsm.State(State, default=State.IN_REPAIR)

    def __init__(self, ticket: Ticket, person: str) -> None:
        self.ticket = ticket
        self.person = person

    @state.getter()
    def _state(self) -> State:
        return State(self.ticket.state)

    @state.setter()
    def _set_state(self, value: State) -> None:
        self.ticket.state = value

    def is_assignee(self) -> bool:
        return self.ticket.assignee_id == self.person

    @state.transition(source=State.IN_REPAIR, target=State.RETURNED, conditions=[is_assignee])
    def return_order(self, at: dt.datetime) -> None:
        ticket = self.ticket
        ticket.version += 1
        ticket.sequence += 1
        ticket.assignee_id = RECEIVER
        ticket.made = {**ticket.made, "return_order": {"count": 1, "by": self.person}}
        ticket.at = at
        ticket.next_due_at = at + dt.timedelta(days=2)
        ticket.attempts, ticket.set_aside_until, ticket.fault = 0, None, None


CHANGED = (
    "state", "version", "sequence", "assignee_id", "made", "at", "next_due_at", "attempts", "set_aside_until", "fault",
)  # fmt: skip


@transaction.atomic
def return_order(number: str, person: str, result: str, clocks: bool) -> None:
    """The move, saved and audited."""
    at = instant_here()
    ticket = Ticket.objects.get(number=number)
    was = ticket.sequence
    Repair(ticket, person).return_order(at)
    changed = {name: getattr(ticket, name) for name in CHANGED}
    if Ticket.objects.filter(pk=ticket.pk, sequence=was).update(**changed) != 1:
        raise RuntimeError(f"{number} was changed meanwhile")
    salt = secrets.token_hex(8)
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()
    Entry.objects.create(
        ticket_id=ticket.pk,
        sequence=ticket.sequence,
        kind="move",
        name="return_order",
        at=at,
        recorded_at=at,
        actor_id=person,
        source="in_repair",
        target="returned",
        entered=True,
        ends=False,
        workflow=ticket.workflow,
        revision=ticket.revision,
        calendar_revision=ticket.calendar_revision,
        version=ticket.version,
        skipped=0,
        filled=[{"field": "repair_result", "sequence": ticket.sequence, "digest": digest}],
        set={"assignee": RECEIVER},
        told=[{"person": RECEIVER, "about": "move", "position": 0, **TOLD}],
    )
    FieldValue.objects.filter(ticket_id=ticket.pk, field="repair_result", current=True).update(current=False)
    FieldValue.objects.create(
        ticket_id=ticket.pk, field="repair_result", sequence=ticket.sequence, value=result, salt=salt, current=True
    )
    if clocks:
        save_clocks(ticket, at)
    Notice.objects.create(
        id=str(uuid.uuid4()),
        ticket_id=ticket.pk,
        sequence=ticket.sequence,
        position=0,
        person_id=RECEIVER,
        items=[
            {
                "about": "move",
                "sequence": ticket.sequence,
                "position": 0,
                "kind": "move",
                "name": "return_order",
                "at": at.isoformat(),
                "actor": person,
                "source": "in_repair",
                "target": "returned",
                **TOLD,
            }
        ],
        channel="inbox",
        created_at=at,
        attempts=0,
        next_attempt_at=at,
    )


def save_clocks(ticket: Ticket, at: dt.datetime) -> None:
    """What ends, begins, and is due from now on."""
    running = {clock.name: clock for clock in Clock.objects.filter(ticket_id=ticket.pk, ended_at=None)}
    repair, resting = running["repair"], running["resting"]
    ended = [*repair.spans[:-1], [repair.spans[-1][0], at.isoformat()]]
    Clock.objects.filter(pk=repair.pk).update(ended_at=at, outcome="met", spans=ended)
    Clock.objects.filter(pk=resting.pk).delete()
    begun = {"ticket_id": ticket.pk, "started_at": at, "spans": [[at.isoformat(), None]], "fired": {}, "extended": 0}
    run = resting.run + 1
    limit, soon, rest = at + dt.timedelta(days=3), at + dt.timedelta(days=2), at + dt.timedelta(days=2, minutes=1)
    Clock.objects.bulk_create(
        [
            Clock(kind="deadline", name="follow_up", run=1, origin="returned", limit_at=limit, **begun),
            Clock(kind="reminder", name="resting", run=run, origin="last move", **begun),
        ]
    )
    Timer.objects.filter(ticket_id=ticket.pk).delete()
    armed = {"ticket_id": ticket.pk, "provisional": False}
    Timer.objects.bulk_create(
        [
            Timer(kind="deadline", name="follow_up", run=1, level="soon 1", due_at=soon, **armed),
            Timer(kind="deadline", name="follow_up", run=1, level="late 1", due_at=limit, **armed),
            Timer(kind="reminder", name="resting", run=run, level="", due_at=rest, **armed),
        ]
    )


if __name__ == "__main__":
    answer_lines(lambda number, clocks: return_order(number, "zhao", RESULT["repair_result"], clocks))
