"""Waivers: which checks an `accept` may take upon itself, and where it does."""

from __future__ import annotations

from workflow import names
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Node, Path, instead

WAIVABLE = frozenset(
    {
        "ambiguous",
        "asked_in_vain",
        "broken_promise",
        "confidential_condition",
        "date_may_lack",
        "idle_pause",
        "limit_left_out",
        "nobody_acts",
        "nobody_told",
        "runs_on",
        "same_clock",
        "silent_state",
        "unbounded_loop",
        "unbounded_pause",
        "uncapped_date",
        "unfilled_date",
        "unfilled_department",
        "unwarned_end",
    }
)
"""The checks that `accept` may take upon itself, with a reason."""


def reason(node: Node, path: Path, check: str) -> str | None:
    """The reason of the nearest `accept` above a path that names the check."""
    if check not in WAIVABLE:
        return None
    for length in range(len(path), -1, -1):
        accepted = node.find((*path[:length], "accept", check))
        if accepted is not None and isinstance(accepted.value, str):
            return accepted.value
    return None


def unknown_check(draft: Draft) -> Found:
    """An `accept` of a check that does not exist, or that nobody can waive."""
    for path, node in draft.node.walk():
        if path and path[-1] == "accept" and len(path) in (1, 3, 5):
            for check in node.parts:
                if check not in WAIVABLE:
                    meant, meant_zh = names.did_you_mean(check, WAIVABLE)
                    accepted = sorted(WAIVABLE)
                    yield fault(
                        (*path, check),
                        "unknown_check",
                        f"{check} is no check that can be accepted; accepted: {names.one_of(accepted)}{meant}",
                        f"没有可以接受的检查 {check}；可用：{names.one_of(accepted, 'zh')}{meant_zh}",
                        of_key=True,
                        mend=instead(check, WAIVABLE),
                    )
