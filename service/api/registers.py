"""Routes of registers: which there are, their entries, and keeping them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from service import register_desk, registers, revisions
from service.api import answers, schemas
from service.api.answers.registers import RegisterEntries, RegisterEntry, RegisterEntryHistory, Registers
from service.api.blueprint import Blueprint, answered_once, lang, now
from service.api.forms import column_body
from service.api.rendering import Body, instant, named, person_body
from service.api.signing_in import caller
from service.db import reading, writing
from service.register_desk import Desk
from service.register_entries import SAID
from service.registers import Kept, Version
from workflow.entry import Value
from workflow.fields import to_json

blueprint = Blueprint("registers", "Registers: parties, templates and whatever else fields name")

Arguments = Mapping[str, Any]


@blueprint.route("/registers", methods=["GET"])
@blueprint.alt_response(200, schema=Registers, description="registers with their columns and keepers")
def list_registers() -> Response:
    """All published registers: what an entry of each has, and who keeps it."""
    with reading() as session:
        published = revisions.current(session)
    roles, language = published.catalogue.roles, lang()
    return jsonify(
        {
            "publication": published.id,
            "registers": [
                {
                    **named(one.name, one.text, language),
                    "columns": [column_body(column, language) for column in one.columns.values()],
                    "kept_by": [named(role, roles[role].text, language) for role in one.kept_by],
                    "note": one.note or None,
                    "rules": list(one.rules),
                }
                for one in published.catalogue.registers.values()
            ],
        }
    )


@blueprint.route("/registers/<name>/entries", methods=["GET"])
@blueprint.arguments(schemas.RegisterEntriesQuery, location="query")
@blueprint.alt_response(200, schema=RegisterEntries, description="A page of entries, by key")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def list_entries(query: Arguments, name: str) -> Response:
    """What may be chosen at a site now, by key; with `over` also what no longer holds or does not yet."""
    with reading() as session:
        desk = register_desk.desk(session, now(), caller(), name, query["site"])
        found, following = registers.page(
            session,
            desk.register,
            desk.site,
            at=None if query["over"] else desk.at,
            text=query.get("q", ""),
            after=query.get("cursor", ""),
            limit=query["limit"],
        )
    body = {"site": desk.site, "keeps": desk.keeps, "entries": [_entry(one, desk) for one in found]}
    return jsonify({**body, "cursor": following})


@blueprint.route("/registers/<name>/entries", methods=["POST"])
@blueprint.arguments(schemas.RegisterEntryNew)
@blueprint.alt_response(201, schema=RegisterEntry, description="The new entry")
@blueprint.alt_response(403, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(409, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def create_entry(new: Arguments, name: str) -> Response:
    """Write a new entry of a site, or of all sites; for those who keep the register."""

    def work(session: Session) -> tuple[int, Body]:
        desk = register_desk.desk(session, now(), caller(), name, new["site"])
        said = {part: new[part] for part in SAID if new.get(part) is not None}
        found = register_desk.create(session, desk, new["key"], said, everywhere=new["everywhere"])
        return 201, _entry(found, desk)

    return answered_once(work)


@blueprint.route("/registers/<name>/entries/<key>", methods=["GET"])
@blueprint.arguments(schemas.RegisterEntryQuery, location="query")
@blueprint.alt_response(200, schema=RegisterEntryHistory, description="The entry with its versions, newest first")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_entry(query: Arguments, name: str, key: str) -> Response:
    """One entry as it is, also one that is over, and who changed it when."""
    with reading() as session:
        desk = register_desk.desk(session, now(), caller(), name, query["site"])
        found, versions = register_desk.entry(session, desk, key)
    return jsonify({**_entry(found, desk), "versions": [_version(one, desk) for one in versions]})


@blueprint.route("/registers/<name>/entries/<key>", methods=["PATCH"])
@blueprint.arguments(schemas.RegisterEntryQuery, location="query")
@blueprint.arguments(schemas.RegisterEntryChange)
@blueprint.alt_response(200, schema=RegisterEntry, description="The entry as it is now")
@blueprint.alt_response(403, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(409, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def change_entry(query: Arguments, sent: Arguments, name: str, key: str) -> Response:
    """Change an entry: what is left out stays, null takes a value out, `until` retires it; for those who keep it."""
    with writing() as session:
        desk = register_desk.desk(session, now(), caller(), name, query["site"])
        said = {part: sent[part] for part in SAID if part in sent}
        found = register_desk.change(session, desk, key, said, sent["version"])
    return jsonify(_entry(found, desk))


def _entry(one: Kept, desk: Desk) -> Body:
    return {
        "register": one.register.name,
        "key": one.key,
        "label": one.text.read(lang()),
        "name": one.name,
        "name_en": one.name_en,
        "site": one.site,
        "values": _values(one.values, desk),
        "missing": list(one.missing),
        "since": instant(one.since),
        "until": instant(one.until),
        "holds": one.holds(desk.at),
        "version": one.version,
    }


def _version(one: Version, desk: Desk) -> Body:
    return {
        "version": one.version,
        "at": instant(one.at),
        "by": person_body(one.by, desk.directory.names(lang())),
        "name": one.name,
        "name_en": one.name_en,
        "values": _values(one.values, desk),
        "since": instant(one.since),
        "until": instant(one.until),
    }


def _values(values: Mapping[str, Value], desk: Desk) -> Body:
    """The values that the caller may read; of the others, that they are withheld and for which class."""
    shown: Body = {}
    for name, value in values.items():
        class_ = desk.register.columns[name].confidential
        shown[name] = to_json(value) if class_ is None or desk.keeps else {"withheld": class_}
    return shown
