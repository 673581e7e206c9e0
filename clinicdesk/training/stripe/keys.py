"""Idempotency keys: the same question under the same key gets the first answer again."""

import json

from clinicdesk.training.stripe.book import Book
from clinicdesk.training.stripe.calls import Call, RefusalError, Reply


class Keys:
    """The keys in the books and those whose first request is still being worked on.

    Rules: https://docs.stripe.com/api/idempotent_requests. Whoever calls holds the book's lock.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._running: set[str] = set()

    def begin(self, call: Call) -> Reply | None:
        """Give the answer that the key remembers, None if the work is to be done now.

        Raises:
            RefusalError: if the key stands for another question, or its first one still runs.
        """
        if not call.key:
            return None
        kept = self._book.table("keys").get(call.key)
        if kept and kept["fingerprint"] != call.fingerprint:
            raise RefusalError(
                "Keys for idempotent requests can only be used with the same parameters they "
                "were first used with.",
                kind="idempotency_error",
            )
        if kept:
            reply = Reply(kept["status"], json.dumps(kept["body"]).encode())
            return reply.with_headers(Idempotent_Replayed="true", **kept["headers"])
        if call.key in self._running:
            raise RefusalError(
                "There is currently another in-progress request using this idempotent key.",
                code="idempotency_key_in_use",
                kind="idempotency_error",
                status=409,
            )
        self._running.add(call.key)
        return None

    def keep(self, call: Call, reply: Reply) -> None:
        """Remember the answer under the call's key."""
        if call.key:
            self._book.table("keys")[call.key] = {
                "fingerprint": call.fingerprint,
                "status": reply.status,
                "body": json.loads(reply.body),
                "headers": {
                    name: value
                    for name, value in reply.headers.items()
                    if name == "Stripe-Should-Retry"
                },
                "created": self._book.now(),
            }

    def end(self, call: Call) -> None:
        """The call is no longer being worked on."""
        self._running.discard(call.key)
