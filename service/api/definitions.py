"""Routes of definitions: what is published, its texts and pictures, and what a draft would be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from service import publishing, revisions
from service.api import answers, schemas
from service.api.blueprint import Blueprint, lang, now
from service.api.forms import transition_body
from service.api.problems import NotThere, problem_body
from service.api.rendering import UTC, instant, named
from service.db import reading
from service.revisions import Issued, Published
from workflow import draw, words
from workflow.definition import Deadline, Definition, Reminder
from workflow.picture.captions import Captions
from workflow.picture.consequences import consequences
from workflow.prose.lifecycle import explain
from workflow.prose.plain import markdown
from workflow.prose.voice import Surroundings

blueprint = Blueprint("definitions", "Definitions: what is published, and checking a draft")


@blueprint.route("/definitions", methods=["GET"])
@blueprint.alt_response(
    200, schema=answers.Answer, description="definitions and registers, and the publication they belong to"
)
def list_definitions() -> Response:
    """All published definitions; those without a head are opened."""
    with reading() as session:
        published = revisions.current(session)
        found = [_summary(one) for one in published.catalogue.definitions.values()]
        registers = [named(one.name, one.text, lang()) for one in published.catalogue.registers.values()]
        return jsonify({"publication": published.id, "definitions": found, "registers": registers})


@blueprint.route("/definitions/<name>", methods=["GET"])
@blueprint.alt_response(200, schema=answers.Answer, description="the definition's states, transitions and deadlines")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_definition(name: str) -> Response:
    """One definition: how it is opened, its states, transitions and deadlines."""
    with reading() as session:
        published = revisions.current(session)
    definition, book = _definition(published, name), published.catalogue.book
    language = lang()
    captions = Captions(definition, language)
    return jsonify(
        {
            **_summary(definition),
            "document": dict(definition.document),
            "openings": [transition_body(one, definition, language) for one in definition.openings()],
            "states": [
                {
                    **named(one.name, one.text, language),
                    "end": one.end,
                    "responsible": words.several(one.responsible, definition).read(language),
                    "records": [named(form, book.form(form), language) for form in one.records],
                    "note": one.note or None,
                    "rules": list(one.rules),
                }
                for one in definition.states.values()
            ],
            "transitions": [transition_body(one, definition, language) for one in definition.transitions.values()],
            "deadlines": [_deadline(one, captions) for one in definition.deadlines.values()],
            "reminders": [_reminder(one, captions) for one in definition.reminders.values()],
        }
    )


@blueprint.route("/definitions/<name>/revisions", methods=["GET"])
@blueprint.alt_response(200, schema=answers.Answer, description="revisions, newest first, with their open tickets")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def list_revisions(name: str) -> Response:
    """Every behaviour of a definition that was published, and how many open tickets are pinned to it."""
    with reading() as session:
        found = _issued(session, name)
        zone = _zone(revisions.current(session), name)
    return jsonify(
        {
            "name": name,
            "revisions": [
                {
                    "revision": one.revision,
                    "first_published_at": instant(one.first_at, zone),
                    "latest_published_at": instant(one.latest_at, zone),
                    "open_tickets": one.open_tickets,
                }
                for one in found
            ],
        }
    )


@blueprint.route("/definitions/<name>/text", methods=["GET"])
@blueprint.arguments(schemas.RevisionQuery, location="query")
@blueprint.alt_response(200, schema=answers.Answer, description="files: all texts of the publication, by path")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_text(query: Mapping[str, Any], name: str) -> Response:
    """The texts of the publication with which a revision was last published."""
    with reading() as session:
        found = _one_issued(session, name, query.get("revision"))
        texts = revisions.files(session, found.latest_publication_id)
    return jsonify({"name": name, "revision": found.revision, "files": texts})


@blueprint.route("/definitions/<name>/diagram", methods=["GET"])
@blueprint.arguments(schemas.DiagramQuery, location="query")
@blueprint.alt_response(200, schema=answers.Answer, description="an SVG picture, or Mermaid text with ?format=mermaid")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_diagram(query: Mapping[str, Any], name: str) -> Response:
    """The picture of a definition: `format` is svg (default) or mermaid, `revision` one that was published."""
    with reading() as session:
        found = _one_issued(session, name, query.get("revision"))
        definition = revisions.definition(session, name, found.revision)
        others = revisions.current(session).catalogue.definitions.values()
    language = lang()
    names = {one.name: one.text.read(language) for one in others}
    if query["format"] == "mermaid":
        return Response(draw.mermaid(definition, language, names), mimetype="text/plain")
    answer = Response(draw.svg(definition, language, names=names), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


@blueprint.route("/definitions/<name>/explanation", methods=["GET"])
@blueprint.arguments(schemas.RevisionQuery, location="query")
@blueprint.alt_response(200, schema=answers.Answer, description="the lifecycle in plain sentences, as Markdown text")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_explanation(query: Mapping[str, Any], name: str) -> Response:
    """A definition in plain sentences, in the language of the request; `revision` is one that was published."""
    with reading() as session:
        found = _one_issued(session, name, query.get("revision"))
        definition = revisions.definition(session, name, found.revision)
        around = Surroundings.of(revisions.current(session).catalogue, definition)
    return Response(markdown(explain(definition, lang(), around)), mimetype="text/markdown")


@blueprint.route("/definitions/check", methods=["POST"])
@blueprint.arguments(schemas.Draft)
@blueprint.alt_response(200, schema=answers.Answer, description="problems: warnings only, the draft may be published")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def check_draft(draft: Mapping[str, Any]) -> Response:
    """Check files together with what is published, and prove their promises; nothing is stored.

    With an error or a broken promise the answer is 422.
    """
    with reading() as session:
        published = revisions.current(session)
        texts = revisions.files(session, published.id)
        at = now().instant(session)
    catalogue = publishing.proved({**texts, **draft["files"]}, at)
    return jsonify({"problems": [problem_body(one) for one in catalogue.warnings]})


def _deadline(one: Deadline, captions: Captions) -> dict[str, Any]:
    """A deadline: its limit, what starts, stops and pauses it, and who is told at each of its levels."""
    return {
        **named(one.name, one.text, captions.lang),
        "within": one.within.read(captions.lang) if one.within else None,
        "limit": captions.limit(one),
        "since": [{"name": name, "label": captions.event(name)} for name in one.since],
        "until": [{"name": name, "label": captions.event(name)} for name in one.until],
        "paused_in": sorted(one.paused_in),
        "if": str(one.condition) if one.condition is not None else None,
        "levels": [
            {
                "name": level.name,
                "when": captions.level(level),
                "if": str(level.condition) if level.condition is not None else None,
                "notify": captions.people(level.effects.notify),
                "does": consequences(level.effects, captions),
                "rules": list(level.rules),
            }
            for level in one.levels
        ],
        "rules": list(one.rules),
    }


def _reminder(one: Reminder, captions: Captions) -> dict[str, Any]:
    """A reminder: since when it waits, when it comes and comes again, and who is told."""
    return {
        **named(one.name, one.text, captions.lang),
        "since": [{"name": name, "label": captions.event(name)} for name in one.since],
        "in": sorted(one.states),
        "after": one.after.read(captions.lang) if one.after else None,
        "every": one.every.read(captions.lang) if one.every else None,
        "at": f"{one.at:%H:%M}" if one.at else None,
        "when": captions.occasion(one),
        "if": str(one.condition) if one.condition is not None else None,
        "notify": captions.people(one.effects.notify),
        "does": consequences(one.effects, captions),
        "rules": list(one.rules),
    }


def _zone(published: Published, name: str) -> str:
    """The zone of a definition's calendar; UTC for one that is not published any more."""
    definition = published.catalogue.definitions.get(name)
    return published.catalogue.calendars[definition.calendar].zone if definition else UTC


def _issued(session: Session, name: str) -> tuple[Issued, ...]:
    found = revisions.issued(session, name)
    if not found:
        raise NotThere("definition", name, list(revisions.current(session).catalogue.definitions))
    return found


def _one_issued(session: Session, name: str, revision: str | None) -> Issued:
    """The revision that is asked for, without one the newest."""
    found = _issued(session, name)
    wanted = [one for one in found if revision in (None, one.revision)]
    if not wanted:
        raise NotThere("revision", str(revision), [one.revision for one in found])
    return wanted[0]


def _definition(published: Published, name: str) -> Definition:
    found = published.catalogue.definitions.get(name)
    if found is None:
        raise NotThere("definition", name, list(published.catalogue.definitions))
    return found


def _summary(definition: Definition) -> dict[str, Any]:
    return {
        **named(definition.name, definition.text, lang()),
        "revision": definition.revision,
        "opened": definition.head is None,
        "head": definition.head,
        "family": list(definition.family),
        "calendar": definition.calendar,
    }
