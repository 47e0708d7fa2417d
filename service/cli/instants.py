"""Dates and times as people write them on the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.calendar import Calendar
    from workflow.catalogue import Catalogue


def end_of(text: str, catalogue: Catalogue) -> dt.datetime:
    """The instant at which something written so is over: a date is over at the end of its day.

    Without an offset it is read in the zone of the calendars, if they all have the same.
    """
    return _instant(text, catalogue, lambda calendar, date: calendar.end_of(date))


def start_of(text: str, catalogue: Catalogue) -> dt.datetime:
    """The instant at which something written so begins: a date begins at the start of its day."""
    return _instant(text, catalogue, lambda calendar, date: calendar.start_of(date))


def _instant(text: str, catalogue: Catalogue, of_day: Callable[[Calendar, dt.date], dt.datetime]) -> dt.datetime:
    try:
        return of_day(_calendar(catalogue, text), dt.date.fromisoformat(text))
    except ValueError:
        pass  # not a date alone
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment if moment.tzinfo else _calendar(catalogue, text).at_time(moment.date(), moment.time())
    except ValueError:
        raise Faulty(
            say(
                f"{text} is no date or time; write for example 2026-03-09, or 2026-03-09T18:00+08:00",
                f"{text} 不是日期或时间；请写例如 2026-03-09 或 2026-03-09T18:00+08:00",
            ),
            USAGE,
        ) from None


def catalogue_to_read_by(session: Session) -> Catalogue:
    """The catalogue that holds, for the zone of its calendars; an empty one where nothing has been published."""
    from service import revisions
    from workflow.catalogue import Catalogue

    try:
        return revisions.current(session).catalogue
    except revisions.NothingPublished:
        return Catalogue()


def _calendar(catalogue: Catalogue, text: str) -> Calendar:
    zones = {calendar.zone: calendar for calendar in catalogue.calendars.values()}
    if len(zones) != 1:
        raise Faulty(
            say(
                f"the calendars here have different zones, so {text} needs an offset, as in 2026-03-09T18:00+08:00",
                f"这里的日历时区不同，{text} 需要写明时差，例如 2026-03-09T18:00+08:00",
            ),
            USAGE,
        )
    return next(iter(zones.values()))


def local(instant: dt.datetime, catalogue: Catalogue) -> str:
    """An instant to read, in the zone of the calendars if they all have the same, with its offset."""
    from zoneinfo import ZoneInfo

    if catalogue.zone is not None:
        instant = instant.astimezone(ZoneInfo(catalogue.zone))
    return instant.isoformat(" ", "minutes")
