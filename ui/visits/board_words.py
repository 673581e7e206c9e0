"""What the board shows of each visit, from the records of visit and invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from clinicdesk.billing.records import VisitMoney
from clinicdesk.money import Money
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.visits.board import counts, is_late, state_line
from clinicdesk.visits.records import Board, BoardCard, Column

SYMBOLS = {
    Status.REQUESTED: "question",
    Status.CONFIRMED: "clock",
    Status.ARRIVED: "arrow",
    Status.IN_ROOM: "ring",
    Status.COMPLETED: "check",
    Status.NO_SHOW: "cross",
    Status.CANCELLED: "minus",
}
LATE_WORDS = {Column.ARRIVED: "waits too long", Column.WITH_DOCTOR: "over time"}
TO_PAY_SYMBOL, TO_PAY_TONE = "card", "requested"


@dataclass(frozen=True, slots=True)
class MoneyShown:
    """What visits cost and patients owe, as far as the person may see it."""

    visits: Mapping[int, VisitMoney] = field(default_factory=dict)
    debts: Mapping[int, Money] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card in words; `is_bad` tells that its last line says something bad."""

    card: BoardCard
    column: Column
    name: str
    time: str
    where: str
    line: str
    is_late: bool
    is_bad: bool
    symbol: str
    tone: str

    @property
    def said(self) -> str:
        """The card as it is read aloud."""
        return ", ".join((self.name, self.time, self.where, self.line))


@dataclass(frozen=True, slots=True)
class Look:
    """How the board is looked at: names short, one doctor's cards only, cancelled ones too."""

    hides_names: bool = False
    only_doctor: int | None = None
    with_cancelled: bool = False


def shown_cards(
    board: Board, money: MoneyShown, look: Look, now: datetime
) -> dict[Column, list[ShownCard]]:
    """Give the cards of each column, in the order in which the desk needs them."""
    columns: dict[Column, list[ShownCard]] = {column: [] for column in Column}
    for card in board.cards:
        is_others = look.only_doctor is not None and card.doctor_id != look.only_doctor
        if is_others or (card.is_cancelled and not look.with_cancelled):
            continue
        shown = shown_card(card, board, money, look, now)
        columns[shown.column].append(shown)
    columns[Column.ARRIVED].sort(key=lambda shown: shown.card.arrived_at or shown.card.starts_at)
    return columns


def shown_card(
    card: BoardCard, board: Board, money: MoneyShown, look: Look, now: datetime
) -> ShownCard:
    """Put one card into words."""
    column, late = column_of(card, money), is_late(card, board.limits, now)
    line, is_bad = _line(card, column, money, now)
    where = [card.doctor_name]
    if card.room_name and column is Column.WITH_DOCTOR:
        where.append(card.room_name)
    return ShownCard(
        card,
        column,
        short_name(card) if look.hides_names else card.patient_name,
        f"{card.starts_at.astimezone(ZoneInfo(board.time_zone)):%H:%M}",
        " · ".join(where),
        f"{line} · {LATE_WORDS[column]}" if late and column in LATE_WORDS else line,
        late,
        is_bad or late,
        TO_PAY_SYMBOL if column is Column.TO_PAY else SYMBOLS[card.status],
        TO_PAY_TONE if column is Column.TO_PAY else card.status.value,
    )


def column_of(card: BoardCard, money: MoneyShown) -> Column:
    """Give where a card stands: a completed visit that is not settled is to pay."""
    owed = money.visits.get(card.id)
    is_open = owed is not None and not owed.is_settled
    return Column.TO_PAY if card.status is Status.COMPLETED and is_open else card.column


def short_name(card: BoardCard) -> str:
    """Give the first name and one letter, for a screen that others can see."""
    first = card.given_name or card.family_name
    return f"{first} {card.family_name[:1]}." if card.given_name and card.family_name else first


def title_words(board: Board, look: Look, now: datetime) -> str:
    """Give the figures beside the title: "25 booked · 3 waiting, longest 12 min · 1 no-show"."""
    own = [card for card in board.cards if look.only_doctor in (None, card.doctor_id)]
    found = counts(own, now)
    words = [f"{found.booked} booked"]
    if found.waiting:
        words.append(f"{found.waiting} waiting, longest {found.longest_minutes} min")
    if found.no_shows:
        words.append(f"{found.no_shows} no-show{'s' if found.no_shows > 1 else ''}")
    return " · ".join(words)


def _line(card: BoardCard, column: Column, money: MoneyShown, now: datetime) -> tuple[str, bool]:
    """Give the last line, and whether it says something bad."""
    owed, debt = money.visits.get(card.id), money.debts.get(card.patient_id)
    words = ["walk-in"] if card.is_walk_in and column is not Column.DONE else []
    if column is Column.TO_PAY and owed is not None:
        invoiced = [] if owed.invoice_id is not None else ["no invoice yet"]
        return " · ".join([str(owed.due), *invoiced]), False
    if card.status is Status.COMPLETED:
        is_paid = owed is not None and owed.paid.minor > 0
        return (f"paid {owed.paid}" if is_paid and owed else "completed"), False
    words.append(state_line(card, now))
    if column is Column.EXPECTED and debt is not None:
        return " · ".join([f"{debt} due", *words]), True
    return " · ".join(words), card.status is Status.NO_SHOW
