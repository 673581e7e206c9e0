"""The base of every page: what the window shows of it, and when it asks its data again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Change, Topic
from ui.core.buttons import KeyButton
from ui.core.session import Desk


class Page(QWidget):
    """A view of the window.

    A page sets `topics`, builds its widgets, and overrides `refresh`, which asks its data anew.
    Shown pages refresh at once when a topic of theirs changes; hidden ones when they are shown.
    """

    title_changed = Signal(str)
    message_posted = Signal(str)
    """A sentence for the foot of the window, such as "Booked for Tue 24 Nov 11:15"."""

    undo_offered = Signal(str, object)
    """A sentence and the function that takes the step back: "Cancelled." with "Undo"."""

    patient_asked = Signal(int)
    """Somebody wants to see this patient."""

    invoice_asked = Signal(int)
    """Somebody wants to see this invoice."""

    booking_asked = Signal(int)
    """Somebody wants to book for this patient; 0 for nobody in particular."""

    item_asked = Signal(str, int)
    """Somebody wants another thing of a kind that some page's entry names."""

    topics: frozenset[Topic] = frozenset()

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.desk = desk
        self._title = title
        self._is_stale = True
        self.setObjectName("page")
        desk.session.changed.connect(self.mark_stale)

    @property
    def title(self) -> str:
        """What the top bar says."""
        return self._title

    def set_title(self, title: str) -> None:
        """Say something else in the top bar."""
        if title != self._title:
            self._title = title
            self.title_changed.emit(title)

    def top_controls(self) -> Sequence[QWidget]:
        """Give the widgets beside the title; made once."""
        return ()

    def top_actions(self) -> Sequence[KeyButton]:
        """Give the buttons at the right of the top bar, the main one last; made once."""
        return ()

    def first_focus(self) -> QWidget:
        """Give the widget that takes the keys when the page is shown."""
        return self

    def open_item(self, kind: str, item_id: int) -> None:
        """Show one thing: kinds are those the page's entry names, such as "patient"."""

    def refresh(self) -> None:
        """Ask the data anew and show it."""

    def hear(self, changes: Iterable[Change]) -> None:
        """Take note of what was changed."""
        if any(change.topic in self.topics for change in changes):
            self.mark_stale()

    def mark_stale(self) -> None:
        """Refresh now if shown, else when shown next."""
        self._is_stale = True
        if self.isVisible():
            self._refresh_now()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh what went stale while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._refresh_now()

    def _refresh_now(self) -> None:
        self._is_stale = False
        self.refresh()


@dataclass(frozen=True)
class PageEntry:
    """A page in the rail: its name, icon, what a person must be allowed to see it, its maker.

    `kinds` are the things it can open: "patient", "invoice", "booking" (a patient's id, 0 for
    nobody), "payment" (an appointment's id). `needs` are actions that it takes besides. One that is
    `at_foot` stands at the foot of the rail, with Ctrl+, as its key.
    """

    name: str
    icon: str
    action: Action
    make: Callable[[Desk], Page]
    kinds: frozenset[str] = frozenset()
    needs: frozenset[Action] = frozenset()
    at_foot: bool = False

    def is_for(self, may: Callable[[Action], bool]) -> bool:
        """Tell whether somebody who may do these things may use the page."""
        return may(self.action) and all(may(action) for action in self.needs)
