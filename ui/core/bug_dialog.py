"""What is shown of a bug: where it happened, never what was typed."""

import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme


def bug_details(error: BaseException) -> str:
    """Describe a bug by type and places in the program, without its text.

    The text of an unexpected exception may hold what was typed; its type and the lines of the
    program it passed cannot.
    """
    lines = [type(error).__qualname__]
    for frame in traceback.extract_tb(error.__traceback__):
        place = "/".join(frame.filename.replace("\\", "/").split("/")[-3:])
        lines.append(f"  {place}:{frame.lineno} in {frame.name}")
    if error.__cause__ is not None:
        lines.append("caused by " + bug_details(error.__cause__))
    return "\n".join(lines)


class BugDialog(Dialog):
    """Says that the program failed, keeps what was typed, and offers the details."""

    def __init__(self, host: QWidget, theme: Theme, details: str) -> None:
        super().__init__(host, theme, title="ClinicDesk made a mistake", width_px=560)
        self._details = details
        sentence = (
            "This step was not finished because of a fault in the program. Nothing you typed is"
            " lost. Look whether the step was done before you try it again; if it fails again,"
            " copy the details and send them to whoever looks after ClinicDesk. They hold no"
            " patient's data."
        )
        self.body.addWidget(plain_label(sentence, wrap=True))
        self._text = QPlainTextEdit(details)
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Details")
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(theme.px(140))
        self._text.hide()
        self.body.addWidget(self._text)
        self._show = KeyButton(theme, "Show details")
        self._show.clicked.connect(self._toggle)
        copy = KeyButton(theme, "Copy")
        copy.clicked.connect(self._copy)
        close = KeyButton(theme, "Go back", kind="primary")
        close.clicked.connect(self.finish)
        self.add_button(self._show)
        self.add_button(copy)
        self.footer.addStretch(1)
        self.add_button(close, is_default=True)

    def _toggle(self) -> None:
        self._text.setVisible(not self._text.isVisibleTo(self))
        self._show.set_text("Hide details" if self._text.isVisibleTo(self) else "Show details")
        self._show.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
