"""`duban register import`: tables of entries, CSV or a workbook, taken whole or not at all; every fault is named."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy.engine import URL

from tests.command_line import Duban, done, refused
from tests.service.register_house import shown, with_tenants

MORE = """\
  share: {zh: 占比, en: Share, type: percent}
  signed_at: {zh: 签约, en: Signed at, type: datetime}
"""


@pytest.fixture
def duban(tmp_path: Path, database_url: URL, monkeypatch: pytest.MonkeyPatch) -> Duban:
    return with_tenants(tmp_path, database_url, monkeypatch, MORE)


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
    assert "line 3: it repeats the key a of line 2" in refused(duban("register", "import", "tenants", str(repeated)), 1)
    wide = workbook(tmp_path / "wide.xlsx", rows[0], ["a", "甲", 1, "beside"])
    assert "line 2: it has 4 cells, the first line 3" in refused(duban("register", "import", "tenants", str(wide)), 1)
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
        (b"key,name\na15\n", "line 2: it has 1 cells, the first line 2"),
        (b"key,name\na15,x\na15,y\n", "line 3: it repeats the key a15 of line 2"),
        (b"key,name,area\ngood,x,1\na15,x,0\n,y,1\n", "2 things are wrong:\nline 3: area: at least 1, not 0"),
        (b"key,name,since\na15,x,soon\n", "line 2: since: soon is no date or time"),
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


def test_an_empty_cell_takes_the_value_out_and_a_column_that_is_not_there_leaves_it(
    duban: Duban, tmp_path: Path
) -> None:
    file = tmp_path / "tenants.csv"
    file.write_text("key,name,area,contact\na,甲,10,周先生\n", encoding="utf-8")
    take = (*IMPORT, str(file), "--site", "pier")
    done(duban(*take))
    file.write_text("key,name,area\na,,\n", encoding="utf-8")
    assert "1 changed" in done(duban(*take))
    (entry,) = shown(duban)
    assert (entry["name"], entry["values"]) == ("甲", {"contact": "周先生"})


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
    assert "is there already" in refused(duban("register", "template", "tenants", "-o", str(file)), 2)


def test_a_template_that_is_called_a_workbook_is_one_and_a_key_keeps_its_zeros(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "new.xlsx"
    done(duban("register", "template", "tenants", "-o", str(file)))
    book = load_workbook(file)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Key", "Name", "English name"]
    assert sheet.column_dimensions["A"].number_format == "@", "what is typed stays as it is"
    sheet.append(["007", "甲"])
    book.save(file)
    assert "1 added" in done(duban("register", "import", "tenants", str(file), "--site", "pier"))
    assert [one["key"] for one in shown(duban)] == ["007"]
    assert "write .xlsx or .csv" in refused(duban("register", "template", "tenants", "-o", "old.xls"), 2)


def test_what_a_cell_may_say_is_told_in_the_words_that_people_read_and_all_of_a_row_at_once(
    duban: Duban, tmp_path: Path
) -> None:
    file = tmp_path / "tenants.csv"
    file.write_text("key,name,anchor,kind,since,area\na,甲,maybe,餐饮,,1\nb,乙,是,酒店,soon,0\n", encoding="utf-8")
    take = (*IMPORT, str(file), "--site", "pier")
    assert refused(duban(*take), 1).splitlines()[1:] == [
        "line 2: Anchor store (anchor): write yes or no, not “maybe”",
        "line 3: Business (kind): “酒店” is no choice; there are: Food, Retail",
        "line 3: since: soon is no date or time; write for example 2026-03-09, or 2026-03-09T18:00+08:00",
        "line 3: area: at least 1, not 0",
    ]
    told = refused(duban(*take, "--lang", "zh"), 1)
    assert "第 2 行：主力店（anchor）：请填“是”或“否”，不是“maybe”" in told
    assert "第 3 行：业态（kind）：“酒店”不是可选项；可选：餐饮、零售" in told
    assert shown(duban, "--over") == []


def test_a_table_that_is_not_there_is_wrong_usage(duban: Duban) -> None:
    assert "No such file" in refused(duban("register", "import", "tenants", "no.csv", "--site", "pier"), 2)


# --- What workbooks and tables are like -----------------------------------------------------------------------------

IMPORT = ("register", "import", "tenants")
HEAD = ("key", "name", "area")


def refused_whole(duban: Duban, file: Path, exit_code: int = 1) -> str:
    """What is said of a table that is not imported, the same on a dry run; nothing is stored of it."""
    take = (*IMPORT, str(file), "--site", "pier")
    told = refused(duban(*take), exit_code)
    assert refused(duban(*take, "--dry-run"), exit_code) == told
    assert refused(duban(*take, "--lang", "zh"), exit_code) != told
    assert shown(duban, "--over") == []
    return told


def sheet_of(file: Path, *rows: Sequence[object]) -> Workbook:
    """A workbook with these rows, not stored yet."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return book


