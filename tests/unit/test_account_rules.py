"""What an account comes to: every entry counts once, whatever happened and in which order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.billing.accounts.records import Ageing
from clinicdesk.billing.accounts.rules import (
    WAIVED,
    Standing,
    aged,
    effect_of_invoice,
    effects,
    standing,
    summed,
    waived_on_leaving,
)
from clinicdesk.billing.ledger import REFUNDS
from clinicdesk.billing.overdue.rules import level_due
from clinicdesk.billing.records import Balance, InvoiceKind, MovementKind
from clinicdesk.money import Money
from clinicdesk.settings.records import OverdueSettings

DAY = date(2026, 11, 24)
AMOUNTS = st.integers(-5000, 5000)
MOVEMENTS = st.lists(st.tuples(st.sampled_from(MovementKind), AMOUNTS, AMOUNTS), max_size=8)


@given(st.sampled_from(InvoiceKind), st.integers(0, 10_000), MOVEMENTS)
def test_the_entries_make_up_what_is_owed_less_what_is_credit(
    kind: InvoiceKind, total: int, moved: list[tuple[MovementKind, int, int]]
) -> None:
    back = sum(money for movement, money, _ in moved if movement in REFUNDS)
    balance = Balance(
        total,
        taken=sum(money for _, money, _ in moved) - back,
        given_back=-back,
        waived=sum(waived for _, _, waived in moved),
    )
    entries = [
        minor
        for movement, money, waived in moved
        for _, minor in effects(
            kind, movement, money_minor=money, waived_minor=waived, text="moved"
        )
    ]
    stand = standing(kind, balance)
    assert effect_of_invoice(kind, total) + sum(entries) == stand.owed - stand.credit
    assert min(stand.owed, stand.credit, stand.asked) >= 0


def test_what_is_given_back_for_good_is_two_entries() -> None:
    assert effects(
        InvoiceKind.INVOICE,
        MovementKind.REFUND,
        money_minor=-300,
        waived_minor=300,
        text="Refunded · cash",
    ) == (("Refunded · cash", 300), (WAIVED, -300))


@pytest.mark.parametrize(
    ("days", "band"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)],
)
def test_a_debt_is_aged_by_the_days_that_it_is_late(days: int, band: int) -> None:
    ageing = aged([(DAY - timedelta(days=days), 700)], on=DAY, currency="GBP")
    bands = [getattr(ageing, name).minor for name in Ageing.__slots__]
    assert bands == [700 * (number == band) for number in range(5)]


def test_sums_keep_currencies_apart() -> None:
    pounds, yen = summed([("JPY", Standing(5, 0, 1)), ("GBP", Standing(7, 2, 0)),
                          ("GBP", Standing(1, 0, 0))])  # fmt: skip
    assert (pounds.owed, pounds.credit) == (Money(8, "GBP"), Money(2, "GBP"))
    assert (yen.owed, yen.asked) == (Money(5, "JPY"), Money(1, "JPY"))


@pytest.mark.parametrize(
    ("kind", "balance", "waived"),
    [
        (InvoiceKind.INVOICE, Balance(100, taken=150), 0),
        (InvoiceKind.DEPOSIT, Balance(100, taken=100), 40),
        (InvoiceKind.DEPOSIT, Balance(100, taken=130), 10),
        (InvoiceKind.DEPOSIT, Balance(100, taken=190), 0),
        (InvoiceKind.DEPOSIT, Balance(100, taken=60), 40),
    ],
)
def test_a_deposit_does_not_ask_again_for_what_left_it(
    kind: InvoiceKind, balance: Balance, waived: int
) -> None:
    assert waived_on_leaving(kind, balance, 40) == waived


# --- reminders -----------------------------------------------------------------------------

USUAL = OverdueSettings()


@pytest.mark.parametrize(
    ("settings", "days_late", "level", "days_since", "due"),
    [
        (USUAL, 6, 0, None, None),
        (USUAL, 7, 0, None, 1),
        (USUAL, 90, 0, None, 1),
        (USUAL, 20, 1, 13, None),
        (USUAL, 21, 1, 14, 2),
        (USUAL, 90, 1, 13, None),
        (USUAL, 90, 2, 14, 3),
        (USUAL, 90, 3, 60, None),
        (OverdueSettings(first_after_days=0), 30, 0, None, 2),
        (OverdueSettings(first_after_days=0), 20, 0, None, None),
        (OverdueSettings(second_after_days=0), 34, 1, 27, None),
        (OverdueSettings(second_after_days=0), 35, 1, 28, 3),
        (OverdueSettings(second_after_days=0, third_after_days=0), 99, 1, 90, None),
        (OverdueSettings(first_after_days=30, second_after_days=20), 31, 1, 0, None),
        (OverdueSettings(first_after_days=30, second_after_days=20), 31, 1, 1, 2),
        (OverdueSettings(0, 0, 0), 99, 0, None, None),
    ],
)
def test_levels_come_one_after_the_other_and_never_in_a_rush(
    settings: OverdueSettings, days_late: int, level: int, days_since: int | None, due: int | None
) -> None:
    reminded_on = None if days_since is None else DAY - timedelta(days=days_since)
    found = level_due(
        settings, days_late=days_late, level=level, reminded_on=reminded_on, today=DAY
    )
    assert found == due
