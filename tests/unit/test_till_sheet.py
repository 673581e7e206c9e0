"""The sheet of a closed till says what was counted, and can be read as text."""

from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.till_sheet import till_sheet_pdf
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import (
    CardCheck,
    ClosedTill,
    Drawer,
    DrawerEntry,
    Loose,
    LooseKind,
    TenderSum,
)

NOW = datetime(2026, 11, 24, 18, 2, tzinfo=UTC)
CLINIC = ClinicRecord(
    1, "Main Street Clinic", "Europe/London", "GBP", "GB", "", "", "", "", "", "INV", 15, 480, 1080
)


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def a_check(theirs: int | None, *, problem: str = "", is_off: bool = False) -> CardCheck:
    there = None if theirs is None else pounds(theirs)
    back = None if theirs is None else pounds(4500)
    return CardCheck(
        pounds(184500), pounds(4500), there, back, NOW - timedelta(hours=9), NOW, problem, is_off
    )


def a_till(
    *,
    drawer: int = 1,
    reason: str = "A note fell behind",
    card_check: CardCheck | None = None,
    loose: tuple[Loose, ...] = (),
) -> ClosedTill:
    entry = DrawerEntry(Drawer.PAID_OUT, pounds(1200), "Stamps", "Maria Keane", NOW)
    return ClosedTill(
        id=7,
        clinic_id=1,
        opened_at=NOW - timedelta(hours=9),
        closed_at=NOW,
        opened_by="Maria Keane",
        closed_by="John Abara",
        float_kept=pounds(5000),
        tenders=(
            TenderSum(PaymentMethod.CARD, pounds(184500), pounds(4500), 21),
            TenderSum(PaymentMethod.CASH, pounds(9500), pounds(1500), 3),
            TenderSum(PaymentMethod.TRANSFER, pounds(0), pounds(0), 0),
        ),
        drawer=(entry,) * drawer,
        expected_cash=pounds(11800),
        counted_cash=pounds(11300),
        left_in_drawer=pounds(5000),
        reason=reason,
        audit_seq=412,
        audit_mark="0123456789abcdef" * 4,
        counted={2000: 5, 500: 2, 100: 3},
        card_check=card_check,
        loose=loose,
        loose_reason="The patient comes back tomorrow" if loose else "",
    )


def _words(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def test_everything_that_was_signed_stands_on_it() -> None:
    (page,) = _words(till_sheet_pdf(a_till(), CLINIC))
    for text in (
        "Main Street Clinic", "Tuesday 24 November 2026, 18:02 by John Abara",
        "£1,845.00", "−£45.00", "£1,800.00", "Stamps", "−£12.00", "£20.00", "× 5", "£100.00",
        "Should be in the drawer", "£118.00", "£113.00", "−£5.00", "£63.00",
        "A note fell behind", "entry 412", "01234567 89abcdef",
    ):  # fmt: skip
        assert text in page


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (a_check(184500), ("At the card provider", "£1,800.00", "compared Tuesday")),
        (a_check(180000), ("Difference £45.00",)),
        (a_check(None, problem="Not checked: no answer."), ("Not checked: no answer.",)),
        (a_check(None, problem="No cards here.", is_off=True), ("No cards here.",)),
    ],
)
def test_what_the_card_provider_knows_stands_beside_the_books(
    check: CardCheck, words: tuple[str, ...]
) -> None:
    (page,) = _words(till_sheet_pdf(a_till(card_check=check), CLINIC))
    flat = " ".join(page.split())
    assert all(word in flat for word in words)
    assert ("whole account" in flat) is not check.is_off


def test_what_was_still_open_is_listed_with_its_reason() -> None:
    loose = (Loose(LooseKind.NO_INVOICE, 2, 7), Loose(LooseKind.LINK, 1, 3))
    (page,) = _words(till_sheet_pdf(a_till(loose=loose), CLINIC))
    for words in (
        "2 finished visits have no invoice", "1 payment link is open",
        "The patient comes back tomorrow",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize("lines", [30, 120])
def test_a_long_day_goes_over_several_pages(lines: int) -> None:
    pages = _words(till_sheet_pdf(a_till(drawer=lines), CLINIC))
    assert len(pages) > 1
    assert sum(page.count("Stamps") for page in pages) == lines
    assert all(f"Page {number}" in page for number, page in enumerate(pages, start=1))


def test_the_same_till_gives_the_same_bytes() -> None:
    assert till_sheet_pdf(a_till(), CLINIC) == till_sheet_pdf(a_till(), CLINIC)


def test_long_and_foreign_words_stay_on_the_paper() -> None:
    reason = "Прошу пересчитать " * 80
    pages = _words(till_sheet_pdf(a_till(reason=reason), CLINIC))
    assert "Прошу пересчитать" in "".join(pages)
    assert "Signature" in pages[-1].replace("SIGNATURE", "Signature")
