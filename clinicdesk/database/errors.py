"""What the storage can say to a person, and how a refused row is recognised."""

from sqlalchemy.exc import IntegrityError

from clinicdesk.errors import StorageError


class StorageBusyError(StorageError):
    """Another program or desk holds the data for longer than a save may wait."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic's data is busy, so nothing was saved. What you entered is still here: "
            "please try again in a moment."
        )


class StorageFullError(StorageError):
    """The disk is full or cannot be written."""

    def __init__(self) -> None:
        super().__init__(
            "The disk cannot be written, so nothing was saved. Free some space, then try again: "
            "what you entered is still here."
        )


class DatabaseMissingError(StorageError):
    """The file that holds the clinic's data is not there, or is empty."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic's data cannot be found where it was. Connect its drive or restore a "
            "backup; no new, empty data was made."
        )


class DatabaseKeyError(StorageError):
    """The file cannot be opened with this clinic's key."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic's data cannot be opened with this computer's key. It belongs to another "
            "clinic, or it is damaged: restore a backup."
        )


class DatabaseUnreachableError(StorageError):
    """The database server does not answer."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic's server does not answer, so nothing was saved. What you entered is still "
            "here: please try again when the connection is back."
        )


class NewerDatabaseError(StorageError):
    """The data was written by a newer version of the program."""

    def __init__(self) -> None:
        super().__init__(
            "The clinic's data was made by a newer ClinicDesk. Please update this computer first."
        )


def violated(error: IntegrityError) -> str:
    """Name what refused a row: a constraint, or the columns that must be unique.

    PostgreSQL names the constraint; SQLite names a trigger's text, a CHECK, or "table.column".
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or diagnosis.message_primary or "")
    return str(error.orig).rpartition("failed: ")[2]
