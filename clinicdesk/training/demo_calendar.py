"""What stands in the demo's calendar besides visits: holidays, blocks, equipment, ways."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinicdesk.access import Actor
from clinicdesk.clinics.resources import ResourceService
from clinicdesk.schedule.hours.blocks import BlockService
from clinicdesk.schedule.hours.closures import ClosureService
from clinicdesk.schedule.hours.holidays import PublicHoliday
from clinicdesk.schedule.hours.records import Block, BlockTypeRecord, Closure, TravelTime
from clinicdesk.schedule.hours.travel import TravelService

HALF_A_YEAR = timedelta(days=182)
THURSDAY, FRIDAY = 1 << 3, 1 << 4
WAY_MINUTES = 20
ECGS = ("ECG 1", "ECG 2")


@dataclass(frozen=True)
class CalendarServices:
    """What the demo's calendar is set up with."""

    closures: ClosureService
    blocks: BlockService
    resources: ResourceService
    travel: TravelService


def set_up_calendar(
    services: CalendarServices, actor: Actor, clinic_ids: tuple[int, ...], *, day: date
) -> None:
    """Set the demo's calendar up; nothing of it lies on `day` itself."""
    services.travel.set_travel_time(actor, TravelTime(clinic_ids[0], clinic_ids[1], WAY_MINUTES))
    for clinic_id in clinic_ids:
        for year in (day.year, day.year + 1):
            proposed = services.closures.propose_holidays(actor, clinic_id, year=year)
            ahead = [PublicHoliday(each.on, each.name) for each in proposed if each.on > day]
            services.closures.add_holidays(actor, clinic_id, holidays=ahead)
        for name in ECGS:
            services.resources.add_equipment(actor, clinic_id, kind="ECG", name=name)
    year_end = date(day.year, 12, 31)
    if year_end > day:
        closure = Closure(None, year_end, year_end, "Stock-taking", starts_minute=720,
                          ends_minute=1080)  # fmt: skip
        services.closures.add_closure(actor, closure)


def block_times(
    services: CalendarServices,
    actor: Actor,
    *,
    clinic_id: int,
    doctor_id: int,
    urgent_service_id: int,
    day: date,
) -> None:
    """Block a weekly meeting of everybody, and an hour a week for emergencies of one doctor."""
    from_on, until_on = day + timedelta(days=1), day + HALF_A_YEAR
    meeting = services.blocks.add_block_type(actor, BlockTypeRecord("Team meeting", is_hard=True))
    emergencies = services.blocks.add_block_type(
        actor,
        BlockTypeRecord(
            "Emergencies only", is_hard=False, service_ids=frozenset({urgent_service_id})
        ),
    )
    services.blocks.add_block(
        actor,
        Block(meeting, clinic_id, from_on, until_on, 750, 780, weekdays=THURSDAY, every_weeks=2),
    )
    services.blocks.add_block(
        actor,
        Block(emergencies, clinic_id, from_on, until_on, 960, 1020, doctor_id, weekdays=FRIDAY),
    )
