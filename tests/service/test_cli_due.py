"""`duban due` from outside: what it tells people, and how it answers programs line by line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from tests import command_line

DEFINITIONS = Path(__file__).parents[2] / "definitions"


def duban(*arguments: str, typed: str | bytes = "") -> Result:
    return command_line.duban("due", "--definitions", str(DEFINITIONS), *arguments, typed=typed)


def test_a_limit_is_told_with_all_that_is_skipped_on_the_way() -> None:
    result = duban("3 working days", "--from", "2026-02-13T16:00+08:00", "--calendar", "mall")
    assert result.exit_code == 0
    assert result.stdout == (
        "3 working days from Fri 2026-02-13 16:00: until Wed 2026-02-25 16:00.\n"
        "Calendar: Working calendar of the mall, Asia/Shanghai.\n"
        "\n"
        "from                  until                 counts    why\n"
        "Fri 2026-02-13 16:00  Fri 2026-02-13 24:00  8 h\n"
        "Sat 2026-02-14 00:00  Sat 2026-02-14 24:00  1 d       make-up working day\n"
        "Sun 2026-02-15 00:00  Mon 2026-02-23 24:00  skipped   public holiday, Spring Festival\n"
        "Tue 2026-02-24 00:00  Wed 2026-02-25 16:00  1 d 16 h\n"
    )


def test_it_is_told_in_chinese_too() -> None:
    result = duban("90 working minutes", "--from", "2026-03-06T17:00", "--lang", "zh")
    assert (
        result.stdout.splitlines()[0] == "自 2026-03-06 周五 17:00 起 90个工作分钟，到期时间为 2026-03-09 周一 09:30。"
    )
    assert "2026-03-07 周六 00:00  2026-03-08 周日 24:00  跳过   周末" in result.stdout
    assert duban("1 working day", "--from", "2031-03-06", "--lang", "zh").stderr.startswith("错误：2031 年的法定节假日")


def test_a_deadline_gives_its_limit_and_its_calendar() -> None:
    result = duban("--deadline", "complaint-important.start", "--from", "2026-02-13T16:00", "--format", "json")
    assert json.loads(result.stdout) == {"due": "2026-02-13T17:00+08:00", "skipped": []}


@pytest.mark.parametrize("said", ["end of day", "End of  shift"])
def test_the_end_of_the_day_or_shift_follows_from_the_start(said: str) -> None:
    result = duban(said, "--from", "2026-02-13T16:00")
    assert result.stdout.splitlines()[0].endswith("from Fri 2026-02-13 16:00: until Fri 2026-02-13 24:00."), (
        result.stderr
    )
    assert "8 h" in result.stdout


LATER = """\
calendar: gate
zone: Asia/Shanghai
country: removed
hours: {weekdays: "09:00-18:00"}
shifts: {day: "08:00-20:00", night: "20:00-08:00"}
---
roles:
  desk: {zh: 前台, en: Desk, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
---
workflow: walk
zh: 巡查
en: Walk
calendar: gate
accountable: desk
fields:
  wanted_on: {zh: 日期, en: Wanted on, type: date}
states:
  planned: {zh: 已安排, en: Planned, responsible: desk}
  done: {zh: 完成, en: Done, end: true}
transitions:
  plan: {zh: 安排, en: Plan, from: new, to: planned, by: [clock, desk], may_fill: wanted_on}
  walk: {zh: 巡查, en: Walk, from: planned, to: done, by: desk}
deadlines:
  day: {zh: 当日, en: Day, no_later_than: end of day, until: walk, late: {notify: desk}}
  shift: {zh: 当班, en: Shift, no_later_than: end of shift, until: walk, late: {notify: desk}}
  due: {zh: 到期, en: Due, no_later_than: 2 days before due, until: walk, late: {notify: desk}}
  wanted: {zh: 约定, en: Wanted, no_later_than: wanted_on, until: walk, late: {notify: desk}}
recurring:
  walks: {zh: 每日, en: Daily, every: day}
"""


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("day", "end of day from Fri 2026-02-13 21:00: until Fri 2026-02-13 24:00."),
        ("shift", "end of shift from Fri 2026-02-13 21:00: until Sat 2026-02-14 08:00."),
        ("due", "duban recurring"),
        ("wanted", "is told by wanted_on of the ticket"),
    ],
)
def test_a_deadline_that_is_a_moment_is_told_if_it_follows_from_the_start(
    tmp_path: Path, deadline: str, said: str
) -> None:
    for index, text in enumerate(LATER.split("---\n")):
        (tmp_path / f"{text.split()[1] if index != 1 else 'roles'}.yaml").write_text(text, "utf-8")
    result = duban("--definitions", str(tmp_path), "--deadline", f"walk.{deadline}", "--from", "2026-02-13T21:00")
    assert said in result.stdout + result.stderr
    assert result.exit_code == (0 if deadline in ("day", "shift") else 2)


def test_without_a_start_it_counts_from_now() -> None:
    assert re.match(r"30 minutes from \w{3} 20\d\d-", duban("30 minutes").stdout)


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        ((), "name one of: a limit, --deadline, --batch", 2),
        (("3 days", "--deadline", "repair.x"), "name one of", 2),
        (("3 moons",), "names no unit of time", 2),
        (("3 days", "--from", "noon"), "no date or time", 2),
        (("3 days", "--calendar", "mail"), "did you mean mall?", 2),
        (("--deadline", "repar.start"), "did you mean repair?", 2),
        (("--deadline", "repair.strat"), "it has: ", 2),
        (("--deadline", "complaint-important.handling"), "is told by ", 2),
        (("--batch", "-", "--calendar", "mall"), "names its own calendar", 2),
        (("--batch", "nowhere.jsonl"), "nowhere.jsonl", 2),
        (("3 working days", "--from", "2031-03-06"), "the public holidays of 2031 are not known", 1),
        (("3000 days", "--from", "2199-03-06"), "2200", 1),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_sentence(arguments: tuple[str, ...], said: str, code: int) -> None:
    result = duban(*arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_a_batch_answers_every_line_in_order_whatever_stands_in_it() -> None:
    lines = [
        '{"calendar": "mall", "start": "2026-02-13T16:00+08:00", "within": "3 working days"}',
        "",
        "[" * 5000,
        '{"calendar": {"extends": "mall", "zone": "Asia/Tokyo"}, "start": "2026-03-05T09:00", "within": "1 hour"}',
        '{"calendar": "\\ud800", "start": "2026-03-05", "within": "1 day"}',
        '{"calendar": "mall", "start": "2026-03-05", "end": "2026-03-05", "unit": "working minutes"}',
    ]
    result = duban("--batch", "-", typed="\n".join(lines).encode() + b"\n\xff\n")
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout_bytes.splitlines()]
    assert [next(iter(answer)) for answer in answers] == ["due", "error", "error", "due", "error", "used", "error"]
    assert answers[0]["due"] == "2026-02-25T16:00+08:00"
    assert answers[3]["due"] == "2026-03-05T10:00+09:00"
    assert answers[5]["used"] == 480


def test_a_batch_answers_before_it_is_asked_the_next_question() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", "due", "--batch", "-"],
        cwd=DEFINITIONS.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        | {"PYTHONPATH": str(DEFINITIONS.parent)},
    ) as process:
        assert process.stdin
        assert process.stdout
        for day in ("05", "06"):
            question = {"calendar": "mall", "start": f"2026-03-{day}T09:00", "within": "1 hour"}
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["due"] == f"2026-03-{day}T10:00+08:00"
        process.stdin.close()
        assert process.wait(30) == 0
