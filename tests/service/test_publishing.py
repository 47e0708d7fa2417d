"""Publishing: all files go live together or none, and what that changes is said."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from service import revisions, tables
from service.changes import Change, PartChange, newly_published_years
from service.db import reading, writing
from service.now import FixedNow
from service.previewing import Preview, Standing, Vanishing, preview
from service.publishing import Publishing, PublishingRefused, publish
from tests.service.house import ERRAND, OFFICE, PAPERWORK, PORTER, ROLES, house, store_site, store_ticket
from workflow.calendar import Calendar
from workflow.definition import Text
from workflow.problems import DefinitionFaulty

QUICKER = ERRAND.replace("30 minutes", "20 minutes")

Publish = Callable[..., Publishing]


@pytest.fixture
def publishing(database: Flask, now: FixedNow) -> Publish:
    """Publishes the house, a day after the last time, with some files written otherwise."""

    def do(**changed: str | None) -> Publishing:
        now.forward(dt.timedelta(days=1))
        with writing() as session:
            return publish(session, house(**changed), now.at)

    return do


def said(changed: tuple[Change, ...]) -> set[tuple[str, str, str]]:
    return {(one.what, one.name, one.kind) for one in changed}


def change(changed: tuple[Change, ...], name: str) -> Change:
    (found,) = (one for one in changed if one.name == name)
    return found


def stored(table: type) -> int:
    with reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_the_first_publishing_stores_every_file_and_revision(publishing: Publish, now: FixedNow) -> None:
    done = publishing()
    errand, office = done.catalogue.definitions["errand"], done.catalogue.calendars["office"]
    with reading() as session:
        assert session.execute(select(tables.Publication.id, tables.Publication.published_at)).all() == [
            (done.id, now.at)
        ]
        assert revisions.files(session, done.id) == house()
        revision = session.execute(select(tables.Revision.__table__)).one()
        days = session.execute(select(tables.CalendarRevision.__table__)).one()
    assert (revision.hash, revision.workflow) == (errand.revision, "errand")
    assert (days.hash, days.name, days.expanded) == (office.revision, "office", office.expanded())
    assert said(done.changes) == {
        ("definition", "errand", "new"),
        ("calendar", "office", "new"),
        ("role", "desk", "new"),
        ("role", "duty_manager", "new"),
    }


def test_who_published_and_why_is_kept(database: Flask, now: FixedNow) -> None:
    with writing() as session:
        session.add(tables.Person(id="chen", name="陈明", active=True, created_at=now.at))
        session.flush()
        publish(session, house(), now.at, by="chen", note="Opening")
    with reading() as session:
        assert session.execute(select(tables.Publication.by_id, tables.Publication.note)).one() == ("chen", "Opening")


def test_files_may_come_as_bytes(database: Flask, now: FixedNow) -> None:
    with writing() as session:
        done = publish(session, {path: text.encode() for path, text in house().items()}, now.at)
        assert revisions.files(session, done.id) == house()


def test_publishing_the_same_again_stores_nothing(publishing: Publish) -> None:
    first = publishing()
    again = publishing()
    assert (again.id, again.at, again.stored) == (first.id, first.at, False)
    assert {one.kind for one in again.changes} == {"same"}
    assert stored(tables.Publication) == 1


def test_a_changed_limit_is_a_new_revision_and_says_where_it_changed(publishing: Publish) -> None:
    first = publishing()
    done = publishing(errand=QUICKER)
    assert done.stored
    assert done.catalogue.definitions["errand"].revision != first.catalogue.definitions["errand"].revision
    errand = change(done.changes, "errand")
    assert errand.kind == "changed"
    was, now = Text("30 minutes", "30分钟"), Text("20 minutes", "20分钟")
    assert errand.parts == (PartChange(name="deadlines.finish", kind="changed", field="within", was=was, now=now),)
    assert stored(tables.Revision) == 2


def test_parts_that_are_new_or_gone_are_named(publishing: Publish) -> None:
    publishing()
    added = ERRAND.replace(
        "deadlines:\n",
        "  drop: {from: asked, to: done, by: desk}\nreminders:\n  look: "
        "{while: asked, every: 1 day, notify: desk}\ndeadlines:\n",
    )
    parts = change(publishing(errand=added).changes, "errand").parts
    assert {(part.name, part.kind) for part in parts} == {("transitions.drop", "new"), ("reminders.look", "new")}
    parts = change(publishing().changes, "errand").parts
    assert {(part.name, part.kind) for part in parts} == {
        ("transitions.drop", "removed"),
        ("reminders.look", "removed"),
    }


def test_other_words_keep_the_revision_and_are_shown_from_then_on(publishing: Publish) -> None:
    first = publishing()
    done = publishing(errand=ERRAND.replace("en: Errand", "en: Favour"))
    assert change(done.changes, "errand").kind == "reworded"
    with reading() as session:
        revisions.current(session)
        pinned = revisions.definition(session, "errand", first.catalogue.definitions["errand"].revision)
        row = session.execute(select(tables.Revision.first_publication_id, tables.Revision.latest_publication_id)).one()
    assert pinned.text.en == "Favour"
    assert row == (first.id, done.id)


def test_a_comment_is_stored_and_changes_nothing(publishing: Publish) -> None:
    publishing()
    done = publishing(errand="# Errands of the front desk.\n" + ERRAND)
    assert done.stored
    assert {one.kind for one in done.changes} == {"same"}
    with reading() as session:
        assert revisions.files(session, done.id)["errand.yaml"].startswith("# Errands")


def test_a_broken_file_takes_the_place_of_nothing(publishing: Publish) -> None:
    first = publishing()
    with pytest.raises(DefinitionFaulty) as faulty:
        publishing(errand=QUICKER.replace("to: asked", "to: aksed").replace("by: desk}", "by: dsek}"))
    assert len(faulty.value.problems) >= 2
    assert stored(tables.Publication) == 1
    with reading() as session:
        assert revisions.current(session).catalogue.definitions == first.catalogue.definitions


def test_a_calendar_whose_year_is_not_known_cannot_go_live(database: Flask, now: FixedNow) -> None:
    now.set(dt.datetime(2099, 3, 2, tzinfo=dt.UTC))
    with writing() as session, pytest.raises(PublishingRefused) as refused:
        publish(session, house(), now.at)
    (reason,) = refused.value.reasons
    assert "office" in reason.en
    assert "2099" in reason.en
    assert "office" in reason.zh
    with writing() as session:
        publish(session, house(office=OFFICE.replace("country: CN\n", "")), now.at)  # none to know


def test_the_calendar_of_a_site_stays(publishing: Publish) -> None:
    pier = "calendar: pier\nextends: office\nhours: {sunday: closed, saturday: '10:00-12:00'}\n"
    publishing(pier=pier)
    with writing() as session:
        store_site(session, calendar="pier")
    with pytest.raises(PublishingRefused, match="site pier counts with the calendar pier"):
        publishing()


def test_a_definition_with_open_tickets_stays(publishing: Publish) -> None:
    done = publishing(paperwork=PAPERWORK)
    with writing() as session:
        store_site(session)
        store_ticket(session, done, "paperwork", number="P-1")
        store_ticket(session, done, "paperwork", number="P-2", ended=True)
    with pytest.raises(PublishingRefused, match="paperwork is taken away and has 1 open ticket;"):
        publishing()


def test_a_definition_without_open_tickets_may_go_and_its_revision_stays_readable(publishing: Publish) -> None:
    done = publishing(paperwork=PAPERWORK)
    with writing() as session:
        store_site(session)
        store_ticket(session, done, "paperwork", ended=True)
    gone = publishing()
    assert ("definition", "paperwork", "removed") in said(gone.changes)
    assert "paperwork" not in gone.catalogue.definitions
    with reading() as session:
        pinned = revisions.definition(session, "paperwork", done.catalogue.definitions["paperwork"].revision)
    assert pinned == done.catalogue.definitions["paperwork"]


def test_a_role_that_open_tickets_look_for_stays(publishing: Publish) -> None:
    by_porter = ERRAND.replace("to: done, by: desk", "to: done, by: [desk, porter]")
    done = publishing(errand=by_porter, roles=ROLES + PORTER)
    with writing() as session:
        store_site(session)
        store_ticket(session, done)
    still = publishing(roles=ROLES + PORTER)
    assert change(still.changes, "errand").earlier == 1
    with pytest.raises(PublishingRefused, match="role porter is taken away, and 1 open ticket of errand may"):
        publishing()


def test_a_role_that_nobody_looks_for_may_go(publishing: Publish) -> None:
    publishing(roles=ROLES + PORTER)
    assert ("role", "porter", "removed") in said(publishing().changes)


def test_every_reason_is_said_at_once(publishing: Publish, now: FixedNow) -> None:
    done = publishing(paperwork=PAPERWORK)
    with writing() as session:
        store_site(session, calendar="office")
        store_ticket(session, done, "paperwork")
    now.set(dt.datetime(2099, 3, 2, tzinfo=dt.UTC))
    renamed = {
        "errand": ERRAND.replace("calendar: office", "calendar: den"),
        "office": None,
        "den": OFFICE.replace("office", "den"),
    }
    with pytest.raises(PublishingRefused) as refused:
        publishing(**renamed)
    assert len(refused.value.reasons) == 3


def test_open_tickets_are_counted_by_what_they_keep(publishing: Publish) -> None:
    first = publishing()
    with writing() as session:
        store_site(session)
        store_ticket(session, first, number="P-1")
        store_ticket(session, first, number="P-2")
    second = publishing(errand=QUICKER)
    assert (change(second.changes, "errand").open_tickets, change(second.changes, "errand").earlier) == (2, 2)
    with writing() as session:
        store_ticket(session, second, number="P-3")
    again = change(publishing(errand=QUICKER).changes, "errand")
    assert (again.open_tickets, again.earlier) == (3, 2)


def test_a_preview_says_the_same_and_stores_nothing(publishing: Publish, now: FixedNow) -> None:
    publishing()
    with reading() as session:
        seen = preview(session, house(errand=QUICKER), now.at)
    assert stored(tables.Publication) == 1
    assert seen.changes == publishing(errand=QUICKER).changes


def seen_before(now: FixedNow, **changed: str | None) -> Preview:
    with reading() as session:
        return preview(session, house(**changed), now.at)


def test_a_preview_tells_files_that_change_only_words_from_those_that_act_otherwise(
    publishing: Publish, now: FixedNow
) -> None:
    publishing(paperwork=PAPERWORK)
    reworded = PAPERWORK.replace("en: Paperwork", "en: Forms")
    seen = seen_before(now, errand=QUICKER, paperwork=reworded)
    assert (seen.files, seen.worded) == (("errand.yaml", "paperwork.yaml"), ("paperwork.yaml",))
    assert seen_before(now, paperwork=PAPERWORK).files == ()
    quiet = seen_before(now, errand=ERRAND.replace("en: Errand", "en: Favour"), paperwork=reworded)
    assert quiet.worded == quiet.files


def test_a_preview_counts_the_open_tickets_of_each_revision_and_their_ages(publishing: Publish, now: FixedNow) -> None:
    first = publishing()
    with writing() as session:
        store_site(session)
        store_ticket(session, first, number="P-1")
        store_ticket(session, first, number="P-2", ended=True)
    second = publishing(errand=QUICKER)
    with writing() as session:
        store_ticket(session, second, number="P-3")
        store_ticket(session, second, number="P-4")
    seen = seen_before(now, errand=ERRAND.replace("30 minutes", "10 minutes"))
    opened = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    assert seen.standing["errand"] == tuple(
        Standing(
            revision=one.catalogue.definitions["errand"].revision,
            published_at=one.at,
            tickets=count,
            oldest=opened,
            newest=opened,
        )
        for one, count in ((second, 2), (first, 1))
    )
    assert seen.vanishing == {"errand": ()}


def test_a_preview_names_what_open_tickets_use_and_the_new_revision_does_not_have(
    publishing: Publish, now: FixedNow
) -> None:
    first = publishing()
    with writing() as session:
        store_site(session)
        store_ticket(session, first, number="P-1")
        store_ticket(session, first, number="P-2")
    renamed = (
        ERRAND.replace("asked", "waiting")
        .replace("finish: {from", "end_it: {from")
        .replace("until: finish", "until: end_it")
    )
    found = seen_before(now, errand=renamed).vanishing["errand"]
    assert {(one.kind, one.name, one.tickets) for one in found} == {("state", "asked", 2), ("transition", "finish", 2)}
    ends = (
        ERRAND.replace("to: asked", "to: open")
        .replace("from: asked", "from: open")
        .replace("asked: {responsible: desk}", "asked: {end: true}\n  open: {responsible: desk}")
        .replace("deadlines:", "  drop: {from: open, to: asked, by: desk}\ndeadlines:")
    )
    (gone,) = seen_before(now, errand=ends).vanishing["errand"]
    assert gone == Vanishing(kind="state", name="asked", text=Text("asked"), tickets=2), (
        "a ticket does not stand in an end"
    )


def test_going_back_is_the_former_revision_again(publishing: Publish) -> None:
    first = publishing()
    publishing(errand=QUICKER)
    back = publishing()
    assert back.stored
    assert back.catalogue.definitions["errand"].revision == first.catalogue.definitions["errand"].revision
    assert stored(tables.Revision) == 2


def test_a_calendar_with_the_days_of_another_is_kept_once_and_found_under_both_names(publishing: Publish) -> None:
    publishing(twin="calendar: twin\nextends: office\n")
    assert stored(tables.CalendarRevision) == 1
    with reading() as session:
        calendars = revisions.current(session).catalogue.calendars
    assert {name: one.name for name, one in calendars.items()} == {"office": "office", "twin": "twin"}
    assert calendars["office"] == calendars["twin"]
    assert publishing(twin="calendar: twin\nextends: office\n").stored is False


def test_a_calendar_may_get_another_name(publishing: Publish) -> None:
    publishing()
    den = {"errand": ERRAND.replace("calendar: office", "calendar: den"), "den": OFFICE.replace("office", "den")}
    done = publishing(**den, office=None)
    assert {("calendar", "den", "new"), ("calendar", "office", "removed")} <= said(done.changes)
    assert stored(tables.CalendarRevision) == 1
    with reading() as session:
        assert revisions.current(session).catalogue.calendars == done.catalogue.calendars


def test_two_who_publish_at_once_take_turns(database: Flask, now: FixedNow) -> None:
    barrier = threading.Barrier(2)
    done: list[Publishing] = []

    def work() -> None:
        with database.app_context():
            barrier.wait(10)
            with writing() as session:
                done.append(publish(session, house(), now.at))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(one.stored for one in done) == [False, True]
    assert len({one.id for one in done}) == 1


def test_the_years_that_became_known_are_told() -> None:
    def known(until: int | None) -> Calendar:
        expanded = {
            "zone": "Asia/Shanghai",
            "week": {
                day: ["working", "09:00-18:00"]
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            },
            "published": [2020, until] if until else None,
            "dates": {},
        }
        return Calendar.from_expanded(expanded, "office")

    assert newly_published_years(known(2026), known(2028)) == (2027, 2028)
    assert newly_published_years(known(2026), known(2026)) == ()
    assert newly_published_years(known(None), known(2026)) == ()
