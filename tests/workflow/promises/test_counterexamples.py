"""Definitions for which a figure was once too short, with what is the case."""

import datetime as dt

import pytest

from workflow.compiling import compile_catalogue
from workflow.promises.figure import Kind
from workflow.promises.proving import figures

AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

HOUSE = """\
calendar: house
zone: Asia/Shanghai
hours: {weekdays: ["09:00-12:00", "13:00-18:00"]}
---
roles:
  desk: {scope: site}
  boss: {scope: site}
  duty_manager: {scope: site}
"""

HEAD = """\
workflow: job
calendar: house
accountable: boss
accept: {silent_state: x, unbounded_pause: x, idle_pause: x, limit_left_out: x}
"""

HALF_A_DAY = f"""\
{HEAD}states: {{s1: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0: {{within: 1 day, until: finish, soon: [{{left: 50%, notify: boss}}], late: [{{notify: boss}}]}}
"""

FIRED_IN_A_PAUSE = f"""\
{HEAD}fields: {{by_when: {{type: date, max: 1 day after opened}}}}
states: {{s1: {{responsible: desk}}, s3: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, may_fill: [by_when]}}
  to_s3: {{from: s1, to: s3, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0: {{within: 45 minutes, replaced_by: by_when, until: finish, paused_in: s1, late: [{{notify: boss}}]}}
"""

SOON_BEFORE_THE_START = f"""\
{HEAD}states: {{s1: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    since: [begin]
    no_later_than: end of day
    until: finish
    soon: [{{left: 24 hours, notify: boss}}]
    late: [{{notify: boss}}]
"""

END_OF_DAY_IN_A_PAUSE = f"""\
{HEAD}states: {{s1: {{responsible: desk}}, s3: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  to_s3: {{from: [s1], to: s3, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0: {{no_later_than: end of day, until: finish, paused_in: [s1], late: [{{notify: boss}}]}}
"""

OF_ANOTHER_CLASS = f"""\
{HEAD}family: [class-1, class-2]
states: {{s1: {{responsible: desk}}, s2: {{responsible: desk}}, s3: {{responsible: desk}}, s4: {{responsible: desk}},
  done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  to_s2: {{from: [s1], to: s2, by: desk, become: next in family}}
  to_s3: {{from: [s1], to: s3, by: desk}}
  to_s4: {{from: [s2], to: s4, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
---
workflow: class-1
extends: job
accept: {{silent_state: x}}
deadlines:
  own: {{since: to_s3, within: 7 hours, until: [finish, to_s3], late: [{{every: 50 hours, notify: boss}}]}}
---
workflow: class-2
extends: job
accept: {{silent_state: x}}
deadlines:
  own: {{since: to_s4, within: 2 hours, until: [finish, to_s2], late: [{{notify: boss}}]}}
"""

FIRED_IN_THE_CLASS_BEFORE = f"""\
{HEAD}family: class-1
states: {{s1: {{responsible: desk}}, s2: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  to_s2: {{from: s1, to: s2, by: desk, become: next in family}}
  finish: {{from: anywhere, to: done, by: [desk, clock]}}
deadlines:
  d0: {{since: begin, within: 1 hour, until: finish, late: [{{late_by: 1 hour, notify: boss}}]}}
reminders:
  resting: {{since: begin, every: 3 days, while: anywhere, notify: boss}}
---
workflow: class-1
extends: job
accept: {{unwarned_end: x}}
deadlines:
  d0: {{late: [{{notify: boss, move: finish}}]}}
"""

PAST_WHEN_IT_BEGINS = f"""\
{HEAD}fields: {{by_then: {{type: datetime, max: 1 day after opened}}}}
states: {{s1: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, fill: by_then}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    no_later_than: 2 days before by_then
    until: finish
    late: [{{notify: requester}}, {{late_by: 1 hour, notify: boss}}]
"""

BEGUN_BY_A_DATE = f"""\
{HEAD}fields: {{by_then: {{type: datetime, max: 1 day after opened}}}}
states: {{s1: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, fill: by_then}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    since: by_then
    no_later_than: LIMIT
    until: finish
    soon: [{{left: 45 minutes, notify: boss}}]
    late: [{{notify: boss}}]
"""

BEGUN_BY_ANOTHER_DATE = f"""\
{HEAD}fields:
  by_then: {{type: datetime, max: 1 day after opened}}
  from_then: {{type: datetime, max: 9 days after opened}}
states: {{s1: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, fill: [by_then, from_then]}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    since: from_then
    no_later_than: by_then
    until: finish
    late: [{{late_by: 1 hour, every: 1 hour, notify: boss}}]
reminders:
  resting: {{since: begin, after: 7 days, every: 3 days, while: anywhere, notify: boss}}
"""

