"""The scheduler: APScheduler wakes the sweep and the delivery; it holds no deadline of its own.

Each duty is one job that is woken at the next instant at which it has something to do, and at least every half
second, because another process may have armed something meanwhile. What was missed while nobody was awake is
still in the tables; so nothing depends on a wake-up that came in time, or on there being one scheduler only.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from service import delivery, idempotency, recurring, rederiving, sweep, uploads
from service.db import DatabaseUnavailable, reading, writing
from service.now import Now, nap_until
from service.sweep import Swept

log = logging.getLogger(__name__)

AT_LEAST_EVERY = dt.timedelta(milliseconds=500)

AT_MOST_EVERY = dt.timedelta(milliseconds=50)
"""What is due and cannot be claimed is in another scheduler's hands: it is not asked for again and again."""

SELDOM = dt.timedelta(minutes=1)
"""How often a duty is looked after that nobody waits for."""

Watcher = Callable[[Swept], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What the scheduler wakes: `watch` is shown every batch that a sweep has written.

    Once it is `stopping` the batch that has begun is finished and none is begun: a backlog is left to who comes next.
    """

    app: Flask
    now: Now
    watch: Watcher | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def sweep(self) -> dt.timedelta:
        """Settle everything that is due, batch after batch; how long until something is due again."""
        with self.app.app_context():
            while not self.stopping.is_set() and (swept := sweep.run_once(self.now)).claimed:
                for number in swept.set_aside:
                    log.error("%s is set aside", number, extra={"action": "set_aside", "ticket": number})
                self._show(swept)
            at, due = sweep.next_due(self.now)
            return AT_LEAST_EVERY if due is None else max(due - at, AT_MOST_EVERY)

    def _show(self, swept: Swept) -> None:
        """Whoever watches may have gone; that holds nothing up."""
        try:
            if self.watch is not None:
                self.watch(swept)
        except Exception:
            log.exception("nobody could be shown what was swept", extra={"action": "watching_raised"})

    def rederive(self) -> dt.timedelta:
        """Derive provisional limits again whose year of holidays has been published."""
        with self.app.app_context():
            while not self.stopping.is_set() and rederiving.run_once(self.now):
                pass
        return SELDOM

    def recur(self) -> dt.timedelta:
        """Open the recurring tickets whose time has come; how long until the next one's does."""
        with self.app.app_context():
            opened = recurring.run_once(self.now)
        return SELDOM if opened.next_at is None else max(opened.next_at - opened.at, AT_MOST_EVERY)

    def forget(self) -> dt.timedelta:
        """Drop the answers to requests that nobody will send again, and the files that no ticket came to name."""
        with self.app.app_context(), writing() as session:
            at = self.now.instant(session)
            idempotency.forget(session, at - idempotency.KEPT)
            uploads.forget(session, at - uploads.KEPT)
        return SELDOM

    def _instant(self) -> dt.datetime:
        with reading() as session:
            return self.now.instant(session)

    def deliver(self) -> dt.timedelta:
        """Deliver what is in the outbox, batch after batch."""
        with self.app.app_context():
            while not self.stopping.is_set() and delivery.run_once(self._instant()):
                pass
        return AT_LEAST_EVERY


@contextmanager
def awake(duties: Duties) -> Iterator[None]:
    """The duties are done in threads of this process; at the end of the block what has begun is waited for."""
    scheduler = BackgroundScheduler(timezone=dt.UTC)
    jobs = []
    for name, duty, every in (
        ("sweep", duties.sweep, AT_LEAST_EVERY),
        ("deliver", duties.deliver, AT_LEAST_EVERY),
        ("rederive", duties.rederive, SELDOM),
        ("recur", duties.recur, SELDOM),
        ("forget", duties.forget, SELDOM),
    ):
        jobs.append(_Waking(scheduler, name, duty, every, duties.stopping))
        scheduler.add_job(
            jobs[-1],
            IntervalTrigger(seconds=every.total_seconds()),
            id=name,
            coalesce=True,  # what was missed is in the tables, not in the number of wake-ups
            max_instances=1,
            misfire_grace_time=None,  # never too late: the default throws away what is a second late
        )
    scheduler.start()
    try:
        yield
    finally:
        duties.stopping.set()
        # Not with wait=True: it waits holding the lock that a duty takes to set its next wake-up, for ever.
        scheduler.shutdown(wait=False)
        for job in jobs:
            job.wait()


class _Waking:
    """One duty as a job: does it, and brings its next wake-up forward if something is due sooner."""

    def __init__(
        self,
        scheduler: BaseScheduler,
        name: str,
        duty: Callable[[], dt.timedelta],
        every: dt.timedelta,
        stopping: threading.Event,
    ) -> None:
        self.scheduler = scheduler
        self.name = name
        self.duty = duty
        self.every = every
        self.stopping = stopping
        self._doing = threading.Lock()

    def __call__(self) -> None:
        with self._doing:
            if not self.stopping.is_set():
                self._do()

    def wait(self) -> None:
        """Until what is being done is done."""
        with self._doing:
            pass

    def _do(self) -> None:
        try:
            soon = self.duty()
        except DatabaseUnavailable as error:
            log.warning("%s waits: %s", self.name, error, extra={"action": "database_unavailable"})
            return
        job = self.scheduler.get_job(self.name)
        if job is None or soon >= self.every:
            return
        with suppress(JobLookupError):  # the scheduler was shut down just now
            job.modify(next_run_time=nap_until(soon))
