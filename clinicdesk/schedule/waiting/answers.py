"""Makes offers of a freed time and takes their answers, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select, update

from clinicdesk.changes import Topic
from clinicdesk.schedule import placing, queries, rules
from clinicdesk.schedule.booking import new, places
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest
from clinicdesk.schedule.waiting import queries as reading
from clinicdesk.schedule.waiting.choosing import candidates
from clinicdesk.schedule.waiting.errors import (
    NobodyChosenError,
    OfferGoneError,
    WishInvalidError,
    WishLeftOutError,
)
from clinicdesk.schedule.waiting.models import SlotOffer, WaitingWish
from clinicdesk.schedule.waiting.notifier import OfferNotifier
from clinicdesk.schedule.waiting.records import FreedTime, OfferState, WishState

_Query = Select[SlotOffer]

ENTITY = "slot offer"
LEAST_MINUTES, MOST_MINUTES = 5, 3 * 24 * 60
_GONE = {
    OfferState.ACCEPTED: "This offer was accepted already; the visit is in the calendar.",
    OfferState.DECLINED: "This offer was declined already. Offer the time anew if it is wanted.",
    OfferState.GONE: "This time has gone to somebody else. The patient stays on the waiting list.",
    OfferState.EXPIRED: (
        "This offer has run out. If the time is still free, offer it anew or book it in the "
        "calendar."
    ),
}


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """One person's work with offers in one transaction."""

    act: Act
    notifier: OfferNotifier | None

    def offer(
        self, freed: FreedTime, wish_ids: Sequence[int], *, minutes_to_answer: int
    ) -> list[int]:
        """Offer a time to every chosen wish, or to none; gives the ids of the offers."""
        act, now = self.act, self.act.now
        rules.demand_own(act.actor, freed.doctor_id)
        if not wish_ids:
            raise NobodyChosenError
        if not LEAST_MINUTES <= minutes_to_answer <= MOST_MINUTES:
            raise WishInvalidError(
                "Please give from 5 minutes to 3 days for an answer.", field="minutes"
            )
        placing.lock_doctors(act.session, [freed.doctor_id])
        found = {each.wish.id: each for each in candidates(act.session, freed, now=now)}
        made = []
        for wish_id in dict.fromkeys(wish_ids):
            chosen = found.get(wish_id)
            if chosen is None:
                raise WishLeftOutError("One patient", "the wish is no longer on the list")
            if chosen.left_out:
                raise WishLeftOutError(chosen.wish.patient_name, chosen.left_out)
            length = timedelta(minutes=chosen.wish.duration_minutes)
            row = SlotOffer(
                wish_id=wish_id,
                clinic_id=freed.clinic_id,
                doctor_id=freed.doctor_id,
                starts_at=chosen.starts_at,
                ends_at=chosen.starts_at + length,
                state=OfferState.OPEN,
                made_at=now,
                made_by=act.actor.user_id,
                expires_at=min(now + timedelta(minutes=minutes_to_answer), chosen.starts_at),
            )
            made.append(self._made(row))
        return made

    def _made(self, row: SlotOffer) -> int:
        session = self.act.session
        session.add(row)
        session.flush()
        self.record("offer time", row, starts_at=row.starts_at.isoformat(), doctor=row.doctor_id)
        if self.notifier is not None:
            self.notifier.offered(self.act.transaction, row.id)
        return row.id

    def accept(self, offer_id: int) -> AppointmentDetails:
        """Book the offered time, or move the patient's later visit there; rivals are told.

        Raises:
            OfferGoneError: somebody was faster, or the offer ended.
        """
        act = self.act
        row = self._open_offer(offer_id)
        wish = self._waiting_wish(row)
        visit = self._take_place(row, wish)
        row.state, row.answered_at = OfferState.ACCEPTED, act.now
        wish.state = WishState.BOOKED
        wish.version += 1
        self.record("accept offer", row, appointment=visit.id)
        self._end_own(row)
        self.end_rivals(row)
        return visit

    def _take_place(self, row: SlotOffer, wish: WaitingWish) -> AppointmentDetails:
        act = self.act
        later = act.session.get(Appointment, wish.appointment_id) if wish.appointment_id else None
        if later is not None and reading.is_movable(later):
            return places.move(
                act,
                later.id,
                version=later.version,
                doctor_id=row.doctor_id,
                starts_at=row.starts_at,
                clinic_id=row.clinic_id,
            )
        request = BookingRequest(
            request_key=f"offer-{row.id}",
            clinic_id=row.clinic_id,
            doctor_id=row.doctor_id,
            patient_id=wish.patient_id,
            service_id=wish.service_id,
            starts_at=row.starts_at,
            confirm_now=True,
            note=wish.note,
            duration_minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
        )
        return new.book(act, request)

    def decline(self, offer_id: int) -> None:
        """Take note that the patient does not want the time; the wish stays."""
        row = self._open_offer(offer_id)
        row.state, row.answered_at = OfferState.DECLINED, self.act.now
        self.record("decline offer", row)
        self._tell_nothing(row)

    def end_wish(self, wish: WaitingWish) -> None:
        """End the open offers of a wish that is withdrawn."""
        self._end(_open_of(wish.id))

    def end_rivals(self, row: SlotOffer) -> None:
        """End the other open offers of a time that is taken, and have their patients told."""
        freed = FreedTime(row.clinic_id, row.doctor_id, row.starts_at, row.ends_at)
        for rival in reading.offers_at(self.act.session, freed):
            if rival.id != row.id and rival.state is OfferState.OPEN:
                self.end_as_gone(rival)

    def end_as_gone(self, row: SlotOffer) -> None:
        """End an open offer whose time went to somebody else, and have the patient told."""
        row.state, row.answered_at = OfferState.GONE, self.act.now
        self.record("offer gone", row)
        if self.notifier is not None:
            self.notifier.gone(self.act.transaction, row.id)

    def _end_own(self, row: SlotOffer) -> None:
        """End the other open offers of the patient who has a time now; nothing is told of them."""
        self._end(_open_of(row.wish_id).where(SlotOffer.id != row.id))

    def _end(self, query: _Query) -> None:
        for row in self.act.session.scalars(query):
            row.state, row.answered_at = OfferState.GONE, self.act.now
            self.record("withdraw offer", row)
            self._tell_nothing(row)

    def _tell_nothing(self, row: SlotOffer) -> None:
        if self.notifier is not None:
            self.notifier.withdrawn(self.act.transaction, row.id)

    def _open_offer(self, offer_id: int) -> SlotOffer:
        """Give an offer that can be answered, with everything that decides about it locked."""
        session = self.act.session
        seen = session.get(SlotOffer, offer_id)
        if seen is None:
            raise OfferGoneError("This offer is not known. Please look at the list again.")
        rules.demand_own(self.act.actor, seen.doctor_id)
        wish = session.get(WaitingWish, seen.wish_id)
        later = session.get(Appointment, wish.appointment_id or 0) if wish else None
        doctors = [seen.doctor_id, *([later.doctor_id] if later is not None else ())]
        placing.lock_doctors(session, doctors)
        row = session.get(SlotOffer, offer_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise OfferGoneError("This offer is not known. Please look at the list again.")
        state = reading.state_now(row, self.act.now)
        if state is not OfferState.OPEN:
            raise OfferGoneError(_GONE[state])
        return row

    def _waiting_wish(self, row: SlotOffer) -> WaitingWish:
        wish = self.act.session.get(
            WaitingWish, row.wish_id, with_for_update=True, populate_existing=True
        )
        if wish is None or wish.state is not WishState.WAITING:
            raise OfferGoneError("This patient is no longer on the waiting list.")
        return wish

    def close_if_lost(self, offer_id: int) -> bool:
        """End an offer and its rivals if a visit stands in its time; tells whether one does."""
        row = self.act.session.get(SlotOffer, offer_id, with_for_update=True)
        if row is None or row.state is not OfferState.OPEN:
            return row is not None
        span = (row.starts_at, row.ends_at)
        holder = queries.holder(
            self.act.session, doctor_id=row.doctor_id, room_id=None, busy=span, visit=span
        )
        if holder is None:
            return False
        self.end_as_gone(row)
        self.end_rivals(row)
        return True

    def record(self, action: str, row: SlotOffer, **details: object) -> None:
        """Keep what was done in the audit log, and tell the other screens."""
        act = self.act
        act.desk.audit.record(
            act.transaction,
            act.actor,
            action,
            entity=ENTITY,
            entity_id=row.id,
            wish=row.wish_id,
            **details,
        )
        act.transaction.changed(Topic.WAITING_LIST, row.wish_id)


def expire(act: Act) -> None:
    """Write down which offers have run out."""
    rows: Sequence[tuple[int, int]] = act.session.execute(
        update(SlotOffer)
        .where(SlotOffer.state == OfferState.OPEN, SlotOffer.expires_at <= act.now)
        .values(state=OfferState.EXPIRED, answered_at=act.now)
        .returning(SlotOffer.id, SlotOffer.wish_id)
    ).all()
    for offer_id, wish_id in rows:
        act.desk.audit.record(
            act.transaction,
            act.actor,
            "offer ran out",
            entity=ENTITY,
            entity_id=offer_id,
            wish=wish_id,
        )


def _open_of(wish_id: int) -> _Query:
    return (
        select(SlotOffer)
        .where(SlotOffer.wish_id == wish_id, SlotOffer.state == OfferState.OPEN)
        .order_by(SlotOffer.id)
    )
