"""The doctor: whatever is stored otherwise than the history says is found, by name, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from service import doctor, revisions, tables
from service.db import db, disconnect, reading, table_of, writing
from service.findings import Finding
from service.repairing import repair
from tests import command_line
from tests.service.api_house import ERRAND, FILES, MONDAY, OFFICE, House, own_house
from tests.service.test_api_files import sent
from tests.service.test_children import WRITTEN, asking, correcting, remedies
from workflow.compiling import compile_catalogue

OTHER = OFFICE.replace("calendar: office", "calendar: other").replace("18:00", "17:00")
WITH_FILES = FILES | WRITTEN | {"calendars/other.yaml": OTHER}


house = own_house(WITH_FILES)


# --- A ticket on which there is something of everything -----------------------------------------------------------


def errand(house: House) -> str:
    """An errand that is under way, late, and has told people; with a field that was typed twice."""
    number = house.open(fields={"pieces": 3, "place": "B2"})
    house.now.set(MONDAY + dt.timedelta(minutes=10))
    assert house.move(number, "note", fields={"pieces": 4}).status_code == 200
    assert house.move(number, "go").status_code == 200
    house.now.set(MONDAY + dt.timedelta(minutes=95))
    house.deliver()
    return number


def found(house: House, number: str) -> tuple[Finding, ...]:
    with house.app.app_context():
        case = doctor.examine(number)
    return () if case is None else case.findings


def about(findings: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    return {(one.what, one.name, one.column) for one in findings}


@contextmanager
def at_the_rows(house: House) -> Iterator[Session]:
    """Somebody's hand in the database, behind the back of the service."""
    with house.app.app_context(), writing() as session:
        yield session


TICKETS = (tables.Ticket, tables.Entry, tables.FieldValue, tables.Clock, tables.Timer, tables.Notice)
"""What is stored of a ticket, those before that others refer to."""


@contextmanager
def tampered(house: House, tamper: Any, number: str = "") -> Iterator[None]:
    """The database with something changed in it, by a statement or by a function of a ticket; afterwards as before."""
    with at_the_rows(house) as session:
        before = [[dict(row) for row in session.execute(select(table_of(one))).mappings()] for one in TICKETS]
        if callable(tamper):
            tamper(session, ticket_id(session, number))
        else:
            session.execute(tamper)
    yield
    with at_the_rows(house) as session:
        for one in (tables.TicketText, *reversed(TICKETS)):  # what a search looks through is written by the database
            session.execute(delete(one))
        with_its_index(session)
        for one, rows in zip(TICKETS, before, strict=True):
            if rows:
                session.execute(insert(table_of(one)), rows)


def derived_rows(house: House) -> dict[str, list[dict[str, Any]]]:
    """What follows from the histories of all tickets, without the numbers of their last entries."""
    kept = {"sequence", "attempts", "next_attempt_at", "delivered_at", "created_at", "read_at", "failed_at"}
    with house.app.app_context(), reading() as session:
        return {
            one.__tablename__: sorted(
                (
                    {name: value for name, value in row.items() if name not in kept or one is tables.FieldValue}
                    for row in session.execute(select(table_of(one))).mappings()
                ),
                key=repr,
            )
            for one in (tables.Ticket, tables.FieldValue, tables.Clock, tables.Timer, tables.Notice)
        }


def mend(house: House, number: str) -> None:
    with house.app.app_context():
        repair(house.now, number)


def require_put_right(house: House, number: str, before: object, which: str) -> None:
    """The rows are as they were before anybody touched them, and an entry says so."""
    entries = house.count("entry")
    mend(house, number)
    assert found(house, number) == (), which
    assert derived_rows(house) == before, which
    assert house.count("entry") == entries + 1, which


def with_its_index(session: Session) -> None:
    on = "field_value (ticket_id, field) WHERE current"
    session.execute(text(f"CREATE UNIQUE INDEX IF NOT EXISTS uq_field_value_current ON {on}"))


def ticket_id(session: Session, number: str) -> int:
    return session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()


