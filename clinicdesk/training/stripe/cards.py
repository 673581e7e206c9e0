"""Stripe's test cards for simulated readers (https://docs.stripe.com/terminal/references/testing)."""

from dataclasses import dataclass

APPROVED = "4242424242424242"


@dataclass(frozen=True, slots=True)
class Card:
    """A card that is presented; `decline_code` is "" where its bank agrees.

    `kind` is what the intent must allow; Canada's debit cards are a kind of their own.
    """

    number: str
    brand: str
    decline_code: str = ""
    message: str = ""
    kind: str = "card_present"

    @property
    def last4(self) -> str:
        """Give the digits that may be shown."""
        return self.number[-4:]


_CARDS = (
    Card(APPROVED, "visa"),
    Card("5555555555554444", "mastercard"),
    Card("378282246310005", "amex"),
    Card("4506445006931933", "interac", kind="interac_present"),
    Card("4000000000000002", "visa", "generic_decline", "Your card was declined."),
    Card("4000000000009995", "visa", "insufficient_funds", "Your card has insufficient funds."),
    Card("4000000000009987", "visa", "lost_card", "Your card was declined."),
    Card("4000000000009979", "visa", "stolen_card", "Your card was declined."),
    Card("4000000000000069", "visa", "expired_card", "Your card has expired."),
)
CARDS = {card.number: card for card in _CARDS}
