"""Which day it is, and in which time zone, at the clinic that the desk works for."""

from datetime import date

from clinicdesk.access import Actor
from clinicdesk.clock import clinic_day
from ui.core.session import Desk

NO_CLINIC_ZONE = "UTC"


def clinic_today(desk: Desk, actor: Actor, clinic_id: int | None) -> date:
    """Give the day on the clinic's wall; reads the clinics, so run it beside the window.

    Without a clinic of that id the first one counts.
    """
    return clinic_day(desk.clock.now(), clinic_zone(desk, actor, clinic_id))


def clinic_zone(desk: Desk, actor: Actor, clinic_id: int | None) -> str:
    """Give the time zone of the clinic's wall; to be run beside the window too."""
    clinics = desk.services.clinics.clinics(actor)
    chosen = [clinic for clinic in clinics if clinic.id == clinic_id] or list(clinics)
    return chosen[0].time_zone if chosen else NO_CLINIC_ZONE
