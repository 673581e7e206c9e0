"""Which day it is at the clinic that the desk works for."""

from datetime import date

from clinicdesk.access import Actor
from clinicdesk.clock import clinic_day
from ui.core.session import Desk

NO_CLINIC_ZONE = "UTC"


def clinic_today(desk: Desk, actor: Actor, clinic_id: int | None) -> date:
    """Give the day on the clinic's wall; reads the clinics, so run it beside the window.

    Without a clinic of that id the first one counts.
    """
    clinics = desk.services.clinics.clinics(actor)
    chosen = [clinic for clinic in clinics if clinic.id == clinic_id] or list(clinics)
    return clinic_day(desk.clock.now(), chosen[0].time_zone if chosen else NO_CLINIC_ZONE)
