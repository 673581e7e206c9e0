"""What the board says of a visit at a moment: how long it stands there, and whether too long."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.settings.records import VisitSettings
from clinicdesk.visits.records import BoardCard, Column, Counts

MINUTE = timedelta(minutes=1)
ENDED = {Status.NO_SHOW: "no-show", Status.CANCELLED: "cancelled", Status.COMPLETED: "completed"}


def since(card: BoardCard) -> datetime | None:
    """Give since when a card stands where it is; an expected one from its own time on."""
    return {
        Status.REQUESTED: card.starts_at,
        Status.CONFIRMED: card.starts_at,
        Status.ARRIVED: card.arrived_at,
        Status.IN_ROOM: card.in_room_at,
        Status.COMPLETED: card.completed_at,
    }.get(card.status)


def minutes(card: BoardCard, now: datetime) -> int:
    """Give the whole minutes for which a card stands where it is; 0 where no clock runs."""
    begun = since(card)
    return 0 if begun is None else max(0, (now - begun) // MINUTE)


def is_late(card: BoardCard, limits: VisitSettings, now: datetime) -> bool:
    """Tell whether a card has stood where it is for as long as the clinic's limit, or longer."""
    limit = {
        Column.EXPECTED: limits.expected_late_minutes,
        Column.ARRIVED: limits.waiting_limit_minutes,
        Column.WITH_DOCTOR: limits.with_doctor_limit_minutes,
    }.get(card.column)
    return limit is not None and minutes(card, now) >= max(limit, 1)


def state_line(card: BoardCard, now: datetime) -> str:
    """Say how a visit stands: "waiting 12 min", "18 min", "not confirmed", "no-show"."""
    passed = minutes(card, now)
    if card.column is Column.EXPECTED:
        return _expected(card, passed)
    if card.status is Status.ARRIVED:
        if card.called_in_at is not None:
            called = max(0, (now - card.called_in_at) // MINUTE)
            return f"called {called} min ago · waiting {passed} min"
        return f"waiting {passed} min"
    if card.status is Status.IN_ROOM:
        return f"{passed} min"
    return ENDED[card.status]


def counts(cards: Iterable[BoardCard], now: datetime) -> Counts:
    """Add up the figures of the day."""
    live = [card for card in cards if not card.is_cancelled]
    waits = [minutes(card, now) for card in live if card.status is Status.ARRIVED]
    missed = sum(card.status is Status.NO_SHOW for card in live)
    return Counts(len(live), len(waits), max(waits, default=0), missed)


def _expected(card: BoardCard, passed: int) -> str:
    words = [f"{passed} min late"] if passed else []
    if card.status is Status.REQUESTED:
        words.append("not confirmed")
    elif card.is_new:
        words.append("new patient")
    elif not words:
        words.append("confirmed")
    return " · ".join(words)
