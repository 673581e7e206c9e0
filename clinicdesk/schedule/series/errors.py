"""Why a series cannot be booked or changed as it was asked for."""

from clinicdesk.errors import ConflictError, InvalidInputError
from clinicdesk.schedule.series.records import SeriesPreview, ShiftPreview


class SeriesTakenError(ConflictError):
    """Some of the times chosen are no longer free; `preview` shows every date as it stands now."""

    title = "Nothing was booked"

    def __init__(self, preview: SeriesPreview, *, chosen: int, sentence: str) -> None:
        super().__init__(
            f"One of the {chosen} times chosen cannot be had, so nothing was booked. {sentence} "
            "The list shows how it stands now."
        )
        self.preview = preview


class SeriesHinderedError(ConflictError):
    """Some visits cannot go where they should; `preview` tells of each, and nothing was moved."""

    title = "Nothing was moved"

    def __init__(self, preview: ShiftPreview) -> None:
        many = len(preview.hindered)
        first = next((each.sentence for each in preview.hindered), "")
        super().__init__(
            f"{many} of {len(preview.visits)} visits cannot be moved there, so none was moved. "
            f"{first}"
        )
        self.preview = preview


class NoDateChosenError(InvalidInputError):
    """A series without a date."""

    def __init__(self) -> None:
        super().__init__("Please choose at least one date.", field="dates")


class NoSeriesError(InvalidInputError):
    """The appointment stands alone."""

    def __init__(self) -> None:
        super().__init__("This appointment is not part of a series.")
