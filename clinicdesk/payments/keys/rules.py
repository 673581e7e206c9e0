"""Tells the kinds of Stripe's keys apart before one of them leaves the computer."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from clinicdesk.errors import ConflictError, InvalidInputError
from clinicdesk.payments.errors import ProviderKeyError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


PUBLISHABLE = "pk_"
OTHER_TEXT = (
    "This is not a secret key of Stripe: it begins with rk_live_, sk_live_, rk_test_ or "
    "sk_test_. Please copy it again from Stripe's dashboard."
)


class CardKeyError(InvalidInputError):
    """What was typed is no key that can be kept."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="key")


class GivenKeyError(ConflictError):
    """The key comes from outside the program."""

    def __init__(self) -> None:
        super().__init__(
            "The key comes from this computer's environment (STRIPE_SECRET_KEY, or a file .env). "
            "Change it there, and start ClinicDesk again."
        )


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
    raise ProviderKeyError(OTHER_TEXT)


def check_secret(typed: str) -> str:
    """Give a typed key as it is kept.

    Raises:
        CardKeyError: it is publishable, or no key of Stripe.
    """
    key = "".join(typed.split())
    if key.startswith(PUBLISHABLE):
        raise CardKeyError(
            "This is the publishable key (pk_…); it can take no payment. Please copy the secret "
            "or, better, a restricted key (rk_…) from Stripe's dashboard."
        )
    try:
        key_kind(key)
    except ProviderKeyError as error:
        raise CardKeyError(error.sentence) from None
    return key


def check_pair(secret_key: str, publishable_key: str) -> None:
    """Let pass keys of one mode; without a publishable key there is nothing to compare.

    Raises:
        ProviderKeyError: they are of two modes, or one of them is no such key.
    """
    if not publishable_key:
        return
    modes = {f"{PUBLISHABLE}test_": False, f"{PUBLISHABLE}live_": True}
    live = [mode for prefix, mode in modes.items() if publishable_key.startswith(prefix)]
    if live != [key_kind(secret_key).live]:
        raise ProviderKeyError(
            "The publishable key of the card provider is of another mode than the secret one, or "
            "is none. Please have both keys checked: test keys and live keys never mix."
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
