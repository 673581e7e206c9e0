"""Tells the kinds of Stripe's keys apart before one of them leaves the computer."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from clinicdesk.payments.errors import ProviderKeyError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class KeyKind:
    """`live` moves real money; `restricted` can do only what the clinic's owner has allowed."""

    live: bool
    restricted: bool


_KINDS = {
    "sk_test_": KeyKind(live=False, restricted=False),
    "rk_test_": KeyKind(live=False, restricted=True),
    "sk_live_": KeyKind(live=True, restricted=False),
    "rk_live_": KeyKind(live=True, restricted=True),
}


def key_kind(secret_key: str) -> KeyKind:
    """Say what kind of key this is, by its first letters (https://docs.stripe.com/keys).

    Raises:
        ProviderKeyError: for a publishable key and anything else that is no secret key.
    """
    for prefix, kind in _KINDS.items():
        if secret_key.startswith(prefix) and len(secret_key) > len(prefix):
            return kind
    raise ProviderKeyError(
        "This is not a secret key of Stripe: it begins with rk_live_, sk_live_, rk_test_ or "
        "sk_test_. Please copy it again from Stripe's dashboard."
    )


def check_address(api_base: str) -> bool:
    """Say whether an address of the API is this computer's own.

    Raises:
        ValueError: if the key would leave this computer unencrypted.
    """
    parts = urlsplit(api_base)
    own = parts.hostname in LOOPBACK
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        raise ValueError("the card provider is reached through https only")
    return own
