"""Shows a document on paper-white pages, to be read, printed or saved."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.errors import StorageError
from ui.core.buttons import KeyButton, icon_button
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.pdf_pages import print_pages, render_pages
from ui.core.tasks import Tasks
from ui.core.theme import Theme

SCREEN_DPI = 96
ZOOMS = (50, 75, 100, 125, 150, 200, 300)
AskPrinter = Callable[[QWidget], QPrinter | None]
AskPath = Callable[[QWidget, str], Path | None]


class NotSavedError(StorageError):
    """The file could not be written."""

    def __init__(self) -> None:
        super().__init__("The file could not be written there. Choose another folder.")


def ask_printer(host: QWidget) -> QPrinter | None:
    """Let the person choose a printer; None when they turn away."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, host.window())
    return printer if dialog.exec() else None


def ask_path(host: QWidget, suggestion: str) -> Path | None:
    """Let the person choose a file to write; None when they turn away."""
    chosen, _ = QFileDialog.getSaveFileName(host.window(), "Save as", suggestion, "PDF (*.pdf)")
    return Path(chosen) if chosen else None


def write_file(path: Path, data: bytes) -> None:
    """Write a file.

    Raises:
        NotSavedError: the folder or disk does not take it.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NotSavedError from error


class PdfView(QScrollArea):
    """The pages of a document, drawn beside the window; `shown` carries their count."""

    shown = Signal(int)

    def __init__(self, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._pdf = b""
        self._zoom = 100
        self._pages: list[QLabel] = []
        self.setWidgetResizable(True)
        self.setAccessibleName("Document")
        inside = QWidget()
        inside.setObjectName("page")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(inside)
        self._column.setSpacing(theme.px(12))
        self._column.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(inside)

    @property
    def zoom_percent(self) -> int:
        """How large pages are shown; 100 is their size on paper."""
        return self._zoom

    @property
    def page_sizes(self) -> list[QSize]:
        """The size of each page shown, in pixels of the window."""
        return [page.pixmap().deviceIndependentSize().toSize() for page in self._pages]

    def sizeHint(self) -> QSize:
        """Ask for as much height as the window can give."""
        return QSize(super().sizeHint().width(), max(320, self.window().height() - 210))

    def show_pdf(self, pdf: bytes) -> None:
        """Show another document."""
        self._pdf = pdf
        self._draw()

    def zoom(self, step: int) -> None:
        """Show pages larger (1) or smaller (-1)."""
        at = ZOOMS.index(self._zoom) + step
        if 0 <= at < len(ZOOMS):
            self._zoom = ZOOMS[at]
            self._draw()

    def _draw(self) -> None:
        pdf, ratio = self._pdf, self.devicePixelRatioF()
        dots = SCREEN_DPI * self._zoom / 100 * ratio
        self._tasks.run(
            self,
            lambda: render_pages(pdf, dots_per_inch=dots),
            done=lambda pictures: self._show(pictures, ratio),
            newest="pages",
        )

    def _show(self, pictures: tuple[QImage, ...], ratio: float) -> None:
        for page in self._pages:
            page.hide()
            page.deleteLater()
        self._pages = []
        for number, picture in enumerate(pictures, start=1):
            picture.setDevicePixelRatio(ratio)
            page = plain_label()
            page.setAccessibleName(f"Page {number} of {len(pictures)}")
            page.setPixmap(QPixmap.fromImage(picture))
            self._column.addWidget(page)
            self._pages.append(page)
        self.shown.emit(len(pictures))


class PdfDialog(Dialog):
    """A document over the window, with Print and Save as; messages go to `told`.

    `handed_out` comes after it was printed or saved.
    """

    told = Signal(str)
    handed_out = Signal()

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        tasks: Tasks,
        *,
        title: str,
        pdf: bytes,
        file_name: str,
        printer_asker: AskPrinter = ask_printer,
        path_asker: AskPath = ask_path,
    ) -> None:
        super().__init__(host, theme, title=title, width_px=880)
        self._tasks, self._pdf, self._file_name = tasks, pdf, file_name
        self._ask_printer, self._ask_path = printer_asker, path_asker
        self.view = PdfView(theme, tasks)
        self.body.addWidget(self.view)
        smaller = icon_button(theme, "minus", "Smaller (Ctrl -)")
        larger = icon_button(theme, "plus", "Larger (Ctrl +)")
        smaller.clicked.connect(lambda: self.view.zoom(-1))
        larger.clicked.connect(lambda: self.view.zoom(1))
        self.save = KeyButton(theme, "Save as…", key="Ctrl+S")
        self.save.clicked.connect(self._save)
        self.print = KeyButton(theme, "Print", key="Ctrl+P", kind="primary", icon="printer")
        self.print.clicked.connect(self._print)
        self.add_button(smaller)
        self.add_button(larger)
        self.footer.addStretch(1)
        self.add_button(self.save)
        self.add_button(self.print, is_default=True)
        self.view.show_pdf(pdf)

    def show_pdf(self, pdf: bytes) -> None:
        """Show another state of the document."""
        self._pdf = pdf
        self.view.show_pdf(pdf)

    @property
    def is_rendered(self) -> bool:
        """Whether the pages are to be seen."""
        return bool(self.view.page_sizes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom on the platform's keys for it."""
        if event.matches(QKeySequence.StandardKey.ZoomIn):
            self.view.zoom(1)
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.view.zoom(-1)
        else:
            super().keyPressEvent(event)

    def _print(self) -> None:
        printer = self._ask_printer(self)
        if printer is None:
            return
        pdf = self._pdf
        self._run(lambda: print_pages(pdf, printer), lambda count: f"{_pages(count)} printed")

    def _save(self) -> None:
        path = self._ask_path(self, self._file_name)
        if path is None:
            return
        pdf, name = self._pdf, path.name
        self._run(lambda: write_file(path, pdf), lambda _none: f"Saved as {name}")

    def _run(self, work: Callable[[], object], sentence: Callable[[object], str]) -> None:
        self.set_busy(True)
        self._tasks.run(
            self,
            work,
            done=lambda outcome: self._tell(sentence(outcome)),
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _tell(self, sentence: str) -> None:
        self.told.emit(sentence)
        self.handed_out.emit()


def _pages(count: object) -> str:
    return "1 page" if count == 1 else f"{count} pages"
