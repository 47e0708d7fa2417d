"""One serving process for one SQLite file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.single import AlreadyServed, only_server

SERVE = (
    "import sys; from pathlib import Path; from service.single import only_server\n"
    "with only_server(Path(sys.argv[1])): print('serving', flush=True); sys.stdin.read()"
)


def test_a_second_process_is_refused_with_a_sentence_that_names_the_first(tmp_path: Path) -> None:
    file = tmp_path / "duban.db"
    words = [sys.executable, "-c", SERVE, str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "serving\n"
        refusal = f"already being served by process {first.pid}.*PostgreSQL"
        with pytest.raises(AlreadyServed, match=refusal), only_server(file):
            pass
        first.send_signal(signal.SIGKILL)  # even then the operating system takes the right back
    with only_server(file):
        assert Path(f"{file}.serving").read_text() == f"{os.getpid()}\n"


def test_the_right_is_given_back_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "duban.db"
    for _ in range(2):
        with only_server(file), pytest.raises(AlreadyServed), only_server(file):
            pass


def test_two_databases_are_served_side_by_side(tmp_path: Path) -> None:
    with only_server(tmp_path / "a.db"), only_server(tmp_path / "b.db"):
        assert (tmp_path / "a.db.serving").stat().st_mode & 0o777 == 0o600
