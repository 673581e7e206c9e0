"""Who is on the demo clinic's waiting list."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from clinicdesk.access import Actor
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.service import PatientService
from clinicdesk.schedule.waiting.records import NewWish
from clinicdesk.schedule.waiting.service import WaitingListService

NOON = 12 * 60
FRIDAY = 4
PEOPLE = (
    ("Hassan", "Idris", "1972-03-19", "M"),
    ("Mina", "Park", "1994-01-07", "F"),
    ("Joan", "Fry", "1957-11-30", "F"),
)


def fill_waiting_list(
    waiting: WaitingListService,
    patients: PatientService,
    actor: Actor,
    *,
    day: date,
    services: Mapping[str, int],
    doctors: Mapping[str, int],
) -> None:
    """Put three patients on the list: one for mornings, one for this week, one for any time."""
    until_on = day + timedelta(days=max(FRIDAY - day.weekday() - 1, 0))
    wishes = (
        NewWish(0, services["Follow-up"], doctor_id=doctors["osei"], until_minute=NOON),
        NewWish(0, services["Vaccination"], doctor_id=doctors["sato"], until_on=until_on),
        NewWish(0, services["Check-up"]),
    )
    for number, (person, wish) in enumerate(zip(PEOPLE, wishes, strict=True)):
        given, family, born, sex = person
        details = PatientDetails(
            given_name=given,
            family_name=family,
            born_on=date.fromisoformat(born),
            sex=sex,
            phone=f"020 7946 0{200 + number}",
            email=f"waiting{number + 1}@mail.example",
            address=f"{number + 7} Mill Lane\nLondon N1 4AA",
        )
        patient_id = patients.add(actor, details).id
        waiting.add(actor, replace(wish, patient_id=patient_id))
