"""Draws the sheet of a closed till: what moved, what was counted, and what proves it."""

from collections.abc import Sequence

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.sheet import (
    BAD,
    BRAND,
    FAINT,
    GOOD,
    INK,
    LINE,
    SOFT,
    WIDTH_PT,
    Pen,
    Sheet,
    wrapped,
)
from clinicdesk.documents.typefaces import Typeface, typeface_for
from clinicdesk.documents.wording import language_of, visit_time
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import ClosedTill, Drawer

LEFT, RIGHT = 45.0, WIDTH_PT - 45.0
ROW_PT, TOP, BOTTOM = 19.0, 132.0, 770.0
COLUMNS = (340.0, 445.0, RIGHT)
MARK_GROUP = 8
BODY, STRONG, QUIET = Pen(), Pen(is_bold=True), Pen(colour=SOFT)
LABEL = Pen(7.5, is_bold=True, colour=FAINT)
TITLE, CLINIC = Pen(17, is_bold=True), Pen(13, is_bold=True, colour=BRAND)
TENDERS = {
    PaymentMethod.CASH: "Cash",
    PaymentMethod.CARD: "Card",
    PaymentMethod.LINK: "Payment link",
    PaymentMethod.TRANSFER: "Bank transfer",
    PaymentMethod.CHEQUE: "Cheque",
}

Cells = tuple[str, ...]


def till_sheet_pdf(till: ClosedTill, clinic: ClinicRecord) -> bytes:
    """Give the PDF of a closed till; the same till gives the same bytes."""
    texts = [clinic.name, till.opened_by, till.closed_by, till.reason]
    typeface = typeface_for("".join([*texts, *(entry.reason for entry in till.drawer)]))
    sheet = Sheet(
        typeface,
        title=f"Till {till.id}",
        author=clinic.name,
        language=language_of(clinic.country),
    )
    _Drawing(sheet, typeface, till, clinic).draw()
    return sheet.finish()


class _Drawing:
    """Knows where everything of one till goes, from the top downwards."""

    def __init__(
        self, sheet: Sheet, typeface: Typeface, till: ClosedTill, clinic: ClinicRecord
    ) -> None:
        self._sheet, self._typeface = sheet, typeface
        self._till, self._clinic = till, clinic
        self._y = TOP
        self._page = 1

    def draw(self) -> None:
        """Draw all parts, on as many pages as they need."""
        till = self._till
        self._head()
        rows = [
            (TENDERS[one.method], str(one.taken), str(-one.given_back), str(one.kept))
            for one in till.tenders
        ]
        self._table(("Means", "Taken", "Given back", "Kept"), rows)
        if till.drawer:
            self._table(("Into and out of the drawer", "", "By", "Amount"), self._drawer())
        self._table(("Counted", "", "How many", "Sum"), self._counted())
        self._sums()
        self._proof()
        self._foot()
        self._sheet.end_page()

    def _head(self) -> None:
        sheet, till, zone = self._sheet, self._till, self._clinic.time_zone
        sheet.text(LEFT, 58, self._fit(self._clinic.name, CLINIC, 300), CLINIC)
        sheet.text_right(RIGHT, 60, "Till closed", TITLE)
        opened = f"Opened {visit_time(till.opened_at, zone)} by {till.opened_by}"
        closed = f"Closed {visit_time(till.closed_at, zone)} by {till.closed_by}"
        for n, line in enumerate((opened, closed)):
            sheet.text(LEFT, 80 + n * 14, self._fit(line, QUIET, RIGHT - LEFT), QUIET)
        sheet.rule(LEFT, RIGHT, 106, colour=LINE, width_pt=0.6)

    def _drawer(self) -> list[Cells]:
        return [
            (
                entry.reason,
                "",
                self._fit(entry.by, BODY, 95),
                str(entry.amount if entry.kind is Drawer.PAID_IN else -entry.amount),
            )
            for entry in self._till.drawer
        ]

    def _counted(self) -> list[Cells]:
        currency = self._till.counted_cash.currency
        return [
            (str(Money(value, currency)), "", f"× {number}", str(Money(value * number, currency)))
            for value, number in sorted(self._till.counted.items(), reverse=True)
        ] or [("Nothing", "", "", str(Money(0, currency)))]

    def _table(self, headings: Cells, rows: Sequence[Cells]) -> None:
        self._room(3 * ROW_PT)
        self._row(headings, LABEL)
        self._sheet.rule(LEFT, RIGHT, self._y - 11, colour=INK, width_pt=0.8)
        self._y += 4
        for row in rows:
            self._room(ROW_PT)
            self._row(row, BODY)
        self._y += ROW_PT

    def _row(self, cells: Cells, pen: Pen) -> None:
        self._sheet.text(LEFT, self._y, self._fit(cells[0], pen, 210), pen)
        for x, text in zip(COLUMNS, cells[1:], strict=True):
            self._sheet.text_right(x, self._y, text, pen)
        self._y += ROW_PT

    def _sums(self) -> None:
        till = self._till
        off = Pen(is_bold=True, colour=BAD if till.difference.minor else GOOD)
        self._room(6 * ROW_PT)
        for label, amount, pen in (
            ("Float at the beginning", till.float_kept, BODY),
            ("Should be in the drawer", till.expected_cash, BODY),
            ("Counted", till.counted_cash, STRONG),
            ("Difference", till.difference, off),
            ("Stays in the drawer", till.left_in_drawer, BODY),
            ("Goes to the bank", till.to_bank, STRONG),
        ):
            self._sheet.text(COLUMNS[0] - 60, self._y, label, pen)
            self._sheet.text_right(RIGHT, self._y, str(amount), pen)
            self._y += ROW_PT
        about = f"About the difference: {till.reason}" if till.reason else ""
        for line in wrapped(about, self._typeface, QUIET, width_pt=RIGHT - LEFT, most=6):
            self._room(ROW_PT)
            self._sheet.text(LEFT, self._y, line, QUIET)
            self._y += 14

    def _proof(self) -> None:
        till = self._till
        self._room(5 * ROW_PT)
        self._y += ROW_PT
        marks = [
            till.audit_mark[n : n + MARK_GROUP] for n in range(0, len(till.audit_mark), MARK_GROUP)
        ]
        self._sheet.text(LEFT, self._y, f"RECORD {till.audit_seq}", LABEL)
        self._sheet.text(LEFT, self._y + 14, " ".join(marks), Pen(8, colour=SOFT))
        self._y += 3 * ROW_PT
        self._sheet.rule(LEFT, LEFT + 200, self._y, colour=INK, width_pt=0.6)
        self._sheet.text(LEFT, self._y + 12, "Signature", LABEL)

    def _foot(self) -> None:
        self._sheet.text_right(RIGHT, 800, f"Page {self._page}", Pen(9, colour=FAINT))

    def _room(self, height_pt: float) -> None:
        """Go on to another page where this one has no room left."""
        if self._y + height_pt > BOTTOM:
            self._foot()
            self._sheet.end_page()
            self._page += 1
            self._y = 60.0

    def _fit(self, text: str, pen: Pen, width_pt: float) -> str:
        lines = wrapped(text, self._typeface, pen, width_pt=width_pt, most=1)
        return lines[0] if lines else ""
