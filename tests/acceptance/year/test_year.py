"""The whole year 2026 on a clock that is set: every recurring ticket opens on its day, once, and none is missing.

The expected days are worked out without Duban (days_of_2026, duties_of_2026), and so is who is there (parties_of_2026).
The service looks at its schedules whenever it has said that something opens next, and at each midnight besides, but for
the week in which it is down.

What a person reads of that year is kept in 2026.zh.txt and 2026.en.txt: what writes them anew is
`python -m tests.acceptance.year.test_year`.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import URL

from service import accounts, migrations, recurring, register_entries, revisions, sites, tables
from service.db import connect, disconnect, reading, writing
from service.now import FixedNow
from service.publishing import publish
from tests import command_line
from tests.acceptance.year.days_of_2026 import DAY, HOLIDAYS, MADE_UP, SHANGHAI, days, local, midnight, worked
from tests.acceptance.year.duties_of_2026 import DUTIES, FOR_EACH
from tests.acceptance.year.parties_of_2026 import BECOMES_ANCHOR, BECOMES_ANCHOR_AT, NEVER, PARTIES, stretches
from tests.command_line import done
from tests.definitions.shipped import shipped_files

BEGIN = local("2026-01-01")
END = local("2026-12-31 23:00")
DOWN_FROM = local("2026-09-28 12:00")
DOWN_TO = local("2026-10-05 12:00")

HERE = Path(__file__).parent


@dataclass(frozen=True, order=True, slots=True)
class Opened:
    """A recurring ticket: of which schedule and party (empty: the house), as of when it was opened, and when it is due.

    `seen` is when the service had it.
    """

    schedule: str
    party: str
    opened: dt.datetime
    due: dt.datetime
    seen: dt.datetime


def furnish(now: FixedNow, begin: dt.datetime) -> None:
    """The house as it ships, with one site, a duty manager and its parties; everything as of the beginning."""
    now.set(begin.astimezone(dt.UTC))
    with writing() as session:
        sites.create_site(session, "mall", name="星港购物中心", number_prefix="XG", calendars=["mall"])
        publish(session, shipped_files(), now.at)
        accounts.create_person(session, "zhou", name="周", at=now.at)
        catalogue = revisions.current(session).catalogue
        for department in catalogue.departments:
            sites.open_department(session, "mall", department, catalogue.departments)
        accounts.give_role(session, "zhou", "duty_manager", roles=dict(catalogue.roles), since=now.at, site="mall")
        for party in PARTIES:
            until = {} if party.until == NEVER else {"until": party.until.astimezone(dt.UTC).isoformat()}
            said = {
                "name": party.key,
                "since": party.since.astimezone(dt.UTC).isoformat(),
                "values": {
                    "class": "anchor" if party.key == BECOMES_ANCHOR and begin > BECOMES_ANCHOR_AT else party.kind
                },
                **until,
            }
            register_entries.create(
                session, catalogue.registers["parties"], party.key, said, site="mall", by=None, at=now.at
            )


def grow(now: FixedNow) -> None:
    """A merchant becomes an anchor store."""
    now.set(BECOMES_ANCHOR_AT.astimezone(dt.UTC))
    with writing() as session:
        parties = revisions.current(session).catalogue.registers["parties"]
        said = {"values": {"class": "anchor"}}
        register_entries.change(session, parties, BECOMES_ANCHOR, said, site="mall", version=None, by=None, at=now.at)


def live(now: FixedNow, begin: dt.datetime, end: dt.datetime) -> dict[str, dt.datetime]:
    """Let the service open what is to be opened, from one local time to another; when it had which ticket."""
    seen: dict[str, dt.datetime] = {}
    at, grown = begin, begin > BECOMES_ANCHOR_AT
    while at <= end:
        if not grown and at >= BECOMES_ANCHOR_AT:
            grow(now)
            grown = True
        now.set(at.astimezone(dt.UTC))
        done = recurring.run_once(now)
        assert done.refused == 0, f"something was refused on {at}"
        seen |= dict.fromkeys(done.tickets, at)
        at = min([midnight(at.date() + DAY), *([done.next_at.astimezone(SHANGHAI)] if done.next_at else [])])
        if DOWN_FROM < at < DOWN_TO:
            at = DOWN_TO
    return seen


def happened(seen: dict[str, dt.datetime]) -> list[Opened]:
    table, ticket = tables.Occurrence, tables.Ticket
    with reading() as session:
        rows = session.execute(
            select(
                table.workflow,
                table.schedule,
                table.party,
                ticket.number,
                ticket.opened_at,
                ticket.due_on,
                ticket.due_at,
            ).join(ticket, ticket.id == table.ticket_id)
        ).all()
    return sorted(
        Opened(
            f"{row.workflow}.{row.schedule}",
            row.party,
            row.opened_at.astimezone(SHANGHAI),
            row.due_at.astimezone(SHANGHAI) if row.due_on is None else midnight(row.due_on + DAY),
            seen[row.number],
        )
        for row in rows
    )


def expected(begin: dt.datetime, end: dt.datetime) -> list[Opened]:
    """What should have been opened by `end` if the house was published at `begin`."""
    found = []
    for schedule, duties in DUTIES.items():
        for opens, due in duties:
            if due <= begin or opens > end:
                continue
            if schedule not in FOR_EACH:
                opened = max(opens, begin)
                found.append(Opened(schedule, "", opened, due, looked(opened)))
                continue
            for party in stretches(FOR_EACH[schedule]):
                opened = max(opens, begin, party.since)
                if party.since < due and opened <= end and looked(opened) < party.until:
                    found.append(Opened(schedule, party.key, opened, due, looked(opened)))
    return sorted(found)


def looked(at: dt.datetime) -> dt.datetime:
    """When the service looked first at or after an instant at which something opens."""
    if at == BECOMES_ANCHOR_AT:  # nobody could foresee it: with the next shift
        return at.replace(hour=16)
    return DOWN_TO if DOWN_FROM < at < DOWN_TO else at


def same(found: list[Opened], wanted: list[Opened]) -> None:
    """Say at once which tickets are too many, too few, or otherwise."""
    twice = [one for one, number in Counter((one.schedule, one.party, one.due) for one in found).items() if number > 1]
    assert twice == []
    missing, unwanted = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    assert (missing[:20], unwanted[:20]) == ([], [])
    assert len(found) == len(wanted)


def test_every_schedule_has_its_days_written_down_here() -> None:
    """If this fails: write into duties_of_2026 when it opens and is due, and for each of which class of party."""
    from workflow.compiling import compile_published

    shipped = {
        f"{definition.name}.{name}": schedule
        for definition in compile_published(shipped_files()).opened()
        for name, schedule in definition.recurring.items()
    }
    assert sorted(shipped) == sorted(DUTIES)
    assert {name for name, schedule in shipped.items() if schedule.for_each} == set(FOR_EACH)


@pytest.mark.timeout(600)  # half a minute of one core, which others may want as well
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_whole_year_opens_on_its_days(database: Flask, database_url: URL, now: FixedNow) -> None:
    furnish(now, BEGIN)
    told_before = calendars(database_url)
    seen = live(now, BEGIN, END)
    same(happened(seen), expected(BEGIN, END))
    assert told_before == {lang: (HERE / f"2026.{lang}.txt").read_text("utf-8") for lang in told_before}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_stretch_with_a_week_of_outage_opens_on_its_days_on_postgresql(database: Flask, now: FixedNow) -> None:
    begin, end = local("2026-09-21"), local("2026-10-12 23:00")
    furnish(now, begin)
    seen = live(now, begin, end)
    same(happened(seen), expected(begin, end))


def duban(url: URL, *arguments: str) -> str:
    return done(command_line.on(url)("recurring", "--year", "2026", *arguments))


def calendars(url: URL) -> dict[str, str]:
    """The calendar of the year as people read it, in both languages; what programs read is compared on the way."""
    (told,) = json.loads(duban(url, "--site", "mall", "--format", "json"))
    days_told = {dt.date.fromisoformat(day["date"]): day for day in told["days"]}
    year = days(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert list(days_told) == year
    assert [day for day in year if days_told[day]["working"] != worked(day)] == []
    off = {day for first, last in HOLIDAYS.values() for day in days(first, last)}
    assert {day for day in year if days_told[day]["kind"] == "holiday"} == off
    assert {day for day in year if days_told[day]["kind"] == "made_up"} == MADE_UP
    opens, due = planned()
    for day in year:
        assert (day, {one["schedule"]: one["tickets"] for one in days_told[day]["opens"]}) == (day, opens.get(day, {}))
        assert (day, {one["schedule"]: one["tickets"] for one in days_told[day]["due"]}) == (day, due.get(day, {}))
    return {lang: duban(url, "--site", "mall", "--lang", lang) for lang in ("zh", "en")}


def planned() -> tuple[dict[dt.date, dict[str, int]], dict[dt.date, dict[str, int]]]:
    """How many tickets of which schedule open, and are due, on which day, as far as is known when the year begins."""
    opens: dict[dt.date, Counter[str]] = {}
    ends: dict[dt.date, Counter[str]] = {}
    for schedule, duties in DUTIES.items():
        if schedule.startswith("shift."):
            continue
        for opening, due in duties:
            there = [opening]
            if schedule in FOR_EACH:
                those = stretches(FOR_EACH[schedule], foreseen=True)
                there = [
                    max(opening, one.since) for one in those if one.since < due and max(opening, one.since) < one.until
                ]
            if due <= BEGIN:
                continue
            for at in there:
                opens.setdefault(at.date(), Counter())[schedule] += 1
                ends.setdefault((due - dt.timedelta(seconds=1)).date(), Counter())[schedule] += 1
    return {day: dict(found) for day, found in opens.items()}, {day: dict(found) for day, found in ends.items()}


def write_calendars() -> None:
    """Write down what the calendar of the year is now: read it before you keep it."""
    with tempfile.TemporaryDirectory() as folder:
        url = URL.create("sqlite", database=f"{folder}/duban.db")
        app = Flask(__name__)
        connect(app, url)
        with app.app_context():
            migrations.upgrade()
            furnish(FixedNow(BEGIN.astimezone(dt.UTC)), BEGIN)
            for lang, text in calendars(url).items():
                (HERE / f"2026.{lang}.txt").write_text(text, "utf-8")
        disconnect(app)


if __name__ == "__main__":
    write_calendars()
