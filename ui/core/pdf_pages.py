"""Turns PDF bytes into pictures and prints them.

The library behind this must not be entered by two threads at once, so all of it runs on the data
lane, which has one worker.
"""

from collections.abc import Iterator

import pypdfium2
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from clinicdesk.errors import StorageError, UnavailableError

POINTS_PER_INCH = 72
MOST_PRINT_DPI = 300
PRINT_JOB_NAME = "ClinicDesk"


class UnreadablePdfError(StorageError):
    """The bytes are no PDF."""

    def __init__(self) -> None:
        super().__init__("This document is damaged and cannot be shown. Please make it again.")


class PrinterError(UnavailableError):
    """The printer took nothing."""

    def __init__(self) -> None:
        super().__init__("The printer did not take the document. Check it and print again.")


def render_pages(pdf: bytes, *, dots_per_inch: float) -> tuple[QImage, ...]:
    """Give a picture of each page.

    Raises:
        UnreadablePdfError: the bytes are no PDF.
    """
    return tuple(_pictures(pdf, dots_per_inch))


def _pictures(pdf: bytes, dots_per_inch: float) -> Iterator[QImage]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError from error
    try:
        for number in range(len(document)):
            page = document[number]
            bitmap = page.render(scale=dots_per_inch / POINTS_PER_INCH, prefer_bgrx=True)
            picture = QImage(
                bitmap.buffer,
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                QImage.Format.Format_RGB32,
            )
            # The bitmap's memory goes with it: keep a picture of our own.
            yield picture.copy()
            bitmap.close()
            page.close()
    finally:
        document.close()


def print_pages(pdf: bytes, printer: QPrinter) -> int:
    """Print each page into the printer's page and give their count.

    The job's name holds no patient's name: print queues keep it.

    Raises:
        UnreadablePdfError, PrinterError: as named.
    """
    printer.setDocName(PRINT_JOB_NAME)
    printer.setFullPage(True)
    pictures = render_pages(pdf, dots_per_inch=min(printer.resolution(), MOST_PRINT_DPI))
    painter = QPainter()
    if not painter.begin(printer):
        raise PrinterError
    try:
        for number, picture in enumerate(pictures):
            if number and not printer.newPage():
                raise PrinterError
            painter.drawImage(_fitted(picture, painter), picture)
    finally:
        painter.end()
    return len(pictures)


def _fitted(picture: QImage, painter: QPainter) -> QRectF:
    """Give the largest area of the page that keeps the picture's shape."""
    page = painter.viewport()
    ratio = min(page.width() / picture.width(), page.height() / picture.height())
    return QRectF(0, 0, picture.width() * ratio, picture.height() * ratio)
