from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert

from service import tables
from service.db import db, reading, writing
from service.directory import EVERYWHERE, Department, Directory, Holding, Person
from service.staff import load_directory
from service.stamps import directory_changes
from workflow.definition import Text
from workflow.notices import Told
from workflow.roles import LAST, Role, Scope
from workflow.ticket import Addressee, Held

ROLES = {
    role.name: role
    for role in (
        Role(name="desk", text=Text("Desk"), scope=Scope.SITE, falls_back_to="manager"),
        Role(name="staff", text=Text("Staff"), scope=Scope.DEPARTMENT, falls_back_to="head"),
        Role(name="head", text=Text("Head"), scope=Scope.DEPARTMENT, falls_back_to="manager"),
        Role(name="manager", text=Text("Manager"), scope=Scope.SITE, falls_back_to="director"),
        Role(name="director", text=Text("Director"), scope=Scope.GROUP, falls_back_to=LAST),
        Role(name=LAST, text=Text("Duty manager"), scope=Scope.SITE),
    )
}
DEPARTMENTS = (Department("mall", "repairs"), Department("mall", "cleaning"), Department("tower", "repairs", False))


def directory(*holdings: Holding, people: tuple[Person, ...] = ()) -> Directory:
    """Everybody who holds something is there and can be reached, unless `people` says otherwise of him."""
    known = {person.id: person for person in people}
    everybody = {holding.person: Person(id=holding.person, name=holding.person) for holding in holdings} | known
    return Directory(people=everybody.values(), holdings=holdings, departments=DEPARTMENTS, roles=ROLES)


def told(who: Directory, addressee: Addressee, site: str = "mall") -> list[str]:
    return [one.person for one in who.told(addressee, site)]


def to_role(role: str, department: str | None = None) -> Addressee:
    return Addressee(why=role, role=role, department=department)


def to_person(person: str) -> Addressee:
    return Addressee(why="assignee", person=person, role="desk")


DUTY = Holding("duty", LAST, "mall")
AWAY = Person(id="li", name="李主管", away=True)


# --- Who holds what -----------------------------------------------------------------------------------------------


def test_a_role_counts_at_its_own_site_only():
    who = directory(Holding("li", "desk", "mall"), DUTY)

    assert Held("desk") in who.actor("li", "mall").holds
    assert who.actor("li", "tower").holds == frozenset()


def test_a_role_of_the_group_counts_at_every_site():
    who = directory(Holding("li", "director"))

    assert Held("director") in who.actor("li", "mall").holds
    assert Held("director") in who.actor("li", "tower").holds


def test_a_role_of_a_department_is_held_for_that_department():
    who = directory(Holding("li", "head", "mall", "repairs"), Holding("wu", "head", "mall", "cleaning"))

    assert Held("head", "repairs") in who.actor("li", "mall").holds
    assert Held("head", "cleaning") not in who.actor("li", "mall").holds


def test_a_deputy_holds_the_roles_of_who_is_away():
    li = Person(id="li", name="李", away=True, deputy="wu")
    who = directory(Holding("li", "manager", "mall"), people=(li, Person(id="wu", name="吴")))

    assert Held("manager") in who.actor("wu", "mall").holds
    assert who.actor("wu", "mall").stands_for == {"li"}


def test_a_deputy_holds_nothing_while_the_other_is_there():
    li = Person(id="li", name="李", deputy="wu")
    who = directory(Holding("li", "manager", "mall"), people=(li, Person(id="wu", name="吴")))

    assert who.actor("wu", "mall").holds == frozenset()
    assert who.actor("wu", "mall").stands_for == frozenset()


def test_who_is_away_keeps_his_own_roles():
    assert Held("desk") in directory(Holding("li", "desk", "mall"), people=(AWAY,)).actor("li", "mall").holds


def test_who_has_left_holds_nothing():
    gone = Person(id="li", name="李", active=False)

    assert directory(Holding("li", "director"), people=(gone,)).actor("li", "mall").holds == frozenset()


def test_a_role_that_nobody_holds_falls_to_the_next_of_its_chain_within_the_department():
    who = directory(Holding("li", "head", "mall", "repairs"), Holding("wu", "manager", "mall"), DUTY)

    assert Held("staff", "repairs") in who.actor("li", "mall").holds
    assert Held("staff", "cleaning") not in who.actor("li", "mall").holds
    assert {Held("staff", "cleaning"), Held("head", "cleaning"), Held("desk")} <= who.actor("wu", "mall").holds
    assert who.actor("duty", "mall").holds == {Held(LAST), Held("director")}


def test_who_is_told_for_a_department_that_the_site_does_not_have_can_act_for_it():
    who = Directory(
        people=[Person(id="duty", name="duty")], holdings=[DUTY], departments=[], roles=ROLES, named=["repairs"]
    )

    assert told(who, to_role("staff", "repairs")) == ["duty"]
    assert Held("staff", "repairs") in who.actor("duty", "mall").holds
    assert who.departments_of("mall") == frozenset(), "which does not make it a department of the site"


