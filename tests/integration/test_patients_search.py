"""One box finds people by whatever the desk knows of them, the same on both databases."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.search_keys import fits, name_key, name_words, typed_words
from clinicdesk.patients.service import PatientService
from clinicdesk.patients.storing import insert_patients
from tests.conftest import FILE_KEY, TUESDAY
from tests.patient_desk import MANAGER, names, patient_service, person
from tests.postgres import PostgresCluster

SHARED = Path(__file__).parents[3] / "shared/data/names"
PEOPLE = (
    person("Sinéad O’Connor", born="1966-12-08", phone="020 7946 0018"),
    person("Anne-Marie Smith", born="1986-05-14", phone="+44 7911 123456"),
    person("Anna Smith", born="1986-04-05", phone="+49 30 12345678"),
    person("Anna Smithers", born="1986-05-04"),
    person("John Smith", born="1980-02-29"),
    person("John Smith", born="1981-02-28"),
    person("Smith Abbot", born="1999-01-01", phone="01632 960018"),
    person("Hans Müller", born="1944-04-23"),
    person("小明 王", born="2001-03-30"),
    PatientDetails("Vincent", "van der Berg"),
    person("B K"),
)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database of each kind for all tests that only search."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("file_template")
        path = Path(shutil.copy(template, tmp_path_factory.mktemp("search") / "clinic.db"))
        database = open_file(path, FILE_KEY, bus=ChangeBus())
    else:
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        template_url: str = request.getfixturevalue("server_template")
        database = open_server(cluster.url_for_new_database(template_url), bus=ChangeBus())
    yield database
    database.close()


@pytest.fixture(scope="module")
def patients(shared_database: Database) -> PatientService:
    service = patient_service(shared_database, FixedClock(TUESDAY))
    for one in PEOPLE:
        service.add(MANAGER, one)
    return service


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("smi", ["Smith Abbot", "Anna Smith", "Anne-Marie Smith", "John Smith", "John Smith",
                 "Anna Smithers"]),
        ("smith an", ["Anna Smith", "Anne-Marie Smith", "Anna Smithers"]),
        ("an smith", ["Anna Smith", "Anne-Marie Smith", "Anna Smithers"]),
        ("marie", ["Anne-Marie Smith"]),
        ("ANNEMARIE s", ["Anne-Marie Smith"]),
        ("o'con", ["Sinéad O’Connor"]),
        ("connor sinead", ["Sinéad O’Connor"]),
        ("mueller", ["Hans Müller"]),
        ("vanderb", ["Vincent van der Berg"]),
        ("mul ler", ["Hans Müller"]),
        ("王小明", ["小明 王"]),
        ("王", ["小明 王"]),
        ("b", ["B K"]),
        ("k b", ["B K"]),
        ("0018", ["Smith Abbot", "Sinéad O’Connor"]),
        ("7946 00", ["Sinéad O’Connor"]),
        ("+44 20 7946", ["Sinéad O’Connor"]),
        ("07911", ["Anne-Marie Smith"]),
        ("+49 30 123", ["Anna Smith"]),
        ("1986-05-14", ["Anne-Marie Smith"]),
        ("14.5.86", ["Anne-Marie Smith"]),
        ("4/5/1986", ["Anna Smith", "Anna Smithers"]),
        ("14 may 1986", ["Anne-Marie Smith"]),
        ("29/02/1980", ["John Smith"]),
        ("1986-", ["Anna Smith", "Anna Smithers", "Anne-Marie Smith"]),
        ("1986-05-0", ["Anna Smithers"]),
        ("smith 4.5.1986", ["Anna Smith", "Anna Smithers"]),
        ("smithers 4.5.1986", ["Anna Smithers"]),
        ("P-5", ["John Smith"]),
        ("p000001", ["Sinéad O’Connor"]),
        ("P-99", []),
        ("smith zz", []),
        ("", []),
    ],
)  # fmt: skip
def test_the_box_finds(patients: PatientService, typed: str, found: list[str]) -> None:
    assert names(patients.search(MANAGER, typed)) == found


def test_equal_names_come_in_the_order_of_their_numbers(patients: PatientService) -> None:
    assert [hit.number for hit in patients.search(MANAGER, "john smith")] == [
        "P-000005",
        "P-000006",
    ]


def test_a_hit_tells_people_apart(patients: PatientService) -> None:
    (hit,) = patients.search(MANAGER, "o'connor")
    assert (hit.number, hit.name, str(hit.born_on), hit.phone) == (
        "P-000001", "Sinéad O’Connor", "1966-12-08", "020 7946 0018",
    )  # fmt: skip


def test_no_more_than_the_limit(patients: PatientService) -> None:
    assert names(patients.search(MANAGER, "smith", limit=2)) == ["Smith Abbot", "Anna Smith"]
    assert names(patients.search(MANAGER, "1986-", limit=1)) == ["Anna Smith"]


@pytest.mark.parametrize(
    "typed",
    ["%", "_", '"', "'", "''", "-Anna -", "*", "a*", "NEAR(", "AND", "OR NOT", "( )", "^", ":",
     "words:anna", "{words}", "\\", "\0", "';--", "' OR 1=1 --", "%%%", "x" * 5000, "🌸", "\ud800"],
)  # fmt: skip
def test_odd_characters_neither_fail_nor_list_everyone(
    patients: PatientService, typed: str
) -> None:
    assert len(patients.search(MANAGER, typed)) < 4


@pytest.mark.skipif(not SHARED.exists(), reason="the shared names are not here")
def test_no_naughty_string_fails_or_lists_everyone(patients: PatientService) -> None:
    for typed in json.loads((SHARED / "blns.json").read_text()):
        assert len(patients.search(MANAGER, typed)) < len(PEOPLE)


def test_what_is_typed_never_becomes_a_part_of_a_statement(
    patients: PatientService, shared_database: Database
) -> None:
    seen: list[str] = []

    def hear(*heard: Any) -> None:
        seen.append(heard[2])

    event.listen(shared_database.engine, "before_cursor_execute", hear)
    for typed in ("canaryword", "7531975319", "1986-05-14", "P-753197"):
        patients.search(MANAGER, typed)
    event.remove(shared_database.engine, "before_cursor_execute", hear)
    assert seen
    assert not [s for s in seen if "canary" in s or "753197" in s or "1986" in s]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared names are not here")
def test_every_difficult_name_can_be_saved_and_found(database: Database, clock: FixedClock) -> None:
    service = patient_service(database, clock)
    listed = json.loads((SHARED / "names-difficult.json").read_text())["names"]
    for name in listed:
        if name["id"] in {"n111", "n112", "n137", "n138"}:
            continue
        added = service.add(MANAGER, PatientDetails(name["given"], name["family"]))
        hits = service.search(MANAGER, f"{name['family']} {name['given']}"[:100], limit=50)
        assert added.id in {hit.id for hit in hits}, name["id"]


PARTS = st.sampled_from("ma man mana na nan o'n z ß é-b 王 小 x".split())
NAMES = st.lists(PARTS, min_size=1, max_size=3).map("".join)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=60), st.lists(PARTS, max_size=3))
def test_the_index_answers_like_a_look_at_every_patient(
    file_database: Database,
    clock: FixedClock,
    people: list[tuple[str, str]],
    typed: list[str],
) -> None:
    service = patient_service(file_database, clock)
    with file_database.writer_connection() as connection:
        connection.execute(text("DELETE FROM patient"))
    ids = [service.add(MANAGER, PatientDetails(*one)).id for one in people]
    readings = typed_words(" ".join(typed))
    expected = sorted(
        (name_key(family), name_key(first), patient_id)
        for (first, family), patient_id in zip(people, ids, strict=True)
        if fits(name_words(first, family), readings)
    )
    hits = service.search(MANAGER, " ".join(typed), limit=5)
    if expected and any(len(word) > 1 for reading in readings for word in reading):
        assert [hit.id for hit in hits] == [patient_id for *_, patient_id in expected[:5]]


def test_both_databases_answer_alike_among_thousands(database: Database, clock: FixedClock) -> None:
    """More people than are read ahead share the beginnings of their names, and some whole names."""
    drawn = random.Random(3)
    service = patient_service(database, clock)
    pieces = "mar ta na li o so fi be la na ri".split()
    people = [
        (
            PatientDetails(
                "".join(drawn.choices(pieces, k=2)),
                "".join(drawn.choices(pieces, k=2)) + drawn.choice(["", "", "sonderberg"]),
                phone=f"020 7946 {drawn.randrange(10_000):04d}",
            ),
            None,
        )
        for _ in range(3000)
    ]
    people += [(PatientDetails(f"n{at * 37 % 100:02d}", "wolfeschlegel"), None) for at in range(90)]
    database.write(
        lambda transaction: insert_patients(
            transaction.session, people, created_at=TUESDAY, region="GB"
        )
    )
    for typed in (
        "ma",
        "mar na",
        "so",
        "li la",
        "na o",
        "sonderberg",
        "tali",
        "marso fi",
        "wolfe",
        "wo n",
    ):
        readings = typed_words(typed)
        expected = sorted(
            (name_key(one.family_name), name_key(one.given_name), number)
            for number, (one, _) in enumerate(people, start=1)
            if fits(name_words(one.given_name, one.family_name), readings)
        )
        wanted = [f"{given_} {family}" for family, given_, _ in expected[:20]]
        assert names(service.search(MANAGER, typed)) == wanted, typed
        assert names(service.search(MANAGER, typed, limit=2)) == wanted[:2], typed
    phones = [one.phone.replace(" ", "") for one, _ in people]
    for typed in ("794", "0207946", "123", "9991"):
        hits = service.search(MANAGER, typed)
        assert len(hits) == min(20, sum(typed in digits for digits in phones))
        assert all(typed in hit.phone.replace(" ", "") for hit in hits)
