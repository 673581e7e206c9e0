"""Payment links as screens and paper see them."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.money import Money
from clinicdesk.payments.records import LinkState


@dataclass(frozen=True, slots=True)
class PaymentLinkRecord:
    """A link: `url` is empty until the provider has answered."""

    id: int
    invoice_id: int
    invoice_number: str
    amount: Money
    state: LinkState
    url: str
    created_at: datetime
    closed_at: datetime | None
