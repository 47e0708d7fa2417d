"""What the language has and this version does not carry out: known words, so that nobody is told they do not exist.

Carrying one out means taking its row away here and giving it a place in the schema and in the definition.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.reading.nodes import Finding

KEYS: Mapping[str, frozenset[str]] = {
    "field": frozenset(),
}
"""By the part in which they stand."""


def not_yet(what: str, what_zh: str) -> Finding:
    """That `what` is right, and comes later."""
    return Finding("not_yet", f"{what} is not carried out by this version", f"本版本尚不支持 {what_zh}")
