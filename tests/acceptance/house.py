"""A house in which the procedures run: an application on a database of its own, a clock, and staff for every role.

Whatever people do and learn goes over HTTP. Time passes in `wait` only, which does at each instant at which something
is due what a scheduler with nothing else to do would do then. What is not as a test expects, also an answer, is an
AssertionError; anything else that is raised is a fault of the house.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.engine import URL

from service import accounts, delivery, publishing, sites, sweep, tables, tokens
from service.app import create_app
from service.db import Base, disconnect, reading, writing
from service.now import FixedNow
from service.settings import Settings
from tests.acceptance.staff import STAFF

SITE = "starport"

ZONE = ZoneInfo("Asia/Shanghai")

MONDAY = dt.datetime(2026, 1, 12, 9, tzinfo=ZONE)
"""When a test begins: a Monday morning, with no holiday before the 15th of February."""

HIRED = dt.datetime(2026, 1, 1, tzinfo=ZONE)
"""Since when everybody holds his roles; the definitions are published then, too."""


class News(NamedTuple):
    """What has come into somebody's inbox: its lines, oldest first, and the transitions that are asked of him.

    False if nothing has.
    """

    lines: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def says(self, words: str) -> bool:
        """Whether the words stand in one of the lines."""
        return any(words in line for line in self.lines)


class Because(NamedTuple):
    """One reason of a refusal: its code, what it is about, and the ids of the rules that refuse."""

    code: str
    subject: str
    rules: tuple[str, ...] = ()


def local(text: str, after: dt.datetime = MONDAY) -> dt.datetime:
    """`2026-01-12 09:30` in the house; `09:30` alone is the next one after an instant, or that instant itself."""
    if " " in text:
        return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)
    now = after.astimezone(ZONE)
    today = dt.datetime.combine(now.date(), dt.time.fromisoformat(text), ZONE)
    return today if today >= now else today + dt.timedelta(days=1)


def at(text: str) -> str:
    """An instant of the house as the API writes it."""
    return local(text).isoformat()


class House:
    """One site, its staff and the published definitions; see the module. `opened` closes its connections again."""

    def __init__(self, app: Flask, now: FixedNow, secrets: Mapping[str, str]) -> None:
        self.app = app
        self.now = now
        self.client = app.test_client()
        self._secrets = secrets
        self._seen: set[str] = set()

    def token(self, person: str) -> str:
        """With which somebody calls from another process."""
        return self._secrets[person]

    # --- What people do ----------------------------------------------------------------------------------------------

    def open(self, workflow: str, person: str, transition: str, fields: Mapping[str, object]) -> str:
        """Open a ticket; gives its number."""
        answer = self._open(workflow, person, transition, fields)
        _expect(answer, 201, f"{person} opens a {workflow} with {transition}")
        self._catch_up()
        return str(answer.json["number"])

    def do(
        self,
        ticket: str,
        person: str,
        transition: str,
        fields: Mapping[str, object] | None = None,
        row: int | None = None,
    ) -> dict[str, Any]:
        """Move a ticket, or one row of it; gives it as it is afterwards."""
        answer = self._move(ticket, person, transition, fields, row)
        _expect(answer, 200, f"{person} does {transition}")
        self._catch_up()
        found: dict[str, Any] = answer.json
        return found

    def refused(
        self,
        ticket: str,
        person: str,
        transition: str,
        fields: Mapping[str, object] | None = None,
        row: int | None = None,
    ) -> list[Because]:
        """Why a move is not made: every reason, in the order in which they are said. It must leave nothing behind."""
        before = self.ticket(ticket)["version"]
        reasons = _reasons(self._move(ticket, person, transition, fields, row), f"{person} does {transition}")
        if self.ticket(ticket)["version"] != before:
            raise AssertionError(f"{transition} was refused and has changed {ticket} all the same")
        return reasons

    def refused_opening(
        self, workflow: str, person: str, transition: str, fields: Mapping[str, object]
    ) -> list[Because]:
        """Why a ticket is not opened: every reason."""
        return _reasons(self._open(workflow, person, transition, fields), f"{person} opens with {transition}")

    def keep(self, register: str, key: str, name: str, values: Mapping[str, object] | None = None) -> str:
        """Write an entry into a register; gives its key."""
        body = {"site": SITE, "key": key, "name": name, "values": dict(values or {})}
        answer = self._ask("operations_manager", "POST", f"/registers/{register}/entries", body)
        _expect(answer, 201, f"{key} is written into {register}")
        return key

    def send(self, person: str, name: str, content: bytes = b"%PDF-1.7") -> str:
        """Send a file; gives the id by which fields name it."""
        headers = {"Authorization": f"Bearer {self._secrets[person]}", "Accept-Language": "en"}
        answer = self.client.post("/api/v1/files", data={"file": (io.BytesIO(content), name)}, headers=headers)
        _expect(answer, 201, f"{person} sends {name}")
        return str(answer.json["id"])

    # --- Time --------------------------------------------------------------------------------------------------------

    def wait(self, until: str | None = None, *, scheduler: bool = True, **duration: float) -> None:
        """Let time pass, up to `2026-01-12 09:30`, to the next `09:30`, or for so many `minutes=`, `hours=`, `days=`.

        What falls due on the way is swept and delivered at its own instant, the last one included; without a
        `scheduler`, all of it only at the end.
        """
        target = self.now.at + dt.timedelta(**duration) if until is None else local(until, self.now.at)
        if target < self.now.at:
            raise ValueError(f"{until} is over: it is {self.now.at.astimezone(ZONE)}")
        while scheduler and (due := self._next_due()) is not None and due <= target:
            self.now.set(max(due, self.now.at))
            self._catch_up()
        self.now.set(target)
        self._catch_up()

    def _next_due(self) -> dt.datetime | None:
        with self.app.app_context():
            return sweep.next_due(self.now)[1]

    def _catch_up(self) -> None:
        with self.app.app_context():
            while (swept := sweep.run_once(self.now)).claimed:
                if swept.set_aside:
                    raise RuntimeError(f"settling raised, and these were set aside: {', '.join(swept.set_aside)}")
            delivery.run_once(self.now.at)

    # --- What people learn -------------------------------------------------------------------------------------------

    def told(self, person: str) -> News:
        """What has come into somebody's inbox since he last looked."""
        notices = self._read(person, "/notices?limit=200")["notices"]
        new = [one for one in reversed(notices) if one["id"] not in self._seen]
        self._seen.update(one["id"] for one in new)
        lines = tuple(line for one in new for line in one["lines"])
        return News(lines, tuple(move for one in new for move in one["ask_for"]))

    def news(self) -> dict[str, News]:
        """What has come in since they last looked, for everybody who was told something."""
        with self.app.app_context(), reading() as session:  # whom no notice was written to has an empty inbox
            written = session.execute(select(tables.Notice.person_id, tables.Notice.id)).all()
        people = {person for person, notice in written if notice not in self._seen}
        return {person: found for person in STAFF if person in people and (found := self.told(person))}

    def asked(self, transition: str) -> set[str]:
        """Of all news, who is asked for a transition."""
        return {person for person, found in self.news().items() if transition in found.asked}

    def ticket(self, ticket: str, person: str = "clerk") -> dict[str, Any]:
        """A ticket as somebody sees it."""
        return self._read(person, f"/tickets/{ticket}")

    def state(self, ticket: str) -> str:
        return str(self.ticket(ticket)["state"]["name"])

    def holder(self, ticket: str) -> str | None:
        """Who holds it."""
        assignee = self.ticket(ticket)["assignee"]
        return None if assignee is None else str(assignee["id"])

    def field(self, ticket: str, name: str) -> Any:
        """What a field holds; None while it is empty."""
        return self.ticket(ticket)["fields"].get(name)

    def named(self, ticket: str, name: str) -> str | None:
        """The name of what a field holds that has one: a department, an entry of a register; None while it is empty."""
        held = self.field(ticket, name)
        return None if held is None else str(held["name"])

    def history(self, ticket: str, name: str | None = None) -> list[dict[str, Any]]:
        """The entries of a ticket, oldest first; with a `name` those of that transition, deadline or reminder."""
        entries: list[dict[str, Any]] = self._read("clerk", f"/tickets/{ticket}/history")["entries"]
        return [one for one in entries if name in (None, one["name"])]

    def entry(self, ticket: str, name: str) -> dict[str, Any]:
        """The newest entry of that transition, deadline or reminder."""
        found = self.history(ticket, name)
        if not found:
            raise AssertionError(f"{ticket} has no entry {name}")
        return found[-1]

    def clocks(self, ticket: str) -> list[dict[str, Any]]:
        """Every run of every deadline."""
        found: list[dict[str, Any]] = self._read("clerk", f"/tickets/{ticket}/clocks")["clocks"]
        return found

    def clock(self, ticket: str, name: str) -> dict[str, Any]:
        """The newest run of a deadline."""
        runs = [one for one in self.clocks(ticket) if one["name"] == name]
        if not runs:
            raise AssertionError(f"no clock {name} was ever started in {ticket}")
        return runs[-1]

    def possible(self, ticket: str, person: str) -> set[str]:
        """The transitions that somebody is shown as open to him."""
        return set(self.ticket(ticket, person)["transitions"])

    # --- HTTP --------------------------------------------------------------------------------------------------------

    def _open(self, workflow: str, person: str, transition: str, fields: Mapping[str, object]) -> Any:
        body = {"workflow": workflow, "site": SITE, "transition": transition, "fields": dict(fields)}
        return self._ask(person, "POST", "/tickets", body)

    def _move(
        self, ticket: str, person: str, transition: str, fields: Mapping[str, object] | None, row: int | None = None
    ) -> Any:
        version = self.ticket(ticket, person)["version"]
        body = {"transition": transition, "fields": dict(fields or {}), "version": version, "row": row}
        return self._ask(person, "POST", f"/tickets/{ticket}/transitions", body)

    def _read(self, person: str, path: str) -> dict[str, Any]:
        answer = self._ask(person, "GET", path)
        _expect(answer, 200, f"{person} reads {path}")
        found: dict[str, Any] = answer.json
        return found

    def _ask(self, person: str, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._secrets[person]}", "Accept-Language": "en"}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        if answer.status_code >= 500:
            raise RuntimeError(f"{method} {path} answers {answer.status_code}: {answer.get_data(as_text=True)}")
        return answer

    # --- Between two tests -------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take all tickets out and set the clock back to MONDAY; site, staff and definitions stay."""
        with self.app.app_context(), writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in FURNITURE:
                    session.execute(delete(table))
        self.now.set(MONDAY)
        self._seen.clear()


