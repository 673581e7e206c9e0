"""Asks for which appointments of a series a change is meant."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.schedule.series.records import Scope
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme

CHOICES = (
    (Scope.THIS, "Only this visit"),
    (Scope.FOLLOWING, "This and the following visits"),
    (Scope.ALL, "All visits that are still to come"),
)


class SeriesScopeDialog(Dialog):
    """Offers the three scopes with keys 1, 2 and 3; `scope_chosen` carries the Scope."""

    scope_chosen = Signal(object)

    def __init__(self, host: QWidget, theme: Theme, *, title: str, what: str = "") -> None:
        super().__init__(host, theme, title=title, width_px=440)
        self.body.addWidget(
            plain_label(what or "This visit belongs to a series.", "soft", wrap=True)
        )
        for number, (scope, text) in enumerate(CHOICES, start=1):
            kind = "primary" if scope is Scope.THIS else "secondary"
            button = KeyButton(theme, text, key=str(number), kind=kind)
            button.clicked.connect(lambda _on=False, scope=scope: self._choose(scope))
            self.body.addWidget(button)
            if scope is Scope.THIS:
                self.set_default(button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk between the choices with the arrows as well; they stay inside the dialog."""
        steps = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}
        if Qt.Key(event.key()) in steps:
            self.focusNextPrevChild(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _choose(self, scope: Scope) -> None:
        self.finish()
        self.scope_chosen.emit(scope)


def ask_scope(
    host: QWidget,
    theme: Theme,
    *,
    title: str,
    chosen: Callable[[Scope], None],
    what: str = "",
) -> SeriesScopeDialog:
    """Ask, and call `chosen` with the answer; Escape changes nothing.

    `title` says what is about to happen: "Move a visit of a series"; `what` names the visit.
    """
    dialog = SeriesScopeDialog(host, theme, title=title, what=what)
    dialog.scope_chosen.connect(chosen)
    dialog.open()
    return dialog
