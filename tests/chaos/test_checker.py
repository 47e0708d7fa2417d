"""The checker finds nothing where all is well, and says of every stored thing that is touched what is wrong with it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from service.db import disconnect, writing
from tests.chaos import base_load
from tests.chaos.checker import INVARIANTS, Evidence, check, entry_digests
from tests.chaos.databases import copy_sqlite, files
from tests.chaos.journal import Attempt, Call
from tests.chaos.matrix import checked, examined
from tests.chaos.scene import Scene, Stage
from tests.chaos.stored import look
from tests.chaos.victim import application
from tests.chaos.zygote import Zygote


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A scene in which a bit of everything has happened, over HTTP, and all is well."""
    folder = tmp_path_factory.mktemp("played")
    with files() as databases, tempfile.TemporaryDirectory() as runs:
        zygote = Zygote(Path(runs))
        try:
            with Stage(databases, folder, zygote).scene() as scene:
                _play(scene)
                yield scene
        finally:
            zygote.close()


def _play(scene: Scene) -> None:
    port = scene.victim("web").port
    late = scene.opened_before(dt.timedelta(minutes=35))
    one = scene.done(port, scene.opening(pieces=3))
    one = scene.done(port, scene.moving(one["number"], "note", one["version"], matter="Two parcels"))
    file = scene.done(port, scene.sending(b"a photo"))
    scene.done(port, scene.moving(one["number"], "attach", one["version"], photo=file["id"]))
    scene.done(port, scene.moving(late, "go", 1))
    family = scene.done(port, scene.opening("survey"))
    fields = {"scores": [50, 40], "remedy.cause": "slow"}
    scene.done(port, scene.moving(family["number"], "publish", family["version"], **fields))
    scene.now.step_to(dt.timedelta(minutes=35))
    scene.settle()


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage with a small base load."""
    with files() as databases, tempfile.TemporaryDirectory() as runs:
        zygote = Zygote(Path(runs))
        try:
            yield Stage(databases, tmp_path_factory.mktemp("loaded"), zygote, load=5)
        finally:
            zygote.close()


@pytest.fixture
def loaded(heavy: Stage) -> Iterator[Scene]:
    with heavy.scene() as scene:
        yield scene


@pytest.fixture(scope="module")
def copied(played: Scene, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    file = tmp_path_factory.mktemp("copied") / "duban.db"
    copy_sqlite(Path(str(played.url.database)), file)
    return application(URL.create("sqlite", database=str(file)).render_as_string(), played.now.file)


@pytest.fixture
def given(played: Scene, copied: Flask) -> Tampering:
    return Tampering(played, copied)


class Tampering:
    """A copy of the database that somebody writes into by hand."""

    def __init__(self, played: Scene, app: Flask) -> None:
        self.app = app
        disconnect(app)
        copy_sqlite(Path(str(played.url.database)), Path(str(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database)))
        self.now = played.now
        self.calls = [replace(call, attempts=list(call.attempts)) for call in played.journal.calls]
        self.before = entry_digests(look(self.app, self.now))

    def write(self, statement: str) -> None:
        with self.app.app_context(), writing() as session:
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=1")
            assert session.execute(text(statement)).rowcount, f"nothing is touched by {statement}"  # type: ignore[attr-defined]

    def evidence(self) -> Evidence:
        stored = look(self.app, self.now)
        return Evidence(
            stored=stored, settled=stored.at, calls=self.calls, before=self.before, bar=dt.timedelta(hours=1)
        )

    def faults(self, invariant: str) -> list[str]:
        return list(INVARIANTS[invariant](self.evidence()))


def test_nothing_is_found_where_all_is_well(given: Tampering) -> None:
    evidence = given.evidence()
    assert check(evidence) == []
    kinds = {entry.kind for kept in evidence.tickets for entry in kept.history}
    assert kinds >= {"move", "level"}, "there is something to find faults with"


LONG_AGO, FAR_AHEAD = "'2020-01-01 00:00:00.000000'", "'2036-01-01 00:00:00.000000'"
NEWEST = "(SELECT id FROM ticket WHERE number = 'P-2026-00002')"
LEVEL = "(SELECT min(id) FROM entry WHERE kind = 'level')"

TAMPERED = {
    "I1 an acknowledged entry is gone": "UPDATE entry SET request_id = 'other' WHERE name = 'note'",
    "I1 an acknowledged entry is somebody else's": "UPDATE entry SET actor_id = 'ben' WHERE name = 'note'",
    "I2 a ticket is in another state": f"UPDATE ticket SET state = 'going' WHERE id = {NEWEST}",
    "I2 a ticket says another sequence": f"UPDATE ticket SET sequence = sequence + 1 WHERE id = {NEWEST}",
    "I2 a ticket says another version": f"UPDATE ticket SET version = version + 1 WHERE id = {NEWEST}",
    "I2 a ticket has another priority": f"UPDATE ticket SET priority = 'low' WHERE id = {NEWEST}",
    "I2 a clock counts from another instant": f"UPDATE clock SET started_at = {LONG_AGO}",
    "I2 a clock is gone": f"DELETE FROM clock WHERE ticket_id = {NEWEST}",
    "I2 a timer is gone": f"DELETE FROM timer WHERE ticket_id = {NEWEST}",
    "I2 a timer is due at another instant": f"UPDATE timer SET due_at = {FAR_AHEAD}",
    "I2 the sweep would look for a ticket too late": f"UPDATE ticket SET next_due_at = NULL WHERE id = {NEWEST}",
    "I2 an older value is the current one": "UPDATE field_value SET current = 0 WHERE sequence = 2",
    "I2 a file is not attached": "DELETE FROM attachment",
    "I2 a child is nobody's": "UPDATE ticket SET parent_id = NULL WHERE parent_id IS NOT NULL",
    "I2 a child is somebody else's": f"UPDATE ticket SET parent_id = {NEWEST} WHERE parent_id IS NOT NULL",
    "I3 a level has fired before its time": f"UPDATE entry SET recorded_at = {LONG_AGO} WHERE id = {LEVEL}",
    "I3 a level has fired too late": f"UPDATE entry SET recorded_at = {FAR_AHEAD} WHERE id = {LEVEL}",
    "I3 something due has not fired": f"UPDATE timer SET due_at = {LONG_AGO} WHERE ticket_id = {NEWEST}",
    "I4 a level has fired for another instant": f"UPDATE entry SET due_at = {LONG_AGO} WHERE id = {LEVEL}",
    "I5 an answer is not remembered": "DELETE FROM idempotency",
    "I7 an entry says no request": "UPDATE entry SET request_id = NULL WHERE name = 'note'",
    "I7 a value is another than that of its digest": "UPDATE field_value SET salt = 'other' WHERE field = 'matter'",
    "I7 an entry that was there has changed": f"UPDATE entry SET told = '[]' WHERE id = {LEVEL}",
    "I10 a notice is gone": "DELETE FROM notice WHERE id = (SELECT min(id) FROM notice)",
    "I10 a notice is there that no entry knows": f"UPDATE entry SET told = '[]' WHERE id = {LEVEL}",
    "I10 a notice has an id of its own": "UPDATE notice SET id = 'mine' WHERE id = (SELECT min(id) FROM notice)",
    "I10 a notice was not delivered": "UPDATE notice SET delivered_at = NULL",
    "I10 a notice was given up": "UPDATE notice SET failed_at = created_at",
    "I11 a ticket follows another revision": "UPDATE ticket SET revision = (SELECT hash FROM revision WHERE workflow = "
    "'dash'), workflow = 'dash' WHERE workflow = 'survey'",
    "I12 an entry counts before the one before it": f"UPDATE entry SET at = {LONG_AGO} WHERE sequence = 2",
    "I12 an entry was written before it counted": f"UPDATE entry SET recorded_at = {LONG_AGO}",
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_it_says_so_when(given: Tampering, what: str) -> None:
    invariant = what.split()[0]
    assert given.faults(invariant) == []
    given.write(TAMPERED[what])
    assert given.faults(invariant), f"{what}, and {invariant} finds nothing wrong"


@pytest.mark.parametrize("what", [one for one in TAMPERED if "clock" in one or "timer" in one])
def test_the_doctor_is_asked_too_and_says_so_when(given: Tampering, what: str) -> None:
    ids = list(look(given.app, given.now).ids)
    assert examined(given.app, ids) == []
    given.write(TAMPERED[what])
    assert examined(given.app, ids), what


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE ticket SET version = version + 1",
        "UPDATE timer SET due_at = '2036-01-01 00:00:00.000000'",
        "DELETE FROM clock WHERE name = 'ask'",
        "UPDATE entry SET recorded_at = '2036-01-01 00:00:00.000000'",
        "UPDATE ticket SET set_aside_until = opened_at",
    ],
)
def test_the_base_load_is_watched_and_it_says_so_when(loaded: Scene, what: str) -> None:
    assert base_load.signature(loaded.app) == loaded.lies_there
    with loaded.app.app_context(), writing() as session:
        key = "id" if "UPDATE ticket" in what else "ticket_id"
        chosen = f"{key} = (SELECT max(id) FROM ticket WHERE workflow = 'stock')"
        session.connection().exec_driver_sql(f"{what} {'AND' if 'WHERE' in what else 'WHERE'} {chosen}")
    assert checked(loaded)


def test_it_says_so_when_what_is_published_cannot_be_read(played: Scene, given: Tampering) -> None:
    given.write("UPDATE source_file SET text = 'workflow: other' WHERE path = 'dash.yaml'")
    given.write(f"UPDATE publication SET published_at = {LONG_AGO}")  # so that it is read anew
    assert "cannot read it" in given.faults("I11")[0]


def test_a_refused_call_that_had_an_effect_is_found(given: Tampering) -> None:
    call = next(one for one in given.calls if one.intent == "note")
    call.attempts = [Attempt(ending="fail", status=409)]
    assert "was refused and is there 1 times" in given.faults("I1")[0]


def test_a_call_without_an_answer_may_have_had_no_effect_but_not_two(given: Tampering) -> None:
    call = next(one for one in given.calls if one.intent == "note")
    call.attempts = [Attempt(ending="unknown", status=0)]
    assert given.faults("I1") == []
    given.write(f"UPDATE entry SET request_id = '{call.id}' WHERE name = 'attach'")
    assert "was never answered and is there 2 times" in given.faults("I1")[0]


def test_one_key_that_was_answered_in_two_ways_is_found(given: Tampering) -> None:
    call = next(one for one in given.calls if one.intent == "note")
    call.attempts.append(replace(call.attempts[0], digest="another"))
    assert "answered in 2 ways" in given.faults("I5")[0]


def test_of_racers_neither_two_may_win_nor_nobody_and_nobody_may_be_told_nonsense(given: Tampering) -> None:
    won, lost = Attempt(ending="ok", status=200), Attempt(ending="fail", status=409)

    def race(*attempts: Attempt) -> list[str]:
        given.calls = [Call(actor="ada", path="", intent="go", race="one", attempts=[attempt]) for attempt in attempts]
        return given.faults("I6")

    assert race(won, lost, lost) == []
    assert "2 of 3 have won" in race(won, won, lost)[0]
    assert "0 of 2 have won" in race(lost, lost)[0]
    assert "was answered 500" in race(won, Attempt(ending="unknown", status=500))[0]
