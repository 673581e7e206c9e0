"""The stand-in as its owner sees it: start it, present cards, look into its books."""

import json
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from clinicdesk.clock import Clock, SystemClock
from clinicdesk.money import Money
from clinicdesk.training.stripe import disputes, intents, links, payouts, readers, refunds
from clinicdesk.training.stripe.book import Book, Obj
from clinicdesk.training.stripe.calls import Call, Reply
from clinicdesk.training.stripe.cards import APPROVED
from clinicdesk.training.stripe.desk import Desk
from clinicdesk.training.stripe.faults import Faults
from clinicdesk.training.stripe.server import LOOPBACK, Server
from clinicdesk.training.stripe.signing import signature
from clinicdesk.training.stripe.tapping import Tapper

TRAINING_KEY = "rk_test_training"
LOG_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What one intent has really moved; refunds that wait count as given back."""

    intent_id: str
    attempt_key: str
    status: str
    captured: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class Seen:
    """A request in the log."""

    method: str
    path: str
    key: str


class TrainingStripe(AbstractContextManager["TrainingStripe"]):
    """Stripe for training and tests, on 127.0.0.1.

    `state_path` keeps its books over a restart. With `auto_present_after_s` the card
    `auto_present_card` is held to each asking reader after so many seconds. `observer` gets each
    call with its reply. What is to go wrong is set in `faults`; `log` holds the latest requests.
    """

    def __init__(
        self,
        *,
        state_path: Path | None = None,
        clock: Clock | None = None,
        port: int = 0,
        auto_present_after_s: float | None = None,
        auto_present_card: str = APPROVED,
        observer: Callable[[Call, Reply], None] | None = None,
    ) -> None:
        self.faults = Faults()
        self.log: deque[Seen] = deque(maxlen=LOG_LENGTH)
        self._book = Book(clock or SystemClock(), state_path)
        self._desk = Desk(self._book, self.faults, self._watch)
        self._port = port
        self._observer = observer
        self._card = auto_present_card
        self._after_s = auto_present_after_s
        self._tapper: Tapper | None = None
        self._server: Server | None = None

    def start(self) -> "TrainingStripe":
        """Open the books, and listen."""
        with self._book.lock:
            readers.seed(self._book)
            self._book.save()
        if self._after_s is not None:
            self._tapper = Tapper(self._after_s, self._tap)
        self._server = Server(self._port, self._answer)
        self._watch()
        return self

    def stop(self) -> None:
        """End all connections and threads; the books stay as they are."""
        self.faults.clear()
        if self._tapper:
            self._tapper.stop()
            self._tapper = None
        if self._server:
            self._server.close()
            self._server = None

    def __enter__(self) -> "TrainingStripe":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def api_base(self) -> str:
        """Give the address to be used in place of https://api.stripe.com."""
        if self._server is None:
            raise RuntimeError("the stand-in for Stripe has not been started")
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def present_card(self, reader_id: str, number: str = APPROVED) -> None:
        """Hold a test card to a reader that asks for one."""
        with self._book.lock:
            readers.present_card(self._book, readers.find(self._book, reader_id), number)
            self._book.save()
        self._watch()

    def cancel_at_reader(self, reader_id: str) -> None:
        """Press cancel on a reader that asks for a card."""
        with self._book.lock:
            readers.cancel_at_reader(self._book, readers.find(self._book, reader_id))
            self._book.save()
        self._watch()

    def shown_on(self, reader_id: str) -> Obj | None:
        """Give what a reader shows now, None for nothing."""
        with self._book.lock:
            shown: Obj | None = readers.find(self._book, reader_id)["action"]
        return shown

    def put_reader(self, reader_id: str, *, online: bool = True, busy: bool = False) -> None:
        """Switch a reader off and on, or let it be busy (authorising, updating) until told."""
        with self._book.lock:
            reader = readers.find(self._book, reader_id)
            reader["status"] = "online" if online else "offline"
            self._book.table("busy").pop(reader_id, None)
            if busy:
                self._book.table("busy")[reader_id] = {}
            self._book.save()

    def refund_elsewhere(self, intent_id: str, *, minor: int) -> str:
        """Give back a part of a payment in the provider's own pages; gives the refund's id."""
        call = Call("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": str(minor)})
        with self._book.lock:
            refund = refunds.create(self._book, call)
            self._book.save()
        return str(refund["id"])

    def settle_refund(self, refund_id: str, *, status: str, reason: str = "declined") -> None:
        """Let a refund end "succeeded" or "failed", even after it had succeeded."""
        with self._book.lock:
            refunds.settle(self._book, refund_id, status=status, reason=reason)
            self._book.save()

    def open_dispute(
        self,
        intent_id: str,
        *,
        amount: int | None = None,
        reason: str = "fraudulent",
        is_inquiry: bool = False,
    ) -> str:
        """Let a cardholder dispute a payment, or only ask about it; gives the dispute's id."""
        with self._book.lock:
            dispute = disputes.open_dispute(
                self._book, intent_id, amount=amount, reason=reason, is_inquiry=is_inquiry
            )
            self._book.save()
        return str(dispute["id"])

    def put_dispute(self, dispute_id: str, *, status: str, takes_money: bool = False) -> None:
        """Let a dispute go on; with `takes_money` the bank takes the amount (again)."""
        with self._book.lock:
            if takes_money:
                disputes.withdraw(self._book, dispute_id)
            disputes.put(self._book, dispute_id, status=status)
            self._book.save()

    def end_dispute(self, dispute_id: str, *, status: str) -> None:
        """Let a dispute end: "won", "lost" or "warning_closed"."""
        with self._book.lock:
            disputes.end(self._book, dispute_id, status=status)
            self._book.save()

    def add_payout(self, amount: Money, *, status: str = "paid", failure_code: str = "") -> None:
        """Send money to the clinic's bank account."""
        with self._book.lock:
            payouts.add(
                self._book,
                amount=amount.minor,
                currency=amount.currency.lower(),
                status=status,
                failure_code=failure_code,
            )
            self._book.save()

    def open_link(self, url: str) -> str:
        """Follow a payment link as a patient does, and give the id of the page that opens."""
        with self._book.lock:
            (link,) = (each for each in self._book.table("links").values() if each["url"] == url)
            session = links.open_page(self._book, link)
            self._book.save()
        return str(session["id"])

    def pay_page(self, session_id: str, number: str = APPROVED, *, later: bool = False) -> None:
        """Pay on the page of a link; with `later` the money is still to come in."""
        with self._book.lock:
            links.pay(self._book, self._book.table("sessions")[session_id], number, later=later)
            self._book.save()

    def settle_page(self, session_id: str, *, fails: bool = False) -> None:
        """Let the money of a page that was completed come in, or fail to."""
        with self._book.lock:
            links.settle(self._book, self._book.table("sessions")[session_id], fails=fails)
            self._book.save()

    def add_paid(self, attempt_key: str, *, amount: Money, paid_at: datetime) -> tuple[str, str]:
        """Write a payment of the past into the books; gives the ids of intent and charge.

        Many are best written before the start, which puts them into the file at once.
        """
        with self._book.lock:
            intent = intents.add_paid(self._book, attempt_key, amount=amount, paid_at=paid_at)
            if self._server:
                self._book.save()
        return intent["id"], intent["latest_charge"]

    def ledger(self) -> dict[str, LedgerLine]:
        """Give what was really taken and given back, by the intent's id, oldest first."""
        with self._book.lock:
            return {intent_id: self._line(intent_id) for intent_id in self._book.table("intents")}

    def signed_event(self, event_id: str, *, secret: str, at: datetime) -> tuple[bytes, str]:
        """Give an event's body as a webhook carries it, and its signature."""
        with self._book.lock:
            body = json.dumps(self._book.table("events")[event_id]).encode()
        return body, signature(body, secret, at=at)

    def _line(self, intent_id: str) -> LedgerLine:
        intent = self._book.table("intents")[intent_id]
        currency = intent["currency"].upper()
        taken = [
            charge
            for charge in self._book.table("charges").values()
            if charge["payment_intent"] == intent_id and charge["captured"]
        ]
        return LedgerLine(
            intent_id=intent_id,
            attempt_key=intent["metadata"].get("attempt", ""),
            status=intent["status"],
            captured=Money(sum(charge["amount_captured"] for charge in taken), currency),
            refunded=Money(sum(charge["amount_refunded"] for charge in taken), currency),
        )

    def _answer(self, call: Call) -> Reply:
        self.log.append(Seen(call.method, call.path, call.key))
        reply = self._desk.answer(call)
        if self._observer:
            self._observer(call, reply)
        return reply

    def _watch(self) -> None:
        """Tell the tapping patient what the readers ask for now."""
        if self._tapper is None:
            return
        with self._book.lock:
            asking = {
                reader["id"]: reader["action"]["process_payment_intent"]["payment_intent"]
                for reader in self._book.table("readers").values()
                if readers.awaits_card(reader)
            }
        self._tapper.watch(asking)

    def _tap(self, reader_id: str, intent_id: str) -> None:
        with self._book.lock:
            reader = readers.find(self._book, reader_id)
            if not readers.awaits_card(reader):
                return
            if reader["action"]["process_payment_intent"]["payment_intent"] != intent_id:
                return
            readers.present_card(self._book, reader, self._card)
            self._book.save()
        self._watch()
