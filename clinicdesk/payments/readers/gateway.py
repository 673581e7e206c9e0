"""What is asked of the card provider about card readers, beside taking payments on them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from clinicdesk.money import Money


class Screen(StrEnum):
    """What a reader shows now; `OTHER` is something that this version does not know."""

    NOTHING = "nothing"
    PAYMENT = "payment"
    CART = "cart"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReaderDetails:
    """A reader as the provider knows it; `is_online` may lag minutes behind a dead line."""

    reader_id: str
    label: str
    device_type: str
    serial_number: str
    location_id: str
    is_online: bool
    screen: Screen = Screen.NOTHING
    intent_id: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where readers stand; `country` is a code of two letters."""

    name: str
    country: str
    street: str = ""
    city: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line for the reader's screen; `amount` is of the whole line, whatever its quantity."""

    text: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Cart:
    """What the patient sees before the card is asked for."""

    lines: tuple[CartLine, ...]
    total: Money


class ReaderGateway(Protocol):
    """Raises what every method of CardGateway raises, beside what it names itself."""

    def listed(self) -> tuple[ReaderDetails, ...]:
        """List the readers of the account."""
        ...

    def register(self, code: str, *, label: str, location_id: str) -> ReaderDetails:
        """Take a reader into the account by the code on its screen.

        Raises:
            ReaderCodeError: the code is wrong or too old.
        """
        ...

    def rename(self, reader_id: str, label: str) -> ReaderDetails:
        """Give a reader another name."""
        ...

    def remove(self, reader_id: str) -> None:
        """Take a reader out of the account; one that is not there is no error."""
        ...

    def location_of(self, clinic_key: str) -> str | None:
        """Give the id of the place made for a clinic, without making one."""
        ...

    def make_location(self, clinic_key: str, place: Place) -> str:
        """Make the place of a clinic, or give the one made with the same key."""
        ...

    def show_cart(self, reader_id: str, cart: Cart) -> None:
        """Show what is going to be paid; it takes the place of whatever is shown.

        Raises:
            ReaderBusyError, ReaderOfflineError, ReaderTimeoutError, ReaderFaultError: as named.
        """
        ...
