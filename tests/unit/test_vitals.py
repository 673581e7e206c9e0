"""The foot of the window tells the truth about messages and payments."""

from datetime import UTC, datetime, timedelta

import pytest

from clinicdesk.money import Money
from clinicdesk.outbox.records import OutboxSummary
from clinicdesk.payments.records import RefundRecord, RefundStage
from ui.shell.vitals import message_vitals, payment_vital, refund_vital

NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
JUST_NOW = NOW - timedelta(seconds=5)


@pytest.mark.parametrize(
    ("summary", "text", "tone"),
    [
        (OutboxSummary(0, 0, None, JUST_NOW), "No message waits", "good"),
        (
            OutboxSummary(14, 0, NOW.replace(hour=10), JUST_NOW),
            "Messages: next at 10:48 · 14 queued",
            "good",
        ),
        (
            OutboxSummary(1, 0, NOW + timedelta(days=1), JUST_NOW),
            "Messages: next Wed 25 Nov 2026 09:48 · 1 queued",
            "good",
        ),
        (
            OutboxSummary(3, 0, NOW, NOW - timedelta(hours=1)),
            "No message goes out; the worker was last seen at 08:48",
            "bad",
        ),
        (OutboxSummary(3, 0, NOW, None), "Messages: none sent from here yet", "quiet"),
        (OutboxSummary(3, 0, NOW, JUST_NOW, 3, "Mail is resting."), "Mail is resting.", "bad"),
    ],
)
def test_the_queue_in_words(summary: OutboxSummary, text: str, tone: str) -> None:
    queue, _ = message_vitals(summary, now=NOW, time_zone="Europe/London")
    assert (queue.text, queue.tone) == (text, tone)


@pytest.mark.parametrize(
    ("failed", "text"), [(0, ""), (1, "1 message failed"), (2, "2 messages failed")]
)
def test_failures_are_counted(failed: int, text: str) -> None:
    summary = OutboxSummary(0, failed, None, JUST_NOW)
    assert message_vitals(summary, now=NOW, time_zone="UTC")[1].text == text


def test_no_open_payment_says_nothing() -> None:
    assert payment_vital(()).text == ""


def test_refunds_that_came_back_are_counted() -> None:
    refund = RefundRecord(
        1, 2, 3, "INV-1", Money(3000, "GBP"), "Wrong service", RefundStage.FAILED, NOW
    )
    assert refund_vital(()).text == ""
    assert refund_vital((refund,)).text == "1 refund came back · Review"
    assert refund_vital((refund, refund)).text == "2 refunds came back · Review"