def test_nothing_is_found_on_what_the_service_has_written(house: House) -> None:
    number = errand(house)
    parent = correcting(house, 50, 40)
    with house.untouched():
        for one in (number, parent, *remedies(house, parent)):
            assert found(house, one) == ()


# --- Each kind of row, stored otherwise -----------------------------------------------------------------------------

LATER = MONDAY + dt.timedelta(days=40)

COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "workflow": {"workflow": "plea"},
    "state": {"state": "asked"},
    "version": {"version": 9},
    "sequence": {"sequence": 2},
    "sequence ahead": {"sequence": 90},
    "title": {"title": "Another"},
    "place": {"place": "B3"},
    "requester": {"requester": "somebody"},
    "priority": {"priority": "low"},
    "accountable": {"accountable": "guard"},
    "receiver_id": {"receiver_id": "ben"},
    "assignee_id": {"assignee_id": None},
    "round": {"round": 2},
    "approval": {"approval": {"step": 1, "answers": [], "rounds": {"asked": 1}}},
    "children": {"children": [{"number": "P-2026-00099", "workflow": "remedy"}]},
    "made": {"made": {"ask": {"count": 2, "by": "ada"}}},
    "opened_at": {"opened_at": LATER},
    "at": {"at": LATER},
    "due_on": {"due_on": LATER.date()},
    "due_at": {"due_at": LATER},
    "next_due_at": {"next_due_at": None},
    "provisional": {"provisional": True},
}


def test_every_column_of_a_ticket_that_is_derived_is_among_those_tried() -> None:
    kept = {"id", "number", "site_id", "parent_id", "root_id", "attempts", "set_aside_until", "fault"}
    tried = {name for columns in COLUMNS.values() for name in columns}
    elsewhere = {"revision", "calendar_revision", "ended_at"}
    assert tried | elsewhere == {column.name for column in table_of(tables.Ticket).columns} - kept


def test_a_column_of_a_ticket_that_was_changed_is_found_and_put_right(house: House) -> None:
    number = errand(house)
    before = derived_rows(house)
    for which, columns in COLUMNS.items():
        with tampered(house, update(tables.Ticket).where(tables.Ticket.number == number).values(columns)):
            assert about(found(house, number)) == {("ticket", "", name) for name in columns}, which
            require_put_right(house, number, before, which)


def test_a_ticket_pinned_to_something_else_is_found(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        catalogue = revisions.current(session).catalogue
        pinned = {
            "revision": catalogue.definitions["plea"].revision,
            "calendar_revision": catalogue.calendars["other"].revision,
        }
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(pinned))
    assert about(found(house, number)) == {("ticket", "", "revision"), ("ticket", "", "calendar_revision")}


def test_a_ticket_that_was_made_to_look_ended_is_found_among_all_others(house: House) -> None:
    number, other = errand(house), house.open()
    with at_the_rows(house) as session:
        ended = {"ended_at": house.now.at, "next_due_at": None, "state": "done"}
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(ended))
    with house.app.app_context():
        seen = list(doctor.walk())
    assert [case.number for one in seen for case in one.cases] == [number]
    assert sum(one.looked_at for one in seen) == 2, other


CLOCKS: Mapping[str, Mapping[str, Any]] = {
    "origin": {"origin": "go"},
    "started_at": {"started_at": LATER},
    "spans": {"spans": [[LATER.isoformat(), None]]},
    "limit_at": {"limit_at": LATER},
    "late_at": {"late_at": None},
    "ended_at, outcome": {"ended_at": LATER, "outcome": "met"},
    "fired": {"fired": {}},
    "extended": {"extended": 7_000_000},
}


def test_every_column_of_a_clock_is_among_those_tried() -> None:
    keys = {column.name for column in table_of(tables.Clock).primary_key}
    tried = {name for columns in CLOCKS.values() for name in columns}
    assert tried == {column.name for column in table_of(tables.Clock).columns} - keys


