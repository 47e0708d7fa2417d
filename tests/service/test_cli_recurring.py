"""`duban recurring` from outside: what will be opened when, from a folder and from what is published."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.service.house import OFFICE, ROLES
from tests.service.test_recurring import ANCHORS, COUNT, SHOP_VISITS, SHOPS, VISIT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "definitions"
    place.mkdir()
    files = {"office": OFFICE, "roles": ROLES, "shops": SHOPS, "visit": VISIT + COUNT + SHOP_VISITS}
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(text, "utf-8")
    return place


def duban(tmp_path: Path, *arguments: str) -> Result:
    environ: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("DUBAN_", "LC_"))}
    environ |= {
        "LANG": "en_US.UTF-8",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "DUBAN_DATABASE_URL": f"sqlite:///{tmp_path / 'duban.db'}",
    }
    result = CliRunner().invoke(main, arguments, env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


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


def test_a_time_without_an_offset_is_refused(folder: Path, tmp_path: Path) -> None:
    result = duban(tmp_path, "recurring", "--definitions", str(folder), "--at", "tomorrow")
    assert result.exit_code == 2
    assert "2026-05-01T00:00+08:00" in result.stderr


def test_for_which_entries_a_schedule_is_stands_beside_its_register(folder: Path, tmp_path: Path) -> None:
    (folder / "visit.yaml").write_text(VISIT + ANCHORS, "utf-8")
    at = ("recurring", "--definitions", str(folder), "--at", "2026-02-27T00:00+08:00", "--next", "1")
    assert "anchors  shops     “class” is “anchor”  March 2026" in duban(tmp_path, *at).stdout
    assert "“类别”为“主力店”" in duban(tmp_path, *at, "--lang", "zh").stdout
