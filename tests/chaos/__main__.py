"""`python -m tests.chaos`: break the service in every way of the fault matrix, and count what it survives.

python -m tests.chaos F1 F3 --database sqlite
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tests.chaos import base_load
from tests.chaos.databases import cluster, files
from tests.chaos.matrix import BOTH, LeftOut, Row, Tally, rows
from tests.chaos.scene import Stage
from tests.chaos.table import Figure, write
from tests.chaos.zygote import Zygote

BEGUN = time.monotonic()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, also then
    known = rows()
    asked = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"which rows (all): {' '.join(known)}")
    asked.add_argument("--database", choices=BOTH, help="on which database only (both)")
    asked.add_argument("--n", type=int, help="how often instead of as often as the matrix says")
    asked.add_argument(
        "--load", type=int, default=base_load.TICKETS, help="tickets that lie there meanwhile (%(default)s)"
    )
    asked.add_argument("--figures", type=Path, help="a file for the figures, instead of the table")
    given = asked.parse_args()
    if unknown := set(given.rows) - set(known):
        asked.error(f"there is no row {', '.join(sorted(unknown))}; there are: {' '.join(known)}")
    chosen = [name for name in known if not given.rows or name in given.rows]
    if given.database is None:
        figures = _on_both(chosen, given.n, given.load)
    else:
        mine = [known[name] for name in chosen if given.database in known[name].databases]
        figures = _on(given.database, mine, given.n, given.load)
        if given.figures is not None:
            given.figures.write_text(json.dumps([asdict(one) for one in figures]), "utf-8")
            return 0
    sys.stdout.write("\n" + "".join(f"{one.line()}\n" for one in figures))
    if not given.n and given.load == base_load.TICKETS:
        write(figures, known)
    return 1 if any(one.lost for one in figures) else 0


def _on_both(chosen: list[str], n: int | None, load: int) -> list[Figure]:
    """Both databases at the same time, each in a process of its own: much of a row is waiting."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="duban-chaos-figures-") as folder, ExitStack() as cleanup:
        running = {}
        for kind in BOTH:
            words = [*chosen, "--database", kind, "--load", str(load), "--figures", f"{folder}/{kind}"]
            words += [] if n is None else ["--n", str(n)]
            running[kind] = subprocess.Popen([sys.executable, "-m", "tests.chaos", *words])
            cleanup.callback(_end, running[kind])
        for kind, process in running.items():
            if process.wait():
                raise SystemExit(f"the run on {kind} broke off")
            found += [Figure(**one) for one in json.loads(Path(folder, kind).read_text("utf-8"))]
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """Whoever is still running ends what he has started, and then himself."""
    if process.poll() is None:
        process.terminate()
        process.wait()


def _on(kind: str, chosen: list[Row], n: int | None, load: int) -> list[Figure]:
    with ExitStack() as cleanup:
        databases = cleanup.enter_context(files() if kind == "sqlite" else cluster())
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="duban-chaos-runs-")))
        zygote = Zygote(folder)
        cleanup.callback(zygote.close)
        stage = Stage(databases, folder, zygote, load)
        cleanup.callback(stage.close)
        return [_figure(row, stage, row.n if n is None else n) for row in chosen]


def _figure(row: Row, stage: Stage, n: int) -> Figure:
    sys.stdout.write(f"{row.name} on {stage.databases.kind}: {row.what}\n")
    sys.stdout.flush()
    tally, begun = Tally(of=f"{row.name} on {stage.databases.kind}"), time.monotonic()
    left_out = ""
    try:
        row.run(stage, tally, n)
    except LeftOut as why:
        left_out = str(why)
    except Exception as fault:  # noqa: BLE001  one row that breaks off is no reason to know nothing of the others
        traceback.print_exc(file=sys.stdout)
        tally.count("it broke off", [repr(fault)])
        stage.zygote.clear()
    figure = Figure(
        row=row.name, database=stage.databases.kind, survived=tally.survived, tried=tally.tried,
        seconds=time.monotonic() - begun, notes=tuple(tally.notes), left_out=left_out,
    )  # fmt: skip
    spent = divmod(round(time.monotonic() - BEGUN), 60)
    sys.stdout.write(f"  {figure.line()}; {spent[0]}:{spent[1]:02} since the beginning\n")
    sys.stdout.flush()
    return figure


if __name__ == "__main__":
    sys.exit(main())
