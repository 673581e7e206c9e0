"""Puts into one plain sentence why a time cannot be had, with the way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.availability import open_spans
from clinicdesk.schedule.limits import Shut
from clinicdesk.schedule.queries import holder
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.records import CalendarAppointment, Slot
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.wall_clock import instant, utc_minute
from clinicdesk.schedule.wanted import Wanted
from clinicdesk.schedule.whereabouts import Elsewhere, elsewhere
from clinicdesk.staff.models import Doctor

_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
HAS_GONE = "Somebody took that time a moment ago."
"""What is said where the visit in the way is not there any more when it is looked for."""
_NONE_LEFT = "There is no free time left with this doctor: try another."


@dataclass(frozen=True, slots=True)
class Case:
    """A time that cannot be had, the search it was looked up in, and what is free instead."""

    session: Session
    wanted: Wanted
    search: SlotSearch
    free: tuple[Slot, ...]

    @property
    def zone(self) -> str:
        """The zone of the clinic."""
        return self.search.places[self.wanted.clinic_id].wall.time_zone

    @property
    def day(self) -> date:
        """The clinic's day of the wanted time."""
        return clinic_day(self.wanted.starts_at, self.zone)

    @property
    def doctor(self) -> str:
        """The doctor's name."""
        return _doctor(self.session, self.wanted.doctor_id)

    @property
    def clinic(self) -> str:
        """The clinic's name."""
        return _clinic(self.session, self.wanted.clinic_id)

    def at(self, moment: datetime | int) -> str:
        """Give the clock time of an instant or of a minute of UTC."""
        at = instant(moment) if isinstance(moment, int) else moment
        return f"{at.astimezone(ZoneInfo(self.zone)):%H:%M}"

    def when(self, at: datetime) -> str:
        """Give the clock time, with the day where it is another than the wanted one."""
        day = clinic_day(at, self.zone)
        return self.at(at) if day == self.day else f"{_date(day)} {self.at(at)}"

    def offers(self) -> str:
        """Say which times are free next."""
        if not self.free:
            return _NONE_LEFT
        return f"Next free: {', '.join(self.when(slot.starts_at) for slot in self.free)}."

    def next_here(self) -> str:
        """Say when the doctor is free here next, as the end of a sentence."""
        if not self.free:
            return "there is no free time left here: try another doctor."
        return f"next here {self.when(self.free[0].starts_at)}."


def sentence(reason: NotFree, case: Case) -> str:
    """Say why the time cannot be had, and what would do instead."""
    return _SENTENCES[reason](case)


def _off_step(case: Case) -> str:
    step = case.search.places[case.wanted.clinic_id].step_minutes
    return (
        f"Visits at this clinic start every {step} minutes from the full hour. Please choose such "
        "a time."
    )


def _past(case: Case) -> str:
    return f"That time has passed. Please choose a later one. {case.offers()}"


def _notice(case: Case) -> str:
    return f"{case.when(case.wanted.starts_at)} comes too soon for this service. {case.offers()}"


def _too_far(case: Case) -> str:
    last = clinic_day(instant(case.search.until_minute) - timedelta(minutes=1), case.zone)
    return (
        f"The calendar is not open that far ahead: it ends on {_date(last)} {last.year}. Choose an "
        "earlier day."
    )


def _holiday(case: Case) -> str:
    shut = next((one for one, *_ in _shut(case, NotFree.HOLIDAY)), None)
    name = shut.name if shut and shut.name else "a public holiday"
    return f"{_date(case.day)} is {name}, and {case.clinic} is closed; {case.next_here()}"


def _closed(case: Case) -> str:
    for shut, begin, end in _shut(case, NotFree.CLOSED):
        why = f" ({shut.name})" if shut.name else ""
        whole = shut.starts_minute == 0 and shut.ends_minute == 24 * 60
        span = "" if whole else f" from {case.at(begin)} to {case.at(end)}"
        return f"{case.clinic} is closed on {_date(case.day)}{span}{why}; {case.next_here()}"
    return f"{case.clinic} is closed then; {case.next_here()}"


