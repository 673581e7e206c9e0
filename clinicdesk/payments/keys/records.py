"""The card provider's key as screens see it: never the key itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardKeyInfo:
    """Which key is in use; `ending` are its last four characters.

    One that `is_given` comes from the environment or a file, and cannot be changed here.
    """

    is_live: bool
    is_restricted: bool
    ending: str
    is_given: bool
