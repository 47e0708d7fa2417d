"""F22: the data of a zone change under tickets whose limits lie beyond the change."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import os
import subprocess
import sys
import zoneinfo
from pathlib import Path

from sqlalchemy import select

from service import opening, tables
from service.db import reading, writing
from service.moves import Request
from service.now import FixedNow
from tests.acceptance.running import DUBAN, ROOT
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import HOUSE, SITE, Scene, Stage, house_files

ZONE, LIKE = "Europe/Berlin", "Africa/Lagos"
"""By the new data the one is what the other is: there is no summer time any more."""

OPENED = dt.datetime(2026, 3, 28, 11, tzinfo=dt.UTC)
LIMIT = dt.datetime(2026, 4, 1, 22, tzinfo=dt.UTC)
"""Three working days later it is midnight, an hour later by the new data."""

MOVE = """
import datetime as dt, sys
from pathlib import Path
from sqlalchemy.engine import make_url
from service import moves
from service.app import create_app
from service.db import writing
from service.moves import Request
from service.now import FixedNow
from service.settings import Settings

url, number, at = sys.argv[1:]
now = FixedNow(dt.datetime.fromisoformat(at))
with create_app(Settings(database_url=make_url(url), definitions=Path()), now).app_context(), writing() as session:
    request = Request(person="ada", transition="note", fields={"matter": "Two"}, request_id="after")
    moves.move_ticket(session, now, number, request)
"""


def run(stage: Stage, tally: Tally, n: int) -> None:
    files = {path: content.decode().replace("Asia/Shanghai", ZONE) for path, content in house_files().items()}
    files["errand.yaml"] = files["errand.yaml"].replace("within: 30 minutes", "within: 3 working days")
    with stage.scene(name="zones", files=files) as scene:
        _write_data(scene.folder / "zones" / ZONE)
        with scene.app.app_context(), writing() as session:
            fields = {"title": "Before", "matter": "A parcel"}
            request = Request(person="ada", transition="ask", fields=fields, request_id="before")
            opened = opening.open_ticket(session, FixedNow(OPENED), workflow="errand", site=SITE, request=request)
        number = opened.ticket.number
        url = scene.url.render_as_string(hide_password=False)
        faults = checked(scene)
        moved = _by_new_data(scene, "-c", MOVE, url, number, (OPENED + dt.timedelta(minutes=5)).isoformat())
        if moved or _limit(scene, number) != (LIMIT, False):
            faults.append(f"a move by the new data ended with {moved} and left {_limit(scene, number)}")
        if _by_new_data(scene, *DUBAN, "doctor") != 1 or _limit(scene, number) != (LIMIT, False):
            faults.append("the doctor does not say that the limit is another by the new data, or has changed it")
        repaired = _by_new_data(scene, *DUBAN, "doctor", "--repair")
        if repaired or _limit(scene, number) != (LIMIT + dt.timedelta(hours=1), True):
            faults.append(f"--repair ended with {repaired} and left {_limit(scene, number)}")
        tally.count("new data of a zone", faults)
    tally.note(
        "moves leave stored limits as they are; `duban doctor` tells which are others by the new data, and with "
        "`--repair` writes them, with an entry; without the base load, in a house of its own"
    )


def _write_data(file: Path) -> None:
    """The data of the other zone under the name of the one."""
    file.parent.mkdir(parents=True)
    known = [Path(folder, LIKE) for folder in zoneinfo.TZPATH if Path(folder, LIKE).exists()]
    if known:
        file.write_bytes(known[0].read_bytes())
    else:
        file.write_bytes(importlib.resources.files("tzdata").joinpath("zoneinfo", LIKE).read_bytes())


def _by_new_data(scene: Scene, *words: str) -> int:
    """Run Python in a process that has the new data; gives its exit code."""
    environment = {
        **os.environ, "PYTHONTZPATH": str(scene.folder / "zones"), "PYTHONPATH": str(ROOT),
        "DUBAN_DATABASE_URL": scene.url.render_as_string(hide_password=False), "DUBAN_DEFINITIONS": str(HOUSE),
    }  # fmt: skip
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, timeout=120, check=False)
    return done.returncode


def _limit(scene: Scene, number: str) -> tuple[dt.datetime, bool]:
    """When the limit of a ticket ends, and whether an entry says that something was put right."""
    ticket, clock, entry = tables.Ticket, tables.Clock, tables.Entry
    with scene.app.app_context(), reading() as session:
        limit = select(clock.limit_at).join(ticket, ticket.id == clock.ticket_id).where(ticket.number == number)
        repairs = select(entry.id).join(ticket, ticket.id == entry.ticket_id).where(entry.kind == "repair")
        return session.execute(limit).scalar_one(), bool(session.execute(repairs).all())


ROW = Row(
    name="F22",
    what="the data of a zone change, so that a limit that is stored would be another one",
    keeps="what is stored stays until somebody asks, and then an entry says so",
    run=run,
    n=1,
    few=1,
)
