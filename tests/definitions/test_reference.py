"""The reference for process owners, in both languages: its examples load, its tables and dates hold."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.definitions.key_tables import EVERY_PART, EVERYWHERE, KEYS, PAGES, TABLE, cells, explained, written
from tests.definitions.reference_page import BLOCK, BLOCKS, HOUSE, PART, PARTS, TEXTS, WHOLE, WHOLE_KINDS, compiled
from tests.definitions.shipped import FOLDER
from tests.definitions.written_keys import written_keys
from workflow import people
from workflow.compiling import compile_catalogue
from workflow.condition_types import BUILT_INS
from workflow.definition import COMMENT, GRANT, REFUSE, TYPED_BUILT_INS, FieldType
from workflow.durations import parse_duration
from workflow.problems import DefinitionFaulty, Problem
from workflow.reading.due_words import parse_due
from workflow.reading.schema.meanings import MEANINGS
from workflow.reading.schema.parts import reader_of
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage

both = pytest.mark.parametrize("lang", PAGES)


def as_variation(part: str) -> str:
    """A part made whole: the example that it belongs to, with these parts in it."""
    parent = PART.match(part)
    assert parent is not None
    return f"workflow: variation\nextends: {parent[1]}\n{part}"


def keys_of(part: str) -> str:
    return "-".join(re.findall(r"^(\w+):", part, re.MULTILINE))


# --- Examples -----------------------------------------------------------------------------------------------------


@both
def test_every_block_is_a_whole_example_or_says_where_it_belongs(lang: str) -> None:
    blocks = BLOCK.findall(TEXTS[lang])
    assert len(blocks) > 15
    assert TEXTS[lang].count("```") == 2 * len(blocks)
    assert all(PART.match(block) or block.startswith(WHOLE_KINDS) for block in blocks)


def test_the_whole_examples_load_without_a_warning() -> None:
    assert len(WHOLE) >= 15
    assert compiled().warnings == ()


@pytest.mark.parametrize("part", PARTS, ids=[f"{number}-{keys_of(part)}" for number, part in enumerate(PARTS, 1)])
def test_each_part_loads_inside_its_example(part: str) -> None:
    catalogue = compiled(as_variation(part))
    assert catalogue.warnings == ()
    assert "variation" in catalogue.definitions


def stories() -> dict[str, str]:
    """Each scenario of the page, with the part that stands before it on the page."""
    found, part = {}, ""
    for block in BLOCKS:
        if PART.match(block):
            part = block
        elif block.startswith("scenario: "):
            found[block] = part
    return found


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.split()[1])
def test_each_scenario_comes_true_with_the_part_before_it(story: str) -> None:
    catalogue = compiled(as_variation(stories()[story]))
    name = story.split()[1]
    (scenario,) = (one for one in catalogue.scenarios if one.name == name)
    if scenario.workflow == "lost-property":
        scenario = replace(scenario, workflow="variation")
    assert run(scenario, Stage(catalogue)).mismatches == ()


def test_both_pages_have_the_same_examples_but_for_what_is_said_beside_them() -> None:
    english, chinese = ([without_remarks(block) for block in BLOCK.findall(text)] for text in TEXTS.values())
    assert english == chinese


def without_remarks(block: str) -> str:
    return re.sub(r" +# .*", "", block)


# --- Keys ---------------------------------------------------------------------------------------------------------


@both
def test_every_table_is_written_as_the_schemas_have_it(lang: str) -> None:
    assert written(TEXTS[lang], lang) == TEXTS[lang], "run `make reference`"


@both
def test_every_key_is_explained_and_once(lang: str) -> None:
    tables = [name for found in KEYS.finditer(TEXTS[lang]) for name in found[1].split()]
    assert sorted(tables) == sorted(set(tables))
    assert set(tables) <= set(MEANINGS)
    for part in EVERY_PART:
        for key in set(reader_of(part).keys()):
            name = explained(part, key)
            assert name in tables or key in EVERYWHERE, f"{key} of {part.__name__}"
    assert {"TextPart", "Described"} <= set(tables)


def test_every_key_stands_in_an_example_of_its_part() -> None:
    examples = [*WHOLE, *map(as_variation, PARTS)]
    found = {(explained(part, key), key) for example in examples for part, key in written_keys(example)}
    every = {(explained(part, key), key) for part in EVERY_PART for key in set(reader_of(part).keys())}
    seldom = {(name, key) for name, key in every if key in EVERYWHERE and name != "Described"}
    assert sorted(every - found - seldom) == []


# --- Words inside the values --------------------------------------------------------------------------------------


def table(lang: str, first: str) -> list[tuple[str, ...]]:
    """The rows of the table that has a row beginning so."""
    for found in TABLE.findall(TEXTS[lang]):
        head, *rows = cells(found)
        if any(row[0].startswith(first) for row in [head, *rows]):
            return rows
    raise AssertionError(f"there is no table with {first}")


def codes(*texts: str) -> list[str]:
    return [code for text in texts for code in re.findall(r"`([^`]+)`", text)]


WORDS = """\
workflow: words
extends: lost-property
fields:
  kind:       {type: choice, of: [keys, phone]}
  department: {type: department}
  kept_by:    {type: department}
  consulted:  {type: list, of: {department: {type: department}}}
  witnesses:  {type: list, of: {witness: {type: person}}}
  collect_by: {type: date, max: 60 days after opened}
  found_on:   {type: date}
  insured:    {type: money}
  whole:      {type: number}
  parcels:    {type: number}
  photo:      {type: file}
  fragile:    {type: yes_no}
  urgent:     {type: yes_no}
  seen_with:  {type: ticket, of: lost-property}
