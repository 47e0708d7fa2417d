"""`duban register`: entries one at a time and by the table, in both languages, and nothing by halves."""

from __future__ import annotations

import datetime as dt
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook
from sqlalchemy.engine import URL

from service.cli import main
from tests.service.house import house

TENANTS = """\
register: tenants
zh: 租户
en: Tenants
kept_by: desk
columns:
  area: {type: number, min: 1}
  anchor: {zh: 主力店, en: Anchor store, type: yes_no}
  kind: {zh: 业态, en: Business, type: choice, of: {food: {zh: 餐饮, en: Food}, retail: {zh: 零售, en: Retail}}}
  opened_on: {type: date}
  contact: {type: contact, confidential: personal}
"""

Duban = Callable[..., Result]


@pytest.fixture
def duban(tmp_path: Path, database_url: URL, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """Calls a command in a house with a register and the site `pier`; no exception that nobody foresaw."""
    for path, text in house(tenants=TENANTS).items():
        file = tmp_path / "definitions" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    address = database_url.set(drivername=database_url.get_backend_name()).render_as_string(hide_password=False)
    environ = {name: None for name in os.environ if name.startswith(("DUBAN_", "LC_"))}

    def call(*arguments: str) -> Result:
        env = {**environ, "LANG": "en_US.UTF-8", "DUBAN_DATABASE_URL": address}
        result = CliRunner().invoke(main, arguments, env=env)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    done(call("publish"))
    done(call("site", "add", "pier", "--name", "码头商场", "--prefix", "MT"))
    return call


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result, exit_code: int) -> str:
    assert result.exit_code == exit_code, result.output
    return result.stderr


def shown(duban: Duban, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        done(duban("register", "show", "tenants", "--site", "pier", "--format", "json", *arguments))
    )
    return found


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


