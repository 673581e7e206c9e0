"""Draws the sheet of a closed till: what moved, what was counted, and what proves it."""

from collections.abc import Sequence

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.lettering import INK, Lettering, Pen, lettering_for
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
from clinicdesk.documents.wording import language_of, visit_time
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import CardCheck, ClosedTill, Drawer
from clinicdesk.payments.till.rules import loose_words

LEFT, RIGHT = 45.0, WIDTH_PT - 45.0
ROW_PT, TOP, BOTTOM = 19.0, 132.0, 770.0
COLUMNS = (265.0, 345.0, 447.0, RIGHT)
LINE_PT, MOST_LINES = 14.0, 6
SUMS_LEFT = 280.0
MARK_GROUP = 8
BODY, STRONG, QUIET = Pen(), Pen(is_bold=True), Pen(colour=SOFT)
WARNING = Pen(is_bold=True, colour=BAD)
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
    texts = [clinic.name, till.opened_by, till.closed_by, till.reason, till.loose_reason]
    lettering = lettering_for("".join([*texts, *(entry.reason for entry in till.drawer)]))
    sheet = Sheet(
        lettering,
        title=f"Till {till.id}",
        author=clinic.name,
        language=language_of(clinic.country),
    )
    _Drawing(sheet, lettering, till, clinic).draw()
    return sheet.finish()


class _Drawing:
    """Knows where everything of one till goes, from the top downwards."""

    def __init__(
        self, sheet: Sheet, lettering: Lettering, till: ClosedTill, clinic: ClinicRecord
    ) -> None:
        self._sheet, self._lettering = sheet, lettering
        self._till, self._clinic = till, clinic
        self._y = TOP
        self._page = 1

    def draw(self) -> None:
        """Draw all parts, on as many pages as they need."""
        till = self._till
        self._head()
        rows = [
            (TENDERS[one.method], str(one.payments), str(one.taken), str(-one.given_back),
             str(one.kept))
            for one in till.tenders
        ]  # fmt: skip
        self._table(("Means", "Payments", "Taken", "Given back", "Kept"), rows)
        if till.card_check is not None:
            self._cards(till.card_check)
        if till.drawer:
            self._table(("Into and out of the drawer", "", "", "By", "Amount"), self._drawer())
        self._table(("Counted", "", "", "How many", "Sum"), self._counted())
        self._sums()
        self._open_ends()
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
                "",
                self._fit(entry.by, BODY, 150),
                str(entry.amount if entry.kind is Drawer.PAID_IN else -entry.amount),
            )
            for entry in self._till.drawer
        ]

    def _counted(self) -> list[Cells]:
        currency = self._till.counted_cash.currency
        return [
            (str(Money(value, currency)), "", "", f"× {number}",
             str(Money(value * number, currency)))
            for value, number in sorted(self._till.counted.items(), reverse=True)
        ] or [("Nothing", "", "", "", str(Money(0, currency)))]  # fmt: skip

    def _cards(self, check: CardCheck) -> None:
        """Say what the provider knows beside the books, or why it was not asked."""
        if not check.is_off:
            rows = [_card_row("In the books", check.ours, check.ours_back)]
            if check.theirs is not None and check.theirs_back is not None:
                rows += [
                    _card_row("At the card provider", check.theirs, check.theirs_back),
                    ("Difference", "", "", "", str(check.difference)),
                ]
            self._table(
                ("Cards and links, whole account", "", "Taken", "Given back", "Kept"), rows, gap=0
            )
        zone = self._clinic.time_zone
        since = f"Begun since {visit_time(check.from_at, zone)}"
        told = check.problem or f"{since}; compared {visit_time(check.checked_at, zone)}."
        self._note(told, QUIET if check.agrees or check.is_off else WARNING)
        self._y += ROW_PT

    def _open_ends(self) -> None:
        """List what was still open when the till was signed, and why it was signed."""
        till = self._till
        if till.loose:
            self._room(3 * ROW_PT)
            self._y += ROW_PT / 2
            self._sheet.text(LEFT, self._y, "Still open", LABEL)
            self._sheet.rule(LEFT, RIGHT, self._y + 8, colour=INK, width_pt=0.8)
            self._y += ROW_PT + 4
            for loose in till.loose:
                self._note(loose_words(loose), BODY)
            if till.loose_reason:
                self._note(f"Why it stays open: {till.loose_reason}", QUIET)

    def _note(self, text: str, pen: Pen) -> None:
        """Write words over the whole width, a few lines at most."""
        for line in self._lettering.wrap(text, pen, width_pt=RIGHT - LEFT, most=MOST_LINES):
            self._room(ROW_PT)
            self._sheet.text(LEFT, self._y, line, pen)
            self._y += LINE_PT

    def _table(self, headings: Cells, rows: Sequence[Cells], *, gap: float = ROW_PT) -> None:
        self._room(3 * ROW_PT)
        self._row(headings, LABEL)
        self._sheet.rule(LEFT, RIGHT, self._y - 11, colour=INK, width_pt=0.8)
        self._y += 4
        for row in rows:
            self._room(ROW_PT)
            self._row(row, BODY)
        self._y += gap

    def _row(self, cells: Cells, pen: Pen) -> None:
        self._sheet.text(LEFT, self._y, self._fit(cells[0], pen, self._free(cells)), pen)
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
            self._sheet.text(SUMS_LEFT, self._y, label, pen)
            self._sheet.text_right(RIGHT, self._y, str(amount), pen)
            self._y += ROW_PT
        if till.reason:
            self._note(f"About the difference: {till.reason}", QUIET)

    def _proof(self) -> None:
        till = self._till
        self._room(6 * ROW_PT)
        self._y += ROW_PT
        marks = [
            till.audit_mark[n : n + MARK_GROUP] for n in range(0, len(till.audit_mark), MARK_GROUP)
        ]
        signed = f"{till.closed_by}, {visit_time(till.closed_at, self._clinic.time_zone)}"
        self._sheet.text(LEFT, self._y, f"Audit log, entry {till.audit_seq}", LABEL)
        self._sheet.text(LEFT, self._y + LINE_PT, " ".join(marks), Pen(8, colour=SOFT))
        self._y += 3.5 * ROW_PT
        self._sheet.rule(LEFT, LEFT + 260, self._y, colour=INK, width_pt=0.6)
        self._sheet.text(LEFT, self._y + 12, "Signature", LABEL)
        self._sheet.text(LEFT, self._y + 26, self._fit(signed, QUIET, 480), QUIET)

    def _foot(self) -> None:
        self._sheet.text_right(RIGHT, 800, f"Page {self._page}", Pen(9, colour=FAINT))

    def _room(self, height_pt: float) -> None:
        """Go on to another page where this one has no room left."""
        if self._y + height_pt > BOTTOM:
            self._foot()
            self._sheet.end_page()
            self._page += 1
            self._y = 60.0

    def _free(self, cells: Cells) -> float:
        """Give the room of the first cell: up to the first other one that says something."""
        first = next(x for x, text in zip(COLUMNS, cells[1:], strict=True) if text)
        return first - LEFT - (150 if first > COLUMNS[1] else 70)

    def _fit(self, text: str, pen: Pen, width_pt: float) -> str:
        lines = self._lettering.wrap(text, pen, width_pt=width_pt, most=1)
        return lines[0] if lines else ""


def _card_row(name: str, taken: Money, back: Money) -> Cells:
    return name, "", str(taken), str(-back), str(taken - back)
