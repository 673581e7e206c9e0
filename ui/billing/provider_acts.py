"""What can be done about charges and disputes at the card provider, each with its question."""

from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from clinicdesk.payments.records import PaymentRecord
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.match_dialog import MatchDialog
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.reason_dialog import ReasonDialog
from ui.core.tasks import Lane


class ProviderActs:
    """Opens the dialogs over the page; `owner` is the view whose rows they are about."""

    def __init__(self, owner: BillingView, invoices: InvoiceDesk) -> None:
        self._owner, self._invoices = owner, invoices
        self._desk = invoices.desk

    def match(self, charge: UnmatchedRecord | None) -> None:
        """Ask which invoice a charge is for."""
        if charge is None:
            return
        dialog = MatchDialog(self._invoices.page, self._desk, charge)
        dialog.matched.connect(self._tell_matched)
        dialog.open()

    def _tell_matched(self, payment: PaymentRecord) -> None:
        self._invoices.tell(f"{payment.amount} is now a payment of {payment.invoice_number}")

    def set_aside(self, charge: UnmatchedRecord | None) -> None:
        """Ask what a charge was for that is for none of the clinic's invoices."""
        if charge is None:
            return
        reconciliation, actor = self._desk.services.reconciliation, self._desk.actor

        def go_on(note: str) -> None:
            def done(_nothing: object) -> None:
                dialog.finish()
                self._invoices.tell(f"{charge.amount} was set aside")

            self._desk.tasks.run(
                self._owner,
                lambda: reconciliation.set_aside(actor, charge.intent_id, note=note),
                done=done,
                failed=dialog.refuse,
            )

        dialog = ReasonDialog(
            self._invoices.page,
            self._desk.theme,
            title=f"Set {charge.amount} aside",
            sentence="For a charge that is for no invoice of the clinic. What was it for?",
            verb="Set aside",
            go_on=go_on,
        )
        dialog.open()

    def compare(self, button: KeyButton) -> None:
        """Compare the last days with the provider at once."""
        reconciliation, actor = self._desk.services.reconciliation, self._desk.actor
        button.setEnabled(False)

        def done(found: tuple[ComparisonRecord, ...]) -> None:
            agrees = all(row.agrees for row in found)
            self._invoices.tell("The books agree" if agrees else "The books differ")
            self._owner.refresh()

        self._desk.tasks.run(
            self._owner,
            lambda: reconciliation.compare_recent(actor),
            done=done,
            settled=lambda: button.setEnabled(True),
            lane=Lane.NETWORK,
        )

    def open_invoice_of(self, dispute: DisputeRecord | None) -> None:
        """Show the invoice whose payment is disputed."""
        if dispute is not None and dispute.invoice_id is not None:
            self._invoices.open_invoice(dispute.invoice_id)

    def see_to(self, dispute: DisputeRecord | None) -> None:
        """Take note of how a dispute ended."""
        if dispute is None:
            return
        disputes, actor = self._desk.services.disputes, self._desk.actor
        self._desk.tasks.run(
            self._owner,
            lambda: disputes.see_to(actor, dispute.id),
            done=lambda done: self._invoices.tell(f"Dispute of {done.amount} seen to"),
        )

    def accept_loss(self, dispute: DisputeRecord | None) -> None:
        """Ask before a dispute is given up for good."""
        if dispute is None:
            return
        dialog = AcceptLossDialog(self._invoices, dispute)
        dialog.open()


class AcceptLossDialog(Dialog):
    """Gives a dispute up once the person has read what that means."""

    def __init__(self, invoices: InvoiceDesk, dispute: DisputeRecord) -> None:
        desk = invoices.desk
        super().__init__(
            invoices.page, desk.theme, title=f"Accept the loss of {dispute.amount}", width_px=520
        )
        self._desk, self._invoices, self._dispute = desk, invoices, dispute
        whose = f" of {dispute.invoice_number}, {dispute.patient_name}" if dispute.card else ""
        self.body.addWidget(
            plain_label(
                f"The cardholder{whose} keeps {dispute.amount}, for good. Nobody can take that "
                "back, and the provider's fee stays.",
                wrap=True,
            )
        )
        self.body.addWidget(
            plain_label(
                "To answer the bank instead, open the provider's own pages before the deadline.",
                "soft",
                wrap=True,
            )
        )
        self.footer.addStretch(1)
        leave = KeyButton(self.theme, "Leave it open", key="Escape", kind="primary")
        leave.clicked.connect(self.dismiss)
        self.accept = KeyButton(self.theme, "Accept the loss", key="Ctrl+Return", kind="danger")
        self.accept.clicked.connect(self._accept)
        self.add_button(self.accept)
        self.add_button(leave, is_default=True)

    def _accept(self) -> None:
        if self.is_busy:
            return
        disputes, actor = self._desk.services.disputes, self._desk.actor

        def done(found: DisputeRecord) -> None:
            self.finish()
            self._invoices.tell(f"The dispute of {found.amount} was given up")

        self.clear_problem()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: disputes.accept_loss(actor, self._dispute.id),
            done=done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
            lane=Lane.NETWORK,
        )
