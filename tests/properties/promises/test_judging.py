"""That the judge sees a figure that is too short, and a witness that shows something else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.properties.promises import judging
from tests.properties.promises.judging import Tally, judge
from tests.properties.promises.making import ROLES, written
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Definition
from workflow.promises.figure import Figure

HOUR = dt.timedelta(hours=1)

JOB = (
    'calendar: house\nzone: Asia/Shanghai\nhours: {every day: "00:00-24:00"}\n---\n'
    + written({"roles": ROLES})
    + """\
---
workflow: job
calendar: house
accountable: boss
states:
  s1: {responsible: desk}
  done: {end: true}
transitions:
  begin: {from: new, to: s1, by: desk}
  finish: {from: anywhere, to: done, by: desk}
deadlines: {answer: {within: 3 hours, until: finish, late: {every: 7 hours, notify: boss}}}
"""
)


def changed(monkeypatch: pytest.MonkeyPatch, **values: object) -> list[str]:
    """What is said of the figures of a plain definition, with some values of each written otherwise."""
    figures = judging.figures

    def others(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> tuple[Figure, ...]:
        return tuple(replace(one, **values) for one in figures(catalogue, definition, at))

    monkeypatch.setattr(judging, "figures", others)
    house = compile_catalogue({"house.yaml": JOB})
    return judge(house, house.definitions["job"], Tally(), most=20)


def test_figures_that_hold_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed(monkeypatch) == []


def test_a_figure_that_is_too_short_is_seen_with_the_history_that_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, longest = changed(monkeypatch, longest=3 * HOUR - dt.timedelta(microseconds=1), exact=False)
    assert "first_telling of job s1: 2:59:59.999999 is given, 3:00:00 was met" in first
    assert "begin" in first
    assert "7:00:00 was met" in longest


def test_a_figure_that_is_too_long_is_an_upper_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed(monkeypatch, longest=9 * HOUR, exact=False) == []


def test_a_witness_that_shows_less_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = changed(monkeypatch, longest=9 * HOUR, exact=True)
    assert len(wrong) == 2
    assert all("witness" in one for one in wrong)


def test_a_state_without_a_figure_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "figures", lambda *_: ())
    house = compile_catalogue({"house.yaml": JOB})
    wrong = judge(house, house.definitions["job"], Tally(), most=20)
    assert ["has no figure" in one for one in wrong] == [True, True]
