"""People at work: they open tickets and see them through, and send again what nobody has answered."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.chaos.journal import Attempt, Call
from tests.chaos.scene import DESK, Scene
from tests.chaos.zygote import Victim

TIMES = 40
"""How often a call is sent until it is given up."""

PAUSE = 0.1
"""How many seconds somebody waits before he sends again."""


MOVES: Mapping[str, Sequence[tuple[str, dict[str, Any]]]] = {
    "dash": (("go", {}), ("finish", {})),
    "errand": (
        ("note", {"matter": "Two"}), ("go", {"pieces": 2}), ("pause", {}), ("resume", {}),
        ("finish", {"result": "done"}),
    ),
}  # fmt: skip
"""What becomes of a ticket that nothing comes between."""


class Workers:
    """Web workers behind which people do not look: who is killed has a successor at once, on another port."""

    def __init__(self, scene: Scene, count: int) -> None:
        self.scene = scene
        self.victims = [scene.victim("web") for _ in range(count)]

    def port(self) -> int:
        """Of any of them."""
        return random.choice(self.victims).port

    def kill(self) -> Victim:
        """Kill any of them; gives who died."""
        place = random.randrange(len(self.victims))
        died = self.victims[place]
        died.kill()
        self.victims[place] = self.scene.victim("web")
        return died


class Load:
    """So many people at the desk, each with a thread of his own; what one of them did not expect is in `raised`."""

    def __init__(self, scene: Scene, port: Callable[[], int], people: int = 4, times: int = TIMES) -> None:
        self.scene = scene
        self.times = times
        self.port = port
        self.people = people
        self.lives = 0
        self.raised: list[str] = []
        self._over = threading.Event()

    @contextmanager
    def going(self) -> Iterator[Load]:
        """They work while the block runs, and finish what they have begun."""
        threads = [
            threading.Thread(target=self._work, args=(DESK[number % len(DESK)],), daemon=True)
            for number in range(self.people)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(120)
                if thread.is_alive():
                    self.raised.append("somebody does not come to an end")

    def _work(self, person: str) -> None:
        try:
            while not self._over.is_set():
                self._live(person)
                self.lives += 1
        except Exception as fault:  # noqa: BLE001  a thread's end is nobody's exception: it is told as a fault
            self.raised.append(repr(fault))

    def _live(self, person: str) -> None:
        """One ticket from its opening to its end."""
        keyed = random.random() < 0.8
        workflow = random.choice(("dash", "errand"))
        opening = self.scene.opening(workflow, person, key=keyed)
        if not self.insist(opening):
            return
        body = opening.answer
        for transition, fields in MOVES[workflow]:
            if self._over.is_set():
                return
            found = self._moved(body["number"], transition, body["version"], person, fields, keyed=keyed)
            if found is None:
                return
            body = found

    def _moved(
        self, number: str, transition: str, version: int, person: str, fields: dict[str, Any], *, keyed: bool
    ) -> Any:
        """The ticket after a move; what had become stale is looked at anew. None if it is not to be moved any more."""
        for _ in range(5):
            call = self.scene.moving(number, transition, version, person, key=keyed, **fields)
            if self.insist(call):
                return call.answer
            if call.ending == "unknown":
                return None
            status, page = self.scene.clients.read(self.port(), f"/api/v1/tickets/{number}", person)
            if status != 200 or page["version"] == version:
                return None
            version = page["version"]
        return None

    def insist(self, call: Call) -> bool:
        """Send a call until it is answered; without a key once only. Whether it was carried out for certain."""
        for _ in range(self.times if call.key else 1):
            attempt: Attempt = self.scene.clients.send(self.port(), call)
            if attempt.ending != "unknown":
                return attempt.ending == "ok"
            self._over.wait(PAUSE) if not self._over.is_set() else threading.Event().wait(PAUSE)
        return False


def together(*work: Callable[[], object]) -> None:
    """Do all of this at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(work))
    raised: list[BaseException] = []

    def do(one: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            one()
        except Exception as fault:  # noqa: BLE001  handed over to whoever waits
            raised.append(fault)

    threads = [threading.Thread(target=do, args=(one,), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if raised:
        raise raised[0]
