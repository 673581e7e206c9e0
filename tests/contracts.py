"""Holds requests and answers against the providers' published shapes, where those lie beside us.

Stripe's clients send bracketed forms, which carry texts only: they are decoded here, apart from
the stand-in's own reader, and each text is read as the type that the shape wants.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from jsonschema import Draft202012Validator

from clinicdesk.training.stripe.calls import Call, Reply, Spoilt
from clinicdesk.training.stripe.stand_in import TrainingStripe

STRIPE = Path(__file__).resolve().parents[2] / "shared" / "contracts" / "stripe.json"
LONGEST_KEY = 255

Schema = dict[str, Any]


class Contract:
    """One provider's OpenAPI 3.1 description."""

    def __init__(self, path: Path) -> None:
        whole = json.loads(path.read_text(encoding="utf-8"), object_hook=_opened)
        self._components = whole["components"]
        # A literal path goes before one with a name in its place.
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)), operations)
            for template, operations in sorted(whole["paths"].items(), key=lambda at: "{" in at[0])
        ]

    def request_problems(self, call: Call) -> list[str]:
        """Say what in a request the provider would not take."""
        operation = self._operation(call.method, call.path)
        if operation is None:
            return [f"{call.method} {call.path}: no such address"]
        schema = _form_schema(operation)
        asked = read_as(decode_form(call.form), schema)
        problems = self._problems(asked, schema, f"{call.method} {call.path}")
        if len(call.key) > LONGEST_KEY:
            problems.append(f"{call.method} {call.path}: idempotency key too long")
        return problems

    def answer_problems(self, call: Call, status: int, body: Any) -> list[str]:
        """Say what in an answer the provider would not send."""
        operation = self._operation(call.method, call.path)
        if operation is None:
            return [] if status == 404 else [f"{call.path}: answered, but no such address"]
        answers = operation["responses"]
        answer = answers.get(str(status), answers["default"])
        schema = answer["content"]["application/json"]["schema"]
        return self._problems(body, schema, f"{call.method} {call.path} -> {status}")

    def _operation(self, method: str, path: str) -> Schema | None:
        for pattern, operations in self._paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                found: Schema = operations[method.lower()]
                return found
        return None

    def _problems(self, value: Any, schema: Schema, where: str) -> list[str]:
        validator = Draft202012Validator({**schema, "components": self._components})
        return [
            f"{where}: {error.json_path}: {error.message[:300]}"
            for error in validator.iter_errors(value)
        ]


def _opened(node: Schema) -> Schema:
    """Take off a list of values that only names how to clear a text: any other is one too."""
    if node.get("x-extensible-enum") and node.get("enum") == [""]:
        del node["enum"]
    return node


def _form_schema(operation: Schema) -> Schema:
    """Give the shape of an operation's body, or of its query as if it were one."""
    body = operation.get("requestBody")
    if body:
        schema: Schema = body["content"]["application/x-www-form-urlencoded"]["schema"]
        return schema
    named = [at for at in operation.get("parameters", []) if at["in"] == "query"]
    return {
        "type": "object",
        "properties": {at["name"]: at["schema"] for at in named},
        "required": [at["name"] for at in named if at.get("required")],
        "additionalProperties": False,
    }


def decode_form(form: str) -> dict[str, Any]:
    """Turn `a[0]=x&m[k]=v` into {"a": ["x"], "m": {"k": "v"}}."""
    pairs: dict[tuple[str, ...], str] = {}
    for piece in filter(None, form.split("&")):
        name, _, value = piece.partition("=")
        first, *rest = unquote_plus(name).replace("]", "").split("[")
        pairs[(first, *rest)] = unquote_plus(value)
    decoded = _branch(pairs)
    return decoded if isinstance(decoded, dict) else {}


def _branch(pairs: dict[tuple[str, ...], str]) -> Any:
    if set(pairs) == {()}:
        return pairs[()]
    names = list(dict.fromkeys(path[0] for path in pairs))
    branches = {
        name: _branch({path[1:]: value for path, value in pairs.items() if path[0] == name})
        for name in names
    }
    if names and all(name.isdecimal() for name in names):
        return [branches[name] for name in sorted(names, key=int)]
    return branches


def read_as(value: Any, schema: Schema) -> Any:
    """Read texts as the whole numbers and booleans that the shape wants."""
    for choice in schema.get("anyOf", []):
        read = read_as(value, choice)
        if read != value or _is_of(value, choice):
            return read
    if isinstance(value, dict):
        named = schema.get("properties", {})
        return {name: read_as(inner, named.get(name, {})) for name, inner in value.items()}
    if isinstance(value, list):
        return [read_as(inner, schema.get("items", {})) for inner in value]
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _is_of(value: Any, schema: Schema) -> bool:
    kinds = {"object": dict, "array": list, "string": str}
    return isinstance(value, kinds.get(schema.get("type", ""), ()))


class Witness:
    """Watches a stand-in, and keeps what does not fit the provider's shapes."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._lock = threading.Lock()
        self.problems: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, call: Call, reply: Reply) -> None:
        """Check one call with its reply, as far as the reply was meant to be whole and true."""
        found: list[str] = []
        if reply.status != 400:
            found += self._contract.request_problems(call)
        if reply.spoilt is Spoilt.NOT and reply.content_type == "application/json":
            body = json.loads(reply.body)
            found += self._contract.answer_problems(call, reply.status, body)
        with self._lock:
            self.seen.add((call.method, call.path))
            self.problems += found


@cache
def stripe_contract() -> Contract | None:
    """Give Stripe's contract, None where it does not lie beside the project."""
    return Contract(STRIPE) if STRIPE.is_file() else None


def need_stripe_contract() -> Contract:
    """Give Stripe's contract, or skip the test."""
    contract = stripe_contract()
    if contract is None:
        pytest.skip("Stripe's contract does not lie beside the project (shared/contracts)")
    return contract


@contextmanager
def watched_stripe(**options: Any) -> Iterator[TrainingStripe]:
    """Run a stand-in, and fail at the end if anything that went over the wire did not fit."""
    contract = stripe_contract()
    witness = Witness(contract) if contract else None
    with TrainingStripe(observer=witness, **options) as stand_in:
        yield stand_in
    assert not witness or not witness.problems, "\n".join(witness.problems[:10])
