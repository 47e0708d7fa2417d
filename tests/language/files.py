"""What a text of a test would be called as a file."""

from __future__ import annotations

import re


def file_of(text: str) -> str:
    """The file of a text: called like its workflow, or `file.yaml` if there are several."""
    found = re.findall(r"^workflow: ([\w-]+)", text, re.MULTILINE)
    return f"{found[0]}.yaml" if len(found) == 1 else "file.yaml"
