"""A house with many tickets: a few written by the service itself, and those copied inside the database.

A copy has every row that its pattern has, under an id and a number of its own, so a million tickets are what a million
openings would have left behind, within minutes. Nothing reaches beyond the database that is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from benchmarks.house import DEFINITIONS
from service import accounts, delivery, opening, publishing, register_entries, sites, sweep, tables
from service.cast import STAFF
from service.db import Base, db, reading, table_of, writing
from service.files import read_folder
from service.moves import Request
from service.now import FixedNow

SITE = "starport"
PREFIX = "KF"
TENANT = "a15"

PICK_UP = dt.timedelta(minutes=30)
"""How long after a repair was registered its `pick_up` is late: one entry, and notices to two people."""

RESTING = dt.timedelta(days=4)
"""Nothing is due on a demand that was just recorded for so long at the least: three timers are armed on it."""

PATTERNS = 100
"""How many of the waiting tickets the service writes itself, a minute apart; the others are copies of them."""

TITLES = (
    "漏水",
    "灯不亮",
    "空调不制冷",
    "电梯故障",
    "门锁损坏",
    "Leaking",
    "No signal",
    "Broken tile",
    "Noise",
    "Odour",
)
"""What the waiting tickets are about, in turn, each at ten places."""

_BELOW = (tables.Entry, tables.FieldValue, tables.Clock, tables.Timer, tables.Notice)
COPIED = tuple(table_of(one).name for one in (tables.Ticket, tables.TicketText, *_BELOW))
"""The tables that a copy has rows in."""


def furnish(at: dt.datetime) -> None:
    """Publish the shipped definitions, and put a site and somebody for every role there; needs a context."""
    since = at - dt.timedelta(days=30)
    files = read_folder(DEFINITIONS)
    publishing.proved(files, since)
    with writing() as session:
        catalogue = publishing.publish(session, files, since).catalogue
        sites.create_site(session, SITE, name=SITE, number_prefix=PREFIX, calendars=catalogue.calendars)
        for department in catalogue.departments:
            sites.open_department(session, SITE, department, catalogue.departments)
        for one in STAFF:
            accounts.create_person(session, one.id, name=one.name, name_en=one.name_en, at=since)
            site = None if catalogue.roles[one.role].scope.value == "group" else SITE
            accounts.give_role(
                session, one.id, one.role, roles=catalogue.roles, since=since, site=site, department=one.department
            )
        tenant = {
            "name": "A shop",
            "name_en": "A shop",
            "values": {"class": "tenant", "unit": "A15"},
            "since": since.isoformat(),
        }
        parties = catalogue.registers["parties"]
        register_entries.create(session, parties, TENANT, tenant, site=SITE, by=None, at=since)


def due_at(at: dt.datetime, tickets: int) -> list[str]:
    """So many repairs that nobody has picked up: on each one level is due at `at`, and nothing before; their numbers.

    Needs a context. `at` may lie ahead.
    """
    now = FixedNow(at - PICK_UP)
    fields = {"title": "Number one of many", "place": "B2", "occupant": "B205", "fault": "It leaks"}
    first = _open(now, "lin", "repair", "register", fields)
    now.set(at - dt.timedelta(seconds=1))
    _settle(now)
    return [first, *copies([first], tickets - 1)]


def waiting(at: dt.datetime, tickets: int, patterns: Sequence[str] = ()) -> list[str]:
    """So many demands that were recorded within a day before `at`: on each three timers are armed. Needs a context.

    Gives the numbers of those that the others are copies of; they are made if there are none yet.
    """
    made = [] if patterns else [_recorded(at, number) for number in range(min(PATTERNS, tickets))]
    if made:
        _settle(FixedNow(at))
    copies(patterns or made, tickets - len(made))
    return list(patterns or made)


def titled(at: dt.datetime, title: str, tickets: int) -> None:
    """So many more demands that were recorded just now, all with this title. Needs a context."""
    for _ in range(tickets):
        _open(FixedNow(at), "yan", "demand", "record", {**_DEMAND, "title": title})
    _settle(FixedNow(at))


_DEMAND = {"party": TENANT, "suggestion": "Longer opening hours", "channel": "visit"}


def _recorded(at: dt.datetime, number: int) -> str:
    now = FixedNow(at - dt.timedelta(days=1) + dt.timedelta(minutes=number))
    title = f"{TITLES[number % len(TITLES)]} {number // len(TITLES)}号铺"
    return _open(now, "yan", "demand", "record", {**_DEMAND, "title": title})


def _open(now: FixedNow, person: str, workflow: str, transition: str, typed: Mapping[str, object]) -> str:
    with writing() as session:
        request = Request(person=person, transition=transition, fields=typed)
        return opening.open_ticket(session, now, workflow=workflow, site=SITE, request=request).ticket.number


def _settle(now: FixedNow) -> None:
    while sweep.run_once(now).claimed:
        pass
    delivery.run_once(now.at)


# --- Copies -------------------------------------------------------------------------------------------------------


def copies(patterns: Sequence[str], wanted: int) -> list[str]:
    """The numbers of so many new tickets with the same rows as these, of one site and year and without kin, in turn.

    Needs a context.
    """
    if wanted <= 0:
        return []
    ticket = table_of(tables.Ticket)
    with reading() as session:
        ids = session.execute(select(ticket.c.id).where(ticket.c.number.in_(patterns))).scalars().all()
        highest = session.execute(select(func.max(ticket.c.id))).scalar_one()
        stem, _, _ = patterns[0].rpartition("-")
        last = session.execute(select(func.max(tables.TicketNumber.last))).scalar_one()
    with db.engine.connect() as bare:
        connection = bare.execution_options(duban_begin=_begin(db.engine.dialect.name))
        with connection.begin():
            turns = _turns(connection, ids, wanted)
            number = f"'{stem}-' || {_padded(f'{last} + turn.n', connection)}"
            _copy(connection, ticket.name, "it.id", {"id": f"{highest} + turn.n", "number": number}, turns)
            for one in _BELOW:
                given = {"ticket_id": f"{highest} + turn.n"}
                if one is tables.Notice:
                    given["id"] = _random_id(connection)
                _copy(connection, table_of(one).name, "it.ticket_id", given, turns)
            if connection.dialect.name == "postgresql":  # triggers rest there, as foreign keys do
                text = f"replace(it.text, lower(turn.number), lower({number}))"
                given = {"ticket_id": f"{highest} + turn.n", "text": text}
                _copy(connection, "ticket_text", "it.ticket_id", given, turns)
            connection.execute(
                tables.TicketNumber.__table__.update().values(last=tables.TicketNumber.last + wanted)  # type: ignore[attr-defined]
            )
            _go_on_counting(connection)
        connection.invalidate()  # what holds for copying holds for nobody else
    return [f"{stem}-{last + step:05}" for step in range(1, wanted + 1)]


def _begin(dialect: str) -> Sequence[str]:
    """Copies refer to what their pattern refers to, so nobody has to look it up a million times."""
    if dialect == "sqlite":
        return "PRAGMA foreign_keys=0", "BEGIN IMMEDIATE"
    return (
        "SET LOCAL session_replication_role = replica",
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL work_mem = '256MB'",
    )


def _turns(connection: Connection, ids: Sequence[int], wanted: int) -> str:
    """The numbers from 1 on as `n`, each with the `id` and the `number` of the pattern whose turn it is."""
    if connection.dialect.name == "postgresql":
        steps = f"SELECT n FROM generate_series(1, {wanted}) AS step(n)"
    else:
        counted = f"SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < {wanted}"
        steps = f"WITH RECURSIVE each(n) AS ({counted}) SELECT n FROM each"
    among, turn = ", ".join(map(str, ids)), f"n - n / {len(ids)} * {len(ids)}"
    ranked = f"SELECT id, number, row_number() OVER (ORDER BY id) - 1 AS rank FROM ticket WHERE id IN ({among})"
    return f"(SELECT n, id, number FROM ({steps}) AS step JOIN ({ranked}) AS ranked ON rank = {turn}) AS turn"


def _padded(number: str, connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return f"lpad(({number})::text, greatest(5, length(({number})::text)), '0')"
    return f"printf('%05d', {number})"


def _random_id(connection: Connection) -> str:
    return "gen_random_uuid()::text" if connection.dialect.name == "postgresql" else "lower(hex(randomblob(16)))"


def _copy(connection: Connection, table: str, whose: str, given: Mapping[str, str], turns: str) -> None:
    names = [column.name for column in Base.metadata.tables[table].columns if table != "entry" or column.name != "id"]
    values = ", ".join(given.get(name, f'it."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    connection.exec_driver_sql(
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM {turns} JOIN "{table}" AS it ON {whose} = turn.id '
        "ORDER BY turn.n"
    )


def _go_on_counting(connection: Connection) -> None:
    """The next ticket that the service writes comes after the copies."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('ticket', 'id'), (SELECT max(id) FROM ticket))"
        )
