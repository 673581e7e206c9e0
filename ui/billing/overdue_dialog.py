"""Reminds whoever pays of an overdue invoice, by e-mail or with a letter to print."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.billing.overdue.records import OverdueRow, ReminderChannel, ReminderRecord
from ui.billing.account_words import CHANNEL_WORDS, ORDINALS, overdue_sentence
from ui.core.buttons import KeyButton
from ui.core.day_text import day_text
from ui.core.dialogs import Dialog
from ui.core.fact_rows import FactRows
from ui.core.labels import plain_label
from ui.core.session import Desk

NO_MAIL = "There is no e-mail address to write to, or no consent to e-mail: print a letter."


@dataclass(frozen=True, slots=True)
class Reminded:
    """What was done: the reminder, None for a letter shown again, and the letter's PDF if any."""

    reminder: ReminderRecord | None
    letter: bytes | None


def reminded_sentence(reminder: ReminderRecord) -> str:
    """Say what went out: "1st reminder of INV-2026-00402 to Rosa Álvarez by e-mail"."""
    how = CHANNEL_WORDS[reminder.channel]
    return (
        f"{ORDINALS[reminder.level]} reminder of {reminder.number} to {reminder.payer_name} {how}"
    )


class RemindDialog(Dialog):
    """Offers what can be done about one overdue invoice; `reminded` carries a Reminded."""

    reminded = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, row: OverdueRow) -> None:
        super().__init__(
            host, desk.theme, title=f"Remind {row.payer_name}", note=row.number, width_px=560
        )
        self._desk, self._row = desk, row
        self.facts = FactRows(desk.theme)
        self.again = KeyButton(desk.theme, "Letter again", key="A", kind="quiet")
        self.letter = KeyButton(desk.theme, "Print letter", key="L")
        self.mail = KeyButton(desk.theme, "Send e-mail", key="Return", kind="primary")
        self._build()
        self.again.clicked.connect(lambda: self._run(None))
        self.letter.clicked.connect(lambda: self._run(ReminderChannel.LETTER))
        self.mail.clicked.connect(lambda: self._run(ReminderChannel.MAIL))

    def _build(self) -> None:
        row = self._row
        self.body.addWidget(plain_label(overdue_sentence(row), "strong", wrap=True))
        last = "none yet"
        if row.reminded_on is not None and row.channel is not None:
            how = CHANNEL_WORDS[row.channel]
            last = f"{ORDINALS[row.level]}, on {day_text(row.reminded_on)} {how}"
        patient = row.patient_name if row.patient_id and row.patient_name != row.payer_name else ""
        self.facts.show_facts(
            (
                ("For", patient),
                ("Phone", row.phone),
                ("E-mail", row.email or "none"),
                ("Last reminder", last),
                ("This one", f"{ORDINALS.get(row.level + 1, 'none left')}"),
            )
        )
        self.body.addWidget(self.facts)
        if not row.can_be_mailed:
            self.body.addWidget(plain_label(NO_MAIL, "soft", wrap=True))
        self.footer.addStretch(1)
        if row.channel is ReminderChannel.LETTER:
            self.add_button(self.again)
        self.add_button(self.letter, is_default=not row.can_be_mailed)
        if row.can_be_mailed:
            self.add_button(self.mail, is_default=True)

    def _run(self, channel: ReminderChannel | None) -> None:
        services, actor, invoice_id = self._desk.services, self._desk.actor, self._row.invoice_id

        def work() -> Reminded:
            reminder = None
            if channel is not None:
                reminder = services.overdue.remind(actor, invoice_id, channel)
            if channel is ReminderChannel.MAIL:
                return Reminded(reminder, None)
            letter = services.overdue.letter(actor, invoice_id)
            return Reminded(reminder, services.documents.reminder_letter_pdf(actor, letter))

        self.clear_problem()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, done: Reminded) -> None:
        self.finish()
        self.reminded.emit(done)
