"""Where a row plays: a database with a house in it, its staff, processes that can be killed, and people who call.

The house is the one in the folder `house`: one site, three people at the desk, short lifecycles that together have
everything that a transaction of the service can have in it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.engine import URL

from service import (
    accounts,
    delivery,
    migrations,
    moves,
    opening,
    publishing,
    recurring,
    rederiving,
    sites,
    sweep,
    tables,
    tokens,
)
from service.app import create_app
from service.db import disconnect, reading, writing
from service.files import read_folder
from service.moves import Request
from service.now import FixedNow
from service.settings import Settings
from tests.chaos import base_load
from tests.chaos.clock import SteppedNow
from tests.chaos.databases import Cluster, Databases
from tests.chaos.journal import Call, Clients, Journal
from tests.chaos.zygote import Victim, Zygote
from tests.stored import copy_ticket

HOUSE = Path(__file__).with_name("house")

SITE = "pier"

STAFF: Mapping[str, tuple[str, ...]] = {
    "ada": ("desk",),
    "ben": ("desk",),
    "cas": ("desk",),
    "gus": ("guard",),
    "max": ("duty_manager",),
    **{f"desk{number}": ("desk",) for number in range(1, 6)},
}

DESK = [person for person, roles in STAFF.items() if "desk" in roles]

OPENING = {"errand": "ask", "dash": "ask", "survey": "plan"}

HIRED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

TICK = 0.01

LONG_AFTER = dt.timedelta(hours=2)
"""So long after everything else, whatever somebody has claimed for delivery and not delivered is tried once more."""


def house_files() -> dict[str, bytes]:
    return read_folder(HOUSE)


def furnish(url: URL, files: Mapping[str, str | bytes], at: dt.datetime) -> dict[str, str]:
    """Give a database its schema and a house, as of an instant; gives the token of each person."""
    app = create_app(Settings(database_url=url, definitions=HOUSE), FixedNow(at))
    secrets = {}
    try:
        with app.app_context():
            migrations.upgrade()
            with writing() as session:
                catalogue = publishing.publish(session, files, at).catalogue
                sites.create_site(session, SITE, name=SITE, number_prefix="P", calendars=catalogue.calendars)
                for person, roles in STAFF.items():
                    accounts.create_person(session, person, name=f"Name of {person}", at=at)
                    for role in roles:
                        accounts.give_role(session, person, role, roles=catalogue.roles, since=at, site=SITE)
                    secrets[person] = tokens.issue_token(session, person, "chaos", at)
    finally:
        disconnect(app)
    return secrets


class Scene:
    """One database with everything around it; `url` is how the runner reaches it, victims perhaps otherwise.

    `lies_there` is what the base load was like in the beginning; empty where there is none.
    """

    def __init__(
        self,
        databases: Databases,
        url: URL,
        secrets: Mapping[str, str],
        folder: Path,
        zygote: Zygote,
        lies_there: base_load.Signature = (),
    ) -> None:
        self.databases = databases
        self.lies_there = lies_there
        self.url = url
        self.seen_by_victims = url
        self.folder = folder
        self.zygote = zygote
        self.now = SteppedNow(folder / "clock")
        self.app: Flask = create_app(Settings(database_url=url, definitions=HOUSE), self.now)
        self.journal = Journal(folder / "journal")
        self.clients = Clients(self.journal, secrets)
        self.numbers = itertools.count(1)
        self._copied = 0
        self.settled_at: dt.datetime | None = None

    @property
    def kind(self) -> str:
        return self.databases.kind

    # --- Processes ---------------------------------------------------------------------------------------------------

    def victim(self, what: str, *, die_at: int = 0, clock: Path | None = None, **more: Any) -> Victim:
        url = self.seen_by_victims.render_as_string(hide_password=False)
        return self.zygote.fork(what, url, clock or self.now.file, die_at=die_at, **more)

    # --- What people want --------------------------------------------------------------------------------------------

    def opening(self, workflow: str = "errand", actor: str = "ada", *, key: bool = True, **fields: Any) -> Call:
        """To open a ticket of its own; `fields` add to those that must be there."""
        must = {"title": f"Matter {next(self.numbers)}"}
        if workflow == "errand":
            must["matter"] = "A parcel is to be fetched"
        body = {"workflow": workflow, "site": SITE, "transition": OPENING[workflow], "fields": {**must, **fields}}
        call = Call(actor=actor, path="/tickets", intent=f"open {workflow}", body=body)
        call.key = call.id if key else None
        return call

    def moving(
        self, number: str, transition: str, version: int, actor: str = "ada", *, key: bool = True,
        race: str | None = None, **fields: Any,
    ) -> Call:  # fmt: skip
        """To move a ticket that was seen at a version."""
        body = {"transition": transition, "version": version, "fields": fields}
        path = f"/tickets/{number}/transitions"
        call = Call(actor=actor, path=path, intent=transition, ticket=number, body=body, race=race)
        call.key = call.id if key else None
        return call

    def sending(self, content: bytes, actor: str = "ada", *, key: bool = True) -> Call:
        """To send a file."""
        call = Call(actor=actor, path="/files", intent="send", file=content)
        call.key = call.id if key else None
        return call

    def done(self, port: int, call: Call) -> Any:
        """Send a call that must be carried out; gives the answer."""
        attempt = self.clients.send(port, call)
        assert attempt.ending == "ok", f"{call.intent} of {call.ticket}: {attempt.status} {attempt.why}"
        return attempt.body

    def opened_before(self, ago: dt.timedelta, workflow: str = "errand", **fields: Any) -> str:
        """A ticket that was opened so long ago, and on which nothing has fired since; gives its number."""
        must = {"title": f"Matter {next(self.numbers)}", **({"matter": "A parcel"} if workflow == "errand" else {})}
        with self.app.app_context(), writing() as session:
            then = FixedNow(self.now.instant(session) - ago)
            transition = OPENING.get(workflow, "ask")
            request = Request(person="ada", transition=transition, fields={**must, **fields}, request_id="before")
            outcome = opening.open_ticket(session, then, workflow=workflow, site=SITE, request=request)
            return outcome.ticket.number

    def many_due(self, count: int) -> list[str]:
        """So many tickets, stored at one stroke, on each of which one level is due just now; gives their numbers."""
        with self.app.app_context(), writing() as session:
            then = FixedNow(self.now.instant(session) - dt.timedelta(minutes=21))
            fields = {"title": "One of many", "matter": "A parcel"}
            request = Request(person="ada", transition="ask_quietly", fields=fields, request_id="before")
            first = opening.open_ticket(session, then, workflow="errand", site=SITE, request=request).ticket.number
            self._copied += count
            last = 900_000 + self._copied
            copies = [f"{first[:-5]}{number}" for number in range(last - count + 1, last)]
            copy_ticket(session, first, copies)
        return [first, *copies]

    def count(self, condition: Any) -> int:
        """How many rows of the table of a condition it holds for."""
        with self.app.app_context(), reading() as session:
            return session.execute(select(func.count()).where(condition)).scalar_one()

    def all_fired(self, numbers: Collection[str]) -> bool:
        """Whether nothing is due on these tickets any more."""
        with self.app.app_context(), reading() as session:
            at = self.now.instant(session)
        ticket = tables.Ticket
        return not self.count(ticket.number.in_(numbers) & (ticket.next_due_at <= at))

    def wait_for_all(self, numbers: Collection[str], what: str, patience: float = 60.0) -> float:
        """Wait until nothing is due on these tickets any more; gives how many seconds that took."""
        return until(lambda: self.all_fired(numbers), what, patience)

    def forget(self, numbers: Collection[str]) -> None:
        """Take the timers of these tickets out, so that what follows is not held up by what was there before."""
        with self.app.app_context(), writing() as session:
            session.execute(update(tables.Ticket).where(tables.Ticket.number.in_(numbers)).values(next_due_at=None))

    def idle(self) -> bool:
        """Whether nothing is due any more, and nobody has yet to be told."""
        with self.app.app_context(), reading() as session:
            at = self.now.instant(session)
        due = self.count((tables.Ticket.next_due_at <= at) & tables.Ticket.set_aside_until.is_(None))
        return not due and not self.count(tables.Notice.delivered_at.is_(None))

    def moved_before(self, ago: dt.timedelta, number: str, transition: str, **fields: Any) -> None:
        """Move a ticket that was opened before, so long ago."""
        with self.app.app_context(), writing() as session:
            then = FixedNow(self.now.instant(session) - ago)
            request = Request(person="ada", transition=transition, fields=fields, request_id="before")
            moves.move_ticket(session, then, number, request)

    # --- In the end --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """End every process, then do everything that is due, as a scheduler would that nobody disturbs.

        What falls due afterwards is nobody's fault.
        """
        self.zygote.clear()
        with self.app.app_context(), reading() as session:
            self.settled_at = self.now.instant(session)
        with self.app.app_context():
            while recurring.run_once(self.now).tickets:
                pass
            while rederiving.run_once(self.now):
                pass
            while sweep.run_once(self.now).claimed:
                pass
            while delivery.run_once(self.settled_at + LONG_AFTER):
                pass

    def close(self) -> None:
        self.zygote.clear()
        disconnect(self.app)
        self.databases.drop(self.url)


class Stage:
    """A kind of database with the house in a template, from which scenes come within milliseconds.

    `load` is how many tickets lie in it beside those that a row opens itself.
    """

    def __init__(self, databases: Databases, folder: Path, zygote: Zygote, load: int = 0) -> None:
        self.databases = databases
        self.folder = folder
        self.zygote = zygote
        self.load = load
        self._made = 0
        self._templates: dict[str, tuple[URL, dict[str, str], base_load.Signature]] = {}

    @contextmanager
    def scene(
        self, name: str = "house", files: Mapping[str, str | bytes] | None = None, at: dt.datetime = HIRED
    ) -> Iterator[Scene]:
        """A fresh database with a house in it, gone at the end with every process that was started on it.

        `name` is that of the house, which is built once; without `files` it is the one of the folder, and only that
        has a base load.
        """
        if name not in self._templates:
            self._templates[name] = self._template(files, at)
        template, secrets, lies_there = self._templates[name]
        self._made += 1
        folder = self.folder / f"{self.databases.kind}-{self._made}"
        folder.mkdir()
        scene = Scene(self.databases, self.databases.create(template), secrets, folder, self.zygote, lies_there)
        try:
            yield scene
        finally:
            with suppress(AssertionError):
                scene.close()

    def _template(
        self, files: Mapping[str, str | bytes] | None, at: dt.datetime
    ) -> tuple[URL, dict[str, str], base_load.Signature]:
        url = self.databases.create()
        secrets = furnish(url, files or house_files(), at)
        if files is not None or not self.load:
            return url, secrets, ()
        return url, secrets, base_load.lay(url, SITE, HOUSE, self.load)

    def close(self) -> None:
        """Take the templates away."""
        for url, _, _ in self._templates.values():
            self.databases.drop(url)

    @property
    def cluster(self) -> Cluster:
        assert isinstance(self.databases, Cluster)
        return self.databases


def until(what: Callable[[], bool], why: str, patience: float = 60.0) -> float:
    """Look again and again whether something has come; gives how long it took. AssertionError if it does not come."""
    begun = time.monotonic()
    nobody = threading.Event()
    while not what():
        assert time.monotonic() - begun < patience, f"{why} did not come within {patience:.0f} s"
        nobody.wait(TICK)
    return time.monotonic() - begun
