"""The scheduler: APScheduler wakes the sweep and the delivery; it holds no deadline of its own.

Each duty is one job that is woken at the next instant at which it has something to do, and at least every half
second, because another process may have armed something meanwhile. What was missed while nobody was awake is
still in the tables; so nothing depends on a wake-up that came in time, or on there being one scheduler only.

A duty with much to do goes on in rounds, so that a backlog holds up no other duty and nobody who asks. APScheduler
wakes by the host's clock, which somebody may set back; so it is seen to, by a clock that nobody can set, that none
of its wake-ups stays out.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger
from flask import Flask

from service import counted, delivery, idempotency, recurring, rederiving, sweep, uploads
from service.calls import figures
from service.collecting import held_off
from service.db import DatabaseUnavailable, reading, writing
from service.now import Now, instant_here, nap_until
from service.sweep import Swept

log = logging.getLogger(__name__)

AT_LEAST_EVERY = dt.timedelta(milliseconds=500)

AT_MOST_EVERY = dt.timedelta(milliseconds=50)
"""What is due and cannot be claimed is in another scheduler's hands: it is not asked for again and again."""

SELDOM = dt.timedelta(minutes=1)
"""How often a duty is looked after that nobody waits for."""

ROUND = dt.timedelta(seconds=1)
"""How long a duty goes on with a backlog until it says how far it has come."""

BREATH = dt.timedelta(milliseconds=20)
"""How long it lets the others of its process go first then."""

SET_BACK = dt.timedelta(milliseconds=500)
"""By how much the host's clock must have fallen behind the one that nobody can set to have been set back."""

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
        """Settle what is due, batch after batch; how long until something is due again."""
        goes_on = self._round()
        with self.app.app_context():
            at, due = sweep.next_due(self.now)  # nobody who writes waits for a sweep that finds nothing
            batch, settled = sweep.BATCH, 0
            while due is not None and due <= at:
                if not goes_on():
                    self._say_how_far(settled)
                    return BREATH
                began = time.monotonic()
                with held_off():  # until what a batch came to has been dropped again
                    at, claimed = self._batch(batch, at)
                settled += claimed
                if claimed < batch:
                    at, due = sweep.next_due(self.now)
                if not claimed:
                    break
                batch = sweep.next_batch(batch, claimed, time.monotonic() - began)
            return AT_LEAST_EVERY if due is None else max(due - at, AT_MOST_EVERY)

    def _batch(self, batch: int, known: dt.datetime) -> tuple[dt.datetime, int]:
        """Settle so many tickets; the instant at which they were, and how many there were."""
        swept = sweep.run_once(self.now, batch, known)
        for number in swept.set_aside:
            log.error("%s is set aside", number, extra={"action": "set_aside", "ticket": number})
        self._show(swept)
        return swept.at, swept.claimed

    def _round(self) -> Callable[[], bool]:
        """Whether a duty that begins now is to begin one more batch."""
        until = time.monotonic() + ROUND.total_seconds()
        return lambda: not self.stopping.is_set() and time.monotonic() < until

    def _say_how_far(self, settled: int) -> None:
        left, oldest = sweep.backlog(self.now)
        if left:
            told = {"action": "backlog", "settled": settled, "left": left}
            log.info("%d tickets settled, %d are due, the first since %s", settled, left, oldest, extra=told)

    def _show(self, swept: Swept) -> None:
        """Whoever watches may have gone; that holds nothing up."""
        try:
            if self.watch is not None:
                self.watch(swept)
        except Exception:
            log.exception("nobody could be shown what was swept", extra={"action": "watching_raised"})

    def rederive(self) -> dt.timedelta:
        """Derive provisional limits again whose year of holidays has been published."""
        goes_on = self._round()
        with self.app.app_context():
            while goes_on():
                if not rederiving.run_once(self.now):
                    return SELDOM
        return BREATH

    def recur(self) -> dt.timedelta:
        """Open the recurring tickets whose time has come; how long until the next one's does."""
        with self.app.app_context():
            opened = recurring.run_once(self.now, self._round())
        return SELDOM if opened.next_at is None else max(opened.next_at - opened.at, AT_MOST_EVERY)

    def count(self) -> dt.timedelta:
        """Count what whoever looks at figures shall not have to count."""
        with self.app.app_context():
            counted.run_once(self.now)
        return SELDOM

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
        goes_on = self._round()
        with self.app.app_context():
            while goes_on():
                if not delivery.run_once(self._instant(), go_on=goes_on, figures=figures()):
                    return AT_LEAST_EVERY
        return BREATH


