"""Reads beside the window what the calendar is to show."""

from dataclasses import dataclass, replace
from datetime import date

from clinicdesk.access import Actor
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import CalendarDay, CalendarMonth
from clinicdesk.schedule.rules import is_anyones
from clinicdesk.schedule.shelf.records import ShelfCard
from clinicdesk.schedule.views.records import LAST_LEFT, SavedView, ViewKind
from clinicdesk.schedule.week import WEEK, week_of
from clinicdesk.staff.records import DoctorRecord
from ui.core.session import Desk
from ui.schedule.calendar_kinds import OF_ONE_DOCTOR

NO_VIEW = SavedView(LAST_LEFT, "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: `view` None is the one that suits the person, `day` None today."""

    view: SavedView | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one refresh brings; `day` and `month` are None where the other is shown, or no clinic
    is there.
    """

    view: SavedView
    clinics: tuple[ClinicRecord, ...]
    clinic: ClinicRecord | None
    today: date
    shown_on: date
    doctors: tuple[DoctorRecord, ...] = ()
    doctor: DoctorRecord | None = None
    day: CalendarDay | None = None
    month: CalendarMonth | None = None
    cards: tuple[ShelfCard, ...] = ()
    views: tuple[SavedView, ...] = ()


def load(desk: Desk, actor: Actor, wanted: Wanted) -> Loaded:
    """Read everything for one picture of the calendar."""
    services = desk.services
    clinics = services.clinics.clinics(actor)
    views = services.views.views(actor)
    view = wanted.view or _usual(actor, views)
    clinic = _clinic(desk, clinics, view)
    now = desk.clock.now()
    if clinic is None:
        today = clinic_day(now, "UTC")
        return Loaded(view, clinics, None, today, wanted.day or today)
    today = clinic_day(now, clinic.time_zone)
    everybody = services.staff.doctors(actor)
    here = tuple(one for one in everybody if clinic.id in one.clinic_ids)
    doctor = _doctor(everybody, here, actor, view)
    if doctor is None and view.kind in OF_ONE_DOCTOR:
        view = replace(view, kind=ViewKind.DAY)
    found = Loaded(
        replace(view, clinic_id=clinic.id, doctor_id=doctor.id if doctor else None),
        clinics,
        clinic,
        today,
        wanted.day or today,
        here if doctor in here or doctor is None else (doctor, *here),
        doctor,
        cards=services.shelf.cards(actor, clinic.id),
        views=views,
    )
    return _with_days(desk, actor, found)


def _usual(actor: Actor, views: tuple[SavedView, ...]) -> SavedView:
    """Give the view to begin with: a doctor's own day, or what the person left last."""
    if actor.doctor_id is not None and not is_anyones(actor):
        return replace(NO_VIEW, kind=ViewKind.OWN_DAY)
    return next((view for view in views if view.key == LAST_LEFT), NO_VIEW)


def _clinic(desk: Desk, clinics: tuple[ClinicRecord, ...], view: SavedView) -> ClinicRecord | None:
    wanted = view.clinic_id or desk.session.clinic_id
    chosen = [clinic for clinic in clinics if clinic.id == wanted]
    return next(iter(chosen or clinics), None)


def _doctor(
    everybody: tuple[DoctorRecord, ...],
    here: tuple[DoctorRecord, ...],
    actor: Actor,
    view: SavedView,
) -> DoctorRecord | None:
    is_own = view.kind is ViewKind.OWN_DAY
    asked = actor.doctor_id if is_own else (view.doctor_id or actor.doctor_id)
    found = [one for one in everybody if one.id == asked]
    return next(iter(found), None) if is_own else next(iter(found or here), None)


def _with_days(desk: Desk, actor: Actor, found: Loaded) -> Loaded:
    calendar, view, on = desk.services.calendar, found.view, found.shown_on
    clinic_id, doctor_id = view.clinic_id or 0, view.doctor_id
    if view.kind is ViewKind.MONTH:
        shown = [one.id for one in found.doctors if one.id not in view.hidden]
        of = shown if view.hidden else None
        month = calendar.calendar_month(actor, clinic_id=clinic_id, month_on=on, doctor_ids=of)
        return replace(found, month=month)
    if view.kind in OF_ONE_DOCTOR and doctor_id is not None:
        is_week = view.kind is ViewKind.WEEK
        day = calendar.calendar_week(
            actor,
            clinic_id=clinic_id,
            doctor_id=doctor_id,
            first_on=week_of(on) if is_week else on,
            days=WEEK if is_week else 1,
        )
    else:
        by_room = view.kind is ViewKind.ROOMS
        day = calendar.calendar_day(actor, clinic_id=clinic_id, day=on, by_room=by_room)
    return replace(found, day=day)