def repacked(whole: Path, file: Path, name: str, *changed: tuple[bytes, bytes]) -> Path:
    """The workbook with one of its parts written otherwise."""
    with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for one in packed.namelist():
            content = packed.read(one)
            for old, new in changed if one.endswith(name) else ():
                assert old in content
                content = content.replace(old, new)
            written.writestr(one, content)
    return file


def test_each_cell_that_is_merged_away_is_named(duban: Duban, tmp_path: Path) -> None:
    book = sheet_of(tmp_path, (*HEAD, "业态"), ("a", "甲", 1, "餐饮"), ("b", "乙", 2, None), ("c", "丙", 3, "零售"))
    book.worksheets[0].merge_cells("D2:D3")
    book.worksheets[0].merge_cells("A4:B4")
    file = tmp_path / "merged.xlsx"
    book.save(file)
    told = refused_whole(duban, file)
    assert "line 3: 业态: the cell is merged with another one" in told
    assert "line 4: name: the cell is merged with another one" in told
    assert "2 things are wrong" in told


def test_a_merged_heading_is_said_to_be_one(duban: Duban, tmp_path: Path) -> None:
    book = sheet_of(tmp_path, ("key", "name"), ("a", "甲", 1))
    book.worksheets[0].merge_cells("B1:C1")
    file = tmp_path / "merged.xlsx"
    book.save(file)
    assert "the first line names every column; the one of column 3: the cell is merged" in refused_whole(duban, file)


