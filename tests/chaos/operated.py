"""Duban as whoever operates it has it: real processes, started as the units in deploy/ say, with the real clock."""

from __future__ import annotations

import os
import shlex
import signal
import socket
from contextlib import suppress

from tests.acceptance.running import DUBAN, DUBAN_ON_A_SOCKET, ROOT, Running, free_port
from tests.chaos.scene import HOUSE, Scene, until

READY_WITHIN = 60.0

TOLD_TO_STOP_WITHIN = 45.0
"""So long systemd waits, by the units, until it kills."""


def words_of(unit: str) -> list[str]:
    """The words of the command that a unit of deploy/ runs, without the program."""
    lines = (ROOT / "deploy" / unit).read_text("utf-8").splitlines()
    (command,) = [line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart=")]
    return shlex.split(command)[1:]


class Operated(Running):
    """One of them, on the database of a scene; with a `door` on a socket that stays open when it ends."""

    def __init__(self, scene: Scene, unit: str, port: int, door: socket.socket | None = None) -> None:
        words = [word.replace("910%i", str(port)) for word in words_of(unit)]
        if unit == SERVE:
            words += ["--port", str(port)]
        program = DUBAN if door is None else (*DUBAN_ON_A_SOCKET, str(door.fileno()))
        super().__init__(
            scene.folder / f"{unit} {len(list(scene.folder.iterdir()))}",
            *program,
            *words,
            port=port,
            open_files=() if door is None else (door.fileno(),),
            DUBAN_DATABASE_URL=scene.url.render_as_string(hide_password=False),
            DUBAN_DEFINITIONS=str(HOUSE),
            DUBAN_LOG="json",
        )

    def ready(self) -> float:
        """Wait until it answers; gives how many seconds that took."""
        return until(lambda: self.ended(0) or self.answers(), f"an answer of {self.process.args!r}", READY_WITHIN)

    def told_to_stop(self) -> list[str]:
        """What is wrong with how it ends when it is told to."""
        self.process.send_signal(signal.SIGTERM)
        if not self.ended(TOLD_TO_STOP_WITHIN):
            self.end()
            return [f"a process that was told to stop did not: {self.words()[-500:]}"]
        code = self.process.returncode
        return [f"a process that was told to stop ended with {code}: {self.words()[-500:]}"] if code else []

    def end(self) -> None:
        """Kill it, and the workers that it has started."""
        workers = self.children() if self.process.poll() is None else set()
        self.kill()
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


WEB, SCHEDULE, SERVE = "duban-web.service", "duban-scheduler@.service", "duban.service"


class Installation:
    """All processes of one: web workers and a scheduler beside them, or on SQLite one that is both.

    `sooner` is what was wrong when they were told to stop.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.door: socket.socket | None = None
        self.scheduler: Operated | None = None
        if scene.kind == "sqlite":
            self.port = free_port()
        else:
            self.door = socket.create_server(("127.0.0.1", 0), backlog=1024)
            self.port = self.door.getsockname()[1]
            self.scheduler = Operated(scene, SCHEDULE, free_port())
        self.web = self._web()
        for one in self.processes:
            one.ready()

    @property
    def processes(self) -> list[Operated]:
        return [self.web] if self.scheduler is None else [self.web, self.scheduler]

    def fresh_workers(self) -> list[str]:
        """SIGHUP, and wait until all workers are others."""
        before = self.web.children()
        self.web.process.send_signal(signal.SIGHUP)
        until(lambda: len(self.web.children() - before) == len(before) and not before & self.web.children(), "workers")
        return []

    def restart_web(self) -> list[str]:
        """Tell it to stop, then start its successor, as `systemctl restart` does."""
        faults = self.web.told_to_stop()
        self.web = self._web()
        self.web.ready()
        return faults

    def restart_scheduler(self) -> list[str]:
        assert self.scheduler is not None
        faults = self.scheduler.told_to_stop()
        self.scheduler = Operated(self.scene, SCHEDULE, self.scheduler.port)
        self.scheduler.ready()
        return faults

    def stop(self) -> list[str]:
        """Tell all of them to stop; gives what was wrong with that."""
        return [fault for one in self.processes for fault in one.told_to_stop()]

    def close(self) -> None:
        for one in self.processes:
            one.end()
        if self.door is not None:
            self.door.close()

    def _web(self) -> Operated:
        return Operated(self.scene, SERVE if self.door is None else WEB, self.port, self.door)
