"""What all routes of `/api/v1` share: who is calling, JSON that is read strictly, and answers that can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Response, current_app, jsonify, make_response, request
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema, ValidationError
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser

from service import aside, idempotency
from service.api.json_reading import read_json, storable
from service.api.signing_in import caller, confirm, sign_in
from service.db import asking, then_writing, writing
from service.idempotency import AnsweredMeanwhile, Remembered
from service.moves import MoveRefused, VersionStale
from service.now import Now
from service.records import TicketUnreadable
from service.storing import ChangedMeanwhile

PREFIX = "/api/v1"


class AddressFaulty(Exception):
    """An address may not have the character NUL or half of a surrogate pair in it, in its path or in a parameter."""

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(f"{self.__doc__} This one has, in {where}.")


class NotJson(Exception):
    """Send the body as JSON, with `Content-Type: application/json`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NotAForm(Exception):
    """Send the file as a form does, multipart/form-data, in a part called file: curl -F file=@report.pdf."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class StrictParser(FlaskParser):
    """webargs, reading JSON by our rules, and refusing parameters that a route does not have or that come twice."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"json": RAISE, "query": RAISE}

    def load_json(self, req: Any, schema: Any) -> Any:
        if req.mimetype != "application/json":
            raise NotJson
        return read_json(req.get_data())

    def load_querystring(self, req: Any, schema: Any) -> Any:
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            raise ValidationError({name: ["May be there once only."] for name in repeated})
        return super().load_querystring(req, schema)


class Blueprint(SmorestBlueprint):
    """A flask-smorest blueprint whose every route wants a caller, before it looks at what is sent."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, name, url_prefix=PREFIX, description=description)
        self.before_request(sign_in)
        self.before_request(_refuse_address)

    def arguments(self, schema: type[Schema], **more: Any) -> Any:
        """What is sent is read by this schema, which is made once and not for every request."""
        return super().arguments(schema(), **more)

    def alt_response(self, *status: Any, **more: Any) -> Any:
        """An answer as the document describes it; the function stays as it is, and nothing is called in between."""
        described = super().alt_response(*status, **more)

        def describe(function: Any) -> Any:
            function._apidoc = described(function)._apidoc
            return function

        return describe


def now() -> Now:
    """The application's clock."""
    found: Now = current_app.extensions["duban_now"]
    return found


def lang() -> str:
    """The language of the answer: Chinese, unless the caller prefers English, of whatever country."""
    found: str | None = request.environ.get("duban.lang")
    if found is None:
        wanted = (name.partition("-")[0].lower() for name, quality in request.accept_languages if quality > 0)
        found = request.environ["duban.lang"] = next((name for name in wanted if name in ("zh", "en")), "zh")
    return found


def _refuse_address() -> None:
    """What could not be stored cannot be found either; PostgreSQL would not even look."""
    if not storable(request.path):
        confirm()
        raise AddressFaulty("its path")
    for name, value in request.args.items(multi=True):
        if not storable(name + value):
            confirm()
            raise AddressFaulty(f"the parameter {name[:100]!r}")


_OVERTAKEN = (AnsweredMeanwhile, ChangedMeanwhile, MoveRefused, VersionStale)
"""What becomes of a request while the same one is being carried out beside it."""

TRIES = 3
"""So often a move is decided before it is refused because others were faster every time."""

Work = Callable[[Session], tuple[int, Mapping[str, Any]]]
"""What a request does in a transaction; gives the answer."""


class Resolved(NamedTuple):
    """What is left to do once it is decided; `one_statement` where that is all that is sent for it."""

    work: Work
    one_statement: bool = False


def answered_once(work: Work, *, digest: str | None = None) -> Response:
    """Do the work of a POST in one transaction; with an `Idempotency-Key`, once, however often it is sent.

    A repeat gets the first answer again. A refusal is remembered by nobody: it has changed nothing. `digest` tells
    requests apart whose bytes do not.
    """
    return _answered(lambda _: Resolved(work), digest, ahead=False)


def decided_and_answered(decide: Callable[[Session], Resolved], *, dry_run: bool = False) -> Response:
    """The same for work that is decided before anybody is held up for it, and given up if it is no longer as it was.

    Then it is decided again, on what there is now. A dry run is decided, and nothing more. Only a caller who is
    confirmed has anything written.
    """
    if dry_run:
        _key()
        with asking() as session:
            status, body = decide(session).work(session)
        return _response(status, body)
    return _answered(decide, None, ahead=True)


def _answered(decide: Callable[[Session], Resolved], digest: str | None, *, ahead: bool) -> Response:
    once = _Once(key, digest or idempotency.digest_of(request.get_data())) if (key := _key()) is not None else None
    for left in reversed(range(TRIES)):
        try:
            found = _carried_out(decide, once, ahead=ahead)
        except TicketUnreadable as unread:
            confirm()
            aside.leave_unread(now(), unread)
            raise
        except _OVERTAKEN as overtaken:
            repeated = None
            if once is not None:
                with asking() as session:
                    repeated = once.remembered(session)
            if repeated is None and left and isinstance(overtaken, ChangedMeanwhile):
                continue
            if repeated is None:
                raise
            found = repeated
        return _response(found.status, found.body)
    raise AssertionError("the last try answers or raises")


def _carried_out(decide: Callable[[Session], Resolved], once: _Once | None, *, ahead: bool) -> Remembered:
    with asking() if ahead else writing() as session:
        if once is not None and (found := once.remembered(session)) is not None:
            return found
        work, one_statement = decide(session)
        if not ahead:
            return _done(session, work, once)
        confirm(session)
        with then_writing(session, one_statement=one_statement and once is None):
            return _done(session, work, once)


def _done(session: Session, work: Work, once: _Once | None) -> Remembered:
    status, body = work(session)
    found = Remembered(status, dict(body))
    if once is not None:
        once.remember(session, found)
    return found


class _Once(NamedTuple):
    """The key of a request, and what tells it apart from another one that comes with the same key."""

    key: str
    digest: str

    def remembered(self, session: Session) -> Remembered | None:
        return idempotency.remembered(session, caller(), request.path, self.key, self.digest)

    def remember(self, session: Session, answer: Remembered) -> None:
        at = now().instant(session)
        idempotency.remember(session, caller(), request.path, self.key, self.digest, answer, at)


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    return None if key is None else idempotency.checked(key)


def _response(status: int, body: Mapping[str, Any]) -> Response:
    return make_response(jsonify(body), status)