def test_a_column_of_a_clock_that_was_changed_is_found_and_put_right(house: House) -> None:
    number = errand(house)
    before = derived_rows(house)
    for which, columns in CLOCKS.items():
        with tampered(house, update(tables.Clock).values(columns)):
            assert about(found(house, number)) == {("clock", "finish 1", name) for name in columns}, which
            require_put_right(house, number, before, which)


def remove(stored: type[Any]) -> Callable[[Session, int], None]:
    return lambda session, id_: session.execute(delete(stored).where(stored.ticket_id == id_))  # type: ignore[return-value]


def change(stored: type[Any], *also: Any, **values: Any) -> Callable[[Session, int], None]:
    return lambda session, id_: session.execute(  # type: ignore[return-value]
        update(stored).where(stored.ticket_id == id_, *also).values(values)
    )


def another_timer(session: Session, id_: int) -> None:
    due = {"level": "late 9", "due_at": LATER, "provisional": False}
    session.execute(insert(tables.Timer).values(ticket_id=id_, kind="deadline", name="finish", run=1, **due))


def another_clock(session: Session, id_: int) -> None:
    columns = {"origin": "ask", "started_at": LATER, "spans": [], "fired": {}}
    session.execute(insert(tables.Clock).values(ticket_id=id_, kind="deadline", name="finish", run=2, **columns))


def older_current(session: Session, id_: int) -> None:
    value = tables.FieldValue
    mine = (value.ticket_id == id_, value.field == "pieces")
    session.execute(update(value).where(*mine, value.current).values(current=False))
    session.execute(update(value).where(*mine, value.sequence == 1).values(current=True))


def two_current(session: Session, id_: int) -> None:
    """Somebody has dropped the index that would refuse it."""
    session.execute(text("DROP INDEX uq_field_value_current"))
    change(tables.FieldValue, tables.FieldValue.field == "pieces", current=True)(session, id_)


FIRST = (tables.Notice.sequence == 1, tables.Notice.person_id == "ben")

ROWS: Mapping[str, tuple[Callable[[Session, int], None], set[tuple[str, str]]]] = {
    "a timer is gone": (remove(tables.Timer), {("timer", "")}),
    "a timer is due later": (change(tables.Timer, due_at=LATER), {("timer", "due_at")}),
    "a timer is provisional": (change(tables.Timer, provisional=True), {("timer", "provisional")}),
    "a timer has another key": (change(tables.Timer, level="late 2"), {("timer", "")}),
    "a timer too many": (another_timer, {("timer", "")}),
    "a clock is gone": (remove(tables.Clock), {("clock", "")}),
    "a clock too many": (another_clock, {("clock", "")}),
    "no value counts": (
        change(tables.FieldValue, tables.FieldValue.field == "pieces", current=False),
        {("value", "current")},
    ),
    "an older value counts": (older_current, {("value", "current")}),
    "a second value counts": (two_current, {("value", "current")}),
    "a notice is gone": (
        lambda session, id_: session.execute(delete(tables.Notice).where(tables.Notice.ticket_id == id_, *FIRST)),  # type: ignore[dict-item,return-value]
        {("notice", "")},
    ),
    "all notices are gone": (remove(tables.Notice), {("notice", "")}),
    "a notice has another id": (change(tables.Notice, *FIRST, id="made-up"), {("notice", "")}),
    "a notice is somebody else's": (change(tables.Notice, *FIRST, person_id="stranger"), {("notice", "person_id")}),
    "a notice has another place": (change(tables.Notice, *FIRST, position=3), {("notice", "position")}),
    "a notice tells nothing": (change(tables.Notice, *FIRST, items=[]), {("notice", "items")}),
}


def test_rows_that_are_lost_changed_or_too_many_are_found_and_put_right(house: House) -> None:
    number = errand(house)
    before = derived_rows(house)
    for which, (tamper, expected) in ROWS.items():
        with tampered(house, tamper, number):
            findings = found(house, number)
            assert {(one.what, one.column) for one in findings} == expected, which
            assert all(one.mends for one in findings), which
            require_put_right(house, number, before, which)


