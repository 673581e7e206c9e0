"""Gives the card provider's gateway, as the key and the settings of the moment say."""

from collections.abc import Callable
from datetime import datetime, timedelta

from clinicdesk.clock import Clock
from clinicdesk.errors import UnavailableError
from clinicdesk.payments.errors import ProviderKeyError
from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.keys.rules import check_pair
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import STRIPE_KEY, STRIPE_PUBLISHABLE_KEY, SecretStore
from clinicdesk.settings.service import SettingsService

# A key that was refused is not asked with at every turn of the background work.
ASK_AGAIN_AFTER = timedelta(minutes=10)


class CardProvider:
    """Gives the card provider's gateway, made when the first card is taken.

    It is made anew when the key or the address has changed. `check` is told whether the key is
    live, and raises where the books are not of that mode. `trouble` says what is wrong with the
    key, "" while nothing is known against it.
    """

    def __init__(
        self,
        settings: SettingsService,
        secrets: SecretStore,
        *,
        clock: Clock,
        check: Callable[[bool], None],
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._check = check
        self._made: tuple[tuple[str, str, str], CardGateway] | None = None
        self._refused_at: datetime | None = None
        self._mismatch = ""

    @property
    def trouble(self) -> str:
        """Say what is wrong with the key, as far as it was used."""
        if self._made is not None and self._made[1].is_key_refused:
            return ProviderKeyError().sentence
        return self._mismatch

    def gateway(self) -> CardGateway:
        """Give the gateway.

        Raises:
            CardsOffError: no key is kept, so cards cannot be taken.
            WrongModeError: it is a test key for real books, or the other way round.
            ProviderKeyError: it is no secret key, does not belong to the publishable one, or was
                refused a short while ago.
        """
        key = self._secrets.get(STRIPE_KEY)
        if not key:
            self._mismatch = ""
            raise CardsOffError
        publishable = self._secrets.get(STRIPE_PUBLISHABLE_KEY) or ""
        wanted = (key, publishable, self._settings.load(PaymentSettings).api_base)
        if self._made is None or self._made[0] != wanted or self._may_ask_again(self._made[1]):
            self._made = (wanted, self._make(*wanted))
            self._refused_at = None
        made = self._made[1]
        if made.is_key_refused:
            raise ProviderKeyError
        return made

    def _make(self, key: str, publishable: str, api_base: str) -> CardGateway:
        from clinicdesk.payments.stripe_gateway import StripeGateway  # noqa: PLC0415

        try:
            check_pair(key, publishable)
            made = StripeGateway(key, api_base=api_base or None)
            self._check(made.live)
        except UnavailableError as error:
            self._mismatch = error.sentence
            raise
        self._mismatch = ""
        return made

    def _may_ask_again(self, made: CardGateway) -> bool:
        if not made.is_key_refused:
            self._refused_at = None
            return False
        now = self._clock.now()
        if self._refused_at is None:
            self._refused_at = now
        return now - self._refused_at >= ASK_AGAIN_AFTER
