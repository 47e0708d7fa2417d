"""A PostgreSQL server for one test run: a program of its own, started by conftest.py with the folder of the binaries.

It prints the path of a socket and waits. Whoever connects there is told the server's address, in JSON; the first who
does makes the server start, so a run without database tests pays nothing. When standard input ends, which it does
however the test run ends, the server is stopped and every file removed.

PostgreSQL refuses to run as root. As root everything is copied to where the user `nobody` may read it and run as that
user; no account is made, and nothing outside of the run's own folder is changed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

START_SECONDS = 60

OPTIONS = {
    # Nothing of a test run has to outlive the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "Asia/Shanghai",  # not UTC: what relies on the server's zone is to be found
}


class Server:
    """The server below `folder`, not running until `start`."""

    def __init__(self, binaries: Path, folder: Path, options: Mapping[str, str] = OPTIONS) -> None:
        self.folder = folder
        self.binaries = binaries
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def start(self) -> str:
        """Makes and starts the server, and gives back its address without the name of a database."""
        data, sockets = self.folder / "data", self.folder / "sockets"
        for path in (data, sockets):
            path.mkdir(mode=0o700)
        if self.account:
            self.folder.chmod(0o711)
            for path in (data, sockets):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
            self.binaries = self._copied()
        with (self.folder / "log").open("wb") as log:
            initdb = [self._tool("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
            made = self._run([*initdb, "--locale=C", "--no-sync", "--no-instructions"], log)
            if made.wait(START_SECONDS) != 0:
                raise RuntimeError(self._log())
        self.run()
        return f"postgresql+psycopg://postgres@/?host={sockets}"

    def run(self) -> None:
        """Starts a server that was made, and perhaps stopped, before."""
        data, sockets = self.folder / "data", self.folder / "sockets"
        with (self.folder / "log").open("ab") as log:
            options = [word for name, value in self.options.items() for word in ("-c", f"{name}={value}")]
            self.process = self._run([self._tool("postgres"), "-D", data, "-k", sockets, *options], log)
        stopped = threading.Event()
        for _ in range(START_SECONDS * 50):
            if self.process.poll() is not None:
                raise RuntimeError(self._log())
            with contextlib.suppress(FileNotFoundError, PermissionError):
                if (data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]:
                    return
            stopped.wait(0.02)
        raise RuntimeError(f"not ready after {START_SECONDS} s\n{self._log()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """By SIGINT it disconnects everybody and ends in good order; by SIGQUIT it just ends."""
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()

    def _tool(self, name: str) -> Path:
        return self.binaries / "pginstall" / "bin" / name

    def _copied(self) -> Path:
        """The binaries and the libraries beside them, where another user may read them."""
        copy = self.folder / "install"
        copy.mkdir(mode=0o755)
        for part in self.binaries.parent.glob(f"{self.binaries.name}*"):
            if part.name in (self.binaries.name, f"{self.binaries.name}.libs"):
                shutil.copytree(part, copy / part.name)
        for path in copy.rglob("*"):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
        return copy / self.binaries.name

    def _run(self, words: list[Path | str], log: object) -> subprocess.Popen[bytes]:
        account = self.account
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self.folder / "data",
            env={"LC_ALL": "C", "PATH": os.defpath},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_end_with_parent,
        )

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]


def _end_with_parent() -> None:
    """Should this program be killed outright, the server goes too (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def main(binaries: Path) -> None:
    with contextlib.ExitStack() as cleanup:
        folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        server = Server(binaries, folder)
        cleanup.callback(server.stop)
        answer: bytes | None = None
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(folder / "ask"))
            door.listen(64)
            print(folder / "ask", flush=True)  # noqa: T201  how the test run learns it
            while True:
                ready, _, _ = select.select([sys.stdin, door], [], [])
                if sys.stdin in ready:
                    return
                caller, _ = door.accept()
                with caller:
                    if answer is None:
                        try:
                            answer = json.dumps({"url": server.start()}).encode()
                        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                            answer = json.dumps({"error": str(error)}).encode()
                    with contextlib.suppress(OSError):
                        caller.sendall(answer)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
