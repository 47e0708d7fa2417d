"""`python -m tests.chaos`: break the service in every way of the fault matrix, and count what it survives.

python -m tests.chaos F1 F3 --database sqlite
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.chaos import base
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
    asked.add_argument("--load", type=int, default=base.TICKETS, help="tickets that lie there meanwhile (%(default)s)")
    given = asked.parse_args()
    if unknown := set(given.rows) - set(known):
        asked.error(f"there is no row {', '.join(sorted(unknown))}; there are: {' '.join(known)}")
    chosen = [known[name] for name in known if not given.rows or name in given.rows]
    figures = [
        figure
        for kind in BOTH
        if given.database in (None, kind)
        for figure in _on(kind, [row for row in chosen if kind in row.databases], given.n, given.load)
    ]
    sys.stdout.write("\n" + "".join(f"{one.line()}\n" for one in figures))
    if not given.n and given.load == base.TICKETS:
        write(figures, known)
    return 1 if any(one.lost for one in figures) else 0


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
    tally, begun = Tally(), time.monotonic()
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
