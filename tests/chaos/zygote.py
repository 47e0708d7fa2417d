"""Victims within milliseconds: a process that has everything imported and read, and forks one whenever it is told to.

It does nothing else, so that there is never a thread or a connection in it that a victim would inherit. It ends with
whoever started it, and its victims end with it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]

PATIENCE = 60.0
"""How many seconds anything may take, until it is given up."""


@dataclass(slots=True, eq=False)
class Victim:
    """A process that was forked; `port` where it serves on, `said` the file with all it says."""

    zygote: Zygote
    pid: int
    port: int
    said: Path
    _handle: int = field(init=False)
    _ended: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._handle = os.pidfd_open(self.pid)

    def signal(self, number: signal.Signals) -> None:
        if self._ended is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """As when the power fails."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self, patience: float = PATIENCE) -> int:
        """Ask it to end; gives its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(patience)

    def ended(self, within: float = 0.0) -> bool:
        """Whether it has ended, or does so in the next seconds."""
        if self._ended is None:
            waiting = select.poll()
            waiting.register(self._handle, select.POLLIN)
            if not waiting.poll(within * 1000):
                return False
            self._ended = self.zygote.reap(self.pid)
            os.close(self._handle)
        return True

    def wait(self, patience: float = PATIENCE) -> int:
        """Its exit code, -9 if it was killed; AssertionError if it does not end."""
        if not self.ended(patience):
            raise AssertionError(f"process {self.pid} does not end: {self.words()[-2000:]}")
        assert self._ended is not None
        return self._ended

    def words(self) -> str:
        return self.said.read_text("utf-8", errors="replace")


class Zygote:
    """The process, seen from outside; may be asked by several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.victims: list[Victim] = []
        self._asking = threading.Lock()
        self._made = 0
        with (folder / "zygote").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.zygote"],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,  # an interrupt from the keyboard is for whoever started it
            )

    def prepare(self, url: str, clock: Path) -> None:
        """Read all of an application on a database; done by itself for the first victim."""
        self._ask({"do": "prepare", "url": url, "clock": str(clock)})

    def fork(self, what: str, url: str, clock: Path, *, die_at: int = 0, **more: Any) -> Victim:
        """A victim: `web`, `schedule`, `both`, or a duty of a scheduler by its name."""
        self._made += 1
        said = self.folder / f"{self._made:05}-{what}"
        order = {"do": "fork", "what": what, "url": url, "clock": str(clock), "die_at": die_at, "said": str(said)}
        answer = self._ask({**order, **more})
        victim = Victim(self, answer["pid"], answer["port"], said)
        self.victims = [one for one in self.victims if one._ended is None]
        self.victims.append(victim)
        return victim

    def reap(self, pid: int) -> int:
        """The exit code of a victim that has ended."""
        code: int = self._ask({"do": "reap", "pid": pid})["code"]
        return code

    def clear(self) -> None:
        """Kill every victim that still runs."""
        for victim in self.victims:
            with suppress(ProcessLookupError):
                victim.signal(signal.SIGCONT)
                victim.kill()
        self.victims = []

    def close(self) -> None:
        """Kill every victim that still runs, and end."""
        with suppress(BrokenPipeError, AssertionError):
            self.clear()
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._asking:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the zygote has ended: {(self.folder / 'zygote').read_text()[-4000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _end_with_parent() -> None:
    """Whoever dies takes this process along (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _become_victim(run: Callable[[], None], said: str) -> NoReturn:
    """Run what the victim is for, in the process that was forked for it, and end."""
    code = 1
    try:
        _end_with_parent()
        words = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        silence = os.open(os.devnull, os.O_RDONLY)
        for number, target in ((silence, 0), (words, 1), (words, 2)):
            os.dup2(number, target)
        run()
        code = 0
    except SystemExit:
        code = 0
    except BaseException:  # noqa: BLE001  whatever it is, nothing of the zygote may run on in here
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def main() -> None:
    from service.db import disconnect
    from tests.chaos import victim

    _end_with_parent()
    apps = {}
    gc.collect()
    gc.freeze()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        answer: dict[str, Any] = {}
        match order["do"]:
            case "prepare":
                apps[order["url"], order["clock"]] = victim.application(order["url"], Path(order["clock"]))
            case "reap":
                answer["code"] = os.waitstatus_to_exitcode(os.waitpid(order["pid"], 0)[1])
            case "fork":
                key = (order["url"], order["clock"])
                if key not in apps:
                    apps[key] = victim.application(order["url"], Path(order["clock"]))
                disconnect(apps[key])
                listening = victim.listen() if order["what"] in ("web", "both") else None
                pid = os.fork()
                if not pid:
                    _become_victim(partial(victim.run, apps[key], order, listening), order["said"])
                answer = {"pid": pid, "port": listening.getsockname()[1] if listening else 0}
                if listening:
                    listening.close()
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
