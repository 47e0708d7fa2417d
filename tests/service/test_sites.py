from __future__ import annotations

import pytest
from sqlalchemy import select

from service import sites, tables
from service.account_faults import AlreadyThere, NameFaulty, NotKnown
from service.db import reading, writing
from service.staff import load_directory
from tests.stored import store_site

CALENDARS = ("mall", "office")
DEPARTMENTS = ("repairs", "cleaning")


def create(site: str = "tower", **more: object) -> None:
    with writing() as session:
        sites.create_site(session, site, **{"name": "塔楼", "number_prefix": "TL", "calendars": CALENDARS, **more})


def change(site: str = "mall", **more: object) -> None:
    with writing() as session:
        sites.change_site(session, site, **{"name": "新名", "number_prefix": "MALL", "calendars": CALENDARS, **more})


def stored(site: str) -> tables.Site:
    with reading() as session:
        return session.execute(select(tables.Site).where(tables.Site.id == site)).scalar_one()


@pytest.fixture(autouse=True)
def mall(database):
    with writing() as session:
        store_site(session, "mall")


def test_a_site_has_names_a_prefix_and_perhaps_a_calendar():
    create(name_en="Tower", calendar="office")

    site = stored("tower")
    assert (site.name, site.name_en, site.number_prefix, site.calendar) == ("塔楼", "Tower", "TL", "office")


def test_changing_a_site_replaces_what_it_had():
    change(calendar="mall")
    change(name_en="New")

    site = stored("mall")
    assert (site.name, site.name_en, site.calendar) == ("新名", "New", None)


@pytest.mark.parametrize(
    ("given", "fault", "sentence"),
    [
        ({"site": "mall"}, AlreadyThere, "already a site mall"),
        ({"number_prefix": "MALL"}, AlreadyThere, "already a number prefix MALL"),
        ({"number_prefix": "kf"}, NameFaulty, "A-Z"),
        ({"number_prefix": "KF-"}, NameFaulty, "A-Z"),
        ({"site": "The tower"}, NameFaulty, "a-z"),
        ({"name": " "}, NameFaulty, "1 to 100"),
        ({"calendar": "mal"}, NotKnown, "no calendar mal; did you mean mall"),
    ],
)
def test_a_site_that_cannot_be_so_is_refused(given, fault, sentence):
    with pytest.raises(fault, match=sentence):
        create(**given)
    with reading() as session:
        assert session.execute(select(tables.Site.id)).scalars().all() == ["mall"]


def test_an_unknown_site_is_named_with_the_nearest():
    for act in (lambda: change("mal"), lambda: open_("mal", "repairs"), lambda: close("mal", "repairs")):
        with pytest.raises(NotKnown, match="There is no site mal; did you mean mall"):
            act()


def open_(site: str, name: str) -> None:
    with writing() as session:
        sites.open_department(session, site, name, DEPARTMENTS)


def close(site: str, name: str) -> None:
    with writing() as session:
        sites.close_department(session, site, name)


def departments(now) -> set[str]:
    with reading() as session:
        return set(load_directory(session, now.at, {}).departments_of("mall"))


def test_a_department_is_opened_closed_and_taken_up_again(now):
    open_("mall", "repairs")
    open_("mall", "repairs")
    open_("mall", "cleaning")
    assert departments(now) == {"repairs", "cleaning"}

    close("mall", "repairs")
    assert departments(now) == {"cleaning"}

    open_("mall", "repairs")
    assert departments(now) == {"repairs", "cleaning"}


def test_a_department_is_one_of_the_catalogue():
    with pytest.raises(NotKnown, match="no department repair; did you mean repairs"):
        open_("mall", "repair")


def test_a_department_that_the_site_does_not_have_cannot_be_closed():
    with pytest.raises(NotKnown, match="no department repairs at mall"):
        close("mall", "repairs")


def test_sites_and_departments_are_listed_by_name_with_those_that_are_closed():
    create(name_en="Tower", calendar="office")
    open_("mall", "repairs")
    open_("mall", "cleaning")
    close("mall", "repairs")

    with reading() as session:
        assert [one.id for one in sites.list_sites(session)] == ["mall", "tower"]
        assert sites.list_departments(session, "mall") == {"cleaning": True, "repairs": False}
        with pytest.raises(NotKnown, match="did you mean mall"):
            sites.list_departments(session, "mal")
