"""Answers one call: faults, key, books, idempotency, and the file before the answer."""

import json
from collections.abc import Callable
from dataclasses import replace

from clinicdesk.training.stripe import routes
from clinicdesk.training.stripe.book import Book
from clinicdesk.training.stripe.calls import Call, RefusalError, Reply, Spoilt
from clinicdesk.training.stripe.faults import Fault, FaultKind, Faults
from clinicdesk.training.stripe.keys import Keys

TEST_KEYS = ("sk_test_", "rk_test_")
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
HTML = Reply(502, PAGE, content_type="text/html")
DROPPED = Reply(0, b"", spoilt=Spoilt.DROPPED)


def _error(status: int, message: str, *, code: str = "", retry: bool | None = None) -> Reply:
    kind = "invalid_request_error" if status in {401, 429} else "api_error"
    return RefusalError(message, code=code or None, status=status, kind=kind, retry=retry).reply()


INTERNAL = _error(500, "An unknown error occurred.", retry=False)
EARLY = {
    FaultKind.DROP_BEFORE: DROPPED,
    FaultKind.HTML_BEFORE: HTML,
    FaultKind.ERROR_PASSING: _error(500, "An unknown error occurred."),
    FaultKind.RATE_LIMIT: _error(429, "Too many requests hit the API.", code="rate_limit"),
    FaultKind.LOCKED: _error(409, "This object is in use.", code="lock_timeout"),
    FaultKind.KEY_REFUSED: _error(401, "Invalid API Key provided."),
}


class Desk:
    """Where calls are answered; `changed` is called after each one that is no mere read."""

    def __init__(self, book: Book, faults: Faults, changed: Callable[[], None]) -> None:
        self._book = book
        self._faults = faults
        self._keys = Keys(book)
        self._changed = changed

    def answer(self, call: Call) -> Reply:
        """Answer a call as Stripe would, or as the fault that waits for it wants."""
        fault = self._faults.strike(call.method, call.path)
        if fault and fault.kind in EARLY:
            return EARLY[fault.kind]
        if not call.api_key.startswith(TEST_KEYS):
            return _error(401, "Invalid API Key provided.")
        try:
            with self._book.lock:
                self._book.tidy()
                kept = self._keys.begin(call)
        except RefusalError as refusal:
            return refusal.reply()
        if kept:
            return _spoil(kept, fault) if fault else kept
        try:
            if fault and fault.kind is FaultKind.HOLD_BEFORE:
                fault.hold()
            reply = self._work(replace(call, fault=fault.kind if fault else None))
        finally:
            with self._book.lock:
                self._keys.end(call)
        if call.method != "GET":
            self._changed()
        return _spoil(reply, fault) if fault else reply

    def _work(self, call: Call) -> Reply:
        with self._book.lock:
            if call.fault is FaultKind.ERROR_BEFORE:
                reply, stored = INTERNAL, True
            else:
                reply, stored = self._run(call)
            if call.fault is FaultKind.ERROR_AFTER:
                reply = INTERNAL
            if call.method != "GET":
                if stored:
                    self._keys.keep(call, reply)
                self._book.save()
        return reply

    def _run(self, call: Call) -> tuple[Reply, bool]:
        try:
            return Reply(200, json.dumps(routes.run(self._book, call)).encode()), True
        except RefusalError as refusal:
            return refusal.reply(), refusal.stored


def _spoil(reply: Reply, fault: Fault) -> Reply:
    """Do to a finished answer what the fault wants."""
    if fault.kind is FaultKind.HOLD_AFTER:
        fault.hold()
    if fault.kind is FaultKind.DROP_AFTER:
        return DROPPED
    if fault.kind is FaultKind.HTML_AFTER:
        return HTML
    if fault.kind is FaultKind.CUT_AFTER:
        return replace(reply, spoilt=Spoilt.HALVED)
    if fault.kind is FaultKind.ALTERED:
        altered = json.dumps(json.loads(reply.body) | fault.changes).encode()
        return replace(reply, body=altered, spoilt=Spoilt.ALTERED)
    return reply
