"""Keeps each person's views of the calendar on their function keys."""

from clinicdesk.database.session import Database


class ViewService:
    """Saved views of the calendar."""

    def __init__(self, database: Database) -> None:
        self._database = database
