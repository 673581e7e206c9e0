"""Runs work beside the window, and brings its outcome back to the window's thread.

The data lane has one worker, so that what was asked later is answered later; the network lane has
a few, so that a slow provider holds up nobody else.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from clinicdesk.errors import ClinicDeskError

T = TypeVar("T")

BUSY_AFTER_MS = 300
NETWORK_WORKERS = 4


class Lane(Enum):
    """Where work runs: DATA for the clinic's data, NETWORK for outside parties."""

    DATA = "data"
    NETWORK = "network"


class Presenter(Protocol):
    """Shows what went wrong to the person."""

    def show_error(self, owner: QObject, error: ClinicDeskError) -> None:
        """Show a known error in the clinic's words."""

    def show_bug(self, owner: QObject | None, error: BaseException) -> None:
        """Log a bug without patient data, and show it with its details to copy."""


@dataclass(eq=False)
class _Job:
    owner: QObject
    done: Callable[[Any], object]
    failed: Callable[[ClinicDeskError], object] | None
    busy: Callable[[bool], object] | None
    settled: Callable[[], object] | None
    key: tuple[int, str] | None
    lane: Lane
    is_finished: bool = False
    is_shown_busy: bool = False


class Tasks(QObject):
    """The two lanes of background work."""

    working = Signal(bool)
    """The data lane has something to do, or has nothing left to do."""

    _returned = Signal(object, object)

    def __init__(self, presenter: Presenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._lanes = {
            Lane.DATA: ThreadPoolExecutor(1, thread_name_prefix="data"),
            Lane.NETWORK: ThreadPoolExecutor(NETWORK_WORKERS, thread_name_prefix="network"),
        }
        self._newest: dict[tuple[int, str], _Job] = {}
        self._data_jobs = 0
        self._is_closed = False
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], object],
        failed: Callable[[ClinicDeskError], object] | None = None,
        busy: Callable[[bool], object] | None = None,
        settled: Callable[[], object] | None = None,
        lane: Lane = Lane.DATA,
        newest: str = "",
    ) -> None:
        """Run `work` beside the window and hand its result to `done` on the window's thread.

        Nothing is called once `owner` is gone. A ClinicDeskError goes to `failed`, or to the
        presenter when none is given; any other exception is a bug and goes to the presenter.
        `busy(True)` comes only if the work takes longer than 300 ms, and then `busy(False)` at
        its end. `settled` comes before the others in every case. With `newest` only the latest
        work that this owner started under that name counts: of an earlier one only `busy(False)`
        is called, and one that has not begun is not run at all.
        """
        if self._is_closed:
            return
        key = (id(owner), newest) if newest else None
        job = _Job(owner, done, failed, busy, settled, key, lane)
        self._count(lane, 1)
        if key is not None:
            self._newest[key] = job
        if busy is not None:
            QTimer.singleShot(BUSY_AFTER_MS, self, lambda: self._show_busy(job))
        future = self._lanes[lane].submit(lambda: self._work(job, work))
        future.add_done_callback(lambda outcome: self._returned.emit(job, outcome))

    def close(self) -> None:
        """Finish what the data lane still has to write, drop unstarted network work, and stop.

        From now on no outcome is handed over and no work is taken.
        """
        self._is_closed = True
        self._lanes[Lane.NETWORK].shutdown(wait=True, cancel_futures=True)
        self._lanes[Lane.DATA].shutdown(wait=True)

    def _count(self, lane: Lane, step: int) -> None:
        if lane is Lane.DATA:
            was_busy = self._data_jobs > 0
            self._data_jobs += step
            if was_busy != (self._data_jobs > 0):
                self.working.emit(not was_busy)

    def _work(self, job: _Job, work: Callable[[], T]) -> T | None:
        return None if self._is_outdated(job) else work()

    def _is_outdated(self, job: _Job) -> bool:
        return job.key is not None and self._newest.get(job.key) is not job

    def _show_busy(self, job: _Job) -> None:
        if job.busy and not job.is_finished and shiboken6.isValid(job.owner):
            job.is_shown_busy = True
            job.busy(True)

    def _deliver(self, job: _Job, outcome: "Future[Any]") -> None:
        job.is_finished = True
        self._count(job.lane, -1)
        is_outdated = self._is_outdated(job)
        if job.key is not None and not is_outdated:
            del self._newest[job.key]
        if self._is_closed or not shiboken6.isValid(job.owner):
            return
        if job.busy and job.is_shown_busy:
            job.busy(False)
        if is_outdated or outcome.cancelled():
            return
        if job.settled:
            job.settled()
        self._hand_over(job, outcome)

    def _hand_over(self, job: _Job, outcome: "Future[Any]") -> None:
        error = outcome.exception()
        if error is None:
            job.done(outcome.result())
        elif not isinstance(error, ClinicDeskError):
            self._presenter.show_bug(job.owner, error)
        elif job.failed is not None:
            job.failed(error)
        else:
            self._presenter.show_error(job.owner, error)
