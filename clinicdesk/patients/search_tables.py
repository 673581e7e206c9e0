"""The full-text indexes over `patient_search`, and the triggers that keep them true.

SQLite has two FTS5 tables: words by their beginnings (indexes of one to four letters; longer ones
are looked up among the words themselves), and digits by any three in a row. Their row number is the
patient's place, so hits come in the order of names. They hold no text of their own, only the index.
PostgreSQL has two GIN indexes for the same questions.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from clinicdesk.patients.models import PatientSearch

WORDS_TABLE, DIGITS_TABLE = "patient_words", "patient_digits"
_TABLE = """
CREATE VIRTUAL TABLE {table} USING fts5(
  {column}, content='patient_search', content_rowid='place', columnsize=0, {options})
"""
_ADD = "INSERT INTO {table}(rowid, {column}) VALUES (NEW.place, NEW.{column});"
_REMOVE = (
    "INSERT INTO {table}({table}, rowid, {column}) VALUES ('delete', OLD.place, OLD.{column});"
)
_TRIGGER = "CREATE TRIGGER {name} AFTER {verb} ON patient_search BEGIN {body} END"
_INDEXES = (
    # The words are folded already: this tokenizer parts them at spaces and changes nothing.
    {
        "table": WORDS_TABLE,
        "column": "words",
        "options": "tokenize='ascii', prefix='1 2 3 4', detail=none",
    },
    {"table": DIGITS_TABLE, "column": "digits", "options": "tokenize='trigram'"},
)
WORDS_OF = "array_to_tsvector(string_to_array(words, ' '))"


def sqlite_statements() -> list[str]:
    """Give the full-text tables and their triggers."""
    add = " ".join(_ADD.format(**index) for index in _INDEXES)
    remove = " ".join(_REMOVE.format(**index) for index in _INDEXES)
    bodies = {"INSERT": add, "UPDATE": f"{remove} {add}", "DELETE": remove}
    # Without this, a name that was taken out could still be read in the file.
    wipe = "INSERT INTO {table}({table}, rank) VALUES ('secure-delete', 1)"
    return [
        *(_TABLE.format(**index) for index in _INDEXES),
        *(wipe.format(**index) for index in _INDEXES),
        *(
            _TRIGGER.format(name=f"patient_search_{verb.lower()}", verb=verb, body=body)
            for verb, body in bodies.items()
        ),
    ]


def sqlite_drop_statements() -> list[str]:
    """Give what takes the full-text tables away; the triggers go with `patient_search`."""
    return [f"DROP TABLE IF EXISTS {index['table']}" for index in _INDEXES]


def postgres_statements() -> list[str]:
    """Give the indexes and the extension they need."""
    return [
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        f"CREATE INDEX ix_patient_search_words ON patient_search USING gin (({WORDS_OF}))",
        "CREATE INDEX ix_patient_search_digits ON patient_search USING gin (digits gin_trgm_ops)",
    ]


def _attach(dialect: str, moment: str, statements: list[str]) -> None:
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(PatientSearch.__table__, moment, ddl.execute_if(dialect=dialect))


_attach("sqlite", "after_create", sqlite_statements())
_attach("sqlite", "before_drop", sqlite_drop_statements())
_attach("postgresql", "after_create", postgres_statements())
