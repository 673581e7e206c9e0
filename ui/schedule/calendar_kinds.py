"""What the calendar can show, how it is named, and how one steps through it."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinicdesk.schedule.views.records import ViewKind
from clinicdesk.schedule.week import WEEK, week_of
from ui.core.day_text import LONG_MONTHS, long_day_text

KINDS = (ViewKind.DAY, ViewKind.ROOMS, ViewKind.WEEK, ViewKind.MONTH, ViewKind.OWN_DAY)
WORDS = {
    ViewKind.DAY: "Day",
    ViewKind.ROOMS: "Rooms",
    ViewKind.WEEK: "Week",
    ViewKind.MONTH: "Month",
    ViewKind.OWN_DAY: "My day",
}
OF_ONE_DOCTOR = frozenset({ViewKind.WEEK, ViewKind.OWN_DAY})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the calendar stands: what it shows, which day, and whose days if of one doctor."""

    kind: ViewKind
    day: date
    doctor_id: int | None = None


def stepped(stand: Stand, steps: int) -> date:
    """Give the day that the arrows of the top bar lead to."""
    if stand.kind is ViewKind.MONTH:
        months = stand.day.year * 12 + stand.day.month - 1 + steps
        first = date(months // 12, months % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return first.replace(day=min(stand.day.day, last.day))
    days = WEEK if stand.kind is ViewKind.WEEK else 1
    return stand.day + timedelta(days=days * steps)


def title_of(stand: Stand, *, today: date, doctor_name: str = "") -> str:
    """Say what is shown; the year only where it is another than today's."""
    year = "" if stand.day.year == today.year else f" {stand.day.year}"
    if stand.kind is ViewKind.MONTH:
        return f"{LONG_MONTHS[stand.day.month - 1]} {stand.day.year}"
    if stand.kind is ViewKind.WEEK:
        monday = week_of(stand.day)
        title = f"Week of {monday.day} {LONG_MONTHS[monday.month - 1]}{year}"
    else:
        title = long_day_text(stand.day) + year
    is_own = stand.kind is ViewKind.OWN_DAY and doctor_name
    return f"{title} · {doctor_name}" if is_own else title
