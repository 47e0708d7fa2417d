"""What has been published, read again: the newest publication, and the revisions that tickets are pinned to."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from service import migrations, revisions, tables
from service.db import connect, db, disconnect, reading, writing
from service.now import FixedNow
from service.publishing import publish
from service.revisions import (
    CalendarUnknown,
    NothingPublished,
    Published,
    RevisionUnknown,
    RevisionUnreadable,
    calendar,
    calendar_for,
    current,
    definition,
)
from tests.service.house import ERRAND, OFFICE, house
from workflow import calendar as calendars
from workflow.catalogue import Catalogue
from workflow.durations import parse_duration
from workflow.reading import checks
from workflow.reading.checks.draft import Draft, Found
from workflow.reading.nodes import Finding

QUICKER = ERRAND.replace("30 minutes", "20 minutes")

Publish = Callable[..., Published]


@pytest.fixture
def publishing(database: Flask, now: FixedNow) -> Publish:
    """Publishes the house, a day after the last time, with some files written otherwise."""

    def do(**changed: str | None) -> Published:
        now.forward(dt.timedelta(days=1))
        with writing() as session:
            return publish(session, house(**changed), now.at)

    return do


@pytest.fixture
def elsewhere(database: Flask, database_url: URL, now: FixedNow) -> Iterator[Publish]:
    """Publishes as another process would: this one learns of it from the database only."""
    other = Flask("elsewhere")
    connect(other, database_url)

    def do(**changed: str | None) -> Published:
        now.forward(dt.timedelta(days=1))
        with other.app_context(), writing() as session:
            return publish(session, house(**changed), now.at)

    yield do
    disconnect(other)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time that published files are worked out."""
    calls: list[int] = []
    real = revisions.compile_published

    def counting(files: dict[str, str]) -> Catalogue:
        calls.append(len(files))
        return real(files)

    monkeypatch.setattr(revisions, "compile_published", counting)
    return calls