def test_a_role_falls_no_further_once_somebody_holds_it():
    who = directory(Holding("li", "desk", "mall"), Holding("wu", "manager", "mall"))

    assert Held("desk") not in who.actor("wu", "mall").holds


def test_a_role_whose_only_holder_is_away_falls_too():
    who = directory(Holding("li", "desk", "mall"), Holding("wu", "manager", "mall"), people=(AWAY,))

    assert Held("desk") in who.actor("wu", "mall").holds


def test_an_unknown_person_is_a_key_error():
    with pytest.raises(KeyError, match="nobody"):
        directory(DUTY).actor("nobody", "mall")


# --- Who is told --------------------------------------------------------------------------------------------------


def test_a_person_who_can_be_reached_is_told_himself():
    who = directory(DUTY, people=(Person(id="li", name="李"),))

    assert who.told(to_person("li"), "mall") == (Told(person="li", why="assignee"),)


@pytest.mark.parametrize("state", [{"away": True}, {"active": False}])
def test_who_is_absent_or_has_left_is_replaced_by_the_deputy(state: dict[str, bool]):
    li = Person(id="li", name="李", deputy="wu", **state)
    who = directory(DUTY, people=(li, Person(id="wu", name="吴")))

    assert who.told(to_person("li"), "mall") == (Told(person="wu", why="assignee", instead_of="li"),)


def test_without_a_deputy_the_role_is_told_in_the_place_of_a_person():
    who = directory(Holding("chen", "desk", "mall"), Holding("bai", "desk", "mall"), people=(AWAY,))

    assert who.told(to_person("li"), "mall") == (
        Told(person="bai", why="assignee", held=Held("desk"), absent="li"),
        Told(person="chen", why="assignee", held=Held("desk"), absent="li"),
    )


def test_a_deputy_who_is_away_hands_on_to_nobody():
    li = Person(id="li", name="李", away=True, deputy="wu")
    wu = Person(id="wu", name="吴", away=True, deputy="zhao")
    who = directory(Holding("chen", "desk", "mall"), people=(li, wu, Person(id="zhao", name="赵")))

    assert told(who, to_person("li")) == ["chen"]


def test_every_holder_who_can_be_reached_is_told_and_the_deputy_of_who_is_away():
    li = Person(id="li", name="李", away=True, deputy="wu")
    who = directory(
        Holding("li", "desk", "mall"), Holding("chen", "desk", "mall"), people=(li, Person(id="wu", name="吴"))
    )

    assert who.told(to_role("desk"), "mall") == (
        Told(person="chen", why="desk", held=Held("desk")),
        Told(person="wu", why="desk", held=Held("desk"), instead_of="li"),
    )


def test_who_holds_a_role_and_is_deputy_for_it_is_told_once_and_as_himself():
    li = Person(id="li", name="李", away=True, deputy="wu")
    for holdings in (("li", "wu"), ("wu", "li")):
        who = directory(*(Holding(one, "desk", "mall") for one in holdings), people=(li,))

        assert who.told(to_role("desk"), "mall") == (Told(person="wu", why="desk", held=Held("desk")),)


def test_an_empty_role_climbs_its_chain_and_says_which_one_was_meant():
    who = directory(Holding("wu", "manager", "mall"), DUTY)

    (found,) = who.told(to_role("staff", "repairs"), "mall")

    assert (found.person, found.held, found.vacant) == ("wu", Held("manager"), Held("staff", "repairs"))


def test_every_chain_ends_at_the_duty_manager():
    who = directory(DUTY)

    for addressee in (
        to_role("staff", "repairs"),
        to_role("director"),
        to_person("nobody"),
        to_role("gone_from_the_roles"),
    ):
        assert told(who, addressee) == ["duty"]


def test_nobody_is_told_only_where_there_is_no_duty_manager_and_that_site_is_named():
    who = directory(DUTY, Holding("away", LAST, "tower"), people=(Person(id="away", name="走", away=True),))

    assert who.told(to_role("desk"), "tower") == ()
    assert who.unanswered(["mall", "tower", "park"]) == ("tower", "park")


# --- Where somebody may look --------------------------------------------------------------------------------------


def test_somebody_looks_at_the_sites_where_he_holds_a_role_himself_or_as_a_deputy():
    li = Person(id="li", name="李", away=True, deputy="wu")
    who = directory(Holding("li", "desk", "mall"), Holding("wu", "desk", "tower"), people=(li,))

    assert who.sites_of("wu") == {"mall", "tower"}
    assert who.sites_of("li") == {"mall"}


def test_a_role_of_the_group_looks_everywhere():
    assert directory(Holding("li", "director")).sites_of("li") is EVERYWHERE


def test_a_department_that_is_given_nothing_new_is_not_among_those_of_the_site():
    assert directory(DUTY).departments_of("mall") == {"repairs", "cleaning"}
    assert directory(DUTY).departments_of("tower") == frozenset()


