"""F4, F5 and F6: schedulers that are killed in the middle of much work, that wake up late, and that are many."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from pathlib import Path

from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Stage, until
from tests.chaos.zygote import Victim

DUE = 500
KILLS = 10
"""So many schedulers die of the same 500 tickets."""


def killed(stage: Stage, tally: Tally, n: int) -> None:
    done = 0
    with stage.scene() as scene:
        while done < n:
            numbers = scene.many_due(DUE if n > ROWS_FEW else 120)
            died = 0
            alive = scene.victim("schedule")
            for _ in range(KILLS):
                victim = scene.victim("sweep", die_at=random.randint(4, 24))
                if victim.wait() == -9:
                    died += 1
            took = scene.wait_for_all(numbers, "everything due")
            code = alive.stop()
            scene.settle()
            faults = [f"the scheduler that was alive ended with {code}"] if code else []
            faults += checked(scene, *numbers)
            if died:
                tally.count_many(died, f"kills, all fired {took:.1f} s after the last", faults)
            done += died or (1 if faults else 0)
            scene.forget(numbers)


ROWS_FEW = 10


def frozen(stage: Stage, tally: Tally, n: int) -> None:
    """It stops while it holds a batch, somebody else comes by, and it goes on where it was."""
    with stage.scene() as scene:
        for number in range(n):
            numbers = scene.many_due(20)
            others: list[str] = []
            zombie = scene.victim("sweep", die_at=random.randint(5, 24), by="SIGSTOP")
            stopped = _stopped(zombie)
            cut = False
            if stage.databases.kind == "postgresql" and stopped:
                others = scene.many_due(5)
                alive = scene.victim("schedule")
                # What the zombie holds nobody can take; everything else fires meanwhile.
                scene.wait_for_all(others, "what the zombie does not hold")
                if number % 2:
                    # One that stopped between two transactions holds nothing, and there is nothing to be cut.
                    cut = _comes(lambda: bool(stage.cluster.cut(scene.url, idle=True)), within=0.7)
                    scene.wait_for_all(numbers, "what the zombie has lost")
                zombie.signal(signal.SIGCONT)
                code = zombie.wait()
                alive.stop()
            else:
                zombie.signal(signal.SIGCONT)
                code = zombie.wait()
            scene.settle()
            faults = [] if code == 0 or cut else [f"the zombie ended with {code}: {zombie.words()[-500:]}"]
            tally.count("a zombie" + (" that was cut off" if cut else ""), faults + checked(scene, *numbers, *others))
            scene.forget([*numbers, *others])
    if stage.databases.kind == "postgresql":
        tally.note(
            "every second zombie that held anything was cut off by the server, which its time limit does after 60 s"
        )
    else:
        tally.note("a zombie holds the one lock of SQLite: nobody else writes until it goes on")


def _comes(what: Callable[[], bool], *, within: float) -> bool:
    """Whether something comes in time, in seconds."""
    try:
        until(what, "it", within)
    except AssertionError:
        return False
    return True


def _stopped(zombie: Victim) -> bool:
    """Whether it has stopped at its point, and not ended before."""
    stat = Path(f"/proc/{zombie.pid}/stat")
    until(lambda: zombie.ended() or stat.read_text().rpartition(")")[2].split()[0] == "T", "a stop")
    return not zombie.ended()


def many(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        for number in range(n):
            numbers = scene.many_due(40)
            started = [scene.victim("schedule") for _ in range(2 if number % 2 else 5)]
            scene.wait_for_all(numbers, "everything due")
            codes = [one.stop() for one in started]
            scene.settle()
            # One that is told to stop while it starts ends as any process does.
            faults = [f"schedulers ended with {codes}"] if set(codes) - {0, -signal.SIGTERM} else []
            tally.count(f"{len(started)} at once", faults + checked(scene, *numbers))
            scene.forget(numbers)


KILLED = Row(
    name="F4",
    what="SIGKILL of a scheduler in the middle of a batch of 500 due tickets, while another one is alive",
    keeps="I2 I3 I10",
    run=killed,
    n=300,
    few=6,
)

FROZEN = Row(
    name="F5",
    what="SIGSTOP of the scheduler that holds a batch, at any statement; SIGCONT after others came by",
    keeps="I2 I3 I10",
    run=frozen,
    n=100,
    few=2,
)

MANY = Row(
    name="F6",
    what="two and five schedulers started at once on the same due tickets",
    keeps="I2 I3 I10",
    run=many,
    n=50,
    few=2,
)
