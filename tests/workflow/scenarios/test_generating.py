"""Scenarios that are written from a definition: they pass, show everything, and are written once."""

from __future__ import annotations

import pytest

from tests.definitions.shipped import shipped
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.scenario import Expect, Scenario
from workflow.scenarios.generating.again import Generated, generate
from workflow.scenarios.generating.files import new_texts, with_document, with_documents
from workflow.scenarios.generating.goals import Family, shown, wanted
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage

FOLDER = "scenarios"

HOUSE = """\
calendar: office
zone: Asia/Shanghai
country: CN
hours: {weekdays: "09:00-18:00"}
---
departments: {operations: {zh: 营运部, en: Operations}, security: {zh: 安全部, en: Security}}
roles:
  desk: {zh: 服务台, en: Desk, scope: site}
  boss: {zh: 主管, en: Boss, scope: site}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
"""

ERRAND = """\
workflow: errand
zh: 跑腿
en: Errand
calendar: office
accountable: desk
fields:
  size:      {zh: 大小, en: Size, type: number, min: 1}
  wanted_at: {zh: 希望时间, en: Wanted at, type: datetime, min: opened, max: 30 days after opened}
  reason:    {zh: 等待原因, en: Reason, type: text}
states:
  open:    {zh: 待办, en: Open, responsible: desk}
  waiting: {zh: 等待, en: Waiting, responsible: desk}
  done:    {zh: 完成, en: Done, end: true}
transitions:
  begin: {zh: 登记, en: Begin, from: new, to: open, by: anyone, fill: size, may_fill: wanted_at}
  wait:  {zh: 等待, en: Wait, from: open, to: waiting, by: desk, fill: reason, at_most: 2}
  go_on: {zh: 继续, en: Go on, from: waiting, to: open, by: [desk, clock]}
  finish:
    zh: 办结
    en: Finish
    from: open
    to: done
    by: desk
  hand_up:
    zh: 上报
    en: Hand up
    from: open
    to: same
    by: desk
    checks: [{must: size > 10, zh: 大件才上报, en: Only what is large is handed up}]
deadlines:
  finish:
    zh: 办结时限
    en: Time to finish
    since: begin
    within: 2 days
    replaced_by: wanted_at
    until: finish
    paused_in: waiting
    soon: [{left: 1 hour, notify: desk}]
    late: [{notify: boss}, {late_by: 1 day, every: 1 day, notify: boss, set: {priority: high}}]
reminders:
  enough: {zh: 等够了, en: Waited enough, since: waiting, after: 3 days, while: waiting, move: go_on, notify: desk}
  resting:
    zh: 久未办理
    en: Nothing has happened
    since: last move
    after: 2 working days
    every: 1 working day
    at: "09:00"
    while: anywhere
    notify: [responsible, accountable]
"""

FILES = {"house.yaml": HOUSE, "errand.yaml": ERRAND}


def generated(files: dict[str, str], workflow: str = "errand") -> tuple[Generated, dict[str, str]]:
    """What is generated for a workflow, and the files with it."""
    known = compile_catalogue(files)
    found = generate(known.definitions[workflow], known, Stage(known))
    return found, files | new_texts(found, files, FOLDER, known.scenarios)


def scenarios(files: dict[str, str]) -> tuple[Catalogue, tuple[Scenario, ...]]:
    known = compile_catalogue(files)
    return known, known.scenarios


def named(files: dict[str, str], name: str) -> Scenario:
    return next(one for one in scenarios(files)[1] if one.name == name)


def failing(files: dict[str, str]) -> list[str]:
    known, all_of_them = scenarios(files)
    return [one.name for one in all_of_them if not run(one, Stage(known)).passed]


ERRANDS = generated(FILES)
"""Generated once: the tests only read it."""


# --- What is written ----------------------------------------------------------------------------------------------


def test_what_is_generated_passes_and_leaves_nothing_out() -> None:
    found, files = ERRANDS
    assert failing(files) == []
    assert [one.text.en for one in found.unreached] == []
    assert all(one.generated for one in scenarios(files)[1])


