"""Why hours, closures, blocks and travel times cannot be as somebody entered them."""

from clinicdesk.errors import ConflictError, InvalidInputError, UnavailableError


class ClosureInvalidError(InvalidInputError):
    """A closure that cannot be: the sentence says why, `field` where."""


class BlockInvalidError(InvalidInputError):
    """A block, or a kind of block, that cannot be: the sentence says why, `field` where."""


class TravelInvalidError(InvalidInputError):
    """A way between two clinics that cannot be: the sentence says why, `field` where."""


class PlaceInvalidError(InvalidInputError):
    """A doctor's place at a clinic that cannot be: the sentence says why, `field` where."""


class HolidaysUnknownError(UnavailableError):
    """No list of public holidays is known for a country or region."""

    def __init__(self, country: str, region: str = "") -> None:
        place = f"{country}, {region}" if region else country or "this clinic"
        super().__init__(
            f"No public holidays are known for {place}. Please check the clinic's country and "
            "region, or add the days one by one as closures."
        )


class EntryGoneError(ConflictError):
    """What was to be changed or removed is not there any more."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has removed this already. The list shows how it stands now."
        )


class BlockChangedError(ConflictError):
    """Somebody changed the block since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this block meanwhile, so nothing was saved. Look at how it "
            "stands now, then decide again."
        )


class TypeNameTakenError(ConflictError):
    """Another kind of block has that name."""

    def __init__(self) -> None:
        super().__init__("Another kind of block has that name. Please choose another.")
