"""What was heard of the card provider."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """How many events were dealt with.

    `compared` tells that everything was gone through one by one instead, because the provider no
    longer lists what happened since it was last asked.
    """

    events: int
    compared: bool = False
