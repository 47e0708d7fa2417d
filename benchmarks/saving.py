"""Moves through the Python API, made one after the other: `python -m benchmarks.saving URL`; how long they took."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from sqlalchemy.engine import make_url


def answer_lines(move: Callable[[str, bool], None]) -> None:
    """Reads {"numbers", "clocks"} by lines, makes the move on each ticket, and says how long all of it took."""
    for line in sys.stdin:
        told = json.loads(line)
        processor, start = time.process_time(), time.perf_counter()
        for number in told["numbers"]:
            move(number, told["clocks"])
        answer = {"seconds": time.perf_counter() - start, "processor": time.process_time() - processor}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main() -> None:
    from benchmarks.place import RESULT, opened
    from service import moves
    from service.db import writing
    from service.moves import Request
    from service.now import SystemNow

    now = SystemNow()

    def move(number: str, _clocks: bool) -> None:
        request = Request(person="zhao", transition="return_order", fields=RESULT, version=2)
        with writing() as session:
            moves.move_ticket(session, now, number, request)

    with opened(make_url(sys.argv[1])):
        answer_lines(move)


if __name__ == "__main__":
    main()