def _outside_hours(case: Case) -> str:
    meanwhile = elsewhere(case.session, case.wanted, case.search, with_visits=False)
    if meanwhile is not None:
        return _away(case, meanwhile)
    wall = case.search.places[case.wanted.clinic_id].wall
    clinic_id, doctor_id = case.wanted.clinic_id, case.wanted.doctor_id
    spans = open_spans(case.search.plan, {clinic_id: wall}, [doctor_id], [case.day])
    if not spans:
        return (
            f"{case.doctor} sees nobody at {case.clinic} on {_date(case.day)}; {case.next_here()}"
        )
    hours = " and ".join(f"{case.at(span.starts_at)}–{case.at(span.ends_at)}" for span in spans)
    return (
        f"A visit of {case.wanted.length.duration_minutes} minutes at "
        f"{case.at(case.wanted.starts_at)} does not fit: {case.doctor} sees patients at "
        f"{case.clinic} on {_date(case.day)} {hours}. {case.offers()}"
    )


def _travel(case: Case) -> str:
    meanwhile = elsewhere(case.session, case.wanted, case.search, with_visits=True)
    if meanwhile is None:
        return f"{case.doctor} is on the way between two clinics then; {case.next_here()}"
    return _away(case, meanwhile)


def _away(case: Case, meanwhile: Elsewhere) -> str:
    way = f"{meanwhile.way_minutes} min travel"
    if meanwhile.begin >= utc_minute(case.wanted.visit[1]):
        return (
            f"{case.doctor} is at {meanwhile.clinic_name} from {case.at(meanwhile.begin)}, and "
            f"needs {way} before it; {case.next_here()}"
        )
    plus = f", plus {way}" if meanwhile.way_minutes else ""
    return (
        f"{case.doctor} is at {meanwhile.clinic_name} until {case.at(meanwhile.end)}{plus}; "
        f"{case.next_here()}"
    )


def _blocked(case: Case) -> str:
    for shut, begin, end in _shut(case, NotFree.BLOCKED):
        whose = case.clinic if shut.doctor_id is None else case.doctor
        return _block_sentence(case, shut, whose, (begin, end))
    return f"That time is blocked; {case.next_here()}"


def _room_blocked(case: Case) -> str:
    for shut, begin, end in _shut(case, NotFree.ROOM_BLOCKED):
        return _block_sentence(case, shut, "The room", (begin, end))
    return f"The room is blocked then; {case.next_here()}"


def _block_sentence(case: Case, shut: Shut, whose: str, span: tuple[int, int]) -> str:
    times = f"from {case.at(span[0])} to {case.at(span[1])}"
    if shut.is_hard:
        return f"{whose} has “{shut.name}” {times}; {case.next_here()}"
    return (
        f"{whose} keeps {times[5:]} for “{shut.name}”, which this service is not part of; "
        f"{case.next_here()}"
    )


def _taken(case: Case) -> str:
    wanted = case.wanted
    found = holder(
        case.session,
        doctor_id=wanted.doctor_id,
        room_id=wanted.room_id,
        busy=wanted.busy,
        visit=wanted.visit,
        leave_out=wanted.leave_out,
    )
    if found is None:
        return f"{HAS_GONE} {case.offers()}"
    return f"{_holder_sentence(case, found)} {case.offers()}"


def _holder_sentence(case: Case, found: CalendarAppointment) -> str:
    where = ""
    if found.clinic_id != case.wanted.clinic_id:
        where = f" at {_clinic(case.session, found.clinic_id)}"
    elif found.doctor_id != case.wanted.doctor_id:
        where = " in the same room"
    if found.starts_at > case.wanted.starts_at:
        return (
            f"There is time until {case.at(found.starts_at)} only: then "
            f"{_doctor(case.session, found.doctor_id)} has {found.patient_name}{where}."
        )
    return (
        f"{case.at(case.wanted.starts_at)} is taken: {_doctor(case.session, found.doctor_id)} has "
        f"{found.patient_name} from {case.at(found.starts_at)} to {case.at(found.ends_at)}{where}."
    )


