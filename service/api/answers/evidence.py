"""How histories and the ledgers of clocks look in answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.api.answers import Named, Person
from service.api.answers.forms import Blocker
from service.api.answers.tickets import Clock


class Told(Schema):
    """Somebody who was told of an entry, why it was he, and in which words; a person of null: nobody was reached."""

    person = fields.Nested(Person, allow_none=True, required=True)
    about = fields.String(required=True)
    why = fields.String(required=True, metadata={"description": "the definition's wording"})
    reason = fields.String(required=True, metadata={"description": "the same in words"})
    sent_at = fields.String(allow_none=True)
    delivered_at = fields.String(allow_none=True)
    read_at = fields.String(allow_none=True)
    said = fields.String(allow_none=True)


class Entry(Named):
    """One line of the history."""

    sequence = fields.Integer(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            ["move", "level", "reminder", "refusal", "extension", "calendar", "revision", "child", "repair"]
        ),
    )
    rules = fields.List(
        fields.String(), metadata={"description": "the rules of the procedure book that are carried out by this"}
    )
    level = fields.String(allow_none=True)
    run = fields.Integer(allow_none=True)
    at = fields.String(required=True, metadata={"description": "when it counts"})
    recorded_at = fields.String(required=True, metadata={"description": "when it was written"})
    due_at = fields.String(allow_none=True)
    limit_at = fields.String(allow_none=True)
    skipped = fields.Integer()
    actor = fields.Nested(Person, allow_none=True, metadata={"description": "null is the clock, or the command line"})
    row = fields.Integer(allow_none=True, metadata={"description": "the row of a list that a move was about, from 1"})
    from_ = fields.String(data_key="from", attribute="from", allow_none=True)
    to = fields.String(allow_none=True)
    workflow = fields.String()
    revision = fields.String()
    calendar_revision = fields.String()
    version = fields.Integer()
    filled = fields.Dict()
    digests = fields.Dict()
    set = fields.Dict()
    answer = fields.Dict(allow_none=True, metadata={"description": "an approver's: step, granted, rows"})
    occurrence = fields.Dict(
        allow_none=True,
        metadata={"description": "what a recurring ticket was opened for: schedule, label, period, due, party"},
    )
    told = fields.List(fields.Nested(Told), required=True)
    reasons = fields.List(fields.Nested(Blocker))
    opened = fields.List(fields.Dict(), metadata={"description": "child tickets: number and workflow"})
    child = fields.Dict(allow_none=True, metadata={"description": "how a child ended: number, workflow, state"})
    mapped = fields.Dict(
        metadata={"description": "states of an earlier revision that are gone, with those of this one"}
    )
    repaired = fields.List(
        fields.Dict(),
        metadata={"description": "what was stored otherwise than the history says, before and after, and in words"},
    )
    request_id = fields.String(allow_none=True)


class History(Schema):
    """All entries of a ticket, oldest first."""

    number = fields.String(required=True)
    entries = fields.List(fields.Nested(Entry), required=True)


class Timer(Schema):
    """Something that is due."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    run = fields.Integer(required=True)
    level = fields.String(allow_none=True)
    due_at = fields.String(required=True)
    provisional = fields.Boolean(required=True)


class WaitingReminder(Timer):
    """A reminder that is due."""

    label = fields.String(required=True)
    since = fields.String(allow_none=True)
    since_at = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class CountedClock(Clock):
    """One run of a deadline with how it is counted."""

    why = fields.String(allow_none=True, metadata={"description": "why it is due when it is"})
    days = fields.Dict(allow_none=True, metadata={"description": "counted dates; skipped ones with the reason"})
    within = fields.String(allow_none=True)
    used_seconds = fields.Float(allow_none=True)
    unit = fields.String(allow_none=True)
    spans = fields.List(fields.Dict())
    fired = fields.Dict()
    timers = fields.List(fields.Nested(Timer))


class Clocks(Schema):
    """The ledger of a ticket's clocks."""

    number = fields.String(required=True)
    at = fields.String(required=True)
    calendar = fields.Dict(required=True)
    clocks = fields.List(fields.Nested(CountedClock), required=True)
    reminders = fields.List(fields.Nested(WaitingReminder), required=True)
