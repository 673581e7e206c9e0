"""The errors a person can meet, named for what they can do next.

Everything else that is raised is a bug. The text of each error is one or two plain sentences for
the person at the desk: it names no table, module or exception, and holds no patient data beyond
what that person has just typed or is allowed to see.
"""


class ClinicDeskError(Exception):
    """A known error: its text may be shown as it is."""

    title = "That did not work"

    @property
    def sentence(self) -> str:
        """What happened and what to do next, in the clinic's words."""
        return str(self.args[0]) if self.args else self.title


class InvalidInputError(ClinicDeskError):
    """Something typed cannot be used; `field` names the form field it stands at."""

    title = "Please check what was entered"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class RuleError(ClinicDeskError):
    """The clinic's rules do not allow this step now."""

    title = "Not possible now"


class ConflictError(ClinicDeskError):
    """Somebody else was first, or changed the same thing meanwhile."""

    title = "Somebody was faster"


class AccessDeniedError(ClinicDeskError):
    """The person signed in may not do this."""

    title = "Not allowed"


class RefusedError(ClinicDeskError):
    """An outside party said no: a declined card, a rejected address."""

    title = "Refused"


class UnavailableError(ClinicDeskError):
    """Something outside cannot be reached or is busy; nothing was done, trying again is safe."""

    title = "Not reachable"


class UnknownOutcomeError(ClinicDeskError):
    """A request went out and no answer came: it may or may not have happened."""

    title = "Not known yet"


class StorageError(ClinicDeskError):
    """The clinic's data cannot be read or written."""

    title = "The clinic's data cannot be reached"
