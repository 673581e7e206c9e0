"""The whole day at the desk, played through the real window, tells one story from end to end."""

import email
import email.policy
import json
import os
import shutil
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of one tour, played by the command that a person gives.

    It has a screen of its own where it can: on a shared one another test may take the keyboard.
    """
    record = tmp_path_factory.mktemp("tour") / "record"
    has_screen = shutil.which("xvfb-run") is not None
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24"] if has_screen else []
    run = subprocess.run(
        [*screen, sys.executable, "-m", "ui.main", "demo", "--tour", str(record)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "xcb" if has_screen else "offscreen"},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "bug:" not in run.stderr
    return record


@pytest.fixture(scope="module")
def steps(folder: Path) -> dict[str, dict[str, Any]]:
    record = json.loads((folder / "tour.json").read_text(encoding="utf-8"))
    return {step["title"]: step for step in record["steps"]}


def _facts(steps: dict[str, dict[str, Any]], title: str) -> dict[str, Any]:
    facts: dict[str, Any] = steps[title]["facts"]
    return facts


def _messages(folder: Path) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("message-*.eml"))
    ]


@pytest.mark.slow
def test_every_step_has_its_picture_and_its_cost(
    folder: Path, steps: dict[str, dict[str, Any]]
) -> None:
    assert len(steps) == 22
    for step in steps.values():
        with Image.open(folder / step["screenshot"]) as picture:
            assert picture.size >= (1280, 720)
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50
        assert step["milliseconds"] < 30_000
    assert sum(step["keys"] for step in steps.values()) > 100


@pytest.mark.slow
def test_the_list_is_looked_at_before_it_is_taken_in(steps: dict[str, dict[str, Any]]) -> None:
    dry_run = _facts(steps, "A dry run of the list")
    assert dry_run["written by the dry run"] == 0
    assert dry_run["left out"] == "2"
    assert "Line 59" in dry_run["problems"]
    assert "Line 136" in dry_run["problems"]
    taken_in = _facts(steps, "The list is taken in")["outcome"]
    assert taken_in == "240 patients added, 2 rows left out."


@pytest.mark.slow
def test_a_patient_is_found_by_name_and_by_phone(steps: dict[str, dict[str, Any]]) -> None:
    by_name = _facts(steps, "Found by parts of the name")["found"]
    by_phone = _facts(steps, "Found by the end of the phone")["found"]
    assert by_name == by_phone
    assert by_name.startswith("Clara Hart")


@pytest.mark.slow
def test_the_second_booking_of_a_time_is_refused_and_explained(
    steps: dict[str, dict[str, Any]],
) -> None:
    lost = _facts(steps, "Another desk was faster")
    assert lost["explained"].startswith("09:00 is taken: Dr Yuki Sato has Amelia Quinn")
    assert "Next free: 09:30" in lost["explained"]
    statuses = _facts(steps, "The next time is taken")["statuses"]
    assert statuses.startswith("Clara Hart: requested, Amelia Quinn: requested, Nia Okafor:")


@pytest.mark.slow
def test_each_message_arrives_once_and_in_time(
    folder: Path, steps: dict[str, dict[str, Any]]
) -> None:
    confirmation, reminder, receipt = _messages(folder)
    assert {message["to"] for message in _messages(folder)} == {"person98@mail.example"}
    assert confirmation["subject"] == "Your appointment on Thursday, 26 November 2026 at 08:30"
    assert reminder["subject"].startswith("Reminder: your appointment on Thursday, 26 November")
    assert reminder["date"].datetime.strftime("%a %d %H:%M") == "Wed 25 08:31"
    invoice = _facts(steps, "The card is taken")["invoice"]
    assert receipt["subject"] == f"Your invoice {invoice} is paid"
    (pdf,) = receipt.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    assert "ECG" not in confirmation.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.slow
def test_the_invoice_says_what_was_paid(folder: Path, steps: dict[str, dict[str, Any]]) -> None:
    facts = _facts(steps, "The card is taken")
    assert (facts["state"], facts["total"], facts["tax"]) == ("paid", "£120.00", "£20.00")
    document = pypdfium2.PdfDocument(folder / "invoice.pdf")
    text = document[0].get_textpage().get_text_range()
    document.close()
    for words in (facts["invoice"], "Clara Hart", "ECG", "£100.00", "£20.00", "•••• 4242"):
        assert words in text


@pytest.mark.slow
def test_a_part_is_given_back_and_all_books_agree(steps: dict[str, dict[str, Any]]) -> None:
    ledger = _facts(steps, "A part is given back")["ledger"]
    assert ledger.endswith("Refunded 26 Nov · Visa •••• 4242 −£20.00")
    books = _facts(steps, "The books agree")
    assert books["provider"] == "taken £120.00, back £20.00"
    assert books["audit log"] == "whole"
    for action in ("import patients", "book", "confirm", "check in", "take to room", "complete"):
        assert action in books["last entries"]
    for action in ("issue invoice", "begin card payment", "take payment", "refund completed"):
        assert action in books["last entries"]
