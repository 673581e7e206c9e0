"""Draws what is written about an account: its statement, and a reminder of an unpaid invoice."""

from collections.abc import Sequence

from clinicdesk.billing.accounts.records import AccountLine, CurrencyStatement, Statement
from clinicdesk.billing.overdue.records import ReminderLetter
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.sheet import (
    BRAND,
    FAINT,
    INK,
    LINE,
    SOFT,
    WIDTH_PT,
    Pen,
    Sheet,
    wrapped,
)
from clinicdesk.documents.typefaces import typeface_for
from clinicdesk.documents.wording import language_of, long_day
from clinicdesk.money import Money

LEFT, RIGHT, BOTTOM = 45.0, WIDTH_PT - 45.0, 760.0
ROW_PT = 17.0
COLUMNS = (LEFT, LEFT + 68, LEFT + 155, 482.0, RIGHT)
NUMBER_PT, TEXT_PT = 84.0, 226.0
BODY, STRONG, QUIET = Pen(), Pen(is_bold=True), Pen(colour=SOFT)
LABEL = Pen(7.5, is_bold=True, colour=FAINT)
TITLE, CLINIC = Pen(17, is_bold=True), Pen(13, is_bold=True, colour=BRAND)
AGES = ("Not due", "1-30 days", "31-60 days", "61-90 days", "Over 90 days")
TITLES = {1: "Reminder", 2: "Second reminder", 3: "Last reminder"}
OPENINGS = {
    1: "Perhaps it has slipped your mind: our invoice {number} of {issued} was due on {due}.",
    2: "We wrote to you before: our invoice {number} of {issued} was due on {due} and is still "
    "unpaid.",
    3: "This is our last reminder: our invoice {number} of {issued} was due on {due} and is still "
    "unpaid. Please pay it now, or talk to us, before we take further steps.",
}
CLOSING = (
    "If you have paid in the meantime, thank you: please ignore this letter. If something is not "
    "right, or you need more time, please let us know."
)

Cells = tuple[str, str, str, str, str]


def statement_pdf(statement: Statement, clinic: ClinicRecord) -> bytes:
    """Give the PDF of a statement; the same statement gives the same bytes."""
    lines = [line for part in statement.parts for line in part.lines]
    texts = [f"{line.text}{line.patient_name}" for line in lines]
    paper = _Paper(clinic, f"{statement.name}{statement.address}{''.join(texts)}", "Statement")
    paper.head("Statement", f"{long_day(statement.from_on)} to {long_day(statement.to_on)}")
    paper.address(statement.name, statement.address)
    paper.line(f"Patient {statement.patient_number} · {long_day(statement.made_on)}", QUIET)
    if not statement.parts:
        paper.line("Nothing was invoiced.", BODY)
    for part in statement.parts:
        _draw_part(paper, part, is_of_family=statement.is_of_family)
    return paper.finish()


def reminder_letter_pdf(letter: ReminderLetter, clinic: ClinicRecord) -> bytes:
    """Give the PDF of a reminder; nothing of what was done for whom stands in it."""
    title = TITLES[letter.level]
    paper = _Paper(clinic, f"{letter.payer_name}{letter.payer_address}", title)
    paper.head(title, long_day(letter.written_on))
    paper.address(letter.payer_name, letter.payer_address)
    paper.line(f"Invoice {letter.number}", STRONG)
    paper.text(
        OPENINGS[letter.level].format(
            number=letter.number, issued=long_day(letter.issued_on), due=long_day(letter.due_on)
        )
    )
    paper.line(f"Still due: {letter.due}", Pen(13, is_bold=True))
    bank = ", ".join(clinic.bank_details.splitlines())
    way = f"by transfer to {bank}, with the reference {letter.number}" if bank else "at our desk"
    paper.text(f"Please pay {way}.")
    paper.text(CLOSING)
    paper.text(clinic.name)
    return paper.finish()


def _draw_part(paper: "_Paper", part: CurrencyStatement, *, is_of_family: bool) -> None:
    paper.row(("Date", "Invoice", f"In {part.currency}", "Amount", "Balance"), LABEL, is_ruled=True)
    paper.row(("", "", "Balance brought forward", "", str(part.opening)), QUIET)
    for line in part.lines:
        paper.row(_cells(line, is_of_family=is_of_family), BODY)
    paper.row(("", "", _closing_words(part.closing), "", str(part.closing)), STRONG)
    if part.asked.minor:
        paper.line(f"Asked for as deposit, and no part of the balance: {part.asked}", QUIET)
    if part.credit.minor:
        paper.line(f"In credit, for coming invoices: {part.credit}", QUIET)
    if part.owed.minor:
        paper.ages(_ages(part))


def _cells(line: AccountLine, *, is_of_family: bool) -> Cells:
    text = f"{line.patient_name} · {line.text}" if is_of_family else line.text
    day = f"{line.on.day} {long_day(line.on).split()[1][:3]} {line.on.year}"
    return day, line.number, text, str(line.amount), str(line.balance)


