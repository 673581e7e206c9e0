"""Card readers: each shows one thing at a time, and a presented card ends it."""

import re

from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call, RefusalError, missing
from clinicdesk.training.stripe.cards import APPROVED, CARDS, Card
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.intents import AWAITING, take
from clinicdesk.training.stripe.intents import find as find_intent
from clinicdesk.training.stripe.lists import expanded, page

CANCELLABLE = "enable_customer_cancellation"
LOCATION = "tml_training"
# Readers that are simulated, and codes as a real one shows them (three words).
CODES = re.compile(r"simulated-(wpe|s700|s710)|[a-z]+-[a-z]+-[a-z]+")
READERS = {"tmr_training1": "Front desk 1", "tmr_training2": "Front desk 2"}


def seed(book: Book) -> None:
    """Put one location and two readers into empty books."""
    if book.table("readers"):
        return
    address = {"line1": "1 Training Road", "city": "London", "postal_code": "N1 9GU"}
    place = {
        "id": LOCATION,
        "object": "terminal.location",
        "address": {**address, "country": "GB", "line2": None, "state": None},
        "display_name": "Training clinic",
        "livemode": False,
        "metadata": {},
    }
    book.add("locations", place)
    for number, (reader_id, label) in enumerate(READERS.items(), start=1):
        _new_reader(book, reader_id, label, number)


def retrieve(book: Book, call: Call) -> Obj:
    """Read a reader."""
    return expanded(book, find(book, call.ids[0]), call.expands())


def list_all(book: Book, call: Call) -> Obj:
    """List the readers."""
    return page(book, call, book.table("readers").values(), "terminal.reader")


def list_locations(book: Book, call: Call) -> Obj:
    """List the places that readers stand in."""
    return page(book, call, book.table("locations").values(), "terminal.location")


def create_location(book: Book, call: Call) -> Obj:
    """Make a place for readers; Stripe wants a whole address."""
    address = dict(call.params.get("address") or {})
    for name in ("line1", "city", "postal_code", "country"):
        if not address.get(name):
            raise RefusalError(
                f"Missing required param: address[{name}].", param=f"address[{name}]"
            )
    place = {
        "id": new_id("tml"),
        "object": "terminal.location",
        "address": {"line2": None, "state": None, **address},
        "created": book.now(),
        "display_name": call.params.get("display_name", ""),
        "livemode": False,
        "metadata": dict(call.params.get("metadata") or {}),
    }
    return expanded(book, book.add("locations", place), call.expands())


def register(book: Book, call: Call) -> Obj:
    """Take a reader into use by the code on its screen."""
    code = str(call.params.get("registration_code", ""))
    if not CODES.fullmatch(code):
        raise RefusalError(
            "No reader was found with that registration code.", param="registration_code"
        )
    location = str(call.params.get("location", ""))
    if location not in book.table("locations"):
        raise missing("terminal.location", location, "location")
    number = len(book.table("readers")) + 1
    reader = _new_reader(book, new_id("tmr"), str(call.params.get("label") or code), number)
    reader["location"] = location
    return expanded(book, reader, call.expands())


def change(book: Book, call: Call) -> Obj:
    """Give a reader another name."""
    reader = find(book, call.ids[0])
    reader["label"] = call.params.get("label", reader["label"])
    return expanded(book, reader, call.expands())


def remove(book: Book, call: Call) -> Obj:
    """Take a reader out of use."""
    reader = find(book, call.ids[0])
    del book.table("readers")[reader["id"]]
    return {"id": reader["id"], "object": "terminal.reader", "deleted": True}


def show_cart(book: Book, call: Call) -> Obj:
    """Show what is going to be paid, instead of what was shown."""
    reader = find(book, call.ids[0])
    _check_reachable(book, reader, call.fault)
    cart = call.params["cart"]
    lines = [
        {"amount": int(line["amount"]), "description": line["description"],
         "quantity": int(line["quantity"])}
        for line in cart["line_items"]
    ]  # fmt: skip
    shown = {"currency": cart["currency"], "line_items": lines, "tax": None}
    reader["action"] = {
        "type": "set_reader_display",
        "status": "in_progress",
        "failure_code": None,
        "failure_message": None,
        "set_reader_display": {"type": "cart", "cart": {**shown, "total": int(cart["total"])}},
    }
    return expanded(book, reader, call.expands())


def process(book: Book, call: Call) -> Obj:
    """Show a payment on the reader; one that nobody has begun to pay is replaced."""
    reader = find(book, call.ids[0])
    intent = find_intent(book, str(call.params.get("payment_intent", "")), "payment_intent")
    if intent["status"] != AWAITING or "card_present" not in intent["payment_method_types"]:
        raise RefusalError(
            f"The PaymentIntent has a status of {intent['status']} and cannot be processed.",
            code="intent_invalid_state",
            param="payment_intent",
            stored=True,
        )
    _check_reachable(book, reader, call.fault)
    config = call.params.get("process_config") or {}
    cancellable = config.get(CANCELLABLE) == "true"
    reader["action"] = {
        "type": "process_payment_intent",
        "status": "in_progress",
        "failure_code": None,
        "failure_message": None,
        "process_payment_intent": {
            "payment_intent": intent["id"],
            "process_config": {CANCELLABLE: cancellable},
        },
    }
    if call.fault is FaultKind.READER_TIMEOUT_RECEIVED:
        raise _timeout()
    return expanded(book, reader, call.expands())


