"""Wishes, freed times and offers in words, as the desk reads them."""

from datetime import date, datetime, timedelta

from clinicdesk.schedule.waiting.records import FreedTime, NewWish, Offer, OfferState, Wish
from clinicdesk.schedule.waiting.rules import DAY_MINUTES, NOON, span_words
from ui.core.day_text import WEEKDAYS
from ui.schedule.appointment_words import short_day, wall
from ui.schedule.offers import short_doctor

WEEK = timedelta(days=6)
STATE_WORDS = {
    OfferState.OPEN: "open",
    OfferState.ACCEPTED: "said yes",
    OfferState.DECLINED: "said no",
    OfferState.GONE: "time gone",
    OfferState.EXPIRED: "no answer",
}


def wish_words(wish: Wish, *, today: date) -> str:
    """Say whom and when a patient waits for: "Dr Osei · any morning", "Anyone · 30 min"."""
    who = short_doctor(wish.doctor_name) if wish.doctor_name else "Anyone"
    when = when_words(wish.wish, today=today) or f"{wish.duration_minutes} min"
    urgent = "Urgent · " if wish.wish.is_urgent else ""
    return f"{urgent}{who} · {when}"


def when_words(asked: NewWish, *, today: date) -> str:
    """Say when a visit is wished; "" for any time."""
    parts = []
    days = [name for number, name in enumerate(WEEKDAYS) if asked.weekdays >> number & 1]
    hours = _hours(asked)
    if len(days) < len(WEEKDAYS):
        parts.append(", ".join(days) + (f" {hours}s" if hours in {"morning", "afternoon"} else ""))
    elif hours in {"morning", "afternoon"}:
        parts.append(f"any {hours}")
    if hours not in {"", "morning", "afternoon"}:
        parts.append(hours)
    if asked.from_on is not None and asked.from_on > today:
        parts.append(f"from {short_day(asked.from_on)}")
    if asked.until_on is not None:
        parts.append(_until(asked.until_on, today))
    return ", ".join(parts)


def _hours(asked: NewWish) -> str:
    begins, ends = asked.from_minute, asked.until_minute
    if (begins, ends) == (0, DAY_MINUTES):
        return ""
    if (begins, ends) == (0, NOON):
        return "morning"
    if (begins, ends) == (NOON, DAY_MINUTES):
        return "afternoon"
    texts = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (begins, ends)]
    if begins == 0:
        return f"before {texts[1]}"
    return f"from {texts[0]}" if ends == DAY_MINUTES else f"{texts[0]}–{texts[1]}"


def _until(on: date, today: date) -> str:
    after = on + timedelta(days=1)
    if timedelta() <= on - today <= WEEK:
        return f"before {WEEKDAYS[after.weekday()]}"
    return f"until {short_day(on)}"


def wish_tip(wish: Wish, *, today: date) -> str:
    """Say all of a wish, a line for each thing."""
    asked = wish.wish
    lines = [
        f"{wish.service_name} · {wish.duration_minutes} min",
        f"With {wish.doctor_name or 'anyone'}"
        + (f" at {wish.clinic_name}" if wish.clinic_name else ""),
        when_words(asked, today=today),
        f"{span_words(asked.notice_minutes)} notice" if asked.notice_minutes else "",
        f"Has a later visit: {short_day(wish.later_at.date())}" if wish.later_at else "",
        wish.phone,
        asked.note,
    ]
    return "\n".join(line for line in lines if line)


def freed_words(freed: FreedTime, time_zone: str, doctor_name: str) -> str:
    """Name a freed time: "Tue 24 Nov · 10:30–11:00 · Dr Osei"."""
    start, end = wall(freed.starts_at, time_zone), wall(freed.ends_at, time_zone)
    return f"{short_day(start.date())} · {start:%H:%M}–{end:%H:%M} · {short_doctor(doctor_name)}"


def offer_sentence(starts_at: datetime, until_at: datetime, time_zone: str, doctor: str) -> str:
    """Give the message in short: what is free, and until when an answer counts."""
    start, until = wall(starts_at, time_zone), wall(until_at, time_zone)
    day = "" if until.date() == start.date() else f"{short_day(until.date())} "
    return (
        f"“A time has become free: {short_day(start.date())} {start:%H:%M} with"
        f" {short_doctor(doctor)}. Call us or answer until {day}{until:%H:%M}.”"
    )


def open_offer_words(offer: Offer) -> str:
    """Say of an open offer what it is and until when it waits: "Offered 10:30 · until 11:48"."""
    start, until = (
        wall(offer.time.starts_at, offer.time_zone),
        wall(offer.expires_at, offer.time_zone),
    )
    return f"Offered {WEEKDAYS[start.weekday()]} {start:%H:%M} · until {until:%H:%M}"


def offer_words(offer: Offer) -> str:
    """Say which time an offer is about: "Tue 24 Nov 10:30 · Dr Osei · Check-up"."""
    start = wall(offer.time.starts_at, offer.time_zone)
    doctor = short_doctor(offer.doctor_name)
    return f"{short_day(start.date())} {start:%H:%M} · {doctor} · {offer.service_name}"


def answer_words(offer: Offer) -> str:
    """Say how an offer stands: "open until 11:48", "said no"."""
    if offer.state is not OfferState.OPEN:
        return STATE_WORDS[offer.state]
    return f"open until {wall(offer.expires_at, offer.time_zone):%H:%M}"
