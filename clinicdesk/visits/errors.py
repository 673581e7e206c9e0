"""Why a step of a visit cannot be taken."""

from clinicdesk.errors import ConflictError, RuleError
from clinicdesk.schedule.errors import SlotTakenError


class TooLateError(RuleError):
    """The day of the visit is over."""

    def __init__(self) -> None:
        super().__init__(
            "This visit was on an earlier day, so the patient cannot be checked in for it. Finish "
            "it, mark it as a no-show, or book a new time."
        )


class NotWaitingError(RuleError):
    """Only a patient in the waiting room can be called in."""

    def __init__(self) -> None:
        super().__init__("Only a patient who waits can be called in. Check the patient in first.")


class RoomInUseError(ConflictError):
    """Somebody is in the room, or has it now; passed on purpose by sharing the room."""

    title = "That room is in use"


class RoomMissingError(RuleError):
    """The clinic has no such room."""

    def __init__(self) -> None:
        super().__init__("This clinic no longer has that room. Please choose another.")


class NoFreeTimeError(RuleError):
    """No doctor asked for has a free time left today."""

    title = "No free time left today"

    def __init__(self) -> None:
        super().__init__(
            "No free time is left today. Choose another doctor or service, book another day, or "
            "put the patient in now with a reason if you may."
        )


class DoctorNeededError(RuleError):
    """Whoever is put in over others needs a doctor who takes them."""

    def __init__(self) -> None:
        super().__init__("Please choose the doctor who sees the patient in between.")


def stays_no_show() -> SlotTakenError:
    """Say that the time of a no-show is somebody else's by now."""
    return SlotTakenError(
        "The time of this visit was given to somebody else meanwhile, so it stays a "
        "no-show. Book a new time for the patient."
    )