def _closing_words(closing: Money) -> str:
    return "Balance in your favour" if closing.minor < 0 else "Balance due"


def _ages(part: CurrencyStatement) -> Sequence[tuple[str, str]]:
    ageing = part.ageing
    sums = (
        ageing.not_due, ageing.days_1_to_30, ageing.days_31_to_60, ageing.days_61_to_90,
        ageing.over_90,
    )  # fmt: skip
    return tuple(zip(AGES, map(str, sums), strict=True))


class _Paper:
    """A sheet that is written from the top downwards, on as many pages as it needs."""

    def __init__(self, clinic: ClinicRecord, letters: str, title: str) -> None:
        self._clinic = clinic
        contact = f"{clinic.name}{clinic.address}{clinic.bank_details}{clinic.phone}{clinic.email}"
        self._typeface = typeface_for(letters + contact)
        self._sheet = Sheet(
            self._typeface, title=title, author=clinic.name, language=language_of(clinic.country)
        )
        self._y, self._page = 60.0, 1

    def head(self, title: str, note: str) -> None:
        """Write the clinic and the title."""
        self._sheet.text(LEFT, 58, self._fit(self._clinic.name, CLINIC, 290), CLINIC)
        self._sheet.text_right(RIGHT, 60, title, TITLE)
        self._sheet.text_right(RIGHT, 78, note, QUIET)
        contact = (self._clinic.address, self._clinic.phone, self._clinic.email)
        text = ", ".join(part for each in contact for part in each.splitlines() if part)
        for number, row in enumerate(wrapped(text, self._typeface, QUIET, width_pt=290, most=2)):
            self._sheet.text(LEFT, 76 + 13 * number, row, QUIET)
        self._y = 140.0

    def address(self, name: str, address: str) -> None:
        """Write to whom it goes."""
        for row in wrapped(f"{name}\n{address}", self._typeface, BODY, width_pt=250, most=7):
            self._sheet.text(LEFT, self._y, row, BODY)
            self._y += 13
        self._y += 24

    def line(self, text: str, pen: Pen) -> None:
        """Write one line with room behind it."""
        self._make_room(ROW_PT)
        self._sheet.text(LEFT, self._y, self._fit(text, pen, RIGHT - LEFT), pen)
        self._y += ROW_PT + 4

    def text(self, text: str) -> None:
        """Write a paragraph."""
        for row in wrapped(text, self._typeface, BODY, width_pt=RIGHT - LEFT, most=20):
            self._make_room(ROW_PT)
            self._sheet.text(LEFT, self._y, row, BODY)
            self._y += 14
        self._y += 10

    def row(self, cells: Cells, pen: Pen, *, is_ruled: bool = False) -> None:
        """Write a row of the table."""
        self._make_room(ROW_PT)
        day, number, text, amount, balance = cells
        self._sheet.text(COLUMNS[0], self._y, day, pen)
        self._sheet.text(COLUMNS[1], self._y, self._fit(number, pen, NUMBER_PT), pen)
        self._sheet.text(COLUMNS[2], self._y, self._fit(text, pen, TEXT_PT), pen)
        self._sheet.text_right(COLUMNS[3], self._y, amount, pen)
        self._sheet.text_right(COLUMNS[4], self._y, balance, pen)
        if is_ruled:
            self._sheet.rule(LEFT, RIGHT, self._y + 6, colour=INK, width_pt=0.8)
            self._y += 4
        self._y += ROW_PT

    def ages(self, ages: Sequence[tuple[str, str]]) -> None:
        """Write what is owed by how late it is."""
        self._make_room(4 * ROW_PT)
        self._y += 12
        self._sheet.rule(LEFT, RIGHT, self._y - 12, colour=LINE, width_pt=0.6)
        width = (RIGHT - LEFT) / len(ages)
        for number, (label, amount) in enumerate(ages, start=1):
            self._sheet.text_right(LEFT + number * width, self._y, label.upper(), LABEL)
            self._sheet.text_right(LEFT + number * width, self._y + 14, amount, BODY)
        self._y += 3 * ROW_PT

    def finish(self) -> bytes:
        """End the last page and give the PDF."""
        self._foot()
        self._sheet.end_page()
        return self._sheet.finish()

    def _make_room(self, height_pt: float) -> None:
        if self._y + height_pt > BOTTOM:
            self._foot()
            self._sheet.end_page()
            self._page += 1
            self._y = 60.0

    def _foot(self) -> None:
        self._sheet.text_right(RIGHT, 800, f"Page {self._page}", Pen(9, colour=FAINT))

    def _fit(self, text: str, pen: Pen, width_pt: float) -> str:
        rows = wrapped(text, self._typeface, pen, width_pt=width_pt, most=1)
        return rows[0] if rows else ""
