"""Draws an invoice or credit note on A4: head, table over as many pages as it needs, sums, foot."""

from dataclasses import dataclass

from clinicdesk.billing.credit_notes.records import CreditNoteRecord
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.credit_note_text import credit_note_text
from clinicdesk.documents.invoice_text import Cells, InvoiceText, invoice_text
from clinicdesk.documents.lettering import INK, Lettering, Pen, lettering_for
from clinicdesk.documents.qr import Modules, qr_modules
from clinicdesk.documents.sheet import (
    BAD,
    BRAND,
    FAINT,
    GOOD,
    LINE,
    SOFT,
    WIDTH_PT,
    Sheet,
)
from clinicdesk.documents.style import PLAIN, PaperStyle
from clinicdesk.money import Money

LEFT, RIGHT = 45.0, WIDTH_PT - 45.0
MIDDLE = 296.0
SUMS_LEFT = 318.0
LEADING = 13.5
HEAD_TOP, NAME_LEADING, HEAD_GAP, CROSS_PT = 54.0, 18.0, 16.0, 17.0
PARTIES_TOP, TABLE_TOP, NEXT_PAGE_TOP = 152.0, 241.0, 96.0
BOTTOM = 752.0
FOOT = 774.0
ROW_PAD = 11.8
SUM_PT, MOVED_PT, TOTAL_PT = 19.5, 20.0, 60.0
CARRIED_PT = LEADING + ROW_PAD
COLUMNS = {2: (430.0, RIGHT), 4: (310.0, 385.0, 470.0, RIGHT)}
CODE_PT, CODE_EDGE_PT, CODE_LABEL_PT = 86.0, 8.0, 14.0
NAME_LINES, ADDRESS_LINES, DESCRIPTION_LINES = 2, 6, 4

BODY = Pen()
STRONG = Pen(is_bold=True)
QUIET = Pen(colour=SOFT)
LABEL = Pen(7.5, is_bold=True, colour=FAINT)
CLINIC = Pen(16.5, is_bold=True, colour=BRAND)
TITLE = Pen(19, is_bold=True)
TOTAL = Pen(12, is_bold=True)
SMALL = Pen(9, colour=FAINT)


@dataclass(frozen=True, slots=True)
class Row:
    """A table row whose description is broken into lines."""

    lines: tuple[str, ...]
    figures: tuple[str, ...]
    amount: Money | None = None

    @property
    def height_pt(self) -> float:
        """The room it takes, with the rule below it."""
        return len(self.lines) * LEADING + ROW_PAD


def invoice_pdf(
    invoice: InvoiceRecord,
    clinic: ClinicRecord,
    *,
    style: PaperStyle = PLAIN,
    pay_url: str = "",
) -> bytes:
    """Give the PDF of an invoice; the same invoice gives the same bytes.

    `pay_url` is where it can be paid: it stands beside the sums, as a code to be scanned.
    """
    text = invoice_text(invoice, clinic, style.language)
    return drawn(text, clinic, style=style, pay_url=pay_url)


def credit_note_pdf(
    note: CreditNoteRecord, clinic: ClinicRecord, *, style: PaperStyle = PLAIN
) -> bytes:
    """Give the PDF of a credit note; the same note gives the same bytes."""
    return drawn(credit_note_text(note, clinic, style.language), clinic, style=style)


def drawn(
    text: InvoiceText, clinic: ClinicRecord, *, style: PaperStyle, pay_url: str = ""
) -> bytes:
    """Give the PDF of a paper that has a table and sums, by its words."""
    lettering = lettering_for(text.letters(), is_rtl=style.language.is_rtl)
    sheet = Sheet(
        lettering,
        title=f"{text.title} {text.number}",
        author=text.clinic_name,
        language=style.tag(clinic),
    )
    code = qr_modules(pay_url) if pay_url else ()
    _Drawing(sheet, text, lettering, style, code=code).draw()
    return sheet.finish()