def test_a_table_is_written_as_a_whole(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "tenants.csv"
    file.write_text(
        "\ufeffkey,name,name_en,since,area,anchor,opened_on\n"
        'a15,星辰咖啡,"Star, Coffee",2026-01-01,86.5,是,2026-01-15\n'
        "\n"
        "b-2,书店,,2026-01-01,,no,\n",
        encoding="utf-8",
    )
    take = ("register", "import", "tenants", str(file), "--site", "pier")
    assert done(duban(*take)) == "2 entries read: 2 added, 0 changed, 0 as they were.\n"
    assert done(duban(*take)) == "2 entries read: 0 added, 0 changed, 2 as they were.\n"
    first, second = shown(duban)
    assert first["name_en"] == "Star, Coffee"
    assert first["values"] == {"area": "86.5", "anchor": True, "opened_on": "2026-01-15"}
    assert second["values"] == {"anchor": False}
    assert [one["version"] for one in (first, second)] == [1, 1]


def workbook(file: Path, *rows: Sequence[object]) -> Path:
    """A workbook of Excel with these rows in its first sheet, and something else in the second."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("other").append(["not read"])
    book.save(file)
    return file


def test_a_workbook_of_excel_is_a_table_like_any_other(duban: Duban, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "tenants.xlsx",
        ["键", "名称", "业态", "area", "anchor", "opened_on", "since"],
        ["a15", "星辰咖啡", "餐饮", 86.5, True, dt.date(2026, 1, 15), dt.datetime(2026, 1, 1)],  # noqa: DTZ001
        [],
        ["b-2", "书店", None, 40, "否"],
        ["c3", 1001, None, 12.0],
    )
    take = ("register", "import", "tenants", str(file), "--site", "pier")
    assert "3 would be added" in done(duban(*take, "--dry-run"))
    assert done(duban(*take)) == "3 entries read: 3 added, 0 changed, 0 as they were.\n"
    assert done(duban(*take)) == "3 entries read: 0 added, 0 changed, 3 as they were.\n"
    first, second, third = shown(duban, "--over")
    assert first["values"] == {"kind": "food", "area": "86.5", "anchor": True, "opened_on": "2026-01-15"}
    assert second["values"] == {"area": "40", "anchor": False}
    assert (third["name"], third["values"]) == ("1001", {"area": "12"})


def test_of_a_workbook_each_bad_row_is_named_by_its_number_and_column(duban: Duban, tmp_path: Path) -> None:
    rows = (["key", "name", "area"], ["a", "甲", 0], ["b", "乙", "many"], [None, None, 3], ["a", "丙", 1])
    file = workbook(tmp_path / "tenants.xlsx", *rows[:4])
    told = refused(duban("register", "import", "tenants", str(file), "--site", "pier", "--dry-run"), 1)
    assert "line 2: area: at least 1, not 0" in told
    assert "line 3: area: " in told
    assert "line 4: " in told
    repeated = workbook(tmp_path / "again.xlsx", rows[0], rows[1], rows[4])
    assert "line 3 repeats the key a of line 2" in refused(duban("register", "import", "tenants", str(repeated)), 1)
    wide = workbook(tmp_path / "wide.xlsx", rows[0], ["a", "甲", 1, "beside"])
    assert "line 2 has 4 cells, the first line 3" in refused(duban("register", "import", "tenants", str(wide)), 1)
    assert shown(duban, "--over") == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"key,name\n", "is no workbook (.xlsx)"),
        ("a.XLSX", b"", "is no workbook (.xlsx)"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "is an old workbook; save it as .xlsx"),
    ],
)
def test_what_is_called_a_workbook_and_is_none_is_said(
    duban: Duban, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(duban("register", "import", "tenants", name, "--site", "pier"), 1)


def test_a_workbook_whose_sheet_is_spoilt_is_no_workbook(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", ["key", "name"], ["a", "甲"])
    with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(tmp_path / "tenants.xlsx", "w") as spoilt:
        for one in packed.namelist():
            content = packed.read(one)
            spoilt.writestr(one, content[: len(content) // 2] if one.endswith("sheet1.xml") else content)
    assert "is no workbook" in refused(duban("register", "import", "tenants", "tenants.xlsx", "--site", "pier"), 1)


def test_a_workbook_that_unpacks_to_more_than_any_table_is_refused(duban: Duban, tmp_path: Path) -> None:
    file = workbook(tmp_path / "tenants.xlsx", ["key", "name"])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", b" " * 100_000_001)
    assert file.stat().st_size < 1_000_000
    assert "holds too much" in refused(duban("register", "import", "tenants", str(file), "--site", "pier"), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"name\nx\n", "`key` among them"),
        (b"key,key\nx,y\n", "each once"),
        (b"", "`key` among them"),
        (b"key,name\na15\n", "line 2 has 1 cells, the first line 2"),
        (b"key,name\na15,x\na15,y\n", "line 3 repeats the key a15 of line 2"),
        (b"key,name,area\ngood,x,1\na15,x,0\n,y,1\n", "2 things are wrong:\nline 3: area: at least 1, not 0"),
        (b"key,name,since\na15,x,soon\n", "line 2: soon is no date or time"),
        (b'key,name\na15,"x\n', "is no CSV table"),
        (b"key,name\na15,\xb0\xb2\n", "is not UTF-8"),
    ],
)
def test_of_a_table_with_a_fault_nothing_is_written(duban: Duban, tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "tenants.csv").write_bytes(text)
    assert said in refused(duban("register", "import", "tenants", "tenants.csv", "--site", "pier"), 1)
    assert shown(duban, "--over") == []


def test_a_trial_tells_what_would_be_written_and_writes_nothing(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "tenants.csv"
    take = ("register", "import", "tenants", str(file), "--site", "pier")
    file.write_text("key,name,area\na,甲,10\nb,乙,20\n", encoding="utf-8")
    trial = "2 entries read: 2 would be added, 0 changed, 0 are as they are. Nothing has been written.\n"
    assert done(duban(*take, "--dry-run")) == trial
    assert shown(duban) == []
    done(duban(*take))
    file.write_text("键,名称,area\na,甲,10\nb,乙,21\nc,丙,\n", encoding="utf-8")
    assert "将新增 1 条，更改 1 条，1 条不变。未写入。" in done(duban(*take, "--dry-run", "--lang", "zh"))
    assert [one["values"] for one in shown(duban)] == [{"area": "10"}, {"area": "20"}]
    file.write_text("key,name,area\na,甲,0\nb,乙,many\n", encoding="utf-8")
    told = refused(duban(*take, "--dry-run"), 1)
    assert "line 2: area: at least 1, not 0" in told
    assert "line 3: area: " in told


def test_a_choice_may_be_written_as_people_read_it(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "tenants.csv"
    file.write_text("Key,NAME,业态\na,甲,餐饮\n", encoding="utf-8")
    done(duban("register", "import", "tenants", str(file), "--site", "pier"))
    assert shown(duban)[0]["values"] == {"kind": "food"}


def test_a_column_that_there_is_not_is_named_with_the_one_that_is_meant(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "tenants.csv").write_text("key,name,aria\na,甲,1\n", encoding="utf-8")
    told = refused(duban("register", "import", "tenants", "tenants.csv", "--site", "pier"), 1)
    assert "the first line names 'aria', which tenants has not; did you mean area?" in told


def test_a_template_is_filled_in_and_imported(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    done(duban("register", "template", "tenants", "-o", str(file), "--lang", "zh"))
    head = file.read_text("utf-8-sig")
    assert head.startswith("键,名称,英文名称,生效时间,终止时间,")
    file.write_text(head + "a,甲" + "," * (head.count(",") - 1) + "\n", encoding="utf-8-sig")
    assert "1 added" in done(duban("register", "import", "tenants", str(file), "--site", "pier"))
    assert "File exists" in refused(duban("register", "template", "tenants", "-o", str(file)), 2)


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


def test_a_table_that_is_not_there_is_wrong_usage(duban: Duban) -> None:
    assert "No such file" in refused(duban("register", "import", "tenants", "no.csv", "--site", "pier"), 2)


def test_publishing_says_what_becomes_of_a_register(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "definitions" / "tenants.yaml"
    file.write_text(TENANTS.replace("min: 1", "min: 2").replace("kept_by: desk\n", ""), encoding="utf-8")
    assert "changed   register tenants" in done(duban("publish", "--preview"))
    file.unlink()
    assert "register tenants" in done(duban("publish"))
    assert "There is no register" in done(duban("register", "list"))
