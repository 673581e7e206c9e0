"""A document on the screen: drawn beside the window, enlarged, printed, saved."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from tests.billing_desk import BillingDesk
from tests.gui.page_desk import PageDesk, page_desk
from ui.billing.page import BillingPage
from ui.core.pdf_pages import UnreadablePdfError, print_pages, render_pages
from ui.core.pdf_view import PdfDialog

A4_POINTS = (595, 842)
CONTROL = Qt.KeyboardModifier.ControlModifier


def document(*texts: str) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4_POINTS)
    for text in texts:
        canvas.rect(0, 0, A4_POINTS[0], A4_POINTS[1] / 2, fill=1)
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@pytest.fixture
def at_desk(
    qtbot: QtBot, file_database: Database, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    billing = BillingDesk(file_database, clock).set_up()
    with page_desk(qtbot, billing, clock, bus) as desk:
        desk.show(BillingPage(desk.desk))
        yield desk


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    return tmp_path / "printed.pdf"


def open_dialog(at_desk: PageDesk, pdf: bytes, printed: Path, saved: Path | None = None) -> Any:
    def ask_printer(_host: QWidget) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(printed))
        return printer

    dialog = PdfDialog(
        at_desk.window, at_desk.theme, at_desk.tasks,
        title="Invoice INV-2026-00402", pdf=pdf, file_name="INV-2026-00402.pdf",
        printer_asker=ask_printer, path_asker=lambda _host, _name: saved,
    )  # fmt: skip
    dialog.told.connect(at_desk.messages.append)
    dialog.open()
    at_desk.qtbot.waitUntil(lambda: bool(dialog.view.page_sizes))
    return dialog


def test_pages_are_drawn_at_the_size_asked_for() -> None:
    pictures = render_pages(document("one", "two"), dots_per_inch=144)
    assert [(p.width(), p.height()) for p in pictures] == [(1190, 1684)] * 2
    assert pictures[0].pixelColor(600, 100).lightness() > 250
    assert pictures[0].pixelColor(600, 1600).lightness() < 5


def test_bytes_that_are_no_pdf_are_refused() -> None:
    with pytest.raises(UnreadablePdfError):
        render_pages(b"%PDF-1.4 and nothing more", dots_per_inch=72)


def test_keys_enlarge_the_pages(at_desk: PageDesk, printed: Path) -> None:
    dialog = open_dialog(at_desk, document("one", "two"), printed)
    pages = dialog.view.findChildren(QLabel)
    assert [page.accessibleName() for page in pages] == ["Page 1 of 2", "Page 2 of 2"]
    before = dialog.view.page_sizes[0].width()
    at_desk.press(Qt.Key.Key_Plus, CONTROL)
    at_desk.qtbot.waitUntil(lambda: dialog.view.page_sizes[0].width() > before)
    assert dialog.view.zoom_percent == 125
    at_desk.press(Qt.Key.Key_Minus, CONTROL)
    at_desk.qtbot.waitUntil(lambda: dialog.view.page_sizes[0].width() == before)


def test_it_is_printed_whole_under_a_name_that_tells_nothing(
    at_desk: PageDesk, printed: Path
) -> None:
    open_dialog(at_desk, document("one", "two"), printed)
    at_desk.press(Qt.Key.Key_P, CONTROL)
    at_desk.qtbot.waitUntil(lambda: at_desk.messages == ["2 pages printed"])
    paper = pypdfium2.PdfDocument(printed)
    assert len(paper) == 2
    assert paper.get_metadata_dict()["Title"] == "ClinicDesk"
    paper.close()
    (first, _) = render_pages(printed.read_bytes(), dots_per_inch=72)
    assert first.pixelColor(300, 100).lightness() > 250
    assert first.pixelColor(300, 800).lightness() < 5


def test_a_printer_that_takes_nothing_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "nowhere" / "x.pdf"))
    with pytest.raises(Exception, match="printer did not take"):
        print_pages(document("one"), printer)


def test_it_is_saved_as_it_is(at_desk: PageDesk, printed: Path, tmp_path: Path) -> None:
    pdf, path = document("one"), tmp_path / "invoice.pdf"
    open_dialog(at_desk, pdf, printed, path)
    at_desk.press(Qt.Key.Key_S, CONTROL)
    at_desk.qtbot.waitUntil(lambda: at_desk.messages == ["Saved as invoice.pdf"])
    assert path.read_bytes() == pdf


def test_a_folder_that_takes_no_file_is_said(
    at_desk: PageDesk, printed: Path, tmp_path: Path
) -> None:
    dialog = open_dialog(at_desk, document("one"), printed, tmp_path / "none" / "x.pdf")
    at_desk.press(Qt.Key.Key_S, CONTROL)
    at_desk.qtbot.waitUntil(lambda: "could not be written" in dialog.card.problem.text())
