"""The HTTP interface, `/api/v1`: parse, call one thing below, render."""

from __future__ import annotations

from flask import Flask

from service.api import definitions, files, health, notices, people, problems, registers, tickets
from service.api.blueprint import PREFIX
from service.api.document import Document, described, tidy
from service.now import Now

MOST_BYTES = 1024 * 1024
"""The most that a request may send; a file may be larger."""


def register(app: Flask, now: Now) -> None:
    """Give the application its routes, their OpenAPI 3.1 document, and problem details for every refusal."""
    app.extensions["duban_now"] = now
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        API_TITLE="Duban 督办",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese is read here, also in a terminal
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the order of an answer is the order of its meaning
    api = Document(app, spec_kwargs=described())
    for part in (
        tickets.blueprint,
        definitions.blueprint,
        notices.blueprint,
        people.blueprint,
        registers.blueprint,
        files.blueprint,
    ):
        api.register_blueprint(part)
    tidy(api)
    app.register_blueprint(health.blueprint)
    problems.register(app)  # once more: flask-smorest has put its own handler for refusals in the place of ours
