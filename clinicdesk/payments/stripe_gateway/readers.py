"""Stripe's card readers and their places (https://docs.stripe.com/api/terminal/readers)."""

import hashlib
from typing import Any

import stripe

from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.errors import AnswerMismatchError, ProviderKeyError, ProviderRefusedError
from clinicdesk.payments.readers.errors import PlaceRefusedError, ReaderCodeError
from clinicdesk.payments.readers.gateway import Cart, Place, ReaderDetails, Screen
from clinicdesk.payments.stripe_gateway.answers import WRONG_MODE, Answer
from clinicdesk.payments.stripe_gateway.calls import Caller, noted
from clinicdesk.payments.stripe_gateway.refusals import MISSING, lookup_refusal, reader_refusal

PAGE = 100
KEY = "clinic"
SCREENS = {
    "process_payment_intent": Screen.PAYMENT,
    "collect_payment_method": Screen.PAYMENT,
    "set_reader_display": Screen.CART,
}


class _GoneError(ProviderRefusedError):
    """There is no such reader at Stripe."""


class StripeReaders:
    """The `ReaderGateway` of Stripe; `live` is the mode that every answer must be of."""

    def __init__(self, client: stripe.StripeClient, caller: Caller, *, live: bool) -> None:
        self._caller = caller
        self._live = live
        self._readers = client.v1.terminal.readers
        self._locations = client.v1.terminal.locations

    def listed(self) -> tuple[ReaderDetails, ...]:
        """List the readers of the account, newest first."""

        def ask() -> tuple[ReaderDetails, ...]:
            pages = self._readers.list({"limit": PAGE})
            return tuple(self._details(found.to_dict()) for found in pages.auto_paging_iter())

        return self._caller.run("list readers", ask)

    def register(self, code: str, *, label: str, location_id: str) -> ReaderDetails:
        """Take a reader into the account by the code on its screen."""

        def ask() -> ReaderDetails:
            made = self._readers.create(
                {"registration_code": code, "label": label, "location": location_id}
            )
            return self._details(noted("register reader", made))

        return self._caller.run("register reader", ask, refused=_code_refusal)

    def rename(self, reader_id: str, label: str) -> ReaderDetails:
        """Give a reader another name."""

        def ask() -> ReaderDetails:
            changed = self._readers.update(reader_id, {"label": label})
            details = self._details(noted("rename reader", changed))
            if details.reader_id != reader_id:
                raise AnswerMismatchError
            return details

        return self._caller.run("rename reader", ask)

    def remove(self, reader_id: str) -> None:
        """Take a reader out of the account; one that is not there is no error."""

        def ask() -> None:
            answer = noted("remove reader", self._readers.delete(reader_id))
            if answer.get("deleted") is not True:
                raise AnswerMismatchError

        try:
            self._caller.run("remove reader", ask, refused=_remove_refusal)
        except _GoneError:
            return

    def location_of(self, clinic_key: str) -> str | None:
        """Give the id of the place made for a clinic, without making one."""

        def ask() -> str | None:
            for found in self._locations.list({"limit": PAGE}).auto_paging_iter():
                answer = found.to_dict()
                self._check_mode(answer)
                if (answer.get("metadata") or {}).get(KEY) == clinic_key:
                    return str(answer["id"])
            return None

        return self._caller.run("find location", ask)

    def make_location(self, clinic_key: str, place: Place) -> str:
        """Make the place of a clinic, or give the one made with the same key."""
        address: dict[str, Any] = {
            "country": place.country,
            "line1": place.street,
            "city": place.city,
            "postal_code": place.postal_code,
        }
        wanted: Any = {
            "display_name": place.name,
            "address": {name: text for name, text in address.items() if text},
            "metadata": {KEY: clinic_key},
        }

        def ask() -> str:
            key = f"loc:{clinic_key}:{_digest(place)}"
            made = self._locations.create(wanted, options={"idempotency_key": key})
            answer = noted("make location", made)
            self._check_mode(answer)
            return str(answer["id"])

        return self._caller.run("make location", ask, refused=_place_refusal)

    def show_cart(self, reader_id: str, cart: Cart) -> None:
        """Show what is going to be paid."""

        def ask() -> None:
            shown = self._readers.set_reader_display(
                reader_id,
                {
                    "type": "cart",
                    "cart": {
                        "currency": cart.total.currency.lower(),
                        "total": cart.total.minor,
                        "line_items": [
                            {
                                "description": line.text,
                                "quantity": 1,
                                "amount": line.amount.minor,
                            }
                            for line in cart.lines
                        ],
                    },
                },
            )
            self._details(noted("show cart", shown))

        self._caller.run("show cart", ask, refused=reader_refusal)

    def _details(self, answer: Answer) -> ReaderDetails:
        self._check_mode(answer)
        action: Any = answer.get("action") or {}
        is_shown = bool(action) and action["status"] == "in_progress"
        payment = action.get("process_payment_intent") or {}
        location = answer.get("location") or ""
        return ReaderDetails(
            reader_id=str(answer["id"]),
            label=str(answer["label"]),
            device_type=str(answer["device_type"]),
            serial_number=str(answer["serial_number"]),
            location_id=str(location if isinstance(location, str) else location["id"]),
            is_online=answer.get("status") == "online",
            screen=SCREENS.get(action["type"], Screen.OTHER) if is_shown else Screen.NOTHING,
            intent_id=str(payment.get("payment_intent") or ""),
        )

    def _check_mode(self, answer: Answer) -> None:
        if answer["livemode"] is not self._live:
            raise ProviderKeyError(WRONG_MODE)


def _digest(place: Place) -> str:
    """Give what tells one address from another in a key: a corrected one is a new request."""
    text = "|".join((place.name, place.country, place.street, place.city, place.postal_code))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _code_refusal(code: str, param: str) -> ClinicDeskError:
    return ReaderCodeError() if param == "registration_code" else ProviderRefusedError(code)


def _remove_refusal(code: str, param: str) -> ClinicDeskError:
    return _GoneError(code) if code == MISSING else lookup_refusal(code, param)


def _place_refusal(code: str, param: str) -> ClinicDeskError:
    return PlaceRefusedError() if param.startswith("address") else ProviderRefusedError(code)