def test_a_file_that_a_ticket_names_and_may_not_be_fetched_is_found(house: House) -> None:
    number = house.open()
    photo = sent(house, b"a photograph")
    assert house.move(number, "attach", fields={"photo": photo}).status_code == 200
    assert found(house, number) == ()
    with at_the_rows(house) as session:
        session.execute(delete(tables.Attachment))
    assert about(found(house, number)) == {("attachment", "photo", "")}
    mend(house, number)
    assert found(house, number) == ()
    assert house.ask("GET", f"/files/{photo}", person="guard").status_code == 200


def test_a_child_that_does_not_know_who_opened_it_is_found_on_its_parent(house: House) -> None:
    parent = correcting(house, 50, 40)
    child, _ = remedies(house, parent)
    with at_the_rows(house) as session:
        lost = {"parent_id": None, "root_id": None}
        session.execute(update(tables.Ticket).where(tables.Ticket.number == child).values(lost))
    assert about(found(house, parent)) == {("child", child, "parent_id"), ("child", child, "root_id")}
    mend(house, parent)
    assert found(house, parent) == found(house, child) == ()


def test_what_is_lost_comes_due_once_after_it_was_put_right_as_if_it_had_never_been_lost(house: House) -> None:
    number = errand(house)
    house.now.set(MONDAY)
    like = errand(house)
    with at_the_rows(house) as session:
        remove(tables.Timer)(session, ticket_id(session, number))
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(next_due_at=None))
    house.now.forward(dt.timedelta(hours=5))
    house.deliver()
    mend(house, number)
    house.deliver()
    house.deliver()
    mended, untouched = (history(house, one) for one in (number, like))
    assert [one for one in mended if one["kind"] == "repair"] == mended[-2:-1]
    undone = [one for one in mended if one["kind"] != "repair"]
    assert [what_happened(one) for one in undone] == [what_happened(one) for one in untouched]
    assert untouched[-1]["skipped"] > 2
    assert found(house, number) == ()


def what_happened(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("kind", "name", "at", "due_at", "level", "skipped", "version"))


def history(house: House, number: str, lang: str = "en") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = house.get(f"/tickets/{number}/history", lang=lang)["entries"]
    return entries


def test_the_page_of_a_ticket_says_what_was_put_right_when_and_from_where(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        remove(tables.Timer)(session, ticket_id(session, number))
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(state="asked"))
    house.now.forward(dt.timedelta(minutes=7))
    mend(house, number)
    last = history(house, number)[-1]
    assert (last["kind"], last["label"], last["actor"]) == ("repair", "put right from the command line", None)
    assert last["recorded_at"] == "2026-03-02T10:42:00+08:00"
    assert [one["said"] for one in last["repaired"]] == [
        "ticket state: asked -> going",
        "timer In time 1 late 1: none -> 2026-03-02T03:30:00+00:00",
    ]
    assert [one["said"] for one in history(house, number, "zh")[-1]["repaired"]] == [
        "工单 state：asked → going",
        "定时 按时完成 1 late 1：无 → 2026-03-02T03:30:00+00:00",
    ]


def test_what_a_field_holds_is_not_in_the_entry_of_a_repair(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(title="Mr Wang's parcel"))
    mend(house, number)
    assert "parcel" not in json.dumps(history(house, number)[-1])
    assert house.get(f"/tickets/{number}")["title"] == "A parcel"


# --- What follows from nothing --------------------------------------------------------------------------------------


def without_entry(session: Session, id_: int) -> None:
    session.execute(delete(tables.Entry).where(tables.Entry.ticket_id == id_, tables.Entry.sequence == 3))


BROKEN: Mapping[str, tuple[Callable[[Session, int], None], str]] = {
    "a value was changed": (
        change(tables.FieldValue, tables.FieldValue.field == "pieces", value="5"),
        "the value is not the one that was written",
    ),
    "the state of a move": (
        change(tables.Entry, tables.Entry.name == "go", source="done"),
        "entry 3 leaves the state done, and it was in asked",
    ),
    "an entry's version": (
        change(tables.Entry, tables.Entry.sequence == 2, version=7),
        "entry 2 has version 7 after version 1",
    ),
    "an entry's instant": (
        change(tables.Entry, tables.Entry.sequence == 3, at=MONDAY),
        "entry 3 counts before the one before it",
    ),
    "a kind that there is not": (change(tables.Entry, tables.Entry.sequence == 1, kind="level"), "opens nothing"),
    "spans that are no instants": (
        change(tables.Entry, tables.Entry.sequence == 2, extension={"amount": 1}),
        "KeyError",
    ),
}


