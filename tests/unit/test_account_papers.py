"""Statements and letters can be read as text, whatever names and how many entries they hold."""

from datetime import UTC, date, datetime

import pypdfium2
import pytest

from clinicdesk.billing.accounts.records import (
    AccountLine,
    Ageing,
    CurrencyStatement,
    Statement,
)
from clinicdesk.billing.overdue.records import ReminderLetter
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.account_papers import reminder_letter_pdf, statement_pdf
from clinicdesk.money import Money

CLINIC = ClinicRecord(
    1, "Main Street Clinic", "Europe/London", "GBP", "GB", "1 Main Street\nLondon", "020 7946 0000",
    "desk@main.example", "", "GB00 BANK 0000", "INV", 15, 480, 1080,
)  # fmt: skip
NOW = datetime(2026, 11, 24, 18, 2, tzinfo=UTC)
NASTY = "<img src=/etc/passwd>"


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def a_statement(*, lines: int = 2, closing: int = 9500, name: str = "Rosa Álvarez") -> Statement:
    nothing = pounds(0)
    entries = [
        AccountLine(
            date(2026, 11, 24), NOW, 1, f"INV-2026-{n:05d}", name, "Invoice", pounds(100),
            balance=pounds(100 * n),
        )
        for n in range(1, lines + 1)
    ]  # fmt: skip
    part = CurrencyStatement(
        "GBP", pounds(500), tuple(entries), pounds(closing), pounds(max(closing, 0)),
        credit=pounds(max(-closing, 0)),
        asked=pounds(2000 if closing > 0 else 0),
        ageing=Ageing(pounds(max(closing, 0)), nothing, nothing, nothing, nothing),
    )  # fmt: skip
    return Statement(
        2, "P-000001", name, "2 Elm Way\nLondon", 1, date(2026, 1, 1), date(2026, 11, 24),
        date(2026, 11, 24), is_of_family=True, parts=(part,),
    )  # fmt: skip


def a_letter(level: int, *, name: str = "Rosa Álvarez") -> ReminderLetter:
    return ReminderLetter(
        7, 1, level, name, "2 Elm Way", "INV-2026-00402", date(2026, 11, 1), date(2026, 11, 15), 9,
        pounds(12000), pounds(9500), date(2026, 11, 24),
    )  # fmt: skip


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_a_statement_says_what_was_and_what_is_left() -> None:
    (text,) = pages_of(statement_pdf(a_statement(), CLINIC))
    for told in (
        "Statement", "1 January 2026 to 24 November 2026", "Rosa Álvarez", "P-000001",
        "Balance brought forward", "£5.00", "INV-2026-00002", "Balance due", "£95.00",
        "Asked for as deposit, and no part of the balance: £20.00", "OVER 90 DAYS",
    ):  # fmt: skip
        assert told in text


def test_a_balance_in_favour_says_so_and_ages_nothing() -> None:
    (text,) = pages_of(statement_pdf(a_statement(closing=-500), CLINIC))
    assert "Balance in your favour" in text
    assert "In credit, for coming invoices: £5.00" in text
    assert "OVER 90 DAYS" not in text
    assert "deposit" not in text


def test_a_long_statement_goes_on_over_the_pages() -> None:
    pages = pages_of(statement_pdf(a_statement(lines=120), CLINIC))
    assert len(pages) > 2
    assert "Page 2" in pages[1]
    assert sum(page.count("INV-2026-") for page in pages) == 120
    assert statement_pdf(a_statement(), CLINIC) == statement_pdf(a_statement(), CLINIC)


def test_a_statement_of_nothing_is_a_page() -> None:
    empty = Statement(
        2, "P-1", "Ann", "", None, date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2),
        is_of_family=False, parts=(),
    )  # fmt: skip
    (text,) = pages_of(statement_pdf(empty, CLINIC))
    assert "Nothing was invoiced." in text


@pytest.mark.parametrize(
    ("level", "words"), [(1, "slipped your mind"), (2, "wrote to you before"), (3, "further steps")]
)
def test_a_letter_has_the_tone_of_its_level(level: int, words: str) -> None:
    (text,) = pages_of(reminder_letter_pdf(a_letter(level), CLINIC))
    for told in (words, "INV-2026-00402", "Still due: £95.00", "15 November 2026", "GB00 BANK"):
        assert told in text


@pytest.mark.parametrize("name", [NASTY, "N" * 5000, "李小龍", "\u202eevil", "  ", "a & <b>"])
def test_no_name_breaks_a_paper(name: str) -> None:
    assert statement_pdf(a_statement(name=name), CLINIC).startswith(b"%PDF")
    (text,) = pages_of(reminder_letter_pdf(a_letter(1, name=name), CLINIC))
    assert "Still due" in text
    if name == NASTY:
        assert NASTY in text
