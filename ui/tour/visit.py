"""The second half of the tour: messages go out, the visit happens, is paid and partly refunded."""

from datetime import timedelta
from email.message import EmailMessage

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from ui.billing.payment_dialog import PaymentDialog, Stage
from ui.billing.refund_dialog import RefundDialog
from ui.core.pdf_view import PdfDialog
from ui.schedule.page import CalendarPage
from ui.tour.player import Step, TourStoppedError
from ui.tour.scene import BILLING, CALENDAR, Scene

BEFORE_VISIT = timedelta(minutes=5)
PART, REASON = "20.00", "One test was not needed"


class Visit:
    """Follows the booked appointment through its day."""

    def __init__(self, scene: Scene, patient: str) -> None:
        self._scene, self._player = scene, scene.player
        self._patient = patient
        self._invoice_id = 0
        self._address = ""

    def confirm(self, step: Step) -> None:
        """The requested appointment is confirmed: its messages become rows of the queue."""
        self._select()
        self._address = self._scene.aside(self._read_address)
        self._do("Confirm", key="C")
        self._wait_for(AppointmentStatus.CONFIRMED)
        step.facts["queued"] = self._queue()

    def confirmation_arrives(self, step: Step) -> None:
        """The worker sends the confirmation, once."""
        self._wait_for_mail(1)
        step.facts["received"] = self._subjects()

    def reminder_arrives(self, step: Step) -> None:
        """A day before the visit the reminder goes out, once."""
        self._scene.put_clock_to(self._details().starts_at - timedelta(hours=24, minutes=-1))
        self._wait_for_mail(2)
        step.facts["received"] = self._subjects()

    def patient_arrives(self, step: Step) -> None:
        """On the day of the visit the patient is checked in."""
        self._scene.put_clock_to(self._details().starts_at - BEFORE_VISIT)
        self._select()
        self._do("Check in", key="A")
        self._wait_for(AppointmentStatus.ARRIVED)
        step.facts["status"] = self._details().status.value

    def goes_in(self, step: Step) -> None:
        """The patient goes in to the doctor."""
        self._do("Take to room", key="R")
        self._wait_for(AppointmentStatus.IN_ROOM)
        step.facts["status"] = self._details().status.value

    def doctor_finishes(self, step: Step) -> None:
        """The doctor signs in, sees their own day, and marks the visit completed."""
        self._scene.put_clock_to(self._details().ends_at)
        self._scene.change_person("sato")
        self._select()
        self._do("Finish visit", key="F")
        self._wait_for(AppointmentStatus.COMPLETED)
        step.facts["status"] = self._details().status.value

    def card_is_asked(self, step: Step) -> None:
        """The receptionist takes the payment: the invoice is made, the reader asks for the card."""
        self._scene.change_person("maria")
        self._select()
        self._do("Take payment", key="P")
        dialog = self._payment_dialog()
        self._player.press("Return")
        self._player.wait_for(lambda: dialog.stage is Stage.RUNNING, "the reader")
        self._player.see("Tap, insert or swipe")
        step.facts["amount"] = dialog.amount_edit.text()

    def card_is_taken(self, step: Step) -> None:
        """The card is held to the reader; the invoice is paid."""
        dialog = self._payment_dialog()
        self._player.wait_for(lambda: dialog.stage is Stage.PAID, "the paid invoice")
        invoice = self._invoice()
        step.facts.update({"invoice": invoice.number, "state": invoice.state.value})
        step.facts.update({"total": str(invoice.total), "tax": str(invoice.tax)})
        self._player.settle()

    def invoice_is_shown(self, step: Step) -> None:
        """The invoice is shown as it prints."""
        self._player.press("Return")
        page = self._scene.open_page(BILLING)
        self._player.wait_for(page.isVisible, "the invoices")
        self._player.wait_for(lambda: self._player.shows("Taken today"), "the figures")
        self._player.press("Ctrl+P")
        dialog = self._player.wait_for(
            lambda: next(
                (d for d in self._scene.player.window.findChildren(PdfDialog) if d.isVisible()),
                None,
            ),
            "the invoice's page",
        )
        self._player.wait_for(lambda: dialog.is_rendered, "the picture of the page")
        pdf = self._scene.aside(
            lambda: self._scene.services.documents.generate_invoice_pdf(
                self._scene.watcher, self._invoice_id
            )
        )
        self._player.keep("invoice.pdf", pdf)
        step.facts["bytes"] = len(pdf)

    def invoice_is_mailed(self, step: Step) -> None:
        """The paid invoice has gone out by mail, with the PDF."""
        self._player.press("Escape")
        self._wait_for_mail(3)
        step.facts["received"] = self._subjects()
        for number, message in enumerate(self._mails(), start=1):
            self._player.keep(f"message-{number}.eml", message.as_bytes())

    def part_is_refunded(self, step: Step) -> None:
        """The manager gives a part back."""
        self._scene.change_person("john")
        self._scene.open_page(BILLING)
        self._player.wait_for(lambda: self._player.shows("Taken today"), "the figures")
        self._player.press("R")
        dialog = self._player.wait_for(
            lambda: next(
                (d for d in self._scene.player.window.findChildren(RefundDialog) if d.isVisible()),
                None,
            ),
            "the refund dialog",
        )
        self._player.press("Ctrl+A")
        self._player.type(PART)
        self._player.press("Tab")
        self._player.type(REASON)
        self._player.press("Return")
        self._player.wait_until_gone(dialog, "the refund")
        invoice = self._invoice()
        step.facts["ledger"] = "; ".join(f"{e.text} {e.amount}" for e in invoice.ledger)

    def books_agree(self, step: Step) -> None:
        """The provider's books, the invoice and the audit log tell the same story."""
        scene = self._scene
        lines = list(scene.training.stripe.ledger().values())
        step.facts["provider"] = "; ".join(f"taken {x.captured}, back {x.refunded}" for x in lines)
        check = scene.aside(lambda: scene.services.audit.verify(scene.watcher))
        entries = scene.aside(lambda: scene.services.audit.entries(scene.watcher, limit=40))
        step.facts["audit log"] = "whole" if check.is_whole else "BROKEN"
        step.facts["last entries"] = " · ".join(entry.action for entry in reversed(entries[:18]))
        if len(lines) != 1 or not check.is_whole:
            raise TourStoppedError("the books do not agree")

    # --- looking and waiting ---------------------------------------------------------------

    def _details(self) -> AppointmentDetails:
        return self._scene.aside(self._read)

    def _read(self) -> AppointmentDetails:
        services, watcher = self._scene.services, self._scene.watcher
        patient = services.patients.search(watcher, self._patient, limit=1)[0]
        newest = services.calendar.appointments_of_patient(watcher, patient.id)[0]
        return services.calendar.appointment(watcher, newest.id)

    def _read_address(self) -> str:
        services, watcher = self._scene.services, self._scene.watcher
        return services.patients.patient(watcher, self._read().patient_id).email

    def _select(self) -> None:
        """Show the appointment in the calendar, ready for its keys."""
        details = self._details()
        self._scene.open_page(CALENDAR)
        self._scene.window.open_item("appointment", details.id)
        page = self._scene.window.page(CALENDAR)
        if not isinstance(page, CalendarPage):
            raise TourStoppedError("the calendar is not there")
        self._player.wait_for(lambda: page.view.selected_id == details.id, "the appointment")
        self._player.wait_for(
            lambda: (
                page.inspector.shown is not None
                and page.inspector.shown.status == details.status.value
            ),
            "the inspector's newest state",
        )

    def _do(self, action: str, *, key: str) -> None:
        """Press an action's key once the inspector offers it."""
        self._player.wait_for(lambda: self._player.button(action), f"the action “{action}”")
        self._player.press(key)

    def _wait_for(self, status: AppointmentStatus) -> None:
        self._player.wait_for(lambda: self._details().status is status, f"the status {status}")

    def _payment_dialog(self) -> PaymentDialog:
        return self._player.wait_for(
            lambda: next(
                (d for d in self._scene.player.window.findChildren(PaymentDialog) if d.isVisible()),
                None,
            ),
            "the payment dialog",
        )

    def _invoice(self) -> InvoiceRecord:
        details = self._details()
        self._invoice_id = details.invoice_id or 0
        scene = self._scene
        return scene.aside(lambda: scene.services.billing.invoice(scene.watcher, self._invoice_id))

    def _queue(self) -> str:
        services, watcher = self._scene.services, self._scene.watcher
        rows = self._scene.aside(lambda: services.outbox.notifications(watcher, limit=10))
        return "; ".join(f"{row.kind} due {row.due_at:%d %b %H:%M}" for row in rows)

    def _mails(self) -> list[EmailMessage]:
        """Give what the patient has received; the other patient's mails are in the folder too."""
        received = self._scene.training.mail.messages()
        return [message for message in received if self._address in str(message["to"])]

    def _subjects(self) -> str:
        return "; ".join(str(message["subject"]) for message in self._mails())

    def _wait_for_mail(self, count: int) -> None:
        self._player.wait_for(lambda: len(self._mails()) >= count, f"mail number {count}")
        if len(self._mails()) != count:
            raise TourStoppedError(f"{len(self._mails())} mails came where {count} were due")
