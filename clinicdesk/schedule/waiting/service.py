"""Keeps the waiting list and offers times that fell free."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.errors import NotBookableError, SlotTakenError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.placing import is_taken
from clinicdesk.schedule.records import AppointmentDetails, BookingPolicy
from clinicdesk.schedule.waiting import queries
from clinicdesk.schedule.waiting.answers import AnswerDesk, expire
from clinicdesk.schedule.waiting.choosing import candidates
from clinicdesk.schedule.waiting.errors import OfferGoneError, WishChangedError
from clinicdesk.schedule.waiting.freed import freed_by
from clinicdesk.schedule.waiting.models import WaitingWish
from clinicdesk.schedule.waiting.notifier import OfferNotifier
from clinicdesk.schedule.waiting.records import (
    Candidate,
    FreedTime,
    NewWish,
    Offer,
    Wish,
    WishState,
)
from clinicdesk.schedule.waiting.rules import demand_sensible
from clinicdesk.staff.models import Doctor

T = TypeVar("T")
ENTITY = "waiting wish"


class WaitingListService:
    """The waiting list: wishes, and the offers of times that fell free.

    Every change is one transaction with its line in the audit log. Doctors offer and give away
    their own time alone: OtherDoctorsAppointmentError.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None = None,
        offer_notifier: OfferNotifier | None = None,
        policy: BookingPolicy | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._offer_notifier = offer_notifier
        self._desk = BookingDesk(clock, audit, notifier, policy)

    # --- wishes ----------------------------------------------------------------------------

    @requires(Action.SEE_CALENDAR)
    def wishes(self, _actor: Actor, *, clinic_id: int) -> tuple[Wish, ...]:
        """List what is waited for at a clinic or anywhere: the urgent, then the longest waiting."""
        return self._database.read(lambda session: queries.waiting(session, clinic_id=clinic_id))

    @requires(Action.BOOK)
    def add(self, actor: Actor, asked: NewWish) -> Wish:
        """Put a patient on the list.

        Raises:
            WishInvalidError: the wish cannot be met ever; `field` says where.
            NotBookableError: patient, service, doctor or clinic are not known.
        """

        def work(transaction: Transaction) -> Wish:
            row = WaitingWish(
                state=WishState.WAITING,
                version=1,
                created_at=self._clock.now(),
                created_by=actor.user_id,
            )
            _fill(transaction, row, asked)
            transaction.session.add(row)
            return self._kept(transaction, actor, row, "add to waiting list")

        return self._database.write(work)

    @requires(Action.BOOK)
    def change(self, actor: Actor, wish_id: int, *, version: int, asked: NewWish) -> Wish:
        """Change what a patient waits for; the place in the list stays.

        Raises:
            WishChangedError: a colleague was faster.
            WishInvalidError, NotBookableError: as in `add`.
        """

        def work(transaction: Transaction) -> Wish:
            row = _locked(transaction, wish_id, version)
            _fill(transaction, row, asked)
            row.version += 1
            return self._kept(transaction, actor, row, "change wish")

        return self._database.write(work)

    @requires(Action.BOOK)
    def withdraw(self, actor: Actor, wish_id: int, *, version: int) -> Wish:
        """Take a patient off the list; offers that are open end with it.

        Raises:
            WishChangedError: a colleague was faster.
        """

        def work(transaction: Transaction) -> Wish:
            row = _locked(transaction, wish_id, version)
            row.state = WishState.WITHDRAWN
            row.version += 1
            self._answers(transaction, actor).end_wish(row)
            return self._kept(transaction, actor, row, "withdraw wish")

        return self._database.write(work)

    @requires(Action.BOOK)
    def put_back(self, actor: Actor, wish_id: int, *, version: int) -> Wish:
        """Put a patient who was taken off the list back at the former place.

        Raises:
            WishChangedError: a colleague was faster.
        """

        def work(transaction: Transaction) -> Wish:
            row = _locked(transaction, wish_id, version, state=WishState.WITHDRAWN)
            row.state = WishState.WAITING
            row.version += 1
            return self._kept(transaction, actor, row, "put wish back")

        return self._database.write(work)

    # --- a time falls free -----------------------------------------------------------------

    @requires(Action.SEE_CALENDAR)
    def freed_by(self, _actor: Actor, appointment_id: int) -> FreedTime | None:
        """Give what is free because an appointment was cancelled, missed or moved away.

        It begins where the appointment stood and reaches on to the next visit or closing time.
        None where nothing of it is to be had: it is past, or taken again.
        """
        now = self._clock.now()
        return self._database.read(lambda session: freed_by(session, appointment_id, now=now))

    @requires(Action.SEE_CALENDAR)
    def candidates(self, _actor: Actor, freed: FreedTime) -> tuple[Candidate, ...]:
        """Rank every waiting wish for a freed time, with the reason for each that is left out.

        Raises:
            NotBookableError: there is no such doctor or clinic.
        """
        now = self._clock.now()
        return self._database.read(lambda session: candidates(session, freed, now=now))

    @requires(Action.BOOK)
    def offer(
        self, actor: Actor, *, freed: FreedTime, wish_ids: Sequence[int], minutes_to_answer: int
    ) -> tuple[Offer, ...]:
        """Offer a time to several wishes at once: the first yes gets it.

        Each patient who can be written to is sent one message. An offer ends after
        `minutes_to_answer`, and when the time itself begins.

        Raises:
            WishLeftOutError: one of them does not fit any more, so nobody was offered anything.
            NobodyChosenError: `wish_ids` is empty.
        """

        def work(transaction: Transaction) -> tuple[Offer, ...]:
            expire(self._desk.act(transaction, actor))
            made = self._answers(transaction, actor).offer(
                freed, wish_ids, minutes_to_answer=minutes_to_answer
            )
            return tuple(_told(transaction, offer_id, self._clock) for offer_id in made)

        return self._database.write(work)

    @requires(Action.SEE_CALENDAR)
    def offers(self, _actor: Actor, *, clinic_id: int) -> tuple[Offer, ...]:
        """List the offers of a clinic's times that are still to come, in every state, by time."""
        now = self._clock.now()
        return self._database.read(
            lambda session: queries.offers_of_clinic(session, clinic_id, not_before_at=now)
        )

    @requires(Action.BOOK)
    def accept(self, actor: Actor, offer_id: int) -> AppointmentDetails:
        """Take a patient's yes: the visit is booked, or the later one moved; rivals are told.

        Raises:
            OfferGoneError: the time went to somebody else, or the offer ended.
            TimeNotOfferedError, PatientOverlapError, SlotTakenError: as for booking; the offer
                stays open.
        """
        try:
            return self._database.write(
                lambda transaction: self._answers(transaction, actor).accept(offer_id)
            )
        except SlotTakenError as error:
            refused: Exception = error
        except IntegrityError as error:
            if not is_taken(error):
                raise
            refused = error
        if self._in_answers(actor, lambda answers: answers.close_if_lost(offer_id)):
            raise OfferGoneError(
                "This time has gone to somebody else. The patient stays on the waiting list."
            ) from refused
        raise refused

    @requires(Action.BOOK)
    def decline(self, actor: Actor, offer_id: int) -> None:
        """Take a patient's no: they stay on the list, and are not offered this time again.

        Raises:
            OfferGoneError: the offer is answered or has ended.
        """
        self._in_answers(actor, lambda answers: answers.decline(offer_id))

    def _in_answers(self, actor: Actor, work: Callable[[AnswerDesk], T]) -> T:
        return self._database.write(lambda transaction: work(self._answers(transaction, actor)))

    def _answers(self, transaction: Transaction, actor: Actor) -> AnswerDesk:
        return AnswerDesk(self._desk.act(transaction, actor), self._offer_notifier)

    def _kept(self, transaction: Transaction, actor: Actor, row: WaitingWish, action: str) -> Wish:
        transaction.session.flush()
        self._audit.record(
            transaction,
            actor,
            action,
            entity=ENTITY,
            entity_id=row.id,
            patient=row.patient_id,
            service=row.service_id,
            doctor=row.doctor_id,
            state=row.state.value,
        )
        transaction.changed(Topic.WAITING_LIST, row.id)
        found = queries.wish(transaction.session, row.id)
        if found is None:
            raise WishChangedError
        return found


