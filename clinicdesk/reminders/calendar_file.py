"""Writes a visit as an iCalendar file that a patient's calendar can take in (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from clinicdesk.outbox.channels.addresses import domain_of
from clinicdesk.reminders.records import VisitFacts

MEDIA_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "appointment.ics"
PRODUCT = "-//ClinicDesk//Appointments//EN"
ZONE_SPAN = timedelta(days=370)
ONE_DAY = timedelta(days=1)


def calendar_file(visit: VisitFacts, *, organiser: str, is_off: bool, now: datetime) -> bytes:
    """Give the file's bytes; `organiser` is the clinic's mail address.

    The same visit has the same UID for ever and a higher SEQUENCE with each change, so that a
    calendar moves or removes its entry instead of adding one. Times are the clinic's wall time with
    its VTIMEZONE.
    """
    zone = ZoneInfo(visit.clinic.time_zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(_zone(visit.clinic.time_zone, visit.starts_at.year))
    event = Event()
    event.add("uid", f"{visit.calendar_key}@{domain_of(organiser)}")
    event.add("sequence", visit.version)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", visit.starts_at.astimezone(zone))
    event.add("dtend", visit.ends_at.astimezone(zone))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("summary", f"Appointment at {visit.clinic.name}")
    event.add("location", ", ".join(visit.clinic.address.splitlines()) or visit.clinic.name)
    event.add("class", "PRIVATE")
    owner = vCalAddress(f"mailto:{organiser}")
    owner.params["cn"] = vText(visit.clinic.name)
    event.add("organizer", owner)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


@lru_cache(maxsize=64)
def _zone(time_zone: str, year: int) -> Timezone:
    """Give the rules of a zone from a year before to a year after, one entry for each change."""
    zone = ZoneInfo(time_zone)
    first = datetime(year, 1, 1, tzinfo=UTC) - ZONE_SPAN
    last = datetime(year, 12, 31, tzinfo=UTC) + ZONE_SPAN
    component = Timezone()
    component.add("tzid", time_zone)
    component.add_component(_observance(zone, first, before=first))
    at = first
    while at < last:
        if at.astimezone(zone).utcoffset() != (at + ONE_DAY).astimezone(zone).utcoffset():
            changed_at = _change_between(zone, at, at + ONE_DAY)
            component.add_component(
                _observance(zone, changed_at, before=changed_at - timedelta(seconds=1))
            )
        at += ONE_DAY
    return component


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Find the second at which the offset changes within (early, late]."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late


def _observance(
    zone: ZoneInfo, begins_at: datetime, *, before: datetime
) -> TimezoneStandard | TimezoneDaylight:
    """Give one entry; its start is told by the clock that ran until then, as the format wants."""
    former, new = before.astimezone(zone), begins_at.astimezone(zone)
    entry = TimezoneDaylight() if new.dst() else TimezoneStandard()
    offset_before = former.utcoffset() or timedelta()
    entry.add("dtstart", (begins_at + offset_before).replace(tzinfo=None))
    entry.add("tzoffsetfrom", offset_before)
    entry.add("tzoffsetto", new.utcoffset() or timedelta())
    entry.add("tzname", new.tzname() or "")
    return entry
