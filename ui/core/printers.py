"""The printers of this workstation."""

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from ui.core.pdf_view import AskPrinter, ask_printer


def printer_names() -> list[str]:
    """List the printers that this workstation knows, by name; empty where there is none."""
    return sorted(QPrinterInfo.availablePrinterNames())


def chosen_or_asked(name: str) -> AskPrinter:
    """Give what finds the printer to print on: the one of that name, or the person is asked.

    One that is gone, or none chosen, is asked for as well.
    """

    def find(host: QWidget) -> QPrinter | None:
        if not name or name not in QPrinterInfo.availablePrinterNames():
            return ask_printer(host)
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPrinterName(name)
        return printer

    return find