def _locked(
    transaction: Transaction, wish_id: int, version: int, *, state: WishState = WishState.WAITING
) -> WaitingWish:
    row = transaction.session.get(
        WaitingWish, wish_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.version != version or row.state is not state:
        raise WishChangedError
    return row


def _fill(transaction: Transaction, row: WaitingWish, asked: NewWish) -> None:
    """Write what is wished into a row, after checking that it can be."""
    demand_sensible(asked)
    session = transaction.session
    for model, number, name in (
        (Patient, asked.patient_id, "patient"),
        (Service, asked.service_id, "service"),
        (Doctor, asked.doctor_id, "doctor"),
        (Clinic, asked.clinic_id, "clinic"),
    ):
        if number is not None and session.get(model, number) is None:
            raise NotBookableError(f"There is no such {name}. Please choose another.")
    visit = session.get(Appointment, asked.appointment_id) if asked.appointment_id else None
    if asked.appointment_id and (visit is None or visit.patient_id != asked.patient_id):
        raise NotBookableError("The later visit is not one of this patient.")
    row.patient_id, row.service_id = asked.patient_id, asked.service_id
    row.clinic_id, row.doctor_id = asked.clinic_id, asked.doctor_id
    row.appointment_id = asked.appointment_id
    row.weekdays = asked.weekdays
    row.from_minute, row.until_minute = asked.from_minute, asked.until_minute
    row.from_on, row.until_on = asked.from_on, asked.until_on
    row.notice_minutes, row.is_urgent = asked.notice_minutes, asked.is_urgent
    row.note = asked.note.strip()


def _told(transaction: Transaction, offer_id: int, clock: Clock) -> Offer:
    found = queries.offer(transaction.session, offer_id, now=clock.now())
    if found is None:
        raise OfferGoneError("This offer is not known. Please look at the list again.")
    return found
