"""The main window: paints at once, takes the clinic's services when they are ready.

Nothing here imports the database, the payment provider or the printing library, so the first
picture does not wait for them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Actor
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import Clock
from clinicdesk.errors import ClinicDeskError
from ui.core.change_bridge import ChangeBridge
from ui.core.dialogs import Dialog
from ui.core.errors import ErrorPresenter
from ui.core.page import Page, PageEntry
from ui.core.session import Desk, Session
from ui.core.tasks import BUSY_AFTER_MS, Tasks
from ui.core.theme import Theme
from ui.shell.pages import PageStack
from ui.shell.rail import Rail
from ui.shell.search_box import SearchBox
from ui.shell.searches import desk_search
from ui.shell.sign_in import SignInPage
from ui.shell.status_bar import StatusBar
from ui.shell.toast import Toast
from ui.shell.top_bar import TopBar
from ui.shell.vitals import Vitals

if TYPE_CHECKING:
    from clinicdesk.app import Services
    from clinicdesk.clinics.records import ClinicRecord


class MainWindow(QWidget):
    """Rail, pages and status bar of one desk; `entered` tells when somebody has signed in."""

    entered = Signal()
    locked = Signal()

    def __init__(
        self, theme: Theme, *, clock: Clock, entries: Sequence[PageEntry], desk_name: str
    ) -> None:
        super().__init__()
        self.resize(theme.px(1440), theme.px(900))
        self.theme, self._clock = theme, clock
        self._desk_name = desk_name
        self._services: Services | None = None
        self._bridge: ChangeBridge | None = None
        self._vitals: Vitals | None = None
        self._desk: Desk | None = None
        self._clinics: dict[int, ClinicRecord] = {}
        self._put_aside: dict[int | None, list[Dialog]] = {}
        self._logins: dict[int | None, str] = {}
        self.presenter = ErrorPresenter(theme, lambda: self)
        self.tasks = Tasks(self.presenter, self)
        self.rail, self.sign_in = Rail(theme), SignInPage(theme)
        self.top_bar, self.status_bar = TopBar(theme), StatusBar(theme)
        self.pages, self._views = PageStack(entries), QStackedWidget()
        self._build()
        self.toast = Toast(theme, self)
        self.search = SearchBox(theme, self.tasks, self.top_bar.search, self)
        self._connect()
        self.sign_in.show_opening()

    def _build(self) -> None:
        work = QWidget()
        column = QVBoxLayout(work)
        column.addWidget(self.top_bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.status_bar)
        self._views.addWidget(self.sign_in)
        self._views.addWidget(work)
        row = QHBoxLayout(self)
        row.addWidget(self.rail)
        row.addWidget(self._views, 1)
        for layout in (row, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.pages.show_page)
        self.pages.shown.connect(self._page_shown)
        self.pages.message_posted.connect(self.toast.show_message)
        self.pages.undo_offered.connect(self.toast.show_message)
        self.rail.lock_asked.connect(self.lock)
        self.rail.person_asked.connect(self.change_person)
        self.status_bar.lock.clicked.connect(self.lock)
        self.sign_in.submitted.connect(self._sign_in)
        self.search.opened.connect(self.pages.open_item)
        QShortcut(QKeySequence("F2"), self, self.lock)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(BUSY_AFTER_MS)
        self._slow.timeout.connect(lambda: self._show_saved(False))
        self.tasks.working.connect(self._follow_work)

    # --- the clinic's data -----------------------------------------------------------------

    def attach(self, services: "Services", changes: ChangeBus) -> None:
        """Take the services: from now on people can sign in."""
        self._services = services
        self._bridge = ChangeBridge(changes, self)
        self._bridge.changed.connect(self.pages.hear)
        self.sign_in.show_ready()

    def show_opening_error(self, error: ClinicDeskError) -> None:
        """Say why the clinic's data cannot be opened."""
        self.sign_in.show_failure(error)

    # --- the person ------------------------------------------------------------------------

    def _sign_in(self, login: str, password: str) -> None:
        services = self._services
        if services is None:
            return
        desk = self._desk_name
        self.sign_in.set_busy(True)
        self.tasks.run(
            self,
            lambda: services.staff.sign_in(login, password, desk=desk),
            done=lambda actor: self._enter(actor, login),
            failed=self.sign_in.show_error,
            settled=lambda: self.sign_in.set_busy(False),
        )

    def _enter(self, actor: Actor, login: str) -> None:
        services = self._services
        if services is None:
            return
        self._logins[actor.user_id] = login
        self.sign_in.forget_password()
        if self._desk is None:
            session = Session(actor)
            session.changed.connect(self._show_place)
            self._desk = Desk(self.theme, self.tasks, self._clock, services, session)
            self.pages.set_desk(self._desk)
        else:
            self._desk.session.set_actor(actor)
        self.search.set_search(desk_search(services, self._desk.session))
        self.rail.show_entries(self.pages.allowed(), actor.name)
        self._views.setCurrentIndex(1)
        self.pages.show_first()
        for dialog in self._put_aside.pop(actor.user_id, []):
            dialog.take_up()
        self._ask_clinics()
        self._show_saved(True)
        self.entered.emit()

    def lock(self) -> None:
        """Hide everything until somebody signs in; nothing that was typed is lost."""
        if self._desk is None or self._views.currentIndex() == 0:
            return
        actor = self._desk.actor
        open_ones = [dialog for dialog in self.window().findChildren(Dialog) if dialog.is_open]
        self._put_aside.setdefault(actor.user_id, []).extend(open_ones)
        for dialog in open_ones:
            dialog.put_aside()
        self.toast.hide()
        self.rail.show_entries((), "")
        self._views.setCurrentIndex(0)
        self.sign_in.show_locked(actor.name, self._logins.get(actor.user_id, ""))
        self.locked.emit()

    def change_person(self) -> None:
        """Lock, ready for another person's name."""
        self.lock()
        self.sign_in.show_other_person()

    # --- the pages -------------------------------------------------------------------------

    def show_page(self, number: int) -> None:
        """Open a page by its entry's number."""
        self.pages.show_page(number)

    def page(self, number: int) -> Page | None:
        """Give the page of an entry; None where the person signed in may not use it."""
        return self.pages.page(number)

    def open_item(self, kind: str, item_id: int) -> None:
        """Open one thing, such as a patient, on the page that shows its kind."""
        self.pages.open_item(kind, item_id)

    def _page_shown(self, number: int, page: Page) -> None:
        self.top_bar.show_page(page)
        self.rail.mark(number)

    # --- the foot --------------------------------------------------------------------------

    def _ask_clinics(self) -> None:
        desk = self._desk
        if desk is None:
            return
        self.tasks.run(
            self, lambda: desk.services.clinics.clinics(desk.actor), done=self._take_clinics
        )

    def _take_clinics(self, clinics: "Sequence[ClinicRecord]") -> None:
        self._clinics = {clinic.id: clinic for clinic in clinics}
        session = self._desk.session if self._desk else None
        if session and session.clinic_id is None and clinics:
            session.set_clinic(clinics[0].id)
        if self._vitals is None and self._desk and self._bridge and clinics:
            self._vitals = Vitals(self._desk, self.status_bar, clinics[0].time_zone)
            self._bridge.changed.connect(self._vitals.hear)
            self._vitals.payment_asked.connect(lambda item: self.open_item("invoice", item))
            self._vitals.provider_asked.connect(lambda: self.open_item("card provider", 0))
            self._vitals.outcome_told.connect(self.toast.show_message)
        self._show_place()

    def _show_place(self) -> None:
        if self._desk is None:
            return
        actor, clinic = self._desk.actor, self._clinics.get(self._desk.session.clinic_id or 0)
        roles = ", ".join(sorted(role.value.capitalize() for role in actor.roles))
        place = f"{clinic.name} · {clinic.time_zone} · " if clinic else ""
        self.status_bar.set_place(f"{place}{actor.name} ({roles})")

    def _follow_work(self, is_working: bool) -> None:
        if is_working:
            self._slow.start()
        else:
            self._slow.stop()
            self._show_saved(True)

    def _show_saved(self, is_saved: bool) -> None:
        text, tone = ("Saved", "good") if is_saved else ("Working…", "quiet")
        self.status_bar.set_item("saved", text, tone=tone)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what is being written, then close."""
        if self._bridge is not None:
            self._bridge.close()
        self.tasks.close()
        super().closeEvent(event)