PAUSED_AND_BEGUN_BY_A_DATE = f"""\
{HEAD}fields: {{by_then: {{type: datetime, max: 1 day after opened}}}}
states: {{s1: {{responsible: desk}}, s2: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, fill: by_then}}
  go: {{from: s1, to: s2, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    since: by_then
    no_later_than: by_then
    until: finish
    paused_in: s1
    late: [{{every: 1 day, notify: boss}}]
"""

RESUMED_AT_MIDNIGHT = f"""\
{HEAD}states: {{s1: {{responsible: desk}}, s2: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  go: {{from: s1, to: s2, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
deadlines:
  d0:
    no_later_than: end of day
    until: finish
    paused_in: s1
    late: [{{every: 1 day, at: "18:00", notify: boss}}]
"""

TYPED_IN_THE_CLASS_BEFORE = f"""\
{HEAD}family: class-1
fields: {{by_when: {{type: date, max: 1 day after opened}}}}
states: {{s1: {{responsible: desk}}, s2: {{responsible: desk}}, done: {{end: true}}}}
transitions:
  begin: {{from: new, to: s1, by: desk, may_fill: by_when}}
  to_s2: {{from: s1, to: s2, by: desk, become: next in family}}
  finish: {{from: anywhere, to: done, by: desk}}
---
workflow: class-1
extends: job
deadlines:
  own: {{since: to_s2, within: 45 minutes, replaced_by: by_when, until: finish, late: [{{notify: boss}}]}}
"""

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "workflow", "state", "kind", "longest"),
    [
        pytest.param(HALF_A_DAY, "job", "s1", "first_telling", DAY / 2, id="half of a day is no whole number of days"),
        pytest.param(
            FIRED_IN_A_PAUSE, "job", "s3", "first_telling", None, id="a date passes while its clock stands still"
        ),
        pytest.param(
            END_OF_DAY_IN_A_PAUSE, "job", "s3", "first_telling", None, id="the day ends while its clock stands still"
        ),
        pytest.param(
            SOON_BEFORE_THE_START,
            "job",
            "s1",
            "first_telling",
            DAY - MICROSECOND,
            id="what is due before the clock begins is left out",
        ),
        pytest.param(
            OF_ANOTHER_CLASS, "class-1", "s4", "first_telling", None, id="a clock of the same name of another class"
        ),
        pytest.param(
            FIRED_IN_THE_CLASS_BEFORE,
            "class-1",
            "s2",
            "first_telling",
            3 * DAY,
            id="what has fired in the class before does not move the ticket on in this one",
        ),
        pytest.param(
            PAST_WHEN_IT_BEGINS,
            "job",
            "s1",
            "first_telling",
            DAY / 24,
            id="nothing counts on from a date before its clock begins",
        ),
        pytest.param(
            BEGUN_BY_A_DATE.replace("LIMIT", "by_then"),
            "job",
            "s1",
            "first_telling",
            DAY,
            id="what is due before the date at which its clock begins is left out",
        ),
        pytest.param(
            BEGUN_BY_A_DATE.replace("LIMIT", "1 hour after by_then"),
            "job",
            "s1",
            "first_telling",
            DAY + DAY / 96,
            id="what is due after the date at which its clock begins is sure",
        ),
        pytest.param(
            TYPED_IN_THE_CLASS_BEFORE,
            "class-1",
            "s2",
            "first_telling",
            2 * DAY - MICROSECOND,
            id="a date that was typed in the class before, where nothing rests on it",
        ),
        pytest.param(
            PAUSED_AND_BEGUN_BY_A_DATE,
            "job",
            "s1",
            "longest_silence",
            None,
            id="nothing repeats while a clock stands still that a date began",
        ),
    ],
)
def test_the_figure_is_what_is_the_case(
    text: str, workflow: str, state: str, kind: Kind, longest: dt.timedelta | None
) -> None:
    known = compile_catalogue({"house.yaml": HOUSE, "job.yaml": text})
    found = figures(known, known.definitions[workflow], AT)
    figure = next(one for one in found if (one.state, one.kind) == (state, kind))
    assert (figure.longest, figure.exact) == (longest, True)


@pytest.mark.parametrize(
    ("text", "state", "met"),
    [
        pytest.param(
            BEGUN_BY_ANOTHER_DATE,
            "s1",
            7 * DAY,
            id="nothing counts on from a date before the date at which its clock begins",
        ),
        pytest.param(
            RESUMED_AT_MIDNIGHT,
            "s2",
            DAY + 3 * DAY / 4 - MICROSECOND,
            id="what comes at an hour of the day counts a whole day from the end of a pause",
        ),
    ],
)
def test_the_bound_is_no_shorter_than_what_was_met(text: str, state: str, met: dt.timedelta) -> None:
    known = compile_catalogue({"house.yaml": HOUSE, "job.yaml": text})
    found = figures(known, known.definitions["job"], AT)
    for one in found:
        if one.state == state:
            assert one.longest is None or one.longest >= met
