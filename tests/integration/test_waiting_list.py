"""The waiting list over both databases: wishes, freed times, offers and their answers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from clinicdesk.app import Services
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import NotificationStatus
from clinicdesk.patients.records import PatientDetails
from clinicdesk.schedule.errors import NotBookableError, OtherDoctorsAppointmentError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import BLOCKING, AppointmentStatus
from clinicdesk.schedule.waiting.errors import (
    NobodyChosenError,
    OfferGoneError,
    WishChangedError,
    WishLeftOutError,
)
from clinicdesk.schedule.waiting.records import (
    FreedTime,
    NewWish,
    Offer,
    OfferState,
    Wish,
    WishState,
)
from tests.a_clinic import SETUP, AClinic, open_a_clinic
from tests.services import services_over

THURSDAY = date(2026, 11, 26)


@dataclass
class List:
    """A clinic with people who wait."""

    clinic: AClinic
    services: Services

    def patient(self, name: str, *, email: str = "") -> int:
        details = PatientDetails(name, "Waits", email=email, phone="020 7946 0001")
        return self.services.patients.add(SETUP, details).id

    def wish(self, name: str, *, email: str = "", **asked: object) -> Wish:
        new = NewWish(self.patient(name, email=email), self.clinic.check_up)
        return self.services.waiting.add(self.clinic.maria, replace(new, **asked))  # type: ignore[arg-type]

    def freed(self, clock_time: str = "14:00") -> FreedTime:
        """Book and cancel, and give what fell free."""
        visit = self.clinic.booked(clock_time)
        self.clinic.schedule.cancel(
            self.clinic.maria, visit.id, version=visit.version, reason="Ill"
        )
        found = self.services.waiting.freed_by(self.clinic.maria, visit.id)
        assert found is not None
        return found

    def offer(self, freed: FreedTime, *wishes: Wish, minutes: int = 60) -> tuple[Offer, ...]:
        return self.services.waiting.offer(
            self.clinic.maria,
            freed=freed,
            wish_ids=[each.id for each in wishes],
            minutes_to_answer=minutes,
        )

    def states(self) -> list[tuple[str, OfferState]]:
        offers = self.services.waiting.offers(self.clinic.maria, clinic_id=self.clinic.main)
        return [(each.patient_name.split()[0], each.state) for each in offers]

    def messages(self) -> list[tuple[str, str, NotificationStatus]]:
        rows = self.clinic.database.read(
            lambda session: session.scalars(select(Notification).order_by(Notification.id)).all()
        )
        return [(row.kind, row.recipient.partition("@")[0], row.status) for row in rows]

    def sent(self) -> None:
        """Let everything queued count as sent, as the worker would."""
        self.clinic.database.write(
            lambda transaction: transaction.session.execute(
                text("UPDATE notification SET status = 'sent' WHERE status = 'queued'")
            )
        )


@pytest.fixture
def waiting(database: Database, clock: FixedClock) -> List:
    clinic = open_a_clinic(database, clock)
    return List(clinic, services_over(database, clock, writes=True))


def test_a_wish_is_kept_changed_and_withdrawn(waiting: List) -> None:
    maria, service = waiting.clinic.maria, waiting.services.waiting
    wish = waiting.wish("Hassan", doctor_id=waiting.clinic.osei, until_minute=720)
    assert (wish.patient_name, wish.doctor_name) == ("Hassan Waits", "Dr Amara Osei")
    assert (wish.service_name, wish.duration_minutes) == ("Check-up", 30)
    changed = service.change(
        maria, wish.id, version=wish.version, asked=replace(wish.wish, is_urgent=True)
    )
    assert service.wishes(maria, clinic_id=waiting.clinic.main) == (changed,)
    with pytest.raises(WishChangedError):
        service.withdraw(maria, wish.id, version=wish.version)
    gone = service.withdraw(maria, wish.id, version=changed.version)
    assert gone.state is WishState.WITHDRAWN
    assert service.wishes(maria, clinic_id=waiting.clinic.main) == ()
    back = service.put_back(maria, wish.id, version=gone.version)
    assert (back.state, back.created_at) == (WishState.WAITING, wish.created_at)
    service.withdraw(maria, wish.id, version=back.version)
    actions = [
        entry.action for entry in waiting.services.audit.entries(SETUP, entity="waiting wish")
    ]
    assert actions == [
        "withdraw wish", "put wish back", "withdraw wish", "change wish", "add to waiting list",
    ]  # fmt: skip


def test_a_clinic_sees_its_own_wishes_and_those_for_anywhere(waiting: List) -> None:
    maria, clinic = waiting.clinic.maria, waiting.clinic
    here = waiting.wish("Here", clinic_id=clinic.main)
    anywhere = waiting.wish("Anywhere", is_urgent=True)
    waiting.wish("There", clinic_id=clinic.river)
    shown = waiting.services.waiting.wishes(maria, clinic_id=clinic.main)
    assert [each.id for each in shown] == [anywhere.id, here.id]


def test_nothing_unknown_is_waited_for(waiting: List) -> None:
    clinic = waiting.clinic
    for asked in (
        NewWish(9_999, clinic.check_up),
        NewWish(clinic.jun, 9_999),
        NewWish(clinic.jun, clinic.check_up, doctor_id=9_999),
        NewWish(clinic.jun, clinic.check_up, clinic_id=9_999),
    ):
        with pytest.raises(NotBookableError):
            waiting.services.waiting.add(clinic.maria, asked)
    visit = clinic.booked("14:00")
    with pytest.raises(NotBookableError, match="not one of this patient"):
        waiting.services.waiting.add(
            clinic.maria, NewWish(clinic.jun, clinic.check_up, appointment_id=visit.id)
        )


def test_a_cancelled_visit_frees_its_time_and_on_to_the_next(waiting: List) -> None:
    clinic = waiting.clinic
    clinic.booked("15:00", patient_id=clinic.jun)
    freed = waiting.freed("14:00")
    assert freed == FreedTime(clinic.main, clinic.sato, clinic.at("14:00"), clinic.at("15:00"))


def test_a_moved_visit_frees_the_time_it_left(waiting: List) -> None:
    clinic = waiting.clinic
    visit = clinic.booked("16:30")
    assert waiting.services.waiting.freed_by(clinic.maria, visit.id) is None
    clinic.schedule.move(
        clinic.maria, visit.id, version=visit.version, doctor_id=clinic.sato,
        starts_at=clinic.at("10:00", THURSDAY),
    )  # fmt: skip
    freed = waiting.services.waiting.freed_by(clinic.maria, visit.id)
    assert freed == FreedTime(clinic.main, clinic.sato, clinic.at("16:30"), clinic.at("17:00"))


def test_what_is_past_or_taken_again_is_not_free(waiting: List) -> None:
    clinic = waiting.clinic
    visit = clinic.booked("14:00")
    clinic.schedule.cancel(clinic.maria, visit.id, version=visit.version, reason="Ill")
    clinic.booked("14:00", patient_id=clinic.jun)
    assert waiting.services.waiting.freed_by(clinic.maria, visit.id) is None
    other = waiting.freed("16:00")
    assert other.starts_at == clinic.at("16:00")
    clinic.clock.at = clinic.at("17:00")
    assert waiting.services.waiting.freed_by(clinic.maria, visit.id) is None


def test_candidates_are_ranked_and_the_others_told_why_not(waiting: List) -> None:
    clinic = waiting.clinic
    clinic.booked("14:30", patient_id=clinic.jun)
    freed = waiting.freed("14:00")
    waiting.wish("Plain")
    waiting.wish("Urgent", is_urgent=True)
    waiting.wish("Long", service_id=clinic.skin_check)
    waiting.wish("Morning", until_minute=720)
    waiting.wish("Fussy", doctor_id=clinic.osei)
    busy = waiting.wish("Busy")
    clinic.schedule.book(
        clinic.maria,
        clinic.request(clinic.at("14:15"), doctor_id=clinic.osei, patient_id=busy.wish.patient_id),
    )
    found = waiting.services.waiting.candidates(clinic.maria, freed)
    assert [(each.wish.patient_name.split()[0], each.left_out) for each in found] == [
        ("Urgent", ""),
        ("Plain", ""),
        ("Long", "needs 45 min, 30 are free"),
        ("Morning", "only mornings"),
        ("Fussy", "asked for Dr Amara Osei"),
        ("Busy", "already has a visit then"),
    ]


def test_whose_service_the_doctor_does_not_give_is_left_out(waiting: List) -> None:
    clinic = waiting.clinic
    waiting.wish("Skin", service_id=clinic.skin_check)
    freed = FreedTime(clinic.main, clinic.osei, clinic.at("14:00"), clinic.at("15:00"))
    (found,) = waiting.services.waiting.candidates(clinic.maria, freed)
    assert found.left_out == "Dr Amara Osei does not give that service"


def test_an_offer_writes_one_message_to_each_who_can_be_written_to(waiting: List) -> None:
    freed = waiting.freed()
    offers = waiting.offer(freed, waiting.wish("Ann", email="ann@mail.test"), waiting.wish("Bob"))
    assert [each.state for each in offers] == [OfferState.OPEN] * 2
    assert [(each.has_mail, each.phone) for each in offers] == [
        (True, "020 7946 0001"), (False, "020 7946 0001"),
    ]  # fmt: skip
    assert offers[0].expires_at == waiting.clinic.clock.now() + timedelta(hours=1)
    queued = NotificationStatus.QUEUED
    assert waiting.messages() == [("slot_offered", "ann", queued)]


def test_nobody_is_offered_a_time_twice_or_against_the_wish(waiting: List) -> None:
    freed, ann = waiting.freed(), waiting.wish("Ann", email="ann@mail.test")
    fussy = waiting.wish("Fussy", until_minute=720)
    with pytest.raises(WishLeftOutError, match=r"Fussy Waits .* only mornings"):
        waiting.offer(freed, ann, fussy)
    assert waiting.states() == []
    assert waiting.messages() == []
    waiting.offer(freed, ann)
    with pytest.raises(WishLeftOutError, match="offered this already"):
        waiting.offer(freed, ann)
    with pytest.raises(NobodyChosenError):
        waiting.offer(freed)


def test_the_first_yes_books_and_the_rivals_are_told(waiting: List) -> None:
    clinic, freed = waiting.clinic, waiting.freed()
    ann, bob = (
        waiting.wish("Ann", email="ann@mail.test"),
        waiting.wish("Bob", email="bob@mail.test"),
    )
    first, second = waiting.offer(freed, ann, bob)
    waiting.sent()
    visit = waiting.services.waiting.accept(clinic.maria, first.id)
    assert (visit.starts_at, visit.doctor_id, visit.status) == (
        freed.starts_at, clinic.sato, AppointmentStatus.CONFIRMED,
    )  # fmt: skip
    assert visit.patient_id == ann.wish.patient_id
    assert waiting.states() == [("Ann", OfferState.ACCEPTED), ("Bob", OfferState.GONE)]
    told = [(kind, who) for kind, who, status in waiting.messages() if status == "queued"]
    assert ("slot_gone", "bob") in told
    assert ("slot_gone", "ann") not in told
    left = waiting.services.waiting.wishes(clinic.maria, clinic_id=clinic.main)
    assert [each.id for each in left] == [bob.id]
    with pytest.raises(OfferGoneError, match="gone to somebody else"):
        waiting.services.waiting.accept(clinic.maria, second.id)
    with pytest.raises(OfferGoneError, match="accepted already"):
        waiting.services.waiting.accept(clinic.maria, first.id)


def test_who_has_not_read_of_a_time_is_not_told_that_it_is_gone(waiting: List) -> None:
    freed = waiting.freed()
    offers = waiting.offer(freed, waiting.wish("Ann"), waiting.wish("Bob", email="bob@mail.test"))
    waiting.services.waiting.accept(waiting.clinic.maria, offers[0].id)
    assert waiting.messages() == [("slot_offered", "bob", NotificationStatus.SUPPRESSED)]


def test_a_later_visit_is_moved_and_not_doubled(waiting: List) -> None:
    clinic, freed = waiting.clinic, waiting.freed()
    later = clinic.booked("10:00", THURSDAY)
    new = NewWish(clinic.chloe, clinic.check_up, appointment_id=later.id)
    wish = waiting.services.waiting.add(clinic.maria, new)
    assert wish.later_at == clinic.at("10:00", THURSDAY)
    (offer,) = waiting.offer(freed, wish)
    visit = waiting.services.waiting.accept(clinic.maria, offer.id)
    assert (visit.id, visit.starts_at) == (later.id, freed.starts_at)


def test_a_no_keeps_the_wish_and_is_remembered_for_this_time(waiting: List) -> None:
    clinic, freed, ann = waiting.clinic, waiting.freed(), waiting.wish("Ann", email="ann@mail.test")
    (offer,) = waiting.offer(freed, ann)
    waiting.services.waiting.decline(clinic.maria, offer.id)
    (found,) = waiting.services.waiting.candidates(clinic.maria, freed)
    assert found.left_out == "was offered this and declined"
    assert waiting.messages() == [("slot_offered", "ann", NotificationStatus.SUPPRESSED)]
    with pytest.raises(OfferGoneError, match="declined already"):
        waiting.services.waiting.accept(clinic.maria, offer.id)


def test_an_offer_ends_by_itself_and_can_be_made_anew(waiting: List) -> None:
    clinic, freed, ann = waiting.clinic, waiting.freed(), waiting.wish("Ann")
    (offer,) = waiting.offer(freed, ann, minutes=30)
    clinic.clock.advance(timedelta(minutes=30))
    assert waiting.states() == [("Ann", OfferState.EXPIRED)]
    with pytest.raises(OfferGoneError, match="run out"):
        waiting.services.waiting.accept(clinic.maria, offer.id)
    (again,) = waiting.offer(freed, ann)
    assert waiting.services.waiting.accept(clinic.maria, again.id).starts_at == freed.starts_at


def test_an_offer_never_outlives_its_time(waiting: List) -> None:
    freed = waiting.freed()
    (offer,) = waiting.offer(freed, waiting.wish("Ann"), minutes=24 * 60)
    assert offer.expires_at == freed.starts_at


def test_a_time_booked_by_another_way_ends_its_offers(waiting: List) -> None:
    clinic, freed = waiting.clinic, waiting.freed()
    ann, bob = (
        waiting.wish("Ann", email="ann@mail.test"),
        waiting.wish("Bob", email="bob@mail.test"),
    )
    first, _ = waiting.offer(freed, ann, bob)
    waiting.sent()
    clinic.booked("14:00", patient_id=clinic.jun)
    with pytest.raises(OfferGoneError, match="gone to somebody else"):
        waiting.services.waiting.accept(clinic.maria, first.id)
    assert {state for _, state in waiting.states()} == {OfferState.GONE}
    gone = [who for kind, who, _ in waiting.messages() if kind == "slot_gone"]
    assert sorted(gone) == ["ann", "bob"]
    assert len(waiting.services.waiting.wishes(clinic.maria, clinic_id=clinic.main)) == 2


def test_withdrawing_a_wish_ends_its_offers(waiting: List) -> None:
    freed, ann = waiting.freed(), waiting.wish("Ann", email="ann@mail.test")
    waiting.offer(freed, ann)
    waiting.services.waiting.withdraw(waiting.clinic.maria, ann.id, version=ann.version)
    assert waiting.states() == [("Ann", OfferState.GONE)]
    assert waiting.messages() == [("slot_offered", "ann", NotificationStatus.SUPPRESSED)]


def test_a_doctor_gives_away_their_own_time_alone(waiting: List) -> None:
    clinic, freed, ann = waiting.clinic, waiting.freed(), waiting.wish("Ann")
    with pytest.raises(OtherDoctorsAppointmentError):
        waiting.services.waiting.offer(
            clinic.doctor(clinic.osei), freed=freed, wish_ids=[ann.id], minutes_to_answer=60
        )
    made = waiting.services.waiting.offer(
        clinic.doctor(clinic.sato), freed=freed, wish_ids=[ann.id], minutes_to_answer=60
    )
    assert len(made) == 1


@pytest.mark.parametrize("round_number", range(5))
def test_of_two_desks_that_say_yes_at_once_one_books(waiting: List, round_number: int) -> None:
    clinic, freed = waiting.clinic, waiting.freed()
    people = [waiting.wish(f"No{number}", email=f"no{number}@mail.test") for number in range(4)]
    offers = waiting.offer(freed, *people)
    waiting.sent()
    start = Barrier(2)

    def answer(offer: Offer) -> object:
        start.wait()
        try:
            return waiting.services.waiting.accept(clinic.maria, offer.id)
        except OfferGoneError as error:
            return error

    with ThreadPoolExecutor(2) as desks:
        answers = list(desks.map(answer, offers[round_number % 2 :][:2]))
    assert sum(isinstance(each, OfferGoneError) for each in answers) == 1
    booked = clinic.database.read(
        lambda session: session.scalar(
            select(func.count())
            .select_from(Appointment)
            .where(Appointment.status.in_(BLOCKING), Appointment.starts_at == freed.starts_at)
        )
    )
    assert booked == 1
    gone = [who for kind, who, _ in waiting.messages() if kind == "slot_gone"]
    assert len(gone) == len(set(gone)) == 3
