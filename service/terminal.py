"""The log of a long-running process, set up here and nowhere else: lines for people, or JSON for programs.

A line names things by their ids: no value of a field, no name of a person, no token is ever in one. Whatever a text
holds, it is one line in JSON, and in text nothing that continues a line can be taken for another.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from contextvars import ContextVar
from typing import Any, Literal
from zoneinfo import ZoneInfo

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = ("text", "json")

call_id: ContextVar[str | None] = ContextVar("call_id", default=None)
"""The id of the call that this thread is at work on."""

FIELDS = (
    "action", "request_id", "ticket", "timer", "due_at", "late_seconds", "notice", "channel", "attempt", "duty",
    "method", "route", "path", "status", "seconds", "found",
)  # fmt: skip
"""What a record may say beside its message, `logging` calls it `extra`; anything else is left out of the line."""

_QUIET = ("apscheduler", "waitress", "transitions", "alembic")


class Lines(logging.Formatter):
    """A line for each record, for people; until it is told a `zone`, times are those of the machine."""

    zone: ZoneInfo | None = None

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - so it is called there
        return written(_instant(record), self.zone)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - so it is called there
        return _on_one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - so it is called there
        return "\n".join(f"    {_on_one_line(line)}" for line in _traceback(super().formatException(ei)))


class JsonLines(Lines):
    """An object of JSON on a line for each record, for programs; times are in UTC."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _instant(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "logger": record.name,
            "process": f"{self.process}-{record.process}",
            "request_id": call_id.get(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = "\n".join(_traceback(logging.Formatter.formatException(self, record.exc_info)))
        said = {name: value for name, value in line.items() if value is not None}
        return _on_one_line(json.dumps(said, ensure_ascii=False, default=str))


def written(at: dt.datetime, zone: ZoneInfo | None) -> str:
    """An instant as a terminal shows it, with its offset; without a zone, in that of the machine."""
    return at.astimezone(zone).isoformat(" ", "seconds")


def log_to_terminal(form: Form = "text", process: str = "duban") -> Lines:
    """Log to stderr from now on, as a `process` of this kind; what is returned takes the zone once it is known."""
    lines = JsonLines(process) if form == "json" else Lines()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for quiet in _QUIET:
        logging.getLogger(quiet).setLevel(logging.WARNING)
    # That a duty is still at work when it would be woken again is said as a warning there, and is no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    if form == "text":
        logging.getLogger("service.calls").setLevel(logging.WARNING)  # a person wants what matters, not every call
    return lines


def _instant(record: logging.LogRecord) -> dt.datetime:
    return dt.datetime.fromtimestamp(record.created, dt.UTC)


_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What some reader of logs takes for the end of a line, a terminal for a command, or UTF-8 for nothing at all."""


def _on_one_line(text: str) -> str:
    return _BREAKING.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _traceback(text: str) -> list[str]:
    """Its lines, without the rows that PostgreSQL shows of what it refuses: they hold what people have typed."""
    return ["DETAIL: (left out)" if line.startswith("DETAIL:") else line for line in text.split("\n")]
