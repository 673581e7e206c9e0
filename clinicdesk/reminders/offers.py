"""Queues and writes messages about free times: offers, their end, and times proposed instead."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.outbox.queue import queue_notification, take_back
from clinicdesk.outbox.records import (
    Channel,
    NewNotification,
    NotificationStatus,
    QueuedMessage,
    Skip,
    WrittenMessage,
)
from clinicdesk.reminders.queries import read_offer, read_proposal
from clinicdesk.reminders.records import Kind, OfferFacts, ProposalFacts, Sender
from clinicdesk.reminders.rules import AHEAD, why_not_to
from clinicdesk.reminders.templates import Templates, when
from clinicdesk.schedule.disruption.records import CaseState
from clinicdesk.schedule.waiting.records import OfferState

ANSWERED = "The offer was answered or withdrawn before the message went."
TAKEN = "The time went to somebody else before the message went."
NOT_OPEN = "The offer is no longer open."
STILL_OPEN = "The offer stands again."
SETTLED = "The visit was taken care of before the message went."
PROPOSAL_IS_NEWS_FOR = timedelta(days=2)


class OfferNotes:
    """Queues what patients on the waiting list are to read; it sends nothing.

    Written to are patients with an e-mail address who want e-mail; the others are called.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def offered(self, transaction: Transaction, offer_id: int) -> None:
        """Queue the offer, due now; it makes no sense after its end."""
        offer = self._read(transaction, offer_id)
        if offer is not None:
            self._queue(transaction, offer, Kind.SLOT_OFFERED, expires_at=offer.expires_at)

    def gone(self, transaction: Transaction, offer_id: int) -> None:
        """Queue that the time is taken, to whoever has read of it; else take the offer back."""
        if take_back(transaction, unique_key=_offer_key(offer_id, Kind.SLOT_OFFERED), reason=TAKEN):
            return
        offer = self._read(transaction, offer_id)
        if offer is not None:
            self._queue(transaction, offer, Kind.SLOT_GONE, expires_at=offer.starts_at)

    def withdrawn(self, transaction: Transaction, offer_id: int) -> None:
        """Take the offer back if it has not gone yet, and write nothing."""
        key = _offer_key(offer_id, Kind.SLOT_OFFERED)
        take_back(transaction, unique_key=key, reason=ANSWERED)

    def _read(self, transaction: Transaction, offer_id: int) -> OfferFacts | None:
        transaction.session.flush()
        return read_offer(transaction.session, offer_id, now=self._clock.now())

    def _queue(
        self, transaction: Transaction, offer: OfferFacts, kind: Kind, *, expires_at: datetime
    ) -> None:
        now = self._clock.now()
        if expires_at <= now or not offer.patient.may_be_mailed:
            return
        new = NewNotification(
            unique_key=_offer_key(offer.offer_id, kind),
            kind=kind,
            channel=Channel.EMAIL,
            recipient=offer.patient.email,
            due_at=now,
            expires_at=expires_at,
            patient_id=offer.patient.patient_id,
            facts=(("offer_id", offer.offer_id),),
        )
        queue_notification(transaction, new, now=now)


