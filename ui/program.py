"""One run of the program: fills the window, opens the clinic's data beside it, ends both."""

import gc
import importlib
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtWidgets import QApplication

from clinicdesk.access import Action
from clinicdesk.cli import WindowRequest
from clinicdesk.clock import Clock, SystemClock
from clinicdesk.settings.place import user_folder
from clinicdesk.training.clock import TrainingClock
from ui.core.errors import report_uncaught
from ui.core.page import Page, PageEntry
from ui.core.session import Desk
from ui.core.tasks import Lane
from ui.core.theme import Theme
from ui.shell.frame import Frame
from ui.shell.window import MainWindow

if TYPE_CHECKING:
    from clinicdesk.jobs import Worker
    from clinicdesk.opening import OpenClinic

log = logging.getLogger(__name__)

JOBS_AFTER_MS = 3_000  # the first picture of the clinic comes first
TRAINING = "Demo clinic: nothing leaves this computer"
HOW_TO_TRAIN = (
    "This is a made-up clinic. Sign in as maria (reception), john (manager) or sato (doctor); "
    "the password is “{password}”."
)


def entries() -> tuple[PageEntry, ...]:
    """Give the pages of the rail; each is imported when it is first opened."""
    return (
        PageEntry(
            "Calendar",
            "calendar",
            Action.SEE_CALENDAR,
            _calendar,
            frozenset({"booking", "appointment"}),
        ),
        PageEntry("Today", "today", Action.SEE_CALENDAR, _today),
        PageEntry("Patients", "patients", Action.FIND_PATIENT, _patients, frozenset({"patient"})),
        PageEntry(
            "Billing",
            "billing",
            Action.SEE_BILLING,
            _billing,
            frozenset({"invoice", "payment", "card provider"}),
        ),
        PageEntry(
            "Settings",
            "settings",
            Action.SET_UP_CLINIC,
            _settings,
            at_foot=True,
        ),
    )


def _calendar(desk: Desk) -> Page:
    from ui.schedule.page import CalendarPage  # noqa: PLC0415

    return CalendarPage(desk)


def _today(desk: Desk) -> Page:
    from ui.visits.page import TodayPage  # noqa: PLC0415

    return TodayPage(desk)


def _patients(desk: Desk) -> Page:
    from ui.patients.page import PatientsPage  # noqa: PLC0415

    return PatientsPage(desk)


def _billing(desk: Desk) -> Page:
    from ui.billing.page import BillingPage  # noqa: PLC0415

    return BillingPage(desk)


def _settings(desk: Desk) -> Page:
    from ui.settings.page import SettingsPage  # noqa: PLC0415

    return SettingsPage(desk)


class Program(QObject):
    """One run of the program: its window, and the clinic it opened."""

    def __init__(
        self, application: QApplication, request: WindowRequest, *, theme: Theme, frame: Frame
    ) -> None:
        super().__init__()
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        theme.apply()
        self._application = application
        self._request = request
        self._folder = _demo_folder(request) if request.is_demo else request.folder
        self._clock = self._make_clock()
        self._clinic: OpenClinic | None = None
        self._worker: Worker | None = None
        self._status = 0
        self.window = MainWindow(
            theme, clock=self._clock, entries=entries(), desk_name=_desk_name()
        )
        report_uncaught(self.window.presenter)
        frame.set_content(self.window)
        frame.activateWindow()
        QTimer.singleShot(0, self._open_data)

    def finish(self) -> int:
        """End the background work and close the data; gives the exit status."""
        if self._worker is not None:
            self._worker.stop()
        if self._clinic is not None:
            self._clinic.close()
        return self._status

    def _start_jobs(self) -> None:
        from clinicdesk import jobs  # noqa: PLC0415

        if self._clinic is None:
            return
        self._worker = jobs.Worker(jobs.jobs_of(self._clinic.services))
        self._worker.start()
        look_after = QTimer(self)
        look_after.timeout.connect(self._worker.revive)
        look_after.start(round(jobs.LOOK_AFTER_SECONDS * 1000))

    def _make_clock(self) -> Clock:
        if self._request.is_demo and self._folder is not None:
            return TrainingClock(self._folder / "clock.json")
        return SystemClock()

    def _open_data(self) -> None:
        self.window.tasks.run(
            self.window,
            self._open,
            done=self._attach,
            failed=self.window.show_opening_error,
            lane=Lane.NETWORK,
        )

    def _open(self) -> "OpenClinic":
        try:
            from clinicdesk import opening  # noqa: PLC0415

            if isinstance(self._clock, TrainingClock) and self._folder is not None:
                return opening.open_demo(
                    self._folder, clock=self._clock, tour=self._request.tour is not None
                )
            return opening.open_own(self._folder)
        finally:
            gc.freeze()  # what is loaded now stays to the end: looking through it costs 0.1 s
            gc.enable()  # ui.main holds it back until everything is loaded

    def _attach(self, clinic: "OpenClinic") -> None:
        self._clinic = clinic
        self.window.attach(clinic.services, clinic.services.bus)
        if clinic.training is not None:
            self.window.status_bar.set_item("training", TRAINING, tone="quiet")
            self.window.sign_in.show_ready(HOW_TO_TRAIN.format(password=clinic.training.password))
        # Read from the disk while a name and a password are typed.
        self.window.tasks.run(self.window, _read_first_page, done=_nothing, lane=Lane.NETWORK)
        QTimer.singleShot(JOBS_AFTER_MS, self._start_jobs)
        if self._request.tour is not None:
            QTimer.singleShot(0, self._play)

    def _play(self) -> None:
        from ui.tour.day import play_day  # noqa: PLC0415

        if self._clinic is None or self._request.tour is None:
            return
        self._status = 1
        try:
            self._status = 1 - play_day(
                self.window,
                self._clinic,
                folder=self._request.tour,
                patients=self._request.patients,
            )
        finally:
            self.window.window().close()
            self._application.quit()


def _read_first_page() -> None:
    importlib.import_module("ui.schedule.page")


def _nothing(_outcome: None) -> None:
    """Nobody waits for it."""


def _desk_name() -> str:
    """Give this computer's name."""
    return os.environ.get("COMPUTERNAME") or os.uname().nodename


def _demo_folder(request: WindowRequest) -> Path:
    """Give the demo clinic's folder: the chosen one, a passing one for a tour, or the usual one."""
    if request.folder is not None:
        return request.folder
    if request.tour is not None:
        return Path(tempfile.mkdtemp(prefix="clinicdesk-tour-")) / "clinic"
    return user_folder() / "demo"
