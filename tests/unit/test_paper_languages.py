"""Papers in every language and script: right words, right way round, and text to be selected."""

import io
import re
import string
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from PIL import Image

from clinicdesk.billing.records import LedgerEntry, MovementKind
from clinicdesk.documents.account_papers import reminder_letter_pdf, statement_pdf
from clinicdesk.documents.errors import LogoError
from clinicdesk.documents.invoice import invoice_pdf
from clinicdesk.documents.language import ENGLISH, PaperLanguage, language_named
from clinicdesk.documents.logo import MOST_BYTES, logo_of, prepared
from clinicdesk.documents.sheet import Logo
from clinicdesk.documents.style import PaperStyle
from clinicdesk.documents.translations import LANGUAGES, TRANSLATIONS
from clinicdesk.money import Money
from tests.unit.test_account_papers import CLINIC as PAPER_CLINIC
from tests.unit.test_account_papers import a_letter, a_statement
from tests.unit.test_invoice_pdf import CLINIC, NOON, invoice, line, pages, pounds

PAID = LedgerEntry(
    NOON, "Paid 24 Nov · cash", pounds(10_000), MovementKind.PAYMENT, "cash", date(2026, 11, 24)
)


def language(tag: str) -> PaperLanguage:
    found = language_named(tag)
    assert found is not None
    return found


def styled(tag: str) -> PaperStyle:
    return PaperStyle(language(tag))


def picture(size: tuple[int, int] = (900, 300), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, "teal").save(out, kind)
    return out.getvalue()


def prepared_logo() -> Logo:
    jpeg, width_px, height_px = prepared(picture())
    return logo_of(jpeg, width_px=width_px, height_px=height_px)


# --- languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("english", TRANSLATIONS)
def test_every_translation_keeps_what_is_put_in(english: str) -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert all(fields(text) == fields(english) for text in TRANSLATIONS[english])
    assert len(TRANSLATIONS[english]) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("en", ("Invoice INV-2026-00402", "Balance due £36.00", "Paid 24 Nov · cash −£100.00")),
        (
            "de",
            (
                "Rechnung INV-2026-00402 Ausgestellt am 24. November 2026",
                "RECHNUNG AN", "Dienstag, 24. November 2026, 10:30", "MwSt. 20%",
                "Bezahlt 24. Nov. · bar −100,00 £", "Noch zu zahlen 36,00 £", "Seite 1 von 1",
            ),
        ),
        ("pt-BR", ("Fatura INV-2026-00402", "24 de novembro de 2026", "Saldo a pagar £ 36,00")),
        ("ar", ("فاتورة", "تاريخ الاستحقاق 8 ديسمبر 2026", "£36.00", "مدفوع")),
    ],
)  # fmt: skip
def test_an_invoice_is_written_in_the_papers_language(tag: str, words: tuple[str, ...]) -> None:
    (text,) = pages(invoice_pdf(invoice(ledger=(PAID,)), CLINIC, style=styled(tag)))
    for part in words:
        assert part in text


@pytest.mark.parametrize("tag", [ENGLISH.tag, *LANGUAGES])
@pytest.mark.parametrize("closing", [9500, -9500])
def test_every_paper_of_an_account_is_written_in_every_language(tag: str, closing: int) -> None:
    style = styled(tag)
    statement = statement_pdf(a_statement(closing=closing), PAPER_CLINIC, style=style)
    # A line of two directions is read by each program in its own order, but word by word.
    words = set(re.findall(r"\w+", " ".join(pages(statement))))
    assert set(style.language.say("Statement").split()) <= words
    bankless = replace(PAPER_CLINIC, bank_details="")
    for level, clinic in ((1, PAPER_CLINIC), (2, PAPER_CLINIC), (3, bankless)):
        letter = " ".join(pages(reminder_letter_pdf(a_letter(level), clinic, style=style)))
        assert "INV-2026-00402" in letter


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("de", "de"), ("de-AT", "de"), ("German", "de"), ("Deutsch", "de"), ("pt_BR", "pt-BR"),
        ("pt", "pt-BR"), ("Português", "pt-BR"), ("ARABIC", "ar"), ("العربية", "ar"),
        ("en-US", "en"), ("English", "en"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_code_or_name(written: str, tag: str) -> None:
    assert language(written).tag == tag


@pytest.mark.parametrize("written", ["", " ", "Klingon", "xx"])
def test_another_language_is_none(written: str) -> None:
    assert language_named(written) is None


def test_figures_and_days_follow_the_language() -> None:
    day, amount = date(2026, 11, 24), Money(-123_450, "EUR")
    told = {
        tag: (language(tag).money(amount), language(tag).figures_of_day(day))
        for tag in ("en", "de", "pt-BR")
    }
    assert told == {
        "en": ("−€1,234.50", "24 Nov 2026"),
        "de": ("−1.234,50\N{NO-BREAK SPACE}€", "24.11.2026"),
        "pt-BR": ("−€\N{NO-BREAK SPACE}1.234,50", "24/11/2026"),
    }
    assert language("de").short_day(day, beside=date(2025, 1, 1)) == "24. Nov. 2026"
    assert language("de").money(Money(500, "JPY")) == "500\N{NO-BREAK SPACE}¥"


def test_a_paper_that_is_read_from_the_right_begins_there() -> None:
    def left_of(pdf: bytes, word: str) -> float:
        document = pypdfium2.PdfDocument(pdf)
        page = document[0].get_textpage()
        found = page.search(word).get_next()
        assert found is not None
        left = float(page.get_charbox(found[0])[0])
        document.close()
        return left

    usual = invoice_pdf(invoice(), CLINIC)
    mirrored = invoice_pdf(invoice(), CLINIC, style=styled("ar"))
    assert left_of(usual, "Main Street Clinic") < 100 < left_of(mirrored, "Main Street Clinic")
    assert left_of(mirrored, "INV-2026-00402") < 100 < left_of(usual, "INV-2026-00402")


# --- scripts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "محمد عبد الله الحسن", "נועה כהן", "田中 純", "김민준", "Łukasz Żółć", "Nguyễn Thị Hoa",
        "Αθηνά Παπαδοπούλου", "Київ Шевченко", "ქართული", "Հայերեն",
    ],
)  # fmt: skip
def test_a_name_in_any_script_can_be_selected_as_it_was_written(name: str) -> None:
    (text,) = pages(invoice_pdf(invoice(name=name, address=""), CLINIC))
    found = set(re.findall(r"\w+", text))
    assert set(re.findall(r"\w+", name)) <= found


