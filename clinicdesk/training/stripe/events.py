"""The list of events: a bell for whoever asks what has happened since."""

from fnmatch import fnmatchcase

from clinicdesk.training.stripe.book import Book, Obj
from clinicdesk.training.stripe.calls import Call, missing
from clinicdesk.training.stripe.lists import page


def list_all(book: Book, call: Call) -> Obj:
    """List events, newest first, of the asked types; all were "delivered", for nobody listens."""
    types = call.params.get("types") or [call.params.get("type", "*")]
    delivered = call.params.get("delivery_success", "true") == "true"
    chosen = [
        event
        for event in book.table("events").values()
        if delivered and any(fnmatchcase(event["type"], wanted) for wanted in types)
    ]
    return page(book, call, chosen, "event")


def retrieve(book: Book, call: Call) -> Obj:
    """Read an event."""
    event = book.table("events").get(call.ids[0])
    if event is None:
        raise missing("event", call.ids[0])
    return event