@contextmanager
def awake(duties: Duties) -> Iterator[BaseScheduler]:
    """The duties are done in threads of this process; at the end of the block what has begun is waited for."""
    scheduler = BackgroundScheduler(timezone=dt.UTC)
    jobs = []
    for name, duty, every in (
        ("sweep", duties.sweep, AT_LEAST_EVERY),
        ("deliver", duties.deliver, AT_LEAST_EVERY),
        ("rederive", duties.rederive, SELDOM),
        ("recur", duties.recur, SELDOM),
        ("count", duties.count, SELDOM),
        ("forget", duties.forget, SELDOM),
    ):
        jobs.append(_Waking(scheduler, name, duty, every, duties.stopping))
        scheduler.add_job(
            jobs[-1],
            _Again(every),
            id=name,
            coalesce=True,  # what was missed is in the tables, not in the number of wake-ups
            max_instances=2,  # one that does it, and one that finds it being done
            misfire_grace_time=None,  # never too late: the default throws away what is a second late
        )
    watching = threading.Thread(target=_keep_awake, args=(jobs, duties.stopping), name="keep awake", daemon=True)
    scheduler.start()
    watching.start()
    try:
        yield scheduler
    finally:
        duties.stopping.set()
        # Not with wait=True: it waits holding the lock that a duty takes to set its next wake-up, for ever.
        scheduler.shutdown(wait=False)
        watching.join()
        for job in jobs:
            job.wait()


class _Again(BaseTrigger):  # type: ignore[misc]  # it comes without types
    """So long after now, whatever the clock said before: a clock set forward by years is no reason to count them."""

    def __init__(self, every: dt.timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous_fire_time: dt.datetime | None, now: dt.datetime) -> dt.datetime:
        return now + self.every


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
        self._rest()

    def __call__(self) -> None:
        if not self._doing.acquire(blocking=False):
            return
        try:
            if not self.stopping.is_set():
                self._do()
        finally:
            self._rest()
            self._doing.release()

    def wait(self) -> None:
        """Until what is being done is done."""
        with self._doing:
            pass

    def _rest(self) -> None:
        # In this order, and the other way round when they are read again: who is held up in between sees a clock that
        # has gone ahead, and never one that was set back.
        self._rests_at = instant_here()
        self._rests_since = time.monotonic()

    def wake_if_overslept(self) -> None:
        """A wake-up that stays out has been set by a clock that was set back since, or the machine is busy."""
        slept = time.monotonic() - self._rests_since
        if self._doing.locked() or slept <= (self.every + AT_LEAST_EVERY).total_seconds():
            return
        behind = slept - (instant_here() - self._rests_at).total_seconds()
        if behind > SET_BACK.total_seconds():
            told = {"action": "clock_set_back", "seconds": round(behind, 3)}
            log.warning("the clock was set back by %.1f s: %s is woken all the same", behind, self.name, extra=told)
        self._wake(dt.timedelta())

    def _do(self) -> None:
        try:
            soon = self.duty()
        except DatabaseUnavailable as error:
            log.warning("%s waits: %s", self.name, error, extra={"action": "database_unavailable"})
            return
        if soon < self.every:
            self._wake(soon)

    def _wake(self, soon: dt.timedelta) -> None:
        job = self.scheduler.get_job(self.name)
        if job is not None:
            with suppress(JobLookupError):  # the scheduler was shut down just now
                job.modify(next_run_time=nap_until(soon))


def _keep_awake(jobs: Sequence[_Waking], stopping: threading.Event) -> None:
    while not stopping.wait(AT_LEAST_EVERY.total_seconds()):
        for job in jobs:
            job.wake_if_overslept()
