"""What the foot of the window says of messages and payments, asked again as they change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from clinicdesk.access import Action
from clinicdesk.changes import Change, Topic
from clinicdesk.clock import clinic_day
from clinicdesk.payments.records import PaymentRecord, PaymentStatus
from clinicdesk.payments.words import found_out
from ui.core.day_text import moment_text
from ui.core.session import Desk
from ui.shell.status_bar import StatusBar

if TYPE_CHECKING:
    from clinicdesk.outbox.records import OutboxSummary
    from clinicdesk.payments.journal.records import OpenQuestions
    from clinicdesk.payments.records import RefundRecord

EVERY_MS = 20_000
SILENCE = timedelta(minutes=2)
TOPICS = frozenset({Topic.NOTIFICATION, Topic.PAYMENT, Topic.INVOICE})


@dataclass(frozen=True, slots=True)
class Vital:
    """One item of the foot: its words and their tone; an empty text takes it away."""

    name: str
    text: str
    tone: str = "good"


def message_vitals(
    summary: "OutboxSummary", *, now: datetime, time_zone: str
) -> tuple[Vital, Vital]:
    """Say how the queue of messages stands, and how many could not be sent."""
    failed = summary.failed
    words = f"{failed} {'message' if failed == 1 else 'messages'} failed" if failed else ""
    return _queue_vital(summary, now, time_zone), Vital("failed messages", words, "warning")


def _queue_vital(summary: "OutboxSummary", now: datetime, time_zone: str) -> Vital:
    seen_at = summary.worker_seen_at
    if summary.trouble:
        return Vital("messages", summary.trouble, "bad")
    if seen_at is None:
        return Vital("messages", "Messages: none sent from here yet", "quiet")
    if now - seen_at > SILENCE:
        last = _time_text(seen_at, now, time_zone)
        return Vital("messages", f"No message goes out; the worker was last seen {last}", "bad")
    if summary.next_due_at is None:
        return Vital("messages", "No message waits")
    next_one = _time_text(summary.next_due_at, now, time_zone)
    return Vital("messages", f"Messages: next {next_one} · {summary.queued} queued")


def payment_vital(open_attempts: Sequence[PaymentRecord]) -> Vital:
    """Say how many card payments wait for their outcome."""
    count = len(open_attempts)
    verb = "payment is" if count == 1 else "payments are"
    return Vital("payments", f"{count} card {verb} not settled" if count else "", "warning")


def refund_vital(bounced: "Sequence[RefundRecord]") -> Vital:
    """Say how many refunds came back from a bank and wait for somebody."""
    count = len(bounced)
    words = f"{count} {'refund' if count == 1 else 'refunds'} came back · Review"
    return Vital("refunds", words if count else "", "warning")


def provider_vital(questions: "OpenQuestions | None", *, key_trouble: str = "") -> Vital:
    """Say what waits at the card provider for somebody: charges to match, disputes to answer.

    Where the provider does not take the clinic's key, that alone is said.
    """
    if key_trouble:
        return Vital("provider", "The card provider refuses the key", "bad")
    parts = []
    if questions is not None and questions.charges:
        count = questions.charges
        parts.append(f"{count} {'charge' if count == 1 else 'charges'} to match")
    if questions is not None and questions.disputes:
        count = questions.disputes
        parts.append(f"{count} {'dispute' if count == 1 else 'disputes'} to see to")
    return Vital("provider", " · ".join(parts), "warning")


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for: None and nothing where the person may not know.

    `settled` are payments that were in doubt before and are not any more. With `sees_money` the
    person may know of payments.
    """

    messages: "OutboxSummary | None" = None
    attempts: Sequence[PaymentRecord] = ()
    settled: Sequence[PaymentRecord] = ()
    bounced: "Sequence[RefundRecord]" = ()
    questions: "OpenQuestions | None" = None
    key_trouble: str = ""
    sees_money: bool = False


def _time_text(at: datetime, now: datetime, time_zone: str) -> str:
    """Give "at 09:30" for today, else the day too."""
    if clinic_day(at, time_zone) == clinic_day(now, time_zone):
        return f"at {at.astimezone(ZoneInfo(time_zone)):%H:%M}"
    return moment_text(at, time_zone)


class Vitals(QObject):
    """Keeps the items up to date; `payment_asked` carries the invoice of an unsettled payment.

    `provider_asked`: somebody wants to see what waits at the card provider. `outcome_told` says
    whether a payment was charged that had been in doubt: one that was open when the program
    started, or whose outcome was not known.
    """

    payment_asked = Signal(int)
    provider_asked = Signal()
    outcome_told = Signal(str)

    def __init__(self, desk: Desk, bar: StatusBar, time_zone: str) -> None:
        super().__init__(bar)
        self._desk, self._bar, self._time_zone = desk, bar, time_zone
        self._in_doubt: dict[int, PaymentRecord] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        desk.session.changed.connect(self.refresh)
        self.refresh()

    def hear(self, changes: Iterable[Change]) -> None:
        """Ask anew if a change is about messages or payments."""
        if any(change.topic in TOPICS for change in changes):
            self.refresh()

    def refresh(self) -> None:
        """Ask how things stand, as far as the person signed in may know."""
        services, actor = self._desk.services, self._desk.actor
        in_doubt = tuple((self._in_doubt or {}).values())

        def work() -> Found:
            summary = services.outbox.summary(actor) if actor.may(Action.SEE_MESSAGES) else None
            if not actor.may(Action.SEE_BILLING):
                return Found(summary)
            attempts = services.payments.open_attempts(actor)
            still_open = {attempt.id for attempt in attempts}
            gone = [payment for payment in in_doubt if payment.id not in still_open]
            settled = [
                payment
                for was in gone
                for payment in services.payments.payments_of_invoice(actor, was.invoice_id)
                if payment.id == was.id
            ]
            return Found(
                summary,
                attempts,
                settled,
                services.refunds.bounced(actor),
                services.journal.questions(actor),
                services.card_keys.trouble(actor),
                sees_money=True,
            )

        self._desk.tasks.run(self, work, done=self._show, newest="vitals")

    def _show(self, found: Found) -> None:
        now, summary = self._desk.clock.now(), found.messages
        vitals = [Vital("messages", ""), Vital("failed messages", "")]
        if summary is not None:
            vitals = [*message_vitals(summary, now=now, time_zone=self._time_zone)]
        for vital in vitals:
            self._bar.set_item(vital.name, vital.text, tone=vital.tone)
        self._tell_outcomes(found)
        self._show_money(payment_vital(found.attempts), found.attempts)
        self._show_money(refund_vital(found.bounced), found.bounced)
        vital = provider_vital(found.questions, key_trouble=found.key_trouble)
        self._bar.set_item(vital.name, vital.text, tone=vital.tone, action=self.provider_asked.emit)

    def _tell_outcomes(self, found: Found) -> None:
        for payment in found.settled:
            self.outcome_told.emit(found_out(payment))
        if not found.sees_money:
            return
        is_start, known = self._in_doubt is None, self._in_doubt or {}
        self._in_doubt = {
            attempt.id: attempt
            for attempt in found.attempts
            if is_start or attempt.id in known or attempt.status is PaymentStatus.UNKNOWN
        }

    def _show_money(
        self, vital: Vital, about: "Sequence[PaymentRecord] | Sequence[RefundRecord]"
    ) -> None:
        first = about[0].invoice_id if about else 0
        action = (lambda: self.payment_asked.emit(first)) if first else None
        self._bar.set_item(vital.name, vital.text, tone=vital.tone, action=action)
