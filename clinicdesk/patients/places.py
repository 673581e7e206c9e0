"""Asks the full-text indexes which patients fit, first in the order of names, and stops early.

SQLite's FTS5 gives places in order by itself. PostgreSQL collects all places that fit and then
sorts them: told to walk in order, it would read the whole table for a name that nobody has.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from clinicdesk.patients.name_order import LARGEST_ID, bits_of, end_of_group, shared_beginning
from clinicdesk.patients.search_tables import DIGITS_TABLE, WORDS_OF, WORDS_TABLE
from clinicdesk.patients.typed_text import Reading

END = (1 << 63) - 1
LAST_CHARACTER = "\U0010ffff"
READ_AHEAD = {"sqlite": 2, "postgresql": 20}
_FTS5_FIRST = (
    "SELECT rowid FROM {table} WHERE {table} MATCH :typed AND rowid > :after AND rowid < :before"
    " ORDER BY rowid LIMIT :count"
)
# The index of names holds all that is read here: no patient's row is touched.
_FTS5_GROUP = (
    "SELECT id FROM patient INDEXED BY ix_patient_name"
    " WHERE family_key >= :beginning AND family_key < :ending AND id IN (SELECT rowid & :id_bits"
    " FROM {table} WHERE {table} MATCH :typed AND rowid > :after AND rowid < :before)"
    " ORDER BY family_key, given_key, id LIMIT :count"
)
_GIN_FIRST = (
    "WITH fitting AS MATERIALIZED (SELECT place FROM patient_search WHERE {condition})"
    " SELECT place FROM fitting WHERE place > :after AND place < :before"
    " ORDER BY place LIMIT :count"
)
_GIN_GROUP = (
    "SELECT patient.id FROM patient_search JOIN patient ON patient.id = patient_id"
    " WHERE place > :after AND place < :before AND {condition}"
    ' ORDER BY family_key COLLATE "C", given_key COLLATE "C", patient.id LIMIT :count'
)
_FAMILY = text("SELECT family_key FROM patient WHERE id = :id")


@dataclass(frozen=True, slots=True)
class _Question:
    """How one full-text index is asked: for the first places, and for the first of one group."""

    first: TextClause
    group: TextClause


def _fts5(table: str) -> _Question:
    return _Question(text(_FTS5_FIRST.format(table=table)), text(_FTS5_GROUP.format(table=table)))


def _gin(condition: str) -> _Question:
    return _Question(
        text(_GIN_FIRST.format(condition=condition)), text(_GIN_GROUP.format(condition=condition))
    )


WORDS = {
    "sqlite": _fts5(WORDS_TABLE),
    "postgresql": _gin(f"{WORDS_OF} @@ CAST(:typed AS tsquery)"),
}
DIGITS = {"sqlite": _fts5(DIGITS_TABLE), "postgresql": _gin("digits ~ :typed")}


def ids_by_words(
    session: Session, readings: Iterable[Reading], *, whole_words: bool, limit: int
) -> list[int]:
    """Give the ids of patients whose name has the words of one reading.

    The first `limit` in the order of names are among them; the caller sorts and cuts.
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

    The first `limit` in the order of names are among them; the caller sorts and cuts.
    """
    if _dialect(session) == "sqlite":
        typed = " OR ".join(f'"{run}"' for run in runs)
    else:
        typed = "|".join(runs)
    return _first_ids(session, DIGITS[_dialect(session)], typed, limit)


def _first_ids(session: Session, question: _Question, typed: str, limit: int) -> list[int]:
    """Read places in order until `limit` are certain, and give the ids in them.

    The last places read may belong to a group whose names agree in their bits. When the group is
    so large that it was not read to its end, its first names are looked up by the names themselves.
    """
    count = limit * READ_AHEAD[_dialect(session)]
    asked = {"typed": typed, "after": -1, "before": END, "count": count}
    places = list(session.scalars(question.first, asked))
    if len(places) <= limit:
        return [place & LARGEST_ID for place in places]
    bits = bits_of(places[limit - 1])
    if len(places) < count or bits_of(places[-1]) != bits:
        return [place & LARGEST_ID for place in places if place < end_of_group(bits)]
    before = [place & LARGEST_ID for place in places if bits_of(place) < bits]
    return before + _first_of_group(session, question, typed, places[-1], limit)


def _first_of_group(
    session: Session, question: _Question, typed: str, member: int, limit: int
) -> list[int]:
    """Give the ids of the first that fit among those who share a member's bits."""
    family_key = session.scalar(_FAMILY, {"id": member & LARGEST_ID}) or ""
    beginning = shared_beginning(family_key)
    bits = bits_of(member)
    asked = {
        "typed": typed,
        "after": end_of_group(bits - 1) - 1,
        "before": end_of_group(bits),
        "count": limit,
        "beginning": beginning,
        "ending": beginning + LAST_CHARACTER,
        "id_bits": LARGEST_ID,
    }
    return list(session.scalars(question.group, asked))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
