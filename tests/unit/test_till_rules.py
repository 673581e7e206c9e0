"""What a drawer should hold, and what a count of coins and notes gives."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.errors import DifferenceUnexplainedError, TooMuchLeftError
from clinicdesk.payments.till.records import Drawer, DrawerEntry, TenderSum
from clinicdesk.payments.till.rules import (
    check_close,
    counted_total,
    denominations,
    expected_cash,
)

GBP = "GBP"
NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)


@pytest.mark.parametrize("currency", ["GBP", "EUR", "JPY", "JOD", "BRL", "SEK", "KWD", "VND"])
def test_coins_and_notes_come_the_largest_first_and_once(currency: str) -> None:
    found = denominations(currency)
    assert len(found) >= 8
    assert list(found) == sorted(set(found), reverse=True)
    assert found[-1] > 0


@given(st.dictionaries(st.sampled_from(denominations(GBP)), st.integers(0, 500)))
def test_a_count_is_the_sum_of_its_coins_and_notes(counts: dict[int, int]) -> None:
    one_by_one = [value for value, number in counts.items() for _ in range(number)]
    assert counted_total(counts, GBP) == Money(sum(one_by_one), GBP)


_amounts = st.integers(0, 1_000_000)


@given(
    st.tuples(_amounts, _amounts, _amounts, _amounts),
    st.lists(st.tuples(st.sampled_from(Drawer), st.integers(1, 10_000)), max_size=8),
)
def test_only_cash_moves_what_the_drawer_holds(
    amounts: tuple[int, int, int, int], moves: list[tuple[Drawer, int]]
) -> None:
    kept, taken, back, by_card = amounts
    tenders = [
        TenderSum(PaymentMethod.CASH, Money(taken, GBP), Money(back, GBP), 1),
        TenderSum(PaymentMethod.CARD, Money(by_card, GBP), Money(0, GBP), 1),
    ]
    drawer = [DrawerEntry(kind, Money(minor, GBP), "x", "Maria", NOW) for kind, minor in moves]
    held = kept + taken - back
    for kind, minor in moves:
        held += minor if kind is Drawer.PAID_IN else -minor
    assert expected_cash(Money(kept, GBP), tenders, drawer) == Money(held, GBP)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(-100, 12_000))
def test_a_close_is_signed_when_it_fits_or_is_explained(
    counted: int, expected: int, left: int
) -> None:
    def close(reason: str) -> None:
        check_close(
            counted=Money(counted, GBP),
            expected=Money(expected, GBP),
            left=Money(left, GBP),
            reason=reason,
        )

    if not 0 <= left <= counted:
        with pytest.raises(TooMuchLeftError):
            close("known")
        return
    close("known")
    if counted == expected:
        close("")
    else:
        with pytest.raises(DifferenceUnexplainedError):
            close("  ")
