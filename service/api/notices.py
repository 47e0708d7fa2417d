"""Routes of the inbox: what somebody was told, why it was he, and what is asked of him."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from service import inbox, revisions
from service.api import answers, schemas
from service.api.answers.notices import Notices
from service.api.blueprint import Blueprint, answered_once, lang, now
from service.api.problems import NotThere, ParameterFaulty
from service.api.rendering import instant
from service.api.signing_in import caller
from service.db import reading
from service.directory import Directory
from service.inbox import Before, Received
from service.staff import load_directory
from workflow import telling
from workflow.telling import Reading

blueprint = Blueprint("notices", "The inbox: what the caller was told, and what is asked of him")


@blueprint.route("/notices", methods=["GET"])
@blueprint.arguments(schemas.NoticeQuery, location="query")
@blueprint.alt_response(200, schema=Notices, description="notices, newest first, and the cursor after them")
def list_notices(query: Mapping[str, Any]) -> Response:
    """The caller's notices, newest first."""
    limit = query["limit"]
    with reading() as session:
        found = inbox.notices_for(
            session, caller(), unread_only=query["unread"], before=_before(query.get("cursor")), limit=limit
        )
        directory = load_directory(session, now().instant(session), {})
        bodies = [_notice(session, one, directory) for one in found]
        unread = inbox.unread(session, caller())
    last = found[-1] if len(found) == limit else None
    cursor = None if last is None else f"{last.created_at.isoformat()}/{last.id}"
    return jsonify({"notices": bodies, "unread": unread, "cursor": cursor})


@blueprint.route("/notices/<notice>/read", methods=["POST"])
@blueprint.alt_response(200, schema=answers.Answer, description="read: true")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def read_notice(notice: str) -> Response:
    """Mark a notice as read; reading it again changes nothing."""

    def work(session: Session) -> tuple[int, Mapping[str, Any]]:
        if not inbox.has(session, caller(), notice):
            raise NotThere("notice", notice, ["those of GET /api/v1/notices"])
        inbox.mark_read(session, caller(), [notice], now().instant(session))
        return 200, {"id": notice, "read": True}

    return answered_once(work)


def _notice(session: Session, one: Received, directory: Directory) -> dict[str, Any]:
    definition = revisions.definition(session, one.workflow, one.revision)
    zone = revisions.calendar(session, one.calendar_revision).zone
    reading_ = Reading(
        definition=definition, names=directory.names(lang()), zone=zone, lang=lang(), written_at=one.created_at
    )
    place = one.place if one.number else directory.sites[one.site].called(lang())
    words = telling.told(one.items, reading_, number=one.number, title=one.title, place=place)
    return {
        "id": one.id,
        "ticket": one.number or None,
        "subject": words.subject,
        "lines": list(words.lines),
        "ask_for": [item.ask_for for item in one.items if item.ask_for],
        "created_at": instant(one.created_at, zone),
        "read_at": instant(one.read_at, zone),
    }


def _before(cursor: str | None) -> Before | None:
    if cursor is None:
        return None
    written, _, id_ = cursor.rpartition("/")
    try:
        at = dt.datetime.fromisoformat(written.replace(" ", "+"))  # a plus sign that was not escaped in the address
        if at.tzinfo is None:
            raise ValueError("it says no offset")
        return Before(at.astimezone(dt.UTC), id_)
    except (ValueError, OverflowError) as error:
        raise ParameterFaulty("cursor", "what the page before gave") from error
