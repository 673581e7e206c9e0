"""What the one search looks through: patients, and invoices where a number is typed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clinicdesk.access import Action
from ui.core.day_text import day_text
from ui.core.session import Session
from ui.shell.search_box import MOST_HITS, Search, SearchHit

if TYPE_CHECKING:
    from clinicdesk.app import Services
    from clinicdesk.billing.records import InvoiceRow
    from clinicdesk.patients.records import PatientHit

MOST_INVOICES = 3


def desk_search(services: "Services", session: Session) -> Search:
    """Give the search on behalf of whoever is signed in; it runs beside the window."""

    def search(text: str) -> Sequence[SearchHit]:
        actor, clinic_id, found = session.actor, session.clinic_id, []
        if actor.may(Action.FIND_PATIENT):
            hits = services.patients.search(actor, text, limit=MOST_HITS)
            found += [_patient(hit) for hit in hits]
        has_digit = any(letter.isdigit() for letter in text)
        if has_digit and clinic_id is not None and actor.may(Action.SEE_BILLING):
            rows = services.billing.invoices(
                actor, clinic_id=clinic_id, text=text, limit=MOST_INVOICES
            )
            found += [_invoice(row) for row in rows]
        return found

    return search


def _patient(hit: "PatientHit") -> SearchHit:
    born = day_text(hit.born_on) if hit.born_on else ""
    detail = " · ".join(part for part in (born, hit.phone, hit.number) if part)
    return SearchHit(hit.name, detail, "patient", hit.id)


def _invoice(row: "InvoiceRow") -> SearchHit:
    return SearchHit(row.number, f"{row.patient_name} · {row.state.value}", "invoice", row.id)
