"""Keeps the card provider's key and the relay's signing secret, in the keyring alone."""

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.keys.provider import CardProvider
from clinicdesk.payments.keys.records import CardKeyInfo
from clinicdesk.payments.keys.rules import CardKeyError, GivenKeyError, check_secret, key_kind
from clinicdesk.settings.secrets import LISTENER_SECRET, STRIPE_KEY, SecretStore

SHOWN = 4


class CardKeyService:
    """The key by which the clinic speaks to the card provider."""

    def __init__(
        self, database: Database, secrets: SecretStore, *, provider: CardProvider, audit: AuditLog
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._provider = provider
        self._audit = audit

    @requires(Action.SET_UP_CLINIC)
    def key(self, _actor: Actor) -> CardKeyInfo | None:
        """Tell which key is in use, None for none.

        Raises:
            KeyringError: the keyring cannot be read.
        """
        key = self._secrets.get(STRIPE_KEY)
        if not key:
            return None
        kind = key_kind(key)
        return CardKeyInfo(
            kind.live, kind.restricted, key[-SHOWN:], self._secrets.is_given(STRIPE_KEY)
        )

    @requires(Action.SET_UP_CLINIC)
    def set_key(self, actor: Actor, key: str) -> CardKeyInfo:
        """Keep a key after the provider has accepted it; otherwise the former one stays.

        Raises:
            CardKeyError: it is no secret key.
            GivenKeyError: the key comes from the environment or a file.
            WrongModeError, ProviderKeyError, KeyringError, UnavailableError,
            UnknownOutcomeError: as named; the former key is kept.
        """
        wanted = check_secret(key)
        if self._secrets.is_given(STRIPE_KEY):
            raise GivenKeyError
        former = self._secrets.get(STRIPE_KEY)
        self._secrets.set(STRIPE_KEY, wanted)
        try:
            self._provider.gateway().readers.listed()
        except Exception:
            self._put_back(former)
            raise
        self._note(actor, "set card key", ending=wanted[-SHOWN:])
        kind = key_kind(wanted)
        return CardKeyInfo(kind.live, kind.restricted, wanted[-SHOWN:], is_given=False)

    @requires(Action.SET_UP_CLINIC)
    def remove_key(self, actor: Actor) -> None:
        """Forget the key: no card is taken until there is another.

        Raises:
            GivenKeyError, KeyringError: nothing was forgotten.
        """
        if self._secrets.is_given(STRIPE_KEY):
            raise GivenKeyError
        self._secrets.delete(STRIPE_KEY)
        self._note(actor, "remove card key")

    @requires(Action.SEE_BILLING)
    def trouble(self, _actor: Actor) -> str:
        """Say what is wrong with the key, as far as it was used; "" for nothing."""
        return self._provider.trouble

    @requires(Action.SET_UP_CLINIC)
    def has_listener_secret(self, _actor: Actor) -> bool:
        """Tell whether the relay's signing secret is kept."""
        return bool(self._secrets.get(LISTENER_SECRET))

    @requires(Action.SET_UP_CLINIC)
    def set_listener_secret(self, actor: Actor, secret: str) -> None:
        """Keep the signing secret of the relay's endpoint.

        Raises:
            CardKeyError: it is no signing secret.
            KeyringError: it cannot be kept.
        """
        wanted = secret.strip()
        if not wanted.startswith("whsec_"):
            raise CardKeyError("A signing secret begins with whsec_. Please copy it again.")
        self._secrets.set(LISTENER_SECRET, wanted)
        self._note(actor, "set relay signing secret")

    def _put_back(self, former: str | None) -> None:
        if former is None:
            self._secrets.delete(STRIPE_KEY)
        else:
            self._secrets.set(STRIPE_KEY, former)

    def _note(self, actor: Actor, action: str, **details: str) -> None:
        def work(transaction: Transaction) -> None:
            self._audit.record(
                transaction, actor, action, entity="card provider", entity_id=0, **details
            )
            transaction.changed(Topic.CLINIC, 0)

        self._database.write(work)
