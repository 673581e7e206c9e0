"""The background worker outlives every job that fails, and comes back when its ticker ends."""

import threading
import time
from collections.abc import Iterator

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.jobs import EVERY_SECONDS, Job, Worker, jobs_of, run_worker
from tests.services import services_over

PATIENCE_S = 20
OFTEN_S = 0.01


class Times:
    """Counts calls, and lets a test wait for the nth."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def reach(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, PATIENCE_S)


@pytest.fixture
def started() -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.stop()


def _start(started: list[Worker], *jobs: Job) -> Worker:
    worker = Worker(jobs)
    started.append(worker)
    worker.start()
    return worker


def test_a_job_that_fails_stops_neither_itself_nor_the_others(
    started: list[Worker], caplog: pytest.LogCaptureFixture
) -> None:
    tries, good = Times(), Times()

    def fail() -> None:
        tries()
        raise RuntimeError("Chloé Martin")

    _start(started, Job("bad", OFTEN_S, fail), Job("good", OFTEN_S, good))
    assert tries.reach(3)
    assert good.reach(3)
    started.pop().stop()
    assert "Job bad: RuntimeError at fail" in caplog.text
    assert "Chloé" not in caplog.text


def test_a_slow_job_is_not_started_twice_and_holds_up_nobody(started: list[Worker]) -> None:
    may_end, good, calls = threading.Event(), Times(), Times()

    def slow() -> None:
        calls()
        may_end.wait(PATIENCE_S)

    _start(started, Job("slow", OFTEN_S, slow), Job("good", OFTEN_S, good))
    assert good.reach(20)
    assert calls.count == 1
    may_end.set()


def test_a_ticker_that_ended_is_noticed_and_started_again(
    started: list[Worker], caplog: pytest.LogCaptureFixture
) -> None:
    times = Times()
    worker = _start(started, Job("one", OFTEN_S, times))
    assert times.reach(1)
    assert worker.is_alive
    assert not worker.revive()
    ticker = worker._ticker
    assert ticker is not None
    ticker.shutdown(wait=True)
    assert not worker.is_alive
    reached = times.count
    assert worker.revive()
    assert times.reach(reached + 2)
    assert "started again" in caplog.text


def test_stopping_asks_a_running_job_to_end_and_waits_for_it(started: list[Worker]) -> None:
    asked, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def run() -> None:
        begun.set()
        assert asked.wait(PATIENCE_S)
        ended.set()

    worker = _start(started, Job("sending", 3600, run, asked.set))
    assert begun.wait(PATIENCE_S)
    worker.stop()
    assert ended.is_set()
    assert not worker.is_alive


def test_the_worker_without_a_window_runs_until_it_is_told_to_stop() -> None:
    stop, times = threading.Event(), Times()
    jobs = [Job(name, 3600, times) for name in ("one", "two", "three")]
    thread = threading.Thread(target=run_worker, args=(jobs, stop))
    thread.start()
    assert times.reach(3), "each job runs at once"
    stop.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_what_is_due_is_remembered_nowhere_but_in_the_clinics_tables() -> None:
    worker = Worker([Job("one", 3600, time.monotonic)])
    worker.start()
    assert worker._ticker is not None
    stores = worker._ticker._jobstores
    assert [type(store).__name__ for store in stores.values()] == ["MemoryJobStore"]
    worker.stop()


def test_every_job_of_a_clinic_runs_where_nothing_is_set_up(
    file_database: Database, clock: FixedClock
) -> None:
    jobs = jobs_of(services_over(file_database, clock))
    assert {job.name: job.every_seconds for job in jobs} == EVERY_SECONDS
    for job in jobs:
        job.run()
