"""Why a clinic, a room or a service cannot be as somebody entered it."""

from clinicdesk.errors import ConflictError, InvalidInputError


class NameTakenError(ConflictError):
    """Another clinic, service, room or piece of equipment has that name."""

    def __init__(self) -> None:
        super().__init__("That name is already used. Please choose another.")


class UnknownTimeZoneError(InvalidInputError):
    """The time zone's name is not one that computers know."""

    def __init__(self) -> None:
        super().__init__(
            "That time zone is not known. Choose one such as Europe/London.", field="time_zone"
        )


class ServiceLengthError(InvalidInputError):
    """A service is too short or too long to be booked."""

    def __init__(self) -> None:
        super().__init__(
            "A service takes between 5 minutes and 12 hours.", field="duration_minutes"
        )


class ServiceInvalidError(InvalidInputError):
    """A service that cannot be: the sentence says why, `field` where."""


class ResourceInvalidError(InvalidInputError):
    """A room or a piece of equipment that cannot be: the sentence says why, `field` where."""


class PolicyInvalidError(InvalidInputError):
    """A rule that cannot be: the sentence says why, `field` where."""


class ServiceGoneError(ConflictError):
    """The service is not offered any more."""

    def __init__(self) -> None:
        super().__init__("This service is no longer offered. The list shows what is.")


class ClinicGoneError(ConflictError):
    """There is no such clinic."""

    def __init__(self) -> None:
        super().__init__("This clinic is not in the list any more. Please choose another.")


class ResourceGoneError(ConflictError):
    """There is no such room or piece of equipment."""

    def __init__(self) -> None:
        super().__init__("This is not in the clinic's list any more. Please look at it again.")
