"""The entrance; health: alive, ready (by the age of the oldest timer that has not fired); figures for Prometheus.

These routes want no token: they tell nothing of any ticket or person.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from service import readiness
from service.api.blueprint import PREFIX, now
from service.calls import figures
from service.db import DatabaseUnavailable, reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/")
@blueprint.get(PREFIX, strict_slashes=False)
def show_entrance() -> Response:
    """What this is, and where it says what there is and how it does."""
    return jsonify(
        {
            "name": "Duban 督办",
            "api": PREFIX,
            "openapi": f"{PREFIX}/openapi.json",
            "health": {"alive": "/healthz", "ready": "/readyz"},
        }
    )


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database and schema are fine, a catalogue is published, and nothing due has been waiting for long."""
    try:
        with reading() as session:
            found = readiness.look(session, now())
    except DatabaseUnavailable as error:
        return jsonify({"ready": False, "why": [str(error)]}), 503
    return jsonify(found.body()), 200 if found.ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """The same figures as text for Prometheus, and what processes have counted, also while the database is away."""
    try:
        with reading() as session:
            found = readiness.look(session, now(), open_tickets=True).exposition()
    except DatabaseUnavailable:
        found = readiness.AWAY
    counted = figures()
    return Response(found + counted.exposition() + counted.memory(), mimetype="text/plain; version=0.0.4")
