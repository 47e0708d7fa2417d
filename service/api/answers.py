"""How answers look in the OpenAPI document; nothing is checked against it on its way out."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    blockers = fields.List(fields.Dict(), metadata={"description": "every reason why a move is refused"})
    problems = fields.List(fields.Dict(), metadata={"description": "every fault of a definition"})
    errors = fields.List(fields.Dict(), metadata={"description": "what is wrong with the body, member by member"})
    accepted = fields.List(fields.String(), metadata={"description": "what would have been accepted"})


class Named(Schema):
    """A name with what people read."""

    name = fields.String(required=True)
    label = fields.String(required=True)


class Person(Schema):
    """A member of staff."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class Clock(Named):
    """One run of a deadline."""

    run = fields.Integer(required=True)
    standing = fields.String(
        required=True, validate=validate.OneOf(["running", "paused", "late", "kept", "broken", "dropped"])
    )
    started_at = fields.String(required=True)
    limit_at = fields.String(allow_none=True)
    late_at = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)


class Approver(Schema):
    """Who must answer now, for one row or for the whole."""

    row = fields.Integer(allow_none=True, required=True)
    who = fields.List(fields.String(), required=True, metadata={"description": "roles or people, in words"})
    people = fields.List(fields.Nested(Person), required=True, metadata={"description": "who that is at present"})


class Approved(Schema):
    """An answer of this round."""

    person = fields.Nested(Person, allow_none=True, required=True)
    answer = fields.Nested(Named, required=True)
    rows = fields.List(fields.Integer(), required=True)
    at = fields.String(required=True)


class ApprovalStep(Schema):
    """One step of an approval."""

    step = fields.Integer(required=True, metadata={"description": "its number, from 1"})
    label = fields.String(required=True)
    by = fields.String(required=True)
    not_by = fields.String(allow_none=True)
    if_ = fields.String(data_key="if", attribute="if", allow_none=True)
    for_each = fields.Dict(allow_none=True, metadata={"description": "the list whose rows are asked about"})
    standing = fields.String(required=True, validate=validate.OneOf(["granted", "asked", "left_out", "waiting"]))
    asked = fields.List(fields.Nested(Approver), required=True)
    granted_rows = fields.List(fields.Integer(), required=True)
    answers = fields.List(fields.Nested(Approved), required=True)
    rules = fields.List(fields.String())
    note = fields.String(allow_none=True)


class Approval(Schema):
    """The round that runs: where it leads, and its steps in order. Old rounds stand in the history."""

    round = fields.Integer(required=True)
    granted = fields.Nested(Named, required=True)
    refused = fields.Nested(Named, required=True)
    steps = fields.List(fields.Nested(ApprovalStep), required=True)


class Relative(Schema):
    """A ticket that opened this one, or was opened by it."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    workflow = fields.Nested(Named, required=True)
    state = fields.Nested(Named, required=True)
    open = fields.Boolean(required=True)


class Ticket(Schema):
    """A ticket as it stands."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    site = fields.String(required=True)
    workflow = fields.Nested(Named, required=True)
    revision = fields.String(required=True)
    state = fields.Nested(Named, required=True)
    version = fields.Integer(required=True)
    priority = fields.String(required=True)
    round = fields.Integer(required=True)
    accountable = fields.Nested(Named, required=True)
    assignee = fields.Nested(Person, allow_none=True)
    receiver = fields.Nested(Person, allow_none=True)
    opened_at = fields.String(required=True)
    changed_at = fields.String(required=True)
    ended_at = fields.String(allow_none=True)
    due = fields.String(allow_none=True, metadata={"description": "of a recurring ticket: a date, or an instant"})
    provisional = fields.Boolean(required=True)
    fields_ = fields.Dict(data_key="fields", attribute="fields")
    clocks = fields.List(fields.Nested(Clock))
    next_deadline = fields.Nested(Clock, allow_none=True)
    transitions = fields.List(fields.String(), metadata={"description": "those that the caller may make now"})
    parent = fields.Nested(Relative, allow_none=True, metadata={"description": "the ticket that opened it"})
    children = fields.List(fields.Nested(Relative), metadata={"description": "those that it opened"})
    approval = fields.Nested(
        Approval, allow_none=True, metadata={"description": "on a ticket's own page, where approval is asked for"}
    )


class TicketPage(Schema):
    """Some tickets, newest first."""

    tickets = fields.List(fields.Nested(Ticket), required=True)
    cursor = fields.Integer(allow_none=True)


class Role(Schema):
    """A role that somebody holds; a department only for a role of departments."""

    role = fields.String(required=True)
    label = fields.String(required=True)
    department = fields.Nested(Named, allow_none=True)


class FieldForm(Named):
    """A field as a form needs it."""

    type = fields.String()
    choices = fields.List(fields.Nested(Named))
    choices_at = fields.String(metadata={"description": "where what may be chosen is listed"})
    upload_at = fields.String(metadata={"description": "where a file is sent before its id is typed"})
    columns = fields.List(fields.Nested(lambda: ColumnForm()))
    min_length = fields.Integer()
    note = fields.String()


class ColumnForm(FieldForm):
    """A column of a list as a form needs it."""

    required = fields.Boolean(
        metadata={"description": "false for a column that may be left out now, because a move about one row fills it"}
    )


class Ask(FieldForm):
    """A field of a child's form, typed with its parent's move as `child-workflow.field`."""

    child = fields.Nested(Named, required=True)
    must = fields.Boolean(required=True)
    only_if = fields.String(allow_none=True, metadata={"description": "asked only if the child is opened: when"})


class Blocker(Schema):
    """One reason why a move is refused."""

    code = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    rules = fields.List(fields.String())
    part = fields.String(allow_none=True)


