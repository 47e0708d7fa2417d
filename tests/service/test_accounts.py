from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from service import accounts, tables
from service.account_faults import (
    AccountRefused,
    AlreadyThere,
    DeputyFaulty,
    HasLeft,
    NameFaulty,
    NobodyTakesOver,
    NotHeld,
    NotKnown,
    PlaceFaulty,
    TakesOverHimself,
    TimesFaulty,
)
from service.db import reading, writing
from service.directory import Directory
from service.now import FixedNow
from service.staff import load_directory
from service.tokens import issue_token, sign_in
from tests.stored import store_people, store_site
from workflow.definition import Text
from workflow.roles import LAST, Role, Scope
from workflow.ticket import Held

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ROLES = {
    "desk": Role(name="desk", text=Text("Desk"), scope=Scope.SITE, falls_back_to=LAST),
    "head": Role(name="head", text=Text("Head"), scope=Scope.DEPARTMENT, falls_back_to=LAST),
    "director": Role(name="director", text=Text("Director"), scope=Scope.GROUP, falls_back_to=LAST),
    LAST: Role(name=LAST, text=Text("Duty manager"), scope=Scope.SITE),
}


@pytest.fixture(autouse=True)
def house(database):
    with writing() as session:
        store_people(session, "li", "wu", at=AT)
        store_site(session, "mall", "repairs")
        store_site(session, "tower")


def do(what, *given: object, **more: object) -> None:
    with writing() as session:
        what(session, *given, **more)


def give(person: str, role: str, **more: object) -> None:
    do(accounts.give_role, person, role, roles=ROLES, **{"since": AT, **more})


def who(at: dt.datetime = AT) -> Directory:
    with reading() as session:
        return load_directory(session, at, ROLES)


def holds(person: str, at: dt.datetime = AT, site: str = "mall") -> set[Held]:
    return set(who(at).actor(person, site).holds)


def holdings() -> int:
    with reading() as session:
        return len(session.execute(select(tables.RoleHolding.id)).all())


# --- People -------------------------------------------------------------------------------------------------------


def test_a_person_who_was_made_is_known_by_both_names():
    do(accounts.create_person, "chen_2", name=" 陈工 ", name_en="Chen", at=AT)

    person = who().people["chen_2"]
    assert (person.name, person.name_en, person.active) == ("陈工", "Chen", True)


@pytest.mark.parametrize("id_", ["clock", "anyone", "assignee", "system", "duban"])
def test_nobody_is_called_like_something_that_is_nobody(id_):
    with pytest.raises(NameFaulty, match="taken"):
        do(accounts.create_person, id_, name="X", at=AT)


@pytest.mark.parametrize("id_", ["", "Li", "2li", "l i", "li-2", "李", "li\n", "l" * 64, "li\0", "\ud800"])
def test_an_id_is_a_word_in_small_letters(id_):
    with pytest.raises(NameFaulty, match="a-z") as refused:
        do(accounts.create_person, id_, name="X", at=AT)
    assert refused.value.given == id_


def test_the_longest_id_is_accepted():
    do(accounts.create_person, "l" * 63, name="X", at=AT)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "a\0b", "\ud800", "a\u2028b"])
def test_a_name_can_be_read(name):
    with pytest.raises(NameFaulty, match="1 to 100 characters"):
        do(accounts.create_person, "chen", name=name, at=AT)
    with pytest.raises(NameFaulty):
        do(accounts.rename_person, "li", name=name)


def test_an_id_is_given_once():
    with pytest.raises(AlreadyThere, match="already a person li"):
        do(accounts.create_person, "li", name="Another", at=AT)


def test_a_new_name_takes_the_place_of_the_old_one():
    do(accounts.rename_person, "li", name="李强", name_en="Li Qiang")
    do(accounts.rename_person, "wu", name="吴")

    assert who().names("en") == {"li": "Li Qiang", "wu": "吴"}


def test_whoever_is_not_known_is_named_with_the_nearest():
    with pytest.raises(NotKnown, match="There is no person lii; did you mean li") as refused:
        do(accounts.rename_person, "lii", name="X")
    assert (refused.value.kind, refused.value.name, refused.value.nearest) == ("person", "lii", "li")

    with pytest.raises(NotKnown, match=r"There is no person zzz\. There are: li, wu"):
        do(accounts.be_back, "zzz")


def test_who_leaves_loses_roles_and_tokens_and_stays_known():
    give("li", "director", since=AT - DAY)
    give("li", "desk", site="mall", since=AT + DAY)
    with writing() as session:
        secret = issue_token(session, "li", "phone", AT)

    do(accounts.leave, "li", AT)

    assert not who().people["li"].active
    do(accounts.take_back, "li")
    assert who().people["li"].active
    assert holds("li", AT - DAY) == {Held("director")}
    assert holds("li") == holds("li", AT + 9 * DAY) == set()
    with reading() as session:
        assert sign_in(session, secret, FixedNow(AT)) is None


# --- Deputies and absences ----------------------------------------------------------------------------------------


def test_a_deputy_stands_in_while_the_other_is_away():
    do(accounts.name_deputy, "li", "wu")
    do(accounts.be_away, "li", AT + DAY, AT + 3 * DAY)

    assert [bool(who(AT + days * DAY).stands_for("wu")) for days in range(4)] == [False, True, True, False]


def test_who_is_back_is_not_away():
    do(accounts.be_away, "li", AT)
    assert who(AT + 99 * DAY).people["li"].away

    do(accounts.be_back, "li")

    assert not who().people["li"].away


def test_a_deputy_can_be_taken_away_again():
    do(accounts.name_deputy, "li", "wu")
    do(accounts.name_deputy, "li", None)

    assert who().people["li"].deputy is None