@contextmanager
def statements() -> Iterator[list[str]]:
    """The selects that are made meanwhile."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            made.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield made
    event.remove(db.engine, "before_cursor_execute", note)


def errand(published: Published) -> str:
    return published.catalogue.definitions["errand"].revision


def test_before_the_first_publishing_a_sentence_says_what_to_do(database: Flask) -> None:
    with reading() as session, pytest.raises(NothingPublished, match="`duban publish` does it"):
        current(session)


def test_the_newest_publication_is_read_once_and_then_costs_one_statement(
    publishing: Publish, compiled: list[int]
) -> None:
    done = publishing()
    with reading() as session:
        first = current(session)
        assert (first.id, first.at) == (done.id, done.at)
        assert first.catalogue.definitions == done.catalogue.definitions
    with reading() as session, statements() as made:
        assert current(session) is first
    assert len(made) == 1
    assert len(compiled) == 1


def test_a_newer_publication_is_seen_by_the_next_transaction(publishing: Publish) -> None:
    first = publishing()
    with reading() as session:
        assert errand(current(session)) == errand(first)
    second = publishing(errand=QUICKER)
    with reading() as session:
        assert errand(current(session)) == errand(second)


def test_a_transaction_that_began_before_goes_on_seeing_what_held_then(database: Flask, publishing: Publish) -> None:
    first = publishing()
    with reading() as session:
        assert current(session).id == first.id
        with database.app_context():
            second = publishing(errand=QUICKER)
            with reading() as other:
                assert current(other).id == second.id
        assert current(session).id == first.id
        assert errand(current(session)) == errand(first)


def test_a_publishing_between_two_statements_is_followed(
    publishing: Publish, now: FixedNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing()
    real = revisions.stored_names

    def overtaken(session: Session, publication_id: int) -> revisions.StoredNames:
        monkeypatch.setattr(revisions, "stored_names", real)
        publish(session, house(errand=QUICKER), now.at)
        return real(session, publication_id)

    monkeypatch.setattr(revisions, "stored_names", overtaken)
    with writing() as session:
        seen = current(session)
        assert seen.id == revisions.newest(session)[0]
        assert seen.catalogue.definitions["errand"].deadlines["finish"].within == parse_duration("20 minutes")


def test_many_threads_work_a_publication_out_once(database: Flask, publishing: Publish, compiled: list[int]) -> None:
    publishing()
    compiled.clear()
    barrier = threading.Barrier(6)
    seen: list[Published] = []

    def work() -> None:
        with database.app_context(), reading() as session:
            barrier.wait(10)
            seen.append(current(session))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 6
    assert len({id(one) for one in seen}) == 1
    assert len(compiled) == 1


def test_databases_that_number_alike_are_not_mixed_up(publishing: Publish, now: FixedNow, tmp_path: Path) -> None:
    first = publishing()
    with reading() as session:
        current(session)
    other = Flask("other")
    connect(other, URL.create("sqlite", database=str(tmp_path / "other.db")))
    with other.app_context():
        migrations.upgrade()
        with writing() as session:
            second = publish(session, house(errand=QUICKER), now.at)
        assert (second.id, second.at) == (first.id, first.at)
        with reading() as session:
            assert errand(current(session)) == errand(second)
    disconnect(other)
    with reading() as session:
        assert errand(current(session)) == errand(first)


def test_a_publication_that_was_rolled_back_is_not_remembered(
    publishing: Publish, elsewhere: Publish, now: FixedNow
) -> None:
    first = publishing()
    with pytest.raises(KeyError), writing() as session:
        publish(session, house(errand=QUICKER), now.at + dt.timedelta(hours=1))
        assert errand(current(session)) != errand(first)
        raise KeyError
    with reading() as session:
        assert current(session).id == first.id
        assert definition(session, "errand", errand(first)).text.en == "Errand"
    elsewhere(errand=ERRAND.replace("en: Errand", "en: Favour"))  # may get the same number
    last = elsewhere(errand=QUICKER)
    with reading() as session:
        assert current(session).id == last.id
        assert definition(session, "errand", errand(first)).text.en == "Favour"


def test_a_pinned_revision_is_found_after_others_and_then_costs_nothing(
    database: Flask, publishing: Publish, compiled: list[int]
) -> None:
    first = publishing()
    publishing(errand=QUICKER)
    with reading() as session:
        current(session)
        pinned = definition(session, "errand", errand(first))
    assert pinned == first.catalogue.definitions["errand"]
    compiled.clear()
    with reading() as session, statements() as made:
        assert definition(session, "errand", errand(first)) is pinned
    assert (made, compiled) == ([], [])


def test_a_process_that_missed_a_publication_shows_its_words(publishing: Publish, elsewhere: Publish) -> None:
    first = publishing()
    publishing(errand=QUICKER)
    with reading() as session:
        current(session)
        assert definition(session, "errand", errand(first)).text.en == "Errand"
    elsewhere(errand=ERRAND.replace("en: Errand", "en: Favour"))
    elsewhere(errand=QUICKER)
    with reading() as session:
        current(session)
        assert definition(session, "errand", errand(first)).text.en == "Favour"


def test_a_revision_that_was_never_published_is_named(publishing: Publish) -> None:
    done = publishing()
    with reading() as session:
        with pytest.raises(RevisionUnknown, match="no revision 0123456789abcdef of errand"):
            definition(session, "errand", "0123456789abcdef")
        with pytest.raises(RevisionUnknown, match="of parade"):
            definition(session, "parade", errand(done))
        with pytest.raises(RevisionUnknown, match="of a calendar"):
            calendar(session, "0123456789abcdef")
        current(session)
        with pytest.raises(RevisionUnknown, match="of parade"):
            definition(session, "parade", errand(done))


def test_a_text_that_comes_out_as_another_revision_is_refused(publishing: Publish) -> None:
    first = publishing()
    with writing() as session:
        file = tables.SourceFile
        session.execute(update(file).where(file.path == "errand.yaml").values(text=QUICKER))
    publishing(errand=ERRAND.replace("30 minutes", "40 minutes"))
    with reading() as session, pytest.raises(RevisionUnreadable, match=f"revision {errand(first)}.*comes out as"):
        definition(session, "errand", errand(first))


def test_a_text_that_cannot_be_read_any_more_is_refused_and_can_be_published_over(publishing: Publish) -> None:
    publishing()
    with writing() as session:
        file = tables.SourceFile
        session.execute(update(file).where(file.path == "errand.yaml").values(text=ERRAND + "colour: red\n"))
    with reading() as session, pytest.raises(RevisionUnreadable, match=r"errand\.yaml:.*colour"):
        current(session)
    done = publishing()
    with reading() as session:
        assert current(session).id == done.id


def test_a_new_check_refuses_no_text_that_was_published(publishing: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publishing()
    publishing(errand=QUICKER)

    def strict(_draft: Draft) -> Found:
        yield ("workflow",), Finding("too_plain", "errands are too plain", "太普通")

    monkeypatch.setattr(checks, "NAMES", (*checks.NAMES, strict))
    monkeypatch.setattr(checks, "SENSE", (*checks.SENSE, strict))
    with reading() as session:
        assert errand(current(session)) != errand(first)
        assert definition(session, "errand", errand(first)).revision == errand(first)


def test_calendars_keep_the_days_that_were_published(publishing: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    holiday = dt.date(2026, 10, 1)
    with monkeypatch.context() as earlier:
        known = calendars.public_days("CN")
        fewer = type(known)(known.years, known.holidays - {holiday}, known.made_up)
        earlier.setattr(calendars, "public_days", lambda _country: fewer)
        done = publishing()
    with reading() as session:
        office = current(session).catalogue.calendars["office"]
        assert office.is_working_day(holiday)
        assert office == done.catalogue.calendars["office"]
        assert calendar(session, office.revision) == office
    again = publishing()
    assert again.stored
    with reading() as session:
        assert not current(session).catalogue.calendars["office"].is_working_day(holiday)
        assert calendar(session, office.revision).is_working_day(holiday)


def test_a_ticket_gets_the_calendar_of_its_site_or_else_of_its_definition(publishing: Publish) -> None:
    pier = "calendar: pier\nextends: office\nhours: {saturday: '10:00-12:00'}\n"
    publishing(pier=pier)
    with reading() as session:
        published = current(session)
        one = published.catalogue.definitions["errand"]
        assert calendar_for(session, published, one).name == "office"
        assert calendar_for(session, published, one, "pier").name == "pier"
        with pytest.raises(CalendarUnknown, match="no calendar harbour"):
            calendar_for(session, published, one, "harbour")


def test_a_calendar_that_was_taken_away_is_that_of_the_last_publication_with_it(publishing: Publish) -> None:
    den = OFFICE.replace("office", "den")
    wider = den.replace("18:00", "20:00")
    first = publishing()
    publishing(den=den)
    had = publishing(den=wider).catalogue.calendars["den"]
    publishing()
    with reading() as session:
        assert calendar_for(session, current(session), first.catalogue.definitions["errand"], "den") == had
