"""Who knew what, when, in which words and why he, and why something was due when it was: told on one page each."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.service.api_house import MONDAY


def told(house, number, name, lang="en"):
    entries = house.get(f"/tickets/{number}/history", lang=lang)["entries"]
    return {one["person"]["id"]: one for entry in entries if entry["name"] == name for one in entry["told"]}


def test_the_history_says_in_words_why_somebody_was_told(house):
    number = house.open("stranger")

    assert {one["reason"] for one in told(house, number, "ask").values()} == {"Desk"}
    assert {one["reason"] for one in told(house, number, "ask", "zh").values()} == {"前台"}


def test_the_history_says_when_a_notice_was_brought_and_read_and_what_it_said(house):
    number = house.open("stranger")
    before = told(house, number, "ask")["ada"]
    assert (before["sent_at"], before["delivered_at"], before["read_at"]) == ("2026-03-02T09:00:00+08:00", None, None)

    house.now.set(MONDAY + dt.timedelta(minutes=1))
    house.deliver()
    (notice,) = house.get("/notices")["notices"]
    house.now.set(MONDAY + dt.timedelta(minutes=5))
    assert house.ask("POST", f"/notices/{notice['id']}/read").status_code == 200

    seen = told(house, number, "ask")
    assert seen["ada"]["delivered_at"] == "2026-03-02T09:01:00+08:00"
    assert seen["ada"]["read_at"] == "2026-03-02T09:05:00+08:00"
    assert seen["ben"]["read_at"] is None
    assert seen["ada"]["said"] == notice["lines"][0]


def test_an_escalation_is_told_in_the_words_that_its_reader_got(house):
    number = house.open()
    house.now.set(MONDAY + dt.timedelta(minutes=30))
    house.deliver()

    (line,) = [text for one in house.get("/notices", lang="zh")["notices"] for text in one["lines"] if "时限" in text]
    assert told(house, number, "finish", "zh")["ada"]["said"] == line


def test_a_clock_says_why_it_is_due_when_it_is(house):
    number = house.open()

    (clock,) = house.get(f"/tickets/{number}/clocks", lang="zh")["clocks"]
    assert clock["why"] == "30分钟，自 2026-03-02 09:00 起（登记），未暂停。"
    (clock,) = house.get(f"/tickets/{number}/clocks")["clocks"]
    assert clock["why"] == "30 minutes from 2026-03-02 09:00 (Ask), not paused."


def test_a_clock_in_working_days_names_the_days_that_count_and_those_that_do_not(house):
    number = weighed_before_a_holiday(house)

    (clock,) = (one for one in house.get(f"/tickets/{number}/clocks")["clocks"] if one["name"] == "answer")
    assert clock["limit_at"] == "2026-04-08T09:00:00+08:00"
    assert clock["days"] == {
        "counted": ["2026-04-02", "2026-04-03", "2026-04-07", "2026-04-08"],
        "skipped": [
            {"date": "2026-04-04", "reason": "Qingming Festival"},
            {"date": "2026-04-05", "reason": "Qingming Festival"},
            {"date": "2026-04-06", "reason": "Qingming Festival"},
        ],
        "more": False,
    }
    (clock,) = (one for one in house.get(f"/tickets/{number}/clocks", lang="zh")["clocks"] if one["name"] == "answer")
    assert clock["why"] == (
        "3个工作日，自 2026-04-02 09:00 起（界定），未暂停；计入的日期：04-02、04-03、04-07、04-08；"
        "跳过的休息日：04-04（清明节）、04-05（清明节）、04-06（清明节）。"
    )


def test_a_reminder_says_since_when_it_waits_and_when_it_comes(house):
    number = weighed_before_a_holiday(house)

    (reminder,) = house.get(f"/tickets/{number}/clocks")["reminders"]
    assert (reminder["label"], reminder["since"], reminder["since_at"]) == (
        "Nudge",
        "Weigh",
        "2026-04-02T09:00:00+08:00",
    )
    assert reminder["after"] == "after 5 working days, then every day"


def weighed_before_a_holiday(house):
    house.now.set(dt.datetime(2026, 4, 2, 9, tzinfo=MONDAY.tzinfo))
    body = {"workflow": "plea", "site": "pier", "transition": "hear_again", "fields": {"title": "x"}}
    number = house.ask("POST", "/tickets", body).json["number"]
    house.move(number, "weigh", fields={"size": "big"})
    return number


def test_field_values_carry_the_offset_of_the_ticket_s_calendar(house):
    number = house.open(fields={"wanted_at": "2026-03-03T02:00Z"})

    assert house.get(f"/tickets/{number}")["fields"]["wanted_at"] == "2026-03-03T10:00:00+08:00"


def test_the_transitions_that_may_be_made_come_first(house):
    number = house.open()
    house.move(number, "go")

    allowed = [one["allowed"] for one in house.get(f"/tickets/{number}/transitions")["transitions"]]
    assert allowed == sorted(allowed, reverse=True)


def test_the_head_of_a_family_finds_its_classes_too(house):
    body = {"workflow": "plea", "site": "pier", "transition": "hear_again", "fields": {"title": "x"}}
    number = house.ask("POST", "/tickets", body).json["number"]
    house.move(number, "weigh", fields={"size": "small"})
    house.open()

    for workflow in ("plea", "plea-small"):
        assert [one["number"] for one in house.get(f"/tickets?workflow={workflow}")["tickets"]] == [number]
    assert house.get("/tickets?workflow=plea-big")["tickets"] == []


@pytest.mark.parametrize(("lang", "label"), [("zh", "每小时"), ("en", "every hour")])
def test_a_definition_shows_from_where_each_transition_starts_and_who_is_told_when_it_is_late(house, lang, label):
    found = house.get("/definitions/errand", lang=lang)

    assert [one["name"] for one in next(one for one in found["transitions"] if one["name"] == "go")["from"]] == [
        "asked"
    ]
    assert all("allowed" not in one for one in (*found["transitions"], *found["openings"]))
    ((level,),) = [one["levels"] for one in found["deadlines"]]
    assert label in level["when"]
    assert level["notify"] == {"zh": "前台", "en": "Desk"}[lang]
