"""Reads the bracketed forms that Stripe's clients send: `a[0]=x`, `a[]=x`, `m[k]=v`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PARTS = re.compile(r"[^\[\]]+|\[\]")


def read_form(text: str) -> dict[str, Any]:
    """Turn a form or query into nested dicts and lists; every value stays a text."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        node = root
        *path, last = _PARTS.findall(name)
        for part in path:
            node = node.setdefault(_place(node, part), {})
        node[_place(node, last)] = value
    return {name: _with_lists(value) for name, value in root.items()}


def _place(node: dict[str, Any], part: str) -> str:
    return str(len(node)) if part == "[]" else part


def _with_lists(node: Any) -> Any:
    """Make a list of every dict whose names count from 0."""
    if not isinstance(node, dict):
        return node
    values = [_with_lists(value) for value in node.values()]
    if list(node) == [str(place) for place in range(len(node))]:
        return values
    return dict(zip(node, values, strict=True))
