"""The rule of the database itself: payments and refunds stay, and so do their amounts.

A payment that has taken money stays taken; a refund that was settled as failed stays failed.
"""

from clinicdesk.billing.guard import attach, postgres_refusal, sqlite_refusal
from clinicdesk.payments.models import Payment, Refund

PAYMENT_FIXED = ("invoice_id", "method", "amount_minor", "currency")
REFUND_FIXED = ("payment_id", "amount_minor", "currency", "refund_key")


def refused_change(fixed: tuple[str, ...], *, end: str) -> str:
    """Say which change is refused: of a fixed column, or of the status `end`."""
    columns = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in fixed)
    return f"{columns} OR (OLD.status = '{end}' AND NEW.status <> OLD.status)"


for _model, _when in (
    (Payment, refused_change(PAYMENT_FIXED, end="completed")),
    (Refund, refused_change(REFUND_FIXED, end="failed")),
):
    _name = _model.__tablename__
    for _dialect, _refusal in (("sqlite", sqlite_refusal), ("postgresql", postgres_refusal)):
        attach(
            _model,
            _dialect,
            [_refusal(_name, "UPDATE", when=_when), _refusal(_name, "DELETE")],
        )
