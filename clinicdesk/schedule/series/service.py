"""Books, previews and changes visits that recur."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.errors import PatientOverlapError, SlotTakenError, TimeNotOfferedError
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    BookingRequest,
    CancelledBy,
    Slot,
)
from clinicdesk.schedule.series import changing
from clinicdesk.schedule.series.errors import SeriesTakenError
from clinicdesk.schedule.series.reading import read_preview
from clinicdesk.schedule.series.records import Recurrence, Scope, SeriesPreview, ShiftPreview


class SeriesService:
    """Series of appointments: every visit is an appointment of its own that names its series.

    Every change is one transaction: all of it, or nothing.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None = None,
        policy: BookingPolicy | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy
        desk = BookingDesk(clock, audit, notifier, self._policy)
        self._desk = changing.SeriesDesk(desk, clock, audit)

    @requires(Action.BOOK)
    def preview(
        self, _actor: Actor, request: BookingRequest, recurrence: Recurrence
    ) -> SeriesPreview:
        """Tell of each date whether it is free, or why not and what is free near it that day.

        Raises:
            InvalidInputError: the recurrence has no end, or too many visits; `field` says where.
            NotBookableError: doctor, service, clinic and patient do not fit.
        """
        return self._database.read(
            lambda session: read_preview(
                session, request, recurrence, policy=self._policy, now=self._clock.now()
            )
        )

    @requires(Action.BOOK)
    def book(
        self,
        actor: Actor,
        request: BookingRequest,
        recurrence: Recurrence,
        chosen: Sequence[Slot],
    ) -> tuple[AppointmentDetails, ...]:
        """Book the chosen times as one series; the same request again gives what it made.

        `chosen` are times of a preview: those wanted, or what was free near them. Times at which
        the patient has another visit need the request's `accept_patient_overlap`.

        Raises:
            SeriesTakenError: one of them cannot be had any more; its `preview` is fresh.
            NoDateChosenError: there is none.
        """

        def work(transaction: Transaction) -> tuple[AppointmentDetails, ...]:
            return self._desk.book(transaction, actor, request, recurrence, chosen)

        refused: Exception
        try:
            return self._database.write(work)
        except (SlotTakenError, TimeNotOfferedError, PatientOverlapError) as error:
            refused, sentence = error, error.sentence
        except IntegrityError as error:
            if not changing.is_taken(error):
                raise
            refused, sentence = error, "Somebody took it a moment ago."
        fresh = self.preview(actor, request, recurrence)
        raise SeriesTakenError(fresh, chosen=len(chosen), sentence=sentence) from refused

    @requires(Action.SEE_CALENDAR)
    def visits(self, _actor: Actor, appointment_id: int) -> tuple[AppointmentDetails, ...]:
        """List the visits of an appointment's series in every state, the earliest first."""
        return self._database.read(lambda session: changing.visits(session, appointment_id))

    @requires(Action.BOOK)
    def preview_move(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        scope: Scope,
        doctor_id: int,
        starts_at: datetime,
    ) -> ShiftPreview:
        """Tell where each visit would go, and what hinders it; nothing is changed.

        The move is tried as it would be made and taken back, so that visits of the series that
        make room for each other hinder nobody.

        Raises:
            NoSeriesError, AppointmentChangedError, OtherDoctorsAppointmentError: as named.
        """
        shift = changing.Shift(appointment_id, version, scope, doctor_id, starts_at)
        return changing.tried(
            self._database, lambda transaction: self._desk.move(transaction, actor, shift)[1]
        )

    @requires(Action.BOOK)
    def move(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        scope: Scope,
        doctor_id: int,
        starts_at: datetime,
        leave: Sequence[int] = (),
        accept_patient_overlap: bool = False,
    ) -> tuple[AppointmentDetails, ...]:
        """Move a visit to `starts_at`, and the others of the scope by as much on the wall clock.

        Visits in `leave` stay, as do those that are over. To another doctor go all.

        Raises:
            SeriesHinderedError: one of them cannot go there, so none was moved.
            NoSeriesError, AppointmentChangedError, WrongStepError: as named.
        """
        shift = changing.Shift(
            appointment_id,
            version,
            scope,
            doctor_id,
            starts_at,
            leave=frozenset(leave),
            accept_patient_overlap=accept_patient_overlap,
        )
        return self._database.write(
            lambda transaction: self._desk.move_all(transaction, actor, shift)
        )

    @requires(Action.BOOK)
    def cancel(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        scope: Scope,
        reason: str,
        by: CancelledBy = CancelledBy.PATIENT,
    ) -> tuple[AppointmentDetails, ...]:
        """Cancel a visit, and those of the scope that are still to come.

        Raises:
            NoSeriesError, AppointmentChangedError, WrongStepError: as named.
        """
        return self._database.write(
            lambda transaction: self._desk.cancel(
                transaction, actor, appointment_id, version, scope=scope, reason=reason, by=by
            )
        )

    @requires(Action.BOOK)
    def restore(
        self, actor: Actor, cancelled: Sequence[AppointmentDetails]
    ) -> tuple[AppointmentDetails, ...]:
        """Take the cancellation of several visits back, if all of their times are still free.

        Raises:
            SlotTakenError: somebody has one of the times by now, so none was restored.
            AppointmentChangedError, WrongStepError: as named.
        """
        return self._desk.restore(self._database, actor, cancelled)
