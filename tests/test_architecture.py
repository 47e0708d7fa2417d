"""The house keeps its own order: who imports whom, and who reads the clock."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORKFLOW = sorted((ROOT / "workflow").rglob("*.py"))
SERVICE = sorted((ROOT / "service").rglob("*.py"))

OUTSIDE = {
    "graphlay": "workflow/picture",
    "holidays": "workflow/public_holidays.py",
    "lark": "workflow/conditions.py",
    "marshmallow": "workflow/reading/schema",
    "transitions": "workflow/machine",
    "yaml": "workflow/reading/source",
}
"""What `workflow` may use beside the standard library and itself, and where."""

NOT_PURE = {
    "asyncio", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "time", "urllib", "uuid",
}  # fmt: skip
"""Of the standard library, what reads or changes anything outside."""

LINT = "import sys; from importlinter import cli; sys.exit(cli.lint_imports('pyproject.toml', no_cache=True))"


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Checks the import contracts of the project that lies in `folder`."""
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_import_contracts_hold() -> None:
    checked = contracts(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("workflow/durations.py", "import service.now"),
        ("workflow/durations.py", "import sqlalchemy"),
        ("workflow/durations.py", "import os"),
        ("workflow/problems.py", "import workflow.machine"),
        ("workflow/durations.py", "import transitions"),
        ("service/now.py", "import service.tables"),
        ("service/tables/site.py", "import lark"),
        ("service/api/__init__.py", "import service.tables"),
    ],
)
def test_a_contract_that_is_broken_is_noticed(module: str, line: str, tmp_path: Path) -> None:
    for package in ("workflow", "service"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{line}\n")
    checked = contracts(tmp_path)
    assert checked.returncode == 1
    assert "BROKEN" in checked.stdout


def test_workflow_imports_nothing_that_reaches_outside() -> None:
    faults = []
    for path in WORKFLOW:
        where = path.relative_to(ROOT).as_posix()
        for name in imports(path):
            package = name.partition(".")[0]
            if package in OUTSIDE:
                allowed = where.startswith(OUTSIDE[package])
            else:
                allowed = package == "workflow" or (package in sys.stdlib_module_names and package not in NOT_PURE)
            if not allowed:
                faults.append(f"{where} imports {name}")
    assert faults == []


def test_workflow_opens_nothing_runs_no_text_and_asks_no_clock() -> None:
    names = {"open", "eval", "exec", "compile", "__import__", "print", "input"}
    attributes = {"now", "utcnow", "today", "localtime"}
    faults = []
    for path in WORKFLOW:
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            by_name = isinstance(called, ast.Name) and called.id in names
            if by_name or (isinstance(called, ast.Attribute) and called.attr in attributes):
                faults.append(f"{path.relative_to(ROOT)}:{called.lineno}: {ast.unparse(called)}")
    assert faults == []


def ruff(code: str, path: str) -> str:
    """What ruff says of `code` if it stood in `path`."""
    words = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "TID251",
        "--output-format",
        "concise",
        "--stdin-filename",
    ]
    return subprocess.run([*words, path, "-"], cwd=ROOT, input=code, capture_output=True, text=True, check=False).stdout


WAYS_TO_READ_THE_CLOCK = """
import datetime
import datetime as dt
import time
from datetime import date, datetime as moment
from time import time as seconds
from sqlalchemy import func

dt.datetime.now(dt.UTC)
datetime.datetime.utcnow()
moment.today()
date.today()
time.time()
seconds()
time.time_ns()
time.localtime()
time.strftime("%Y")
func.now()
func.current_timestamp()
func.clock_timestamp()
"""


def test_every_way_to_read_the_clock_is_refused_but_in_the_one_place() -> None:
    reads = len(WAYS_TO_READ_THE_CLOCK.split("\n\n")[1].strip().splitlines())
    for path in ("workflow/x.py", "service/moves.py", "service/api/x.py", "tests/service/test_x.py"):
        found = {line.split(":")[1] for line in ruff(WAYS_TO_READ_THE_CLOCK, path).splitlines() if "TID251" in line}
        assert len(found) == reads, path  # the one under another name where it is imported
    assert "TID251" not in ruff(WAYS_TO_READ_THE_CLOCK, "service/now.py")


def test_no_file_excuses_itself_from_the_clock() -> None:
    for path in (*WORKFLOW, *SERVICE):
        assert "noqa: TID251" not in path.read_text(), path


def test_no_file_is_a_bag() -> None:
    bags = {"utils", "util", "helpers", "common", "base", "manager", "misc", "models"}
    for path in (*WORKFLOW, *SERVICE):
        assert path.stem not in bags, path
        assert not path.stem.endswith("_service"), path
