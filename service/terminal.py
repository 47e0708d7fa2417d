"""The log of a long-running process on its terminal: instants in the zone of the house, with their offset."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from zoneinfo import ZoneInfo


class Lines(logging.Formatter):
    """A line for each record; until it is told a `zone`, times are those of the machine."""

    zone: ZoneInfo | None = None

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - so it is called there
        return written(dt.datetime.fromtimestamp(record.created, dt.UTC), self.zone)


def written(at: dt.datetime, zone: ZoneInfo | None) -> str:
    """An instant as a terminal shows it, with its offset; without a zone, in that of the machine."""
    return at.astimezone(zone).isoformat(" ", "seconds")


def log_to_terminal() -> Lines:
    """Log to stderr from now on; what is returned takes the zone once it is known."""
    lines = Lines()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for quiet in ("apscheduler", "waitress", "transitions", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    # That a duty is still at work when it would be woken again is said as a warning there, and is no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    return lines