def test_every_goal_is_shown() -> None:
    known, all_of_them = scenarios(ERRANDS[1])
    family = Family.of(known.definitions["errand"], known.definitions)
    seen = set()
    for one in all_of_them:
        play = run(one, Stage(known)).play
        assert play is not None
        seen |= {goal for happened in play.history for goal in shown(family, happened, play.calendar)}
    assert set(wanted(family)) <= seen
    kinds = {goal.kind for goal in wanted(family)}
    assert kinds == {"made", "by clock", "met", "fired", "again", "paused", "resumed", "replaced", "reminded", "rested"}


def test_a_scenario_is_called_after_what_it_shows_in_both_languages() -> None:
    texts = {one.name: (one.text.en, one.text.zh) for one in scenarios(ERRANDS[1])[1]}
    assert texts["missed_finish_late_2_again"] == (
        "Time to finish: missed, step 2, again and again",
        "办结时限：逾期第2级，反复提醒",
    )


def test_a_value_is_tried_that_lets_a_check_pass() -> None:
    steps = named(ERRANDS[1], "hand_up").steps
    assert steps[0].fill["size"] == 11  # type: ignore[attr-defined]


def test_it_is_the_same_text_every_time() -> None:
    assert generated(FILES)[1] == ERRANDS[1]


def test_a_step_stands_in_one_line_where_it_fits() -> None:
    text = ERRANDS[1]["scenarios/errand.yaml"]
    assert "  - {do: begin, by: desk, fill: {size: 10}}\n" in text
    assert "  - wait: 5 minutes\n" in text
    assert max(len(line) for line in text.splitlines()) <= 120


# --- Again --------------------------------------------------------------------------------------------------------


def test_generating_again_changes_nothing() -> None:
    found, files = generated(ERRANDS[1])
    assert not found.changes
    assert files == ERRANDS[1]


def test_what_somebody_wrote_is_not_written_again() -> None:
    begun = 'scenario: mine\nworkflow: errand\nen: Mine\ngiven: {at: "2026-10-12 09:00"}\nsteps:\n'
    begun += "  - {do: begin, by: desk, fill: {size: 11}}\n  - {do: hand_up, by: desk}\n  - {do: finish, by: desk}\n"
    found, files = generated(FILES | {"scenarios/errand.yaml": begun})
    assert files["scenarios/errand.yaml"].startswith(begun)
    assert "hand_up" not in [one.name for one in found.added]
    assert failing(files) == []


