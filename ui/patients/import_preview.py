"""What an import would do, on one card: counts, columns, problems, and a few rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.patients.records import ImportPreview, ImportProblem, PatientDetails
from ui.core.day_text import day_text
from ui.core.fitting_columns import FittingColumns
from ui.core.labels import ElidedLabel, plain_label, section_label
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Theme

SHOWN_PROBLEMS = 4
SHOWN_ROWS = 4
FIELD_WORDS = {
    "source_id": "number there",
    "given_name": "first name",
    "family_name": "last name",
    "born_on": "date of birth",
    "died_on": "date of death",
    "email": "e-mail",
    "address_2": "address, second line",
}

SAMPLE_COLUMNS: tuple[Column[PatientDetails], ...] = (
    Column("Name", lambda row: f"{row.given_name} {row.family_name}", is_strong=True),
    Column("Born", lambda row: day_text(row.born_on) if row.born_on else "—"),
    Column("Phone", lambda row: row.phone or "—"),
    Column("E-mail", lambda row: row.email or "—"),
)
SAMPLE_WIDTHS_PX = (150, 100, 120, 190)


def problem_text(problem: ImportProblem) -> str:
    """Give one line: where in the file, and why."""
    column = f", “{problem.column}”" if problem.column else ""
    return f"Line {problem.line}{column}: {problem.sentence}"


def column_text(heading: str, field: str) -> str:
    """Say what a column of the file is taken as: "mobile → phone"."""
    return f"{heading} → {FIELD_WORDS.get(field, field.replace('_', ' '))}"


def more_text(problems: Sequence[ImportProblem], count: int) -> str:
    """Say how many rows besides the shown ones cannot be taken; "" for none."""
    rest = count - min(len(problems), SHOWN_PROBLEMS)
    if rest <= 0:
        return ""
    return f"and {rest:,} more {'row' if rest == 1 else 'rows'} like these"


class PreviewView(QWidget):
    """Shows an ImportPreview."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures = {
            name: plain_label("0", "figure") for name in ("new", "known already", "left out")
        }
        self._columns, self._problems = QGridLayout(), QVBoxLayout()
        self._remarks = plain_label("", "small", wrap=True, selectable=True)
        self._problem_lines: tuple[str, ...] = ()
        self._problem_title = section_label("Rows that cannot be taken")
        self._rows: TableModel[PatientDetails] = TableModel(SAMPLE_COLUMNS)
        self._build()

    def _build(self) -> None:
        px = self._theme.px
        figures = QHBoxLayout()
        for name, figure in self._figures.items():
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(figure)
            column.addWidget(plain_label(name, "soft"))
            figures.addLayout(column, 1)
        self._columns.setHorizontalSpacing(px(20))
        self._columns.setVerticalSpacing(px(4))
        self._problems.setSpacing(px(4))
        table = TableView(self._theme, self._rows, name="The first rows")
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        FittingColumns(table, self._theme, widths_px=SAMPLE_WIDTHS_PX, spare=(3,))
        header, row = table.horizontalHeader(), table.verticalHeader()
        table.setFixedHeight(header.sizeHint().height() + row.defaultSectionSize() * SHOWN_ROWS + 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        layout.addLayout(figures)
        layout.addWidget(section_label("Columns recognised"))
        layout.addLayout(self._columns)
        layout.addWidget(self._remarks)
        layout.addWidget(self._problem_title)
        layout.addLayout(self._problems)
        layout.addWidget(section_label("The first rows"))
        layout.addWidget(table)
        layout.addStretch(1)

    def figure(self, name: str) -> str:
        """Give the figure shown for "new", "known already" or "left out"."""
        return self._figures[name].text()

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what an import would do."""
        self._figures["new"].setText(f"{preview.new:,}")
        self._figures["known already"].setText(f"{preview.known:,}")
        self._figures["left out"].setText(f"{preview.problem_count:,}")
        _empty(self._columns)
        for number, (heading, field) in enumerate(preview.columns):
            label = ElidedLabel(column_text(heading, field), "small")
            self._columns.addWidget(label, number // 3, number % 3)
        self._remarks.setText("\n".join(preview.remarks))
        self._remarks.setVisible(bool(preview.remarks))
        self._show_problems(preview)
        self._rows.set_records(preview.sample[:SHOWN_ROWS])

    def _show_problems(self, preview: ImportPreview) -> None:
        _empty(self._problems)
        shown = [problem_text(problem) for problem in preview.problems[:SHOWN_PROBLEMS]]
        more = more_text(preview.problems, preview.problem_count)
        self._problem_lines = (*shown, more) if more else tuple(shown)
        for text in self._problem_lines:
            self._problems.addWidget(plain_label(text, "small", wrap=True, selectable=True))
        self._problem_title.setVisible(bool(shown))

    @property
    def problem_lines(self) -> tuple[str, ...]:
        """The lines shown about rows that cannot be taken."""
        return self._problem_lines


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
