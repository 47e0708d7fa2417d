"""The command line, from outside: what it answers, its exit codes, and never a traceback."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.engine import URL

from service import serving, tables
from service.cli import main
from service.cli.speaking import Command, language_of
from service.db import connect, disconnect, reading, writing
from service.moves import Request
from service.now import FixedNow, SystemNow
from service.opening import open_ticket
from service.settings import Settings
from tests import command_line
from tests.command_line import Duban, address, done, refused
from tests.service.house import ERRAND, PORTER, ROLES, house

DEPARTMENTS = "departments:\n  finance: {zh: 财务部, en: Finance}\n"
HEAD = "  head: {zh: 负责人, en: Head, scope: department, falls_back_to: duty_manager}\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def without_country(files: dict[str, str]) -> dict[str, str]:
    return {path: text.replace("country: CN\n", "") for path, text in files.items()}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are called: an empty folder with the house in `definitions`.

    It keeps no country's holidays: whether these are known for long enough depends on the day of the test.
    """
    folder = tmp_path / "place"
    write(folder / "definitions", without_country(house(roles=DEPARTMENTS + ROLES + HEAD)))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def duban(place: Path, tmp_path: Path) -> Duban:
    """Calls a command in English; it must not end in an exception that nobody foresaw."""
    cache = tmp_path / "cache"

    return lambda *arguments, **environ: command_line.duban(*arguments, XDG_CACHE_HOME=str(cache), **environ)


@pytest.fixture
def installed(duban: Duban, database_url: URL, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """Calls a command on a database with the current schema."""
    url = address(database_url)
    return lambda *arguments, **environ: duban(*arguments, DUBAN_DATABASE_URL=url, **environ)


@pytest.fixture
def staffed(installed: Duban) -> Duban:
    """The same, with the house published, the site `pier`, and two people."""
    for line in (
        "publish",
        "site add pier --name 码头商场 --prefix MT",
        "department add pier finance",
        "person add chen --name 陈明",
        "person add li --name 李华 --name-en Li",
    ):
        done(installed(*line.split()))
    return installed


@pytest.fixture
def inside(database_url: URL) -> Iterator[None]:
    """The test may look into the database by itself."""
    app = Flask("inside")
    connect(app, database_url)
    with app.app_context():
        yield
    disconnect(app)


# What all commands have.


def commands(command: click.Command = main, *path: str) -> Iterator[tuple[str, Command]]:
    assert isinstance(command, Command)
    yield " ".join(("duban", *path)), command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, *path, name)


@pytest.mark.parametrize(("path", "command"), [pytest.param(*one, id=one[0]) for one in commands()])
def test_the_help_of_every_command_has_an_example_that_is_right(duban: Duban, path: str, command: Command) -> None:
    english = done(duban(*path.split()[1:], "--help"))
    chinese = done(duban(*path.split()[1:], "--lang", "zh", "--help"))
    assert command.says[0].split("\n")[0].split()[0] in english
    assert command.says[1].split("\n")[0][:6] in chinese
    assert command.examples
    for example in command.examples:
        assert example in english
        assert example in chinese
        words = [word for word in shlex.split(example) if not word.startswith("DUBAN_")]
        assert words[: len(path.split())] == path.split()
        leaf, left = main, words[1:]
        while isinstance(leaf, click.Group) and left and left[0] in leaf.commands:
            leaf, left = leaf.commands[left[0]], left[1:]
        if not isinstance(leaf, click.Group):
            leaf.make_context("duban", left)  # raises if it could not be called so