def changed(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    assert old in files["errand.yaml"]
    return files | {"errand.yaml": files["errand.yaml"].replace(old, new)}


def test_a_generated_scenario_that_no_longer_passes_is_written_anew_in_its_place() -> None:
    before = changed(ERRANDS[1], "within: 2 days", "within: 3 days")
    wrong = failing(before)
    assert wrong
    found, after = generated(before)
    assert {one.name for one in found.renewed} <= set(wrong)
    assert failing(after) == []
    names = [one.name for one in scenarios(ERRANDS[1])[1]]
    assert [one.name for one in scenarios(after)[1]][: len(names)] == names


def test_what_somebody_noted_on_a_generated_scenario_is_kept_when_it_is_written_anew() -> None:
    noted = ERRANDS[1]["scenarios/errand.yaml"].replace("generated: true\n", "rules: R-1\nnote: why\ngenerated: true\n")
    found, after = generated(changed(ERRANDS[1] | {"scenarios/errand.yaml": noted}, "within: 2 days", "within: 3 days"))
    assert found.renewed
    assert {(one.rules, one.note) for one in scenarios(after)[1]} == {(("R-1",), "why")}


def test_one_that_passes_stays_byte_for_byte() -> None:
    before = changed(ERRANDS[1], "late_by: 1 day, every", "late_by: 2 days, every")
    still = [one.name for one in scenarios(before)[1] if one.name not in failing(before)]
    after = generated(before)[1]["scenarios/errand.yaml"].split("---\n")
    kept = [each for each in before["scenarios/errand.yaml"].split("---\n") if each.split()[1] in still]
    assert kept
    assert set(kept) <= set(after)


LIMITS = ("within: 2 days", "within: 3 days", "within: 20 days", "within: 1 working day")


@pytest.mark.parametrize("limit", LIMITS[1:])
def test_a_limit_that_is_changed_and_changed_back_leaves_the_text_as_it_was(limit: str) -> None:
    between = generated(changed(ERRANDS[1], LIMITS[0], limit))[1]
    assert between != ERRANDS[1]
    assert failing(between) == []
    assert generated(changed(between, limit, LIMITS[0]))[1] == ERRANDS[1]


def shows(files: dict[str, str], name: str) -> set[tuple[str, str]]:
    """What fires in a scenario: the deadlines and reminders with their levels."""
    play = run(named(files, name), Stage(scenarios(files)[0])).play
    assert play is not None
    return {(one.entry.timer.name, one.entry.timer.level) for one in play.history if one.entry.timer is not None}


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_written_anew_shows_what_it_is_called_after_and_ends_with_what_is_expected(limit: str) -> None:
    files = generated(changed(ERRANDS[1], LIMITS[0], limit))[1]
    assert ("finish", "late 2") in shows(files, "missed_finish_late_2_again")
    assert all(isinstance(one.steps[-1], Expect) for one in scenarios(files)[1])


def test_while_one_of_somebody_fails_what_it_is_meant_to_show_is_not_written_again() -> None:
    mine = 'scenario: mine\nworkflow: errand\nen: Mine\ngiven: {at: "2026-10-12 09:00"}\nsteps:\n'
    mine += '  - {do: begin, by: desk, fill: {size: 11}}\n  - expect: {due: {finish: "2026-10-14 09:00"}}\n'
    mine += "  - {do: hand_up, by: desk}\n  - {do: finish, by: desk}\n"
    files = generated(FILES | {"scenarios/errand.yaml": mine})[1]
    found, after = generated(changed(files, "within: 2 days", "within: 3 days"))
    assert [one.name for one in found.broken] == ["mine"]
    assert found.added == ()
    assert len(scenarios(after)[1]) == len(scenarios(files)[1])


VISIT = """\
workflow: visit
zh: 走访
en: Visit
calendar: office
accountable: desk
fields:
  shop: {zh: 店铺, en: Shop, type: register, of: shops}
states:
  planned: {zh: 待办, en: Planned, responsible: desk}
  done:    {zh: 完成, en: Done, end: true}
transitions:
  plan:   {zh: 立项, en: Plan, from: new, to: planned, by: clock, fill: shop}
  finish: {zh: 办结, en: Finish, from: planned, to: done, by: desk}
recurring:
  any:   {zh: 店铺走访, en: Any shops, every: month, for_each: shops}
  large: {zh: 大店走访, en: Large shops, every: month, for_each: shops, if: shops.large}
deadlines:
  finish: {zh: 按时, en: In time, since: plan, within: 2 days, until: finish, late: [{every: 1 day, notify: boss}]}
"""

SHOPS = """\
register: shops
zh: 店铺
en: Shops
kept_by: desk
columns:
  large: {zh: 大店, en: Large, type: yes_no}
"""


def test_an_opening_that_was_to_be_refused_shows_no_opening() -> None:
    files = {"house.yaml": HOUSE, "visit.yaml": VISIT, "shops.yaml": SHOPS}
    mine = "scenario: mine\nworkflow: visit\nen: Mine\n"
    mine += 'given: {at: "2026-10-12 09:00", entries: {shops: {a: {large: false}}}}\n'
    mine += "steps:\n  - {recurring: large, party: a, refused: not_meant}\n"
    found = generated(files | {"scenarios/visit.yaml": mine}, "visit")[0]
    assert found.broken == ()
    added = {one.name for one in found.added}
    found = generated(files | {"scenarios/visit.yaml": mine.replace("false", "true")}, "visit")[0]
    assert [one.name for one in found.broken] == ["mine"]
    assert {one.name for one in found.added} == added


# --- Who may do what ----------------------------------------------------------------------------------------------


def test_in_every_state_it_is_asked_what_everybody_may_do() -> None:
    asked = {
        expect.state: dict(expect.allowed)
        for one in reversed(scenarios(ERRANDS[1])[1])
        for expect in one.steps
        if isinstance(expect, Expect) and expect.allowed
    }
    assert asked == {
        "open": {"desk": ("wait", "finish"), "anyone": ()},
        "waiting": {"desk": ("go_on",), "anyone": ()},
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to: waiting, by: desk", "to: waiting, by: anyone"),
        ("from: waiting, to: open", "from: [waiting, open], to: open"),
        ("at_most: 2", "at_most: 3"),
        ("by: [desk, clock]", "by: [anyone, clock]"),
    ],
)
def test_it_is_heard_when_more_is_allowed(old: str, new: str) -> None:
    assert failing(ERRANDS[1]) == []
    assert failing(changed(ERRANDS[1], old, new))


