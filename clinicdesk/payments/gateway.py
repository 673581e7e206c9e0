"""What ClinicDesk asks of a card provider: the Protocol and the plain values it answers with."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from clinicdesk.money import Money
from clinicdesk.payments.disputes.gateway import DisputeGateway
from clinicdesk.payments.links.gateway import LinkGateway
from clinicdesk.payments.readers.gateway import ReaderGateway


class IntentStatus(StrEnum):
    """Where a payment intent stands at the provider; `OTHER` is a status this version lacks."""

    AWAITING_CARD = "requires_payment_method"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    OTHER = "other"


class ReaderActionStatus(StrEnum):
    """Where the reader's most recent action stands; `NONE` when it has none."""

    NONE = "none"
    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    OTHER = "other"


class RefundStatus(StrEnum):
    """Where a refund stands at the provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CardCharge:
    """The card side of a succeeded payment intent; `receipt` holds the EMV fields to be printed.

    `refunded_minor` is what was given back of it, in the intent's currency.
    """

    charge_id: str
    brand: str
    last4: str
    receipt: tuple[tuple[str, str], ...] = ()
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class IntentState:
    """A payment intent as the provider holds it now.

    `charge` is set once it succeeded. `decline_code` is the reason of the last refused card, "" if
    there was none. `live` tells live mode from test mode.
    """

    intent_id: str
    status: IntentStatus
    amount: Money
    created_at: datetime
    live: bool
    charge: CardCharge | None = None
    decline_code: str = ""


@dataclass(frozen=True, slots=True)
class IntentList:
    """The intents of a span of time; `unreadable` are the ids of those that fit no rule here.

    Such are made elsewhere: taken in part, or in a way that this version does not know.
    """

    intents: tuple[IntentState, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReaderState:
    """A card reader and its one action slot.

    `action_intent_id` is the payment intent that the most recent action belongs to, "" for none.
    """

    reader_id: str
    label: str
    device_type: str
    location_id: str
    action_status: ReaderActionStatus
    action_intent_id: str
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund as the provider holds it now; `reason_code` says why it is pending or failed.

    `refund_key` is the one that it was made with here, "" for one that was made elsewhere.
    """

    provider_refund_id: str
    status: RefundStatus
    amount: Money
    intent_id: str
    reason_code: str = ""
    refund_key: str = ""


@dataclass(frozen=True, slots=True)
class PayoutState:
    """What the provider sends to the clinic's bank account; `status` is its own word."""

    payout_id: str
    amount: Money
    status: str
    arrives_on: date
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something that happened at the provider: a bell, after which the object itself is read.

    What an event carries may be old by the time it is heard, so only ids are kept of it.
    `intent_id` is the payment intent concerned, "" where there is none.
    """

    event_id: str
    kind: str
    object_id: str
    intent_id: str
    happened_at: datetime


class PayoutGateway(Protocol):
    """Raises what every method of CardGateway raises."""

    def newest(self, *, limit: int) -> tuple[PayoutState, ...]:
        """List the newest payouts; at most 100."""
        ...


class CardGateway(Protocol):
    """A card provider, reached over the network; every method may make three tries of 35 s each.

    Every method raises, beside what it names itself:
        UnknownOutcomeError: the request went out and no usable answer came back, or
            (AnswerMismatchError) one about something else than was asked.
        UnavailableError: the provider says "later" (429), so nothing was done.
        ProviderKeyError: the key was refused or belongs to the other mode (test or live).
    """

    @property
    def links(self) -> LinkGateway:
        """Give what is asked about payment links."""
        ...

    @property
    def disputes(self) -> DisputeGateway:
        """Give what is asked about disputes."""
        ...

    @property
    def payouts(self) -> PayoutGateway:
        """Give what is asked about payouts."""
        ...

    @property
    def readers(self) -> ReaderGateway:
        """Give what is asked about readers, beside taking payments."""
        ...

    @property
    def live(self) -> bool:
        """Tell whether the key moves real money."""
        ...

    @property
    def is_key_refused(self) -> bool:
        """Tell whether the key was refused by the latest answer."""
        ...

    def create_intent(self, attempt_key: str, *, amount: Money) -> IntentState:
        """Create the payment intent of an attempt, or give back the one already made with the key.

        `attempt_key` is the attempt's UUID; it becomes the idempotency key and the metadata.

        Raises:
            AmountRefusedError: the provider takes no such amount or currency.
        """
        ...

    def find_intent(self, attempt_key: str, *, created_after: datetime) -> IntentState | None:
        """Look for the intent of an attempt by its metadata, without creating one."""
        ...

    def list_intents(self, *, created_from: datetime, created_until: datetime) -> IntentList:
        """List the intents made in [created_from, created_until), whoever made them."""
        ...

    def retrieve_intent(self, intent_id: str) -> IntentState:
        """Read an intent with its charge."""
        ...

    def send_to_reader(self, intent_id: str, *, reader_id: str, command_key: str) -> ReaderState:
        """Ask a reader to take the card for an intent; the result comes later, by polling.

        `command_key` is the idempotency key of this one command.

        Raises:
            ReaderBusyError, ReaderOfflineError, ReaderTimeoutError, ReaderFaultError: as named.
            IntentStateError: the intent is past waiting for a card; retrieve it.
        """
        ...

    def retrieve_reader(self, reader_id: str) -> ReaderState:
        """Read a reader and its action slot."""
        ...

    def cancel_reader_action(self, reader_id: str) -> ReaderState:
        """Take the prompt off the reader.

        Raises:
            ReaderBusyError: a card is being authorised; keep waiting.
        """
        ...

    def cancel_intent(self, intent_id: str) -> IntentState:
        """Cancel an intent that has taken no money.

        Raises:
            IntentStateError: it is past being cancelled; retrieve it.
        """
        ...

    def refund(self, refund_key: str, *, intent_id: str, amount: Money) -> RefundState:
        """Refund a part of a succeeded intent once per key; `refund_key` is the refund's UUID.

        Raises:
            RefundRefusedError: the provider will not refund that.
        """
        ...

    def retrieve_refund(self, provider_refund_id: str) -> RefundState:
        """Read a refund."""
        ...

    def find_refund(self, refund_key: str, *, intent_id: str) -> RefundState | None:
        """Look for a refund by its metadata, without creating one."""
        ...

    def list_refunds(self, *, created_after: datetime) -> tuple[RefundState, ...]:
        """List the refunds made since, newest first, whoever made them."""
        ...

    def event(self, event_id: str) -> ProviderEvent | None:
        """Read one event; None for one that is not of this account."""
        ...

    def newest_event(self) -> ProviderEvent | None:
        """Give the latest event; None where nothing has happened yet."""
        ...

    def events_after(self, event_id: str, *, limit: int) -> tuple[ProviderEvent, ...]:
        """List the events after one, or with "" all of them, oldest first, at most `limit`.

        Raises:
            EventForgottenError: the provider no longer knows that event.
        """
        ...
