"""Recurring tickets through the database: once each, late if need be, and only for whom they are."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from service import (
    accounts,
    delivery,
    ledger,
    opening,
    recurring,
    register_entries,
    revisions,
    sites,
    storing,
    sweep,
    tables,
)
from service.db import reading, writing
from service.entries import history_of
from service.inbox import mark_read, notices_for, unread
from service.now import FixedNow
from service.publishing import publish
from service.readiness import look
from service.scheduler import SELDOM, Duties
from tests.service.house import OFFICE, ROLES
from tests.service.statements import counted
from workflow.history import replan
from workflow.telling import Reading, told

SHANGHAI = ZoneInfo("Asia/Shanghai")

SHOPS = "register: shops\ncolumns: {class: {zh: 类别, type: choice, of: {tenant: {zh: 租户}, anchor: {zh: 主力店}}}}\n"

VISIT = """\
workflow: visit
zh: 走访
calendar: office
accountable: desk
fields:
  kind: {type: choice, of: [visit, count]}
  shop: {type: register, of: shops}
  planned_on: {type: date}
  amount: {type: money, min: 5}
  summary: {type: text}
states:
  planned: {responsible: desk}
  done: {end: true}
transitions:
  ask: {from: new, to: planned, by: anyone, fill: kind}
  plan: {from: new, to: planned, by: clock, fill: kind, may_fill: [shop, planned_on, amount], notify: desk}
  visit: {from: planned, to: done, by: desk, fill: summary}
deadlines:
  visit:
    no_later_than: due
    until: visit
    soon: {left: 1 day, notify: desk}
    late: {notify: desk, set: {priority: urgent}}
reminders:
  resting: {since: last move, after: 30 days, every: 30 days, while: anywhere, notify: desk}
recurring:
"""
COUNT = "  count: {zh: 月度清点, every: month, due: day 5, set: {kind: count, planned_on: due, amount: 7}}\n"
ANCHORS = (
    "  anchors: {every: month, for_each: shops, if: shops.class is anchor, opens: 10 days before, set: {kind: visit}}\n"
)
SHOP_VISITS = "  visits: {every: month, for_each: shops, opens: 10 days before, set: {kind: visit}}\n"


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def publish_house(at: dt.datetime, schedules: str, **calendars: str) -> None:
    files = {
        "office.yaml": OFFICE,
        "roles.yaml": ROLES,
        "shops.yaml": SHOPS,
        "visit.yaml": VISIT + schedules,
        **{f"{name}.yaml": text for name, text in calendars.items()},
    }
    with writing() as session:
        publish(session, files, at)


@pytest.fixture
def pier(database: Flask, now: FixedNow) -> None:
    """A site with somebody at the desk; the schedules that were published on 20 February are the test's own."""
    now.set(local("2026-02-20 09:00"))
    publish_house(now.at, COUNT)
    with writing() as session:
        sites.create_site(session, "pier", name="码头", number_prefix="P", calendars=["office"])
        accounts.create_person(session, "ann", name="Ann", at=now.at)
        roles = dict(revisions.current(session).catalogue.roles)
        for role in ("desk", "duty_manager"):
            accounts.give_role(session, "ann", role, roles=roles, since=now.at, site="pier")
    recurring.run_once(now)


def arrive(key: str, since: str, until: str | None = None) -> None:
    with writing() as session:
        session.execute(
            insert(tables.RegisterEntry).values(
                register="shops",
                key=key,
                site_id=None,
                name=f"商铺{key}",
                values={},
                since=local(since),
                until=local(until) if until else None,
                version=1,
            )
        )


def opened() -> list[str]:
    """Each recurring ticket as `period party: opened - due`, in local time."""
    table, ticket = tables.Occurrence, tables.Ticket
    with reading() as session:
        rows = session.execute(
            select(table.period, table.party, table.due_at, ticket.opened_at)
            .join(ticket, ticket.id == table.ticket_id)
            .order_by(ticket.opened_at, table.party)
        ).all()
    return [
        f"{' '.join(filter(None, (row.period, row.party)))}: "
        f"{row.opened_at.astimezone(SHANGHAI):%m-%d %H:%M} - {row.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"
        for row in rows
    ]


def run(now: FixedNow, at: str) -> recurring.Opened:
    now.set(local(at))
    return recurring.run_once(now)