class _Drawing:
    """Knows where everything of one invoice goes."""

    def __init__(
        self,
        sheet: Sheet,
        text: InvoiceText,
        lettering: Lettering,
        style: PaperStyle,
        *,
        code: Modules,
    ) -> None:
        self._sheet = sheet
        self._text = text
        self._lettering = lettering
        self._style = style
        self._say = text.language.say
        self._code = code
        self._columns = COLUMNS[len(text.headings.figures)]
        self._drop = self._drop_of_head()

    def draw(self) -> None:
        """Draw all pages."""
        pages = self._pages()
        carried: Money | None = None
        for number, rows in enumerate(pages, start=1):
            if number == 1:
                self._head()
                self._parties()
            else:
                self._next_head()
            y = TABLE_TOP + self._drop if number == 1 else NEXT_PAGE_TOP
            is_last_of_table = number == len(pages) or not pages[number]
            y = self._table(y, rows, brought=carried)
            carried = self._sum_up(carried, rows)
            if not is_last_of_table:
                self._carry(y, "Carried forward", carried)
            if number == len(pages):
                self._sums(y)
            self._foot(number, len(pages))
            self._sheet.end_page()

    def _pages(self) -> list[list[Row]]:
        """Share the rows out, and keep the sums in one piece on the last page.

        Where the table goes on, a row is left for the sum that is carried forward.
        """
        pages: list[list[Row]] = [[]]
        y = TABLE_TOP + self._drop + 8
        for row in map(self._row, self._text.rows):
            if y + row.height_pt + CARRIED_PT > BOTTOM and pages[-1]:
                pages.append([])
                y = NEXT_PAGE_TOP + 8 + CARRIED_PT
            pages[-1].append(row)
            y += row.height_pt
        if y + self._sums_height() > BOTTOM:
            pages.append([])
        return pages

    def _row(self, cells: Cells) -> Row:
        width = self._columns[0] - LEFT - 40
        lines = self._wrap(cells.description, BODY, width, most=DESCRIPTION_LINES)
        return Row(lines or ("",), cells.figures, cells.amount)

    def _sum_up(self, before: Money | None, rows: list[Row]) -> Money | None:
        amounts = [row.amount for row in rows if row.amount is not None]
        if not amounts:
            return before
        return sum(amounts, before or Money(0, amounts[0].currency))

    def _carry(self, y: float, label: str, amount: Money | None) -> float:
        """Write a sum that goes from one page to the next; give where it ends."""
        if amount is None:
            return y
        self._sheet.text(LEFT, y + 16, self._say(label), QUIET)
        self._sheet.text_right(RIGHT, y + 16, self._text.language.money(amount), STRONG)
        return y + CARRIED_PT

    def _head_lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the clinic's name and what stands below it, broken into lines."""
        text, indent = self._text, 0 if self._style.logo else CROSS_PT
        names = self._wrap(text.clinic_name, CLINIC, MIDDLE + 70 - LEFT - indent, most=NAME_LINES)
        width = MIDDLE + 40 - LEFT
        contacts = [self._wrap(line, QUIET, width, most=3) for line in text.clinic_lines]
        return names, tuple(line for lines in contacts for line in lines)

    def _drop_of_head(self) -> float:
        """Give how much further down everything begins than below a head of the usual height."""
        names, contacts = self._head_lines()
        end = self._head_top() + NAME_LEADING * len(names) + LEADING * len(contacts)
        return max(0.0, end + HEAD_GAP - PARTIES_TOP)

    def _head_top(self) -> float:
        return HEAD_TOP + (self._style.logo.height_pt if self._style.logo else 0)

    def _head(self) -> None:
        text, sheet = self._text, self._sheet
        y, x = self._head_top(), LEFT
        if self._style.logo is not None:
            sheet.picture(self._style.logo, LEFT, 36)
        else:
            sheet.cross(LEFT, 53, side_pt=11, colour=BRAND)
            x += CROSS_PT
        names, contacts = self._head_lines()
        for line in names:
            sheet.text(x, y, line, CLINIC)
            y += NAME_LEADING
        for line in contacts:
            sheet.text(LEFT, y - 2, line, QUIET)
            y += LEADING
        sheet.marks(RIGHT, 38, self._style.marks)
        sheet.text_right(RIGHT, 59, text.title, TITLE)
        for n, line in enumerate((text.number, *text.dates)):
            sheet.text_right(RIGHT, 80 + n * LEADING, line, QUIET)

    def _parties(self) -> None:
        text, sheet = self._text, self._sheet
        y = PARTIES_TOP + self._drop
        sheet.text(LEFT, y, self._say("BILLED TO"), LABEL)
        width = MIDDLE - LEFT - 20
        lines = self._wrap(text.billed_name, STRONG, width, most=NAME_LINES)
        for n, line in enumerate(lines):
            sheet.text(LEFT, y + 17 + n * LEADING, line, STRONG)
        room = ADDRESS_LINES - len(lines)
        for n, line in enumerate(self._wrap(text.billed_address, BODY, width, most=room)):
            sheet.text(LEFT, y + 17 + (len(lines) + n) * LEADING, line, BODY)
        if not text.visit_lines:
            return
        sheet.text(MIDDLE, y, self._say("VISIT"), LABEL)
        visit = "\n".join(text.visit_lines)
        for n, line in enumerate(self._wrap(visit, BODY, RIGHT - MIDDLE, most=ADDRESS_LINES)):
            sheet.text(MIDDLE, y + 17 + n * LEADING, line, BODY)

    def _next_head(self) -> None:
        self._sheet.marks(RIGHT, 38, self._style.marks)
        for name in self._wrap(self._text.clinic_name, STRONG, 300, most=1):
            self._sheet.text(LEFT, 54, name, Pen(is_bold=True, colour=BRAND))
        self._sheet.text_right(RIGHT, 54, f"{self._text.title} {self._text.number}", QUIET)

    def _table(self, y: float, rows: list[Row], *, brought: Money | None) -> float:
        """Draw headings and rows; give where they end."""
        if not rows:
            return y - 20
        sheet, headings = self._sheet, self._text.headings
        sheet.text(LEFT, y, headings.description, STRONG)
        for x, figure in zip(self._columns, headings.figures, strict=True):
            sheet.text_right(x, y, figure, STRONG)
        y += 8
        sheet.rule(LEFT, RIGHT, y, colour=INK, width_pt=0.8)
        y = self._carry(y, "Brought forward", brought)
        for row in rows:
            for n, line in enumerate(row.lines):
                sheet.text(LEFT, y + 16 + n * LEADING, line, BODY)
            for x, figure in zip(self._columns, row.figures, strict=True):
                sheet.text_right(x, y + 16, figure, BODY)
            y += row.height_pt
            sheet.rule(LEFT, RIGHT, y, colour=LINE, width_pt=0.5)
        return y

    def _sums_height(self) -> float:
        text = self._text
        sums = SUM_PT * len(text.sums) + MOVED_PT * len(text.moved) + TOTAL_PT
        return max(sums, CODE_PT + CODE_LABEL_PT) if self._code else sums

    def _sums(self, y: float) -> None:
        """Draw the block that `_sums_height` has found room for."""
        text = self._text
        if self._code:
            self._sheet.code(LEFT - CODE_EDGE_PT, y + 8, self._code, side_pt=CODE_PT)
            self._sheet.text(LEFT, y + CODE_PT + CODE_LABEL_PT, self._say("Scan to pay"), SMALL)
        y += 2
        for pair in text.sums:
            y += SUM_PT
            self._pair(y, pair, BODY)
        y += 9
        self._sheet.rule(SUMS_LEFT, RIGHT, y, colour=INK, width_pt=0.8)
        y += 17
        self._pair(y, text.total, TOTAL)
        y += 2
        for pair in text.moved:
            y += MOVED_PT
            self._pair(y, pair, Pen(colour=GOOD))
        y += 22
        self._pair(y, text.balance, Pen(is_bold=True, colour=INK if text.is_settled else BAD))

    def _pair(self, y: float, pair: tuple[str, str], pen: Pen) -> None:
        label, amount = pair
        width = RIGHT - SUMS_LEFT - self._sheet.width_of(amount, pen) - 8
        for line in self._wrap(label, pen, width, most=1):
            self._sheet.text(SUMS_LEFT, y, line, pen)
        self._sheet.text_right(RIGHT, y, amount, pen)

    def _foot(self, page: int, pages: int) -> None:
        self._sheet.rule(LEFT, RIGHT, FOOT, colour=LINE, width_pt=0.5)
        for n, line in enumerate(self._wrap(self._text.bank, SMALL, 420, most=2)):
            self._sheet.text(LEFT, FOOT + 17 + n * 12, line, SMALL)
        page_of = self._say("Page {page} of {pages}", page=page, pages=pages)
        self._sheet.text_right(RIGHT, FOOT + 17, page_of, SMALL)

    def _wrap(self, text: str, pen: Pen, width: float, *, most: int) -> tuple[str, ...]:
        return self._lettering.wrap(text, pen, width_pt=width, most=most)