def test_a_generated_scenario_whose_moves_are_gone_is_taken_out() -> None:
    start = ERRAND.index("  hand_up:\n")
    before = changed(ERRANDS[1], ERRAND[start : ERRAND.index("deadlines:\n")], "")
    found, after = generated(before)
    assert "hand_up" in [one.name for one in found.dropped]
    assert "hand_up" not in after["scenarios/errand.yaml"]
    assert failing(after) == []


def test_a_scenario_that_somebody_wrote_is_never_changed_and_said_to_be_broken() -> None:
    mine = ERRANDS[1]["scenarios/errand.yaml"].replace("generated: true\n", "")
    before = changed(ERRANDS[1] | {"scenarios/errand.yaml": mine}, "within: 2 days", "within: 3 days")
    found, after = generated(before)
    assert found.broken
    assert not found.renewed
    assert after["scenarios/errand.yaml"].startswith(mine)


def test_what_cannot_be_reached_is_named_with_the_reason() -> None:
    shut = changed(dict(FILES), "must: size > 10", "must: size > 10 and size < 5")
    found, _ = generated(shut)
    assert [(one.text.en, one.reason.en) for one in found.unreached] == [("Hand up", "Only what is large is handed up")]


def test_a_level_that_never_comes_is_named() -> None:
    never = changed(dict(FILES), "late: [{notify: boss}", "late: [{if: size > 10 and size < 5, notify: boss}")
    found, _ = generated(never)
    assert [one.goal.detail for one in found.unreached] == ["late 1"]
    assert found.unreached[0].reason.en.startswith("its `if` was true in none of ")
    assert found.unreached[0].reason.read("zh").endswith("其 `if` 都不成立")


def test_a_level_that_another_limit_forestalls_never_comes_due() -> None:
    soon = changed(dict(FILES), "late_by: 1 day, every: 1 day", "late_by: 400 days")
    ended = changed(
        soon,
        "reminders:\n",
        "reminders:\n  over: {zh: 到期, en: Over, since: begin, after: 90 days, while: anywhere, move: stop}\n",
    )
    ended = changed(
        ended, "deadlines:\n", "  stop: {zh: 停止, en: Stop, from: anywhere, to: done, by: clock}\ndeadlines:\n"
    )
    found, _ = generated(ended)
    assert [one.goal.detail for one in found.unreached] == ["late 2"]
    assert "never comes due" in found.unreached[0].reason.en


# --- Texts of files -----------------------------------------------------------------------------------------------


def test_a_document_is_put_in_the_place_of_another() -> None:
    text = "# ours\n\nscenario: a\nx: 1\n---\nscenario: b\n---\nscenario: c\n"
    assert with_document(text, 6, "scenario: new\n") == text.replace("scenario: b\n", "scenario: new\n")
    assert with_document(text, 6, "") == "# ours\n\nscenario: a\nx: 1\n---\nscenario: c\n"
    assert with_document(text, 3, "") == "# ours\n\nscenario: b\n---\nscenario: c\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "a\n---\nb\n"), ("# only words\n\n", "# only words\n\na\n---\nb\n"), ("old", "old\n---\na\n---\nb\n")],
)
def test_documents_are_added_at_the_end(before: str, after: str) -> None:
    assert with_documents(before, ["a\n", "b\n"]) == after


# --- What is shipped ----------------------------------------------------------------------------------------------


NOT_TO_BE_REACHED = {
    ("recording", "again", "delete"): "it could be refused only while the matter is open, and then it never begins",
}
"""What no story of a shipped lifecycle can show, and why: the second time of a move that is tried again if refused."""


def test_nothing_is_left_to_generate_for_what_is_shipped() -> None:
    """So every transition and every timer of every shipped lifecycle is reached, or this names it."""
    known = shipped()
    stage = Stage(known)
    for definition in known.opened():
        found = generate(definition, known, stage)
        assert not found.changes, definition.name
        assert not found.broken, definition.name
        unreached = {(one.goal.workflow, one.goal.kind, one.goal.name) for one in found.unreached}
        assert unreached <= NOT_TO_BE_REACHED.keys(), definition.name
