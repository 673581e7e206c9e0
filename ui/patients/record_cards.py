"""The cards of a patient's record: how to reach them, what they agreed to, what they owe."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from clinicdesk.money import Money
from clinicdesk.patients.records import PatientRecord
from ui.core.cards import Card
from ui.core.fact_rows import FactRows
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme

GAP_PX = 14
NARROW_PX = 600


def contact_facts(record: PatientRecord) -> tuple[tuple[str, str], ...]:
    """Give the rows of the contact card; what is not known says so."""
    return (
        ("Phone", record.phone or "none"),
        ("E-mail", record.email or "none"),
        ("Address", record.address or "none"),
    )


def consent_text(record: PatientRecord) -> str:
    """Say what the patient agreed to: "SMS ✓  e-mail –"."""
    sms, email = ("✓" if agreed else "–" for agreed in (record.allows_sms, record.allows_email))
    return f"SMS {sms}  e-mail {email}"


def channel_text(record: PatientRecord) -> str:
    """Say by which ways a reminder can reach the patient at all."""
    ways = []
    if record.allows_sms and record.phone:
        ways.append("SMS")
    if record.allows_email and record.email:
        ways.append("e-mail")
    return ", then ".join(ways) or "none: no reminder will be sent"


def balance_texts(balance: Money | None, in_credit: Sequence[Money] = ()) -> tuple[str, str]:
    """Give the figure of the balance card and the words under it."""
    ahead = " and ".join(str(credit) for credit in in_credit)
    if balance is not None and balance.minor > 0:
        also = f", and {ahead} in credit" if ahead else ""
        return f"{balance} due", f"On open invoices{also}"
    if ahead:
        return f"{ahead} in credit", "Paid ahead, or more than was billed"
    return "Nothing due", "All invoices are settled"


class RecordCards(QWidget):
    """Two cards side by side: contact; reminders and balance."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        gap = theme.px(10)
        self.contact, self.reminders = FactRows(theme), FactRows(theme)
        contact, other = Card(theme), Card(theme)
        contact.body.setSpacing(gap)
        contact.body.addWidget(section_label("Contact"))
        contact.body.addWidget(self.contact)
        contact.body.addStretch(1)
        other.body.setSpacing(gap)
        other.body.addWidget(section_label("Reminders"))
        other.body.addWidget(self.reminders)
        self.figure, self.figure_note = plain_label("", "figure"), plain_label("", "faint")
        self.balance = QWidget()
        balance = QVBoxLayout(self.balance)
        balance.setContentsMargins(0, theme.px(8), 0, 0)
        balance.setSpacing(theme.px(2))
        balance.addWidget(section_label("Balance"))
        balance.addWidget(self.figure)
        balance.addWidget(self.figure_note)
        other.body.addWidget(self.balance)
        other.body.addStretch(1)
        self._narrow_px = theme.px(NARROW_PX)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(GAP_PX))
        self._row.addWidget(contact, 1)
        self._row.addWidget(other, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the cards one above the other where there is little room."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._narrow_px
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of one card only."""
        return QSize(self._narrow_px // 2, super().minimumSizeHint().height())

    def show_record(
        self,
        record: PatientRecord,
        balance: Money | None,
        *,
        is_billed: bool,
        in_credit: Sequence[Money] = (),
    ) -> None:
        """Show a record; balance and credit only to who may see them (`is_billed`)."""
        self.contact.show_facts(contact_facts(record))
        self.reminders.show_facts(
            (("Channel", channel_text(record)), ("Consent", consent_text(record)))
        )
        figure, note = balance_texts(balance, in_credit)
        self.figure.setText(figure)
        self.figure_note.setText(note)
        self.balance.setVisible(is_billed)
