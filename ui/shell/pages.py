"""The pages of the window: made when first needed, shown one at a time, kept for their drafts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from clinicdesk.changes import Change
from ui.core.cards import EmptyView
from ui.core.page import Page, PageEntry
from ui.core.session import Desk


class PageStack(QStackedWidget):
    """Holds the pages that the person signed in may use.

    `shown` carries the entry's number and the page; messages and undo offers of all pages pass
    through.
    """

    shown = Signal(int, object)
    message_posted = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(self, entries: Sequence[PageEntry]) -> None:
        super().__init__()
        self._entries = tuple(entries)
        self._desk: Desk | None = None
        self._pages: dict[int, Page] = {}
        nothing = "Your role opens no view yet. Ask an administrator to give you one."
        self.addWidget(EmptyView("Nothing to show", nothing))

    def set_desk(self, desk: Desk) -> None:
        """Take what pages are made with."""
        self._desk = desk

    def allowed(self) -> list[tuple[int, PageEntry]]:
        """Give the entries, with their numbers, that the person signed in may use."""
        if self._desk is None:
            return []
        may = self._desk.session.may
        return [(n, entry) for n, entry in enumerate(self._entries) if entry.is_for(may)]

    def page(self, number: int) -> Page | None:
        """Give the page of an entry; None where the person may not use it."""
        if self._desk is None or number not in dict(self.allowed()):
            return None
        if number not in self._pages:
            self._pages[number] = self._make(self._entries[number], self._desk)
        return self._pages[number]

    def _make(self, entry: PageEntry, desk: Desk) -> Page:
        page = entry.make(desk)
        for part in (*page.top_controls(), *page.top_actions()):
            part.setParent(page)  # until the top bar takes it: shown alone it would be a window
        page.message_posted.connect(self.message_posted)
        page.undo_offered.connect(self.undo_offered)
        page.item_asked.connect(self.open_item)
        page.patient_asked.connect(lambda item: self.open_item("patient", item))
        page.invoice_asked.connect(lambda item: self.open_item("invoice", item))
        page.booking_asked.connect(lambda item: self.open_item("booking", item))
        self.addWidget(page)
        return page

    def show_page(self, number: int) -> None:
        """Open the page of an entry."""
        page = self.page(number)
        if page is not None:
            self.setCurrentWidget(page)
            self.shown.emit(number, page)
            page.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_first(self) -> None:
        """Open the page shown before, or the first the person may use, or none."""
        allowed = [number for number, _ in self.allowed()]
        before = [n for n, page in self._pages.items() if page is self.currentWidget()]
        if not allowed:
            self.setCurrentIndex(0)
        else:
            self.show_page(before[0] if before and before[0] in allowed else allowed[0])

    def open_item(self, kind: str, item_id: int) -> None:
        """Open one thing on the page that shows its kind."""
        for number, entry in self.allowed():
            if kind in entry.kinds:
                self.show_page(number)
                self._pages[number].open_item(kind, item_id)
                return

    def hear(self, changes: Sequence[Change]) -> None:
        """Tell every page what was changed."""
        for page in self._pages.values():
            page.hear(changes)
