"""Long-running commands as real processes: started, asked over HTTP, waited for with a limit, ended by their id."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

DUBAN = ("-c", "from service.cli import main; main()")

DUBAN_ON_A_SOCKET = (
    "-c",
    """
import os, sys
os.dup2(int(sys.argv.pop(1)), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
from service.cli import main; main()
""",
)
"""The command with a socket that was opened before, the first word, as systemd hands it over."""

TICK = 0.02
PATIENCE = 60.0
"""How often, and for how many seconds at the most, a test looks for what must come."""


class Running:
    """A process of Python; what it says goes into a file. It inherits the files with the numbers `open_files`."""

    def __init__(
        self, said: Path, *words: str, port: int = 0, open_files: Sequence[int] = (), **environment: str
    ) -> None:
        self.said = said
        self.port = port
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        with said.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=inherited | environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                pass_fds=open_files,
            )

    def words(self) -> str:
        return self.said.read_text("utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log, where it logs JSON."""
        return [json.loads(line) for line in self.words().splitlines() if line.startswith("{")]

    def wait_for(self, what: Callable[[], Any], why: str) -> Any:
        """Look again and again whether something has come, and give it back; AssertionError if it does not."""
        until = time.monotonic() + PATIENCE
        while not (found := what()):
            assert not self.ended(TICK), f"it ended by itself: {self.words()}"
            assert time.monotonic() < until, f"{why} did not come: {self.words()}"
        return found

    def ended(self, within: float = PATIENCE) -> bool:
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)

    def children(self) -> set[int]:
        """The processes that it has started and that have not ended."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(word) for word in listed.split()}

    def ask(
        self, path: str, body: Any = None, timeout: float = PATIENCE, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, Any]:
        """Status, headers and body of the answer on a connection of its own; GET, or POST where there is a `body`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if body is None:
                connection.request("GET", path, headers=sent)
            else:
                connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **sent})
            answer = connection.getresponse()
            text = answer.read().decode()
            kind = answer.headers.get_content_type()
            return answer.status, answer.headers, json.loads(text) if kind.endswith("json") else text
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether it answers at all."""
        try:
            return self.ask("/healthz")[0] == 200
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
