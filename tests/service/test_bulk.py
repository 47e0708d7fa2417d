"""Many rows with one statement: they come out as any other way of writing them would have left them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from service import bulk, tables
from service.db import reading, table_of, writing
from tests.service.statements import counted
from tests.stored import store_site, store_ticket

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
AT = dt.datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=SHANGHAI)

VALUES: list[Any] = ["引号 ' \" \\ %s ? \u2028", 7, 10**17, 1.5, True, None, ["a", {"b": None}], {}, "null", ""]


@pytest.fixture
def ticket(database: Flask) -> int:
    with writing() as session:
        store_site(session)
        return store_ticket(session, at=AT)


def values(ticket: int) -> list[dict[str, Any]]:
    return [
        {
            "ticket_id": ticket,
            "field": f"field {number}",
            "sequence": 1,
            "value": value,
            "salt": "",
            "current": True,
            "erased_at": AT if number else None,
        }
        for number, value in enumerate(VALUES)
    ]


def stored(table: Any) -> list[dict[str, Any]]:
    with reading() as session:
        return [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]


def test_rows_come_out_as_they_were_given_whatever_is_in_them(database: Flask, ticket: int) -> None:
    table = table_of(tables.FieldValue)
    with counted(database) as statements, writing() as session:
        bulk.send(session, bulk.insert(table, values(ticket)))
    assert sum("field_value" in one for one in statements) == 1
    by_bulk = stored(table)
    assert [row["value"] for row in by_bulk] == VALUES
    with writing() as session:
        session.execute(table.delete())
        session.execute(insert(tables.FieldValue), values(ticket))
    assert stored(table) == by_bulk


def test_no_value_is_found_as_no_value_and_not_as_a_null_of_json(database: Flask, ticket: int) -> None:
    table = table_of(tables.FieldValue)
    with writing() as session:
        bulk.send(session, bulk.insert(table, values(ticket)))
    with reading() as session:
        missing = session.execute(select(table.c.field).where(table.c.value.is_(None))).scalars().all()
    assert missing == [f"field {VALUES.index(None)}"]


def timer(ticket: int, level: str, due_at: dt.datetime) -> dict[str, Any]:
    return {
        "ticket_id": ticket,
        "kind": "deadline",
        "name": "finish",
        "run": 1,
        "level": level,
        "due_at": due_at,
        "provisional": False,
    }


def test_a_row_takes_the_place_of_the_one_with_its_key(database: Flask, ticket: int) -> None:
    table = table_of(tables.Timer)
    later = AT + dt.timedelta(hours=1)
    with writing() as session:
        bulk.send(session, bulk.put(table, [timer(ticket, "late 1", AT), timer(ticket, "late 2", AT)]))
        bulk.send(session, bulk.put(table, [timer(ticket, "late 2", later), timer(ticket, "late 3", AT)]))
        gone = timer(ticket, "late 1", AT)
        bulk.send(session, bulk.delete(table, [{name: gone[name] for name in table.primary_key.columns.keys()}]))  # noqa: SIM118
    assert stored(table) == [timer(ticket, "late 2", later), timer(ticket, "late 3", AT)]


def test_only_rows_that_are_still_as_they_were_are_changed_and_counted(database: Flask, ticket: int) -> None:
    table = table_of(tables.Ticket)
    change = {"id": ticket, "was_sequence": 1, "sequence": 2, "ended_at": AT, "made": {"begin": {"count": 1}}}
    with writing() as session:
        other = store_ticket(session, "KF-2026-00002", at=AT)
        stale = {**change, "id": other, "was_sequence": 5}
        assert bulk.send(session, bulk.change(table, ("id", "was_sequence"), [change, stale])) == 1
    first, second = stored(table)
    assert (first["sequence"], first["ended_at"], first["made"]) == (2, AT, change["made"])
    assert (second["sequence"], second["ended_at"]) == (1, None)


def value_of(ticket: int, sequence: int) -> dict[str, Any]:
    """Of one field; only one of its values may be current."""
    return {**values(ticket)[0], "sequence": sequence, "value": sequence}


@pytest.mark.usefixtures("ticket")
def test_what_is_sent_together_is_done_one_after_the_other(database: Flask) -> None:
    """A row may only come where the one before it has gone."""
    table = table_of(tables.FieldValue)
    with writing() as session:
        ticket = store_ticket(session, "KF-2026-00002", at=AT, entries=3)
    for sequence in (1, 2, 3):
        overtaken = [{"ticket_id": ticket, "field": "field 0", "current": False}]
        with counted(database) as statements, writing() as session:
            writes = [
                bulk.change(table_of(tables.Ticket), ("id",), [{"id": ticket, "round": sequence}]),
                bulk.change(table, ("ticket_id", "field"), overtaken, only="it.current"),
                bulk.insert(table, [value_of(ticket, sequence)]),
                bulk.put(table_of(tables.Timer), [timer(ticket, "late 1", AT)]),
            ]
            assert bulk.send_together(session, writes, guarded=True)
        if database.config["SQLALCHEMY_DATABASE_URI"].get_backend_name() == "postgresql":
            assert len(statements) == 1
    assert [(row["sequence"], row["current"]) for row in stored(table)] == [(1, False), (2, False), (3, True)]
    assert [row["round"] for row in stored(table_of(tables.Ticket))] == [1, 3]


def test_nothing_is_done_after_a_first_that_was_not_all_there(database: Flask, ticket: int) -> None:
    stale = {"id": ticket, "was_sequence": 5, "sequence": 6}
    with writing() as session:
        guard = bulk.change(table_of(tables.Ticket), ("id", "was_sequence"), [stale])
        late = bulk.put(table_of(tables.Timer), [timer(ticket, "late 1", AT)])
        refused = bulk.insert(table_of(tables.FieldValue), [value_of(ticket + 1, 1)])
        assert not bulk.send_together(session, [guard, late, refused], guarded=True)
    assert stored(table_of(tables.Timer)) == []


def test_an_instant_without_a_zone_is_refused(database: Flask, ticket: int) -> None:
    with pytest.raises(ValueError, match="needs a zone"), writing() as session:
        bulk.send(session, bulk.put(table_of(tables.Timer), [timer(ticket, "late 1", AT.replace(tzinfo=None))]))


def test_no_rows_are_no_statement(database: Flask) -> None:
    with writing() as session, counted(database) as statements:
        table = table_of(tables.Timer)
        bulk.send(session, bulk.insert(table, []))
        bulk.send(session, bulk.put(table, []))
        bulk.send(session, bulk.delete(table, []))
        assert bulk.send(session, bulk.change(table, ("run",), [])) == 0
    assert not [one for one in statements if "timer" in one]
