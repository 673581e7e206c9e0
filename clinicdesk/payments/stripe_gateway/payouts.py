"""Stripe's payouts: what it has sent, and will send, to the clinic's bank account."""

from datetime import UTC, datetime

import stripe

from clinicdesk.money import Money
from clinicdesk.payments.errors import ProviderKeyError
from clinicdesk.payments.gateway import PayoutState
from clinicdesk.payments.stripe_gateway.answers import WRONG_MODE, Answer
from clinicdesk.payments.stripe_gateway.calls import Caller


class StripePayouts:
    """The `PayoutGateway` of Stripe; `live` is the mode that every answer must be of."""

    def __init__(self, client: stripe.StripeClient, caller: Caller, *, live: bool) -> None:
        self._caller = caller
        self._live = live
        self._payouts = client.v1.payouts

    def newest(self, *, limit: int) -> tuple[PayoutState, ...]:
        """List the newest payouts; at most 100."""

        def ask() -> tuple[PayoutState, ...]:
            page = self._payouts.list({"limit": limit})
            return tuple(self._state(found.to_dict()) for found in page.data)

        return self._caller.run("list payouts", ask)

    def _state(self, answer: Answer) -> PayoutState:
        if answer["livemode"] is not self._live:
            raise ProviderKeyError(WRONG_MODE)
        return PayoutState(
            payout_id=str(answer["id"]),
            amount=Money(answer["amount"], answer["currency"].upper()),
            status=str(answer["status"]),
            arrives_on=datetime.fromtimestamp(answer["arrival_date"], UTC).date(),
            failure_code=str(answer.get("failure_code") or ""),
        )
