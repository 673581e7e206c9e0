"""What can be done on the billing page besides its buttons: the entries of its More menus."""

from collections.abc import Callable
from dataclasses import dataclass

from clinicdesk.access import Action
from ui.billing.account_desk import open_account_of_invoice
from ui.billing.credit_note_dialog import credit_invoice
from ui.billing.fee_dialog import open_fees
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.invoice_editor import new_invoice
from ui.billing.link_dialog import open_payment_link
from ui.billing.print_acts import (
    show_credit_note,
    show_receipt,
    show_receipt_roll,
    show_refund_note,
)


@dataclass(frozen=True, slots=True)
class InvoiceAct:
    """Something that is done with one invoice; `run` opens its dialog."""

    label: str
    key: str
    needs: Action
    run: Callable[[InvoiceDesk, int], None]


@dataclass(frozen=True, slots=True)
class PageAct:
    """Something that needs no invoice; `run` opens its dialog."""

    label: str
    key: str
    needs: Action
    run: Callable[[InvoiceDesk], None]


INVOICE_ACTS: tuple[InvoiceAct, ...] = (
    InvoiceAct("Credit note", "C", Action.CORRECT_INVOICE, credit_invoice),
    InvoiceAct("Payment link", "L", Action.TAKE_PAYMENT, open_payment_link),
    InvoiceAct("Receipt", "E", Action.SEE_BILLING, show_receipt),
    InvoiceAct("Receipt on the roll", "Shift+E", Action.SEE_BILLING, show_receipt_roll),
    InvoiceAct("Show the credit note", "Shift+C", Action.SEE_BILLING, show_credit_note),
    InvoiceAct("Show the refund note", "Shift+R", Action.SEE_BILLING, show_refund_note),
    InvoiceAct("Account", "A", Action.SEE_BILLING, open_account_of_invoice),
)
PAGE_ACTS: tuple[PageAct, ...] = (
    PageAct("New invoice", "N", Action.INVOICE, new_invoice),
    PageAct("Fees", "F", Action.INVOICE, open_fees),
)
