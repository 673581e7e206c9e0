"""Draws an invoice or credit note on A4: head, table over as many pages as it needs, sums, foot."""

from dataclasses import dataclass

from clinicdesk.billing.credit_notes.records import CreditNoteRecord
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.credit_note_text import credit_note_text
from clinicdesk.documents.invoice_text import Cells, InvoiceText, invoice_text
from clinicdesk.documents.qr import Modules, qr_modules
from clinicdesk.documents.sheet import (
    BAD,
    BRAND,
    FAINT,
    GOOD,
    INK,
    LINE,
    SOFT,
    WIDTH_PT,
    Logo,
    Pen,
    Sheet,
    wrapped,
)
from clinicdesk.documents.typefaces import Typeface, typeface_for

LEFT, RIGHT = 45.0, WIDTH_PT - 45.0
MIDDLE = 296.0
SUMS_LEFT = 318.0
LEADING = 13.5
TABLE_TOP, NEXT_PAGE_TOP = 241.0, 96.0
BOTTOM = 752.0
FOOT = 774.0
ROW_PAD = 11.8
SUM_PT, MOVED_PT, TOTAL_PT = 19.5, 20.0, 60.0
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

    @property
    def height_pt(self) -> float:
        """The room it takes, with the rule below it."""
        return len(self.lines) * LEADING + ROW_PAD


def invoice_pdf(
    invoice: InvoiceRecord, clinic: ClinicRecord, *, logo: Logo | None = None, pay_url: str = ""
) -> bytes:
    """Give the PDF of an invoice; the same invoice gives the same bytes.

    `pay_url` is where it can be paid: it stands beside the sums, as a code to be scanned.
    """
    return drawn(invoice_text(invoice, clinic), logo=logo, pay_url=pay_url)


def credit_note_pdf(note: CreditNoteRecord, clinic: ClinicRecord) -> bytes:
    """Give the PDF of a credit note; the same note gives the same bytes."""
    return drawn(credit_note_text(note, clinic))


def drawn(text: InvoiceText, *, logo: Logo | None = None, pay_url: str = "") -> bytes:
    """Give the PDF of a paper that has a table and sums, by its words."""
    typeface = typeface_for(text.letters())
    sheet = Sheet(
        typeface,
        title=f"{text.title} {text.number}",
        author=text.clinic_name,
        language=text.language,
    )
    code = qr_modules(pay_url) if pay_url else ()
    _Drawing(sheet, text, typeface, logo, code=code).draw()
    return sheet.finish()


class _Drawing:
    """Knows where everything of one invoice goes."""

    def __init__(
        self,
        sheet: Sheet,
        text: InvoiceText,
        typeface: Typeface,
        logo: Logo | None,
        *,
        code: Modules,
    ) -> None:
        self._sheet = sheet
        self._text = text
        self._typeface = typeface
        self._logo = logo
        self._code = code
        self._columns = COLUMNS[len(text.headings.figures)]

    def draw(self) -> None:
        """Draw all pages."""
        pages = self._pages()
        for number, rows in enumerate(pages, start=1):
            if number == 1:
                self._head()
                self._parties()
            else:
                self._next_head()
            y = self._table(TABLE_TOP if number == 1 else NEXT_PAGE_TOP, rows)
            if number == len(pages):
                self._sums(y)
            self._foot(number, len(pages))
            self._sheet.end_page()

    def _pages(self) -> list[list[Row]]:
        """Share the rows out, and keep the sums in one piece on the last page."""
        pages: list[list[Row]] = [[]]
        y = TABLE_TOP + 8
        for row in map(self._row, self._text.rows):
            if y + row.height_pt > BOTTOM and pages[-1]:
                pages.append([])
                y = NEXT_PAGE_TOP + 8
            pages[-1].append(row)
            y += row.height_pt
        if y + self._sums_height() > BOTTOM:
            pages.append([])
        return pages

    def _row(self, cells: Cells) -> Row:
        width = self._columns[0] - LEFT - 40
        lines = self._wrap(cells.description, BODY, width, most=DESCRIPTION_LINES)
        return Row(lines or ("",), cells.figures)

    def _head(self) -> None:
        text, sheet = self._text, self._sheet
        y, x = 54.0, LEFT
        if self._logo is not None:
            sheet.picture(self._logo, LEFT, 36)
            y += self._logo.height_pt
        else:
            sheet.cross(LEFT, 53, side_pt=11, colour=BRAND)
            x += 17
        names = self._wrap(text.clinic_name, CLINIC, MIDDLE + 70 - x, most=NAME_LINES)
        for line in names:
            sheet.text(x, y, line, CLINIC)
            y += 18
        for contact in text.clinic_lines:
            for line in self._wrap(contact, QUIET, MIDDLE + 40 - LEFT, most=3):
                sheet.text(LEFT, y - 2, line, QUIET)
                y += LEADING
        sheet.text_right(RIGHT, 59, text.title, TITLE)
        for n, line in enumerate((text.number, *text.dates)):
            sheet.text_right(RIGHT, 80 + n * LEADING, line, QUIET)

    def _parties(self) -> None:
        text, sheet = self._text, self._sheet
        y = 152.0
        sheet.text(LEFT, y, "BILLED TO", LABEL)
        width = MIDDLE - LEFT - 20
        lines = self._wrap(text.billed_name, STRONG, width, most=NAME_LINES)
        for n, line in enumerate(lines):
            sheet.text(LEFT, y + 17 + n * LEADING, line, STRONG)
        room = ADDRESS_LINES - len(lines)
        for n, line in enumerate(self._wrap(text.billed_address, BODY, width, most=room)):
            sheet.text(LEFT, y + 17 + (len(lines) + n) * LEADING, line, BODY)
        if not text.visit_lines:
            return
        sheet.text(MIDDLE, y, "VISIT", LABEL)
        visit = "\n".join(text.visit_lines)
        for n, line in enumerate(self._wrap(visit, BODY, RIGHT - MIDDLE, most=ADDRESS_LINES)):
            sheet.text(MIDDLE, y + 17 + n * LEADING, line, BODY)

    def _next_head(self) -> None:
        for name in self._wrap(self._text.clinic_name, STRONG, 300, most=1):
            self._sheet.text(LEFT, 54, name, Pen(is_bold=True, colour=BRAND))
        self._sheet.text_right(RIGHT, 54, f"{self._text.title} {self._text.number}", QUIET)

    def _table(self, y: float, rows: list[Row]) -> float:
        """Draw headings and rows; give where they end."""
        if not rows:
            return y - 20
        sheet, headings = self._sheet, self._text.headings
        sheet.text(LEFT, y, headings.description, STRONG)
        for x, figure in zip(self._columns, headings.figures, strict=True):
            sheet.text_right(x, y, figure, STRONG)
        y += 8
        sheet.rule(LEFT, RIGHT, y, colour=INK, width_pt=0.8)
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
            self._sheet.text(LEFT, y + CODE_PT + CODE_LABEL_PT, "Scan to pay", SMALL)
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
        self._sheet.text_right(RIGHT, FOOT + 17, f"Page {page} of {pages}", SMALL)

    def _wrap(self, text: str, pen: Pen, width: float, *, most: int) -> tuple[str, ...]:
        return wrapped(text, self._typeface, pen, width_pt=width, most=most)