def test_a_ticket_is_opened_when_its_period_begins_and_once(pier: None, now: FixedNow) -> None:
    assert opened() == []
    assert run(now, "2026-02-28 23:59").next_at == local("2026-03-01")
    assert len(run(now, "2026-03-01 00:00").tickets) == 1
    assert run(now, "2026-03-01 00:00").tickets == ()
    assert run(now, "2026-03-20 00:00").tickets == ()
    assert opened() == ["2026-03: 03-01 00:00 - 03-06 00:00"]


def test_its_form_is_filled_in_and_it_says_what_it_is_for(pier: None, now: FixedNow) -> None:
    (number,) = run(now, "2026-03-01 00:00").tickets
    with reading() as session:
        row = session.execute(select(tables.Ticket.__table__).where(tables.Ticket.number == number)).one()
        values = dict(
            session.execute(
                select(tables.FieldValue.field, tables.FieldValue.value).where(tables.FieldValue.ticket_id == row.id)
            ).all()
        )
        entry = session.execute(select(tables.Entry.__table__).where(tables.Entry.ticket_id == row.id)).one()
        told = session.execute(select(tables.Notice.person_id)).scalars().all()
    assert row.title == "月度清点 2026年3月"
    assert (row.due_on, row.due_at, row.receiver_id) == (dt.date(2026, 3, 5), None, None)
    assert values == {"title": row.title, "kind": "count", "planned_on": "2026-03-05", "amount": "7"}
    assert (entry.name, entry.actor_id) == ("plan", None)
    assert entry.occurrence == {
        "schedule": "count",
        "period": "2026-03",
        "en": "March 2026",
        "zh": "2026年3月",
        "due": "2026-03-05",
        "party": None,
    }
    assert told == ["ann"]


def test_its_limit_is_the_end_of_the_day_on_which_it_is_due(pier: None, now: FixedNow) -> None:
    run(now, "2026-03-01 00:00")
    limits = select(tables.Clock.limit_at).where(tables.Clock.kind == "deadline")
    with reading() as session:
        assert session.execute(limits).scalars().all() == [local("2026-03-06")]
    now.set(local("2026-03-06 00:00"))
    while sweep.run_once(now).claimed:
        pass
    with reading() as session:
        assert session.execute(select(tables.Ticket.priority)).scalar_one() == "urgent"


def test_what_runs_already_when_it_is_published_is_opened_then_and_what_was_due_is_not(
    pier: None, now: FixedNow
) -> None:
    now.set(local("2026-02-24 12:00"))
    publish_house(now.at, COUNT + "  late: {every: month, due: day 26, set: {kind: visit}}\n")
    run(now, "2026-02-25 08:00")
    assert opened() == ["2026-02: 02-24 12:00 - 02-27 00:00"]


def test_after_weeks_without_a_scheduler_every_period_is_opened_as_of_its_time(pier: None, now: FixedNow) -> None:
    done = run(now, "2026-05-20 07:30")
    assert len(done.tickets) == 3
    assert opened() == [
        "2026-03: 03-01 00:00 - 03-06 00:00",
        "2026-04: 04-01 00:00 - 04-06 00:00",
        "2026-05: 05-01 00:00 - 05-06 00:00",
    ]
    with reading() as session:
        recorded = session.execute(select(tables.Entry.recorded_at)).scalars().all()
    assert set(recorded) == {local("2026-05-20 07:30")}
    while sweep.run_once(now).claimed:
        pass
    with reading() as session:
        late = session.execute(select(tables.Clock.late_at).where(tables.Clock.kind == "deadline")).scalars().all()
    assert sorted(late) == [local("2026-03-06"), local("2026-04-06"), local("2026-05-06")]