def test_a_formula_counts_as_what_excel_worked_out(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", HEAD, ("a", "甲", "=40+2"))
    told = refused_whole(duban, whole)
    assert "line 2: area: the formula in the cell was never worked out" in told
    worked_out = repacked(whole, tmp_path / "worked.xlsx", "sheet1.xml", (b"<v />", b"<v>42</v>"))
    done(duban(*IMPORT, str(worked_out), "--site", "pier"))
    assert shown(duban)[0]["values"] == {"area": "42"}


def test_a_formula_that_gives_an_empty_text_gives_nothing(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", HEAD, ("a", "甲", '=""'))
    empty = repacked(whole, tmp_path / "empty.xlsx", "sheet1.xml", (b'<c r="C2">', b'<c r="C2" t="str">'))
    done(duban(*IMPORT, str(empty), "--site", "pier"))
    assert shown(duban)[0]["values"] == {}


def test_an_error_that_a_cell_shows_is_not_taken_for_a_text(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", ("key", "name"), ("a", "=1/0"))
    broken = repacked(
        whole,
        tmp_path / "broken.xlsx",
        "sheet1.xml",
        (b'<c r="B2">', b'<c r="B2" t="e">'),
        (b"<v />", b"<v>#DIV/0!</v>"),
    )
    assert "line 2: name: the cell shows the error #DIV/0!" in refused_whole(duban, broken)


def test_a_date_that_is_stored_as_a_number_is_no_date(duban: Duban, tmp_path: Path) -> None:
    book = sheet_of(tmp_path, ("key", "name", "since", "opened_on"), ("a", "甲", 46037, 46037), ("b", "乙", None, 1e9))
    book.worksheets[0]["D3"].number_format = "yyyy-mm-dd"
    file = tmp_path / "numbers.xlsx"
    book.save(file)
    told = refused_whole(duban, file)
    assert "line 2: since: 46037 is no date or time; write for example 2026-03-09" in told
    assert "line 3: opened_on: the cell shows the error #VALUE!" in told
    (tmp_path / "numbers.csv").write_text("key,name,opened_on\na,甲,46037\n", encoding="utf-8")
    assert "line 2: opened on (opened_on): “46037” is not a date; write it like 2026-05-01" in refused_whole(
        duban, tmp_path / "numbers.csv"
    )


def test_a_time_of_a_workbook_is_one_of_the_calendars_zone_and_a_share_is_what_is_shown(
    duban: Duban, tmp_path: Path
) -> None:
    signed = dt.datetime(2026, 3, 2, 9, 0, 30)  # noqa: DTZ001
    book = sheet_of(tmp_path, ("key", "name", "share", "signed_at"), ("a", "甲", 0.075, signed))
    book.worksheets[0]["C2"].number_format = "0.0%"
    file = tmp_path / "shares.xlsx"
    book.save(file)
    done(duban(*IMPORT, str(file), "--site", "pier"))
    assert shown(duban, "--over")[0]["values"] == {"share": "7.5", "signed_at": "2026-03-02T01:00:30+00:00"}


def test_rows_that_are_empty_are_passed_over_and_counted_as_lines(duban: Duban, tmp_path: Path) -> None:
    rows = (HEAD, (), ("a", "甲", 1), ("  ", None, " "), ("b", "乙", 0), ())
    told = refused_whole(duban, workbook(tmp_path / "gaps.xlsx", *rows))
    assert told == "Error: nothing has been imported, 1 thing is wrong:\nline 5: area: at least 1, not 0\n"
    (tmp_path / "gaps.csv").write_text("key,name,area,,\n,,,,\na,甲,1,,\n , ,,,\nb,乙,2,,\n", encoding="utf-8")
    assert "2 added" in done(duban(*IMPORT, "gaps.csv", "--site", "pier"))


def test_a_workbook_that_says_it_is_smaller_than_it_is_is_read_to_its_end(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", HEAD, ("a", "甲", 1), ("b", "乙", 2))
    small = repacked(whole, tmp_path / "small.xlsx", "sheet1.xml", (b'ref="A1:C3"', b'ref="A1"'))
    assert "2 added" in done(duban(*IMPORT, str(small), "--site", "pier"))
    assert [one["values"] for one in shown(duban)] == [{"area": "1"}, {"area": "2"}]


def test_where_the_first_sheet_is_another_one_it_is_named(duban: Duban, tmp_path: Path) -> None:
    book = sheet_of(tmp_path, ("填表说明",), ("逐行填写",))
    book.worksheets[0].title = "说明"
    book.create_sheet("商户").append(["key", "name"])
    file = tmp_path / "wrong.xlsx"
    book.save(file)
    told = refused_whole(duban, file)
    assert "sheet “说明” (only the first sheet is read): the first line names '填表说明', which tenants has not" in told
    workbook(tmp_path / "empty.xlsx")
    assert "sheet “Sheet” (only the first sheet is read): the first line names the columns" in refused_whole(
        duban, tmp_path / "empty.xlsx"
    )


def test_every_row_that_is_wrong_is_named_whatever_is_wrong_with_it(duban: Duban, tmp_path: Path) -> None:
    rows = (HEAD, ("a", "甲", 1, "beside"), ("a", "乙", 1), (None, "丙", 0), ("a", "丁", 2), ("B 2", "戊", "many"))
    told = refused_whole(duban, workbook(tmp_path / "wrong.xlsx", *rows)).splitlines()
    assert [line.split(": ")[0] for line in told[1:]] == [
        "line 2",
        "line 3",
        "line 4",
        "line 4",
        "line 5",
        "line 6",
        "line 6",
    ]
    assert told[1].endswith("it has 4 cells, the first line 3")
    assert told[2].endswith("it repeats the key a of line 2")
    assert told[3].startswith("line 4: key: ")


@pytest.mark.parametrize("part", ["end", "directory", "middle", "locked"])
def test_of_a_workbook_that_arrived_in_pieces_nothing_is_taken(duban: Duban, tmp_path: Path, part: str) -> None:
    whole = workbook(
        tmp_path / "whole.xlsx", HEAD, *((f"k{number}", f"店 {number}", number) for number in range(1, 300))
    )
    content = bytearray(whole.read_bytes())
    if part == "middle":
        with zipfile.ZipFile(whole) as packed:
            start = packed.getinfo("xl/worksheets/sheet1.xml").header_offset
        content[start + 200 : start + 260] = bytes(60)
    elif part == "locked":
        content[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        del content[-100:]
    else:
        del content[-10 if part == "end" else len(content) // 2 :]
    (tmp_path / "pieces.xlsx").write_bytes(content)
    told = refused_whole(duban, tmp_path / "pieces.xlsx")
    said = "has a password or is an old workbook; save it as .xlsx" if part == "locked" else "is no workbook (.xlsx): "
    assert f"pieces.xlsx {said}" in told


@pytest.mark.parametrize(
    ("encoding", "taken"), [("utf-8-sig", True), ("utf-8", True), ("gbk", False), ("gb18030", False)]
)
def test_a_csv_table_is_utf_8_with_a_mark_or_without(duban: Duban, tmp_path: Path, encoding: str, taken: bool) -> None:
    file = tmp_path / "tenants.csv"
    file.write_text("键,名称\na,星辰咖啡\n", encoding=encoding)
    if taken:
        done(duban(*IMPORT, str(file), "--site", "pier"))
        assert [one["name"] for one in shown(duban)] == ["星辰咖啡"]
    else:
        assert "tenants.csv is not UTF-8; save it as CSV UTF-8" in refused_whole(duban, file)


def test_of_many_faults_the_first_fifty_are_told(duban: Duban, tmp_path: Path) -> None:
    rows = ((f"k{number}", f"店 {number}", 0) for number in range(60))
    told = refused_whole(duban, workbook(tmp_path / "bad.xlsx", HEAD, *rows))
    assert "60 things are wrong:\nline 2: area: at least 1, not 0\n" in told
    assert told.endswith("line 51: area: at least 1, not 0\nand 10 more\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is slow is the work on each row
def test_two_thousand_rows_are_taken_whole(duban: Duban, tmp_path: Path) -> None:
    rows = [(f"k{number:04}", f"店 {number}", number) for number in range(1, 2001)]
    good = workbook(tmp_path / "good.xlsx", HEAD, *rows)
    assert "2000 added" in done(duban(*IMPORT, str(good), "--site", "pier"))


def test_a_table_of_more_rows_than_are_taken_at_once_is_refused(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("key,name\n" + "".join(f"k{number},x\n" for number in range(10_001)), "utf-8")
    assert "more than 10000 rows; divide the table" in refused_whole(duban, tmp_path / "long.csv")


def test_what_only_concerns_who_writes_a_workbook_again_is_not_said(duban: Duban, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", HEAD, ("a", "甲", 1))
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    file = repacked(whole, tmp_path / "validated.xlsx", "sheet1.xml", (b"</worksheet>", extension))
    result = duban(*IMPORT, str(file), "--site", "pier")
    assert "1 added" in done(result)
    assert result.stderr == ""
