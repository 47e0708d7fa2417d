"""The reference for process owners: each of its examples loads, its keys are those there are, its due dates hold."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from tests.definitions.shipped import FOLDER, shipped_files
from tests.language.files import file_of
from workflow.catalogue import Catalogue, compile_catalogue
from workflow.durations import parse_duration
from workflow.reading import not_yet
from workflow.reading.schema.parts import Part

README = (FOLDER / "README.md").read_text("utf-8")

BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
PART = re.compile(r"# in ([a-z-]+)\n")
DUE = re.compile(r"^\| (\d\S* ?[^|]*?) \| \w{3} (\S+) (\S+) \| (\w{3}) (\S+) (\S+) \|$", re.MULTILINE)
"""A row of the table of due dates: limit, from, due; each instant with its weekday."""

WHOLE = [block for block in BLOCKS if not PART.match(block)]
PARTS = [block for block in BLOCKS if PART.match(block)]


def compiled(*extra: str) -> Catalogue:
    files = shipped_files() | {file_of(block): block for block in WHOLE}
    return compile_catalogue(files | {file_of(text): text for text in extra})


def as_variation(part: str) -> str:
    """A part made whole: the example that it belongs to, with these parts in it."""
    parent = PART.match(part)
    assert parent is not None
    return f"workflow: variation\nextends: {parent[1]}\n{part}"


def keys_of(part: str) -> str:
    return "-".join(re.findall(r"^(\w+):", part, re.MULTILINE))


def test_every_block_is_a_whole_example_or_says_where_it_belongs() -> None:
    assert len(WHOLE) == 5
    assert len(PARTS) >= 5
    assert all(block.startswith(("workflow: ", "calendar: ", "register: ")) for block in WHOLE)
    assert README.count("```") == 2 * len(BLOCKS)


def test_the_whole_examples_load_without_a_warning() -> None:
    assert compiled().warnings == ()


@pytest.mark.parametrize("part", PARTS, ids=[f"{number}-{keys_of(part)}" for number, part in enumerate(PARTS, 1)])
def test_each_part_loads_inside_its_example(part: str) -> None:
    catalogue = compiled(as_variation(part))
    assert catalogue.warnings == ()
    assert "variation" in catalogue.definitions


def local(day: str, time: str, zone: ZoneInfo) -> dt.datetime:
    midnight = dt.datetime.fromisoformat(day).replace(tzinfo=zone)
    hours, minutes = map(int, time.split(":"))
    return midnight + dt.timedelta(hours=hours, minutes=minutes)


def test_the_table_of_due_dates_says_when_things_are_due() -> None:
    calendar = compiled().calendars["mall"]
    zone = ZoneInfo(calendar.zone)
    rows = DUE.findall(README)
    assert len(rows) == 7
    for limit, from_day, from_time, weekday, day, time in rows:
        duration = parse_duration(limit)
        due = calendar.add(local(from_day, from_time, zone), duration.count, duration.unit)
        assert due == local(day, time, zone), limit
        assert f"{dt.date.fromisoformat(day):%a}" == weekday


def section(title: str) -> str:
    """What stands under a heading of the second order."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def documented() -> set[str]:
    """The names in the first columns of the tables of keys."""
    tables = "".join(map(section, ("Keys", "Calendars", "Registers", "Departments and roles")))
    first = re.findall(r"^\| ((?:`[a-z_]+` ?)+)\|", tables, re.MULTILINE)
    return {key for cell in first for key in re.findall(r"`([a-z_]+)`", cell)}


def accepted(part: type[Part] = Part) -> set[str]:
    """The keys that a file may have, whatever part they stand on."""
    return set(part().keys()).union(*(accepted(one) for one in part.__subclasses__()))


def test_every_key_is_explained_and_no_other_stands_in_a_table() -> None:
    assert [key for key in sorted(accepted()) if f"`{key}`" not in README] == []
    assert documented() - accepted() == set()


def test_every_key_stands_in_an_example_or_in_a_shipped_file() -> None:
    written = "\n".join([*BLOCKS, *shipped_files().values()])
    assert [key for key in sorted(accepted()) if not re.search(rf"[\s{{]{key}:\s", written)] == []


def test_what_is_not_carried_out_yet_is_named() -> None:
    said = section("Known words that are not carried out yet")
    words = {word for row in not_yet.KEYS.values() for word in row}
    assert [word for word in sorted(words) if f"`{word}`" not in said] == []
