"""Entries of registers in the database: which may be chosen where and when, and that values come back as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service import publishing, register_entries, registers, sites
from service.db import reading, writing
from service.publishing import PublishingRefused
from service.register_entries import RegisterEntryFaulty
from tests.service.house import ERRAND, house, store_ticket
from workflow.registers import Register

TENANTS = """\
register: tenants
zh: 租户
columns:
  area: {type: number, min: -1000000000, max: 1000000000}
  rent: {type: money}
  share: {type: percent}
  anchor: {type: yes_no}
  kind: {type: choice, of: [food, retail]}
  opened_on: {type: date}
  signed_at: {type: datetime}
  contact: {type: contact}
  remark: {type: text}
"""

AT = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

Put = Callable[..., None]


@pytest.fixture
def tenants(database: Flask) -> Register:
    """The register, published, with two sites."""
    with writing() as session:
        catalogue = publishing.publish(session, house(tenants=TENANTS), AT).catalogue
        for site, prefix in (("pier", "P"), ("tower", "T")):
            sites.create_site(session, site, name=site, number_prefix=prefix, calendars=catalogue.calendars)
    return catalogue.registers["tenants"]


def put(session: Session, tenants: Register, key: str, site: str | None = "pier", **said: object) -> None:
    since = {"since": AT.isoformat(), "name": f"Shop {key}"}
    register_entries.create(session, tenants, key, {**since, **said}, site=site, by=None, at=AT)


def keys(session: Session, site: str, at: dt.datetime) -> list[str]:
    return [one.key for one in registers.entries(session, "tenants", site, at)]


def test_the_entries_of_a_site_come_in_order_of_key_with_those_of_all_sites(tenants: Register) -> None:
    with writing() as session:
        for key, site in (("b", "pier"), ("a-1", "pier"), ("a1", None), ("c", "tower"), ("a_1", "pier")):
            put(session, tenants, key, site)
        assert keys(session, "pier", AT) == ["a-1", "a1", "a_1", "b"]
        assert keys(session, "tower", AT) == ["a1", "c"]
        assert keys(session, "nowhere", AT) == ["a1"]
        assert registers.entries(session, "nothing", "pier", AT) == ()


def test_an_entry_holds_from_its_beginning_until_before_its_end(tenants: Register) -> None:
    with writing() as session:
        put(session, tenants, "a", since=AT.isoformat(), until=(AT + DAY).isoformat())
        moment = dt.timedelta(microseconds=1)
        held = [keys(session, "pier", at) for at in (AT - moment, AT, AT + DAY - moment, AT + DAY)]
    assert held == [[], ["a"], ["a"], []]


def test_an_entry_tells_its_name_its_values_and_since_when(tenants: Register) -> None:
    with writing() as session:
        put(session, tenants, "a", name="安记", name_en="An", values={"kind": "food", "anchor": False})
        (found,) = registers.entries(session, "tenants", "pier", AT)
    assert (found.text.read("zh"), found.text.read("en"), found.since) == ("安记", "An", AT)
    assert found.values == {"kind": "food", "anchor": False}


def test_values_that_no_longer_fit_their_column_are_missing_until_they_are_written(tenants: Register) -> None:
    with writing() as session:
        put(session, tenants, "a", values={"kind": "food", "area": 3, "remark": "12"})
    changed = TENANTS.replace("area: {type: number, min: -1000000000, max: 1000000000}", "area: {type: date}")
    with writing() as session:
        published = publishing.publish(
            session, house(tenants=changed.replace("  kind: {type: choice, of: [food, retail]}\n", "")), AT
        )
        now = published.catalogue.registers["tenants"]
        (found,) = registers.entries(session, "tenants", "pier", AT)
        assert found.values == {"remark": "12"}
        said = {"values": {"area": "2026-01-01"}}
        kept = register_entries.change(session, now, "a", said, site="pier", version=1, by=None, at=AT)
    assert kept.values == {"area": dt.date(2026, 1, 1), "remark": "12"}


def test_a_refused_entry_leaves_nothing(tenants: Register) -> None:
    with pytest.raises(RegisterEntryFaulty), writing() as session:
        put(session, tenants, "a", values={"anchor": 1})
    with reading() as session:
        assert keys(session, "pier", AT) == []


def test_a_register_that_open_tickets_may_still_need_is_not_taken_away(tenants: Register) -> None:
    errand = ERRAND.replace("matter: {type: text}", "matter: {type: text}\n  shop: {type: register, of: tenants}")
    errand = errand.replace("fill: matter", "fill: matter, may_fill: shop")
    with writing() as session:
        published = publishing.publish(session, house(tenants=TENANTS, errand=errand), AT)
        store_ticket(session, published)
    with writing() as session, pytest.raises(PublishingRefused, match="register tenants is taken away"):
        publishing.publish(session, house(), AT)


# --- Whatever is typed --------------------------------------------------------------------------------------------

numbers = st.decimals(-1_000_000_000, 1_000_000_000, places=2).map(str)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50).filter(
    lambda text: any(map(str.isalnum, text))
)
typed = st.fixed_dictionaries(
    {},
    optional={
        "area": numbers,
        "rent": numbers,
        "share": st.integers(-100, 100),
        "anchor": st.booleans(),
        "kind": st.sampled_from(["food", "retail"]),
        "opened_on": st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)).map(dt.date.isoformat),
        "signed_at": st.integers(0, 10**15).map(lambda after: (AT + dt.timedelta(microseconds=after)).isoformat()),
        "contact": texts,
        "remark": texts,
    },
)
_keys = count()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=typed)
def test_what_is_typed_comes_back_from_the_database_as_the_same_values(
    tenants: Register, values: dict[str, object]
) -> None:
    key = f"k{next(_keys)}"
    with writing() as session:
        said = {"name": "x", "values": values}
        written = register_entries.create(session, tenants, key, said, site="pier", by=None, at=AT)
    with reading() as session:
        found = registers.find(session, tenants, key, "pier")
        assert found == written
        assert found is not None
        assert found.values.keys() == values.keys()
        (version,) = registers.versions(session, found)
        assert version.values == found.values
    with writing() as session:
        again = {"values": values}
        assert (
            register_entries.change(session, tenants, key, again, site="pier", version=1, by=None, at=AT).version == 1
        )
