"""Keeps what was typed into a dialog and not saved, and offers it when it is opened again."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from ui.core.dialogs import Dialog
from ui.core.labels import plain_label

KEPT = "This is what was typed before and not saved."
Texts = tuple[str, ...]


class Drafts:
    """The unfinished forms of one owner, by a key that names what each is about."""

    def __init__(self) -> None:
        self._kept: dict[str, Texts] = {}

    def keep(self, dialog: Dialog, key: str) -> None:
        """Fill a dialog that is about to open with what is kept, and keep what it is left with.

        The dialog has a signal `saved`; once it is told, nothing is kept. What somebody else has
        changed in the meantime is not overwritten: a draft counts only for the same beginning.
        """
        fields = _fields(dialog)
        beginning = _texts(fields)
        name = f"{key}: {beginning}"
        kept = self._kept.get(name)
        if kept is not None and len(kept) == len(fields):
            _fill(fields, kept)
            dialog.body.insertWidget(0, plain_label(KEPT, "soft", wrap=True))

        def leave() -> None:
            texts = _texts(fields)
            if texts != beginning:
                self._kept[name] = texts
            else:
                self._kept.pop(name, None)

        dialog.closed.connect(leave)
        saved = getattr(dialog, "saved", None)
        if saved is not None:
            saved.connect(lambda _sentence: self._kept.pop(name, None))


def _fields(dialog: Dialog) -> list[QWidget]:
    kinds = (QLineEdit, QComboBox, QCheckBox)
    found = dialog.findChildren(QWidget)
    return [each for each in found if isinstance(each, kinds)]


def _texts(fields: list[QWidget]) -> Texts:
    return tuple(_text(each) for each in fields)


def _text(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    if isinstance(field, QComboBox):
        return field.currentText()
    return "x" if isinstance(field, QCheckBox) and field.isChecked() else ""


def _fill(fields: list[QWidget], texts: Texts) -> None:
    for field, text in zip(fields, texts, strict=True):
        if isinstance(field, QLineEdit):
            field.setText(text)
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(max(0, field.findText(text)))
        elif isinstance(field, QCheckBox):
            field.setChecked(bool(text))
