"""The dialog that imports a list: see first what would happen, then import it."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.patients.records import ImportOutcome, ImportPreview
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.progress_line import ProgressLine
from ui.core.session import Desk
from ui.patients.import_preview import PreviewView

HINT = (
    "A CSV file with a heading line, as spreadsheets and other programs save it. Nothing is"
    " written before you have seen what would happen."
)
AskFile = Callable[[QWidget], Path | None]


def ask_file(host: QWidget) -> Path | None:
    """Let the person choose a file; None when they turn away."""
    chosen, _ = QFileDialog.getOpenFileName(
        host.window(), "Choose the list", "", "Lists (*.csv *.txt *.tsv);;All files (*)"
    )
    return Path(chosen) if chosen else None


def patients_text(count: int) -> str:
    """Give "1 patient" or "1,171 patients"."""
    return f"{count:,} {'patient' if count == 1 else 'patients'}"


def outcome_sentence(outcome: ImportOutcome) -> str:
    """Say in one sentence what an import did."""
    parts = [f"{patients_text(outcome.added)} added"]
    if outcome.known:
        verb = "was" if outcome.known == 1 else "were"
        parts.append(f"{outcome.known:,} {verb} known already")
    if outcome.left_out:
        parts.append(f"{outcome.left_out:,} {'row' if outcome.left_out == 1 else 'rows'} left out")
    return ", ".join(parts) + "."


class ImportDialog(Dialog):
    """Imports patients from a file; `imported` carries the outcome in a sentence."""

    imported = Signal(str)
    _advanced = Signal(int)

    def __init__(self, host: QWidget, desk: Desk, *, file_asker: AskFile = ask_file) -> None:
        super().__init__(host, desk.theme, title="Import patients", width_px=680)
        self._desk, self._ask_file = desk, file_asker
        self._path: Path | None = None
        self._rows = 0
        self._stop = threading.Event()
        self._is_running = False
        self.path_edit = QLineEdit()
        self.path_edit.setPlaceholderText("The file's place")
        self.path_edit.returnPressed.connect(self._preview)
        self.browse = KeyButton(desk.theme, "Choose a file…", icon="import")
        self.browse.clicked.connect(self._browse)
        self.hint = plain_label(HINT, "soft", wrap=True)
        self.preview = PreviewView(desk.theme)
        self.preview.hide()
        self.progress = ProgressLine(desk.theme, name="Import")
        self.progress_text = plain_label("", "soft")
        self.outcome = plain_label("", "heading", wrap=True)
        self.cancel = KeyButton(desk.theme, "Cancel", key="Escape")
        self.cancel.clicked.connect(self.dismiss)
        self.run_button = KeyButton(desk.theme, "Import", key="Ctrl+Return", kind="primary")
        self.run_button.clicked.connect(self._import)
        self._advanced.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._build()

    def _build(self) -> None:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.theme.px(10))
        row.addWidget(self.path_edit, 1)
        row.addWidget(self.browse)
        self._file_box = self.field("File", holder, name="path")
        self._file_box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        holder.setFocusProxy(self.path_edit)
        self.path_edit.setAccessibleName("File")
        parts = (self._file_box, self.hint, self.preview, self.progress_text, self.progress)
        for part in (*parts, self.outcome):
            self.body.addWidget(part)
        _show_all(False, self.progress_text, self.progress, self.outcome, self.run_button)
        self.footer.addStretch(1)
        self.add_button(self.cancel)
        self.add_button(self.run_button)

    @property
    def file_error(self) -> str:
        """The sentence shown at the file's field; empty for none."""
        return self._file_box.error

    # --- seeing what would happen ------------------------------------------------------------

    def _browse(self) -> None:
        path = self._ask_file(self)
        if path is not None:
            self.path_edit.setText(str(path))
            self._preview()

    def _preview(self) -> None:
        text = self.path_edit.text().strip()
        if not text or self._is_running:
            return
        patients, actor, path = (
            self._desk.services.patients,
            self._desk.actor,
            Path(text).expanduser(),
        )
        self._path = path
        self.clear_problem()
        self._desk.tasks.run(
            self,
            lambda: patients.preview_import(actor, path),
            done=self._show_preview,
            failed=self._refuse,
            newest="preview",
        )

    def _show_preview(self, preview: ImportPreview) -> None:
        self._rows = preview.rows
        self.preview.show_preview(preview)
        self.preview.show()
        self.hint.hide()
        self.run_button.setVisible(preview.new > 0)
        self.run_button.set_text(f"Import {patients_text(preview.new)}")
        if preview.new:
            self.run_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refuse(self, error: ClinicDeskError) -> None:
        self.preview.hide()
        self.run_button.hide()
        self.hint.show()
        self.show_problem(error)

    # --- importing -----------------------------------------------------------------------------

    def _import(self) -> None:
        path = self._path
        if path is None or self._is_running:
            return
        patients, actor = self._desk.services.patients, self._desk.actor
        self._stop.clear()
        self._show_running(True)
        self._desk.tasks.run(
            self,
            lambda: patients.import_file(actor, path, skip_problems=True, progress=self._go_on),
            done=self._show_outcome,
            failed=self.show_problem,
            settled=lambda: self._show_running(False),
        )

    def _show_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self.clear_problem()
        _show_all(is_running, self.progress, self.progress_text)
        self.progress.show_part(0)
        self.progress_text.setText("Beginning…")
        _show_all(not is_running, self.preview, self._file_box, self.run_button)
        self.cancel.set_text("Cancel")

    def _go_on(self, rows: int) -> bool:
        """Tell how far it is, and whether to go on; called beside the window."""
        self._advanced.emit(rows)
        return not self._stop.is_set()

    def _show_progress(self, rows: int) -> None:
        self.progress.show_part(rows / self._rows if self._rows else 0)
        self.progress_text.setText(f"{rows:,} of {self._rows:,} rows")

    def _show_outcome(self, outcome: ImportOutcome) -> None:
        sentence = outcome_sentence(outcome)
        _show_all(False, self.preview, self._file_box, self.run_button, self.hint)
        self.outcome.setText(sentence)
        self.outcome.show()
        self.cancel.set_text("Done")
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.imported.emit(sentence)

    def dismiss(self) -> None:
        """Close; while an import runs, stop it instead and wait for what it says."""
        if self._is_running:
            self._stop.set()
            self.progress_text.setText("Stopping…")
        else:
            super().dismiss()


def _show_all(is_shown: bool, *widgets: QWidget) -> None:
    for widget in widgets:
        widget.setVisible(is_shown)