def test_a_deputy_is_somebody_else_who_is_here():
    do(accounts.leave, "wu", AT)

    for deputy in ("li", "wu"):
        with pytest.raises(DeputyFaulty) as refused:
            do(accounts.name_deputy, "li", deputy)
        assert refused.value.deputy == deputy
    with pytest.raises(NotKnown):
        do(accounts.name_deputy, "li", "nobody")


def test_an_absence_ends_after_it_begins():
    with pytest.raises(TimesFaulty):
        do(accounts.be_away, "li", AT, AT)


# --- Roles --------------------------------------------------------------------------------------------------------


def test_a_role_is_held_from_its_beginning_until_before_its_end():
    give("li", "desk", site="mall", until=AT + DAY)

    assert Held("desk") not in holds("li", AT - DAY)
    assert Held("desk") in holds("li")
    assert Held("desk") not in holds("li", AT + DAY)
    assert Held("desk") not in holds("li", site="tower")


def test_a_role_that_is_taken_ends_and_is_not_forgotten():
    give("li", "desk", site="mall")
    give("li", "head", site="mall", department="repairs")

    do(accounts.take_role, "li", "desk", AT + DAY, site="mall")

    assert Held("desk") in holds("li")
    assert Held("desk") not in holds("li", AT + DAY)
    assert Held("head", "repairs") in holds("li", AT + DAY)
    assert holdings() == 2


def test_a_role_that_had_not_begun_never_was():
    give("li", "desk", site="mall", since=AT + DAY)

    do(accounts.take_role, "li", "desk", AT, site="mall")

    assert holdings() == 0


def test_a_role_given_twice_is_held_once():
    give("li", "desk", site="mall")
    give("li", "desk", site="mall", since=AT + DAY)
    give("li", "desk", site="mall", since=AT + DAY, until=AT + 2 * DAY)
    assert holdings() == 1

    give("li", "desk", site="mall", since=AT - DAY)
    give("li", "desk", site="tower")
    give("wu", "desk", site="mall")
    assert holdings() == 4


def test_a_role_that_ends_sooner_can_be_given_for_longer():
    give("li", "desk", site="mall", until=AT + DAY)
    give("li", "desk", site="mall", until=AT + DAY)
    assert holdings() == 1

    give("li", "desk", site="mall")

    assert Held("desk") in holds("li", AT + 2 * DAY)


@pytest.mark.parametrize(
    ("role", "place", "wanted"),
    [
        ("director", {"site": "mall"}, "name no site"),
        ("desk", {}, "name a site, and no department"),
        ("desk", {"site": "mall", "department": "repairs"}, "name a site, and no department"),
        ("head", {"site": "mall"}, "name a site and a department"),
        ("head", {"department": "repairs"}, "name a site and a department"),
    ],
)
def test_a_role_is_held_where_it_belongs(role, place, wanted):
    with pytest.raises(PlaceFaulty, match=wanted):
        give("li", role, **place)
    assert holdings() == 0


@pytest.mark.parametrize(
    ("role", "place", "sentence"),
    [
        ("desc", {"site": "mall"}, "There is no role desc; did you mean desk"),
        ("desk", {"site": "malls"}, "There is no site malls; did you mean mall"),
        ("head", {"site": "mall", "department": "repair"}, "no department repair at mall; did you mean repairs"),
        ("head", {"site": "tower", "department": "repairs"}, r"no department repairs at tower\. There are: none"),
    ],
)
def test_what_is_not_known_is_named_with_the_nearest(role, place, sentence):
    with pytest.raises(NotKnown, match=sentence):
        give("li", role, **place)


def test_who_has_left_is_given_nothing():
    do(accounts.leave, "li", AT)

    with pytest.raises(HasLeft, match="li has left"):
        give("li", "director")


def test_a_role_ends_after_it_begins():
    with pytest.raises(TimesFaulty):
        give("li", "director", until=AT)


def test_a_role_that_somebody_does_not_hold_cannot_be_taken():
    give("li", "desk", site="mall", until=AT + DAY)

    for person, site, at in (("wu", "mall", AT), ("li", "tower", AT), ("li", "mall", AT + DAY)):
        with pytest.raises(NotHeld, match="does not hold desk there"):
            do(accounts.take_role, person, "desk", at, site=site)


def test_every_refusal_says_something_in_both_languages():
    refusals = (
        AccountRefused(),
        NameFaulty("person", "Li", Text("so", "如此")),
        NotKnown("site", "peer", ["pier"]),
        NotKnown("department", "x", [], where=" at pier"),
        AlreadyThere("number prefix", "KF"),
        PlaceFaulty(ROLES["desk"]),
        TimesFaulty(AT, AT),
        DeputyFaulty("li", "li"),
        NobodyTakesOver("li"),
        TakesOverHimself("li"),
        HasLeft("li"),
        NotHeld("li", "desk"),
    )
    of_accounts = {one for one in AccountRefused.__subclasses__() if one.__module__ == AccountRefused.__module__}
    assert {type(one) for one in refusals} == {AccountRefused, *of_accounts}
    for refused in refusals:
        assert str(refused) == refused.text.en
        assert refused.text.zh.endswith(("。", "？"))


def test_what_was_held_last_is_what_ended_when_somebody_left():
    give("li", "desk", site="tower", since=AT - 2 * DAY, until=AT - DAY)
    give("li", "desk", site="mall", since=AT - DAY)
    give("li", "director", since=AT - DAY)
    do(accounts.leave, "li", AT)

    with reading() as session:
        assert set(accounts.held_last(session, "li")) == {("desk", "mall", None), ("director", None, None)}
        assert accounts.held_last(session, "wu") == ()
