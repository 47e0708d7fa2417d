"""Broken promises: told at their line with the history that breaks them, and put up with only for a reason."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import local
from tests.families import HOUSE
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.promises import proof

AT = local("2026-02-01 09:00")

JOB = """\
workflow: job
zh: 事项
calendar: office
accountable: desk
states:
  open: {zh: 办理中, responsible: desk}
  done: {end: true}
transitions:
  begin: {zh: 受理, from: new, to: open, by: desk}
  write: {from: open, to: same, by: desk}
  finish: {from: open, to: done, by: desk}
deadlines:
  work: {since: begin, within: 2 working days, until: finish, late: {every: 1 working day, notify: boss}}
promises:
"""


def promising(*promises: str, text: str = JOB) -> Catalogue:
    lines = "".join(f"  - {{{one}}}\n" for one in promises)
    return compile_catalogue({"house.yaml": HOUSE, "job.yaml": text + lines})


def test_a_promise_that_holds_is_no_problem_and_shows_the_worst_that_it_allows() -> None:
    known = promising("someone_is_told_within: 2 working days, in: open", "ended_or_told_within: 12 days")
    assert proof.broken(known, AT) == []
    told, ended = proof.verdicts(known, known.definitions["job"], AT)
    assert (told.holds, ended.holds) == (True, True)
    assert told.figure is not None
    assert told.figure.start == local("2026-02-13 00:00:00.000001")  # two working days later it is 24 February


def test_a_broken_promise_is_told_at_its_line_with_the_path_and_the_worst_start_in_both_languages() -> None:
    known = promising("ended_or_told_within: 30 days", "someone_is_told_within: 10 days")
    (problem,) = proof.broken(known, AT)
    assert (problem.check, problem.severity) == ("broken_promise", "error")
    assert str(problem.position) == "job.yaml:16:6"
    for said in (
        "10 days",
        "11 days (2 working days)",
        "just after 2026-02-13 00:00 (Friday)",
        "“begin” just after 2026-02-13",
    ):
        assert said in problem.text
    for said in ("10天", "11天（2个工作日）", "2026-02-13 00:00之后一瞬（周五）", "“受理” 2026-02-13 00:00之后一瞬"):
        assert said in problem.text_zh


def test_a_broken_promise_names_who_tells_at_last_and_what_makes_it_long_in_the_words_of_the_reader() -> None:
    paused = JOB.replace("done:", "waiting: {zh: 等待}\n  done:").replace(
        "deadlines:",
        "  wait: {zh: 等待配件, from: open, to: waiting, by: desk, at_most: 2}\n"
        "  go: {from: waiting, to: open, by: [desk, clock]}\ndeadlines:",
    )
    paused = paused.replace("since: begin,", "since: begin, paused_in: waiting,").replace(
        "promises:",
        "reminders:\n  go_on: {zh: 等待期满, since: waiting, after: 5 days, while: waiting, move: go}\npromises:",
    )
    (problem,) = proof.broken(promising("someone_is_told_within: 10 days, in: open"), AT)
    assert "until “work” tells somebody at the limit (repeating); its limit is 2 working days" in problem.text
    assert "进入“办理中”（open）后" in problem.text_zh
    assert " " not in problem.text_zh.split("；")[0].removeprefix("job ")
    (problem,) = proof.broken(promising("someone_is_told_within: 4 days, in: waiting", text=paused), AT)
    assert "until “go on” (go_on) tells somebody; it comes only after 5 days" in problem.text
    assert "for example: “begin” 2026-01-01 00:00 → “wait”" in problem.text
    assert "直到“等待期满”（go_on）通知到人；满5天才催办；从2026-01-01 00:00（举例）起" in problem.text_zh


def test_what_may_only_be_so_long_is_not_proved_and_no_breach_for_certain() -> None:
    known = promising("someone_is_told_within: 1 day")
    (verdict,) = proof.verdicts(known, known.definitions["job"], AT)
    assert (verdict.holds, verdict.proved) == (False, True)
    assert verdict.figure is not None
    assert not replace(verdict, figure=replace(verdict.figure, exact=False)).proved
    assert replace(verdict, figure=replace(verdict.figure, exact=False, longest=None)).proved


def test_a_promise_that_is_only_a_bound_says_that_it_could_not_be_proved_and_what_would_help() -> None:
    text = JOB.replace("since: begin, within", "if: write was made, since: begin, within")
    (problem,) = proof.broken(promising("ended_or_told_within: 30 days", text=text), AT)
    assert "has no bound" in problem.text
    assert "nothing is sure to tell" in problem.text
    assert "没有上限" in problem.text_zh


def test_a_reason_puts_up_with_a_broken_promise_on_the_promise_or_on_the_definition() -> None:
    reason = "accept: {broken_promise: the desk looks every morning}"
    for known in (
        promising(f"someone_is_told_within: 1 day, {reason}"),
        promising("someone_is_told_within: 1 day", text=JOB.replace("states:", f"{reason}\nstates:")),
    ):
        assert proof.broken(known, AT) == []
        ((problem, said),) = proof.judged(known, AT)
        assert (problem.check, said) == ("broken_promise", "the desk looks every morning")


def test_what_is_remembered_does_not_hide_that_a_reason_was_taken_away() -> None:
    reason = "accept: {broken_promise: for now}"
    assert proof.broken(promising(f"someone_is_told_within: 1 day, {reason}"), AT) == []
    assert len(proof.broken(promising("someone_is_told_within: 1 day"), AT)) == 1


def test_the_year_decides_which_holidays_are_the_worst() -> None:
    known = promising("someone_is_told_within: 11 days")
    assert proof.broken(known, AT) == []
    quiet = promising("someone_is_told_within: 10 days")
    assert len(proof.broken(quiet, local("2026-12-31 23:00"))) == 1


def test_a_ticket_that_only_a_schedule_opens_is_followed_like_any_other() -> None:
    by_clock = JOB.replace("from: new, to: open, by: desk", "from: new, to: open, by: clock").replace(
        "promises:", "recurring:\n  daily: {every: day}\npromises:"
    )
    known = promising("someone_is_told_within: 1 working day, in: open", text=by_clock)
    (problem,) = proof.broken(known, AT)
    assert problem.check == "broken_promise"
    assert "2 working days" in problem.text