IDS = ["a", "b", "c", "d"]
PEOPLE = st.tuples(
    *(
        st.builds(
            Person,
            id=st.just(one),
            name=st.just(one),
            active=st.booleans(),
            away=st.booleans(),
            deputy=st.none() | st.sampled_from([other for other in IDS if other != one]),
        )
        for one in IDS
    )
)
PLACES = [
    *((role, None, None) for role in ("director",)),
    *((role, site, None) for role in ("desk", "manager", LAST) for site in ("mall", "tower")),
    *((role, "mall", department) for role in ("staff", "head") for department in ("repairs", "cleaning")),
]
HOLDINGS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(PLACES)), max_size=8)


@given(people=PEOPLE, holdings=HOLDINGS)
def test_whoever_is_told_may_act_as_the_one_who_was_meant(people, holdings):
    """And is told once, can be reached, may look; nobody is told only where there is no duty manager."""
    who = directory(*(Holding(person, *place) for person, place in holdings), people=people)
    for role, site, department in PLACES:
        site = site or "mall"
        for person in (None, *IDS):
            found = who.told(Addressee(why="x", person=person, role=role, department=department), site)
            assert len({one.person for one in found}) == len(found)
            assert bool(found) or who.unanswered([site])
            for one in found:
                actor = who.actor(one.person, site)
                assert who.people[one.person].reachable
                if one.held is None:
                    assert person == one.person or person in actor.stands_for
                else:
                    assert {Held(role, department), one.held} <= actor.holds
                    sites = who.sites_of(one.person)
                    assert sites is EVERYWHERE or site in sites


@given(people=PEOPLE, holdings=HOLDINGS)
def test_who_may_look_at_a_site_is_exactly_who_is_something_there(people, holdings):
    who = directory(*(Holding(person, *place) for person, place in holdings), people=people)
    for person in IDS:
        sites = who.sites_of(person)
        for site in ("mall", "tower"):
            assert bool(who.actor(person, site).holds) == (sites is EVERYWHERE or site in sites)


# --- From the database --------------------------------------------------------------------------------------------

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def stored(database, now):
    """Li is at the desk of the mall from now on for an hour, and away for the next hour; Wu is his deputy."""
    at = now.at
    with writing() as session:
        directory_changes(session)
        session.execute(
            insert(tables.Person),
            [
                {"id": "wu", "name": "吴", "name_en": "Wu", "active": True, "created_at": at},
                {"id": "gone", "name": "走", "name_en": None, "active": False, "created_at": at},
            ],
        )
        away = {"away_from": at + HOUR, "away_until": at + 2 * HOUR, "deputy_id": "wu"}
        session.execute(insert(tables.Person).values(id="li", name="李", active=True, created_at=at, **away))
        session.execute(
            insert(tables.Site),
            [{"id": one, "name": one, "number_prefix": one.upper()} for one in ("mall", "tower")],
        )
        session.execute(
            insert(tables.Department),
            [
                {"site_id": "mall", "name": "repairs", "active": True},
                {"site_id": "tower", "name": "repairs", "active": True},
            ],
        )
        session.execute(
            insert(tables.RoleHolding),
            [
                {"person_id": "li", "role": "desk", "site_id": "mall", "since": at, "until": at + HOUR},
                {"person_id": "li", "role": "manager", "site_id": "mall", "since": at, "until": None},
                {"person_id": "wu", "role": "manager", "site_id": "tower", "since": at, "until": None},
                {"person_id": "wu", "role": "director", "site_id": None, "since": at + 2 * HOUR, "until": None},
            ],
        )
    return at


def load(at: dt.datetime) -> Directory:
    with reading() as session:
        return load_directory(session, at, ROLES)


def test_a_holding_counts_from_its_first_instant_until_before_its_end(stored):
    moment = dt.timedelta(microseconds=1)

    assert Held("desk") not in load(stored - moment).actor("li", "mall").holds
    assert load(stored).actor("li", "mall").holds >= {Held("desk"), Held("manager")}
    assert load(stored + HOUR - moment).sites_of("li") == {"mall"}
    assert "li" not in [one.person for one in load(stored + HOUR).told(to_role("desk"), "mall")]


def test_an_absence_begins_and_ends_at_its_instants(stored):
    moment = dt.timedelta(microseconds=1)

    assert not load(stored + HOUR - moment).people["li"].away
    assert load(stored + HOUR).people["li"].away
    assert told(load(stored + HOUR), to_role("manager")) == ["wu"]
    assert load(stored + 2 * HOUR - moment).people["li"].away
    assert not load(stored + 2 * HOUR).people["li"].away


def test_an_absence_without_an_end_lasts(stored):
    with writing() as session:
        directory_changes(session)
        session.execute(tables.Person.__table__.update().values(away_until=None))

    assert load(stored + dt.timedelta(days=3000)).people["li"].away


def test_everybody_is_known_also_who_has_left(stored):
    who = load(stored)

    assert not who.people["gone"].active
    assert who.names("en") == {"li": "李", "wu": "Wu", "gone": "走"}
    assert who.names("zh")["wu"] == "吴"


def test_a_directory_costs_the_same_few_statements_however_many_people(stored):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    who = load(stored)
    for person in who.people:
        who.actor(person, "mall")
        who.told(to_person(person), "tower")

    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 6
    seen.clear()
    load(stored)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1
