"""A desk in front of the stand-in for Stripe: one gateway, one attempt after another."""

import uuid
from dataclasses import dataclass, field

from clinicdesk.clock import FixedClock
from clinicdesk.money import Money
from clinicdesk.payments.gateway import IntentState, ReaderState
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe

READER = "tmr_training1"
OTHER_READER = "tmr_training2"
PROCESS = "/v1/terminal/readers/*/process_payment_intent"
INTENTS = "/v1/payment_intents"
REFUNDS = "/v1/refunds"


@dataclass
class Desk:
    """The stand-in and a gateway to it; `commands` counts what was sent to readers."""

    stripe: TrainingStripe
    clock: FixedClock
    commands: int = 0
    gateway: StripeGateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = self.another_gateway()

    def another_gateway(self, *, key: str = TRAINING_KEY, read_s: float = 30.0) -> StripeGateway:
        return StripeGateway(key, api_base=self.stripe.api_base, read_timeout_s=read_s)

    def new_intent(self, minor: int = 8000, currency: str = "GBP") -> IntentState:
        return self.gateway.create_intent(str(uuid.uuid4()), amount=Money(minor, currency))

    def ask_card(self, intent: IntentState, reader_id: str = READER) -> ReaderState:
        self.commands += 1
        return self.gateway.send_to_reader(
            intent.intent_id, reader_id=reader_id, command_key=f"{intent.intent_id}:{self.commands}"
        )

    def paid_intent(self, minor: int = 8000, currency: str = "GBP") -> IntentState:
        intent = self.new_intent(minor, currency)
        self.ask_card(intent)
        self.stripe.present_card(READER)
        return self.gateway.retrieve_intent(intent.intent_id)

    def spoil(
        self, kind: FaultKind, path: str = "*", *, method: str = "POST", **more: object
    ) -> Fault:
        return self.stripe.faults.add(Fault(kind, method=method, path=path, **more))  # type: ignore[arg-type]

    def captured(self, intent: IntentState) -> int:
        return self.stripe.ledger()[intent.intent_id].captured.minor

    def refunded(self, intent: IntentState) -> int:
        return self.stripe.ledger()[intent.intent_id].refunded.minor

    def keys(self, path: str) -> list[str]:
        """Give the idempotency keys of the changes asked for at a path, in order."""
        return [seen.key for seen in self.stripe.log if (seen.method, seen.path) == ("POST", path)]