FURNITURE = frozenset(
    {
        "site", "department", "person", "role_holding", "token",
        "publication", "source_file", "revision", "calendar_revision",
    }
)  # fmt: skip
"""The tables that are the same in every test."""


@contextmanager
def opened(url: URL, files: Mapping[str, str | bytes]) -> Iterator[House]:
    """A house on a database with the current schema and nothing in it, with these definitions published.

    Raises DefinitionFaulty where the files do not check.
    """
    now = FixedNow(HIRED)
    app = create_app(Settings(database_url=url, definitions=Path("definitions")), now)
    try:
        with app.app_context(), writing() as session:
            catalogue = publishing.publish(session, files, now.at).catalogue
            sites.create_site(
                session, SITE, name="星港购物中心", name_en="Starport Mall", number_prefix="KF",
                calendars=catalogue.calendars,
            )  # fmt: skip
            for department in catalogue.departments:
                sites.open_department(session, SITE, department, catalogue.departments)
            secrets = {}
            for person, (name, roles) in STAFF.items():
                accounts.create_person(session, person, name=name, at=now.at)
                for held in roles:
                    role, _, department = held.partition(" of ")
                    site = None if catalogue.roles[role].scope.value == "group" else SITE
                    accounts.give_role(
                        session, person, role, roles=catalogue.roles, since=now.at, site=site,
                        department=department or None,
                    )  # fmt: skip
                secrets[person] = tokens.issue_token(session, person, "acceptance tests", now.at)
        now.set(MONDAY)
        yield House(app, now, secrets)
    finally:
        disconnect(app)


def _expect(answer: Any, status: int, what: str) -> None:
    if answer.status_code != status:
        said = answer.json or {}
        raise AssertionError(f"{what}: {answer.status_code} {said.get('detail') or said}")


def _reasons(answer: Any, what: str) -> list[Because]:
    blockers = (answer.json or {}).get("blockers")
    if answer.status_code not in (403, 409, 422) or not blockers:
        raise AssertionError(f"{what} and is not refused as a move is: {answer.status_code} {answer.json}")
    return [Because(one["code"], one["subject"], tuple(one["rules"])) for one in blockers]
