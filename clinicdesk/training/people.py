"""Made-up patients, and the list of them that an old system might have exported.

Names are drawn evenly from short lists, always in the same order. Phone numbers lie in the ranges
that Ofcom keeps free for stories; addresses end in .example (RFC 2606).
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta

from clinicdesk.patients.records import PatientDetails

REGULARS = (
    ("Chloé", "Martin", "1986-05-14", "F", "Penicillin allergy · prefers SMS"),
    ("Rosa", "Álvarez", "1979-02-02", "F", ""),
    ("Jun", "Tanaka", "1990-08-21", "M", ""),
    ("Mo", "Ali", "1968-12-01", "M", "Hard of hearing"),
    ("Ella", "Brown", "2001-03-30", "F", ""),
    ("Dan", "Kim", "1974-07-17", "M", ""),
    ("Ana", "Costa", "1995-10-09", "F", ""),
    ("Liam", "Walsh", "2015-04-04", "M", "Comes with his mother"),
    ("Priya", "Nair", "1983-01-26", "F", ""),
    ("Peter", "O’Brien", "1951-09-13", "M", "Needs the ground floor"),
    ("Nguyễn", "Thị Hoa", "1988-06-06", "F", ""),
    ("Ahmed", "Salah", "1970-11-11", "M", ""),
    ("Grace", "Mwangi", "1999-02-28", "F", ""),
    ("Ivan", "Petrov", "1963-05-05", "M", ""),
    ("Sam", "Green", "1992-12-24", "X", ""),
    ("Zoë", "Clarke", "1985-03-08", "F", "Latex allergy"),
    ("Omar", "Aziz", "1977-08-15", "M", ""),
    ("Tess", "Young", "2009-07-01", "F", ""),
    ("Karl", "Weber", "1944-04-23", "M", ""),
    ("Bea", "Lindqvist", "1981-10-31", "F", ""),
)
# Women's and men's names in turn.
GIVEN = (
    "Amelia Noah Freya Arthur Isla Hugo Nia Felix Maya Oscar Lena Theo Aisha Jonas Clara Ravi "
    "Edith Tomás Yara Emil Sofia Kofi Ines Björn Leila Pavel Marta Idris Hana Callum"
).split()
FAMILY = (
    "Hart Okafor Lindgren Patel Novák Fraser Silva Haddow Moreau Kaya Rossi Ahmed Dvořák Quinn "
    "Bianchi Osborne Schmidt Nakamura Adeyemi Larsen Ferreira Whitfield Castillo Boyle Ivanova "
    "Mbeki Thorne Kowalska Reyes Underwood"
).split()
STREETS = ("Cedar Road", "Mill Lane", "Station Approach", "Orchard Close", "Harbour Street")
HEADINGS = (
    "id", "first name", "last name", "date of birth", "sex", "mobile", "email", "address",
)  # fmt: skip
LISTED, OTHERS = 240, 50


def regulars() -> Iterator[PatientDetails]:
    """Yield the patients whom the demo clinic already knows; none of them is in the old list."""
    others = [(given, family, "1975-06-15", "", "") for given, family in _pairs()[-OTHERS:]]
    for number, (given, family, born, sex, alert) in enumerate((*REGULARS, *others)):
        yield PatientDetails(
            given_name=given,
            family_name=family,
            born_on=date.fromisoformat(born),
            sex=sex,
            phone=f"020 7946 0{100 + number:03d}",
            email=f"patient{number + 1}@mail.example",
            address=f"{number + 3} {STREETS[number % len(STREETS)]}\nLondon N1 4AA",
            alert=alert,
        )


def exported_list() -> str:
    """Give the old system's CSV: 240 patients, and two lines that cannot be taken."""
    drawn = random.Random(7)  # noqa: S311  # a fixed list, not a secret
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for number, (given, family) in enumerate(_pairs()[:LISTED], start=1):
        born = date(1938, 1, 1) + timedelta(days=drawn.randrange(31_000))
        writer.writerow(_row(number, given, family, born.isoformat()))
        if number == 57:
            writer.writerow(_row(9001, "", "", "1980-01-01"))
        if number == 133:
            writer.writerow(_row(9002, "Olga", "Berg", "31/02/1975"))
    return text.getvalue()


def _pairs() -> list[tuple[str, str]]:
    """Give every pair of names, in an order that looks like chance and is always the same."""
    pairs = [(given, family) for given in GIVEN for family in FAMILY]
    random.Random(7).shuffle(pairs)  # noqa: S311  # a fixed list, not a secret
    return pairs


def _row(number: int, given: str, family: str, born: str) -> list[str]:
    street = STREETS[number % len(STREETS)]
    return [
        f"old-{number:04d}",
        given,
        family,
        born,
        "FM"[GIVEN.index(given) % 2] if given in GIVEN else "",
        f"07700 900{number % 1000:03d}",
        f"person{number}@mail.example",
        f"{number} {street}, London N{number % 20 + 1} 4AA",
    ]