def test_a_letter_that_no_font_has_leaves_a_mark_and_breaks_nothing() -> None:
    (text,) = pages(invoice_pdf(invoice(name="A \N{CUNEIFORM SIGN A} B"), CLINIC))
    assert "A □ B" in text


def test_two_directions_in_one_line_keep_their_figures() -> None:
    (text,) = pages(invoice_pdf(invoice(address="شارع 12\n+44 20 7946 0018"), CLINIC))
    assert "12" in text
    assert "+44 20 7946 0018" in text


def test_what_would_turn_a_line_around_is_left_out() -> None:
    trick = "abc\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe"
    (text,) = pages(invoice_pdf(invoice(name=trick), CLINIC))
    assert "abcgpj.exe" in text


# --- several pages, marks, head ------------------------------------------------------------------


def test_the_sum_is_carried_from_page_to_page() -> None:
    lines = [line(f"Item {n}", 100) for n in range(60)]
    texts = pages(invoice_pdf(invoice(lines), CLINIC))
    carried = [re.findall(r"(?:Carried|Brought) forward (£[\d.]+)", text) for text in texts]
    assert carried[0] == [carried[1][0]]
    assert carried[1][1] == carried[2][0]
    on_first = len(re.findall(r"Item \d+ ", texts[0]))
    assert carried[0] == [f"£{on_first}.00"]
    assert "Total £60.00" in texts[-1]


def test_a_statement_carries_its_balance() -> None:
    texts = pages(statement_pdf(a_statement(lines=80), PAPER_CLINIC))
    sums = [re.findall(r"(?:Carried|Brought) forward (£[\d.]+)", text) for text in texts]
    assert sums[0][-1] == sums[1][0]
    assert all(f"Page {number}" in text for number, text in enumerate(texts, start=1))


def test_copies_and_test_papers_are_marked() -> None:
    (text,) = pages(invoice_pdf(invoice(), CLINIC, style=PaperStyle(is_copy=True, is_test=True)))
    assert "COPY TEST" in text
    (plain,) = pages(invoice_pdf(invoice(), CLINIC))
    assert "COPY" not in plain
    assert "TEST" not in plain


def test_a_long_head_pushes_the_rest_down() -> None:
    tall = replace(CLINIC, address="\n".join(f"Line {n} of the address" for n in range(3)))
    logo = prepared_logo()
    document = pypdfium2.PdfDocument(invoice_pdf(invoice(), tall, style=PaperStyle(logo=logo)))
    page = document[0].get_textpage()
    tops = {}
    for word in ("VAT GB", "BILLED TO", "Description"):
        found = page.search(word).get_next()
        assert found is not None
        tops[word] = page.get_charbox(found[0])[3]
    document.close()
    assert tops["VAT GB"] > tops["BILLED TO"] + 10 > tops["Description"] + 20


# --- the clinic's picture ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_made_ready_for_paper(kind: str) -> None:
    jpeg, width_px, height_px = prepared(picture((2000, 500), kind))
    assert jpeg.startswith(b"\xff\xd8")
    assert (width_px, height_px) == (640, 160)
    logo = logo_of(jpeg, width_px=width_px, height_px=height_px)
    assert (round(logo.width_pt), round(logo.height_pt)) == (168, 42)
    pdf = invoice_pdf(invoice(), CLINIC, style=PaperStyle(logo=logo))
    assert b"/DCTDecode" in pdf


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<svg onload='x'/>", b"%PDF-1.7", picture(kind="GIF"), picture()[:200],
        b"\x00" * (MOST_BYTES + 1), picture((5000, 4000), "JPEG"),
    ],
    ids=["empty", "svg", "pdf", "gif", "cut", "heavy", "huge"],
)  # fmt: skip
def test_what_is_no_fitting_picture_is_refused(data: bytes) -> None:
    with pytest.raises(LogoError):
        prepared(data)
