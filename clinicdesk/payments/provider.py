"""Gives the card provider's gateway, as the key and the settings of the moment say."""

from collections.abc import Callable

from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import STRIPE_KEY, SecretStore
from clinicdesk.settings.service import SettingsService


class CardProvider:
    """Gives the card provider's gateway, made when the first card is taken.

    It is made anew when the key or the address has changed. `check` is told whether the key is
    live, and raises where the books are not of that mode.
    """

    def __init__(
        self, settings: SettingsService, secrets: SecretStore, *, check: Callable[[bool], None]
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._check = check
        self._made: tuple[tuple[str, str], CardGateway] | None = None

    def gateway(self) -> CardGateway:
        """Give the gateway.

        Raises:
            CardsOffError: no key is kept, so cards cannot be taken.
            WrongModeError: it is a test key for real books, or the other way round.
        """
        key = self._secrets.get(STRIPE_KEY)
        if not key:
            raise CardsOffError
        wanted = (key, self._settings.load(PaymentSettings).api_base)
        if self._made is None or self._made[0] != wanted:
            from clinicdesk.payments.stripe_gateway import StripeGateway  # noqa: PLC0415

            made = StripeGateway(key, api_base=wanted[1] or None)
            self._check(made.live)
            self._made = (wanted, made)
        return self._made[1]
