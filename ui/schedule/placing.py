"""Puts appointments elsewhere: moved, stretched or copied, with what to do when that is refused."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.errors import (
    PatientOverlapError,
    ReasonNeededError,
    SlotTakenError,
    TimeNotOfferedError,
)
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, CancelledBy, Slot
from clinicdesk.schedule.series.records import Scope
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day, wall, when_text
from ui.schedule.chosen import Chosen
from ui.schedule.outlet import Outlet
from ui.schedule.reason_dialog import ReasonDialog
from ui.schedule.refused_dialog import RefusedDialog, WaysOn
from ui.schedule.series_scope_dialog import ask_scope
from ui.schedule.series_steps import SeriesSteps


@dataclass(frozen=True, slots=True)
class Allowance:
    """What was allowed on purpose: booking over something, or the patient's own overlap."""

    overbook_reason: str = ""
    accept_patient_overlap: bool = False


@dataclass(frozen=True)
class Attempt:
    """Something to try, again with an allowance or at another time.

    `work` runs beside the window; `elsewhere` tries the same at a free time that was offered.
    """

    name: str
    time_zone: str
    work: Callable[[Allowance], AppointmentDetails]
    done: Callable[[AppointmentDetails], None]
    elsewhere: Callable[[Slot], None] | None = None