calendar: night-desk
transitions:
  take_in:
    fill: [title, item, kind, department, kept_by, consulted, witnesses, collect_by, found_on, insured, whole]
    may_fill: [value, parcels, photo, fragile, urgent, seen_with, holder]
"""


@both
def test_every_way_to_name_people_is_one(lang: str) -> None:
    catalogue = compiled(WORDS)
    one = catalogue.definitions["words"]
    rows = table(lang, "`head of department`")
    said = [code for row in rows for code in codes(row[0])]
    for who in said:
        people.parse_who(who, roles=catalogue.roles, fields=one.fields, transitions=tuple(one.transitions))
    assert set(people.WORDS) <= set(said)


@both
def test_every_condition_of_the_table_is_one(lang: str) -> None:
    conditions = [codes(row[0])[0] for row in table(lang, "`value >= 1000`")]
    assert len(conditions) > 10
    for condition in conditions:
        quoted = condition.replace('"', '\\"')
        check = f'    checks: [{{if: "{quoted}", need: item}}]\n'
        compiled(WORDS + "  announce:\n" + check)


@both
def test_every_moment_of_the_table_is_one(lang: str) -> None:
    moments = [codes(row[0])[0] for row in table(lang, "`end of day`")]
    for moment in moments:
        deadline = f"deadlines:\n  day: {{no_later_than: {moment}, until: give_up, late: [{{notify: accountable}}]}}\n"
        if moment == "due":
            continue  # stands in the example of recurring tickets
        compiled(WORDS + deadline)
    assert "end of shift" in moments


@both
def test_every_duration_and_every_day_of_a_period_is_read(lang: str) -> None:
    durations = [code for row in table(lang, "`3 working days`") for code in codes(row[0], row[1])]
    assert len(durations) > 12
    for one in durations:
        parse_duration(one)
    for row in table(lang, "`working day 3`"):
        for day, said in zip(codes(row[0]), row[1].split("、"), strict=True):
            assert parse_due(day) == parse_due(said)


@both
def test_every_type_and_every_built_in_has_a_row(lang: str) -> None:
    assert [codes(row[0])[0] for row in table(lang, "`yes_no`") if codes(row[0])] == [one.value for one in FieldType]
    assert set(codes(*(row[0] for row in table(lang, "`priority`")))) == {*BUILT_INS, *TYPED_BUILT_INS}
    assert all(f"`{answer}`" in TEXTS[lang] for answer in (GRANT, REFUSE, COMMENT))


# --- What is read as something else -------------------------------------------------------------------------------

FRAME = """\
workflow: trial
zh: 试用
en: Trial
calendar: mall
accountable: service_centre
document:
  issued_by: 客服中心
