"""Carrying open tickets over to what is published: what was previewed happens, once, whole, and to whom it was said."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from service import accounts, carrying, ledger, moves, opening, revisions, sites, sweep, tables
from service.carried import Batch, Carried, Left
from service.carrying import carry_over, foretold
from service.db import reading, writing
from service.entries import history_of
from service.moves import Request
from service.now import FixedNow
from service.outdated import CarryingRefused, Wish
from service.publishing import foresee, publish
from service.records import read_rows, tickets_of
from service.revisions import Published
from service.storing import ChangedMeanwhile
from tests.service.house import ERRAND, OFFICE, house
from tests.service.statements import failing_at
from tests.service.test_children import REMEDY, SURVEY
from workflow.history import replan
from workflow.kin import Kin

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)

QUICKER = ERRAND.replace("30 minutes", "20 minutes")
SLOWER = ERRAND.replace("30 minutes", "2 hours")
IN_DAYS = ERRAND.replace("30 minutes", "2 working days")
RENAMED = ERRAND.replace("asked", "waiting")
CLOSED = OFFICE + "closed: ['2026-03-03']\n"

ROLES = """\
roles:
  desk: {zh: 前台, en: Desk, scope: site, falls_back_to: duty_manager}
  guard: {zh: 保安, en: Guard, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
"""

ERRANDS = Wish(names=("errand",))


def files(**changed: str | None) -> dict[str, str]:
    return house(**{"roles": ROLES, "survey": SURVEY, "remedy": REMEDY, **changed})


@pytest.fixture
def staffed(database: Flask, now: FixedNow) -> FixedNow:
    """The house on a Monday at ten, with Ann at the desk."""
    now.set(MONDAY)
    catalogue = republished(now).catalogue
    with writing() as session:
        sites.create_site(session, "pier", name="码头", number_prefix="P", calendars=catalogue.calendars)
        accounts.create_person(session, "ann", name="Ann", at=now.at)
        for role in ("desk", "duty_manager"):
            accounts.give_role(session, "ann", role, roles=catalogue.roles, since=now.at, site="pier")
    return now


def republished(now: FixedNow, **changed: str | None) -> Any:
    with writing() as session:
        return publish(session, files(**changed), now.at)


def open_errand(now: FixedNow) -> str:
    with writing() as session:
        request = Request(person="ann", transition="ask", fields={"matter": "a parcel"})
        return opening.open_ticket(session, now, workflow="errand", site="pier", request=request).ticket.number


def move(now: FixedNow, number: str, transition: str, **fields: object) -> None:
    with writing() as session:
        moves.move_ticket(session, now, number, Request(person="ann", transition=transition, fields=fields))


def minutes(now: FixedNow, number: int) -> None:
    now.forward(dt.timedelta(minutes=number))
    while sweep.run_once(now).claimed:
        pass


def carried(batches: Iterable[Batch]) -> list[Carried]:
    return [one for batch in batches for one in batch.carried]


def left(batches: Iterable[Batch]) -> list[Left]:
    return [one for batch in batches for one in batch.left]


def previewed(now: FixedNow, wish: Wish = ERRANDS, **changed: str | None) -> list[Batch]:
    with reading() as session:
        catalogue = foresee(session, files(**changed), now.at).catalogue
    return list(foretold(now, wish, Published(id=0, at=now.at, catalogue=catalogue)))


def lines(number: str) -> tuple[ledger.Line, ...]:
    with reading() as session:
        id_ = session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()
        return ledger.history(session, id_)


def history(number: str) -> list[tuple[str, str]]:
    return [(one.entry.kind, one.entry.name) for one in lines(number)]


def due(number: str) -> list[str]:
    """The limits of the open deadlines of a ticket."""
    clock, ticket = tables.Clock, tables.Ticket
    chosen = (
        select(clock.limit_at)
        .join(ticket, ticket.id == clock.ticket_id)
        .where(ticket.number == number, clock.kind == "deadline", clock.ended_at.is_(None))
    )
    with reading() as session:
        return [f"{one.astimezone(SHANGHAI):%m-%d %H:%M}" for one in session.execute(chosen).scalars()]


def require_true(number: str) -> None:
    """What is stored of a ticket is what its history says."""
    with reading() as session:
        rows = read_rows(
            session, select(tables.Ticket.__table__).where(tables.Ticket.number == number), FixedNow(MONDAY)
        )
        entry = tables.Entry
        used = session.execute(
            select(entry.workflow, entry.revision, entry.calendar_revision).where(entry.ticket_id == rows[0].id)
        ).all()
        definitions = {one.revision: revisions.definition(session, one.workflow, one.revision) for one in used}
        calendars = {one.calendar_revision: revisions.calendar(session, one.calendar_revision) for one in used}
        entries = history_of(session, rows[0].id, definitions)
        stored = tickets_of(session, rows, definitions)[rows[0].id]
    assert replan(entries, definitions, calendars, number=number, site="pier") == stored


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_without_being_asked_open_tickets_keep_their_limit(staffed: FixedNow) -> None:
    number = open_errand(staffed)
    republished(staffed, errand=QUICKER)
    minutes(staffed, 25)
    assert (due(number), history(number)) == (["03-02 10:30"], [("move", "ask")])


def test_a_shortened_limit_that_is_past_fires_at_carrying_over_and_once(staffed: FixedNow) -> None:
    number = open_errand(staffed)
    minutes(staffed, 25)
    republished(staffed, errand=QUICKER)
    (one,) = carried(carry_over(staffed, ERRANDS))
    assert (one.number, one.told, one.late_by) == (number, ("ann",), dt.timedelta(minutes=5))
    assert [(each.name, each.level) for each in one.fires] == [("finish", "late 1")]
    assert history(number) == [("move", "ask"), ("revision", "errand"), ("level", "finish")]
    minutes(staffed, 10)
    assert history(number)[-1] == ("level", "finish")
    assert len(history(number)) == 3
    assert carried(carry_over(staffed, ERRANDS)) == [], "there is nothing left to do"
    require_true(number)


def test_with_a_lengthened_limit_what_has_fired_stays_and_the_record_of_lateness_too(staffed: FixedNow) -> None:
    number = open_errand(staffed)
    minutes(staffed, 35)
    republished(staffed, errand=SLOWER)
    (one,) = carried(carry_over(staffed, ERRANDS))
    assert (one.fires, one.told, due(number)) == ((), (), ["03-02 12:00"])
    with reading() as session:
        late = session.execute(select(tables.Clock.late_at)).scalar_one()
    assert late == MONDAY + dt.timedelta(minutes=30)
    assert history(number) == [("move", "ask"), ("level", "finish"), ("revision", "errand")]
    require_true(number)


def test_who_asked_and_for_which_publication_stands_in_the_history(staffed: FixedNow) -> None:
    number = open_errand(staffed)
    done = republished(staffed, errand=QUICKER)
    list(carry_over(staffed, replace(ERRANDS, by="ann")))
    last = lines(number)[-1]
    assert (last.entry.actor, last.request_id) == ("ann", f"publication {done.id}")
    assert last.entry.at == staffed.at


def test_what_is_previewed_is_what_happens(staffed: FixedNow) -> None:
    for _ in range(3):
        open_errand(staffed)
        minutes(staffed, 12)
    changed = QUICKER.replace("late: [", "soon: [{left: 5 minutes, notify: desk}], late: [")
    seen = previewed(staffed, errand=changed)
    assert {len(one.fires) for one in carried(seen)} == {0, 1, 2}, "not yet, nearly, and late"
    with reading() as session:
        assert session.execute(select(func.count()).select_from(tables.Entry)).scalar_one() == 4, "one is late already"
    republished(staffed, errand=changed)
    assert list(carry_over(staffed, ERRANDS)) == seen
    for one in carried(seen):
        assert due(one.number) == [f"{each.now.astimezone(SHANGHAI):%m-%d %H:%M}" for each in one.due if each.now]
        fired = [kind for kind, _ in history(one.number)].index("revision")
        assert len(history(one.number)) - fired - 1 == len(one.fires)
        require_true(one.number)


def test_a_preview_writes_nothing_and_waits_for_nobody(staffed: FixedNow, database: Flask) -> None:
    number = open_errand(staffed)
    at_work, over = threading.Event(), threading.Event()

    def write() -> None:
        with database.app_context(), writing() as session:
            session.execute(select(tables.Ticket.id).with_for_update())
            at_work.set()
            over.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert at_work.wait(30)
        assert len(carried(previewed(staffed, errand=QUICKER))) == 1
    finally:
        over.set()
        writer.join(30)
    assert history(number) == [("move", "ask")]


# --- States and fields that are gone ----------------------------------------------------------------------------------


def test_a_state_that_is_gone_is_refused_with_what_to_type(staffed: FixedNow) -> None:
    open_errand(staffed)
    for wish, said in (
        (ERRANDS, "1 open ticket of errand (revision"),
        (ERRANDS, "--map asked=STATE, STATE being one of: waiting"),
        (replace(ERRANDS, mapped={"asked": "done"}), "the new revision has no open state done"),
        (replace(ERRANDS, mapped={"askd": "waiting"}), "did you mean asked?"),
    ):
        with pytest.raises(CarryingRefused) as refused:
            previewed(staffed, wish, errand=RENAMED)
        assert said in str(refused.value)
    assert len(carried(previewed(staffed, replace(ERRANDS, mapped={"asked": "waiting"}), errand=RENAMED))) == 1


def test_a_mapped_state_is_where_the_ticket_goes_on(staffed: FixedNow) -> None:
    number = open_errand(staffed)
    republished(staffed, errand=RENAMED)
    (one,) = carried(carry_over(staffed, replace(ERRANDS, mapped={"asked": "waiting"})))
    assert one.state == ("asked", "waiting")
    entry = lines(number)[-1].entry
    assert (entry.source, entry.target, dict(entry.mapped)) == ("asked", "waiting", {"asked": "waiting"})
    require_true(number)
    move(staffed, number, "finish")
    require_true(number)


def test_a_state_that_is_still_there_is_not_mapped(staffed: FixedNow) -> None:
    open_errand(staffed)
    with pytest.raises(CarryingRefused, match="still has the state asked"):
        previewed(staffed, replace(ERRANDS, mapped={"asked": "asked"}), errand=QUICKER)


def test_a_ticket_with_a_value_of_another_type_keeps_what_it_has_and_the_others_go_on(staffed: FixedNow) -> None:
    retyped = ERRAND.replace("matter: {type: text}", "matter: {type: number}")
    without = ERRAND.replace(", fill: matter", ", may_fill: matter")
    republished(staffed, errand=without)
    with writing() as session:
        request = Request(person="ann", transition="ask", fields={})
        empty = opening.open_ticket(session, staffed, workflow="errand", site="pier", request=request).ticket.number
    number = open_errand(staffed)
    republished(staffed, errand=retyped)
    done = list(carry_over(staffed, ERRANDS))
    assert [one.number for one in carried(done)] == [empty]
    (held,) = left(done)
    assert (held.number, "another type" in held.reasons[0].en) == (number, True)
    assert history(number) == [("move", "ask")]


# --- Calendars --------------------------------------------------------------------------------------------------------


def test_a_new_holiday_previews_the_dates_that_it_moves_and_keeps_the_revision(staffed: FixedNow) -> None:
    republished(staffed, errand=IN_DAYS)
    number = open_errand(staffed)
    office = Wish(names=("office",))
    (seen,) = carried(previewed(staffed, office, errand=IN_DAYS, office=CLOSED))
    (moved,) = seen.due
    assert [f"{one:%m-%d %H:%M}" for one in (moved.was, moved.now) if one] == ["03-04 02:00", "03-05 02:00"]
    assert seen.revision[0] == seen.revision[1]
    republished(staffed, errand=IN_DAYS, office=CLOSED)
    assert due(number) == ["03-04 10:00"], "nobody has asked for it"
    assert carried(carry_over(staffed, office)) == [seen]
    assert (due(number), history(number)[-1]) == (["03-05 10:00"], ("calendar", "office"))
    require_true(number)


def test_with_the_definition_comes_its_calendar(staffed: FixedNow) -> None:
    republished(staffed, errand=IN_DAYS)
    number = open_errand(staffed)
    longer = IN_DAYS.replace("2 working days", "3 working days")
    republished(staffed, errand=longer, office=CLOSED)
    list(carry_over(staffed, Wish(names=("all",))))
    assert (due(number), history(number)[1:]) == (["03-06 10:00"], [("revision", "errand")])
    require_true(number)


# --- Kin --------------------------------------------------------------------------------------------------------------


def test_a_child_is_carried_over_with_its_family_settled_first(staffed: FixedNow) -> None:
    with writing() as session:
        request = Request(person="ann", transition="plan", fields={"title": "A survey"})
        survey = opening.open_ticket(session, staffed, workflow="survey", site="pier", request=request).ticket.number
    move(staffed, survey, "publish", scores=[50, 40], **{"remedy.cause": "slow"})
    minutes(staffed, 60)
    quicker = REMEDY.replace("within: 1 day", "within: 30 minutes").replace("after: 2 days", "after: 45 minutes")
    seen = previewed(staffed, Wish(names=("remedy",)), remedy=quicker)
    republished(staffed, remedy=quicker)
    assert list(carry_over(staffed, Wish(names=("remedy",)))) == seen
    first, second = carried(seen)
    for one in (first, second):
        kinds = [kind for kind, _ in history(one.number)]
        assert kinds == ["move", "revision", "level", "reminder", "move"], "late, and then mended by the clock"
        require_true(one.number)
    assert history(survey)[-2:] == [("child", first.number), ("child", second.number)]
    require_true(survey)


# --- Others at work, and being killed ---------------------------------------------------------------------------------


def test_a_ticket_that_moves_meanwhile_is_not_held_up_and_none_is_left_half(
    staffed: FixedNow, database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [open_errand(staffed) for _ in range(6)]
    republished(staffed, errand=QUICKER)
    monkeypatch.setattr(carrying, "BATCH", 2)

    def finish() -> None:
        with database.app_context():
            for number in reversed(numbers):
                for _ in range(5):  # who lost the race decides again, as a request does
                    with suppress(ChangedMeanwhile):
                        move(staffed, number, "finish")
                        break

    worker = threading.Thread(target=finish)
    worker.start()
    done = list(carry_over(staffed, ERRANDS))
    worker.join(60)
    assert left(done) == []
    for number in numbers:
        assert history(number)[-1] == ("move", "finish")
        assert [kind for kind, _ in history(number)].count("revision") <= 1
        require_true(number)


def test_who_is_killed_between_batches_is_run_again_and_does_what_is_left(
    staffed: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [open_errand(staffed) for _ in range(5)]
    minutes(staffed, 25)
    republished(staffed, errand=QUICKER)
    monkeypatch.setattr(carrying, "BATCH", 2)
    run = carry_over(staffed, ERRANDS)
    first = next(run)
    run.close()
    assert [one.number for one in first.carried] == numbers[:2]
    rest = carried(carry_over(staffed, ERRANDS))
    assert [one.number for one in rest] == numbers[2:]
    for number in numbers:
        assert history(number) == [("move", "ask"), ("revision", "errand"), ("level", "finish")]
        require_true(number)


class Killed(BaseException):
    """Ends a run wherever it is."""


def test_who_is_killed_at_any_statement_leaves_whole_tickets_and_the_next_run_does_the_rest(
    staffed: FixedNow, database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "BATCH", 2)
    numbers = [open_errand(staffed) for _ in range(3)]
    limits = [ERRAND.replace("30 minutes", f"{minutes} minutes") for minutes in (40, 50)]
    killed = 0
    while True:
        republished(staffed, errand=limits[killed % 2])
        before = {number: len(history(number)) for number in numbers}
        try:
            with failing_at(database, killed + 1, Killed()):
                list(carry_over(staffed, ERRANDS))
        except Killed:
            killed += 1
            done = [number for number in numbers if len(history(number)) > before[number]]
            assert done in ([], numbers[:2], numbers), "a batch is written whole or not at all"
            rest = carried(carry_over(staffed, ERRANDS))
            assert [one.number for one in rest] == [one for one in numbers if one not in done]
        else:
            break
        for number in numbers:
            assert len(history(number)) == before[number] + 1
    assert killed > 20
    for number in numbers:
        assert due(number) == [f"03-02 10:{(40, 50)[killed % 2]}"]
        require_true(number)


def test_a_ticket_that_raises_keeps_what_it_has_and_holds_nobody_up(
    staffed: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [open_errand(staffed) for _ in range(3)]
    republished(staffed, errand=QUICKER)
    real = Kin.carry_over

    def failing(kin: Kin, number: str, *rest: Any) -> Any:
        found = real(kin, number, *rest)
        if number == numbers[1]:
            kin.members[number].decisions[0] = replace(kin.members[number].decisions[0], notices=None)  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(Kin, "carry_over", failing)
    done = list(carry_over(staffed, ERRANDS))
    assert [one.number for one in carried(done)] == [numbers[0], numbers[2]]
    (held,) = left(done)
    assert (held.number, held.reasons[0].en.startswith("it raised TypeError")) == (numbers[1], True)
    assert history(numbers[1]) == [("move", "ask")]
    monkeypatch.undo()
    assert [one.number for one in carried(carry_over(staffed, ERRANDS))] == [numbers[1]]


def test_a_ticket_that_was_set_aside_goes_on_by_the_revision_that_mends_it(
    staffed: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = open_errand(staffed)
    with monkeypatch.context() as broken:
        broken.setattr(moves, "settle", _raises)
        minutes(staffed, 31)
    with reading() as session:
        assert session.execute(select(tables.Ticket.fault)).scalar_one() is not None
    republished(staffed, errand=QUICKER)
    (one,) = carried(carry_over(staffed, ERRANDS))
    assert [each.level for each in one.fires] == ["late 1"]
    with reading() as session:
        assert session.execute(select(tables.Ticket.fault)).scalar_one() is None
    require_true(number)


def _raises(*_: object) -> None:
    raise ValueError("a rule that cannot be carried out")


def test_whoever_publishes_meanwhile_stops_it(staffed: FixedNow, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        open_errand(staffed)
    republished(staffed, errand=QUICKER)
    monkeypatch.setattr(carrying, "BATCH", 1)
    run = carry_over(staffed, ERRANDS)
    next(run)
    republished(staffed, errand=SLOWER)
    with pytest.raises(carrying.PublishedMeanwhile):
        next(run)
    assert len(carried(carry_over(staffed, ERRANDS))) == 3
