"""Opens the right dialog for the till, and shows the sheet of one that was closed."""

from collections.abc import Callable

from clinicdesk.documents.records import Paper
from clinicdesk.money import Money
from clinicdesk.payments.till.records import ClosedTill, Loose, LooseKind, OpenTill
from ui.billing.paper_desk import PaperJob, show_paper
from ui.billing.till_dialog import TillDialog, TillState
from ui.billing.till_drawer import DrawerDialog, OpenTillDialog
from ui.core.page import Page

# Where each kind is shown: what the window calls it, and the id that it takes.
PLACES = {
    LooseKind.CHARGE: "card provider",
    LooseKind.DISPUTE: "card provider",
    LooseKind.NO_OUTCOME: "appointment",
    LooseKind.NO_INVOICE: "payment",
}


class TillDesk:
    """What the billing page does with the till of the clinic that the desk works for.

    What was counted is kept while the dialog is closed, so that somebody can look elsewhere.
    """

    def __init__(self, page: Page, tell: Callable[[str], None]) -> None:
        self._page, self._desk, self._tell = page, page.desk, tell
        self._counted: tuple[int, dict[int, int]] = (0, {})

    def begin(self) -> None:
        """Open the till, or count the one that is open."""
        tills, actor = self._desk.services.tills, self._desk.actor
        clinics, clinic_id = self._desk.services.clinics, self._desk.session.clinic_id
        if clinic_id is None:
            return

        def work() -> TillState | Money:
            till = tills.till(actor, clinic_id)
            if till is None:
                return tills.usual_float(actor, clinic_id)
            (clinic,) = (one for one in clinics.clinics(actor) if one.id == clinic_id)
            return TillState(till, tills.loose_ends(actor, clinic_id), clinic.time_zone)

        self._desk.tasks.run(self._page, work, done=self._show, newest="till")

    def _show(self, found: TillState | Money) -> None:
        if isinstance(found, TillState):
            self._count(found)
        else:
            self._open(found)

    def _open(self, usual: Money) -> None:
        clinic_id = self._desk.session.clinic_id or 0
        dialog = OpenTillDialog(self._page, self._desk, clinic_id=clinic_id, usual=usual)
        dialog.opened.connect(lambda till: self._tell(f"Till open with {till.float_kept}"))
        dialog.open()

    def _count(self, state: TillState) -> None:
        of_till, counts = self._counted
        counts = counts if of_till == state.till.id else {}
        dialog = TillDialog(self._page, self._desk, state, counts=counts)
        dialog.closed.connect(lambda: self._keep(state.till.id, dialog.counts))
        dialog.closed_till.connect(self._print)
        dialog.loose_asked.connect(self._go_to)
        dialog.drawer_asked.connect(lambda till: self._move(dialog, till))
        dialog.open()

    def _keep(self, till_id: int, counts: dict[int, int]) -> None:
        self._counted = (till_id, counts)

    def _go_to(self, loose: Loose) -> None:
        self._page.item_asked.emit(PLACES.get(loose.kind, "invoice"), loose.item_id)

    def _move(self, over: TillDialog, till: OpenTill) -> None:
        dialog = DrawerDialog(self._page, self._desk, till=till)
        dialog.moved.connect(over.show_till)
        dialog.open()

    def _print(self, closed: ClosedTill) -> None:
        documents, actor = self._desk.services.documents, self._desk.actor
        self._tell(f"Till closed · {closed.to_bank} goes to the bank")
        job = PaperJob(
            Paper.TILL_SHEET,
            closed.id,
            "Till closed",
            lambda: documents.till_sheet_pdf(actor, closed),
            file_name=f"till-{closed.id}.pdf",
        )
        show_paper(self._page, self._page, self._tell, lambda: job)
