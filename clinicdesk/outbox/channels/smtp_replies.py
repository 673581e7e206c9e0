"""Reads what a mail server's replies mean for a message and for the channel."""

import re
from datetime import timedelta
from enum import StrEnum

from clinicdesk.outbox.records import Outcome, SendResult

REFUSED_SIGN_IN = frozenset({530, 534, 535, 538})
AFTER_REFUSED_SIGN_IN = timedelta(minutes=15)
AFTER_REFUSED_SENDER = timedelta(minutes=15)
AFTER_BUSY = timedelta(minutes=1)
_ENHANCED = re.compile(rb"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_TOO_LARGE = frozenset({"5.2.3", "5.3.4"})


class Stage(StrEnum):
    """Which step of the conversation a reply answers."""

    GREETING = "greeting"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def read_reply(code: int, text: bytes, stage: Stage) -> SendResult:
    """Say what a reply that is not the hoped-for one means.

    4yz may work later and 5yz never; where the enhanced code (RFC 3463) says "temporary", it is
    believed. A refused sign-in or sender concerns every message, so the channel halts. The server's
    own words are never shown, only its codes.
    """
    enhanced = _enhanced(text)
    shown = f"{code} {enhanced}".strip()
    if code in REFUSED_SIGN_IN:
        return SendResult(
            Outcome.HALTED,
            f"The mail server refused the user name or password ({shown}). "
            "Please check the mail settings.",
            pause=AFTER_REFUSED_SIGN_IN,
        )
    if stage in {Stage.GREETING, Stage.SIGN_IN}:
        return SendResult(
            Outcome.HALTED, f"The mail server takes no mail now ({shown}).", pause=AFTER_BUSY
        )
    if code // 100 == 4 or enhanced.startswith("4."):
        return SendResult(Outcome.POSTPONED, f"The mail server asked to try again later ({shown}).")
    return _refused_for_good(code, enhanced, stage)


def _refused_for_good(code: int, enhanced: str, stage: Stage) -> SendResult:
    shown = f"{code} {enhanced}".strip()
    if code == 552 or enhanced in _TOO_LARGE:
        return SendResult(Outcome.REFUSED, f"The message is too large for the server ({shown}).")
    if stage is Stage.SENDER:
        return SendResult(
            Outcome.HALTED,
            f"The mail server does not take mail from the clinic's address ({shown}). "
            "Please check the mail settings.",
            pause=AFTER_REFUSED_SENDER,
        )
    if stage is Stage.RECIPIENT:
        return SendResult(
            Outcome.REFUSED,
            f"The mail server refused the address ({shown}). Please ask the patient for another.",
        )
    return SendResult(Outcome.REFUSED, f"The mail server refused the message ({shown}).")


def _enhanced(text: bytes) -> str:
    found = _ENHANCED.match(text)
    return b".".join(found.groups()).decode("ascii") if found else ""
