"""Draws the receipt of a payment, on A4 or on a roll of 80 mm.

A receipt of a card carries what the card networks ask for.
Source: https://docs.stripe.com/terminal/features/receipts
"""

from dataclasses import dataclass
from itertools import chain

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.documents.invoice_text import clinic_lines
from clinicdesk.documents.sheet import BRAND, INK, SOFT, Pen, Sheet, wrapped
from clinicdesk.documents.typefaces import typeface_for
from clinicdesk.documents.wording import language_of, long_day
from clinicdesk.payments.records import PaymentRecord
from clinicdesk.payments.rules import means_text

ROLL_WIDTH_PT = 80 * mm
# Of 80 mm a roll printer reaches 72.
ROLL_EDGE_PT = 4 * mm
A4_EDGE_PT, A4_COLUMN_PT = 45.0, 300.0
LEADING, GAP = 13.5, 8.0
CLINIC = Pen(13, is_bold=True, colour=BRAND)
TITLE, STRONG, BODY = Pen(12, is_bold=True), Pen(10.5, is_bold=True), Pen()
QUIET = Pen(8.5, colour=SOFT)
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a receipt: a text, and a figure at its right end if there is one."""

    text: str
    figure: str = ""
    pen: Pen = BODY
    is_ruled: bool = False


def receipt_pdf(payment: PaymentRecord, clinic: ClinicRecord, *, is_roll: bool = False) -> bytes:
    """Give the PDF of a receipt; the same payment gives the same bytes."""
    lines = receipt_lines(payment, clinic)
    typeface = typeface_for("".join(chain.from_iterable((one.text, one.figure) for one in lines)))
    edge = ROLL_EDGE_PT if is_roll else A4_EDGE_PT
    width = ROLL_WIDTH_PT - 2 * ROLL_EDGE_PT if is_roll else A4_COLUMN_PT
    broken = [
        (line, wrapped(line.text, typeface, line.pen, width_pt=_room(line, width), most=MOST_LINES))
        for line in lines
    ]
    height = 2 * edge + sum(len(texts) * LEADING + GAP for _line, texts in broken)
    sheet = Sheet(
        typeface,
        title=f"Receipt {payment.invoice_number}",
        author=clinic.name,
        language=language_of(clinic.country),
        size_pt=(ROLL_WIDTH_PT, height) if is_roll else A4,
    )
    y = edge + LEADING
    for line, texts in broken:
        if line.is_ruled:
            sheet.rule(edge, edge + width, y - LEADING, colour=INK, width_pt=0.6)
        if line.figure:
            sheet.text_right(edge + width, y, line.figure, line.pen)
        for text in texts:
            sheet.text(edge, y, text, line.pen)
            y += LEADING
        y += GAP / 2 if texts else 0
    sheet.end_page()
    return sheet.finish()


def receipt_lines(payment: PaymentRecord, clinic: ClinicRecord) -> list[Line]:
    """Give what stands on a receipt, in the order it is read."""
    at = payment.settled_at or payment.created_at
    lines = [Line(clinic.name, pen=CLINIC)]
    lines += [Line(" ".join(text.splitlines()), pen=QUIET) for text in clinic_lines(clinic)]
    lines += [
        Line("Receipt", long_day(clinic_day(at, clinic.time_zone)), TITLE, is_ruled=True),
        Line(payment.patient_name),
        *(Line(f"Invoice {number}", amount) for number, amount in _parts(payment)),
        Line("Paid", str(payment.amount), STRONG, is_ruled=True),
        Line(f"by {means_text(payment)}"),
    ]
    if payment.reference:
        lines.append(Line("Reference", payment.reference, QUIET))
    if payment.change is not None and payment.change.minor:
        lines += [
            Line("Given", str(payment.amount + payment.change)),
            Line("Change", str(payment.change)),
        ]
    if payment.refunded.minor:
        lines.append(Line("Given back since", str(payment.refunded)))
    lines += [Line(title, text, QUIET) for title, text in payment.card_receipt]
    return lines


def _parts(payment: PaymentRecord) -> list[tuple[str, str]]:
    main = payment.amount
    for share in payment.shares:
        main -= share.amount
    others = [(share.invoice_number, str(share.amount)) for share in payment.shares]
    return [(payment.invoice_number, str(main)), *others]


def _room(line: Line, width_pt: float) -> float:
    return width_pt * 0.58 if line.figure else width_pt
