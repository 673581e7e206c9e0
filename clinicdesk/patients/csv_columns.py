"""Tells what a CSV file's columns mean by their headings, in several spellings and languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinicdesk.patients.errors import ImportFileError
from clinicdesk.patients.search_keys import fold

KNOWN: dict[str, str] = {
    "source_id": "id, patient id, patient number, patient no, patient identifier, external id, mrn,"
    " record number, chart number, patnum, patientennummer",
    "given_name": "first, first name, given, given name, given names, forename, forenames, fname,"
    " vorname, prenom, nombre, nome",
    "middle_name": "middle, middle name, middle names, middle initial, middlei",
    "family_name": "last, last name, family, family name, surname, lname, nachname, nom,"
    " nom de famille, apellido, apellidos, cognome, sobrenome",
    "full_name": "name, full name, patient, patient name",
    "born_on": "birthdate, birth date, date of birth, dob, born, born on, birthday, geburtsdatum,"
    " geburtstag, date de naissance, fecha de nacimiento, data di nascita, data de nascimento",
    "died_on": "deathdate, death date, date of death, died, died on, dod, deceased on",
    "sex": "sex, gender, geschlecht, sexe, sexo, sesso",
    "phone": "mobile, mobile phone, mobile number, cell, cell phone, cellphone, handy, phone,"
    " phone number, telephone, telephone number, tel, home phone, wireless phone, hmphone,"
    " telefon, telefono, telefone",
    "email": "email, e mail, email address, e mail address, mail, correo",
    "address": "address, street, street address, address 1, address line 1, strasse, adresse,"
    " direccion, indirizzo, endereco",
    "address_2": "address 2, address line 2",
    "city": "city, town, ort, stadt, ville, ciudad, citta, cidade",
    "state": "state, province, county",
    "postcode": "zip, zip code, postcode, postal code, post code, plz, code postal, cap, cep",
    "country": "country, land, pays, pais, paese",
    "language": "language, preferred language, sprache, langue, idioma, lingua",
    "alert": "alert, alerts, warning",
}
FIELDS = frozenset(KNOWN)
NAMES = frozenset({"given_name", "family_name", "full_name"})
_RANK = {
    fold(heading).replace(" ", ""): (field, rank)
    for field, headings in KNOWN.items()
    for rank, heading in enumerate(headings.split(","))
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a row is which field; headings that mean nothing are `unused`."""

    headings: tuple[str, ...]
    positions: Mapping[str, int]

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """The headings that are taken, each with its field."""
        by_position = sorted((at, field) for field, at in self.positions.items())
        return tuple((self.headings[at], field) for at, field in by_position)

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that are not taken."""
        taken = set(self.positions.values())
        return tuple(h for at, h in enumerate(self.headings) if at not in taken and h)

    def heading(self, field: str) -> str:
        """Give the heading under which a field of a patient stands, for naming it in a problem."""
        for candidate in (field, *_MADE_FROM.get(field, ())):
            if candidate in self.positions:
                return self.headings[self.positions[candidate]]
        return field.replace("_", " ")


_MADE_FROM = {
    "given_name": ("middle_name", "full_name"),
    "family_name": ("full_name",),
    "address": ("address_2", "city", "state", "postcode", "country"),
}


def known_columns(headings: tuple[str, ...]) -> int:
    """Count the headings that mean something."""
    return sum(1 for heading in headings if _key(heading) in _RANK)


def columns_of(headings: tuple[str, ...], chosen: Mapping[str, str]) -> Columns:
    """Tell which column is which field.

    `chosen` maps headings to fields (`FIELDS`; "" leaves a column out) and goes before what is
    known. Of several headings for one field the usual one is taken: a mobile before a phone.

    Raises:
        ImportFileError: a heading stands there twice, there is no name, or `chosen` is no field.
    """
    _check_headings(headings, chosen)
    best: dict[str, tuple[int, int]] = {}
    for at, heading in enumerate(headings):
        if heading in chosen:
            field, rank = chosen[heading], -1
        else:
            field, rank = _RANK.get(_key(heading), ("", 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, at)
    if not NAMES & best.keys():
        raise ImportFileError(
            "No column for the patient's name was found. Name one “last name” and one “first name”."
        )
    return Columns(headings, {field: at for field, (_, at) in best.items()})


def _check_headings(headings: tuple[str, ...], chosen: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for heading in headings:
        if heading and heading.casefold() in seen:
            raise ImportFileError(
                f"Two columns are headed “{heading[:40]}”, so it is not clear which to take. "
                "Rename or remove one."
            )
        seen.add(heading.casefold())
    for heading, field in chosen.items():
        if heading not in headings or field not in FIELDS | {""}:
            raise ImportFileError(
                f"“{heading[:40]}” cannot be taken as “{field[:40]}”. Choose the columns again."
            )


def _key(heading: str) -> str:
    return fold(heading.replace("_", " ")).replace(" ", "")
