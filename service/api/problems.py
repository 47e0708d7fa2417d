"""Refusals over HTTP: the one place that maps errors to status codes and RFC 9457 problem details."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    UnprocessableEntity,
)

from service import calls, finding
from service.account_faults import AlreadyThere, HasLeft, NobodyTakesOver, NotKnown, TakesOverHimself
from service.api import phrases
from service.api.blueprint import PREFIX, AddressFaulty, NotAForm, NotJson, lang, now
from service.api.json_reading import JsonFaulty
from service.api.rendering import blocker_body, instant, person_body
from service.api.signing_in import NotSignedIn, caller
from service.attachments import FileUnknown
from service.db import DatabaseUnavailable, reading
from service.idempotency import AnsweredMeanwhile, KeyFaulty, KeyReused
from service.loading import TicketUnknown
from service.moves import MoveRefused, TicketUnsettled, VersionStale
from service.opening import SiteUnknown, WorkflowUnknown
from service.records import TicketUnreadable
from service.register_desk import NotKept
from service.register_entries import RegisterEntryFaulty, RegisterEntryStale, RegisterEntryUnknown
from service.revisions import NothingPublished, RevisionUnknown
from service.storing import ChangedMeanwhile
from service.uploads import FileRefused, FileTooLarge
from workflow.problems import DefinitionFaulty, Problem

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

Body = dict[str, Any]


class NotThere(Exception):
    """What an address names does not exist; `accepted` is what there is instead."""

    def __init__(self, what: str, name: str, accepted: list[str]) -> None:
        self.what = what
        self.name = name
        self.accepted = accepted
        super().__init__(f"There is no {what} {name!r}; there are: {', '.join(accepted) or 'none'}.")


class ParameterFaulty(Exception):
    """A parameter of an address has a value that is not accepted."""

    def __init__(self, name: str, accepted: str) -> None:
        self.name = name
        self.accepted = accepted
        super().__init__(f"The parameter {name!r} accepts {accepted}.")


def _plain(_: Exception) -> Body:
    return {}


def _known(error: Exception) -> Body:
    return {"accepted": list(getattr(error, "known", getattr(error, "accepted", ())))}


def _version(error: RegisterEntryStale) -> Body:
    return {"version": error.version}


def _not_kept(error: NotKept) -> Body:
    return {"blockers": [blocker_body(error.blocker, "", lang())]}


def _of_entry(error: RegisterEntryFaulty) -> Body:
    return {"errors": [{"where": one.where, "text": one.text.read(lang())} for one in error.faults]}


def _stale(error: VersionStale) -> Body:
    """What has happened since, as the caller, who may see the ticket, reads it."""
    with reading() as session:
        seen = finding.show(session, now(), error.number, caller())
    names, zone = seen.directory.names(lang()), seen.loaded.calendar.zone
    changes = [
        {
            "sequence": one.sequence,
            "transition": one.name,
            "kind": one.kind,
            "by": person_body(one.actor, names),
            "at": instant(one.at, zone),
        }
        for one in error.since
    ]
    return {"version": error.version, "changed": changes}


def _refused(error: MoveRefused) -> Body:
    blockers = [blocker_body(one, error.definition.name, lang()) for one in error.blockers]
    detail = "\n".join(one["text"] for one in blockers)
    return {"detail": detail, "transition": error.transition, "blockers": blockers}


def _faulty(error: DefinitionFaulty) -> Body:
    return {"problems": [problem_body(one) for one in error.problems]}


def problem_body(problem: Problem) -> Body:
    """A fault of a definition as JSON."""
    return {
        "path": problem.position.path,
        "line": problem.position.line,
        "column": problem.position.column,
        "severity": problem.severity,
        "check": problem.check,
        "text": problem.text_zh if lang() == "zh" and problem.text_zh else problem.text,
        **problem.replaced(),
    }


TABLE: Mapping[type[Exception], tuple[int, str, Callable[[Any], Body]]] = {
    NotSignedIn: (401, "not_signed_in", _plain),
    TicketUnknown: (404, "ticket_unknown", _plain),
    FileUnknown: (404, "file_unknown", _plain),
    NotKnown: (404, "not_known", _known),
    RegisterEntryUnknown: (404, "register_entry_unknown", _plain),
    NotKept: (403, "not_kept", _not_kept),
    HasLeft: (422, "has_left", _plain),
    NobodyTakesOver: (422, "nobody_takes_over", _plain),
    TakesOverHimself: (422, "takes_over_himself", _plain),
    AlreadyThere: (409, "already_there", _plain),
    RegisterEntryStale: (409, "register_entry_stale", _version),
    RegisterEntryFaulty: (422, "register_entry_faulty", _of_entry),
    FileTooLarge: (413, "file_too_large", _plain),
    FileRefused: (422, "file_refused", _plain),
    NotAForm: (415, "not_a_form", _plain),
    NotThere: (404, "not_there", _known),
    RevisionUnknown: (404, "revision_unknown", _plain),
    VersionStale: (409, "version_stale", _stale),
    ChangedMeanwhile: (409, "changed_meanwhile", _plain),
    TicketUnsettled: (409, "ticket_unsettled", _plain),
    TicketUnreadable: (409, "ticket_unreadable", _plain),
    AnsweredMeanwhile: (409, "being_answered", _plain),
    NotJson: (415, "not_json", _plain),
    AddressFaulty: (400, "address_faulty", _plain),
    JsonFaulty: (400, "json_faulty", _plain),
    ParameterFaulty: (400, "parameter_faulty", _plain),
    KeyFaulty: (400, "idempotency_key_faulty", _plain),
    KeyReused: (422, "idempotency_key_reused", _plain),
    SiteUnknown: (422, "site_unknown", _known),
    WorkflowUnknown: (422, "workflow_unknown", _known),
    MoveRefused: (422, "refused", _refused),
    DefinitionFaulty: (422, "definition_faulty", _faulty),
    NothingPublished: (503, "nothing_published", _plain),
    DatabaseUnavailable: (503, "database_unavailable", _plain),
}

FORBIDDEN = {"not_allowed", "not_by"}
CONFLICTING = {"not_from_here", "at_most", "not_before", "wait_for"}


def _status(error: Exception, status: int) -> int:
    """A refused move is 403 if it is not his to make, 409 if the ticket stands against it, else 422."""
    if not isinstance(error, MoveRefused):
        return status
    codes = {blocker.code for blocker in error.blockers}
    return 403 if codes & FORBIDDEN else 409 if codes & CONFLICTING else status


def problem(status: int, code: str, body: Mapping[str, Any]) -> Response:
    """A problem document; `type` is a relative reference that stands for its code."""
    calls.refused(code)
    answer = jsonify({"type": f"/problems/{code}", "title": phrases.title(code, lang()), "status": status, **body})
    answer.status_code = status
    answer.mimetype = CONTENT_TYPE
    return answer


def register(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    for kind in TABLE:
        app.register_error_handler(kind, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(UnprocessableEntity, _of_schema)
    app.register_error_handler(Exception, _unforeseen)


def _of_ours(error: Exception) -> Response:
    kind = next(one for one in type(error).__mro__ if one in TABLE)
    status, code, body = TABLE[kind]
    said = {"detail": phrases.detail(error, code, lang()), **body(error)}
    answer = problem(_status(error, status), code, said)
    if isinstance(error, TicketUnsettled):
        log.error("%s cannot be settled", error.number, exc_info=error, extra={"action": "move_unsettled"})
    if isinstance(error, TicketUnreadable):
        told = {"action": "ticket_cannot_be_read", "ticket": error.number}
        log.error("%s cannot be read", error.number, exc_info=error, extra=told)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        answer.headers["Retry-After"] = "1"
    return answer


def _of_http(error: HTTPException) -> Response:
    answer = problem(error.code or 500, error.name.lower().replace(" ", "_"), {"detail": _said(error)})
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _said(error: HTTPException) -> str | None:
    """What is wrong, and what would be accepted, where werkzeug does not know it."""
    if isinstance(error, NotFound):
        return _pick(
            f"There is no {request.path[:200]!r}; what there is says {PREFIX}/openapi.json.",
            f"没有“{request.path[:200]}”；有哪些地址，见 {PREFIX}/openapi.json。",
        )
    if isinstance(error, MethodNotAllowed):
        accepted = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        return _pick(
            f"{request.method} is not for {request.path[:200]!r}, which accepts {accepted}.",
            f"“{request.path[:200]}”不支持 {request.method}；可用：{accepted}。",
        )
    if isinstance(error, RequestEntityTooLarge):
        return _pick(
            f"The body is too large; at most {request.max_content_length} bytes are read.",
            f"正文过大；最多读取 {request.max_content_length} 字节。",
        )
    return error.description


def _pick(en: str, zh: str) -> str:
    return zh if lang() == "zh" else en


def _of_schema(error: HTTPException) -> Response:
    """What marshmallow says of a body or a query, a line for each member; `accepted` are the members that there are."""
    data: Mapping[str, Any] = getattr(error, "data", {})
    messages, schema = data.get("messages", {}), data.get("schema")
    errors = [{"where": where, "text": phrases.of_schema(text, lang())} for where, text in _lines(messages)]
    detail = "\n".join(_pick(f"{one['where']}: {one['text']}", f"“{one['where']}”：{one['text']}") for one in errors)
    code = "query_faulty" if "query" in messages else "body_faulty"
    accepted = [one.data_key or name for name, one in schema.fields.items()] if schema is not None else []
    return problem(422, code, {"detail": detail or error.description, "errors": errors, "accepted": accepted})


def _lines(messages: Any, where: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        found: list[tuple[str, str]] = []
        for name, inner in messages.items():
            step = "" if name in ("json", "query", "_schema") else str(name)
            found += _lines(inner, ".".join(part for part in (where, step) if part))
        return found
    if isinstance(messages, list):
        return [line for one in messages for line in _lines(one, where)]
    return [(where or "body", str(messages))]


def _unforeseen(error: Exception) -> Response:
    log.error("a request raised", exc_info=error, extra={"action": "request_raised", "path": request.path})
    return problem(
        500,
        "internal_error",
        {"detail": _pick("Something went wrong here; it has been written down.", "内部出错，已记录。")},
    )
