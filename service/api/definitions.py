"""Routes of definitions: what is published, its texts and pictures, and what a draft would be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from service import revisions
from service.api import schemas
from service.api.blueprint import Blueprint, lang
from service.api.problems import NotThere, ParameterFaulty, problem_body
from service.api.rendering import named, opening_body
from service.db import reading
from service.revisions import Published
from workflow import draw, words
from workflow.catalogue import compile_catalogue
from workflow.definition import Definition

blueprint = Blueprint("definitions", "Definitions: what is published, and checking a draft")


@blueprint.route("/definitions", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="definitions, and the publication they belong to")
def list_definitions() -> Response:
    """All published definitions; those without a head are opened."""
    with reading() as session:
        published = revisions.current(session)
        found = [_summary(one) for one in published.catalogue.definitions.values()]
        return jsonify({"publication": published.id, "definitions": found})


@blueprint.route("/definitions/<name>", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="the definition's states, transitions and deadlines")
@blueprint.alt_response(404, schema=schemas.Problem, content_type="application/problem+json")
def show_definition(name: str) -> Response:
    """One definition: how it is opened, its states, transitions and deadlines."""
    with reading() as session:
        definition = _definition(revisions.current(session), name)
    language = lang()
    return jsonify(
        {
            **_summary(definition),
            "document": dict(definition.document),
            "openings": [opening_body(one, definition, language) for one in definition.openings()],
            "states": [
                {
                    **named(one.name, one.text, language),
                    "end": one.end,
                    "responsible": words.several(one.responsible, definition).read(language),
                    "records": list(one.records),
                    "note": one.note or None,
                    "rules": list(one.rules),
                }
                for one in definition.states.values()
            ],
            "transitions": [opening_body(one, definition, language) for one in definition.transitions.values()],
            "deadlines": [
                {
                    **named(one.name, one.text, language),
                    "within": one.within.read(language) if one.within else None,
                    "since": list(one.since),
                    "until": list(one.until),
                    "rules": list(one.rules),
                }
                for one in definition.deadlines.values()
            ],
            "reminders": [named(one.name, one.text, language) for one in definition.reminders.values()],
        }
    )


@blueprint.route("/definitions/<name>/text", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="files: path and text of what the definition is made of")
def show_text(name: str) -> Response:
    """The files in which a definition and its parents are written, as they were published."""
    with reading() as session:
        published = revisions.current(session)
        _definition(published, name)
        place = published.catalogue.where(name)
        texts = revisions.files(session, published.id)
    found = {path: text for path, text in texts.items() if place is not None and path == place.path}
    return jsonify({"name": name, "files": found})


@blueprint.route("/definitions/<name>/diagram", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="an SVG picture, or Mermaid text with ?format=mermaid")
def show_diagram(name: str) -> Response:
    """The picture of a definition: `format` is svg (default) or mermaid."""
    form = request.args.get("format", "svg")
    if form not in ("svg", "mermaid"):
        raise ParameterFaulty("format", "svg or mermaid")
    with reading() as session:
        definition = _definition(revisions.current(session), name)
    language = lang()
    names = {name: text.read(language) for name, text in definition.names.items()}
    if form == "mermaid":
        return Response(draw.mermaid(definition, language, names), mimetype="text/plain")
    answer = Response(draw.svg(definition, language, names=names), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


@blueprint.route("/definitions/check", methods=["POST"])
@blueprint.arguments(schemas.Draft)
@blueprint.alt_response(200, schema=schemas.Answer, description="problems: warnings only, the draft may be published")
@blueprint.alt_response(422, schema=schemas.Problem, content_type="application/problem+json")
def check_draft(draft: Mapping[str, Any]) -> Response:
    """Check files together with what is published; nothing is stored. With an error the answer is 422."""
    with reading() as session:
        published = revisions.current(session)
        texts = revisions.files(session, published.id)
    catalogue = compile_catalogue({**texts, **draft["files"]})
    return jsonify({"problems": [problem_body(one) for one in catalogue.warnings]})


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


