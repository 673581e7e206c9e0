"""Decides which messages at the relay's address are taken for the card provider's.

A relay hands over what the provider signed (https://docs.stripe.com/webhooks#verify-manually).
Whatever else reaches the address is refused: other programs of this computer, web pages that the
browser was lured into sending, and genuine messages that are too old or come from the future.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LOOPBACK = "127.0.0.1"
PATH = "/stripe/events"
LONGEST_BODY = 64 * 1024
TOLERANCE = timedelta(minutes=5)
EVENT_ID = re.compile(r"evt_[A-Za-z0-9_]{1,200}\Z")
SECONDS = re.compile(r"[0-9]{1,11}\Z")


class RefusedMessageError(Exception):
    """A message is not taken; `status` is the HTTP status, the text a reason without contents."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def check_head(path: str, headers: Mapping[str, list[str]], *, port: int) -> int:
    """Look at the head of a POST, and give how many bytes its body has.

    `headers` holds all values of each name in lower case.

    Raises:
        RefusedMessageError: it is not for this address, or no message of a relay.
    """
    hosts = headers.get("host", [])
    if len(hosts) != 1 or hosts[0] not in {f"{LOOPBACK}:{port}", f"localhost:{port}"}:
        raise RefusedMessageError(400, "the host is not this computer")
    if path != PATH:
        raise RefusedMessageError(404, "nothing is here")
    if headers.get("origin"):
        raise RefusedMessageError(400, "it comes from a web page")
    kinds = headers.get("content-type", [])
    if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
        raise RefusedMessageError(415, "it is no JSON")
    lengths = headers.get("content-length", [])
    if len(lengths) != 1 or not SECONDS.match(lengths[0]) or headers.get("transfer-encoding"):
        raise RefusedMessageError(411, "it does not say how long it is")
    if int(lengths[0]) > LONGEST_BODY:
        raise RefusedMessageError(413, "it is too long")
    return int(lengths[0])


def check_signature(body: bytes, signature: str, *, secret: str, now: datetime) -> None:
    """Let pass a body that was signed with the secret within the last five minutes.

    Several signatures may stand in the header while the secret is being changed; one must fit.

    Raises:
        RefusedMessageError: it is forged, altered, too old or from the future.
    """
    parts = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if not secret or len(times) != 1 or not SECONDS.match(times[0]):
        raise RefusedMessageError(400, "it is not signed")
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256)
    wanted = expected.hexdigest().encode()
    fits = [
        hmac.compare_digest(wanted, value.encode("utf-8", "replace"))
        for name, _, value in parts
        if name == "v1"
    ]
    if not any(fits):
        raise RefusedMessageError(400, "its signature does not fit")
    signed_at = datetime.fromtimestamp(int(times[0]), UTC)
    if now - signed_at > TOLERANCE:
        raise RefusedMessageError(400, "it is too old, or this computer's clock is fast")
    if signed_at - now > TOLERANCE:
        raise RefusedMessageError(400, "it is from the future, or this computer's clock is slow")


def event_id_of(body: bytes, *, live: bool) -> str:
    """Read which event a signed body tells of; nothing else of it is believed.

    Raises:
        RefusedMessageError: it tells of none, or of one of the other mode.
    """
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedMessageError(400, "it cannot be read") from None
    event_id = told.get("id") if isinstance(told, dict) else None
    if not isinstance(event_id, str) or not EVENT_ID.match(event_id):
        raise RefusedMessageError(400, "it tells of no event")
    if told.get("livemode") is not live:
        raise RefusedMessageError(400, "it is of the other mode: test and live never mix")
    return event_id
