"""What the desk is told while a card is taken: each step of the reader in words."""

from dataclasses import replace

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.payments.records import CardProgress, PaymentMethod, PaymentRecord, ReaderStep
from clinicdesk.payments.rules import means_text
from clinicdesk.payments.rules import sentence_of as usual_sentence
from ui.billing.reader_panel import ReaderFace

UNKNOWN_SENTENCE = (
    "It is not known yet whether the card was charged. No second charge is possible until it is;"
    " ClinicDesk keeps asking the card provider and records what it says, also after you close"
    " this."
)
SAFE_SENTENCE = "If the desk loses power now, the charge is found and recorded when it comes back."
FACES = {
    ReaderStep.PREPARING: ReaderFace("Waking the reader", "", steps=1),
    ReaderStep.WAITING_FOR_CARD: ReaderFace(
        "Tap, insert or swipe", "Waiting for the card", steps=2
    ),
    ReaderStep.NOT_SENT: ReaderFace("Not on the reader", "", ("cross",), steps=1),
    ReaderStep.DECLINED: ReaderFace("Card declined", "", ("cross",), steps=2),
    ReaderStep.CANCELLED_AT_READER: ReaderFace("Cancelled at the reader", "", ("cross",), steps=1),
    ReaderStep.PAID: ReaderFace("Paid", "", ("check",), steps=3),
    ReaderStep.CANCELLED: ReaderFace("Cancelled", "Nothing was charged", ("cross",)),
    ReaderStep.UNKNOWN: ReaderFace("Not known yet", "Asking the card provider", ("question",), 2),
}


def ready_face(amount_text: str) -> ReaderFace:
    """Give the reader's face before anything was asked of it."""
    return ReaderFace("Ready", f"Press Enter to take {amount_text}")


def face_of(progress: CardProgress) -> ReaderFace:
    """Give the reader's face for a step."""
    face = FACES[progress.step]
    if progress.step is ReaderStep.PAID:
        return replace(face, detail=means_text(progress.payment))
    usual = usual_sentence(progress.step, progress.payment)
    if progress.step is ReaderStep.WAITING_FOR_CARD and progress.sentence != usual:
        return replace(face, title="One moment", detail=progress.sentence)
    return face


def sentence_of(progress: CardProgress) -> str:
    """Say what a step means for the person at the desk."""
    if progress.step is ReaderStep.UNKNOWN:
        return UNKNOWN_SENTENCE
    if progress.step in {ReaderStep.PREPARING, ReaderStep.WAITING_FOR_CARD}:
        return SAFE_SENTENCE
    return progress.sentence


def invoice_text(invoice: InvoiceRecord) -> str:
    """Say what is paid for: its lines, and what was paid before."""
    text = " + ".join(f"{line.description} {line.total}" for line in invoice.lines)
    return f"{text} · {invoice.paid} paid before" if invoice.paid.minor else text


def paid_sentence(payment: PaymentRecord) -> str:
    """Say what was paid, by which means, for how many invoices, and what change is to be given."""
    sentence = f"{payment.amount} paid {_by(payment)}"
    if payment.shares:
        sentence += f" for {len(payment.shares) + 1} invoices"
    if payment.change is not None and payment.change.minor:
        return f"{sentence}. Give {payment.change} change."
    return f"{sentence}."


def _by(payment: PaymentRecord) -> str:
    means = means_text(payment)
    if payment.method is PaymentMethod.CASH:
        return "in cash"
    if payment.method in {PaymentMethod.TRANSFER, PaymentMethod.CHEQUE}:
        return f"by {means} {payment.reference}".strip()
    return f"with {means}"
