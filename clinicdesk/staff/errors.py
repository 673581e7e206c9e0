"""Why somebody cannot sign in or be added."""

from clinicdesk.errors import AccessDeniedError, ConflictError


class SignInFailedError(AccessDeniedError):
    """The name or the password does not fit; the same words for both."""

    def __init__(self) -> None:
        super().__init__("That name and password do not fit. Please try again.")


class SignInLockedError(AccessDeniedError):
    """Too many misses: this person has to wait."""

    def __init__(self, wait_seconds: int) -> None:
        minutes = max(1, -(-wait_seconds // 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"There were too many wrong tries. Please wait {minutes} {unit}, then try again."
        )


class LoginTakenError(ConflictError):
    """Another person signs in with that name."""

    def __init__(self) -> None:
        super().__init__("Somebody already signs in with that name. Please choose another.")
