"""What the clients saw: each call they made, what they meant by it, and how each of its attempts ended."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Ending = Literal["ok", "fail", "unknown"]
"""2xx; 4xx; 5xx, no answer in time, or a connection that was cut."""

PATIENCE = 20.0
"""How many seconds a client waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sending of a call."""

    ending: Ending
    status: int
    body: Any = None
    digest: str = ""
    took: float = 0.0
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Call:
    """One thing that somebody wants done, however often he has to send it.

    `id` is the request id of every attempt, by which the history names it. `race` is what all those have in common
    of whom one may win.
    """

    actor: str
    path: str
    intent: str
    ticket: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    file: bytes | None = None
    key: str | None = None
    race: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def ending(self) -> Ending:
        """Done for certain, not done for certain, or nobody knows."""
        endings = {one.ending for one in self.attempts}
        return "ok" if "ok" in endings else "unknown" if "unknown" in endings else "fail"

    @property
    def answer(self) -> Any:
        """What the first good answer said."""
        return next(one.body for one in self.attempts if one.ending == "ok")


class Journal:
    """One line per attempt, in a file, and the calls in the order in which they were first made."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.calls: list[Call] = []
        self._known: set[str] = set()
        self._writing = threading.Lock()

    def note(self, call: Call, attempt: Attempt) -> None:
        line = {
            "id": call.id, "actor": call.actor, "key": call.key, "intent": call.intent, "ticket": call.ticket,
            "ending": attempt.ending, "status": attempt.status, "seconds": round(attempt.took, 3), "why": attempt.why,
        }  # fmt: skip
        with self._writing:
            call.attempts.append(attempt)
            if call.id not in self._known:
                self._known.add(call.id)
                self.calls.append(call)
            with self.file.open("a") as file:
                file.write(json.dumps(line) + "\n")


class Clients:
    """Sends calls over HTTP as the people they are of."""

    def __init__(self, journal: Journal, secrets: Mapping[str, str]) -> None:
        self.journal = journal
        self.secrets = secrets

    def send(self, port: int, call: Call, *, patience: float = PATIENCE) -> Attempt:
        """Send a call once more, and note how it ended."""
        begun = time.monotonic()
        content_type, content = _content(call)
        headers = {
            "Authorization": f"Bearer {self.secrets[call.actor]}", "X-Request-Id": call.id,
            "Content-Type": content_type, "Accept-Language": "en", "Connection": "close",
        }  # fmt: skip
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        try:
            connection.request("POST", f"/api/v1{call.path}", content, headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            attempt = Attempt(ending="unknown", status=0, took=time.monotonic() - begun, why=repr(error)[:200])
        else:
            took = time.monotonic() - begun
            ending: Ending = "ok" if answer.status < 300 else "fail" if answer.status < 500 else "unknown"
            why = "" if ending == "ok" else said.decode(errors="replace")[:500]
            body = json.loads(said) if said and ending != "unknown" else None
            attempt = Attempt(
                ending=ending, status=answer.status, body=body, digest=_digest(body), took=took, why=why,
            )  # fmt: skip
        finally:
            connection.close()
        self.journal.note(call, attempt)
        return attempt

    def read(self, port: int, path: str, person: str, *, patience: float = PATIENCE) -> tuple[int, Any]:
        """Ask for a page; nothing is noted. Status 0 if there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.secrets[person]}"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()


def _digest(body: Any) -> str:
    """What two answers have in common that say the same."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


_BORDER = "chaos-border"


def _content(call: Call) -> tuple[str, bytes]:
    if call.file is None:
        return "application/json", json.dumps(call.body).encode()
    head = f'--{_BORDER}\r\nContent-Disposition: form-data; name="file"; filename="photo.bin"\r\n\r\n'
    return f"multipart/form-data; boundary={_BORDER}", head.encode() + call.file + f"\r\n--{_BORDER}--\r\n".encode()
