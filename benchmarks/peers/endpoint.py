"""The same move over HTTP, by hand: bare Flask, and Flask with schemas, OpenAPI and the look-up of a token."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, g, jsonify, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, or_, select
from sqlalchemy.engine import URL

from benchmarks.peers.by_hand import Conflict, return_order
from service import tables
from service.columns import dump_json
from service.db import table_of
from service.now import instant_here

PATH = "/api/v1/tickets/<number>/transitions"
PERSON = "zhao"

_TOKEN, _PERSON = table_of(tables.Token), table_of(tables.Person)
_WHOSE = (
    select(_TOKEN.c.person_id)
    .join(_PERSON, _PERSON.c.id == _TOKEN.c.person_id)
    .where(
        _TOKEN.c.digest == bindparam("digest"),
        _TOKEN.c.withdrawn_at.is_(None),
        or_(_TOKEN.c.expires_at.is_(None), _TOKEN.c.expires_at > bindparam("at")),
        _PERSON.c.active,
    )
)


class Store:
    """The database, and the way a transaction that writes begins: on SQLite behind one lock of the process."""

    def __init__(self, url: URL) -> None:
        self.engine = engine_on(url)
        self._lock = threading.Lock() if url.get_backend_name() == "sqlite" else contextlib.nullcontext()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._lock, self.engine.begin() as connection:
            yield connection


def engine_on(url: URL) -> Engine:
    """An engine with the durability that Duban has: WAL and synchronous FULL on SQLite, the server's on PostgreSQL.

    And with its pool: the connection that was used last is used first.
    """
    on_sqlite = url.get_backend_name() == "sqlite"
    patience = {"timeout": 30} if on_sqlite else {}  # a job that gives up waiting for the writer would never have fired
    kept: dict[str, Any] = {"pool_size": 20, "max_overflow": 0, "pool_use_lifo": True}
    engine = create_engine(url, json_serializer=dump_json, connect_args=patience, **kept)
    if not on_sqlite:
        return engine

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def bare(url: URL) -> Flask:
    """Flask and Core: no schema, nobody asked who he is."""
    app = Flask("by_hand")
    store = Store(url)

    @app.get("/healthz")
    def alive() -> Any:
        return jsonify({"alive": True})

    @app.post(PATH)
    def move(number: str) -> Any:
        sent = request.get_json()
        try:
            with store.writing() as connection:
                result = sent["fields"]["repair_result"]
                return_order(connection, number, sent["version"], result, PERSON, instant_here())
        except Conflict:
            abort(409)
        return jsonify({"number": number, "state": "returned", "version": sent["version"] + 1})

    return app


class Filled(Schema):
    """The fields that returning an order asks for."""

    repair_result = fields.String(required=True, validate=validate.Length(min=1, max=10_000))


class Move(Schema):
    """What is sent."""

    transition = fields.String(required=True, validate=validate.OneOf(["return_order"]))
    fields_ = fields.Nested(Filled, required=True, data_key="fields", attribute="fields")
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class Ticket(Schema):
    """What is answered."""

    number = fields.String(required=True)
    workflow = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    priority = fields.String(required=True)
    assignee = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    at = fields.AwareDateTime(required=True)


def with_schemas(url: URL) -> Flask:
    """flask-smorest over the same Core: schemas in and out, an OpenAPI document, and whose token it is."""
    app = Flask("by_hand_with_schemas")
    app.config.update(API_TITLE="by hand", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    store = Store(url)
    blueprint = Blueprint("tickets", "tickets")

    @app.get("/healthz")
    def alive() -> Any:
        return jsonify({"alive": True})

    @blueprint.route(PATH, methods=["POST"])
    @blueprint.arguments(Move)
    @blueprint.response(200, Ticket)
    def move(sent: dict[str, Any], number: str) -> Any:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            abort(401)
        at = instant_here()
        try:
            with store.writing() as connection:
                digest = hashlib.sha256(secret.encode()).hexdigest()
                g.person = connection.execute(_WHOSE, {"digest": digest, "at": at}).scalar_one_or_none()
                if g.person is None:
                    abort(401)
                result = sent["fields"]["repair_result"]
                ticket = return_order(connection, number, sent["version"], result, g.person, at)
        except Conflict:
            abort(409)
        return {
            **ticket._mapping,
            "state": "returned",
            "version": sent["version"] + 1,
            "assignee": "lin",
            "at": at,
        }

    Api(app).register_blueprint(blueprint)
    return app