def _held(case: Case) -> str:
    begin, end = (utc_minute(at) for at in case.wanted.busy)
    for held in case.search.limits.held:
        if held.doctor_id == case.wanted.doctor_id and held.begin < end and held.end > begin:
            who = f"{held.user_name} at {held.desk}" if held.desk else held.user_name
            return (
                f"{who or 'Another desk'} is just booking {case.at(held.begin)} to "
                f"{case.at(held.end)}; the time is held until {case.at(held.expires_minute)} at "
                f"most. {case.offers()}"
            )
    return f"Another desk is just booking that time. {case.offers()}"


def _no_equipment(case: Case) -> str:
    kind = case.search.limits.equipment_kind
    return (
        f"This service needs “{kind}”, and there is none in use at {case.clinic}. Please choose "
        "another clinic."
    )


def _equipment_busy(case: Case) -> str:
    kind, span = case.search.limits.equipment_kind, case.wanted.visit
    return (
        f"All of “{kind}” at {case.clinic} is in use between {case.at(span[0])} and "
        f"{case.at(span[1])}. {case.offers()}"
    )


def _kept(case: Case) -> str:
    pairs = case.search.pairs
    count = next((p.same_day_places for p in pairs if p.doctor_id == case.wanted.doctor_id), 0)
    places = "place" if count == 1 else f"{count} places"
    verb = "is" if count == 1 else "are"
    return (
        f"The last {places} of {case.doctor} on {_date(case.day)} {verb} kept for those who ask on "
        f"the day itself. {case.offers()}"
    )


def _shut(case: Case, reason: NotFree) -> Iterator[tuple[Shut, int, int]]:
    """Yield the rules that take the wanted time away, and from when until when they do."""
    wanted, search = case.wanted, case.search
    span = wanted.visit if reason is NotFree.ROOM_BLOCKED else wanted.busy
    begin, end = utc_minute(span[0]), utc_minute(span[1])
    walls = {**search.limits.walls, **{key: one.wall for key, one in search.places.items()}}
    first = case.day.toordinal()
    for shut in search.limits.shuts:
        if shut.reason is not reason or not shut.is_for(
            wanted.clinic_id, wanted.doctor_id, wanted.room_id
        ):
            continue
        wall = walls[wanted.clinic_id if shut.clinic_id is None else shut.clinic_id]
        for opens, closes in shut.minutes(wall, range(first - 2, first + 3)):
            if opens < end and closes > begin:
                yield shut, opens, closes


def _doctor(session: Session, doctor_id: int) -> str:
    return session.scalar(select(Doctor.display_name).where(Doctor.id == doctor_id)) or "The doctor"


def _clinic(session: Session, clinic_id: int) -> str:
    return session.scalar(select(Clinic.name).where(Clinic.id == clinic_id)) or "The clinic"


def _date(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


_SENTENCES: Mapping[NotFree, Callable[[Case], str]] = {
    NotFree.OFF_STEP: _off_step,
    NotFree.PAST: _past,
    NotFree.NOTICE: _notice,
    NotFree.TOO_FAR: _too_far,
    NotFree.HOLIDAY: _holiday,
    NotFree.CLOSED: _closed,
    NotFree.OUTSIDE_HOURS: _outside_hours,
    NotFree.BLOCKED: _blocked,
    NotFree.DOCTOR_BUSY: _taken,
    NotFree.TRAVEL: _travel,
    NotFree.HELD: _held,
    NotFree.ROOM_BLOCKED: _room_blocked,
    NotFree.ROOM_BUSY: _taken,
    NotFree.NO_EQUIPMENT: _no_equipment,
    NotFree.EQUIPMENT_BUSY: _equipment_busy,
    NotFree.KEPT_FOR_THE_DAY: _kept,
}