def test_a_history_that_was_changed_is_told(house: House) -> None:
    number = errand(house)
    for which, (tamper, said) in BROKEN.items():
        with tampered(house, tamper, number):
            findings = found(house, number)
            assert {one.what for one in findings} == {"history"}, which
            assert not any(one.mends for one in findings), which
            assert said in " ".join(one.text.en for one in findings if one.text), which
            with house.untouched():
                mend(house, number)


def test_an_entry_that_is_missing_is_told(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        id_ = ticket_id(session, number)
        remove(tables.Notice)(session, id_)
        without_entry(session, id_)
    (finding,) = found(house, number)
    assert finding.text is not None
    assert finding.text.en == "entry 3 is missing"


def test_a_ticket_that_has_gone_on_without_its_history_is_not_taken_back(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        id_ = ticket_id(session, number)
        remove(tables.Notice)(session, id_)
        last = select(tables.Ticket.sequence).where(tables.Ticket.id == id_).scalar_subquery()
        session.execute(delete(tables.Entry).where(tables.Entry.ticket_id == id_, tables.Entry.sequence == last))
    (finding,) = found(house, number)
    assert not finding.mends
    assert finding.text is not None
    assert "are missing" in finding.text.en


def test_a_value_that_was_erased_keeps_the_doctor_from_nothing_else(house: House) -> None:
    number = house.open(fields={"caller": "555 0100"})
    with at_the_rows(house) as session:
        id_ = ticket_id(session, number)
        caller = tables.FieldValue.field == "caller"
        change(tables.FieldValue, caller, value=None, erased_at=house.now.at)(session, id_)
    assert found(house, number) == ()
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(state="going"))
    assert about(found(house, number)) == {("ticket", "", "state")}


def test_a_notice_that_no_entry_caused_is_told_and_left(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        notice = table_of(tables.Notice)
        row = dict(session.execute(select(notice).limit(1)).mappings().one())
        session.execute(insert(notice).values({**row, "id": "a copy"}))
    (finding,) = found(house, number)
    assert (finding.what, finding.name, finding.mends) == ("notice", "a copy", False)


def test_who_is_set_aside_is_told_with_the_reason(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        aside = {"attempts": 3, "set_aside_until": LATER, "fault": "KeyError: finish"}
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(aside))
    (finding,) = found(house, number)
    assert finding.what == "set_aside"
    assert finding.text is not None
    assert finding.text.en == "set aside after 3 attempts: KeyError: finish"


def test_a_definition_that_this_version_reads_otherwise_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number, survey = errand(house), asking(house)
    otherwise = compile_catalogue({**WITH_FILES, "errand.yaml": ERRAND.replace("30 minutes", "40 minutes")})
    with house.app.app_context():
        monkeypatch.setattr(revisions, "compile_published", lambda files: otherwise)
        revisions._kept.of(db.session()).definitions.clear()
        (case,) = [case for seen in doctor.walk() for case in seen.cases]
        revisions._kept.of(db.session()).definitions.clear()
    assert case.number == number != survey
    (finding,) = case.findings
    assert finding.what == "revision"
    assert finding.text is not None
    assert "this version of Duban cannot read it so" in finding.text.en


# --- All of them --------------------------------------------------------------------------------------------------


def test_tickets_are_gone_through_by_pages_whatever_lies_between_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SPAN", 3)
    numbers = [house.open() for _ in range(7)]
    with at_the_rows(house) as session:
        session.execute(delete(tables.Timer))
    with house.app.app_context():
        seen = list(doctor.walk(page=2))
    assert [case.number for one in seen for case in one.cases] == numbers
    assert max(one.looked_at for one in seen) == 2


def test_a_ticket_that_has_ended_is_looked_at_when_asked_for(house: House) -> None:
    number = house.open(fields={"urgent": True})
    assert house.move(number, "go").status_code == 200
    assert house.move(number, "finish", fields={"result": "brought"}).status_code == 200
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(priority="low"))
    with house.app.app_context():
        assert [one for one in doctor.walk() if one.cases] == []
        assert [case.number for one in doctor.walk(ended=True) for case in one.cases] == [number]


# --- The command ----------------------------------------------------------------------------------------------------


def duban(house: House, *arguments: str) -> Result:
    with house.app.app_context(), reading() as session:
        url = session.get_bind().engine.url
    disconnect(house.app)  # the command opens the file itself, by which SQLite would lose the locks of this process
    return command_line.on(url)("doctor", *arguments)


def test_the_command_says_that_all_is_well(house: House) -> None:
    errand(house)
    result = duban(house)
    assert (result.exit_code, result.stdout) == (
        0,
        "1 tickets looked at: everything stored follows from their histories.\n",
    )


def test_several_processes_find_what_one_finds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SPAN", 1)  # a stretch for each ticket
    numbers = [errand(house) for _ in range(3)]
    assert duban(house, "--processes", "2").stdout.startswith("3 tickets looked at: everything stored follows")
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == numbers[1]).values(state="asked"))
    one, two = duban(house), duban(house, "--processes", "2")
    assert two.exit_code == one.exit_code == 1
    assert two.stdout == one.stdout


