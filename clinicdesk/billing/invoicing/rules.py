"""Decides what may stand on an invoice, and how much of it a person may let off."""

from collections.abc import Mapping

from clinicdesk.access import Actor, Role
from clinicdesk.billing.invoicing.errors import (
    DiscountTooLargeError,
    InvoiceEmptyError,
    InvoiceTooLargeError,
    LineInvalidError,
)
from clinicdesk.billing.invoicing.records import DraftLine, InvoiceDraft, PricedDraft
from clinicdesk.billing.records import InvoiceLineRecord
from clinicdesk.billing.rules import priced_line, share_of, tax_groups, totals
from clinicdesk.money import BASIS_POINTS, LARGEST_MINOR, Money
from clinicdesk.settings.records import BillingSettings

MOST_LINES = 200
MOST_OF_ONE = 999
LONGEST_TEXT = 300
PERCENT = 100


def priced_draft(draft: InvoiceDraft, currency: str) -> PricedDraft:
    """Work out a draft in the clinic's currency; each line is rounded once.

    Raises:
        InvoiceEmptyError, LineInvalidError, InvoiceTooLargeError: as named.
    """
    if not draft.lines:
        raise InvoiceEmptyError
    if len(draft.lines) > MOST_LINES:
        raise InvoiceTooLargeError
    lines = tuple(_priced(line, currency, place=place) for place, line in enumerate(draft.lines))
    net, tax, total = totals(lines, currency)
    if total.minor > LARGEST_MINOR:
        raise InvoiceTooLargeError
    return PricedDraft(lines, tax_groups(lines, currency), net, tax, total)


def allowed_percent(actor: Actor, settings: BillingSettings) -> int:
    """Give how many percent a person may take off a line: the highest of their roles counts."""
    limits = {
        Role.RECEPTIONIST: settings.receptionist_discount_percent,
        Role.DOCTOR: settings.doctor_discount_percent,
        Role.MANAGER: settings.manager_discount_percent,
    }
    return max((limits.get(role, 0) for role in actor.roles), default=0)


def demand_discounts(
    draft: InvoiceDraft, priced: PricedDraft, *, percent: int, list_prices: Mapping[int, int]
) -> None:
    """Check that no line is let off more than `percent`.

    A service below its list price (minor units by the service's id) counts as let off too.

    Raises:
        DiscountTooLargeError: one is.
    """
    for place, (line, made) in enumerate(zip(draft.lines, priced.lines, strict=True)):
        listed = list_prices.get(line.service_id or 0, line.unit_price.minor)
        full = max(listed, line.unit_price.minor) * line.quantity
        let_off = full - (line.unit_price.minor * line.quantity - made.discount.minor)
        if let_off * PERCENT > full * percent:
            raise DiscountTooLargeError(percent, line=place)


def _priced(line: DraftLine, currency: str, *, place: int) -> InvoiceLineRecord:
    _check(line, currency, place)
    discount = _discount(line)
    if discount and not line.discount_reason.strip():
        raise LineInvalidError(
            "Please say why something is taken off.", field="discount_reason", line=place
        )
    if discount > line.unit_price.minor * line.quantity:
        raise LineInvalidError(
            "More cannot be taken off than the line costs.", field="discount", line=place
        )
    return priced_line(
        line.description.strip(),
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_basis_points=line.tax_basis_points,
        tax_mode=line.tax_mode,
        discount_minor=discount,
        discount_reason=line.discount_reason.strip() if discount else "",
        service_id=line.service_id,
    )


def _check(line: DraftLine, currency: str, place: int) -> None:
    checks = {
        "description": (
            0 < len(line.description.strip()) <= LONGEST_TEXT,
            "Please say what was done, in up to 300 letters.",
        ),
        "quantity": (0 < line.quantity <= MOST_OF_ONE, "Please enter from 1 to 999."),
        "unit_price": (
            line.unit_price.currency == currency and 0 <= line.unit_price.minor <= LARGEST_MINOR,
            f"Please enter a price in {currency}, not below zero.",
        ),
        "tax": (0 <= line.tax_basis_points <= BASIS_POINTS, "A tax is from 0 to 100 %."),
        "discount": (_is_discount(line, currency), "Please enter what is taken off."),
    }
    for field, (is_fine, sentence) in checks.items():
        if not is_fine:
            raise LineInvalidError(sentence, field=field, line=place)


def _is_discount(line: DraftLine, currency: str) -> bool:
    if line.discount is None:
        return 0 <= line.discount_percent <= PERCENT
    fits = line.discount.currency == currency and line.discount.minor >= 0
    return fits and line.discount_percent == 0


def _discount(line: DraftLine) -> int:
    """Give what a line is let off, in minor units; of percent it is rounded once."""
    if line.discount is not None:
        return line.discount.minor
    price = line.unit_price.minor * line.quantity
    return share_of(line.discount_percent, of_minor=price, whole_minor=PERCENT)


def checked_deposit(amount: Money, currency: str) -> Money:
    """Give a sum that may be asked for ahead of a visit.

    Raises:
        LineInvalidError: it is not.
    """
    if amount.currency != currency or not 0 < amount.minor <= LARGEST_MINOR:
        raise LineInvalidError(
            f"Please enter an amount in {currency}, more than zero.", field="amount", line=0
        )
    return amount