def test_one_for_each_party_that_is_there(pier: None, now: FixedNow) -> None:
    arrive("a", "2025-01-01 00:00")
    arrive("b", "2026-03-24 12:00")
    arrive("gone", "2025-01-01 00:00", "2026-03-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, SHOP_VISITS)
    run(now, "2026-03-21 00:00")
    assert opened() == ["2026-03 a: 03-21 00:00 - 04-01 00:00"]
    run(now, "2026-03-24 12:30")
    assert opened()[1:] == ["2026-03 b: 03-24 12:00 - 04-01 00:00"], "who arrives in mid-period gets hers on arrival"
    run(now, "2026-04-20 00:00")
    assert opened()[2:] == ["2026-04 a: 04-20 00:00 - 05-01 00:00", "2026-04 b: 04-20 00:00 - 05-01 00:00"]
    with reading() as session:
        titles = session.execute(select(tables.Ticket.title).order_by(tables.Ticket.id)).scalars().all()
    assert titles[0] == "visits 2026年3月 商铺a"


def test_who_has_left_gets_none_of_what_was_missed(pier: None, now: FixedNow) -> None:
    arrive("a", "2025-01-01 00:00", "2026-05-01 00:00")
    arrive("b", "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, SHOP_VISITS)
    run(now, "2026-05-02 00:00")
    assert opened() == ["2026-03 b: 03-21 00:00 - 04-01 00:00", "2026-04 b: 04-20 00:00 - 05-01 00:00"]


def say(now: FixedNow, at: str, key: str, class_: str | None, *, new: bool = False) -> None:
    """Write an entry, or change what it says of its class."""
    now.set(local(at))
    with writing() as session:
        shops = revisions.current(session).catalogue.registers["shops"]
        said: dict[str, object] = {"values": {"class": class_}}
        if new:
            register_entries.create(session, shops, key, {"name": key, **said}, site="pier", by=None, at=now.at)
        else:
            register_entries.change(session, shops, key, said, site="pier", version=None, by=None, at=now.at)


def test_a_schedule_with_a_condition_is_for_the_entries_for_which_it_holds(pier: None, now: FixedNow) -> None:
    for key, class_ in (("a", "anchor"), ("b", "tenant"), ("c", None)):
        say(now, "2026-03-01 00:00", key, class_, new=True)
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, ANCHORS)
    run(now, "2026-03-21 00:00")
    assert opened() == ["2026-03 a: 03-21 00:00 - 04-01 00:00"]
    run(now, "2026-04-20 00:00")
    assert opened()[1:] == ["2026-04 a: 04-20 00:00 - 05-01 00:00"]


def test_who_becomes_one_of_those_meant_gets_what_is_due_from_then_and_never_twice(pier: None, now: FixedNow) -> None:
    for key, class_ in (("a", "anchor"), ("b", "tenant")):
        say(now, "2026-03-01 00:00", key, class_, new=True)
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, ANCHORS)
    run(now, "2026-03-21 00:00")
    say(now, "2026-03-24 12:00", "b", "anchor")
    say(now, "2026-03-24 13:00", "a", "tenant")
    run(now, "2026-03-26 08:00")
    assert opened()[1:] == ["2026-03 b: 03-24 12:00 - 04-01 00:00"], (
        "as of when it was written, not of when it was seen"
    )
    for day, class_ in (("27", "anchor"), ("28", "tenant"), ("29", "anchor")):
        say(now, f"2026-03-{day} 12:00", "a", class_)
        say(now, f"2026-03-{day} 13:00", "b", "tenant" if class_ == "anchor" else "anchor")
        run(now, f"2026-03-{day} 14:00")
    assert len(opened()) == 2, "each had the ticket of March"
    say(now, "2026-04-02 12:00", "b", "tenant")
    run(now, "2026-04-20 00:00")
    assert opened()[2:] == ["2026-04 a: 04-20 00:00 - 05-01 00:00"], "who is one of them no longer gets no more"


def test_who_was_not_yet_one_of_those_meant_gets_nothing_of_a_period_that_was_over(pier: None, now: FixedNow) -> None:
    say(now, "2026-03-01 00:00", "a", "tenant", new=True)
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, ANCHORS)
    say(now, "2026-04-10 12:00", "a", "anchor")
    run(now, "2026-04-25 00:00")
    assert opened() == ["2026-04 a: 04-20 00:00 - 05-01 00:00"], "the scheduler was down all the while"


def test_a_refused_opening_is_forgotten_once_the_entry_is_no_longer_meant(pier: None, now: FixedNow) -> None:
    say(now, "2026-03-01 00:00", "a", "anchor", new=True)
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, ANCHORS.replace("kind: visit", "kind: visit, amount: 1"))
    assert run(now, "2026-03-21 00:00").refused == 1
    say(now, "2026-03-21 00:01", "a", "tenant")
    run(now, "2026-03-21 00:02")
    with reading() as session:
        assert look(session, now).refused_openings == 0
    assert opened() == []


def test_each_ticket_that_is_opened_is_logged_with_its_schedule(
    pier: None, now: FixedNow, caplog: pytest.LogCaptureFixture
) -> None:
    arrive("a", "2025-01-01 00:00")
    arrive("b", "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, SHOP_VISITS)
    caplog.set_level(logging.INFO, logger="service.recurring")
    numbers = run(now, "2026-03-22 09:00").tickets
    assert len(numbers) == 2
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"{number} is opened: visit.visits of pier" for number in numbers]


