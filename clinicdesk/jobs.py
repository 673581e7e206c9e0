"""What the background worker runs and how often, and the ticker that runs it.

The ticker remembers nothing: what is due stands in the clinic's own tables, so a missed tick loses
nothing and two workers share the work.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from clinicdesk.access import program_actor
from clinicdesk.app import Services
from clinicdesk.clock import SystemClock

PROCESS_PENDING_NOTIFICATIONS = "process pending notifications"
SETTLE_OPEN_ATTEMPTS = "settle open attempts"
SETTLE_OPEN_REFUNDS = "settle open refunds"
HEAR_CARD_PROVIDER = "hear the card provider"
CHARGE_DUE_FEES = "charge due fees"
SETTLE_OPEN_LINKS = "settle open links"
COMPARE_WITH_PROVIDER = "compare with the card provider"
REMIND_OF_UNPAID = "remind of unpaid invoices"
LISTEN_FOR_RELAY = "listen for a relay"
EVERY_SECONDS = {
    PROCESS_PENDING_NOTIFICATIONS: 5.0,
    SETTLE_OPEN_ATTEMPTS: 15.0,
    SETTLE_OPEN_REFUNDS: 60.0,
    HEAR_CARD_PROVIDER: 30.0,
    CHARGE_DUE_FEES: 300.0,
    SETTLE_OPEN_LINKS: 15.0,
    COMPARE_WITH_PROVIDER: 300.0,
    REMIND_OF_UNPAID: 3600.0,
    LISTEN_FOR_RELAY: 10.0,
}
LOOK_AFTER_SECONDS = 30.0

log = logging.getLogger(__name__)


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """One service method that is called again and again.

    `interrupt` asks a running call to come to its end soon.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]
    interrupt: Callable[[], None] = _nothing


def jobs_of(services: Services) -> tuple[Job, ...]:
    """Give the jobs of an open clinic, run as the program itself, each as EVERY_SECONDS says."""
    worker = program_actor("worker")
    work: dict[str, Callable[[], object]] = {
        PROCESS_PENDING_NOTIFICATIONS: services.delivery.process_pending_notifications,
        SETTLE_OPEN_ATTEMPTS: lambda: services.payments.settle_open_attempts(worker),
        SETTLE_OPEN_REFUNDS: lambda: services.refunds.settle_open_refunds(worker),
        HEAR_CARD_PROVIDER: lambda: services.provider_events.catch_up(worker),
        CHARGE_DUE_FEES: lambda: services.fees.charge_due(worker),
        SETTLE_OPEN_LINKS: lambda: services.links.settle_open_links(worker),
        COMPARE_WITH_PROVIDER: lambda: services.reconciliation.compare_recent(worker),
        REMIND_OF_UNPAID: lambda: services.overdue.remind_due(worker),
        LISTEN_FOR_RELAY: lambda: services.relay.keep(worker),
    }
    interrupts = {
        PROCESS_PENDING_NOTIFICATIONS: services.delivery.stop,
        LISTEN_FOR_RELAY: services.relay.stop,
    }
    return tuple(
        Job(name, EVERY_SECONDS[name], run, interrupts.get(name, _nothing))
        for name, run in work.items()
    )


class Worker:
    """Runs the jobs beside the window, each on a thread and never twice at a time.

    A job that raises is run again at its next time; the others do not notice.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._ticker: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin; every job runs at once for the first time."""
        ticker = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(max(len(self._jobs), 1))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in self._jobs:
            ticker.add_job(
                _run,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.every_seconds,
                next_run_time=SystemClock().now(),
            )
        ticker.start()
        self._ticker = ticker

    @property
    def is_alive(self) -> bool:
        """Tell whether the ticker's thread runs."""
        thread = None if self._ticker is None else self._ticker._thread  # noqa: SLF001
        return thread is not None and bool(thread.is_alive())

    def revive(self) -> bool:
        """Start the ticker anew if it died; tell whether that was so."""
        if self._ticker is None or self.is_alive:
            return False
        log.error("The background ticker had ended and is started again")
        self.start()
        return True

    def stop(self) -> None:
        """Let running jobs come to their end, and end."""
        ticker, self._ticker = self._ticker, None
        if ticker is None:
            return
        for job in self._jobs:
            job.interrupt()
        ticker.shutdown(wait=True)


def run_worker(jobs: Sequence[Job], stop: threading.Event) -> None:
    """Run the jobs without a window until `stop` is set."""
    worker = Worker(jobs)
    worker.start()
    try:
        while not stop.wait(LOOK_AFTER_SECONDS):
            worker.revive()
    finally:
        worker.stop()


def _run(job: Job) -> None:
    try:
        job.run()
    except Exception as error:  # noqa: BLE001  # no job may end the ticker or the others
        # The error's own text could hold what patients said or are, so only its place is told.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("Job %s: %s at %s:%s", job.name, type(error).__name__, place.name, place.lineno)  # noqa: TRY400
