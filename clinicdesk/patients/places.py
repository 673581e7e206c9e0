"""Asks the full-text indexes which patients fit, first in the order of names, and stops early.

SQLite's FTS5 gives places in order by itself. PostgreSQL collects all places that fit and then
sorts them: told to walk in order, it would read the whole table for a name that nobody has.
"""

from collections.abc import Iterable

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from clinicdesk.patients.name_order import LARGEST_ID, bits_of, end_of_group
from clinicdesk.patients.search_tables import DIGITS_TABLE, WORDS_OF, WORDS_TABLE
from clinicdesk.patients.typed_text import Reading

END = (1 << 63) - 1
READ_AHEAD = {"sqlite": 2, "postgresql": 20}
_FTS5 = (
    "SELECT rowid FROM {table} WHERE {table} MATCH :typed"
    " AND rowid > :after AND rowid < :before ORDER BY rowid LIMIT :count"
)
_GIN = (
    "WITH fitting AS MATERIALIZED (SELECT place FROM patient_search WHERE {condition})"
    " SELECT place FROM fitting WHERE place > :after AND place < :before"
    " ORDER BY place LIMIT :count"
)
WORDS = {
    "sqlite": text(_FTS5.format(table=WORDS_TABLE)),
    "postgresql": text(_GIN.format(condition=f"{WORDS_OF} @@ CAST(:typed AS tsquery)")),
}
DIGITS = {
    "sqlite": text(_FTS5.format(table=DIGITS_TABLE)),
    "postgresql": text(_GIN.format(condition="digits ~ :typed")),
}


def ids_by_words(
    session: Session, readings: Iterable[Reading], *, whole_words: bool, limit: int
) -> list[int]:
    """Give the ids of patients whose name has the words of one reading.

    At least the first `limit` in the order of names, and with them all whose names agree so far
    that their order is not yet certain: the caller sorts and cuts.
    """
    if _dialect(session) == "sqlite":
        ending = "" if whole_words else " *"
        parts = (" AND ".join(f'"{word}"{ending}' for word in reading) for reading in readings)
        typed = " OR ".join(f"({part})" for part in parts)
    else:
        ending = "" if whole_words else ":*"
        parts = (" & ".join(f"'{word}'{ending}" for word in reading) for reading in readings)
        typed = " | ".join(f"({part})" for part in parts)
    return _first_ids(session, WORDS[_dialect(session)], typed, limit)


def ids_by_digits(session: Session, runs: Iterable[str], *, limit: int) -> list[int]:
    """Give the ids of patients whose phone has one of the runs of three digits or more.

    As many as `ids_by_words` gives, in the same order.
    """
    if _dialect(session) == "sqlite":
        typed = " OR ".join(f'"{run}"' for run in runs)
    else:
        typed = "|".join(runs)
    return _first_ids(session, DIGITS[_dialect(session)], typed, limit)


def _first_ids(session: Session, statement: TextClause, typed: str, limit: int) -> list[int]:
    """Read places in order until `limit` are certain, and give the ids in them."""
    count = limit * READ_AHEAD[_dialect(session)]
    asked = {"typed": typed, "after": -1, "before": END, "count": count}
    places = list(session.scalars(statement, asked))
    if len(places) > limit:
        bits = bits_of(places[limit - 1])
        if len(places) == count and bits_of(places[-1]) == bits:
            asked |= {"after": places[-1], "before": end_of_group(bits), "count": END}
            places += session.scalars(statement, asked)
        places = [place for place in places if place < end_of_group(bits)]
    return [place & LARGEST_ID for place in places]


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
