"""What the one search looks through."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.core.day_text import day_text
from ui.core.session import Session
from ui.shell.search_box import MOST_HITS, Search, SearchHit

if TYPE_CHECKING:
    from clinicdesk.app import Services


def patient_search(services: "Services", session: Session) -> Search:
    """Give the search for patients on behalf of whoever is signed in."""

    def search(text: str) -> Sequence[SearchHit]:
        hits = services.patients.search(session.actor, text, limit=MOST_HITS)
        return [
            SearchHit(
                hit.name,
                " · ".join(
                    part
                    for part in (
                        day_text(hit.born_on) if hit.born_on else "",
                        hit.phone,
                        hit.number,
                    )
                    if part
                ),
                "patient",
                hit.id,
            )
            for hit in hits
        ]

    return search
