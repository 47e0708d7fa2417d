"""The folder of definitions: which files of it belong to the catalogue, and what stands in them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from workflow.reading.source import LARGEST

ENDINGS = (".yaml", ".yml")

SCENARIOS = "scenarios"
"""The folder inside with what is only ever run, and never published."""


class FolderUnreadable(Exception):
    """The definitions cannot be read: a folder with files that end in .yaml is needed."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(f"{path}: {why}")


def read_folder(folder: Path, *, scenarios: bool = False) -> dict[str, bytes]:
    """The definition files of a folder and of the folders in it, by their path inside it, `calendars/mall.yaml`.

    Hidden files and folders do not belong to it, scenarios only if they are asked for. Raises FolderUnreadable where
    there is none at all.
    """
    if not folder.is_dir():
        raise FolderUnreadable(folder, "there is no such folder" if not folder.exists() else "this is no folder")
    files: dict[str, bytes] = {}
    for place, folders, names in os.walk(folder, onerror=_refuse):
        left_out = {SCENARIOS} if not scenarios and Path(place) == folder else set()
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in left_out)
        for name in names:
            path = Path(place, name)
            if path.suffix in ENDINGS and not name.startswith("."):
                files[path.relative_to(folder).as_posix()] = read_file(path)
    if not files:
        raise FolderUnreadable(folder, f"no file in this folder ends in {ENDINGS[0]}")
    return dict(sorted(files.items()))


def read_file(path: Path) -> bytes:
    """What stands in a file, but no more of it than it takes to see that it is too large for a definition."""
    try:
        # Without O_NONBLOCK a pipe that happens to be called so would be waited for.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FolderUnreadable(path, "this is no file")
            return file.read(LARGEST + 1)
    except OSError as error:
        raise FolderUnreadable(path, error.strerror or str(error)) from error


def _refuse(error: OSError) -> None:
    raise FolderUnreadable(Path(str(error.filename)), error.strerror or str(error)) from error
