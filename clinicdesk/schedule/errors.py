"""Why an appointment cannot be booked, moved or taken a step further."""

from clinicdesk.errors import AccessDeniedError, ConflictError, InvalidInputError, RuleError
from clinicdesk.schedule.records import AppointmentDetails, CalendarAppointment, Slot


class AppointmentMissingError(ConflictError):
    """There is no such appointment."""

    def __init__(self) -> None:
        super().__init__("This appointment is not in the calendar. Please look at the day again.")


class AppointmentChangedError(ConflictError):
    """Somebody changed the appointment since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this appointment meanwhile, so nothing was saved. Look at how "
            "it stands now, then decide again."
        )


class SlotTakenError(ConflictError):
    """Another appointment holds the time; `next_free` offers others for the same service.

    `can_overbook` tells whether somebody with the right may book over it with a reason. `rivals`
    are requests of others for the time, which hold nothing yet. `has_gone` tells that whoever was
    in the way is not there any more, so that it may well succeed now.
    """

    title = "That time is taken"

    def __init__(
        self,
        sentence: str,
        *,
        next_free: tuple[Slot, ...] = (),
        can_overbook: bool = True,
        rivals: tuple[CalendarAppointment, ...] = (),
        has_gone: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.next_free = next_free
        self.can_overbook = can_overbook
        self.rivals = rivals
        self.has_gone = has_gone

    def beside(self, rivals: tuple[CalendarAppointment, ...]) -> "SlotTakenError":
        """Give the same error with the others who asked for the time named."""
        names = ", ".join(dict.fromkeys(rival.patient_name for rival in rivals))
        asked = f" Also asked for by {names}." if names else ""
        return SlotTakenError(
            self.sentence + asked,
            next_free=self.next_free,
            can_overbook=self.can_overbook,
            rivals=rivals,
            has_gone=self.has_gone,
        )


class AlreadyBookedError(ConflictError):
    """The same dialog has already booked, and something else than it asks for now."""

    def __init__(self) -> None:
        super().__init__(
            "This booking was already saved with other details. Find it in the calendar and move "
            "it, or begin a new booking."
        )


class TimeNotOfferedError(RuleError):
    """The clinic offers no visit at that time; the sentence says why and what would do.

    `next_free` offers other times; `can_overbook` tells whether somebody with the right may pass
    over the rule with a reason.
    """

    def __init__(
        self, sentence: str, *, next_free: tuple[Slot, ...] = (), can_overbook: bool = False
    ) -> None:
        super().__init__(sentence)
        self.next_free = next_free
        self.can_overbook = can_overbook


class ClinicClosedError(TimeNotOfferedError):
    """The clinic is closed then, or it is a public holiday."""


class TimeBlockedError(TimeNotOfferedError):
    """The time of the doctor, the room or the clinic is blocked."""


class TravelTimeError(TimeNotOfferedError):
    """The doctor is on the way between two clinics then."""


class EquipmentMissingError(TimeNotOfferedError):
    """The clinic has nothing of what the service needs."""


class ShortNoticeError(TimeNotOfferedError):
    """The time comes sooner than the service is offered to somebody who is not at the desk."""


class KeptForTheDayError(TimeNotOfferedError):
    """The last places of a day are kept for those who ask on the day itself."""


class OutsideHoursError(TimeNotOfferedError):
    """The doctor sees nobody at that clinic then, or not for long enough."""


class PastTimeError(TimeNotOfferedError):
    """The time has passed, or gives too little notice."""


class TooFarAheadError(TimeNotOfferedError):
    """The time lies beyond what the clinic books."""


class OffStepError(TimeNotOfferedError):
    """The time does not stand on the clinic's step."""


class NotBookableError(RuleError):
    """Doctor, service, clinic and patient do not fit together; the sentence names which."""


class WrongStepError(RuleError):
    """The appointment's state does not allow this step; the sentence names what is possible."""


class TooEarlyError(RuleError):
    """The step belongs to the day or hour of the visit, which has not come."""


class OtherDoctorsAppointmentError(AccessDeniedError):
    """A doctor may only touch appointments of their own."""

    def __init__(self) -> None:
        super().__init__(
            "You may only change your own appointments. Ask reception to change this one."
        )


class HoursInvalidError(InvalidInputError):
    """Hours that cannot be: the sentence says why, `field` where."""


class ShelfCardGoneError(ConflictError):
    """A colleague took the card off the shelf."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague has taken this card off the shelf already. The calendar shows where its "
            "appointment stands."
        )


class PatientOverlapError(ConflictError):
    """The patient has another visit at that time; passed on purpose with the overlap accepted."""

    title = "The patient is elsewhere then"

    def __init__(self, sentence: str, *, other: AppointmentDetails) -> None:
        super().__init__(sentence)
        self.other = other


class ReasonNeededError(RuleError):
    """The step may be taken with a reason only; the sentence says what for."""

    title = "Please say why"