class ProposalNotes:
    """Queues what patients are to read whose doctor is out; it sends nothing."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def proposed(self, transaction: Transaction, disruption_id: int, appointment_id: int) -> None:
        """Queue the proposed time, due now; the same one for the same visit once."""
        found = read_proposal(transaction.session, disruption_id, appointment_id)
        if found is None or not found.patient.may_be_mailed:
            return
        now = self._clock.now()
        new = NewNotification(
            unique_key=f"{Kind.TIME_PROPOSED}:{disruption_id}:{appointment_id}:{found.version}"
            f":{found.proposed_at:%Y%m%dT%H%MZ}:{Channel.EMAIL}",
            kind=Kind.TIME_PROPOSED,
            channel=Channel.EMAIL,
            recipient=found.patient.email,
            due_at=now,
            expires_at=min(found.proposed_at, now + PROPOSAL_IS_NEWS_FOR),
            patient_id=found.patient.patient_id,
            appointment_id=appointment_id,
            facts=(
                ("disruption_id", disruption_id),
                ("proposed_at", found.proposed_at.isoformat()),
            ),
        )
        queue_notification(transaction, new, now=now)


def _offer_key(offer_id: int, kind: Kind) -> str:
    return f"{kind}:{offer_id}:{Channel.EMAIL}"


class OfferWriter:
    """Writes that a time has become free, or that it has been taken."""

    def __init__(
        self, database: Database, *, kind: Kind, clock: Clock, templates: Templates
    ) -> None:
        self._database = database
        self._kind = kind
        self._clock = clock
        self._templates = templates

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Write to the patient's present address, if the offer still stands as the message says."""
        offer_id, now = int(message.facts["offer_id"]), self._clock.now()
        offer = self._database.read(lambda session: read_offer(session, offer_id, now=now))
        if offer is None:
            return Skip(NOT_OPEN)
        refusal = why_not_about_offer(self._kind, offer) or why_not_to(offer.patient)
        if refusal is not None:
            return refusal
        values = {
            "patient": offer.patient.name,
            "doctor": offer.doctor_name,
            "until": until_words(offer.expires_at, offer.clinic, now=now),
            **when(offer.starts_at, offer.clinic),
        }
        written = self._templates.fill(self._kind, values, clinic=offer.clinic)
        return _to(written, offer.patient.email)


class ProposalWriter:
    """Writes which time is proposed instead of a visit whose doctor is out."""

    def __init__(self, database: Database, *, clock: Clock, templates: Templates) -> None:
        self._database = database
        self._clock = clock
        self._templates = templates

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Write to the patient's present address, if the visit still waits for an answer."""
        disruption_id = int(message.facts["disruption_id"])
        found = self._database.read(
            lambda session: read_proposal(session, disruption_id, message.appointment_id or 0)
        )
        if found is None:
            return Skip(SETTLED)
        proposed_at = datetime.fromisoformat(message.facts["proposed_at"])
        refusal = why_not_about_proposal(found, proposed_at) or why_not_to(found.patient)
        if refusal is not None:
            return refusal
        former = when(found.was_at, replace(found.clinic, time_zone=found.former_zone))
        values = {
            "patient": found.patient.name,
            "doctor": found.doctor_name,
            "former_doctor": found.former_doctor_name,
            "former_date": former["date"],
            "former_time": former["time"],
            **when(found.proposed_at, found.clinic),
        }
        written = self._templates.fill(Kind.TIME_PROPOSED, values, clinic=found.clinic)
        return _to(written, found.patient.email)


def why_not_about_offer(kind: Kind, offer: OfferFacts) -> Skip | None:
    """Give the reason for which a message about an offer must not go now, None if it may go."""
    if kind is Kind.SLOT_GONE:
        return None if offer.state is OfferState.GONE else Skip(STILL_OPEN)
    if offer.state is OfferState.EXPIRED:
        return Skip(NOT_OPEN, NotificationStatus.EXPIRED)
    if offer.state is not OfferState.OPEN:
        return Skip(NOT_OPEN)
    return Skip(TAKEN) if offer.is_taken else None


def why_not_about_proposal(found: ProposalFacts, proposed_at: datetime) -> Skip | None:
    """Give the reason for which a proposal must not go now, None if it may go."""
    is_open = found.state is CaseState.MESSAGED and found.status in AHEAD
    if not is_open or found.proposed_at != proposed_at:
        return Skip(SETTLED)
    return Skip(TAKEN) if found.is_taken else None


def until_words(expires_at: datetime, clinic: Sender, *, now: datetime) -> str:
    """Say until when an answer counts: the time today, else with its day."""
    words = when(expires_at, clinic)
    today = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    is_today = clinic_day(expires_at, clinic.time_zone) == today
    return words["time"] if is_today else f"{words['date']}, {words['time']}"


def _to(written: WrittenMessage, address: str) -> WrittenMessage:
    return replace(written, recipient=address)