def test_stretches_leave_no_ticket_out_and_look_at_none_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        errand(house)
    with house.app.app_context():
        for span in (1, 2, 3, 100):
            monkeypatch.setattr(doctor, "SPAN", span)
            among = [doctor.walk(after=after, until=until, page=1) for after, until in doctor.stretches()]
            assert sum(seen.looked_at for one in among for seen in one) == 5


def test_the_command_says_what_is_stored_and_what_ought_to_be(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(state="asked"))
        session.execute(delete(tables.Timer))
    result = duban(house)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "ticket        what                   stored  by its history",
        "P-2026-00001  ticket state           asked   going",
        "P-2026-00001  timer finish 1 late 1  none    2026-03-02T03:30:00+00:00",
    ]
    said = duban(house, "--lang", "zh", "--ticket", number)
    assert said.stdout.splitlines()[1:3] == [
        "P-2026-00001  工单 state            asked   going",
        "P-2026-00001  定时 finish 1 late 1  无      2026-03-02T03:30:00+00:00",
    ]


def test_the_command_puts_right_and_is_content_afterwards(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(state="asked"))
        notice = table_of(tables.Notice)
        row = dict(session.execute(select(notice).limit(1)).mappings().one())
        session.execute(insert(notice).values({**row, "id": "a copy"}))
    assert duban(house).exit_code == 1
    result = duban(house, "--repair")
    assert result.exit_code == 1, "the copy is left"
    assert result.stdout.splitlines()[:3] == [
        "ticket        what           stored                         by its history  put right",
        "P-2026-00001  ticket state   asked                          going           yes",
        "P-2026-00001  notice a copy  a notice that no entry caused                  no",
    ]
    with at_the_rows(house) as session:
        session.execute(delete(tables.Notice).where(tables.Notice.id == "a copy"))
    assert duban(house, "--repair").exit_code == 0


def test_the_command_tells_programs(house: House) -> None:
    number = errand(house)
    with at_the_rows(house) as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(state="asked"))
    told = json.loads(duban(house, "--format", "json").stdout)
    assert told["looked_at"] == told["found"] == 1
    assert told["tickets"][0]["findings"] == [
        {
            "what": "ticket", "name": None, "column": "state", "stored": "asked", "derived": "going",
            "mends": True, "mended": False, "text": None,
        }
    ]  # fmt: skip


def test_the_command_refuses_what_means_nothing(house: House) -> None:
    assert duban(house, "--ticket", "P-2026-00099").exit_code == 2
    assert duban(house, "--ticket", "P-2026-00099", "--ended").exit_code == 2
