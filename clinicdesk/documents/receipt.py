"""Draws the receipt of a payment and the note of a refund, on A4 or on a roll of 80 mm.

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
from clinicdesk.documents.language import PaperLanguage
from clinicdesk.documents.lettering import INK, Pen, lettering_for
from clinicdesk.documents.sheet import BAD, BRAND, SOFT, Sheet
from clinicdesk.documents.style import PLAIN, PaperStyle
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentRecord, RefundRecord, RefundStage
from clinicdesk.payments.rules import means_text

ROLL_WIDTH_PT = 80 * mm
# Of 80 mm a roll printer reaches 72.
ROLL_EDGE_PT = 4 * mm
A4_EDGE_PT, A4_COLUMN_PT = 45.0, 300.0
LEADING, GAP = 13.5, 8.0
CLINIC = Pen(13, is_bold=True, colour=BRAND)
TITLE, STRONG, BODY = Pen(12, is_bold=True), Pen(10.5, is_bold=True), Pen()
QUIET = Pen(8.5, colour=SOFT)
MARK = Pen(12, is_bold=True, colour=BAD)
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a receipt: a text, and a figure at its right end if there is one."""

    text: str
    figure: str = ""
    pen: Pen = BODY
    is_ruled: bool = False


def receipt_pdf(
    payment: PaymentRecord,
    clinic: ClinicRecord,
    *,
    is_roll: bool = False,
    style: PaperStyle = PLAIN,
) -> bytes:
    """Give the PDF of a receipt; the same payment gives the same bytes."""
    lines = receipt_lines(payment, clinic, style.language)
    title = style.language.say("Receipt")
    return _drawn(lines, clinic, title=title, is_roll=is_roll, style=style)


def refund_note_pdf(
    refund: RefundRecord,
    payment: PaymentRecord,
    clinic: ClinicRecord,
    *,
    style: PaperStyle = PLAIN,
) -> bytes:
    """Give the PDF of the note that says what was given back of a payment, and why."""
    lines = refund_lines(refund, payment, clinic, style.language)
    return _drawn(lines, clinic, title=style.language.say("Refund"), is_roll=False, style=style)


def _drawn(
    lines: list[Line], clinic: ClinicRecord, *, title: str, is_roll: bool, style: PaperStyle
) -> bytes:
    lines = [Line(mark, pen=MARK) for mark in style.marks] + lines
    letters = "".join(chain.from_iterable((one.text, one.figure) for one in lines))
    lettering = lettering_for(letters, is_rtl=style.language.is_rtl)
    edge = ROLL_EDGE_PT if is_roll else A4_EDGE_PT
    width = ROLL_WIDTH_PT - 2 * ROLL_EDGE_PT if is_roll else A4_COLUMN_PT
    broken = [
        (line, lettering.wrap(line.text, line.pen, width_pt=_room(line, width), most=MOST_LINES))
        for line in lines
    ]
    logo = style.logo if not is_roll else None
    top = edge + (logo.height_pt + GAP if logo else 0)
    height = top + edge + sum(len(texts) * LEADING + GAP for _line, texts in broken)
    sheet = Sheet(
        lettering,
        title=f"{title} {clinic.name}",
        author=clinic.name,
        language=style.tag(clinic),
        size_pt=(ROLL_WIDTH_PT, height) if is_roll else A4,
    )
    if logo is not None:
        sheet.picture(logo, edge, edge - GAP)
    y = top + LEADING
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


def receipt_lines(
    payment: PaymentRecord, clinic: ClinicRecord, language: PaperLanguage
) -> list[Line]:
    """Give what stands on a receipt, in the order it is read."""
    say, money = language.say, language.money
    at = payment.settled_at or payment.created_at
    day = language.day(clinic_day(at, clinic.time_zone))
    lines = [
        *_head(clinic, language),
        Line(say("Receipt"), day, TITLE, is_ruled=True),
        Line(payment.patient_name),
        *(
            Line(say("Invoice {number}", number=number), money(amount))
            for number, amount in _parts(payment)
        ),
        Line(say("Paid"), money(payment.amount), STRONG, is_ruled=True),
        Line(say("by {means}", means=language.known(means_text(payment)))),
    ]
    if payment.reference:
        lines.append(Line(say("Reference"), payment.reference, QUIET))
    if payment.change is not None and payment.change.minor:
        lines += [
            Line(say("Given"), money(payment.amount + payment.change)),
            Line(say("Change"), money(payment.change)),
        ]
    if payment.refunded.minor:
        lines.append(Line(say("Given back since"), money(payment.refunded)))
    lines += [Line(title, text, QUIET) for title, text in payment.card_receipt]
    return lines


def refund_lines(
    refund: RefundRecord, payment: PaymentRecord, clinic: ClinicRecord, language: PaperLanguage
) -> list[Line]:
    """Give what stands on the note of a refund, in the order it is read."""
    say, day = language.say, language.day
    paid_at = payment.settled_at or payment.created_at
    made_on = day(clinic_day(refund.created_at, clinic.time_zone))
    is_done = refund.status is RefundStage.COMPLETED
    paid_on = day(clinic_day(paid_at, clinic.time_zone))
    return [
        *_head(clinic, language),
        Line(say("Refund"), made_on, TITLE, is_ruled=True),
        Line(payment.patient_name),
        Line(say("Invoice {number}", number=refund.invoice_number)),
        Line(say("Paid on {day}", day=paid_on), language.money(payment.amount)),
        Line(
            say("Given back" if is_done else "On its way back"),
            language.money(refund.amount),
            STRONG,
            is_ruled=True,
        ),
        Line(say("to {means}", means=language.known(means_text(payment)))),
        Line(say("Reason: {reason}", reason=refund.reason), pen=QUIET),
    ]


def _head(clinic: ClinicRecord, language: PaperLanguage) -> list[Line]:
    contact = clinic_lines(clinic, language)
    return [
        Line(clinic.name, pen=CLINIC),
        *(Line(" ".join(text.splitlines()), pen=QUIET) for text in contact),
    ]


def _parts(payment: PaymentRecord) -> list[tuple[str, Money]]:
    main = payment.amount
    for share in payment.shares:
        main -= share.amount
    others = [(share.invoice_number, share.amount) for share in payment.shares]
    return [(payment.invoice_number, main), *others]


def _room(line: Line, width_pt: float) -> float:
    return width_pt * 0.58 if line.figure else width_pt
