"""Signs an event's body the way Stripe does (https://docs.stripe.com/webhooks#verify-manually)."""

import hashlib
import hmac
from datetime import datetime


def signature(body: bytes, secret: str, *, at: datetime) -> str:
    """Give the value of the header `Stripe-Signature` for a body sent at the instant `at`."""
    seconds = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={mac.hexdigest()}"
