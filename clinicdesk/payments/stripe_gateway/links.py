"""Stripe's payment links and checkout sessions."""

import stripe

from clinicdesk.errors import ClinicDeskError, RefusedError
from clinicdesk.money import Money
from clinicdesk.payments.errors import AnswerMismatchError, ProviderKeyError, ProviderRefusedError
from clinicdesk.payments.links.gateway import LinkState, PageState
from clinicdesk.payments.stripe_gateway.answers import WRONG_MODE, Answer
from clinicdesk.payments.stripe_gateway.calls import Caller, noted
from clinicdesk.payments.stripe_gateway.refusals import amount_refusal

PAGE = 100
KEY = "link"


class StripeLinks:
    """The `LinkGateway` of Stripe; `live` is the mode that every answer must be of."""

    def __init__(self, client: stripe.StripeClient, caller: Caller, *, live: bool) -> None:
        self._caller = caller
        self._live = live
        self._links = client.v1.payment_links
        self._sessions = client.v1.checkout.sessions

    def create(self, link_key: str, *, amount: Money, title: str) -> LinkState:
        """Make a link that can be paid once, or give back the one made with the same key."""

        def ask() -> LinkState:
            made = self._links.create(
                {
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": amount.currency.lower(),
                                "unit_amount": amount.minor,
                                "product_data": {"name": title},
                            },
                        }
                    ],
                    "restrictions": {"completed_sessions": {"limit": 1}},
                    "submit_type": "pay",
                    "metadata": {KEY: link_key},
                    "payment_intent_data": {"metadata": {KEY: link_key}},
                },
                options={"idempotency_key": f"link:{link_key}"},
            )
            answer = noted("create link", made)
            if answer["metadata"].get(KEY) != link_key:
                raise AnswerMismatchError
            return self._state(answer)

        return self._caller.run("create link", ask, refused=amount_refusal)

    def find(self, link_key: str) -> LinkState | None:
        """Look for a link by its metadata, without making one."""

        def ask() -> LinkState | None:
            for found in self._links.list({"limit": PAGE}).auto_paging_iter():
                answer = found.to_dict()
                if (answer.get("metadata") or {}).get(KEY) == link_key:
                    return self._state(answer)
            return None

        return self._caller.run("find link", ask)

    def close(self, provider_link_id: str) -> LinkState:
        """Let no page open from a link any more."""

        def ask() -> LinkState:
            done = self._links.update(provider_link_id, {"active": False})
            state = self._state(noted("close link", done))
            if state.provider_link_id != provider_link_id or state.is_active:
                raise AnswerMismatchError
            return state

        return self._caller.run("close link", ask)

    def pages(self, provider_link_id: str) -> tuple[PageState, ...]:
        """List the pages that were opened from a link, newest first."""

        def ask() -> tuple[PageState, ...]:
            pages = self._sessions.list({"payment_link": provider_link_id, "limit": PAGE})
            return tuple(self._page(found.to_dict()) for found in pages.auto_paging_iter())

        return self._caller.run("list pages", ask)

    def expire(self, session_id: str) -> bool:
        """Close an open page; False where it was completed or closed before."""

        def ask() -> bool:
            noted("expire page", self._sessions.expire(session_id))
            return True

        try:
            return self._caller.run("expire page", ask, refused=_no_longer_open)
        except RefusedError:
            return False

    def _state(self, answer: Answer) -> LinkState:
        self._check_mode(answer)
        url = answer["url"]
        if not isinstance(url, str) or not url.startswith("https://"):
            raise AnswerMismatchError
        return LinkState(str(answer["id"]), url, bool(answer["active"]))

    def _page(self, answer: Answer) -> PageState:
        self._check_mode(answer)
        intent = answer.get("payment_intent")
        return PageState(
            session_id=str(answer["id"]),
            is_open=answer.get("status") == "open",
            is_paid=answer["payment_status"] == "paid",
            intent_id=str(intent["id"] if isinstance(intent, dict) else intent or ""),
        )

    def _check_mode(self, answer: Answer) -> None:
        if answer["livemode"] is not self._live:
            raise ProviderKeyError(WRONG_MODE)


def _no_longer_open(_code: str, _param: str) -> ClinicDeskError:
    return ProviderRefusedError()
