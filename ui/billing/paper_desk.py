"""Shows papers over the window, prints them where this desk prints their kind, counts copies."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from clinicdesk.documents.records import Paper
from clinicdesk.settings.workstation import PrinterChoice
from ui.core.page import Page
from ui.core.pdf_view import PdfDialog
from ui.core.printers import chosen_or_asked

PRINTERS = {
    Paper.INVOICE: "invoice",
    Paper.RECEIPT: "receipt",
    Paper.RECEIPT_ROLL: "receipt_roll",
    Paper.REFUND_NOTE: "receipt",
    Paper.CREDIT_NOTE: "credit_note",
    Paper.STATEMENT: "statement",
    Paper.PAYMENT_REMINDER: "statement",
    Paper.TILL_SHEET: "till_sheet",
}
"""Which choice of a workstation each kind is printed by."""
COUNTED = {
    Paper.INVOICE: Paper.INVOICE,
    Paper.RECEIPT: Paper.RECEIPT,
    Paper.RECEIPT_ROLL: Paper.RECEIPT,
    Paper.REFUND_NOTE: Paper.REFUND_NOTE,
    Paper.CREDIT_NOTE: Paper.CREDIT_NOTE,
}
"""As what each kind is counted: the second one that is handed out is a copy."""


@dataclass(frozen=True, slots=True)
class PaperJob:
    """A paper to be shown: `draw` gives its PDF as it would be handed out now.

    Saved it is named as its title, unless there is a `file_name`.
    """

    paper: Paper
    item_id: int
    title: str
    draw: Callable[[], bytes]
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class _Drawn:
    job: PaperJob
    pdf: bytes
    printer: str


def show_paper(
    page: Page, owner: QObject, tell: Callable[[str], None], find: Callable[[], PaperJob]
) -> None:
    """Find a paper beside the window, draw it, and show it over the page."""
    desk = page.desk
    services, actor = desk.services, desk.actor

    def work() -> _Drawn:
        job = find()
        choice = services.workstation.load(actor, PrinterChoice)
        return _Drawn(job, job.draw(), getattr(choice, PRINTERS[job.paper]))

    desk.tasks.run(owner, work, done=lambda drawn: _show(page, tell, drawn), newest="open")


def _show(page: Page, tell: Callable[[str], None], drawn: _Drawn) -> None:
    desk, job = page.desk, drawn.job
    dialog = PdfDialog(
        page,
        desk.theme,
        desk.tasks,
        title=job.title,
        pdf=drawn.pdf,
        file_name=job.file_name or f"{job.title}.pdf",
        printer_asker=chosen_or_asked(drawn.printer),
    )
    dialog.told.connect(tell)
    counted = COUNTED.get(job.paper)
    if counted is not None:
        dialog.handed_out.connect(lambda: _count(page, dialog, job, counted))
    dialog.open()


def _count(page: Page, dialog: PdfDialog, job: PaperJob, counted: Paper) -> None:
    """Write down that it was handed out, and show what would be handed out now: a copy."""
    documents, actor = page.desk.services.documents, page.desk.actor

    def work() -> bytes:
        documents.note_printed(actor, counted, job.item_id)
        return job.draw()

    page.desk.tasks.run(dialog, work, done=dialog.show_pdf)
