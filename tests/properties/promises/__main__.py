"""`python -m tests.properties.promises`: hold the figures of promises against made-up definitions."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from functools import partial
from multiprocessing.pool import Pool

from tests.properties.promises.distribution import table
from tests.properties.promises.judging import Tally
from tests.properties.promises.rounds import LEAST_NEW, MADE, MOST, SEED, judged

ROUNDS_A_WORKER = 4
"""A worker is replaced after so many: every calendar that was made up is kept for as long as it lives."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.properties.promises", description=__doc__)
    asked.add_argument("--definitions", type=int, default=10_000, help="how many, each different (10000)")
    asked.add_argument("--tickets", type=int, default=MOST, help=f"how many tickets of each ({MOST})")
    asked.add_argument("--seed", type=int, default=SEED, help=f"the number of the first round of {MADE} ({SEED})")
    asked.add_argument("--processes", type=int, default=2, help="how many rounds at once (2)")
    given = asked.parse_args()
    with multiprocessing.Pool(given.processes, maxtasksperchild=ROUNDS_A_WORKER) as workers:
        faults = _made_up(workers, given)
        workers.terminate()
    return 1 if faults else 0


def _made_up(workers: Pool, given: argparse.Namespace) -> int:
    """Judge made-up definitions; how many faults were found."""
    tally = Tally()
    begun = said = time.monotonic()
    rounds = range(given.seed, given.seed + given.definitions // LEAST_NEW + 1) if given.definitions else ()
    for found in workers.imap(partial(judged, most=given.tickets), rounds):
        tally.add(found)
        for fault in found.faults:
            _say(fault)
        if len(tally.texts) >= given.definitions:
            break
        if time.monotonic() - said > 30:
            said = time.monotonic()
            left = (said - begun) * (given.definitions / max(len(tally.texts), 1) - 1)
            _say(f"{len(tally.texts)} definitions, {len(tally.faults)} faults, about {left / 60:.0f} minutes to go")
    _say("\n".join(["", *tally.lines(), "", "what they are like:", *table(tally.traits, tally.definitions)]))
    return len(tally.faults)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
