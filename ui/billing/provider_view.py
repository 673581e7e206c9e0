"""The view of the card provider: what it knows beside the clinic's books, and what to do of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.gateway import PayoutState
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.provider_acts import ProviderActs
from ui.billing.provider_tables import (
    charges_table,
    comparisons_table,
    disputes_table,
    payouts_table,
)
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.clinic_today import clinic_zone
from ui.core.day_text import short_moment_text
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.table_card import TableCard
from ui.core.tasks import Lane

CHARGES, DISPUTES, COMPARISONS, PAYOUTS = range(4)
TITLES = ("Charges to settle", "Disputes", "Comparisons", "Payouts")
EMPTY = (
    "Nothing to settle: every charge at the card provider is a payment here.",
    "No cardholder has asked a bank for money back.",
    "The books were not compared with the card provider's yet.",
    "The card provider has sent nothing to the bank yet.",
)
ASKING = "Asking the card provider…"
NOT_COMPARED = "The books are compared with the card provider's every few minutes."
ABSENT = " This computer had been away for long, so everything since was gone through."


@dataclass(frozen=True, slots=True)
class _Listed:
    charges: tuple[UnmatchedRecord, ...]
    disputes: tuple[DisputeRecord, ...]
    comparisons: tuple[ComparisonRecord, ...]
    time_zone: str
    today: date


class ProviderView(BillingView):
    """Lists charges without a payment, disputes, comparisons, and payouts as they are asked for."""

    title: ClassVar[str] = "Card provider"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.PAYMENT, Topic.INVOICE, Topic.CLINIC})

    def __init__(self, invoices: InvoiceDesk) -> None:
        super().__init__(invoices)
        theme = self.desk.theme
        self._time_zone, self._today = "UTC", date.min
        self.acts = ProviderActs(self, invoices)
        self.filter = Segmented(theme, TITLES, name="Shown")
        self.sentence = plain_label(NOT_COMPARED, "soft", wrap=True)
        self.charges = charges_table(theme, self._moment)
        self.disputes = disputes_table(theme, self._moment)
        self.comparisons = comparisons_table(theme, self._moment)
        self.payouts = payouts_table(theme)
        tables: tuple[Any, ...] = (self.charges, self.disputes, self.comparisons, self.payouts)
        self.tables = tables
        self.cards = [
            TableCard(theme, table, empty=empty) for table, empty in zip(tables, EMPTY, strict=True)
        ]
        self.compare = KeyButton(theme, "Compare now", key="K")
        self.aside = KeyButton(theme, "Set aside…", key="S")
        self.match = KeyButton(theme, "Match…", key="", kind="primary")
        self.give_up = KeyButton(theme, "Accept the loss…", key="G")
        self.seen = KeyButton(theme, "Seen to", key="S")
        self.open_button = KeyButton(theme, "Open invoice", key="", kind="primary")
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        px = self.desk.theme.px
        top = QHBoxLayout()
        top.setSpacing(px(16))
        top.addWidget(self.filter)
        top.addWidget(self.sentence, 1)
        for card in self.cards:
            self._stack.addWidget(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(14))
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        acts = self.acts
        self.filter.chosen.connect(self._show_list)
        self.charges.opened.connect(self._match)
        self.disputes.opened.connect(acts.open_invoice_of)
        for table in self.tables:
            table.selectionModel().currentRowChanged.connect(lambda *_rows: self._offer_buttons())
        self.compare.clicked.connect(lambda: acts.compare(self.compare))
        self.match.clicked.connect(lambda: acts.match(self.charges.current_record()))
        self.aside.clicked.connect(lambda: acts.set_aside(self.charges.current_record()))
        self.give_up.clicked.connect(lambda: acts.accept_loss(self.disputes.current_record()))
        self.seen.clicked.connect(lambda: acts.see_to(self.disputes.current_record()))
        self.open_button.clicked.connect(
            lambda: acts.open_invoice_of(self.disputes.current_record())
        )

    # --- what the page asks ----------------------------------------------------------------

    def top_actions(self) -> Sequence[KeyButton]:
        """Give the buttons of all lists, of which those of one are shown."""
        return (self.compare, self.aside, self.match, self.give_up, self.seen, self.open_button)

    def is_usable(self, button: KeyButton) -> bool:
        """Tell whether a button serves what is selected, for the person signed in."""
        if button is self.open_button:
            dispute = self._dispute()
            return dispute is not None and dispute.invoice_id is not None
        if not self._may_refund():
            return False
        if button is self.compare:
            return self.filter.current in {CHARGES, COMPARISONS}
        if button in {self.aside, self.match}:
            return self.filter.current == CHARGES and bool(self.charges.rows.rowCount())
        dispute = self._dispute()
        if dispute is None:
            return False
        return dispute.needs_answer if button is self.give_up else _is_to_be_seen(dispute)

    def first_focus(self) -> QWidget:
        """Begin in the list that is shown."""
        table: QWidget = self.tables[self.filter.current]
        return table

    def invoice_id(self) -> int | None:
        """Give the invoice of the selected dispute."""
        dispute = self._dispute()
        return None if dispute is None else dispute.invoice_id

    def refresh(self) -> None:
        """Ask what is kept here anew, and payouts where they are shown."""
        services, actor = self.desk.services, self.desk.actor
        clinic_id = self.desk.session.clinic_id

        def work() -> _Listed:
            zone = clinic_zone(self.desk, actor, clinic_id)
            return _Listed(
                services.reconciliation.unmatched(actor),
                services.disputes.disputes(actor),
                services.reconciliation.comparisons(actor),
                zone,
                clinic_day(self.desk.clock.now(), zone),
            )

        self.desk.tasks.run(self, work, done=self._show_listed, newest="provider")

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the buttons of what is shown."""
        super().showEvent(event)
        self._offer_buttons()

    # --- what is shown ---------------------------------------------------------------------

    def _show_listed(self, listed: _Listed) -> None:
        self._time_zone, self._today = listed.time_zone, listed.today
        self.charges.show_rows(listed.charges)
        self.disputes.show_rows(listed.disputes)
        self.comparisons.show_rows(listed.comparisons)
        self.sentence.setText(self._compared_text(listed.comparisons))
        self._offer_buttons()

    def _compared_text(self, comparisons: Sequence[ComparisonRecord]) -> str:
        if not comparisons:
            return NOT_COMPARED
        newest = comparisons[0]
        outcome = "the books agree" if newest.agrees else "the books differ"
        absent = ABSENT if newest.after_absence else ""
        return f"Compared at {self._moment(newest.compared_at)}: {outcome}.{absent}"

    def _show_list(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self._offer_buttons()
        if number == PAYOUTS:
            self._ask_payouts()

    def _ask_payouts(self) -> None:
        reconciliation, actor = self.desk.services.reconciliation, self.desk.actor
        self.cards[PAYOUTS].set_empty_text(ASKING)
        self.desk.tasks.run(
            self,
            lambda: reconciliation.payouts(actor),
            done=self._show_payouts,
            failed=self._tell_no_payouts,
            lane=Lane.NETWORK,
            newest="payouts",
        )

    def _show_payouts(self, payouts: Sequence[PayoutState]) -> None:
        self.cards[PAYOUTS].set_empty_text(EMPTY[PAYOUTS])
        self.payouts.show_rows(payouts)

    def _tell_no_payouts(self, error: ClinicDeskError) -> None:
        self.payouts.show_rows(())
        self.cards[PAYOUTS].set_empty_text(str(error))

    def _offer_buttons(self) -> None:
        for button in self.top_actions():
            if button.parentWidget() is not None:  # without a parent it would be a window
                button.setVisible(self.isVisible() and self.is_usable(button))

    def _dispute(self) -> DisputeRecord | None:
        row: DisputeRecord | None = self.disputes.current_record()
        return row if self.filter.current == DISPUTES else None

    def _match(self, charge: UnmatchedRecord) -> None:
        if self._may_refund():
            self.acts.match(charge)

    def _may_refund(self) -> bool:
        return self.desk.session.may(Action.REFUND)

    def _moment(self, at: datetime) -> str:
        return short_moment_text(at, self._time_zone, self._today)


def _is_to_be_seen(dispute: DisputeRecord) -> bool:
    return dispute.is_closed and not dispute.seen_to_by
