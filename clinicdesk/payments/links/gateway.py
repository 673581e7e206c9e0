"""What is asked of the card provider about payment links."""

from dataclasses import dataclass
from typing import Protocol

from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link as the provider holds it; `url` is where its page opens."""

    provider_link_id: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PageState:
    """A page that was opened from a link.

    `is_paid` is that the money came in: a page may be completed and still unpaid.
    """

    session_id: str
    is_open: bool
    is_paid: bool
    intent_id: str


class LinkGateway(Protocol):
    """Raises what every method of CardGateway raises, beside what it names itself."""

    def create(self, link_key: str, *, amount: Money, title: str) -> LinkState:
        """Make a link that can be paid once, or give back the one made with the same key.

        `title` stands on the page and tells nothing of the patient.

        Raises:
            AmountRefusedError: the provider takes no such amount or currency.
        """
        ...

    def find(self, link_key: str) -> LinkState | None:
        """Look for a link by its metadata, without making one."""
        ...

    def close(self, provider_link_id: str) -> LinkState:
        """Let no page open from a link any more."""
        ...

    def pages(self, provider_link_id: str) -> tuple[PageState, ...]:
        """List the pages that were opened from a link, newest first."""
        ...

    def expire(self, session_id: str) -> bool:
        """Close an open page; False where it was completed or closed before."""
        ...
