"""Draws what is written about an account: its statement, and a reminder of an unpaid invoice."""

from collections.abc import Sequence

from clinicdesk.billing.accounts.entries import ISSUED
from clinicdesk.billing.accounts.records import AccountLine, CurrencyStatement, Statement
from clinicdesk.billing.overdue.records import ReminderLetter
from clinicdesk.billing.rules import VERBS
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.language import PaperLanguage
from clinicdesk.documents.lettering import INK, Pen, lettering_for
from clinicdesk.documents.sheet import BRAND, FAINT, LINE, SOFT, WIDTH_PT, Sheet
from clinicdesk.documents.style import PLAIN, PaperStyle

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

BY_TRANSFER = "Please pay by transfer to {bank}, with the reference {number}."
AT_DESK = "Please pay at our desk."
ASKED = "Asked for as deposit, and no part of the balance: {amount}"
IN_CREDIT = "In credit, for coming invoices: {amount}"

Cells = tuple[str, str, str, str, str]


def statement_pdf(
    statement: Statement, clinic: ClinicRecord, *, style: PaperStyle = PLAIN
) -> bytes:
    """Give the PDF of a statement; the same statement gives the same bytes."""
    language = style.language
    say, day = language.say, language.day
    lines = [line for part in statement.parts for line in part.lines]
    texts = [f"{line.text}{line.patient_name}" for line in lines]
    letters = f"{statement.name}{statement.address}{''.join(texts)}"
    paper = _Paper(clinic, letters, say("Statement"), style)
    span = say("{first} to {last}", first=day(statement.from_on), last=day(statement.to_on))
    paper.head(say("Statement"), span)
    paper.address(statement.name, statement.address)
    number, made_on = statement.patient_number, day(statement.made_on)
    paper.line(say("Patient {number} · {day}", number=number, day=made_on), QUIET)
    if not statement.parts:
        paper.line(say("Nothing was invoiced."), BODY)
    for part in statement.parts:
        _draw_part(paper, part, language, is_of_family=statement.is_of_family)
    return paper.finish()


def reminder_letter_pdf(
    letter: ReminderLetter, clinic: ClinicRecord, *, style: PaperStyle = PLAIN
) -> bytes:
    """Give the PDF of a reminder; nothing of what was done for whom stands in it."""
    say, day = style.language.say, style.language.day
    title = say(TITLES[letter.level])
    paper = _Paper(clinic, f"{letter.payer_name}{letter.payer_address}", title, style)
    paper.head(title, day(letter.written_on))
    paper.address(letter.payer_name, letter.payer_address)
    paper.line(say("Invoice {number}", number=letter.number), STRONG)
    paper.text(
        say(
            OPENINGS[letter.level],
            number=letter.number,
            issued=day(letter.issued_on),
            due=day(letter.due_on),
        )
    )
    due = say("Still due: {amount}", amount=style.language.money(letter.due))
    paper.line(due, Pen(13, is_bold=True))
    bank = ", ".join(clinic.bank_details.splitlines())
    paper.text(say(BY_TRANSFER, bank=bank, number=letter.number) if bank else say(AT_DESK))
    paper.text(say(CLOSING))
    paper.text(clinic.name)
    return paper.finish()


def _draw_part(
    paper: "_Paper", part: CurrencyStatement, language: PaperLanguage, *, is_of_family: bool
) -> None:
    say, money = language.say, language.money
    heads = (say("Date"), say("Invoice"), say("In {currency}", currency=part.currency))
    paper.row((*heads, say("Amount"), say("Balance")), LABEL, is_ruled=True)
    paper.row(("", "", say("Balance brought forward"), "", money(part.opening)), QUIET)
    for line in part.lines:
        cells = _cells(line, language, is_of_family=is_of_family)
        paper.row(cells, BODY, balance=money(line.balance))
    paper.end_table()
    closing = "Balance in your favour" if part.closing.minor < 0 else "Balance due"
    paper.row(("", "", say(closing), "", money(part.closing)), STRONG)
    if part.asked.minor:
        paper.line(say(ASKED, amount=money(part.asked)), QUIET)
    if part.credit.minor:
        paper.line(say(IN_CREDIT, amount=money(part.credit)), QUIET)
    if part.owed.minor:
        paper.ages(_ages(part, language))