def cancel_action(book: Book, call: Call) -> Obj:
    """Take off what the reader shows; never during an authorisation."""
    reader = find(book, call.ids[0])
    _check_reachable(book, reader, call.fault)
    reader["action"] = None
    return expanded(book, reader, call.expands())


def present(book: Book, call: Call) -> Obj:
    """Hold a test card to a reader, by Stripe's test helper."""
    number = (call.params.get("card_present") or {}).get("number", APPROVED)
    reader = find(book, call.ids[0])
    present_card(book, reader, number)
    return expanded(book, reader, call.expands())


def present_card(book: Book, reader: Obj, number: str) -> None:
    """Hold a test card to a reader, which ends what it shows.

    Raises:
        RefusalError: if it shows no payment, or the number is no test card's.
    """
    if not awaits_card(reader):
        raise RefusalError("The reader is not asking for a card.", code="terminal_reader_busy")
    if number not in CARDS:
        raise RefusalError("This is no test card.", param="card_present[number]")
    intent = find_intent(book, reader["action"]["process_payment_intent"]["payment_intent"], "id")
    book.table("busy").pop(reader["id"], None)
    if intent["status"] != AWAITING:
        _fail(book, reader, "intent_invalid_state", "The payment has been cancelled.")
        return
    if CARDS[number].kind not in intent["payment_method_types"]:
        _fail(book, reader, "payment_method_unsupported_type", "This card is not taken here.")
        return
    _charge(book, reader, intent, CARDS[number])


def cancel_at_reader(book: Book, reader: Obj) -> None:
    """Press the cancel button on the reader's screen."""
    if not awaits_card(reader):
        raise RefusalError("The reader is not asking for a card.")
    if not reader["action"]["process_payment_intent"]["process_config"][CANCELLABLE]:
        raise RefusalError("The reader shows no cancel button.")
    _fail(book, reader, "customer_canceled", "The customer cancelled at the reader.")


def awaits_card(reader: Obj) -> bool:
    """Say whether the reader asks for a card now."""
    action = reader["action"]
    is_payment = bool(action) and action["type"] == "process_payment_intent"
    return is_payment and bool(action["status"] == "in_progress")


def find(book: Book, reader_id: str) -> Obj:
    """Give a reader.

    Raises:
        RefusalError: if there is none of that id.
    """
    reader = book.table("readers").get(reader_id)
    if reader is None:
        raise missing("terminal.reader", reader_id, "reader")
    return reader


def _new_reader(book: Book, reader_id: str, label: str, number: int) -> Obj:
    return book.add(
        "readers",
        {
            "id": reader_id,
            "object": "terminal.reader",
            "action": None,
            "created": book.now(),
            "device_sw_version": "training",
            "device_type": "simulated_wisepos_e",
            "ip_address": "127.0.0.1",
            "label": label,
            "last_seen_at": book.now() * 1000,
            "livemode": False,
            "location": LOCATION,
            "metadata": {},
            "serial_number": f"TRAINING-{number}",
            "status": "online",
        },
    )


def _charge(book: Book, reader: Obj, intent: Obj, card: Card) -> None:
    take(book, intent, card)
    if card.decline_code:
        _fail(book, reader, "card_declined", card.message)
        return
    reader["action"]["status"] = "succeeded"
    book.note("terminal.reader.action_succeeded", reader)


def _fail(book: Book, reader: Obj, code: str, message: str) -> None:
    reader["action"] |= {"status": "failed", "failure_code": code, "failure_message": message}
    book.note("terminal.reader.action_failed", reader)


def _check_reachable(book: Book, reader: Obj, fault: FaultKind | None) -> None:
    if fault is FaultKind.READER_OFFLINE or reader["status"] == "offline":
        raise RefusalError(
            "The reader is offline.", code="terminal_reader_offline", param="reader", stored=True
        )
    if fault is FaultKind.READER_BUSY or reader["id"] in book.table("busy"):
        raise RefusalError(
            "The reader is busy.", code="terminal_reader_busy", param="reader", stored=True
        )
    if fault is FaultKind.READER_FAULT:
        raise RefusalError(
            "The reader is damaged.", code="terminal_reader_hardware_fault", stored=True
        )
    if fault is FaultKind.READER_TIMEOUT_LOST:
        raise _timeout()


def _timeout() -> RefusalError:
    return RefusalError(
        "The reader did not confirm in time.",
        code="terminal_reader_timeout",
        param="reader",
        stored=True,
    )
