"""The files that the house ships."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "definitions"


def shipped_files(*, scenarios: bool = False) -> dict[str, str]:
    """Every YAML file of the definitions by its path inside the folder; of scenarios only if asked for."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*.yaml"))
        if scenarios or path.parent.name != "scenarios"
    }
