"""The part of Stripe's API that the stand-in knows: what each address does, and takes."""

import re
from collections.abc import Callable
from dataclasses import replace

from clinicdesk.training.stripe import (
    disputes,
    events,
    intents,
    links,
    payouts,
    readers,
    refunds,
)
from clinicdesk.training.stripe.book import Book, Obj
from clinicdesk.training.stripe.calls import Call, RefusalError

Operation = Callable[[Book, Call], Obj]
PAGING = "limit starting_after ending_before expand "

_TABLE: tuple[tuple[str, str, Operation, str], ...] = (
    (
        "POST",
        "/v1/payment_intents",
        intents.create,
        "amount currency allowed_payment_method_types payment_method_types capture_method "
        "metadata expand",
    ),
    ("GET", "/v1/payment_intents", intents.list_all, PAGING + "created customer"),
    ("GET", "/v1/payment_intents/{}", intents.retrieve, "expand"),
    ("POST", "/v1/payment_intents/{}/cancel", intents.cancel, "cancellation_reason expand"),
    ("POST", "/v1/refunds", refunds.create, "amount payment_intent charge metadata reason expand"),
    ("GET", "/v1/refunds", refunds.list_all, PAGING + "created payment_intent charge"),
    ("GET", "/v1/refunds/{}", refunds.retrieve, "expand"),
    ("GET", "/v1/disputes", disputes.list_all, PAGING + "created payment_intent charge"),
    ("GET", "/v1/disputes/{}", disputes.retrieve, "expand"),
    ("POST", "/v1/disputes/{}/close", disputes.close, "expand"),
    ("GET", "/v1/payouts", payouts.list_all, PAGING + "created status"),
    ("GET", "/v1/terminal/locations", readers.list_locations, PAGING),
    (
        "POST",
        "/v1/terminal/locations",
        readers.create_location,
        "display_name address metadata expand",
    ),
    ("GET", "/v1/terminal/readers", readers.list_all, PAGING),
    ("POST", "/v1/terminal/readers", readers.register, "registration_code label location expand"),
    ("POST", "/v1/terminal/readers/{}", readers.change, "label expand"),
    ("DELETE", "/v1/terminal/readers/{}", readers.remove, ""),
    ("POST", "/v1/terminal/readers/{}/set_reader_display", readers.show_cart, "type cart expand"),
    ("GET", "/v1/terminal/readers/{}", readers.retrieve, "expand"),
    (
        "POST",
        "/v1/terminal/readers/{}/process_payment_intent",
        readers.process,
        "payment_intent process_config expand",
    ),
    ("POST", "/v1/terminal/readers/{}/cancel_action", readers.cancel_action, "expand"),
    (
        "POST",
        "/v1/payment_links",
        links.create,
        "line_items restrictions submit_type metadata payment_intent_data expand",
    ),
    ("GET", "/v1/payment_links", links.list_all, PAGING + "active"),
    ("GET", "/v1/payment_links/{}", links.retrieve, "expand"),
    ("POST", "/v1/payment_links/{}", links.change, "active expand"),
    (
        "GET",
        "/v1/checkout/sessions",
        links.list_sessions,
        PAGING + "created payment_link payment_intent status",
    ),
    ("GET", "/v1/checkout/sessions/{}", links.retrieve_session, "expand"),
    ("POST", "/v1/checkout/sessions/{}/expire", links.expire_session, "expand"),
    (
        "POST",
        "/v1/test_helpers/terminal/readers/{}/present_payment_method",
        readers.present,
        "card_present type expand",
    ),
    ("GET", "/v1/events", events.list_all, PAGING + "created types type delivery_success"),
    ("GET", "/v1/events/{}", events.retrieve, "expand"),
)
_ROUTES = tuple(
    (method, re.compile(path.replace("{}", "([^/]+)")), operation, frozenset(names.split()))
    for method, path, operation, names in _TABLE
)


def run(book: Book, call: Call) -> Obj:
    """Do what a call asks for.

    Raises:
        RefusalError: if Stripe would refuse it, also for a parameter that it does not know.
    """
    for method, pattern, operation, names in _ROUTES:
        found = pattern.fullmatch(call.path)
        if method == call.method and found:
            for name in call.params.keys() - names:
                raise RefusalError(
                    f"Received unknown parameter: {name}", code="parameter_unknown", param=name
                )
            return operation(book, replace(call, ids=found.groups()))
    raise RefusalError(
        f"Unrecognized request URL ({call.method}: {call.path}).", status=404, stored=False
    )
