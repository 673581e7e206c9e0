"""One request to the stand-in, and the ways in which it can be answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from clinicdesk.training.stripe.faults import FaultKind

Obj = dict[str, Any]
INVALID = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as read from the wire.

    `form` is the body or query as it came, `params` what it says. `key` is its idempotency key, ""
    for none. `ids` are those named in the path, and `fault` what is to go wrong inside.
    """

    method: str
    path: str
    params: Obj
    form: str = ""
    key: str = ""
    api_key: str = ""
    ids: tuple[str, ...] = ()
    fault: FaultKind | None = None

    @property
    def fingerprint(self) -> str:
        """Give what two requests with one idempotency key must have in common."""
        return json.dumps([self.method, self.path, self.params], sort_keys=True)

    def expands(self) -> list[str]:
        """Give the paths that the answer is to spell out."""
        return list(self.params.get("expand") or [])


class Spoilt(StrEnum):
    """What a fault did to a reply: the line dropped, half the body came, or its fields changed."""

    NOT = ""
    DROPPED = "dropped"
    HALVED = "halved"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, unless it is `spoilt` on the way."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    spoilt: Spoilt = Spoilt.NOT

    def with_headers(self, **headers: str) -> "Reply":
        """Give the same reply with more headers; an underscore in a name stands for a hyphen."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


class RefusalError(Exception):
    """Stripe would say no. `stored` tells whether the idempotency key remembers this answer."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = INVALID,
        stored: bool = False,
        retry: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.stored = stored
        self._status = status
        self._retry = retry
        error = {"type": kind, "message": message, "code": code, "param": param}
        self._body = {"error": {name: value for name, value in error.items() if value is not None}}

    def reply(self) -> Reply:
        """Give the refusal as it goes over the wire."""
        reply = Reply(self._status, json.dumps(self._body).encode())
        if self._retry is None:
            return reply
        return reply.with_headers(Stripe_Should_Retry="true" if self._retry else "false")


def missing(thing: str, its_id: str, param: str = "id") -> RefusalError:
    """Refuse because there is no such object."""
    return RefusalError(
        f"No such {thing}: '{its_id}'", code="resource_missing", param=param, status=404
    )


def whole_number(call: Call, name: str) -> int:
    """Read a parameter that must be there as a whole number.

    Raises:
        RefusalError: if it is absent or something else.
    """
    text = call.params.get(name)
    if text is None:
        raise RefusalError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if not isinstance(text, str) or not text.removeprefix("-").isdecimal() or not text.isascii():
        raise RefusalError(f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
    return int(text)
