"""How people look in answers: where they hold which roles, and what they may open."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.answers import Named, Person
from service.api.answers.forms import Transition


class Role(Schema):
    """A role that somebody holds; a department only for a role of departments."""

    role = fields.String(required=True)
    label = fields.String(required=True)
    department = fields.Nested(Named, allow_none=True)


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


class HandedOver(Schema):
    """A ticket that was to be handed over."""

    number = fields.String(required=True)
    workflow = fields.String(allow_none=True)
    title = fields.String(required=True)
    handed_over = fields.Boolean(required=True)
    blockers = fields.List(fields.Dict(), required=True, metadata={"description": "every reason why it was not"})


class HandedOverAll(Schema):
    """What became of the tickets that somebody holds; of `left` ones nothing yet: ask again."""

    holder = fields.Nested(Person, required=True)
    to = fields.Nested(Person, required=True)
    tickets = fields.List(fields.Nested(HandedOver), required=True)
    left = fields.Integer(required=True)


class People(Schema):
    """Who holds a role at a site."""

    site = fields.String(required=True)
    people = fields.List(fields.Nested(Colleague), required=True)
