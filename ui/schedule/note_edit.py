"""The note of an appointment, written where it is read."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from ui.core.labels import plain_label
from ui.core.theme import Theme

LINES_PX = 76


class _Text(QPlainTextEdit):
    """Text that tells when its writer has finished with it."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the writer went elsewhere; a menu over the text is no elsewhere."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Finish with Ctrl+Enter or Escape; neither loses a word."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape or (is_enter and is_ctrl):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class NoteEdit(QWidget):
    """Shows one appointment's note; `written` carries the appointment's id and the new text.

    What was typed stays, whatever else is shown meanwhile, until it has been saved.
    """

    written = Signal(int, str)
    finished = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._appointment_id: int | None = None
        self._stored = ""
        self._drafts: dict[int, str] = {}
        self._handed_on: dict[int, str] = {}
        self.text = _Text(self)
        self.text.setProperty("role", "note")
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Note")
        self.text.setPlaceholderText("Nothing noted. Write here what matters for this visit.")
        self.text.setFixedHeight(theme.px(LINES_PX))
        self.text.left.connect(self._leave)
        self.problem = plain_label("", "error", wrap=True)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        layout.addWidget(self.problem)

    def show_note(self, appointment_id: int, text: str, *, is_editable: bool) -> None:
        """Show the note as it is stored; words not saved yet stay instead."""
        if appointment_id != self._appointment_id:
            self.keep()
            self.problem.hide()
        self._appointment_id, self._stored = appointment_id, text
        draft = self._drafts.get(appointment_id, text)
        if draft == text:
            self._drafts.pop(appointment_id, None)
            self.problem.hide()
        if self.text.toPlainText() != draft and not self._is_written_in(appointment_id):
            self.text.setPlainText(draft)
        self.text.setReadOnly(not is_editable)

    def _is_written_in(self, appointment_id: int) -> bool:
        """Tell whether somebody types here now, in the note of the same appointment."""
        is_same = self.text.property("appointment") == appointment_id
        self.text.setProperty("appointment", appointment_id)
        return is_same and self.text.hasFocus() and self.text.document().isModified()

    def keep(self) -> None:
        """Keep what was typed and hand it on to be saved."""
        number, text = self._appointment_id, self.text.toPlainText().strip()
        if number is None or self.text.isReadOnly() or text == self._stored:
            return
        self._drafts[number] = text
        if self._handed_on.get(number) != text:
            self._handed_on[number] = text
            self.written.emit(number, text)

    def forget(self, appointment_id: int, text: str) -> None:
        """Keep words no longer that have been saved; newer ones stay."""
        self._handed_on.pop(appointment_id, None)
        if self._drafts.get(appointment_id) == text:
            del self._drafts[appointment_id]

    def refuse(self, appointment_id: int, sentence: str) -> None:
        """Say why a note was not saved; its words stay, and are tried again when left again."""
        self._handed_on.pop(appointment_id, None)
        if appointment_id == self._appointment_id:
            self.problem.setText(sentence)
            self.problem.show()

    def _leave(self) -> None:
        self.keep()
        self.finished.emit()
