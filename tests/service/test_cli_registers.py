"""`duban register`: entries one at a time, in both languages, and nothing by halves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.command_line import Duban, done, refused
from tests.service.register_house import TENANTS, shown, with_tenants


@pytest.fixture
def duban(tmp_path: Path, database_url: URL, monkeypatch: pytest.MonkeyPatch) -> Duban:
    return with_tenants(tmp_path, database_url, monkeypatch)


def test_the_registers_are_shown_with_their_columns(duban: Duban) -> None:
    assert "area anchor kind opened_on contact" in done(duban("register", "list"))
    (found,) = json.loads(done(duban("register", "list", "--format", "json")))
    assert (found["register"], found["zh"], found["kept_by"]) == ("tenants", "租户", ["desk"])
    assert found["columns"]["area"] == "number"


def test_an_entry_is_put_changed_and_retired(duban: Duban) -> None:
    put = ("register", "put", "tenants", "a15", "--site", "pier")
    assert done(duban(*put, "--name", "星辰咖啡", "--since", "2026-01-01", "area=86.50", "anchor=是")) == "a15 added.\n"
    assert "已更新 a15" in done(duban(*put, "contact=周女士", "area=", "--lang", "zh"))

    (entry,) = shown(duban)
    assert entry["values"] == {"anchor": True, "contact": "周女士"}
    assert (entry["name"], entry["site"], entry["version"]) == ("星辰咖啡", "pier", 2)
    assert entry["since"] == "2025-12-31T16:00:00+00:00"
    assert entry["missing"] == ["area", "kind", "opened_on"]
    assert "area kind opened_on" in done(duban("register", "show", "tenants", "--site", "pier", "--incomplete"))

    done(duban("register", "retire", "tenants", "a15", "--site", "pier", "--until", "2026-02-28"))
    assert shown(duban) == []
    (over,) = shown(duban, "--over")
    assert (over["until"], over["holds"]) == ("2026-02-28T16:00:00+00:00", False)


def test_a_value_that_cannot_be_names_its_column_as_people_call_it(duban: Duban) -> None:
    put = ("register", "put", "tenants", "a15", "--site", "pier", "--name", "甲")
    assert refused(duban(*put, "kind=shop", "--lang", "zh"), 1).startswith("错误：业态（kind）：“shop”")
    assert refused(duban(*put, "kind=shop"), 1).startswith("Error: Business (kind): ")
    assert refused(duban(*put, "cost=3", "--lang", "zh"), 1).startswith("错误：“cost”：名册 tenants 没有这一列")
    assert refused(duban(*put, "--until", "2020-01-01", "--lang", "zh"), 1).startswith("错误：终止时间：")


def test_the_entries_of_every_site_are_shown_with_their_columns(duban: Duban) -> None:
    done(duban("site", "add", "tower", "--name", "塔楼", "--prefix", "TL"))
    start = ("--since", "2026-01-01")
    for site in ("pier", "tower"):
        put = ("register", "put", "tenants", "a15", "--site", site, *start)
        done(duban(*put, "--name", "星辰咖啡", "area=86.5", "anchor=no", "kind=food", "contact=" + "周女士 " * 20))
    done(duban("register", "put", "tenants", "shared", "--name", "总部", *start))

    lines = done(duban("register", "show", "tenants")).splitlines()
    labels = ("area", "Anchor store", "Business", "opened on", "contact")
    assert lines[0].split() == " ".join(("key", "name", "site", *labels, "since", "until")).split()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["a15", "星辰咖啡", "pier"],
        ["a15", "星辰咖啡", "tower"],
        ["shared", "总部", "all"],
    ]
    assert lines[1].split()[3:6] == ["86.5", "no", "Food"]
    assert "周女士 周女士 周女士 周…" in lines[1]
    assert "周女士 周女士 周女士 周女" not in lines[1]

    chinese = done(duban("register", "show", "tenants", "--site", "tower", "--lang", "zh")).splitlines()
    assert chinese[0].split()[3:6] == ["area", "主力店", "业态"]
    assert chinese[1].split()[2:6] == ["tower", "86.5", "否", "餐饮"]
    assert len(chinese) == 3

    found = json.loads(done(duban("register", "show", "tenants", "--format", "json")))
    assert [(one["key"], one["site"]) for one in found] == [("a15", "pier"), ("a15", "tower"), ("shared", None)]
    assert found[0]["values"]["contact"] == ("周女士 " * 20).strip()


def test_what_cannot_be_is_said_and_nothing_is_written(duban: Duban) -> None:
    put = ("register", "put", "tenants", "a15", "--site", "pier")
    assert "name: write a text; this is nothing" in refused(duban(*put), 1)
    assert "area: at least 1, not 0" in refused(duban(*put, "--name", "甲", "area=0"), 1)
    assert "Anchor store (anchor): " in refused(duban(*put, "--name", "甲", "anchor=maybe"), 1)
    assert "did you mean area?" in refused(duban(*put, "--name", "甲", "aera=1"), 1)
    assert "write area as area=VALUE" in refused(duban(*put, "--name", "甲", "area"), 2)
    assert "no date or time" in refused(duban(*put, "--name", "甲", "--since", "soon"), 2)
    assert "did you mean tenants?" in refused(duban("register", "put", "tenant", "a15", "--name", "甲"), 2)
    assert "没有项目 peir；是否想写 pier？" in refused(
        duban("register", "put", "tenants", "a15", "--name", "甲", "--site", "peir", "--lang", "zh"), 2
    )
    assert "没有所有项目共用的条目“a15”" in refused(duban("register", "retire", "tenants", "a15", "--lang", "zh"), 1)
    assert "name the site" in refused(duban("register", "retire", "tenants", "a15"), 1)
    assert shown(duban, "--over") == []


def test_the_history_of_an_entry_tells_what_was_changed_when_and_by_whom(duban: Duban) -> None:
    put = ("register", "put", "tenants", "a15", "--site", "pier")
    done(duban(*put, "--name", "甲", "--since", "2026-01-01", "kind=food", "contact=周先生"))
    done(duban(*put, "kind=retail", "contact=周女士"))
    told = done(duban("register", "history", "tenants", "a15", "--site", "pier", "--lang", "zh"))
    lines = [line.split() for line in told.splitlines()]
    assert [line[-3:] for line in lines if line[0] == "2"] == [
        ["业态", "餐饮", "零售"],
        ["contact", "周先生", "周女士"],
    ]
    newest, first = json.loads(
        done(duban("register", "history", "tenants", "a15", "--site", "pier", "--format", "json"))
    )
    assert newest["changed"]["kind"] == {"old": "food", "new": "retail"}
    assert first["changed"]["name"] == {"old": None, "new": "甲"}
    assert "has no entry 'b1'" in refused(duban("register", "history", "tenants", "b1", "--site", "pier"), 1)


def test_publishing_says_what_becomes_of_a_register(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "definitions" / "tenants.yaml"
    file.write_text(TENANTS.replace("min: 1", "min: 2").replace("kept_by: desk\n", ""), encoding="utf-8")
    assert "changed   register tenants" in done(duban("publish", "--preview"))
    file.unlink()
    assert "register tenants" in done(duban("publish"))
    assert "There is no register" in done(duban("register", "list"))
