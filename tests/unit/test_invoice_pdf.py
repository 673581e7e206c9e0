"""The invoice on paper: every word is there, literally, on as many pages as it takes."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.billing.records import InvoiceLineRecord, InvoiceRecord, InvoiceState, LedgerEntry
from clinicdesk.billing.rules import priced_line, totals
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.invoice import invoice_pdf
from clinicdesk.documents.invoice_text import invoice_text
from clinicdesk.documents.typefaces import BUILT_IN, BUNDLED, typeface_for
from clinicdesk.money import Money

CLINIC = ClinicRecord(
    id=1,
    name="Main Street Clinic",
    time_zone="Europe/London",
    currency="GBP",
    country="GB",
    address="1 Main Street, London N1 2AB",
    phone="020 7946 0000",
    email="desk@mainstreet.example",
    tax_number="GB 123 4567 89",
    bank_details="GB00 BANK 0000 0000 0000 00",
    invoice_prefix="INV",
    step_minutes=15,
    opens_minute=480,
    closes_minute=1080,
)
NOON = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def line(text: str, minor: int, *, quantity: int = 1, tax: int = 2000) -> InvoiceLineRecord:
    return priced_line(text, quantity=quantity, unit_price=pounds(minor), tax_basis_points=tax)


LINES = (
    line("Skin check, 30 min", 9500),
    line("Dermatoscopy images", 2500),
    line("Dressing", 800, quantity=2),
)
PAID = LedgerEntry(NOON, "Paid 24 Nov · Visa •••• 4242", pounds(10000))


def invoice(
    lines: Iterable[InvoiceLineRecord] = LINES,
    *,
    ledger: tuple[LedgerEntry, ...] = (PAID,),
    waived_minor: int = 0,
    name: str = "Chloé Martin",
    address: str = "14 Cedar Road\nLondon N1 4AA",
) -> InvoiceRecord:
    own = tuple(lines)
    net, tax, total = totals(own, "GBP")
    paid = sum((entry.amount for entry in ledger), pounds(0))
    return InvoiceRecord(
        id=1,
        number="INV-2026-00402",
        clinic_id=1,
        patient_id=1,
        appointment_id=1,
        patient_name=name,
        billed_name=name,
        billed_address=address,
        doctor_name="Dr Tom Barrett",
        specialty="Dermatology",
        visit_at=NOON,
        time_zone="Europe/London",
        issued_on=date(2026, 11, 24),
        due_on=date(2026, 12, 8),
        lines=own,
        net=net,
        tax=tax,
        total=total,
        ledger=ledger,
        paid=paid,
        due=total - paid - pounds(waived_minor),
        state=InvoiceState.PART_PAID,
        credited=pounds(0),
        credit=pounds(0),
    )


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [re.sub(r"\s+", " ", text) for text in texts]


def test_the_paper_says_what_the_invoice_says() -> None:
    (text,) = pages(invoice_pdf(invoice(), CLINIC))
    for words in (
        "Main Street Clinic 1 Main Street, London N1 2AB",
        "020 7946 0000 · desk@mainstreet.example VAT GB 123 4567 89",
        "Invoice INV-2026-00402 Issued 24 November 2026 Due 8 December 2026",
        "BILLED TO Chloé Martin 14 Cedar Road London N1 4AA",
        "VISIT Tuesday 24 November 2026, 10:30 Dr Tom Barrett, Dermatology",
        "Description Qty Net VAT 20% Amount",
        "Skin check, 30 min 1 £79.17 £15.83 £95.00",
        "Dressing 2 £13.33 £2.67 £16.00",
        "Net £113.33 VAT 20% £22.67 Total £136.00",
        "Paid 24 Nov · Visa •••• 4242 −£100.00 Balance due £36.00",
        "Bank transfer: GB00 BANK 0000 0000 0000 00, reference INV-2026-00402 Page 1 of 1",
    ):
        assert words in text


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert invoice_pdf(invoice(), CLINIC) == invoice_pdf(invoice(), CLINIC)
    polish = invoice(name="Łukasz Żółć")
    assert invoice_pdf(polish, CLINIC) == invoice_pdf(polish, CLINIC)


def test_the_file_names_itself() -> None:
    pdf = invoice_pdf(invoice(), CLINIC)
    document = pypdfium2.PdfDocument(pdf)
    facts = document.get_metadata_dict()
    document.close()
    assert (facts["Title"], facts["Author"]) == ("Invoice INV-2026-00402", "Main Street Clinic")
    assert b"/Lang (en-GB)" in pdf
    assert len(pdf) < 20_000


@pytest.mark.parametrize(
    "name",
    ["<b>x</b>", "</para>", "a<b", '<img src="/etc/passwd">', "Tom & Jerry", "%(x)s {0}", "(\\)"],
)
def test_a_name_is_never_markup(name: str) -> None:
    record = invoice([line(name, 100)], ledger=(), name=name)
    (text,) = pages(invoice_pdf(record, replace(CLINIC, name=name)))
    assert text.count(name) >= 3


def test_letters_beyond_latin_are_embedded() -> None:
    (text,) = pages(invoice_pdf(invoice(name="Łukasz Żółć", address="Αθήνα\nКиїв"), CLINIC))
    assert "Łukasz Żółć Αθήνα Київ" in text
    assert typeface_for("Chloé −£5 •••• – “x”") == BUILT_IN
    assert typeface_for("Łukasz") == BUNDLED


def test_several_rates_are_told_apart() -> None:
    lines = [line("Check", 12000), line("Book", 10500, tax=500), line("Letter", 1000, tax=0)]
    (text,) = pages(invoice_pdf(invoice(lines, ledger=()), CLINIC))
    assert "Check 1 £100.00 20% · £20.00 £120.00" in text
    assert "Net £210.00 VAT 20% £20.00 VAT 5% £5.00 VAT 0% £0.00 Total £235.00" in text


def test_without_tax_there_is_no_tax_column() -> None:
    (text,) = pages(invoice_pdf(invoice([line("Check", 9500, tax=0)], ledger=()), CLINIC))
    assert "Description Qty Amount Check 1 £95.00 Total £95.00 Balance due £95.00" in text


def test_what_is_given_back_and_no_longer_charged_adds_up() -> None:
    back = LedgerEntry(NOON, "Refunded 25 Nov · Visa •••• 4242", pounds(-4000))
    record = invoice(ledger=(PAID, back), waived_minor=4000)
    (text,) = pages(invoice_pdf(record, CLINIC))
    assert (
        "Total £136.00 Paid 24 Nov · Visa •••• 4242 −£100.00"
        " Refunded 25 Nov · Visa •••• 4242 +£40.00 No longer charged −£40.00 Balance due £36.00"
    ) in text


def test_an_overpaid_invoice_asks_for_nothing() -> None:
    twice = invoice(ledger=(PAID, PAID))
    (text,) = pages(invoice_pdf(twice, CLINIC))
    assert "Paid too much £64.00" in text


def test_a_settled_invoice_is_not_red() -> None:
    assert invoice_text(invoice(ledger=()), CLINIC).is_settled is False
    whole = replace(PAID, amount=pounds(13600))
    assert invoice_text(invoice(ledger=(whole,)), CLINIC).is_settled


def test_many_lines_take_several_pages_and_none_is_lost() -> None:
    lines = [line(f"Item number {n} of a long list", 100 + n) for n in range(90)]
    texts = pages(invoice_pdf(invoice(lines), CLINIC))
    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
    found = [int(n) for text in texts for n in re.findall(r"Item number (\d+) of", text)]
    assert found == list(range(90))
    assert "Invoice INV-2026-00402" in texts[1]
    assert sum("Balance due" in text for text in texts) == 1


def test_endless_texts_stay_within_the_page() -> None:
    endless = "Wolfeschlegelsteinhausenbergerdorff" * 30
    record = invoice([line(endless, 100)], name=endless, address="\n".join([endless] * 30))
    texts = pages(invoice_pdf(record, replace(CLINIC, name=endless, bank_details=endless)))
    assert len(texts) == 1
    assert "…" in texts[0]
    assert "Total £1.00" in texts[0]


def test_a_hundred_part_payments_fit() -> None:
    ledger = tuple(LedgerEntry(NOON, f"Paid {n} Nov · cash", pounds(10)) for n in range(1, 101))
    texts = pages(invoice_pdf(invoice(ledger=ledger), CLINIC))
    assert "80 earlier payments and refunds −£8.00" in " ".join(texts)
    assert "Balance due £126.00" in texts[-1]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.integers(1, 40))
def test_no_text_breaks_the_paper(name: str, address: str, count: int) -> None:
    record = invoice([line(name, 100)] * count, name=name, address=address)
    texts = pages(invoice_pdf(record, CLINIC))
    assert f"Page {len(texts)} of {len(texts)}" in texts[-1]
