"""What the desk does with the waiting list: keep it, offer what falls free, take the answers."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.access import Action
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.waiting.records import Offer, Wish
from clinicdesk.staff.records import DoctorRecord
from ui.core.page import Page
from ui.schedule.appointment_words import when_text
from ui.schedule.waiting_answers_dialog import AnswersDialog
from ui.schedule.waiting_bar import FreedBar
from ui.schedule.waiting_dialog import WishDialog, WishStart
from ui.schedule.waiting_offer_dialog import FreedOffer, OfferDialog
from ui.schedule.waiting_panel import WaitingPanel
from ui.schedule.waiting_words import freed_words

NOTHING_FREE = "No time fell free here: it is past, or taken again."
Listed = tuple[tuple[Wish, ...], tuple[Offer, ...]]


class WaitingDesk(QObject):
    """Connects the waiting list in the side panel with its dialogs; `over` is the calendar.

    `freed_looked_at` tells that it is known whether somebody wants a time that fell free.
    """

    freed_looked_at = Signal()

    def __init__(self, page: Page, panel: WaitingPanel, *, over: QWidget) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel = page, page.desk, panel
        self.bar = FreedBar(page.desk.theme, over)
        self.bar.asked.connect(self.offer_freed)
        self._clinic: ClinicRecord | None = None
        self._doctors: tuple[DoctorRecord, ...] = ()
        self._today: date | None = None
        self._answers: AnswersDialog | None = None
        self._offers: tuple[Offer, ...] = ()
        panel.add_asked.connect(self.add)
        panel.opened.connect(self._open)
        panel.removed.connect(self._withdraw)
        panel.answered.connect(self._answer)
        panel.offers_asked.connect(self.show_answers)

    def show(self, clinic: ClinicRecord, doctors: tuple[DoctorRecord, ...], *, today: date) -> None:
        """Show the list of a clinic, read anew beside the window."""
        self._clinic, self._doctors, self._today = clinic, doctors, today
        waiting, actor = self._desk.services.waiting, self._desk.actor
        self._desk.tasks.run(
            self,
            lambda: (
                waiting.wishes(actor, clinic_id=clinic.id),
                waiting.offers(actor, clinic_id=clinic.id),
            ),
            done=self._show,
            newest="waiting list",
        )
        if self.bar.appointment_id is not None:
            self.tell_freed(self.bar.appointment_id)

    def _show(self, listed: Listed) -> None:
        wishes, self._offers = listed
        may_change = self._desk.session.may(Action.BOOK)
        if self._today is not None:
            self._panel.show_list(wishes, self._offers, today=self._today, may_change=may_change)
        if self._answers is not None:
            self._answers.show_offers(self._offers)

    # --- wishes ----------------------------------------------------------------------------

    def add(self) -> None:
        """Put somebody on the list."""
        self._open(None)

    def _open(self, wish: Wish | None) -> None:
        clinic, today = self._clinic, self._today
        services, actor = self._desk.services, self._desk.actor
        if clinic is None or today is None or not actor.may(Action.BOOK):
            return

        def work() -> WishStart:
            patient = services.patients.patient(actor, wish.wish.patient_id) if wish else None
            return WishStart(
                clinic,
                services.clinics.clinics(actor),
                services.staff.doctors(actor),
                services.clinics.services(actor),
                today,
                wish,
                patient,
            )

        self._desk.tasks.run(self._page, work, done=self._begin)

    def _begin(self, start: WishStart) -> None:
        dialog = WishDialog(self._page, self._desk, start)
        dialog.saved.connect(self._say)
        dialog.withdrawn.connect(self._withdraw)
        dialog.closed.connect(self._give_focus)
        dialog.open()

    def _give_focus(self) -> None:
        """Give the keys to the calendar, where the card that had them is no longer there."""
        if QApplication.focusWidget() is None:
            self._page.first_focus().setFocus()

    def _withdraw(self, wish: Wish) -> None:
        """Take somebody off the list; taken back, they have their former place."""
        waiting, actor = self._desk.services.waiting, self._desk.actor

        def put_back(after: Wish) -> None:
            self._run(
                lambda: waiting.put_back(actor, after.id, version=after.version),
                done=lambda _wish: self._say(f"{wish.patient_name} is on the waiting list again"),
            )

        self._run(
            lambda: waiting.withdraw(actor, wish.id, version=wish.version),
            done=lambda after: self._page.undo_offered.emit(
                f"{wish.patient_name} is off the waiting list", lambda: put_back(after)
            ),
        )

    # --- a freed time ----------------------------------------------------------------------

    def tell_freed(self, appointment_id: int) -> None:
        """Say that an appointment left its time free, if somebody who waits would take it."""

        def tell(start: FreedOffer | None) -> None:
            fitting = sum(not each.left_out for each in start.candidates) if start else 0
            if start is not None and fitting and self._desk.session.may(Action.BOOK):
                words = freed_words(start.freed, start.time_zone, start.doctor_name)
                self.bar.show_freed(appointment_id, words, fitting)
            else:
                self.bar.put_away()
            self.freed_looked_at.emit()

        self._desk.tasks.run(
            self, self._reading(appointment_id), done=tell, newest="freed time told"
        )

    def offer_freed(self, appointment_id: int) -> None:
        """Offer the time that an appointment left free to those who wait."""
        work = self._reading(appointment_id)
        self._desk.tasks.run(self._page, work, done=self._begin_offer, newest="freed time")

    def _reading(self, appointment_id: int) -> Callable[[], FreedOffer | None]:
        """Give what reads whom the time suits that an appointment left; None where it left none."""
        services, actor = self._desk.services, self._desk.actor

        def work() -> FreedOffer | None:
            freed = services.waiting.freed_by(actor, appointment_id)
            if freed is None:
                return None
            clinics = {each.id: each for each in services.clinics.clinics(actor)}
            names = {each.id: each.name for each in services.staff.doctors(actor)}
            candidates = services.waiting.candidates(actor, freed)
            zone = clinics[freed.clinic_id].time_zone
            return FreedOffer(freed, zone, names.get(freed.doctor_id, ""), candidates)

        return work

    def _begin_offer(self, start: FreedOffer | None) -> None:
        if start is None:
            self._say(NOTHING_FREE)
            return
        dialog = OfferDialog(self._page, self._desk, start)
        dialog.offered.connect(self._offered)
        dialog.open()

    def _offered(self, offers: tuple[Offer, ...]) -> None:
        mails = sum(each.has_mail for each in offers)
        calls = len(offers) - mails
        words = [f"Offered to {len(offers)}"]
        words += [f"{mails} by e-mail"] if mails else []
        words += [f"{calls} to call"] if calls else []
        self._say(" · ".join(words))

    # --- answers ---------------------------------------------------------------------------

    def show_answers(self) -> None:
        """Show the offers that run, to take their answers."""
        dialog = self._answers = AnswersDialog(self._page, self._desk.theme)
        dialog.answered.connect(self._answer)
        dialog.closed.connect(self._forget_answers)
        dialog.show_offers(self._offers)
        dialog.open()

    def _forget_answers(self) -> None:
        self._answers = None

    def _answer(self, offer: Offer, is_yes: bool) -> None:
        waiting, actor = self._desk.services.waiting, self._desk.actor
        if not is_yes:
            self._run(
                lambda: waiting.decline(actor, offer.id),
                done=lambda _none: self._say(
                    f"{offer.patient_name} said no, and stays on the list"
                ),
            )
            return
        self._run(
            lambda: waiting.accept(actor, offer.id), done=lambda visit: self._booked(offer, visit)
        )

    def _booked(self, offer: Offer, visit: AppointmentDetails) -> None:
        others = sum(
            each.id != offer.id and each.time.starts_at == offer.time.starts_at
            for each in self._offers
            if each.state == offer.state
        )
        told = f" · {others} others are told" if others > 1 else " · the other is told"
        self._say(f"Booked · {offer.patient_name}, {when_text(visit)}{told if others else ''}")

    def _run(self, work: Callable[[], object], *, done: Callable[..., object]) -> None:
        self._desk.tasks.run(
            self._page, work, done=done, failed=self._refused, settled=self._page.mark_stale
        )

    def _refused(self, error: ClinicDeskError) -> None:
        """Say why an answer was not taken, where the person looks."""
        if self._answers is not None:
            self._answers.refuse(error)
        else:
            self._say(error.sentence)

    def _say(self, sentence: str) -> None:
        self._page.message_posted.emit(sentence)