def test_two_schedulers_at_once_open_each_ticket_once(pier: None, now: FixedNow, database: Flask) -> None:
    for number in range(30):
        arrive(f"s{number:02}", "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, COUNT + SHOP_VISITS)
    now.set(local("2026-04-02 09:00"))

    def scheduler(_: int) -> tuple[str, ...]:
        with database.app_context():
            return recurring.run_once(now).tickets

    with ThreadPoolExecutor(3) as pool:
        numbers = [number for done in pool.map(scheduler, range(3)) for number in done]
    assert len(numbers) == len(set(numbers)) == 32, "30 visits, and the counts of March and April"
    assert len(opened()) == 32
    assert run(now, "2026-04-02 09:01").tickets == ()


def test_a_scheduler_that_is_killed_in_between_leaves_nothing_half_done(
    pier: None, now: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    for key in ("a", "b", "c"):
        arrive(key, "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, SHOP_VISITS)
    now.set(local("2026-03-21 00:00"))
    keep = recurring._Opening._keep
    calls = iter(range(10))

    def killed(self: recurring._Opening, *said: object, **values: object) -> None:
        if next(calls) == 1:
            raise Killed
        keep(self, *said, **values)  # type: ignore[arg-type]

    with monkeypatch.context() as dying:
        dying.setattr(recurring._Opening, "_keep", killed)
        with pytest.raises(Killed):
            recurring.run_once(now)
    assert opened() == []
    with reading() as session:
        assert session.execute(select(tables.Ticket.id)).all() == []
    assert len(recurring.run_once(now).tickets) == 3


def test_a_refused_opening_is_told_to_readyz_tried_again_and_holds_nothing_up(pier: None, now: FixedNow) -> None:
    now.set(local("2026-02-24 12:00"))
    publish_house(now.at, COUNT.replace("amount: 7", "amount: 1") + "  other: {every: month, set: {kind: visit}}\n")
    done = run(now, "2026-03-01 00:00")
    assert (len(done.tickets), done.refused) == (2, 1), "the other schedule's February and March"
    with reading() as session:
        ready = look(session, now)
    assert ready.refused_openings == 1
    assert any("visit.count of pier for 2026-03" in why for why in ready.why)
    assert run(now, "2026-03-01 00:00:30").refused == 0
    assert run(now, "2026-03-01 00:01").refused == 1
    publish_house(now.at, COUNT)
    assert len(run(now, "2026-03-01 09:00").tickets) == 1
    assert "2026-03: 03-01 09:00 - 03-06 00:00" in opened(), "opened when it could be"
    with reading() as session:
        assert look(session, now).refused_openings == 0


def inbox(person: str, lang: str = "en") -> list[list[str]]:
    """What somebody reads of what could not be opened: of each notice the subject and the lines."""
    with reading() as session:
        found = notices_for(session, person)
        said = []
        for one in found:
            if one.number:
                continue
            words = told(
                one.items,
                Reading(
                    definition=revisions.definition(session, one.workflow, one.revision),
                    names={},
                    zone=revisions.calendar(session, one.calendar_revision).zone,
                    lang=lang,
                    written_at=one.created_at,
                ),
                number=one.number,
                place=one.site,
            )
            said.append([words.subject, *words.lines])
    return said


WRONG_COUNT = COUNT.replace("amount: 7", "amount: 1").replace("{zh:", "{en: Monthly count, zh:")


def test_who_answers_for_a_definition_is_told_once_a_day_that_a_ticket_could_not_be_opened(
    pier: None, now: FixedNow
) -> None:
    publish_house(now.at, WRONG_COUNT)
    for at in ("2026-03-01 00:00", "2026-03-01 00:01", "2026-03-01 09:00", "2026-03-01 23:59"):
        run(now, at)
        delivery.run_once(now.at)
    unopened = "“Monthly count” for March 2026 could not be opened"
    assert inbox("ann") == [
        [
            f"visit (pier): {unopened}",
            f"{unopened}. “amount”: at least 5, not 1. It is tried again by itself. You are told because you are Desk.",
        ]
    ]
    assert inbox("ann", "zh") == [
        [
            "走访（pier）：“月度清点”2026年3月的工单未能开立",
            "“月度清点”2026年3月的工单未能开立。“amount”：不小于 5，现为 1。系统会自动重试。通知您，是因为您是前台。",
        ]
    ]
    run(now, "2026-03-02 01:00")
    delivery.run_once(now.at)
    assert len(inbox("ann")) == 2, "it still cannot be opened on the next day"
    publish_house(now.at, COUNT)
    run(now, "2026-03-03 09:00")
    run(now, "2026-03-04 09:00")
    delivery.run_once(now.at)
    assert len(inbox("ann")) == 2, "it was opened"


def test_the_notice_of_many_that_could_not_be_opened_is_one(pier: None, now: FixedNow) -> None:
    for key in ("a", "b", "c"):
        arrive(key, "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_house(now.at, SHOP_VISITS.replace("{kind: visit}", "{kind: visit, amount: 1}"))
    run(now, "2026-03-21 00:00")
    delivery.run_once(now.at)
    ((subject, _),) = inbox("ann")
    assert subject == "visit (pier): “visits” for March 2026, 商铺a, could not be opened (and 2 more)"


PORTERS = ROLES + "  porter: {zh: 搬运, en: Porter, scope: site, falls_back_to: duty_manager}\n"


def publish_for_porters(at: dt.datetime, schedules: str, notify: str = "") -> None:
    """Visits that porters make and the desk answers for; whoever their opening tells besides is the test's own."""
    visit = VISIT.replace(", notify: desk}\n  visit:", f"{notify}}}\n  visit:").replace(
        "{responsible: desk}", "{responsible: porter}"
    )
    files = {"office.yaml": OFFICE, "roles.yaml": PORTERS, "shops.yaml": SHOPS, "visit.yaml": visit + schedules}
    with writing() as session:
        publish(session, files, at)


def employ(now: FixedNow, person: str, *names: str) -> None:
    with writing() as session:
        if person != "ann":
            accounts.create_person(session, person, name=person.title(), at=now.at)
        roles = dict(revisions.current(session).catalogue.roles)
        for name in names:
            accounts.give_role(session, person, name, roles=roles, since=now.at, site="pier")


def first_line(number: str) -> ledger.Line:
    with reading() as session:
        ticket = session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()
        return ledger.history(session, ticket)[0]


def told_of(number: str) -> list[tuple[str, str]]:
    """Who was told of the opening of a ticket, and why, as its history has it."""
    return [(one["person"], one["why"]) for one in first_line(number).told]


def own_notices(person: str) -> list[str]:
    """The tickets of which somebody has a notice for each by itself."""
    with reading() as session:
        return [one.number for one in notices_for(session, person) if one.number]


@pytest.fixture
def porters(pier: None, now: FixedNow, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site with more shops than a batch, which visits are for; the visits are bo's, and ann answers for them."""
    monkeypatch.setattr(recurring, "BATCH", 5)
    for place in range(7):
        arrive(f"s{place}", "2025-01-01 00:00")
    now.set(local("2026-03-15 09:00"))
    publish_for_porters(now.at, SHOP_VISITS)
    employ(now, "bo", "porter")


def test_of_tickets_for_each_of_many_everybody_gets_one_notice(porters: None, now: FixedNow) -> None:
    numbers = run(now, "2026-03-21 00:00").tickets
    delivery.run_once(now.at)
    said = f"“visits” for March 2026: 7 tickets were opened, from {numbers[0]} to {numbers[-1]}"
    assert inbox("ann") == [
        [f"visit (pier): {said}", f"{said}. You are told because you are Desk, who answers for them."]
    ]
    assert inbox("bo") == [[f"visit (pier): {said}", f"{said}. You are told because you are Porter, who must act now."]]
    assert inbox("ann", "zh")[0] == [
        f"走访（pier）：“visits”2026年3月：已开立7张工单，自{numbers[0]}至{numbers[-1]}",
        f"“visits”2026年3月：已开立7张工单，自{numbers[0]}至{numbers[-1]}。通知您，是因为您是前台，即归口岗位。",
    ]
    assert own_notices("ann") == own_notices("bo") == []


def test_the_history_of_each_says_who_was_told_of_it_with_the_others_and_when_he_read_it(
    porters: None, now: FixedNow
) -> None:
    numbers = run(now, "2026-03-21 00:00").tickets
    delivery.run_once(now.at)
    for number in numbers:
        line = first_line(number)
        assert [(one["person"], one["why"]) for one in line.told] == [("bo", "responsible"), ("ann", "accountable")]
        for one in line.told:
            message = line.message_to(one)
            assert message is not None
            assert message.delivered_at == now.at


def test_what_arrives_later_on_the_day_makes_the_notice_new_again_and_on_another_day_there_is_another(
    porters: None, now: FixedNow
) -> None:
    first, *_ = run(now, "2026-03-21 00:00").tickets
    delivery.run_once(now.at)
    with writing() as session:
        (notice,) = notices_for(session, "ann")
        mark_read(session, "ann", [notice.id], now.at)
    arrive("t", "2026-03-21 08:00")
    (last,) = run(now, "2026-03-21 08:00").tickets
    delivery.run_once(now.at)
    ((subject, _),) = inbox("ann")
    assert subject == f"visit (pier): “visits” for March 2026: 8 tickets were opened, from {first} to {last}"
    with reading() as session:
        assert unread(session, "ann") == 1
    arrive("u", "2026-03-25 08:00")
    (number,) = run(now, "2026-03-25 08:00").tickets
    delivery.run_once(now.at)
    assert inbox("ann")[0][0] == f"visit (pier): “visits” for March 2026, 商铺u: {number} was opened"
    assert len(inbox("ann")) == 2


def test_one_notice_says_how_many_were_opened_and_which_could_not_be(
    porters: None, now: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_recurring = opening.open_recurring

    def raising(*given: Any, **named: Any) -> storing.Outcome:
        if given[3].party[0] in ("s2", "s6"):
            raise RuntimeError
        return open_recurring(*given, **named)

    monkeypatch.setattr("service.recurring.opening.open_recurring", raising)
    run(now, "2026-03-21 00:00")
    delivery.run_once(now.at)
    ((subject, opened_line, refused_line),) = inbox("ann")
    assert subject == "visit (pier): “visits” for March 2026, 商铺s2, could not be opened (and 1 more)"
    assert "5 tickets were opened" in opened_line
    assert refused_line.startswith("“visits” for March 2026, 商铺s2, could not be opened (and 1 more). ")
    with writing() as session:
        (notice,) = notices_for(session, "ann")
        mark_read(session, "ann", [notice.id], now.at)
    run(now, "2026-03-21 00:05")
    delivery.run_once(now.at)
    with reading() as session:
        assert unread(session, "ann") == 0, "that they still cannot be opened is nothing new on the same day"
    assert all("could not" not in line for line in inbox("bo")[0]), "it is told to whoever answers for it"


def test_whoever_the_opening_itself_tells_has_a_notice_of_each(porters: None, now: FixedNow) -> None:
    publish_for_porters(now.at, SHOP_VISITS, ", notify: porter")
    numbers = run(now, "2026-03-21 00:00").tickets
    delivery.run_once(now.at)
    assert sorted(own_notices("bo")) == sorted(numbers)
    assert inbox("bo") == []
    assert len(inbox("ann")) == 1


def test_nobody_is_told_twice_of_one_opening(porters: None, now: FixedNow) -> None:
    publish_for_porters(now.at, COUNT + SHOP_VISITS, ", notify: [desk, porter]")
    employ(now, "ann", "porter")
    for number in run(now, "2026-04-21 00:00").tickets:
        assert told_of(number) == [("ann", "desk"), ("bo", "porter")]


def test_of_a_ticket_of_the_site_whoever_must_act_and_whoever_answers_for_it_is_told(
    porters: None, now: FixedNow
) -> None:
    publish_for_porters(now.at, COUNT)
    (number,) = run(now, "2026-04-01 00:00").tickets
    delivery.run_once(now.at)
    assert told_of(number) == [("bo", "responsible"), ("ann", "accountable")]
    assert (own_notices("bo"), own_notices("ann")) == ([number], [number])


def test_a_ticket_that_a_schedule_opens_is_never_known_to_nobody(porters: None, now: FixedNow) -> None:
    with writing() as session:
        for person, role in (("bo", "porter"), ("ann", "desk")):
            accounts.take_role(session, person, role, now.at, site="pier")
    numbers = run(now, "2026-03-21 00:00").tickets
    delivery.run_once(now.at)
    assert {tuple(told_of(number)) for number in numbers} == {(("ann", "responsible"),)}, "she is the duty manager"
    ((subject, _),) = inbox("ann")
    assert "7 tickets were opened" in subject


def test_a_scheduler_that_is_killed_between_two_batches_has_told_of_what_it_opened(
    porters: None, now: FixedNow
) -> None:
    now.set(local("2026-03-21 00:00"))
    rounds = iter((True, False))
    numbers = recurring.run_once(now, lambda: next(rounds)).tickets
    delivery.run_once(now.at)
    assert len(numbers) == recurring.BATCH
    assert "5 tickets were opened" in inbox("ann")[0][0]
    recurring.run_once(now)
    delivery.run_once(now.at)
    assert [("7 tickets were opened" in subject) for subject, _ in inbox("ann")] == [True]


def test_what_opening_raised_is_in_the_log_and_not_in_the_notice(
    pier: None, now: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("secret of a tenant")

    monkeypatch.setattr("service.recurring.opening.open_recurring", raising)
    run(now, "2026-03-01 00:00")
    delivery.run_once(now.at)
    ((_, line),) = inbox("ann")
    assert "Opening it failed; the log says why" in line
    assert "secret" not in line


def test_who_is_told_at_a_site_without_that_role_is_its_duty_manager(pier: None, now: FixedNow) -> None:
    publish_house(now.at, WRONG_COUNT)
    with writing() as session:
        accounts.create_person(session, "bo", name="Bo", at=now.at)
        roles = dict(revisions.current(session).catalogue.roles)
        sites.create_site(session, "mole", name="堤", number_prefix="M", calendars=["office"])
        accounts.give_role(session, "bo", "duty_manager", roles=roles, since=now.at, site="mole")
    run(now, "2026-03-01 00:00")
    delivery.run_once(now.at)
    ((subject, line),) = inbox("bo")
    assert subject.startswith("visit (mole): ")
    assert line.endswith("You are told because you are Duty manager, and nobody can be reached as Desk.")


def test_a_schedule_that_wants_nothing_is_not_looked_at_before_its_next_opening(
    pier: None, now: FixedNow, database: Flask
) -> None:
    def statements(at: str) -> int:
        now.set(local(at))
        with counted(database) as sent:
            recurring.run_once(now)
        return len(sent)

    more = "".join(f"  count{n}: {{every: month, due: day 5, set: {{kind: count}}}}\n" for n in range(20))
    publish_house(now.at, COUNT + more)
    run(now, "2026-02-20 09:01")
    few = statements("2026-02-20 09:02")
    assert few < 12
    assert len(run(now, "2026-03-01 00:00").tickets) == 21
    run(now, "2026-03-01 00:01")
    assert statements("2026-03-01 00:02") == few
    publish_house(now.at, COUNT + more + "  late: {every: month, due: day 9, set: {kind: visit}}\n")
    assert len(run(now, "2026-03-01 00:03").tickets) == 1, "what was published since is looked at"


def test_a_schedule_is_looked_at_again_where_the_clock_was_set_back_and_where_the_days_are_others(
    pier: None, now: FixedNow
) -> None:
    assert run(now, "2026-03-20 00:00").next_at == local("2026-04-01")
    west = "calendar: west\nextends: office\nzone: Asia/Tokyo\n"
    publish_house(now.at, COUNT, west=west)
    run(now, "2026-03-20 00:01")
    with writing() as session:
        moved = {"name": "码头", "number_prefix": "P", "calendar": "west", "calendars": ["office", "west"]}
        sites.change_site(session, "pier", **moved)
    assert run(now, "2026-03-20 00:02").next_at == local("2026-03-31 23:00")
    assert run(now, "2026-03-10 00:00").next_at == local("2026-03-31 23:00")


def test_a_refused_opening_that_nobody_wants_any_longer_is_forgotten(pier: None, now: FixedNow) -> None:
    publish_house(now.at, COUNT.replace("amount: 7", "amount: 1"))
    run(now, "2026-03-01 00:00")
    publish_house(now.at, COUNT.replace("every: month, due: day 5", "every: quarter"))
    run(now, "2026-03-02 00:00")
    with reading() as session:
        assert look(session, now).refused_openings == 0
    assert opened() == ["2026-Q1: 03-01 00:00 - 04-01 00:00"]


def test_a_schedule_that_was_taken_away_and_comes_back_opens_nothing_of_the_meantime(pier: None, now: FixedNow) -> None:
    publish_house(now.at, COUNT.replace("count:", "other:"))
    now.set(local("2026-05-20 09:00"))
    publish_house(now.at, COUNT)
    run(now, "2026-06-02 09:00")
    assert opened() == ["2026-06: 06-01 00:00 - 06-06 00:00"]


def test_a_new_site_has_its_own(pier: None, now: FixedNow) -> None:
    now.set(local("2026-03-03 09:00"))
    with writing() as session:
        sites.create_site(session, "mole", name="堤", number_prefix="M", calendars=["office"])
    run(now, "2026-03-04 09:00")
    assert len(opened()) == 2
    assert opened()[1] == "2026-03: 03-04 09:00 - 03-06 00:00"


def test_what_the_whole_group_has_is_opened_at_one_site_also_when_the_group_gets_a_site_of_its_own(
    pier: None, now: FixedNow
) -> None:
    now.set(local("2026-03-01 09:00"))
    with writing() as session:
        sites.create_site(session, "mole", name="堤", number_prefix="M", calendars=["office"])
    of_group = {"office.yaml": OFFICE, "roles.yaml": ROLES, "shops.yaml": SHOPS}
    of_group["visit.yaml"] = VISIT.replace("zh: 走访\n", "zh: 走访\nscope: group\n") + COUNT
    with writing() as session:
        publish(session, of_group, now.at)
    first = run(now, "2026-03-02 09:00").tickets
    with writing() as session:
        sites.create_site(session, "group", name="集团", number_prefix="G", calendars=["office"])
    assert run(now, "2026-03-03 09:00").tickets == ()
    second = run(now, "2026-04-01 09:00").tickets
    assert [number[0] for number in (*first, *second)] == ["M", "G"]
    publish_house(now.at, COUNT)
    run(now, "2026-04-02 09:00")
    assert sorted(number[0] for number in run(now, "2026-05-01 09:00").tickets) == ["M", "P"], "a matter of each site"


def test_holidays_that_are_not_known_yet_are_said(pier: None, now: FixedNow) -> None:
    now.set(local("2026-11-01 09:00"))
    publish_house(now.at, "  greetings: {every: holiday, due: day 1, opens: 20 days before, set: {kind: visit}}\n")
    run(now, "2026-12-20 09:00")
    assert opened() == []
    with reading() as session:
        why = look(session, now).why
    assert any("greetings of pier opens nothing for 2027" in one for one in why)


def test_shifts_are_those_of_the_calendar_of_the_site(pier: None, now: FixedNow) -> None:
    gate = "calendar: gate\nextends: office\nzone: Europe/Berlin\ncountry: removed\nshifts: {night: '20:00-08:00'}\n"
    office = OFFICE + "shifts: {day: '08:00-20:00'}\n"
    now.set(local("2026-03-27 20:30"))
    with writing() as session:
        files = {
            "office.yaml": office,
            "gate.yaml": gate,
            "roles.yaml": ROLES,
            "shops.yaml": SHOPS,
            "visit.yaml": VISIT + "  shift: {every: shift, set: {kind: visit}}\n",
        }
        publish(session, files, now.at)
        session.execute(update(tables.Site).values(calendar="gate"))
    run(now, "2026-03-29 09:00")
    assert [one.split(":")[0] for one in opened()] == ["2026-03-27 night", "2026-03-28 night"]
    with reading() as session:
        spans = session.execute(
            select(tables.Ticket.opened_at, tables.Ticket.due_at).order_by(tables.Ticket.opened_at)
        ).all()
    assert spans[1].due_at - spans[1].opened_at == dt.timedelta(hours=11), "the night in which clocks go forward"


def test_the_scheduler_wakes_for_the_next_opening(pier: None, now: FixedNow, database: Flask) -> None:
    now.set(local("2026-02-28 23:59:40"))
    assert Duties(app=database, now=now).recur() == dt.timedelta(seconds=20)
    now.set(local("2026-03-01 00:00"))
    assert Duties(app=database, now=now).recur() > SELDOM
    assert len(opened()) == 1


def test_a_ticket_comes_out_of_its_history_as_it_stands(pier: None, now: FixedNow) -> None:
    run(now, "2026-03-01 00:00")
    with reading() as session:
        row = session.execute(select(tables.Ticket.__table__)).one()
        definition = revisions.definition(session, row.workflow, row.revision)
        calendar = revisions.calendar(session, row.calendar_revision)
        history = history_of(session, row.id, {row.revision: definition})
    again = replan(
        history,
        {row.revision: definition},
        {row.calendar_revision: calendar},
        number=row.number,
        site="pier",
    )
    assert again.due == row.due_on
    assert history[0].occurrence is not None
    assert history[0].occurrence.text.zh == "2026年3月"