def _cells(line: AccountLine, language: PaperLanguage, *, is_of_family: bool) -> Cells:
    words = _entry(line.text, language)
    text = f"{line.patient_name} · {words}" if is_of_family else words
    day = language.figures_of_day(line.on)
    return day, line.number, text, language.money(line.amount), language.money(line.balance)


def _entry(text: str, language: PaperLanguage) -> str:
    """Give what an entry says in the paper's language: how it begins is the program's own."""
    begins = [word for word in (*VERBS.values(), *ISSUED.values()) if text.startswith(word)]
    if language.is_english or not begins:
        return text
    known = max(begins, key=len)
    return language.say(known) + text.removeprefix(known)


def _ages(part: CurrencyStatement, language: PaperLanguage) -> Sequence[tuple[str, str]]:
    ageing = part.ageing
    sums = (
        ageing.not_due, ageing.days_1_to_30, ageing.days_31_to_60, ageing.days_61_to_90,
        ageing.over_90,
    )  # fmt: skip
    return [(language.say(age), language.money(s)) for age, s in zip(AGES, sums, strict=True)]


class _Paper:
    """A sheet that is written from the top downwards, on as many pages as it needs."""

    def __init__(self, clinic: ClinicRecord, letters: str, title: str, style: PaperStyle) -> None:
        self._clinic, self._style = clinic, style
        self._say = style.language.say
        contact = f"{clinic.name}{clinic.address}{clinic.bank_details}{clinic.phone}{clinic.email}"
        self._lettering = lettering_for(
            f"{letters}{contact}{title}{self._say('Date')}", is_rtl=style.language.is_rtl
        )
        self._sheet = Sheet(
            self._lettering, title=title, author=clinic.name, language=style.tag(clinic)
        )
        self._y, self._page = 60.0, 1
        self._balance = ""

    def head(self, title: str, note: str) -> None:
        """Write the clinic and the title."""
        self._sheet.marks(RIGHT, 36, self._style.marks)
        self._sheet.text(LEFT, 58, self._fit(self._clinic.name, CLINIC, 290), CLINIC)
        self._sheet.text_right(RIGHT, 60, title, TITLE)
        self._sheet.text_right(RIGHT, 78, note, QUIET)
        contact = (self._clinic.address, self._clinic.phone, self._clinic.email)
        text = ", ".join(part for each in contact for part in each.splitlines() if part)
        for number, row in enumerate(self._lettering.wrap(text, QUIET, width_pt=290, most=2)):
            self._sheet.text(LEFT, 76 + 13 * number, row, QUIET)
        self._y = 140.0

    def address(self, name: str, address: str) -> None:
        """Write to whom it goes."""
        for row in self._lettering.wrap(f"{name}\n{address}", BODY, width_pt=250, most=7):
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
        for row in self._lettering.wrap(text, BODY, width_pt=RIGHT - LEFT, most=20):
            self._make_room(ROW_PT)
            self._sheet.text(LEFT, self._y, row, BODY)
            self._y += 14
        self._y += 10

    def row(self, cells: Cells, pen: Pen, *, is_ruled: bool = False, balance: str = "") -> None:
        """Write a row of the table; `balance` is carried to the next page if the table goes on."""
        if self._balance and self._y + 2 * ROW_PT > BOTTOM:
            carried, self._balance = self._balance, ""
            self._draw_row(("", "", self._say("Carried forward"), "", carried), QUIET)
            self._next_page()
            self._draw_row(("", "", self._say("Brought forward"), "", carried), QUIET)
        self._make_room(ROW_PT)
        self._draw_row(cells, pen, is_ruled=is_ruled)
        self._balance = balance

    def end_table(self) -> None:
        """Carry nothing any more."""
        self._balance = ""

    def _draw_row(self, cells: Cells, pen: Pen, *, is_ruled: bool = False) -> None:
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
            self._next_page()

    def _next_page(self) -> None:
        self._foot()
        self._sheet.end_page()
        self._page += 1
        self._y = 60.0

    def _foot(self) -> None:
        self._sheet.text_right(
            RIGHT, 800, self._say("Page {page}", page=self._page), Pen(9, colour=FAINT)
        )

    def _fit(self, text: str, pen: Pen, width_pt: float) -> str:
        return self._lettering.fit(text, pen, width_pt=width_pt)
