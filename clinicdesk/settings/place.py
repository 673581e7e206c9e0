"""Where a clinic's data lies on this computer, or on which server."""

import os
from dataclasses import dataclass
from pathlib import Path

SERVER_VARIABLE = "CLINICDESK_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class ClinicPlace:
    """A folder of this computer, and the URL of a PostgreSQL server when there is one."""

    folder: Path
    server_url: str = ""

    @property
    def database_file(self) -> Path:
        """The embedded database, used when there is no server."""
        return self.folder / "clinic.db"

    @property
    def secrets_name(self) -> str:
        """The name under which the keyring keeps this clinic's secrets."""
        return str(self.folder.resolve())

    def make_folder(self) -> None:
        """Make the folder, readable by this user alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def user_folder() -> Path:
    """Give the folder of this user in which programs keep their data."""
    import platformdirs  # noqa: PLC0415  # costs 15 ms that a chosen folder does not need

    return platformdirs.user_data_path("ClinicDesk", appauthor=False)


def place_in(folder: Path | None) -> ClinicPlace:
    """Give the place in a chosen folder, or this user's own.

    CLINICDESK_DATABASE_URL names the server, if there is one.
    """
    return ClinicPlace(folder or user_folder(), os.environ.get(SERVER_VARIABLE, ""))