fields:
  large: {type: yes_no}
  shelf: {type: text}
  size:
    type: choice
    of: [small, big]
states:
  kept:
    responsible: service_centre
  done: {end: true}
transitions:
  begin:
    from: new
    to: kept
    by: anyone
    fill: [size, shelf, large]
  finish:
    from: kept
    to: done
    by: service_centre
    checks:
      - {if: large, need: shelf}
reminders:
  resting:
    since: begin
    every: 1 day
    while: kept
    notify: accountable
"""

PLACES = {
    "note": "    responsible: service_centre\n",
    "of": "    of: [small, big]\n",
    "at": "    every: 1 day\n",
    "approved": "  issued_by: 客服中心\n",
    "number": "  issued_by: 客服中心\n",
    "version": "  issued_by: 客服中心\n",
    "handed_over": "  done: {end: true}\n",
    "if": "    every: 1 day\n",
    "{end": "  done: {end: true}\n",
    "{if": "      - {if: large, need: shelf}\n",
    "to": "    to: kept\n",
}
"""After which line of FRAME, or in whose place, something is written; by its first word."""


def tried(line: str) -> list[Problem]:
    """What the check says of FRAME with a line in it."""
    place = PLACES[re.split(r"[:：]", line)[0]]
    indent = place[: len(place) - len(place.lstrip())]
    if line.startswith("{"):
        new = place[: place.index("{")] + line + "\n"
    elif re.match(r"(of|to)[:：]", line):
        new = indent + line + "\n"
    else:
        new = place + indent + line + "\n"
    try:
        return list(compile_catalogue(HOUSE | {"trial.yaml": FRAME.replace(place, new, 1)}).warnings)
    except DefinitionFaulty as error:
        return list(error.problems)


@both
def test_what_is_read_as_something_else_is_told_as_the_page_says(lang: str) -> None:
    rows = table(lang, "`at: 17:30`")
    assert len(rows) > 10
    for line, said, instead in rows:
        found = [problem for problem in tried(codes(line)[0]) if plain(problem, lang).startswith(said)]
        assert found, (line, [plain(problem, lang) for problem in tried(codes(line)[0])])
        after = [problem.check for problem in tried(codes(instead)[0])]
        assert not {problem.check for problem in found} & set(after), (instead, after)


def plain(problem: Problem, lang: str) -> str:
    return problem.text_zh if lang == "zh" else problem.text


# --- Time ---------------------------------------------------------------------------------------------------------

DUE = re.compile(r"(\S+) (\d{4}-\d\d-\d\d) (\d\d:\d\d)")
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": tuple(f"周{one}" for one in "一二三四五六日"),
}


@both
def test_the_table_of_due_dates_says_when_things_are_due(lang: str) -> None:
    calendar = compiled().calendars["mall"]
    rows = [row for row in table(lang, "24小时") if DUE.match(row[1])]
    assert len(rows) == 7
    for limit, start, end in rows:
        duration = parse_duration(limit)
        due = calendar.add(instant(start, lang, calendar.zone), duration.count, duration.unit)
        assert due == instant(end, lang, calendar.zone), limit


def instant(text: str, lang: str, zone: str) -> dt.datetime:
    found = DUE.fullmatch(text)
    assert found is not None, text
    day = dt.date.fromisoformat(found[2])
    assert WEEKDAYS[lang][day.weekday()] == found[1], text
    hours, minutes = map(int, found[3].split(":"))
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    return midnight + dt.timedelta(hours=hours, minutes=minutes)


# --- The way about ------------------------------------------------------------------------------------------------


@cache
def anchors(path: Path) -> frozenset[str]:
    """What a link may lead to on a page: its headings, as a forge names them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_each_page_leads_to_the_tutorial_of_its_language_and_to_the_other_page() -> None:
    assert {"tutorial.md", "README.zh.md"} <= set(re.findall(r"\]\(([^)]+)\)", TEXTS["en"]))
    assert {"tutorial.zh.md", "README.md"} <= set(re.findall(r"\]\(([^)]+)\)", TEXTS["zh"]))
    for text in TEXTS.values():
        assert {"duban check", "duban publish"} <= set(codes(text.splitlines()[0]))
