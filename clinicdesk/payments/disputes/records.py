"""Disputes as screens see them."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """One dispute; without an `invoice_id` it is of a payment that is not known here.

    `withdrawn` is what the bank has taken back, and not returned. `needs_answer`: the clinic is to
    answer in the provider's own pages by `due_by_at`. `asks_attention`: somebody still has to do
    something, or to take note that it was lost.
    """

    id: int
    provider_id: str
    amount: Money
    withdrawn: Money
    state: str
    reason: str
    is_closed: bool
    needs_answer: bool
    is_refundable: bool
    asks_attention: bool
    opened_at: datetime
    due_by_at: datetime | None
    seen_to_by: str = ""
    invoice_id: int | None = None
    invoice_number: str = ""
    patient_name: str = ""
    card: str = ""
