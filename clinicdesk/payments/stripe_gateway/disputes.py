"""Stripe's disputes (https://docs.stripe.com/api/disputes/object)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import stripe

from clinicdesk.errors import ClinicDeskError
from clinicdesk.money import Money
from clinicdesk.payments.disputes.gateway import DisputeState
from clinicdesk.payments.errors import AnswerMismatchError, ProviderKeyError, ProviderRefusedError
from clinicdesk.payments.stripe_gateway.answers import WRONG_MODE, Answer
from clinicdesk.payments.stripe_gateway.calls import Caller, noted
from clinicdesk.payments.stripe_gateway.refusals import MISSING, lookup_refusal

PAGE = 100


class StripeDisputes:
    """The `DisputeGateway` of Stripe; `live` is the mode that every answer must be of."""

    def __init__(self, client: stripe.StripeClient, caller: Caller, *, live: bool) -> None:
        self._caller = caller
        self._live = live
        self._disputes = client.v1.disputes

    def retrieve(self, dispute_id: str) -> DisputeState:
        """Read a dispute."""

        def ask() -> DisputeState:
            return self._state(self._disputes.retrieve(dispute_id).to_dict(), dispute_id)

        return self._caller.run("retrieve dispute", ask)

    def opened_since(self, opened_after: datetime) -> tuple[DisputeState, ...]:
        """List the disputes that were opened since, newest first."""

        def ask() -> tuple[DisputeState, ...]:
            since = int(opened_after.timestamp())
            pages = self._disputes.list({"created": {"gte": since}, "limit": PAGE})
            return tuple(self._state(found.to_dict()) for found in pages.auto_paging_iter())

        return self._caller.run("list disputes", ask)

    def close(self, dispute_id: str) -> DisputeState:
        """Give a dispute up."""

        def ask() -> DisputeState:
            key = {"idempotency_key": f"dp:{dispute_id}:close"}
            done = self._disputes.close(dispute_id, options=key)  # type: ignore[arg-type]
            return self._state(noted("close dispute", done), dispute_id)

        return self._caller.run("close dispute", ask, refused=_close_refusal)

    def _state(self, answer: Answer, dispute_id: str = "") -> DisputeState:
        if answer["livemode"] is not self._live:
            raise ProviderKeyError(WRONG_MODE)
        if dispute_id and answer["id"] != dispute_id:
            raise AnswerMismatchError
        due_by = (answer.get("evidence_details") or {}).get("due_by")
        intent: Any = answer.get("payment_intent") or ""
        return DisputeState(
            dispute_id=str(answer["id"]),
            intent_id=str(intent if isinstance(intent, str) else intent["id"]),
            status=str(answer["status"]),
            reason=str(answer["reason"]),
            amount=Money(answer["amount"], answer["currency"].upper()),
            is_withdrawn=_is_withdrawn(answer["balance_transactions"]),
            is_refundable=answer["is_charge_refundable"] is True,
            due_by_at=None if due_by is None else datetime.fromtimestamp(due_by, UTC),
            opened_at=datetime.fromtimestamp(answer["created"], UTC),
        )


def _is_withdrawn(transactions: Iterable[Answer]) -> bool:
    """Tell whether the last thing that moved was a withdrawal.

    Sums say nothing: what comes back may differ by the rate of exchange.
    """
    taken = sum(1 if one["amount"] < 0 else -1 for one in transactions)
    return taken > 0


def _close_refusal(code: str, param: str) -> ClinicDeskError:
    return lookup_refusal(code, param) if code == MISSING else ProviderRefusedError(code)
