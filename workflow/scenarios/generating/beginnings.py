"""Beginnings: where the searches for scenarios start, an ordinary morning and the eve of many days of rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, FieldType, Text
from workflow.scenario import Do, Given, GivenTicket, Scenario, Written
from workflow.scenarios.generating.goals import Family
from workflow.scenarios.generating.questions import fields_of
from workflow.scenarios.writing import local

DAY = dt.timedelta(days=1)

YEAR = 2026
"""In which a scenario lies whose calendar knows no public holidays."""

USUAL = 28
"""So many days after the first are like any other."""


def ordinary(calendar: Calendar) -> dt.datetime:
    """The opening of a Thursday in spring: what takes two working days goes over a weekend."""
    return _in_spring(calendar, weekday=3)


def monday(calendar: Calendar) -> dt.datetime:
    """The opening of a Monday in spring: a few working days are over before the same number of any days is."""
    return _in_spring(calendar, weekday=0)


def _in_spring(calendar: Calendar, weekday: int) -> dt.datetime:
    """The opening of a day after which nothing is special for a while."""
    year = calendar.published_until.year if calendar.published_until else YEAR
    date = dt.date(year, 3, 1)
    while date.year == year:
        if date.weekday() == weekday and all(calendar.day_name(date + days * DAY) is None for days in range(USUAL)):
            break
        date += DAY
    else:
        date = dt.date(year, 3, 1)
    return opening(date, calendar)


def eve(calendar: Calendar) -> dt.datetime:
    """The opening of the last working day before the longest rest of the year."""
    year = calendar.published_until.year if calendar.published_until else YEAR
    date, found, longest = dt.date(year, 1, 2), dt.date(year, 1, 2), 0
    while date < dt.date(year, 12, 1):
        if calendar.is_working_day(date):
            rest = 1
            while rest < 60 and not calendar.is_working_day(date + rest * DAY):
                rest += 1
            if rest > longest:
                found, longest = date, rest
        date += DAY
    return opening(found, calendar)


def opening(date: dt.date, calendar: Calendar) -> dt.datetime:
    """When the house opens on the date, nine o'clock where it does not."""
    hours = calendar.hours(date)
    at = hours[0][0] if hours else calendar.at_time(date, dt.time(9))
    return max(at, calendar.at_time(date, dt.time(8)))


def beginning(family: Family, catalogue: Catalogue, at: dt.datetime, calendar: Calendar) -> Scenario:
    """A scenario of the family without steps that ends where it begins; what may be typed in it is known there."""
    tickets = {}
    for definition in family.members:
        for one in fields_of(definition):
            if one.workflow is not None and one.workflow in catalogue.definitions:
                state = next(iter(one.in_states), None) or _open_state(catalogue.definitions[one.workflow])
                tickets[f"{one.workflow}-1"] = GivenTicket(workflow=one.workflow, state=state)
    people = {}
    if any(one.type is FieldType.PERSON for definition in family.members for one in fields_of(definition)):
        people = {"li": (family.head.accountable,)}
    typed: dict[str, Written] = {"all": tuple(_chosen(catalogue))}
    return Scenario(
        name="beginning",
        workflow=family.head.name,
        text=Text("Beginning"),
        given=Given(at=local(at, calendar), people=people, tickets=tickets),
        steps=(Do(transition="", by="", fill=typed),),
        generated=True,
    )


def _open_state(definition: Definition) -> str:
    return next(name for name, state in definition.states.items() if not state.end)


def _chosen(catalogue: Catalogue) -> Iterator[str]:
    """Whatever may be typed as an entry of a register or as a file."""
    for name in catalogue.registers:
        yield from (f"{name} 1", f"{name} 2")
    for definition in catalogue.definitions.values():
        yield from (f"{one.name.rpartition('.')[2]}.pdf" for one in fields_of(definition))
