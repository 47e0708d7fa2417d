"""A wire between the service and PostgreSQL that can be cut: a small proxy on this machine, for one database."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

COMMIT = b"COMMIT"

WRITE = b"was_sequence"
"""What stands in the one statement that writes a move; without a key it is a transaction by itself."""


class Wire:
    """Passes everything on, until it is told not to."""

    def __init__(self, url: URL) -> None:
        folder = str(url.query["host"])
        self.server = next(str(path) for path in Path(folder).glob(".s.PGSQL.*") if not path.name.endswith(".lock"))
        self.door = socket.socket()
        self.door.bind(("127.0.0.1", 0))
        self.door.listen(256)
        self.url = url.set(host="127.0.0.1", port=self.door.getsockname()[1], query={})
        self.lost = 0
        self.silent = threading.Event()
        self.refusing = False
        self._answer_lost: bytes | None = None
        self._counting = threading.Lock()
        self.over = threading.Event()
        self._open: set[socket.socket] = set()

    def lose_answer_to(self, word: bytes | None) -> None:
        """The answer to the next message with this word is not passed on: the connection is cut instead."""
        with self._counting:
            self._answer_lost = word

    def cut(self) -> int:
        """Cut every connection; gives how many."""
        with self._counting:
            found = list(self._open)
        for one in found:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        return len(found) // 2

    def serve(self) -> None:
        while not self.over.is_set():
            ready, _, _ = select.select([self.door], [], [], 0.1)
            if ready and not self.over.is_set():
                client, _ = self.door.accept()
                if self.refusing:
                    client.close()
                else:
                    threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Once nobody serves it any more."""
        self.cut()
        self.door.close()

    def _pass_on(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        both = (client, server)
        with contextlib.suppress(OSError), client, server:
            server.connect(self.server)
            with self._counting:
                self._open |= set(both)
            try:
                self._until_cut(client, server)
            finally:
                with self._counting:
                    self._open -= set(both)

    def _until_cut(self, client: socket.socket, server: socket.socket) -> None:
        losing = False
        while not self.over.is_set():
            ready, _, _ = select.select([client, server], [], [], 0.2)
            if self.silent.is_set():
                self.over.wait(0.05)
                continue
            for one in ready:
                said = one.recv(65536)
                if not said:
                    return
                if one is client:
                    losing = losing or self._is_lost(said)
                    server.sendall(said)
                elif losing:
                    with self._counting:
                        self.lost += 1
                    return
                else:
                    client.sendall(said)

    def _is_lost(self, said: bytes) -> bool:
        """Whether this is the message whose answer is to be lost."""
        with self._counting:
            if self._answer_lost is None or self._answer_lost not in said:
                return False
            self._answer_lost = None
            return True


@contextmanager
def wire(url: URL) -> Iterator[Wire]:
    """A wire to a database; `Wire.url` is its other end."""
    found = Wire(url)
    serving = threading.Thread(target=found.serve, daemon=True)
    serving.start()
    try:
        yield found
    finally:
        found.over.set()
        serving.join(5)
        found.close()