def test_help_loads_no_library_of_the_service(place: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from service.cli import main; "
        "CliRunner().invoke(main, ['publish', '--help']); "
        "print([name for name in ('flask', 'sqlalchemy', 'workflow', 'lark', 'alembic') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_the_terminal_says_which_language_is_read(environ: dict[str, str], lang: str) -> None:
    assert language_of(environ) == lang


def test_a_command_that_does_not_exist_is_wrong_usage_and_the_nearest_is_named(duban: Duban) -> None:
    assert "Did you mean 'check'?" in refused(duban("chek"), 2)


def test_settings_that_mean_nothing_are_said(duban: Duban) -> None:
    said = refused(duban("people", DUBAN_DATABAS_URL="x", DUBAN_DATABASE_URL="mysql://db"), 2)
    assert "did you mean DUBAN_DATABASE_URL?" in said
    assert "mysql" in said


def test_a_database_without_a_schema_says_what_to_do(duban: Duban, empty_database_url: URL) -> None:
    address = empty_database_url.set(drivername=empty_database_url.get_backend_name())
    url = address.render_as_string(hide_password=False)
    assert "`duban upgrade`" in refused(duban("people", DUBAN_DATABASE_URL=url), 1)
    if empty_database_url.get_backend_name() == "postgresql":
        assert "请运行 duban upgrade" in refused(duban("people", "--lang", "zh", DUBAN_DATABASE_URL=url), 1)
    assert done(duban("upgrade", DUBAN_DATABASE_URL=url)).startswith("Schema: none -> ")
    assert "already" in done(duban("upgrade", DUBAN_DATABASE_URL=url))
    assert "Nobody is there yet" in done(duban("people", DUBAN_DATABASE_URL=url))


def test_a_database_that_is_away_is_said(duban: Duban) -> None:
    said = refused(duban("people", DUBAN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"), 1)
    assert "The database cannot be reached" in said


def test_only_an_upgrade_makes_a_database(duban: Duban, place: Path) -> None:
    address = {"DUBAN_DATABASE_URL": "sqlite:///typo/duban.db"}
    for line in ("people", "site list", "publish", "schedule", "serve"):
        assert "There is no database at" in refused(duban(*line.split(), **address), 1)
    assert "处没有数据库；用 duban upgrade 创建。" in refused(duban("people", "--lang", "zh", **address), 1)
    assert not (place / "typo").exists()
    done(duban("upgrade", **address))
    assert (place / "typo" / "duban.db").exists()


@pytest.mark.parametrize("command", ["people", "upgrade", "serve --demonstration"])
def test_what_is_no_database_is_said_so(duban: Duban, place: Path, command: str) -> None:
    (place / "folder").mkdir()
    (place / "notes.txt").write_text("no database, but text")
    folder = refused(duban(*command.split(), DUBAN_DATABASE_URL="sqlite:///folder"), 1)
    assert "is a folder" in folder
    assert "busy" not in folder
    assert "no SQLite database" in refused(duban(*command.split(), DUBAN_DATABASE_URL="sqlite:///notes.txt"), 1)
    assert refused(duban(*command.split(), DUBAN_DATABASE_URL="sqlite:///notes.txt/duban.db"), 1)


def test_help_and_refusals_are_chinese_throughout(staffed: Duban) -> None:
    told = done(staffed("check", "--lang", "zh", "--help"))
    assert "用法：duban check" in told or "用法：main check" in told
    assert "选项：" in told
    assert "示例：" in told
    assert "显示本说明。" in told
    assert "只显示该文件的问题；其他文件" in told
    assert not re.search("Usage|Options|Show this|Examples", told)
    assert "命令：" in done(staffed("--lang", "zh", "--help"))
    for line, sentence in (
        ("role give chen dsek --site pier", "没有角色 dsek；是否想写 desk？"),
        ("role give chen desk", "desk 是项目的角色：请写项目，不写部门。"),
        ("person add chen --name 陈", "员工 chen 已存在。"),
        ("person add Chen --name 陈", "不能用作员工：以 a-z 开头"),
        ("role take chen desk --site pier", "chen 在此没有担任 desk。"),
    ):
        assert sentence in staffed(*line.split(), "--lang", "zh").stderr
    assert "不是 Duban 的设置" in staffed("people", "--lang", "zh", DUBAN_COLOUR="red").stderr


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ("check --formt json", "No such option", "没有 --formt；是否想写 --format？"),
        ("check --format xml", "is not one of", "--format 不能是 xml；可用：text、json。"),
        ("check --format", "requires an argument", "选项 --format 后面要写一个值。"),
        ("chek", "No such command", "没有 chek；是否想写 check？"),
        ("person add", "Missing argument", "缺少 ID。"),
        ("upgrade now", "unexpected extra argument", "多余的参数：now"),
    ],
)
def test_a_wrong_call_is_told_in_the_language_of_the_call(duban: Duban, line: str, english: str, chinese: str) -> None:
    assert english in refused(duban(*line.split()), 2)
    for told in (duban("--lang", "zh", *line.split()), duban(*line.split(), LANG="zh_CN.UTF-8")):
        assert f"错误：{chinese}" in refused(told, 2)
        assert "Error" not in told.stderr


# check


def test_check_finds_nothing_wrong(duban: Duban) -> None:
    assert done(duban("check")) == "3 files checked, nothing is wrong.\n"
    assert done(duban("check", "--lang", "zh")) == "检查了 3 个文件，没有问题。\n"
    assert done(duban("check", LANG="zh_CN.UTF-8")) == "检查了 3 个文件，没有问题。\n"


def test_check_shows_each_problem_with_its_line_and_a_mark(duban: Duban, place: Path) -> None:
    wrong = ERRAND.replace("to: asked", "to: askd").replace("within: 30 minutes", "within: a while")
    write(place, {"definitions/errand.yaml": wrong})
    result = duban("check")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("definitions/errand.yaml:12:24: error[")
    assert lines[1] == "   12 |   ask: {from: new, to: askd, by: anyone, fill: matter}"
    assert lines[2].index("^") == lines[1].index("askd")
    assert lines[3] == "  help:   ask: {from: new, to: asked, by: anyone, fill: matter}"
    assert lines[4].startswith("definitions/errand.yaml:15:")
    assert lines[-1] == "3 files checked: 2 errors."


def test_check_watches_the_files_until_it_is_interrupted(place: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN_", "LC_"))}
    command = [sys.executable, "-c", "from service.cli import main; main()", "check", "--watch"]
    with subprocess.Popen(
        command,
        cwd=place,
        env={**clean, "LANG": "en_US.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever is started in the background is started deaf to Ctrl-C, and so is all that he starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "3 files checked, nothing is wrong.\n"
            write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
            assert "error[unknown_state]" in process.stdout.readline()
            while (line := process.stdout.readline()) != "3 files checked: 1 error.\n":
                assert line
            (place / "definitions" / "errand.yaml").unlink()
            assert process.stdout.readline() == "2 files checked, nothing is wrong.\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
        finally:
            process.kill()


def test_check_in_json_gives_what_to_put_in_the_place_of_what(duban: Duban, place: Path) -> None:
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    (problem,) = json.loads(duban("check", "--format", "json").stdout)["problems"]
    told = {"line": 12, "column": 24, "end_line": 12, "end_column": 28, "text": "asked"}
    assert problem["replacement"] == told


def test_the_mark_stands_below_its_place_behind_chinese_text(duban: Duban, place: Path) -> None:
    wrong = ERRAND.replace("ask: {from: new, to: asked,", "ask: {zh: 请求, from: new, to: askd,")
    write(place, {"definitions/errand.yaml": wrong})
    excerpt, mark = duban("check").stdout.splitlines()[1:3]
    before = excerpt[: excerpt.index("askd")]
    assert mark.index("^") == len(before) + len("请求")


def test_a_long_line_is_cut_around_the_place(duban: Duban, place: Path) -> None:
    long = "en: " + "very " * 60
    wrong = ERRAND.replace("ask: {from: new, to: asked,", f'ask: {{en: "{long}", from: new, to: askd,')
    write(place, {"definitions/errand.yaml": wrong})
    excerpt, mark = duban("check").stdout.splitlines()[1:3]
    assert len(excerpt) < 140
    assert excerpt[mark.index("^") :].startswith("askd")


def test_what_a_file_says_cannot_take_over_the_terminal(duban: Duban, place: Path) -> None:
    write(place, {"definitions/errand.yaml": ERRAND.replace("en: Errand", "en: \x9b31mErrand\x07")})
    result = duban("check")
    assert result.exit_code == 1
    assert "31mErrand" in result.stdout
    assert not {"\x9b", "\x07"} & set(result.stdout)


def test_check_answers_programs_in_json(duban: Duban, place: Path) -> None:
    assert json.loads(done(duban("check", "--format", "json")))["problems"] == []
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    result = duban("check", "--format", "json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["path"], problem["line"], problem["column"]) == ("definitions/errand.yaml", 12, 24)
    assert problem["severity"] == "error"
    assert "askd" in problem["text"]
    assert "askd" in problem["text_zh"]


def test_a_file_of_the_folder_is_read_with_the_rest_of_it(duban: Duban, place: Path) -> None:
    assert done(duban("check", "definitions/errand.yaml")) == "1 file checked, nothing is wrong.\n"
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    result = duban("check", "definitions/roles.yaml")
    assert result.exit_code == 1
    assert result.stdout == "1 file checked, nothing is wrong. In other files of the folder: 1 error.\n"


def test_another_file_or_folder_is_checked_by_itself(duban: Duban, place: Path) -> None:
    write(place / "draft", without_country(house()))
    write(
        place / "draft",
        {"notes.txt": "not: [a, definition", ".hidden.yaml": "neither: is this", ".old/errand.yaml": ERRAND},
    )
    assert done(duban("check", "draft")) == "3 files checked, nothing is wrong.\n"
    assert "calendar" in duban("check", "draft/errand.yaml").stdout
    assert duban("check", "draft/errand.yaml").exit_code == 1


def test_a_folder_that_is_not_there_is_wrong_usage(duban: Duban, place: Path) -> None:
    assert "there is no such folder" in refused(duban("check", "nowhere"), 2)
    (place / "empty").mkdir()
    assert "ends in .yaml" in refused(duban("check", "empty"), 2)
    os.mkfifo(place / "definitions" / "pipe.yaml")
    assert "this is no file" in refused(duban("check"), 2)


# draw


def test_draw_gives_a_picture_or_a_text(duban: Duban, place: Path) -> None:
    assert done(duban("draw", "errand")).startswith("<svg")
    assert "跑腿" in done(duban("draw", "errand", "--lang", "zh"))
    assert "flowchart" in done(duban("draw", "errand", "--format", "mermaid"))
    assert done(duban("draw", "errand", "-o", "errand.svg")) == ""
    assert done(duban("draw", "errand", "-o", "errand.mmd")) == ""
    assert (place / "errand.mmd").read_text("utf-8").startswith("%%{init")
    assert done(duban("draw", "errand", "--format", "svg", "-o", "picture.mmd")) == ""
    assert (place / "picture.mmd").read_text("utf-8").startswith("<svg")
    assert (place / "errand.svg").read_text().startswith("<svg")


def test_draw_writes_no_picture_under_a_name_that_promises_another_kind(duban: Duban, place: Path) -> None:
    assert ".svg" in refused(duban("draw", "errand", "-o", "errand.png"), 2)
    assert not (place / "errand.png").exists()
    assert done(duban("draw", "errand", "--format", "svg", "-o", "errand.png")) == ""


def test_draw_names_the_nearest_definition(duban: Duban) -> None:
    assert "did you mean errand?" in refused(duban("draw", "erand"), 2)


def test_draw_says_what_is_wrong_with_the_definitions(duban: Duban, place: Path) -> None:
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    assert "definitions/errand.yaml:12:24: error[" in refused(duban("draw", "errand"), 1)


def test_a_picture_that_cannot_be_written_is_said(duban: Duban) -> None:
    assert "nowhere" in refused(duban("draw", "errand", "-o", "nowhere/errand.svg"), 2)


# publish


def test_publish_says_what_changes(installed: Duban, place: Path) -> None:
    first = done(installed("publish", "--note", "Opening"))
    assert "new       definition errand" in first
    assert "new       roles desk, duty_manager, head" in first
    assert first.endswith("Published (publication 1).\n")
    assert "Nothing has changed since publication 1." in done(installed("publish"))
    write(place, {"definitions/errand.yaml": ERRAND.replace("30 minutes", "20 minutes")})
    seen = done(installed("publish", "--preview"))
    assert "changed   definition errand: deadlines.finish (within: 30 minutes -> 20 minutes)" in seen
    assert "unchanged 1 calendar, 3 roles" in seen
    assert "- The deadline “finish”:\n    was: The limit is 30 minutes, from when “ask” is done" in seen
    assert "    now: The limit is 20 minutes, from when “ask” is done" in seen
    assert "Nothing has been published." in seen
    assert "    原：时限为30分钟" in done(installed("publish", "--preview", "--lang", "zh"))
    found = json.loads(done(installed("publish", "--preview", "--format", "json")))
    (errand,) = (one for one in found["changes"] if one["kind"] == "changed")
    assert errand["differences"][0]["path"] == ["deadlines", "finish"]
    assert (errand["open_tickets"], found["files"], found["only_words"]) == ([], ["errand.yaml"], [])
    again = done(installed("publish", "--lang", "zh"))
    assert "变更 流程 errand：deadlines.finish (within: 30分钟 -> 20分钟)" in again
    assert "未变 日历 1 个、角色 3 个" in again
    assert "There is nothing to publish" in done(installed("publish", "--preview"))
    assert "已发布（第 2 次发布）。" in again


def test_publish_refuses_what_is_wrong_and_says_where(installed: Duban, place: Path) -> None:
    done(installed("publish"))
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    said = refused(installed("publish"), 1)
    assert "definitions/errand.yaml:12:24: error[" in said
    assert "Not published: what held before still holds." in said
    write(place, {"definitions/errand.yaml": ERRAND})
    assert "Nothing has changed" in done(installed("publish"))


def test_open_tickets_are_carried_over_as_the_preview_says(staffed: Duban, place: Path, database_url: URL) -> None:
    for line in ("role give chen desk --site pier", "role give chen duty_manager --site pier"):
        done(staffed(*line.split()))
    number = errand_of(database_url, minutes=25)
    write(place, {"definitions/errand.yaml": ERRAND.replace("30 minutes", "20 minutes")})
    seen = done(staffed("publish", "--preview", "--carry-over", "errand"))
    assert "1 open ticket of errand would be carried over:" in seen
    assert "keep" not in seen
    assert "- dates: 1 with an earlier one, 0 with a later one, 0 with neither" in seen
    assert "at once (late by 5 min): finish late 1; told: 陈明\n" in seen
    done(staffed("person", "rename", "chen", "--name-en", "Chen Ming"))
    english, chinese = (
        done(staffed("publish", "--preview", "--carry-over", "errand", "--lang", each)) for each in ("en", "zh")
    )
    assert "finish late 1; told: Chen Ming\n" in english
    assert "；通知：陈明\n" in chinese
    assert seen.endswith("Nothing has been published.\n")
    rows = done(staffed("publish", "--preview", "--carry-over", "errand", "--format", "csv")).splitlines()
    assert rows[0].startswith("ticket,workflow,site,state,kind,name,was,now,at_once,told")
    assert rows[1].startswith(f"{number},errand,pier,asked,deadline,finish,")
    assert rows[1].endswith(",late 1,chen,")
    found = json.loads(done(staffed("publish", "--preview", "--carry-over", "errand", "--format", "json")))
    (ticket,) = found["carry_over"]["tickets"]
    assert (ticket["number"], ticket["told"], found["carry_over"]["figures"]["late_at_once"]) == (number, ["chen"], 1)
    made = done(staffed("publish", "--carry-over", "errand", "--by", "li", "--all"))
    assert "Published (publication 2)." in made
    assert "1 open ticket of errand carried over:" in made
    again = done(staffed("publish", "--carry-over", "errand", "--lang", "zh"))
    assert "没有需要转入新版本的未结工单" in again


def test_what_cannot_be_carried_over_is_said_before_anything_is_published(
    staffed: Duban, place: Path, database_url: URL
) -> None:
    done(staffed("role", "give", "chen", "duty_manager", "--site", "pier"))
    errand_of(database_url, minutes=5)
    write(place, {"definitions/errand.yaml": ERRAND.replace("asked", "waiting")})
    said = refused(staffed("publish", "--carry-over", "errand"), 1)
    assert "say where they go on with --map asked=STATE, STATE being one of: waiting" in said
    assert "Not published: what held before still holds." in said
    assert "请用 --map asked=STATE 指明" in refused(staffed("publish", "--carry-over", "errand", "--lang", "zh"), 1)
    for options, wrong in (
        (("--carry-over", "erand"), "did you mean errand?"),
        (("--carry-over", "errand", "--map", "asked"), "is not OLD=NEW"),
        (("--map", "asked=waiting"), "--map goes with --carry-over"),
        (("--carry-over", "errand", "--by", "chne"), "did you mean chen?"),
    ):
        assert wrong in refused(staffed("publish", *options), 2)
    assert "1 open ticket" in done(staffed("publish", "--carry-over", "errand", "--map", "asked=waiting"))


def errand_of(database_url: URL, *, minutes: int) -> str:
    """An errand that Chen opened so many minutes ago."""
    app = Flask("opening")
    connect(app, database_url)
    try:
        with app.app_context():
            with reading() as session:
                at = SystemNow().instant(session)
            with writing() as session:
                request = Request(person="chen", transition="ask", fields={"matter": "a parcel"})
                now = FixedNow(at - dt.timedelta(minutes=minutes))
                return open_ticket(session, now, workflow="errand", site="pier", request=request).ticket.number
    finally:
        disconnect(app)


def test_what_is_wrong_with_the_files_is_said_where_there_is_no_database(duban: Duban, place: Path) -> None:
    write(place, {"definitions/errand.yaml": ERRAND.replace("to: asked", "to: askd")})
    for preview in ((), ("--preview",)):
        assert "definitions/errand.yaml:12:24: error[" in refused(duban("publish", *preview), 1)
    write(place, {"definitions/errand.yaml": ERRAND})
    assert "There is no database" in refused(duban("publish", "--preview"), 1)
    assert "goes with --preview" in refused(duban("publish", "--format", "json"), 2)


def test_publish_refuses_to_take_a_sites_calendar_away(staffed: Duban, place: Path) -> None:
    pier = "calendar: pier\nextends: office\nhours: {saturday: '13:00-15:00'}\n"
    write(place, {"definitions/pier.yaml": pier})
    done(staffed("publish"))
    done(staffed("site", "add", "jetty", "--name", "栈桥", "--prefix", "ZQ", "--calendar", "pier"))
    (place / "definitions/pier.yaml").unlink()
    assert "the site jetty counts with the calendar pier" in refused(staffed("publish"), 1)
    assert "项目 jetty 使用日历 pier" in refused(staffed("publish", "--lang", "zh"), 1)


# Sites, people, roles, tokens


def test_before_publishing_there_are_no_roles_to_give(installed: Duban) -> None:
    done(installed("person", "add", "chen", "--name", "陈明"))
    assert "`duban publish` does it" in refused(installed("role", "give", "chen", "head"), 1)


def test_unknown_names_are_answered_with_the_nearest(staffed: Duban) -> None:
    assert "did you mean desk?" in refused(staffed("role", "give", "chen", "dsek", "--site", "pier"), 2)
    assert "did you mean pier?" in refused(staffed("role", "give", "chen", "desk", "--site", "peer"), 2)
    assert "did you mean chen?" in refused(staffed("token", "issue", "chne"), 2)
    assert "did you mean finance?" in refused(staffed("department", "add", "pier", "finances"), 2)
    calendar = staffed("site", "add", "jetty", "--name", "栈桥", "--prefix", "ZQ", "--calendar", "ofice")
    assert "did you mean office?" in refused(calendar, 2)


def test_a_role_is_given_where_it_belongs(staffed: Duban) -> None:
    assert "name a site" in refused(staffed("role", "give", "chen", "desk"), 2)
    assert "a department" in refused(staffed("role", "give", "chen", "head", "--site", "pier"), 2)
    given = staffed("role", "give", "chen", "head", "--site", "pier", "--department", "finance")
    assert done(given) == "chen holds head at pier/finance.\n"


def test_people_shows_who_holds_what_in_columns(staffed: Duban) -> None:
    done(staffed("role", "give", "chen", "head", "--site", "pier", "--department", "finance"))
    done(staffed("role", "give", "chen", "desk", "--site", "pier"))
    done(staffed("person", "away", "li", "--until", "2037-03-09", "--deputy", "chen"))
    assert done(staffed("people", "--lang", "zh")).splitlines() == [
        "编号  姓名  角色          项目  部门     经办工单",
        "chen  陈明  desk  前台    pier",
        "            head  负责人  pier  finance",
        "li    李华                                         不在，至 2037-03-10 00:00+08:00，代理人 chen",
    ]
    english = done(staffed("people")).splitlines()
    assert english[1].split() == ["chen", "陈明", "desk", "Desk", "pier"]
    assert english[3].startswith("li      Li")
    held = json.loads(done(staffed("people", "--site", "pier", "--format", "json")))
    assert [(one["person"], one["role"], one["department"]) for one in held] == [
        ("chen", "desk", None),
        ("chen", "head", "finance"),
    ]


def test_what_is_taken_is_no_longer_held(staffed: Duban) -> None:
    done(staffed("role", "give", "chen", "desk", "--site", "pier"))
    assert done(staffed("role", "take", "chen", "desk", "--site", "pier")) == "chen no longer holds desk at pier.\n"
    assert "does not hold desk" in refused(staffed("role", "take", "chen", "desk", "--site", "pier"), 1)
    assert "desk" not in done(staffed("people"))


def test_who_is_back_or_has_left_is_shown_so(staffed: Duban) -> None:
    done(staffed("person", "away", "li"))
    assert "away" in done(staffed("people"))
    done(staffed("person", "back", "li"))
    assert "away" not in done(staffed("people"))
    done(staffed("person", "leave", "li"))
    assert "has left" in done(staffed("people"))


@pytest.mark.parametrize("until", ["soon", "2026-13-01", "2001-01-01", "2999-01-01"])
def test_an_absence_ends_at_a_time_that_there_is_and_that_lies_ahead(staffed: Duban, until: str) -> None:
    refused(staffed("person", "away", "li", "--until", until), 2)
    assert "away" not in done(staffed("people"))


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("until", "instant"),
    [
        ("2037-03-09", "2037-03-09T16:00+00:00"),
        ("2037-03-09T12:00", "2037-03-09T04:00+00:00"),
        ("2037-03-09T12:00+00:00", "2037-03-09T12:00+00:00"),
    ],
)
def test_a_date_is_over_at_its_end_and_a_time_without_an_offset_is_local(
    staffed: Duban, until: str, instant: str
) -> None:
    done(staffed("person", "away", "li", "--until", until))
    with reading() as session:
        away = session.execute(select(tables.Person.away_until).where(tables.Person.id == "li")).scalar_one()
    assert away == dt.datetime.fromisoformat(instant)


@pytest.mark.usefixtures("inside")
def test_a_token_is_shown_once_and_alone(staffed: Duban) -> None:
    secret = done(staffed("token", "issue", "chen", "--label", "front desk", "--days", "90"))
    assert secret.startswith("duban_")
    assert secret.count("\n") == 1
    with reading() as session:
        token = tables.Token
        row = session.execute(select(token.digest, token.label, token.created_at, token.expires_at)).one()
    assert secret.strip() not in row
    assert row.label == "front desk"
    assert row.expires_at - row.created_at == dt.timedelta(days=90)
    assert done(staffed("token", "withdraw", "chen", "--label", "front desk")) == "Tokens withdrawn: 1.\n"
    assert "Nothing was withdrawn: there is no token of chen" in done(staffed("token", "withdraw", "chen"))
    refused(staffed("token", "withdraw"), 2)
    refused(staffed("token", "issue", "chen", "--days", "0"), 2)


def test_a_name_that_is_taken_is_said(staffed: Duban) -> None:
    assert "already a person chen" in refused(staffed("person", "add", "chen", "--name", "陈"), 1)
    assert "already a site pier" in refused(staffed("site", "add", "pier", "--name", "码头", "--prefix", "P"), 1)
    assert "clock" in refused(staffed("person", "add", "clock", "--name", "钟"), 2)


def test_who_has_left_is_taken_back_and_it_is_said_what_to_give_anew(staffed: Duban) -> None:
    done(staffed("role", "give", "chen", "duty_manager", "--site", "pier"))
    gone = staffed("person", "leave", "chen")
    assert "`duban person back chen` takes chen back" in done(gone)
    assert "Warning: pier has no duty manager" in gone.stderr
    assert "had left already" in done(staffed("person", "leave", "chen"))
    back = done(staffed("person", "back", "chen"))
    assert "chen had left and is here again, without the roles and tokens" in back
    assert "  duban role give chen duty_manager --site pier" in back
    done(staffed("role", "give", "chen", "duty_manager", "--site", "pier"))
    assert "was not away: nothing was changed" in done(staffed("person", "back", "chen"))


def test_a_site_that_loses_its_last_duty_manager_is_named(staffed: Duban) -> None:
    for person in ("chen", "li"):
        done(staffed("role", "give", person, "duty_manager", "--site", "pier"))
    first = staffed("role", "take", "chen", "duty_manager", "--site", "pier")
    away = staffed("person", "away", "li")
    covered = staffed("person", "away", "li", "--deputy", "chen")
    taken = staffed("role", "take", "li", "duty_manager", "--site", "pier")
    assert [bool(re.search("Warning: pier", one.stderr)) for one in (first, away, covered, taken)] == [
        False,
        True,
        False,
        True,
    ]


def test_an_absence_is_said_in_full_and_keeps_the_deputy(staffed: Duban) -> None:
    assert done(staffed("person", "away", "li")) == "li is away until further notice, no deputy.\n"
    until = ("--until", "2037-03-09")
    assert done(staffed("person", "away", "li", *until, "--deputy", "chen")) == (
        "li is away until 2037-03-10 00:00+08:00, deputy chen.\n"
    )
    assert "deputy chen as before" in done(staffed("person", "away", "li"))
    assert "2020-01-02 00:00+08:00 is over already" in refused(
        staffed("person", "away", "li", "--until", "2020-01-01"), 2
    )


def test_somebody_is_renamed_and_what_is_not_said_stays(staffed: Duban) -> None:
    assert done(staffed("person", "rename", "li", "--name", "李桦")) == (
        "li is called 李桦 / Li from now on, not 李华 / Li.\n"
    )
    assert done(staffed("person", "rename", "li", "--name-en", "", "--lang", "zh")) == (
        "li 现名为 李桦，原名 李桦 / Li。\n"
    )
    assert "nothing was changed" in done(staffed("person", "rename", "li", "--name", "李桦"))
    assert "李桦" in done(staffed("people"))
    assert "--name" in refused(staffed("person", "rename", "li"), 2)
    assert "There is no person lee" in refused(staffed("person", "rename", "lee", "--name", "李"), 2)
    assert "name of a person" in refused(staffed("person", "rename", "li", "--name", ""), 2)


def test_a_site_is_changed_and_what_is_not_said_stays(staffed: Duban) -> None:
    assert done(staffed("site", "change", "pier", "--name-en", "The Pier", "--prefix", "PR")).splitlines() == [
        "pier: English name: - -> The Pier",
        "pier: prefix: MT -> PR",
    ]
    assert done(staffed("site", "change", "pier", "--calendar", "office", "--lang", "zh")).splitlines() == [
        "pier: 日历：各流程自己的 -> office",
        "今后开立的工单按新日历计算；定期工单按新日历开立。",
        "没有按其他日历计算的未结工单。",
    ]
    listed = json.loads(done(staffed("site", "list", "--format", "json")))
    assert listed == [
        {"id": "pier", "name": "码头商场", "name_en": "The Pier", "number_prefix": "PR", "calendar": "office"}
    ]
    assert "nothing was changed" in done(staffed("site", "change", "pier", "--calendar", "office"))
    assert "did you mean office?" in refused(staffed("site", "change", "pier", "--calendar", "ofice"), 2)
    assert "exclude" in refused(staffed("site", "change", "pier", "--calendar", "office", "--no-calendar"), 2)
    assert "office -> of each definition" in done(staffed("site", "change", "pier", "--no-calendar"))
    assert "did you mean pier?" in refused(staffed("site", "change", "peer", "--name", "x"), 2)


@pytest.mark.usefixtures("inside")
def test_a_site_that_gets_another_calendar_leaves_open_tickets_and_says_how_they_go_on_by_it(
    staffed: Duban, place: Path
) -> None:
    west = "calendar: west\nzone: Asia/Tokyo\nhours: {weekdays: '13:00-15:00'}\n"
    errand = ERRAND.replace("within: 30 minutes", "within: 30 working minutes")
    write(place / "definitions", {"calendars/west.yaml": west, "errand.yaml": errand})
    done(staffed("publish"))
    monday = FixedNow(dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC))  # 9:00 at the pier, hours before the west opens
    with writing() as session:
        request = Request(person="chen", transition="ask", fields={"title": "A parcel", "matter": "a parcel"})
        open_ticket(session, monday, workflow="errand", site="pier", request=request)

    def limits() -> list[dt.datetime | None]:
        with reading() as session:
            return list(session.execute(select(tables.Clock.limit_at)).scalars())

    before = limits()
    said = done(staffed("site", "change", "pier", "--calendar", "west")).splitlines()
    assert said[2] == (
        "1 open ticket keeps the days counted with so far, and all dates. "
        "What the new days would mean, and going on by them:"
    )
    assert said[3:] == ["  duban publish --preview --carry-over west", "  duban publish --carry-over west"]
    assert limits() == before
    assert "1 open ticket of west would be carried over" in done(staffed(*said[3].split()[1:]))
    assert limits() == before
    done(staffed(*said[4].split()[1:]))
    assert limits() != before
    back = done(staffed("site", "change", "pier", "--no-calendar", "--lang", "zh")).splitlines()
    assert back[2].startswith("1 张未结工单保留原来的日历和所有到期时间。")
    assert back[3] == "  duban publish --preview --carry-over office"


@pytest.mark.usefixtures("inside")
def test_a_department_is_closed_and_it_is_said_which_open_tickets_stay_there(staffed: Duban, place: Path) -> None:
    errand = ERRAND.replace("matter: {type: text}", "matter: {type: text}\n  whose: {type: department}")
    write(place / "definitions", {"errand.yaml": errand.replace("fill: matter}", "fill: matter, may_fill: whose}")})
    done(staffed("publish"))
    with writing() as session:
        for whose in ("finance", None):
            fields = {"title": "A parcel", "matter": "a parcel", **({"whose": whose} if whose else {})}
            request = Request(person="chen", transition="ask", fields=fields)
            open_ticket(session, SystemNow(), workflow="errand", site="pier", request=request)
    assert done(staffed("department", "close", "pier", "finance")) == (
        "pier gives finance nothing new; 1 open ticket names it and stays there until somebody moves it.\n"
    )
    assert "closed" in done(staffed("department", "list", "pier"))
    assert (
        done(staffed("department", "close", "pier", "finance", "--lang", "zh")) == "finance 早已停用：没有任何改动。\n"
    )
    done(staffed("department", "add", "pier", "finance"))
    assert "closed" not in done(staffed("department", "list", "pier"))
    with writing() as session:
        session.execute(update(tables.FieldValue).where(tables.FieldValue.field == "whose").values(current=False))
    assert "no open ticket names it" in done(staffed("department", "close", "pier", "finance"))
    assert "did you mean finance?" in refused(staffed("department", "close", "pier", "finances"), 2)


def test_what_is_there_can_be_listed(staffed: Duban) -> None:
    assert done(staffed("site", "list")).splitlines()[1].split()[:3] == ["pier", "码头商场", "MT"]
    assert json.loads(done(staffed("site", "list", "--format", "json")))[0]["number_prefix"] == "MT"
    assert done(staffed("department", "list", "pier")).splitlines()[1].split() == ["finance", "Finance"]
    assert "did you mean pier?" in refused(staffed("department", "list", "pir"), 2)
    assert "There is no token" in done(staffed("token", "list"))
    secret = done(staffed("token", "issue", "chen", "--label", "front desk")).strip()
    listed = done(staffed("token", "list"))
    assert listed.splitlines()[1].split()[:3] == ["chen", "front", "desk"]
    assert "+08:00" in listed
    assert secret not in listed + done(staffed("token", "list", "--format", "json"))
    done(staffed("token", "withdraw", "chen"))
    assert "front desk" not in done(staffed("token", "list"))
    assert "withdrawn" in done(staffed("token", "list", "--all"))


def test_the_note_of_a_publication_can_be_read_again(installed: Duban, place: Path) -> None:
    assert "Nothing has been published yet" in done(installed("publications"))
    done(installed("publish", "--note", "Opening"))
    write(place, {"definitions/errand.yaml": ERRAND.replace("30 minutes", "20 minutes")})
    done(installed("publish", "--note", "Quicker"))
    newest, first = done(installed("publications")).splitlines()[1:]
    assert newest.split()[0] == "2"
    assert newest.endswith("Quicker  errand.yaml")
    assert "Opening" in first
    assert "roles.yaml" in first


def test_a_new_site_says_what_it_still_needs(staffed: Duban) -> None:
    said = staffed("site", "add", "jetty", "--name", "栈桥", "--prefix", "ZQ").stderr
    assert "duban department add jetty finance" in said
    assert "duban role give PERSON duty_manager --site jetty" in said


# serve and schedule


def test_why_a_port_cannot_be_listened_on_is_told_apart(installed: Duban) -> None:
    assert "no address of this machine" in refused(installed("serve", "--host", "300.1.1.1"), 2)
    assert "不是本机的地址" in refused(installed("serve", "--host", "203.0.113.9", "--lang", "zh"), 2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert "another program listens" in refused(installed("serve", "--port", port), 1)


def test_a_port_that_the_system_keeps_is_told_apart(installed: Duban, monkeypatch: pytest.MonkeyPatch) -> None:
    class Kept(socket.socket):
        def bind(self, _address: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(serving.socket, "socket", Kept)
    assert "kept for the administrator" in refused(installed("serve", "--port", "80"), 1)


def test_serve_and_schedule_hand_over_what_they_were_told(
    installed: Duban, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(serving, "serve", lambda *arguments: told.append(arguments))
    monkeypatch.setattr(serving, "schedule", lambda *arguments: told.append(arguments))
    done(installed("serve", "--port", "9000", "--demonstration"))
    done(installed("schedule"))
    (settings, *rest), (again, *place_to_ask) = told
    assert rest == ["127.0.0.1", 9000, True]
    assert place_to_ask == ["127.0.0.1", None]
    assert settings == again
    assert isinstance(settings, Settings)
    assert settings.definitions == place / "definitions"


# A real process


def test_a_real_process_answers_and_exits_like_that(place: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN_", "LC_", "LANG"))}

    def call(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from service.cli import main; main()", *arguments]
        given = environ | {"PYTHONIOENCODING": "latin-1"} | more
        return subprocess.run(command, env=given, capture_output=True, text=True, check=False)

    good = call("check")
    assert (good.returncode, good.stdout, good.stderr) == (0, "3 files checked, nothing is wrong.\n", "")
    write(place, {"definitions/roles.yaml": ROLES + PORTER.replace("duty_manager", "nobody")})
    bad = call("check")
    assert bad.returncode == 1
    assert "nobody" in bad.stdout
    assert "\\u642c" in bad.stdout  # a terminal without Chinese is shown escapes
    assert call("check", "--colour").returncode == 2
    assert "Traceback" not in good.stderr + bad.stderr
