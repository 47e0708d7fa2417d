"""What a check has found is found again as long as nothing has changed, and never after."""

from __future__ import annotations

import datetime as dt
import inspect
import shutil
import sys
from pathlib import Path

import pytest

import workflow
from service.cli import remembered
from service.cli.remembered import Found, find, usual_folder
from workflow.compiling import compile_catalogue

LANGUAGE = Path(__file__).parents[1] / "language"
HOUSE = (LANGUAGE / "house.yaml").read_bytes()
FAULTY = HOUSE.replace(b"accountable: desk", b"accountable: dessk")
FILES = {"house.yaml": HOUSE}
DAY = dt.date(2026, 1, 12)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "check"


class Counted:
    """Counts how often something is really checked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self.really = remembered._find
        monkeypatch.setattr(remembered, "_find", self)

    def __call__(self, files: dict[str, bytes], day: dt.date) -> Found:
        self.times += 1
        return self.really(files, day)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def test_the_same_files_are_checked_once(cache: Path, checked: Counted) -> None:
    assert find(FILES, cache, DAY) == find(dict(FILES), cache, DAY)
    assert checked.times == 1


def test_another_day_is_checked_anew_for_the_known_years_of_a_calendar_come_to_their_end(
    cache: Path, checked: Counted
) -> None:
    until = compile_catalogue(FILES).calendars["mall"].published_until
    assert until is not None
    assert find(FILES, cache, DAY).problems == ()
    assert [problem.check for problem in find(FILES, cache, until).problems] == ["calendar_ends"]
    assert checked.times == 2


def test_without_a_folder_nothing_is_remembered(checked: Counted) -> None:
    find(FILES, None, DAY)
    find(FILES, None, DAY)
    assert checked.times == 2


@pytest.mark.parametrize("file", sorted((LANGUAGE / "err").glob("*.yaml")), ids=lambda file: file.stem)
def test_what_is_remembered_says_all_that_was_found(file: Path, cache: Path) -> None:
    files = FILES | {file.name: file.read_bytes()}
    first, again = find(files, cache, DAY), find(files, cache, DAY)
    assert first.problems
    # Texts in Chinese and replacements do not count when two problems are compared; here they do.
    assert repr(again) == repr(first)


def test_what_is_waived_is_remembered_with_its_reason(cache: Path, checked: Counted) -> None:
    files = FILES | {"waivers.yaml": (LANGUAGE / "ok" / "waivers.yaml").read_bytes()}
    first, again = find(files, cache, DAY), find(files, cache, DAY)
    assert first.waived
    assert repr(again) == repr(first)
    assert checked.times == 1


@pytest.mark.parametrize(
    "other",
    [{"house.yaml": HOUSE + b"\n"}, {"home.yaml": HOUSE}, {"house.yaml": HOUSE, "b.yaml": b""}, {"house.yaml": FAULTY}],
)
def test_any_other_file_is_checked(other: dict[str, bytes], cache: Path, checked: Counted) -> None:
    find(FILES, cache, DAY)
    assert find(other, cache, DAY) == checked.really(other, DAY)
    assert checked.times == 2


def test_what_stands_in_one_file_is_not_what_stands_in_two(cache: Path, checked: Counted) -> None:
    find({"a": b"b", "c": b"d"}, cache, DAY)
    find({"a": b"bcd"}, cache, DAY)
    assert checked.times == 2


def test_another_program_checks_anew(
    cache: Path, checked: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(FILES, cache, DAY)
    copy = tmp_path / "workflow"
    shutil.copytree(workflow.__path__[0], copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(workflow, "__path__", [str(copy)])
    find(FILES, cache, DAY)
    assert checked.times == 1  # the same sources in another place are the same program
    module = copy / "reading" / "checks" / "silence.py"
    module.write_text(module.read_text("utf-8") + "\n", "utf-8")
    find(FILES, cache, DAY)
    assert checked.times == 2


def test_another_library_or_python_checks_anew(cache: Path, checked: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    find(FILES, cache, DAY)
    monkeypatch.setattr(remembered, "LIBRARIES", ("holidays",))
    find(FILES, cache, DAY)
    monkeypatch.setattr(sys, "version", "another")
    find(FILES, cache, DAY)
    assert checked.times == 3


def test_a_check_follows_from_the_files_and_the_day_alone() -> None:
    """Whatever else it comes to be handed has to be hashed as well."""
    assert list(inspect.signature(compile_catalogue).parameters) == ["files", "at"]


@pytest.mark.parametrize("damage", [b"", b"\x00", b"{}", b"\n{}", b"null"])
def test_what_is_damaged_is_worked_out_anew(damage: bytes, cache: Path, checked: Counted) -> None:
    first = find(FILES, cache, DAY)
    (answer,) = cache.iterdir()
    answer.write_bytes(damage)
    assert find(FILES, cache, DAY) == first
    assert checked.times == 2
    assert find(FILES, cache, DAY) == first  # and is remembered again
    assert checked.times == 2


def test_one_changed_byte_is_damage(cache: Path, checked: Counted) -> None:
    files = {"house.yaml": FAULTY}
    first = find(files, cache, DAY)
    (answer,) = cache.iterdir()
    answer.write_bytes(answer.read_bytes().replace(b"dessk", b"dessl"))
    assert find(files, cache, DAY) == first
    assert checked.times == 2


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert find({"house.yaml": FAULTY}, tmp_path / "file" / "check", DAY).problems


def test_only_so_many_answers_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_ANSWERS", 3)
    monkeypatch.setattr(remembered, "_find", lambda _, __: Found((), ()))
    for number in range(6):
        find({"a.yaml": bytes([number])}, cache, DAY)
    assert len(list(cache.iterdir())) == 3


def test_an_answer_that_is_too_large_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "LARGEST_ANSWER", 10)
    assert find({"house.yaml": FAULTY}, cache, DAY).problems
    assert not cache.exists()


def test_the_users_own_folder_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert usual_folder() == Path("/elsewhere/duban/check")
    monkeypatch.setenv("HOME", "/home/somebody")
    for nowhere in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CACHE_HOME", nowhere)
        assert usual_folder() == Path("/home/somebody/.cache/duban/check")