class Transition(Named):
    """A transition with what it asks for and what stands against it."""

    from_ = fields.List(fields.Nested(Named), data_key="from", attribute="from")
    to = fields.String(
        allow_none=True, metadata={"description": "a state, or `same`; null for an answer that may lead to several"}
    )
    by = fields.String()
    fill = fields.List(fields.Nested(FieldForm))
    may_fill = fields.List(fields.Nested(FieldForm))
    row_of = fields.Nested(
        Named, allow_none=True, metadata={"description": "the list of which this move fills one row: send its `row`"}
    )
    rows = fields.List(
        fields.Integer(), metadata={"description": "the rows, from 1, for which the caller may still make it"}
    )
    asks = fields.List(fields.Nested(Ask), metadata={"description": "for the children that it opens"})
    note = fields.String(allow_none=True)
    rules = fields.List(fields.String())
    allowed = fields.Boolean(required=True)
    blockers = fields.List(fields.Nested(Blocker), required=True)


class Transitions(Schema):
    """What may be done with a ticket; what may be done now comes first."""

    number = fields.String(required=True)
    version = fields.Integer(required=True)
    transitions = fields.List(fields.Nested(Transition), required=True)


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
        validate=validate.OneOf(["move", "level", "reminder", "refusal", "extension", "calendar", "child"]),
    )
    level = fields.String(allow_none=True)
    run = fields.Integer(allow_none=True)
    at = fields.String(required=True, metadata={"description": "when it counts"})
    recorded_at = fields.String(required=True, metadata={"description": "when it was written"})
    due_at = fields.String(allow_none=True)
    limit_at = fields.String(allow_none=True)
    skipped = fields.Integer()
    actor = fields.Nested(Person, allow_none=True, metadata={"description": "null is the clock"})
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


class Opening(Named):
    """A definition with the transitions by which the caller may open a ticket."""

    transitions = fields.List(fields.Nested(Transition), required=True)


class MySite(Schema):
    """What the caller is at a site."""

    site = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.Nested(Role), required=True)
    openings = fields.List(fields.Nested(Opening), required=True)


class Me(Schema):
    """The caller."""

    person = fields.Nested(Person, required=True)
    sites = fields.List(fields.Nested(MySite), required=True)


class Site(Schema):
    """A site with the departments that may be named there."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    departments = fields.List(fields.Nested(Named), required=True)


class Sites(Schema):
    """The caller's sites."""

    sites = fields.List(fields.Nested(Site), required=True)


class Colleague(Person):
    """Somebody with his roles at a site."""

    away = fields.Boolean(required=True)
    roles = fields.List(fields.Nested(Role), required=True)


class People(Schema):
    """Who holds a role at a site."""

    site = fields.String(required=True)
    people = fields.List(fields.Nested(Colleague), required=True)


class Notice(Schema):
    """What the caller was told at once about one ticket."""

    id = fields.String(required=True)
    ticket = fields.String(required=True)
    subject = fields.String(required=True)
    lines = fields.List(fields.String(), required=True)
    ask_for = fields.List(fields.String(), required=True)
    created_at = fields.String(required=True)
    read_at = fields.String(allow_none=True)


class Notices(Schema):
    """A page of the inbox, newest first."""

    notices = fields.List(fields.Nested(Notice), required=True)
    unread = fields.Integer(required=True)
    cursor = fields.String(allow_none=True)


class File(Schema):
    """A file that somebody sent."""

    id = fields.String(required=True, metadata={"description": "what a field of type file holds"})
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    sha256 = fields.String(required=True)
    uploaded_by = fields.String(required=True)
    uploaded_at = fields.String(required=True)
    content_at = fields.String(required=True, metadata={"description": "where its bytes are"})


class Register(Named):
    """A register: what its entries have, and the roles that keep it."""

    columns = fields.List(fields.Nested(FieldForm), required=True)
    kept_by = fields.List(fields.Nested(Named), required=True)
    note = fields.String(allow_none=True)
    rules = fields.List(fields.String())


class Registers(Schema):
    """All registers."""

    publication = fields.Integer(required=True)
    registers = fields.List(fields.Nested(Register), required=True)


class RegisterEntry(Schema):
    """An entry of a register; values that the caller may not read are said to be withheld."""

    register = fields.String(required=True)
    key = fields.String(required=True)
    label = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True, required=True)
    site = fields.String(allow_none=True, required=True, metadata={"description": "null is all sites"})
    values = fields.Dict(required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "columns that are empty"})
    since = fields.String(required=True)
    until = fields.String(allow_none=True, required=True)
    holds = fields.Boolean(required=True, metadata={"description": "whether it may be chosen now"})
    version = fields.Integer(required=True)


class RegisterEntries(Schema):
    """A page of entries, by key."""

    site = fields.String(required=True)
    keeps = fields.Boolean(required=True, metadata={"description": "whether the caller may write entries here"})
    entries = fields.List(fields.Nested(RegisterEntry), required=True)
    cursor = fields.String(allow_none=True)


class EntryVersion(Schema):
    """One version of an entry; by nobody is by the command line."""

    version = fields.Integer(required=True)
    at = fields.String(required=True)
    by = fields.Nested(Person, allow_none=True, required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    values = fields.Dict(required=True)
    since = fields.String(required=True)
    until = fields.String(allow_none=True)


class RegisterEntryHistory(RegisterEntry):
    """An entry with every version of it, the newest first."""

    versions = fields.List(fields.Nested(EntryVersion), required=True)


class Answer(Schema):
    """An answer whose members the description names."""

    class Meta:
        unknown = "include"
