"""Pages through objects, and spells out ids, as Stripe does."""

from collections.abc import Iterable
from typing import Any

from clinicdesk.training.stripe.book import Book, Obj
from clinicdesk.training.stripe.calls import Call, RefusalError, missing

LARGEST_PAGE = 100
USUAL_PAGE = 10
_TABLES = {"pi": "intents", "ch": "charges", "re": "refunds", "tml": "locations"}
_BOUNDS = {
    "gt": lambda at, bound: at > bound,
    "gte": lambda at, bound: at >= bound,
    "lt": lambda at, bound: at < bound,
    "lte": lambda at, bound: at <= bound,
}


def page(book: Book, call: Call, objects: Iterable[Obj], thing: str) -> Obj:
    """Give one page of `objects` (oldest first), newest first.

    `limit`, `starting_after`, `ending_before`, `created` and `expand` are read from the call; the
    page before a cursor is the one next to it.
    """
    newest = [obj for obj in objects if _created_fits(obj, call.params.get("created"))][::-1]
    limit = _limit(call)
    before, after = call.params.get("ending_before"), call.params.get("starting_after")
    if before:
        rest = newest[: _index(newest, before, thing)]
        shown = rest[-limit:]
    else:
        rest = newest[_index(newest, after, thing) + 1 :] if after else newest
        shown = rest[:limit]
    inner = [path.removeprefix("data.") for path in call.expands()]
    return {
        "object": "list",
        "url": call.path,
        "has_more": len(rest) > len(shown),
        "data": [expanded(book, obj, inner) for obj in shown],
    }


def expanded(book: Book, obj: Obj, paths: list[str]) -> Obj:
    """Give a copy of an object with the ids at `paths` ("latest_charge") spelt out."""
    whole = dict(obj)
    for path in paths:
        name, _, rest = path.partition(".")
        if name not in obj:
            raise RefusalError(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(obj[name], str):
            inner = book.table(_TABLES[obj[name].partition("_")[0]])[obj[name]]
            whole[name] = expanded(book, inner, [rest] if rest else [])
    return whole


def _created_fits(obj: Obj, bounds: Any) -> bool:
    if bounds is None:
        return True
    if isinstance(bounds, str):
        return bool(obj["created"] == int(bounds))
    return all(_BOUNDS[name](obj["created"], int(bound)) for name, bound in bounds.items())


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", USUAL_PAGE))
    if not 1 <= limit <= LARGEST_PAGE:
        raise RefusalError(
            f"This value must be from 1 to {LARGEST_PAGE} (it is {limit}).",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


def _index(objects: list[Obj], cursor: str, thing: str) -> int:
    for index, obj in enumerate(objects):
        if obj["id"] == cursor:
            return index
    raise missing(thing, cursor, "cursor")
