"""`duban recurring` from outside: what will be opened when, from a folder and from what is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests import command_line
from tests.service.house import OFFICE, ROLES
from tests.service.test_recurring import ANCHORS, COUNT, SHOP_VISITS, SHOPS, VISIT

SHIFTS = 'shifts: {早班: "08:00-20:00", 晚班: "20:00-08:00"}\n'
HANDOVER = "  handover: {zh: 交接班, every: shift, set: {kind: count}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "definitions"
    place.mkdir()
    files = {"office": OFFICE, "roles": ROLES, "shops": SHOPS, "visit": VISIT + COUNT + SHOP_VISITS}
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(text, "utf-8")
    return place


def duban(tmp_path: Path, *arguments: str) -> Result:
    database = f"sqlite:///{tmp_path / 'duban.db'}"
    return command_line.duban(*arguments, XDG_CACHE_HOME=str(tmp_path / "cache"), DUBAN_DATABASE_URL=database)


def test_a_folder_tells_what_would_be_opened_next(folder: Path, tmp_path: Path) -> None:
    at = ("--at", "2026-02-27T00:00+08:00", "--next", "2")
    result = duban(tmp_path, "recurring", "--definitions", str(folder), *at)
    assert result.exit_code == 0
    assert result.stdout == (
        "schedule      called  for each  period      opens                      due\n"
        "visit.count   count             March 2026  2026-03-01 00:00+08:00     2026-03-05\n"
        "visit.visits  visits  shops     March 2026  2026-03-21 00:00+08:00     2026-03-31\n"
        "visit.count   count             April 2026  2026-04-01 00:00+08:00     2026-04-05\n"
        "visit.visits  visits  shops     April 2026  2026-04-20 00:00+08:00     2026-04-30\n"
    ).replace("     2026", "  2026").replace("opens                      due", "opens                   due")


def test_it_is_told_to_programs_too(folder: Path, tmp_path: Path) -> None:
    at = ("--at", "2026-02-27T00:00+08:00", "--next", "1", "--format", "json", "--lang", "zh")
    told = json.loads(duban(tmp_path, "recurring", "--definitions", str(folder), *at).stdout)
    assert told[0] == {
        "site": None,
        "schedule": "visit.count",
        "label": "月度清点",
        "for_each": None,
        "if": None,
        "period": "2026-03",
        "period_label": "2026年3月",
        "opens": "2026-03-01 00:00+08:00",
        "due": "2026-03-05",
    }


def test_what_is_published_is_told_site_by_site(folder: Path, tmp_path: Path) -> None:
    assert duban(tmp_path, "upgrade").exit_code == 0
    assert duban(tmp_path, "site", "add", "pier", "--name", "码头", "--prefix", "P").exit_code == 0
    assert duban(tmp_path, "publish", "--definitions", str(folder)).exit_code == 0
    at = ("--at", "2036-02-27T00:00+08:00", "--next", "1", "--format", "json")
    told = json.loads(duban(tmp_path, "recurring", *at).stdout)
    assert [(row["site"], row["schedule"], row["opens"]) for row in told] == [
        ("pier", "visit.count", "2036-03-01 00:00+08:00"),
        ("pier", "visit.visits", "2036-03-21 00:00+08:00"),
    ]


def test_what_a_new_site_will_have_is_told_before_any_scheduler_has_looked(folder: Path, tmp_path: Path) -> None:
    assert duban(tmp_path, "upgrade").exit_code == 0
    assert duban(tmp_path, "publish", "--definitions", str(folder)).exit_code == 0
    assert duban(tmp_path, "site", "add", "pier", "--name", "码头", "--prefix", "P").exit_code == 0
    at = ("--at", "2036-03-03T12:00+08:00", "--next", "2", "--format", "json")
    told = json.loads(duban(tmp_path, "recurring", *at).stdout)
    assert [(row["site"], row["schedule"], row["opens"], row["due"]) for row in told] == [
        ("pier", "visit.count", "2036-03-03 12:00+08:00", "2036-03-05"),  # it runs already: opened at once
        ("pier", "visit.visits", "2036-03-21 00:00+08:00", "2036-03-31"),
        ("pier", "visit.count", "2036-04-01 00:00+08:00", "2036-04-05"),
        ("pier", "visit.visits", "2036-04-20 00:00+08:00", "2036-04-30"),
    ]
    assert year(tmp_path)[0] == "Recurring tickets in 2026  码头 (pier)"


def test_a_time_without_an_offset_is_refused(folder: Path, tmp_path: Path) -> None:
    result = duban(tmp_path, "recurring", "--definitions", str(folder), "--at", "tomorrow")
    assert result.exit_code == 2
    assert "2026-05-01T00:00+08:00" in result.stderr


def test_for_which_entries_a_schedule_is_stands_beside_its_register(folder: Path, tmp_path: Path) -> None:
    (folder / "visit.yaml").write_text(VISIT + ANCHORS, "utf-8")
    at = ("recurring", "--definitions", str(folder), "--at", "2026-02-27T00:00+08:00", "--next", "1")
    assert "anchors  shops     “class” is “anchor”  March 2026" in duban(tmp_path, *at).stdout
    assert "“类别”为“主力店”" in duban(tmp_path, *at, "--lang", "zh").stdout


def year(tmp_path: Path, *arguments: str) -> list[str]:
    result = duban(tmp_path, "recurring", "--year", "2026", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_a_year_is_told_day_by_day_with_the_days_that_are_worked(folder: Path, tmp_path: Path) -> None:
    told = year(tmp_path, "--definitions", str(folder), "--lang", "zh")
    assert told[:4] == [
        "2026年周期工单",
        "office（Asia/Shanghai）。未注明时刻的，当日零时开立，当日24时到期。",
        "",
        "2026年1月，21个工作日",
    ]
    january = told[4 : told.index("2026年2月，16个工作日") - 1]
    assert [line.rstrip() for line in january if line.split()[0] in ("1日", "4日", "5日", "6日", "31日")] == [
        "   1日 周四  休 元旦      开立  月度清点",
        "   4日 周日  班 调休上班",
        "   5日 周一               到期  月度清点",
        "   6日 周二",
        "  31日 周六  休           到期  visits 每户1张",
    ]
    assert len(january) == 31
    assert told[-4:] == [
        "全年",
        "周期安排      名称      周期  到期      次数  工单     规程条款",
        "visit.count   月度清点  每月  第5天     12    12",
        "visit.visits  visits    每月  最后一天  12    每户1张",
    ]


def test_what_comes_in_every_shift_is_one_line_of_the_year(folder: Path, tmp_path: Path) -> None:
    (folder / "office.yaml").write_text(OFFICE + SHIFTS, "utf-8")
    (folder / "visit.yaml").write_text(VISIT + HANDOVER, "utf-8")
    told = year(tmp_path, "--definitions", str(folder), "--lang", "zh")
    assert told[2] == "每班（早班 08:00-20:00、晚班 20:00-08:00）：交接班，全年730张，以下不再逐日列出。"
    assert sum("交接班" in line for line in told) == 2  # here, and among what the whole year comes to
    english = year(tmp_path, "--definitions", str(folder), "--lang", "en")
    assert english[2].startswith("Every shift (早班 08:00-20:00, 晚班 20:00-08:00): handover, 730 tickets in the year")


def test_a_year_of_a_site_counts_its_parties(folder: Path, tmp_path: Path) -> None:
    assert duban(tmp_path, "upgrade").exit_code == 0
    assert duban(tmp_path, "site", "add", "pier", "--name", "码头", "--prefix", "P").exit_code == 0
    assert duban(tmp_path, "publish", "--definitions", str(folder)).exit_code == 0
    for key, since in (("a1", "2025-06-01"), ("a2", "2025-06-01"), ("a3", "2026-03-25")):
        assert duban(tmp_path, "register", "put", "shops", key, "--name", key, "--since", since).exit_code == 0
    assert duban(tmp_path, "register", "retire", "shops", "a1", "--until", "2026-10-31").exit_code == 0
    told = year(tmp_path, "--site", "pier")
    assert told[0] == "Recurring tickets in 2026  码头 (pier)"
    march = told[told.index("March 2026, 22 working days") + 1 :][:31]
    assert [" ".join(line.split()) for line in march if "visits" in line] == [
        "21 Sat off opens visits 2 tickets",
        "25 Wed opens visits 1 ticket",
        "31 Tue due visits 3 tickets",
    ]
    november = told[told.index("November 2026, 21 working days") + 1 :][:30]
    assert [" ".join(line.split()) for line in november if "visits" in line] == [
        "20 Fri opens visits 2 tickets",
        "30 Mon due visits 2 tickets",
    ]


def test_a_year_is_told_to_programs(folder: Path, tmp_path: Path) -> None:
    (told,) = json.loads("\n".join(year(tmp_path, "--definitions", str(folder), "--format", "json")))
    assert (told["site"], told["year"], told["calendar"], len(told["days"])) == (None, 2026, "office", 365)
    assert told["days"][0] == {
        "date": "2026-01-01",
        "working": False,
        "kind": "holiday",
        "name": "New Year's Day",
        "opens": [{"schedule": "visit.count", "period": "2026-01", "time": None, "tickets": 1}],
        "due": [],
    }
    assert told["schedules"][1] == {
        "schedule": "visit.visits",
        "label": "visits",
        "every": "month",
        "for_each": "shops",
        "times": 12,
        "tickets": None,
        "rules": [],
    }


@pytest.mark.parametrize("more", [("--at", "2026-05-01T00:00+08:00"), ("--next", "2"), ("--site", "pier")])
def test_a_year_of_a_folder_has_neither_a_beginning_nor_a_site(
    folder: Path, tmp_path: Path, more: tuple[str, str]
) -> None:
    assert duban(tmp_path, "recurring", "--year", "2026", "--definitions", str(folder), *more).exit_code == 2


def test_a_site_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    assert duban(tmp_path, "upgrade").exit_code == 0
    assert duban(tmp_path, "publish", "--definitions", str(folder)).exit_code == 0
    result = duban(tmp_path, "recurring", "--year", "2026", "--site", "peir")
    assert result.exit_code == 2
    assert "peir" in result.stderr
