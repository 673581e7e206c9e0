"""The missed and late-cancelled visits for which a fee is open: charge each, or let it off."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.billing.fees.records import PendingFee
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.errors import RuleError
from ui.billing.invoice_desk import InvoiceDesk
from ui.core.buttons import KeyButton
from ui.core.day_text import moment_text
from ui.core.dialogs import Dialog
from ui.core.fitting_columns import FittingColumns
from ui.core.labels import plain_label
from ui.core.reason_dialog import ReasonDialog
from ui.core.session import Desk
from ui.core.table_card import TableCard
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView

NOTHING = "No fee is open. Missed and late-cancelled visits stand here, by the rule in Settings."
LIST_PX = 260
WIDTHS_PX = (160, 170, 190, 120, 90)
T = TypeVar("T")


class NoClinicError(RuleError):
    """No clinic has been opened yet."""

    def __init__(self) -> None:
        super().__init__("No clinic has been opened on this computer yet.")


class FeeDialog(Dialog):
    """Lists open fees; `told` carries a sentence for the foot of the window."""

    told = Signal(str)

    def __init__(
        self, host: QWidget, desk: Desk, fees: Sequence[PendingFee], *, clinic_id: int
    ) -> None:
        super().__init__(host, desk.theme, title="Fees", width_px=760)
        self._host, self._desk, self._clinic_id = host, desk, clinic_id
        self.fees: TableModel[PendingFee] = TableModel(
            (
                Column("Visit", lambda fee: moment_text(fee.starts_at, fee.time_zone)),
                Column("Patient", lambda fee: fee.patient_name, is_strong=True),
                Column("Service", lambda fee: fee.service_name),
                Column("Why", lambda fee: fee.cause.value.capitalize()),
                Column("Fee", lambda fee: str(fee.fee), is_right=True),
            )
        )
        self.table = TableView(desk.theme, self.fees, name="Open fees")
        self.charge = KeyButton(desk.theme, "Charge", key="Return", kind="primary")
        self.let_off = KeyButton(desk.theme, "Let off…", key="L")
        FittingColumns(self.table, desk.theme, widths_px=WIDTHS_PX, spare=(2,))
        self._build()
        self.show_fees(fees)

    def _build(self) -> None:
        told = "Decide each once: the invoice is made, or the patient is let off."
        self.body.addWidget(plain_label(told, "soft", wrap=True))
        card = TableCard(self.theme, self.table, empty=NOTHING)
        card.setMinimumHeight(self.theme.px(LIST_PX))
        self.body.addWidget(card, 1)
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Close", key="Escape")
        close.clicked.connect(self.dismiss)
        self.charge.clicked.connect(lambda: self._with_chosen(self._charge))
        self.let_off.clicked.connect(lambda: self._with_chosen(self._ask_reason))
        self.table.opened.connect(self._charge)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._name_sum())
        self.add_button(close)
        if self._desk.session.may(Action.WAIVE_FEE):
            self.add_button(self.let_off)
        self.add_button(self.charge, is_default=True)

    def show_fees(self, fees: Sequence[PendingFee]) -> None:
        """Show the open fees, the first one chosen."""
        self.fees.set_records(tuple(fees))
        if fees:
            self.table.selectRow(0)
        self._name_sum()

    def chosen(self) -> PendingFee | None:
        """Give the fee that is chosen."""
        fee: PendingFee | None = self.table.current_record()
        return fee

    def _name_sum(self) -> None:
        fee = self.chosen()
        self.charge.set_text(f"Charge {fee.fee}" if fee else "Charge")
        for button in (self.charge, self.let_off):
            button.setEnabled(fee is not None)

    def _with_chosen(self, act: Callable[[PendingFee], None]) -> None:
        fee = self.chosen()
        if fee is not None:
            act(fee)

    def _charge(self, fee: PendingFee) -> None:
        fees, actor = self._desk.services.fees, self._desk.actor

        def charge() -> tuple[InvoiceRecord, Sequence[PendingFee]]:
            made = fees.charge(actor, fee.appointment_id)
            return made, fees.pending(actor, self._clinic_id)

        def done(found: tuple[InvoiceRecord, Sequence[PendingFee]]) -> None:
            self.told.emit(f"{fee.fee} charged to {fee.patient_name}: {found[0].number}")
            self.show_fees(found[1])

        self._run(charge, done)

    def _ask_reason(self, fee: PendingFee) -> None:
        dialog = ReasonDialog(
            self._host,
            self.theme,
            title=f"Let off · {fee.patient_name}",
            sentence=f"The fee of {fee.fee} is not charged, now or later.",
            verb=f"Let off {fee.fee}",
            go_on=lambda reason: self._let_off(dialog, fee, reason),
        )
        dialog.open()

    def _let_off(self, dialog: ReasonDialog, fee: PendingFee, reason: str) -> None:
        fees, actor = self._desk.services.fees, self._desk.actor

        def work() -> Sequence[PendingFee]:
            fees.waive(actor, fee.appointment_id, reason=reason)
            return fees.pending(actor, self._clinic_id)

        def done(left: Sequence[PendingFee]) -> None:
            dialog.finish()
            self.told.emit(f"{fee.patient_name} was let off {fee.fee}")
            self.show_fees(left)

        self._desk.tasks.run(self, work, done=done, failed=dialog.refuse)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self.clear_problem()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=done,
            failed=self.show_problem,
            settled=self._be_free,
        )

    def _be_free(self) -> None:
        self.set_busy(False)
        self._name_sum()
        self.table.setFocus()


def open_fees(invoices: InvoiceDesk) -> None:
    """Open the list of the fees that are open at the desk's clinic."""
    desk = invoices.desk
    fees, actor, clinic_id = desk.services.fees, desk.actor, desk.session.clinic_id

    def work() -> Sequence[PendingFee]:
        if clinic_id is None:
            raise NoClinicError
        return fees.pending(actor, clinic_id)

    def show(found: Sequence[PendingFee]) -> None:
        dialog = FeeDialog(invoices.page, desk, found, clinic_id=clinic_id or 0)
        dialog.told.connect(invoices.tell)
        dialog.open()

    desk.tasks.run(invoices, work, done=show, newest="open")
