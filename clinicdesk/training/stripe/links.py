"""Payment links and the pages that open from them: one page is paid at most once."""

from dataclasses import replace

from clinicdesk.training.stripe import intents
from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call, RefusalError, missing
from clinicdesk.training.stripe.cards import APPROVED, CARDS
from clinicdesk.training.stripe.lists import expanded, page

PAGE = "https://pay.training.example/"
DAY_S = 24 * 60 * 60


def create(book: Book, call: Call) -> Obj:
    """Make a link for one sum; it is open from the start."""
    items = call.params.get("line_items")
    if not isinstance(items, list) or len(items) != 1:
        raise RefusalError("Invalid array", param="line_items")
    price = items[0].get("price_data") or {}
    amount, currency = _price(price)
    limits = call.params.get("restrictions") or {}
    limit = int((limits.get("completed_sessions") or {"limit": "0"})["limit"])
    link = _new_link(currency)
    link["metadata"] = dict(call.params.get("metadata") or {})
    link["restrictions"] = {"completed_sessions": {"count": 0, "limit": limit}} if limit else None
    link["submit_type"] = call.params.get("submit_type", "auto")
    inner = call.params.get("payment_intent_data") or {}
    sums = {"id": link["id"], "amount": amount, "metadata": dict(inner.get("metadata") or {})}
    book.add("link_sums", sums)
    return expanded(book, book.add("links", link), call.expands())


def change(book: Book, call: Call) -> Obj:
    """Close a link, or open it again."""
    link = find(book, call.ids[0])
    if "active" in call.params:
        link["active"] = call.params["active"] == "true"
    return expanded(book, link, call.expands())


def retrieve(book: Book, call: Call) -> Obj:
    """Read a link."""
    return expanded(book, find(book, call.ids[0]), call.expands())


def list_all(book: Book, call: Call) -> Obj:
    """List links, newest first."""
    wanted = call.params.get("active")
    links = [
        link
        for link in book.table("links").values()
        if wanted is None or link["active"] == (wanted == "true")
    ]
    return page(book, call, links, "payment_link")


def list_sessions(book: Book, call: Call) -> Obj:
    """List the pages that were opened, of one link if asked."""
    link_id = call.params.get("payment_link")
    sessions = [
        session
        for session in book.table("sessions").values()
        if link_id in {None, session["payment_link"]}
    ]
    return page(book, call, sessions, "checkout.session")


def retrieve_session(book: Book, call: Call) -> Obj:
    """Read a page."""
    return expanded(book, _session(book, call.ids[0]), call.expands())


def expire_session(book: Book, call: Call) -> Obj:
    """Close a page on which nothing was paid yet."""
    session = _session(book, call.ids[0])
    if session["status"] != "open":
        raise RefusalError(
            f"Only Checkout Sessions with a status in ['open'] can be expired. This one has a "
            f"status of {session['status']}.",
            stored=True,
        )
    session["status"] = "expired"
    book.note("checkout.session.expired", session, call.key)
    return expanded(book, session, call.expands())


def open_page(book: Book, link: Obj) -> Obj:
    """Open a link's page, as a patient does who follows it.

    Raises:
        RefusalError: the link is closed.
    """
    if not link["active"]:
        raise RefusalError("This link is no longer active.")
    return book.add("sessions", _new_session(book, link))


def pay(book: Book, session: Obj, number: str = APPROVED, *, later: bool = False) -> Obj:
    """Pay on an open page; with `later` the money comes in another day, or never.

    Raises:
        RefusalError: the page was closed.
    """
    if session["status"] != "open":
        raise RefusalError("This page is no longer open.")
    link = find(book, session["payment_link"])
    sums = book.table("link_sums")[link["id"]]
    intent = intents.new_intent(book, sums["amount"], link["currency"])
    intent["metadata"] = dict(sums["metadata"])
    intent["payment_method_types"] = ["card"]
    book.add("intents", intent)
    session |= {"status": "complete", "payment_intent": intent["id"]}
    if link["restrictions"]:
        counted = link["restrictions"]["completed_sessions"]
        counted["count"] += 1
        link["active"] = counted["count"] < counted["limit"]
    if later:
        intent["status"] = "processing"
    else:
        settle(book, session, number)
    book.note("checkout.session.completed", session)
    return session


def settle(book: Book, session: Obj, number: str = APPROVED, *, fails: bool = False) -> None:
    """Let the money of a completed page come in, or fail to."""
    intent = intents.find(book, session["payment_intent"], "intent")
    was_later = intent["status"] == "processing"
    intent["status"] = intents.AWAITING
    if fails:
        book.note("checkout.session.async_payment_failed", session)
        return
    intents.take(book, intent, replace(CARDS[number], kind="card"))
    session["payment_status"] = "paid"
    if was_later:
        book.note("checkout.session.async_payment_succeeded", session)


def find(book: Book, link_id: str) -> Obj:
    """Give a link.

    Raises:
        RefusalError: there is none of that id.
    """
    link = book.table("links").get(link_id)
    if link is None:
        raise missing("payment_link", link_id)
    return link


def _session(book: Book, session_id: str) -> Obj:
    session = book.table("sessions").get(session_id)
    if session is None:
        raise missing("checkout.session", session_id)
    return session


def _price(price: Obj) -> tuple[int, str]:
    currency = str(price.get("currency", "")).lower()
    text = str(price.get("unit_amount", ""))
    if currency not in intents.CURRENCIES or not text.isdecimal():
        raise RefusalError("Invalid price.", param="line_items[0][price_data]")
    if int(text) < intents.LEAST_MINOR.get(currency, 1):
        raise RefusalError(
            "The amount is too small.", code="amount_too_small", param="line_items[0]"
        )
    return int(text), currency


def _new_link(currency: str) -> Obj:
    link_id = new_id("plink")
    return {
        "id": link_id,
        "object": "payment_link",
        "active": True,
        "after_completion": {
            "type": "hosted_confirmation",
            "hosted_confirmation": {"custom_message": None},
        },
        "allow_promotion_codes": False,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer_creation": "if_required",
        "livemode": False,
        "metadata": {},
        "payment_method_collection": "always",
        "payment_method_types": None,
        "phone_number_collection": {"enabled": False},
        "restrictions": None,
        "shipping_options": [],
        "submit_type": "auto",
        "tax_id_collection": {"enabled": False, "required": "never"},
        "url": PAGE + link_id.removeprefix("plink_"),
    }


def _new_session(book: Book, link: Obj) -> Obj:
    amount = book.table("link_sums")[link["id"]]["amount"]
    return {
        "id": new_id("cs"),
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": book.now(),
        "currency": link["currency"],
        "custom_fields": [],
        "custom_text": dict(link["custom_text"]),
        "expires_at": book.now() + DAY_S,
        "livemode": False,
        "metadata": dict(link["metadata"]),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": link["id"],
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "url": PAGE,
    }