class Placing:
    """Tries to put appointments at a time; `refused` tells that what was dropped must go back.

    `made` holds the versions that it made itself, which the day may not show yet.
    """

    def __init__(
        self, host: QWidget, desk: Desk, outlet: Outlet, *, refused: Callable[[], None]
    ) -> None:
        self._host, self._desk, self._outlet, self._refused = host, desk, outlet, refused
        self._series = SeriesSteps(host, desk, outlet, refused=refused)
        self.made: dict[int, int] = {}

    # --- what is tried ---------------------------------------------------------------------

    def move(self, chosen: Chosen, doctor_id: int, starts_at: datetime) -> None:
        """Move an appointment, of a series the visits that are meant; offer to move them back."""
        if chosen.details.series_id is None:
            self._move_one(chosen, doctor_id, starts_at)
            return
        dialog = ask_scope(
            self._host,
            self._desk.theme,
            title="Move a visit of a series",
            what=when_text(chosen.details),
            chosen=lambda scope: (
                self._move_one(chosen, doctor_id, starts_at)
                if scope is Scope.THIS
                else self._series.move(chosen, scope, doctor_id, starts_at)
            ),
        )
        dialog.closed.connect(self._refused)

    def _move_one(self, chosen: Chosen, doctor_id: int, starts_at: datetime) -> None:
        self._try(self._moving(chosen, doctor_id, starts_at))

    def move_over(self, chosen: Chosen, doctor_id: int, starts_at: datetime, *, why: str) -> None:
        """Ask for a reason, then move an appointment over what is in the way."""
        attempt = self._moving(chosen, doctor_id, starts_at)
        self._ask_reason(attempt, Allowance(), why)

    def _moving(self, chosen: Chosen, doctor_id: int, starts_at: datetime) -> Attempt:
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def work(allowed: Allowance) -> AppointmentDetails:
            return services.schedule.move(
                actor,
                before.id,
                version=self._version(before),
                doctor_id=doctor_id,
                starts_at=starts_at,
                overbook_reason=allowed.overbook_reason,
                accept_patient_overlap=allowed.accept_patient_overlap,
            )

        def moved(after: AppointmentDetails) -> None:
            start = wall(after.starts_at, after.time_zone)
            words = f"{chosen.patient.name} moved to {short_day(start.date())} {start:%H:%M}"
            self._outlet.offer_undo(
                f"{words}, {after.doctor_name}",
                lambda: self._move_one(
                    replace(chosen, details=after), before.doctor_id, before.starts_at
                ),
            )
            self._outlet.freed(after.id)

        return Attempt(
            chosen.patient.name,
            before.time_zone,
            work,
            moved,
            lambda slot: self._move_one(chosen, slot.doctor_id, slot.starts_at),
        )

    def resize(self, chosen: Chosen, ends_at: datetime) -> None:
        """Give an appointment another end, and offer the former one."""
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def work(allowed: Allowance) -> AppointmentDetails:
            return services.schedule.resize(
                actor,
                before.id,
                version=self._version(before),
                ends_at=ends_at,
                overbook_reason=allowed.overbook_reason,
            )

        def resized(after: AppointmentDetails) -> None:
            start, end = (wall(at, after.time_zone) for at in (after.starts_at, after.ends_at))
            words = f"{chosen.patient.name} now {start:%H:%M}–{end:%H:%M}"
            self._outlet.offer_undo(
                words, lambda: self.resize(replace(chosen, details=after), before.ends_at)
            )

        self._try(Attempt(chosen.patient.name, before.time_zone, work, resized))

    def move_to_room(self, chosen: Chosen, room_id: int | None, starts_at: datetime) -> None:
        """Take an appointment to another room, and to another time where that was asked too."""
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def work(allowed: Allowance) -> AppointmentDetails:
            now = before
            if starts_at != before.starts_at:
                now = services.schedule.move(
                    actor,
                    before.id,
                    version=self._version(before),
                    doctor_id=before.doctor_id,
                    starts_at=starts_at,
                    overbook_reason=allowed.overbook_reason,
                    accept_patient_overlap=allowed.accept_patient_overlap,
                )
            if room_id and room_id != now.room_id:
                now = services.schedule.change(
                    actor,
                    before.id,
                    version=self._version(now),
                    room_id=room_id,
                )
            return now

        def moved(after: AppointmentDetails) -> None:
            words = f"{chosen.patient.name} · {when_text(after)} · {after.room_name}"
            later = replace(chosen, details=after)
            self._outlet.offer_undo(
                words, lambda: self.move_to_room(later, before.room_id, before.starts_at)
            )

        self._try(Attempt(chosen.patient.name, before.time_zone, work, moved))

    def copy(self, copied: Chosen, doctor_id: int, starts_at: datetime) -> None:
        """Book the same visit once more, as long as it is; Undo takes it back."""
        visit, actor, services = copied.details, self._desk.actor, self._desk.services
        minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        request = BookingRequest(
            str(uuid.uuid4()),
            visit.clinic_id,
            doctor_id,
            visit.patient_id,
            visit.service_id,
            starts_at,
            confirm_now=True,
            duration_minutes=minutes,
        )

        def work(allowed: Allowance) -> AppointmentDetails:
            return services.schedule.book(
                actor,
                replace(
                    request,
                    overbook_reason=allowed.overbook_reason,
                    accept_patient_overlap=allowed.accept_patient_overlap,
                ),
            )

        self._try(
            Attempt(
                copied.patient.name,
                visit.time_zone,
                work,
                lambda made: self.offer_to_unbook(made, copied.patient.name),
                lambda slot: self.copy(copied, slot.doctor_id, slot.starts_at),
            )
        )

    def offer_to_unbook(self, made: AppointmentDetails, name: str) -> None:
        """Say that something was booked, and offer to take it back."""
        actor, services = self._desk.actor, self._desk.services

        def unbook() -> None:
            self._desk.tasks.run(
                self._host,
                lambda: services.schedule.cancel(
                    actor,
                    made.id,
                    version=made.version,
                    reason="Booked by mistake",
                    by=CancelledBy.CLINIC,
                ),
                done=lambda _after: self._outlet.say(f"Not booked after all · {name}"),
                settled=self._outlet.changed,
            )

        self._outlet.offer_undo(f"Booked · {name}, {when_text(made)}", unbook)

    # --- what happens then -----------------------------------------------------------------

    def _try(self, attempt: Attempt, allowed: Allowance | None = None) -> None:
        given = allowed or Allowance()
        self._desk.tasks.run(
            self._host,
            lambda: self._work(attempt, given),
            done=attempt.done,
            failed=lambda error: self._explain(attempt, given, error),
            settled=self._outlet.changed,
        )

    def _work(self, attempt: Attempt, given: Allowance) -> AppointmentDetails:
        """Run beside the window; two steps in a row then build on each other."""
        after = attempt.work(given)
        self.made[after.id] = after.version
        return after

    def _version(self, seen: AppointmentDetails) -> int:
        return max(seen.version, self.made.get(seen.id, 0))

    def _explain(self, attempt: Attempt, given: Allowance, error: ClinicDeskError) -> None:
        self._refused()
        ways = WaysOn(time_zone=attempt.time_zone)
        if isinstance(error, PatientOverlapError):
            accepted = replace(given, accept_patient_overlap=True)
            ways = replace(
                ways,
                override=lambda: self._try(attempt, accepted),
                override_text="Book it all the same",
            )
        elif isinstance(error, SlotTakenError | TimeNotOfferedError):
            may = error.can_overbook and self._desk.session.may(Action.OVERBOOK)
            ways = replace(
                ways,
                slots=error.next_free,
                take=attempt.elsewhere,
                override=(lambda: self._ask_reason(attempt, given, error.sentence))
                if may
                else None,
            )
        elif isinstance(error, ReasonNeededError):
            self._ask_reason(attempt, given, error.sentence)
            return
        RefusedDialog(self._host, self._desk.theme, error, ways=ways).open()

    def _ask_reason(self, attempt: Attempt, given: Allowance, sentence: str) -> None:
        def go_on(reason: str) -> None:
            dialog.finish()
            self._try(attempt, replace(given, overbook_reason=reason))

        dialog = ReasonDialog(
            self._host,
            self._desk.theme,
            title=f"Book over it · {attempt.name}",
            sentence=sentence,
            verb="Book over it",
            go_on=go_on,
        )
        dialog.open()
