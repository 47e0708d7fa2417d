"""`python -m tests.fuzz`: judge one case after the other for some minutes, and keep the files of every fault."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

from tests.fuzz.cases import ROOT, case, smaller
from tests.fuzz.judging import Fault, Files, judge


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=2, help="how long (2)")
    asked.add_argument("--seed", type=int, default=None, help="the number of the first case (any)")
    asked.add_argument("--keep", type=Path, default=ROOT / "var" / "fuzz", help="where faults are kept (var/fuzz)")
    given = asked.parse_args()
    first = secrets.randbelow(10**12) if given.seed is None else given.seed
    end = time.monotonic() + given.minutes * 60
    met: dict[str, int] = {}
    number = first
    said = time.monotonic()
    while time.monotonic() < end:
        files = case(number)
        if fault := judge(files):
            met[fault.kind] = met.get(fault.kind, 0) + 1
            if met[fault.kind] == 1:
                _keep(given.keep / f"{number}", _shrink(files, fault), fault)
                _say(f"case {number}: {fault.kind}; kept in {given.keep / f'{number}'}")
        number += 1
        if time.monotonic() - said > 60:
            said = time.monotonic()
            _say(f"{number - first} cases, {len(met)} kinds of faults, {(end - said) / 60:.0f} minutes to go")
    _say(f"{number - first} cases from {first} on, {len(met)} kinds of faults.")
    for kind, times in sorted(met.items()):
        _say(f"{times:6} {kind}")
    return 1 if met else 0


def _shrink(files: Files, fault: Fault) -> Files:
    """Fewer and shorter files with the same fault."""
    end = time.monotonic() + 60
    again = True
    while again:
        again = False
        for fewer in smaller(files):
            if time.monotonic() > end:
                return files
            found = judge(fewer) if fewer else None
            if found and found.kind == fault.kind:
                files, again = fewer, True
                break
    return files


def _keep(folder: Path, files: Files, fault: Fault) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    (folder / "fault.txt").write_text(f"{fault.kind}\n\n{fault.told}\n", "utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
