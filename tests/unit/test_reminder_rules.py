"""A reminder is due when the patient's clock says so, and what it says is only text."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from jinja2 import TemplateError

from clinicdesk.clock import local_instant
from clinicdesk.outbox.records import NotificationStatus
from clinicdesk.reminders.calendar_file import calendar_file
from clinicdesk.reminders.records import Kind, Reader, Sender, VisitFacts
from clinicdesk.reminders.rules import reminder_due_at, why_not_about_visit
from clinicdesk.reminders.templates import Templates, when
from clinicdesk.schedule.records import AppointmentStatus

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
CLINIC = Sender("Main", "1 Main Street\nLondon", "020 7946 0000", "desk@x.test", "GB", BERLIN)
# All that some kind of message names.
NAMES = (
    *("patient", "doctor", "date", "time", "amount", "number", "until"),
    *("former_doctor", "former_date", "former_time"),
    *("issued", "due", "bank", "level"),
)
NASTY = (
    "{{ 7 * 7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{patient.__init__.__globals__}",
    "{0:>999999999}",
    "%(patient)s",
    "<strong>x & y</strong>",
    "<script>alert(1)</script>",
    '"><img src=http://x.test/a.png>',
)


def _visit(starts_at: datetime, **changed: object) -> VisitFacts:
    values: dict[str, object] = {
        "appointment_id": 7,
        "version": 3,
        "calendar_key": "0b7f1f6e",
        "status": AppointmentStatus.CONFIRMED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "doctor_name": "Dr Sato",
        "clinic": CLINIC,
        "patient": Reader(1, "Anna", "anna@x.test", True),
        **changed,
    }
    return VisitFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "day", "hours_between"),
    [
        (BERLIN, date(2027, 3, 28), 23),
        (BERLIN, date(2027, 3, 29), 24),
        (BERLIN, date(2027, 10, 31), 25),
        (BERLIN, date(2027, 11, 1), 24),
        (NEW_YORK, date(2027, 3, 14), 23),
        (NEW_YORK, date(2027, 11, 7), 25),
        (NEW_YORK, date(2027, 7, 7), 24),
    ],
)
def test_a_day_before_is_the_same_time_on_the_clinics_clock(
    zone: str, day: date, hours_between: int
) -> None:
    starts_at = local_instant(day, 10 * 60, zone)
    due_at = reminder_due_at(starts_at, hours_before=24, time_zone=zone)
    local = due_at.astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (day - timedelta(days=1), 10, 0)
    assert starts_at - due_at == timedelta(hours=hours_between)


def test_a_time_that_the_clocks_skip_is_reminded_of_after_the_gap() -> None:
    starts_at = local_instant(date(2027, 3, 29), 150, BERLIN)
    due_at = reminder_due_at(starts_at, hours_before=24, time_zone=BERLIN)
    assert due_at.astimezone(ZoneInfo(BERLIN)).isoformat() == "2027-03-28T03:30:00+02:00"


def test_whether_a_message_still_makes_sense_hangs_on_the_visit_as_it_stands() -> None:
    ahead = NOW + timedelta(days=1)
    for kind in (Kind.CONFIRMATION, Kind.CHANGED, Kind.REMINDER):
        assert why_not_about_visit(kind, _visit(ahead), now=NOW) is None
        for status in set(AppointmentStatus) - {
            AppointmentStatus.REQUESTED,
            AppointmentStatus.CONFIRMED,
        }:
            refusal = why_not_about_visit(kind, _visit(ahead, status=status), now=NOW)
            assert refusal is not None
            assert refusal.status is NotificationStatus.SUPPRESSED
            is_off = status is AppointmentStatus.CANCELLED
            assert ("cancelled" in refusal.reason) == is_off
        past = why_not_about_visit(kind, _visit(NOW), now=NOW)
        assert past is not None
        assert past.status is NotificationStatus.EXPIRED
    off = _visit(ahead, status=AppointmentStatus.CANCELLED)
    assert why_not_about_visit(Kind.CANCELLED, off, now=NOW) is None
    assert why_not_about_visit(Kind.CANCELLED, _visit(ahead), now=NOW) is not None


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("kind", list(Kind))
def test_what_data_holds_is_shown_as_it_is(kind: Kind, nasty: str) -> None:
    values = dict.fromkeys(NAMES, nasty)
    clinic = Sender(nasty, nasty, nasty, "desk@x.test", "GB", BERLIN)
    written = Templates().fill(kind, values, clinic=clinic)
    assert nasty in written.text
    assert "<strong>x" not in written.html
    assert "<script" not in written.html
    assert "<img" not in written.html
    escaped = nasty.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped.replace('"', "&#34;").replace("'", "&#39;") in written.html


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__.__mro__ }}", "{{ unknown }}", "{{ patient.__init__ }}"]
)
def test_a_template_reaches_nothing_but_its_values(template: str, tmp_path: Path) -> None:
    for part in ("subject.txt", "txt", "html"):
        (tmp_path / f"reminder.{part}").write_text(template)
    with pytest.raises(TemplateError):
        Templates(tmp_path).fill(Kind.REMINDER, {"patient": "Anna"}, clinic=CLINIC)


def test_every_kind_is_addressed_and_links_to_nothing() -> None:
    values = dict.fromkeys(NAMES, "something") | {"patient": "Anna", "doctor": "Dr Sato"}
    for kind in Kind:
        written = Templates().fill(kind, {**values, **when(NOW, CLINIC)}, clinic=CLINIC)
        assert written.text.startswith("Dear Anna,\n\n")
        assert "1 Main Street, London" in written.text
        assert "\n\n\n" not in written.text
        assert not re.search(r"https?:|src=|href=", written.html)
        assert written.subject
        assert "\n" not in written.subject


@pytest.mark.parametrize(
    ("country", "date_text", "time_text"),
    [
        ("GB", "Tuesday, 24 November 2026", "10:48"),
        ("US", "Tuesday, November 24, 2026", "10:48 AM"),
        ("", "Tuesday, November 24, 2026", "10:48 AM"),
    ],
)
def test_dates_are_written_as_in_the_clinics_country(
    country: str, date_text: str, time_text: str
) -> None:
    clinic = Sender("Main", "", "", "", country, BERLIN)
    shown = when(NOW, clinic)
    assert shown["date"].replace("Tuesday 24", "Tuesday, 24") == date_text
    assert shown["time"].replace("\u202f", " ") == time_text


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [1, 3, 7, 10, 11])
def test_the_calendar_file_says_the_right_time_by_its_own_zone_rules(zone: str, month: int) -> None:
    clinic = Sender("Main", "1 Main Street\nLondon", "", "", "GB", zone)
    starts_at = local_instant(date(2027, month, 28), 10 * 60, zone)
    raw = calendar_file(
        _visit(starts_at, clinic=clinic), organiser="desk@x.test", is_off=False, now=NOW
    )
    calendar = Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == "0b7f1f6e@x.test"
    assert event["SEQUENCE"] == 3
    assert event.decoded("dtstart").astimezone(UTC) == starts_at
    assert b"Sato" not in raw
    offsets = []
    for rule in calendar.walk("VTIMEZONE")[0].subcomponents:
        begins = rule.decoded("dtstart").replace(tzinfo=UTC) - rule["TZOFFSETFROM"].td
        if begins <= starts_at:
            offsets.append((begins, rule["TZOFFSETTO"].td))
    assert max(offsets)[1] == starts_at.astimezone(ZoneInfo(zone)).utcoffset()


def test_a_cancelled_visit_takes_its_entry_out_of_the_calendar() -> None:
    raw = calendar_file(_visit(NOW), organiser="desk@x.test", is_off=True, now=NOW)
    calendar = Calendar.from_ical(raw)
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"
