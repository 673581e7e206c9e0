"""A list of patients is taken whole or not at all, and says plainly what is wrong with it."""

import csv
import io
import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinicdesk.access import Actor, Role
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.patients.csv_rows import CsvPatient
from clinicdesk.patients.errors import (
    ImportCancelledError,
    ImportFileError,
    ImportRefusedError,
)
from clinicdesk.patients.importing import open_list
from clinicdesk.patients.records import ImportOutcome, ImportPreview
from clinicdesk.patients.service import PatientService
from tests.conftest import FILE_KEY, TUESDAY
from tests.patient_desk import AUDIT_KEY, MANAGER, names, patient_service

SYNTHEA = Path(__file__).parents[3] / "shared/data/synthea/patients-1171.csv"
needs_synthea = pytest.mark.skipif(not SYNTHEA.exists(), reason="the shared list is not here")
HEADING = "id,last name,first name,date of birth,phone,email\n"
TWO = HEADING + ("7,Müller,Zoë,1985-03-08,020 7946 0101,zoe@example.org\n8,Aziz,Omar,15.8.1977,,\n")


@pytest.fixture
def patients(database: Database, clock: FixedClock) -> PatientService:
    return patient_service(database, clock)


@pytest.fixture
def at_file(file_database: Database, clock: FixedClock) -> PatientService:
    return patient_service(file_database, clock)


def written(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def preview(service: PatientService, folder: Path, content: str | bytes) -> ImportPreview:
    return service.preview_import(MANAGER, written(folder, content))


def test_a_trial_tells_all_and_writes_nothing(patients: PatientService, tmp_path: Path) -> None:
    shown = preview(patients, tmp_path, TWO)
    assert (shown.source, shown.rows, shown.new, shown.known) == ("list.csv", 2, 2, 0)
    assert shown.columns == (
        ("id", "source_id"),
        ("last name", "family_name"),
        ("first name", "given_name"),
        ("date of birth", "born_on"),
        ("phone", "phone"),
        ("email", "email"),
    )
    assert [(one.given_name, one.family_name) for one in shown.sample] == [
        ("Zoë", "Müller"),
        ("Omar", "Aziz"),
    ]
    assert shown.remarks == ()
    assert patients.count(MANAGER) == 0


def test_an_import_adds_everybody_once(patients: PatientService, tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    assert patients.import_file(MANAGER, path) == ImportOutcome(added=2, known=0, left_out=0)
    (zoe,) = patients.search(MANAGER, "zoe mueller")
    assert patients.patient(MANAGER, zoe.id).email == "zoe@example.org"
    assert (zoe.number, str(zoe.born_on)) == ("P-000001", "1985-03-08")
    renamed = path.rename(tmp_path / "list (1).csv")
    assert patients.import_file(MANAGER, renamed) == ImportOutcome(added=0, known=2, left_out=0)
    assert patients.preview_import(MANAGER, renamed).known == 2
    assert patients.count(MANAGER) == 2


def test_a_list_without_ids_adds_nobody_twice(patients: PatientService, tmp_path: Path) -> None:
    path = written(tmp_path, 'name,dob\nZoë Müller,1985-03-08\n"Müller, Zoë",1985-03-08\n')
    assert patients.import_file(MANAGER, path) == ImportOutcome(added=1, known=1, left_out=0)
    assert patients.import_file(MANAGER, path) == ImportOutcome(added=0, known=2, left_out=0)


def test_an_id_that_means_somebody_else_is_not_taken_for_known(
    patients: PatientService, tmp_path: Path
) -> None:
    patients.import_file(MANAGER, written(tmp_path, TWO))
    shown = preview(
        patients, tmp_path, HEADING + "7,Other,Zoë,1999-01-01,,\n8,Aziz-Rossi,Omar,1977-08-15,,\n"
    )
    assert (shown.new, shown.known, shown.problem_count) == (0, 1, 1)
    assert shown.problems[0].column == "id"
    twice = preview(patients, tmp_path, HEADING + "9,Hart,Ann,,,\n9,Hart,Ben,,,\n")
    assert [(p.line, p.column) for p in twice.problems] == [(3, "id")]


def test_one_bad_row_refuses_all_unless_rows_may_be_left_out(
    patients: PatientService, tmp_path: Path
) -> None:
    path = written(tmp_path, TWO + "9,Berg,Olga,31/02/1975,,\n10,Hart,Ann,,,\n")
    with pytest.raises(ImportRefusedError, match="1 row cannot be taken, so nothing"):
        patients.import_file(MANAGER, path)
    assert patients.count(MANAGER) == 0
    outcome = patients.import_file(MANAGER, path, skip_problems=True)
    assert outcome == ImportOutcome(added=3, known=0, left_out=1)


def test_problems_say_line_column_and_why(at_file: PatientService, tmp_path: Path) -> None:
    shown = preview(
        at_file,
        tmp_path,
        "first name,last name,date of birth,email,address\n"
        'Ann,Hart,1980-01-01,,"1 Mill Lane\nLondon\n\nN1"\n'
        "Ben,Hart,1980-13-01,,\n"
        "\n"
        "Cat,Hart,2030-01-01,,\n"
        "Dan,Hart,,a@b.org;c@d.org,\n"
        ",,,x@example.org,\n"
        "Eve,Hart\n"
        "Fay,Hart,,,,more\n"
        "Gus,Hart,,,,\n"
        "H\0al,Hart,,,\n"
        "x,y,yesterday,,\n",
    )
    assert shown.rows == 10
    assert [(p.line, p.column) for p in shown.problems] == [
        (6, "date of birth"),
        (8, "date of birth"),
        (9, "email"),
        (10, "last name"),
        (11, ""),
        (12, ""),
        (14, "first name"),
        (15, "date of birth"),
    ]
    assert shown.problems[0].sentence == "“1980-13-01” is not a date. Write it like 1986-05-14."
    assert shown.problems[4].sentence == "This row has 2 fields where the heading has 5."


def test_the_first_fifty_problems_are_kept_and_all_are_counted(
    at_file: PatientService, tmp_path: Path
) -> None:
    shown = preview(at_file, tmp_path, "name,dob\n" + "Ann Hart,never\n" * 120)
    assert shown.problem_count == 120
    assert [p.line for p in shown.problems] == list(range(2, 52))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \n", "The file is empty."),
        ("a,b\n1,2\n", "names no column that is known"),
        ("last name|first name\nHart|Ann\n", "names no column that is known"),
        ("email,phone\na@b.org,1\n", "No column for the patient's name"),
        ("name,Name\nA,B\n", "Two columns are headed “Name”"),
        ("name,dob\nAnn Hart,1\nBen \"Hart,2\n\"Cat Hart,3\nDan,4\n", "marks in line 4 do not"),
        ('name,dob\n"Ann Hart,1980-01-01\n"Ben Hart",1980-01-01\n', "marks in line 2 do not"),
        ('name,dob\n"Ann" Hart,1980-01-01\n', "marks in line 2 do not"),
        ('name,dob\nAnn Hart,\n"Ben' + " Hart,1980-01-01\n" * 20_000, "begins in line 3 is longer"),
        ("name,dob\nAnn Hart,\n" + "x" * 200_000 + ",\n", "begins in line 3 is longer"),
        ("name,dob\n" + "Ann Hart," * 200_000 + "\n", "Line 2 is far too long"),
        ("name,dob\nAnn Hart,1\n".encode("utf-16")[:-1], "Line 2 cannot be read"),
        (b"\x81\x8d\x8f\x90\x9d" * 9, "The file is not text"),
    ],
)  # fmt: skip
def test_a_broken_file_says_where_and_why(
    at_file: PatientService, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    for attempt in (at_file.preview_import, at_file.import_file):
        with pytest.raises(ImportFileError, match=sentence):
            attempt(MANAGER, written(tmp_path, content))
    with pytest.raises(ImportFileError):
        at_file.import_file(MANAGER, written(tmp_path, content), skip_problems=True)
    assert at_file.count(MANAGER) == 0


def test_a_file_that_is_not_there(at_file: PatientService, tmp_path: Path) -> None:
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(ImportFileError, match="cannot be opened"):
            at_file.preview_import(MANAGER, path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(
    at_file: PatientService, tmp_path: Path, delimiter: str, encoding: str, line_end: str
) -> None:
    text = TWO.replace(",", delimiter).replace("\n", line_end)
    shown = preview(at_file, tmp_path, text.encode(encoding))
    assert shown.sample[0].family_name == "Müller"
    assert (shown.new, shown.problem_count, shown.remarks) == (2, 0, ())


def test_an_old_windows_file_is_read_and_said_to_be_a_guess(
    at_file: PatientService, tmp_path: Path
) -> None:
    shown = preview(at_file, tmp_path, TWO.encode("cp1252"))
    assert shown.sample[0].family_name == "Müller"
    assert shown.remarks[0].startswith("The file is not in UTF-8. It was read as Windows-1252")


def test_columns_can_be_chosen(at_file: PatientService, tmp_path: Path) -> None:
    path = written(tmp_path, "A;B;phone\nHart;Ann;020 7946 0101\n")
    chosen = {"A": "family_name", "B": "given_name", "phone": ""}
    shown = at_file.preview_import(MANAGER, path, columns=chosen)
    assert [(p.family_name, p.given_name, p.phone) for p in shown.sample] == [("Hart", "Ann", "")]
    for wrong in ({"A": "version"}, {"C": "phone"}, {"A": "number"}):
        with pytest.raises(ImportFileError):
            at_file.preview_import(MANAGER, path, columns=wrong)


def test_a_mobile_goes_before_a_phone_and_addresses_are_joined(
    at_file: PatientService, tmp_path: Path
) -> None:
    (one,) = preview(
        at_file,
        tmp_path,
        "Surname,Forename,Phone,Mobile,Street,City,State,ZIP,Country,Gender\n"
        "Hart,Ann,1,2,1 Mill Lane,Boston,MA,02143,US,female\n",
    ).sample
    assert (one.phone, one.address, one.sex) == ("2", "1 Mill Lane\nBoston, MA 02143\nUS", "F")


@pytest.mark.parametrize(
    ("typed", "region", "read"),
    [
        ("1986-05-04", "GB", "1986-05-04"),
        ("1986-05-04T00:00:00Z", "GB", "1986-05-04"),
        ("19860504", "GB", "1986-05-04"),
        ("04/05/1986", "GB", "1986-05-04"),
        ("04/05/1986", "US", "1986-04-05"),
        ("04.05.1986", "US", "1986-05-04"),
        ("14/05/1986", "US", "1986-05-14"),
        ("05/14/1986", "GB", "1986-05-14"),
        ("4/5/86", "GB", "1986-05-04"),
        ("4/5/26", "GB", "2026-05-04"),
        ("4/5/27", "GB", "1927-05-04"),
    ],
)
def test_dates_are_read_as_the_country_writes_them(
    typed: str, region: str, read: str, tmp_path: Path
) -> None:
    path = written(tmp_path, f"name,dob\nAnn Hart,{typed}\n")
    reader = open_list(path, columns={}, now=TUESDAY, region=region, strip_digits=False)
    (one,) = reader.read()
    assert isinstance(one, CsvPatient)
    assert str(one.details.born_on) == read


def test_a_value_that_a_spreadsheet_was_kept_from_running_is_restored(
    at_file: PatientService, tmp_path: Path
) -> None:
    (one,) = preview(at_file, tmp_path, "name,phone,alert\nAnn Hart,'+49 30 1,'=1+1\n").sample
    assert (one.phone, one.alert) == ("+49 30 1", "=1+1")


PROTECTED = ("role", "version", "number", "note_sealed", "created_at", "import_key", "deleted")
EXTRA = st.sampled_from(PROTECTED) | st.text(st.characters(codec="ascii"), min_size=1, max_size=9)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(EXTRA, st.text(st.characters(codec="ascii"), max_size=9), max_size=6))
def test_no_column_of_a_file_reaches_what_only_the_program_sets(
    at_file: PatientService, tmp_path: Path, extra: dict[str, str]
) -> None:
    heading, row = list(extra), list(extra.values())
    text = io.StringIO()
    csv.writer(text).writerows([["last name", *heading], ["Hart", *row]])
    before = at_file.count(MANAGER)
    try:
        outcome = at_file.import_file(MANAGER, written(tmp_path, text.getvalue()))
    except (ImportFileError, ImportRefusedError):
        assert at_file.count(MANAGER) == before
        return
    if outcome.added:
        (newest,) = at_file.search(MANAGER, f"P-{before + 1}")
        assert at_file.patient(MANAGER, newest.id).version == 1


def test_columns_that_are_not_taken_are_named(at_file: PatientService, tmp_path: Path) -> None:
    shown = preview(at_file, tmp_path, "name,role,version\nAnn Hart,manager,9\n")
    assert shown.remarks == ("These columns are not taken: role, version.",)
    assert shown.columns == (("name", "full_name"),)


def _many(folder: Path, count: int) -> Path:
    rows = "".join(f"{n},Hart{n % 97},Ann{n % 89},1980-01-01,,\n" for n in range(count))
    return written(folder, HEADING + rows)


@pytest.mark.slow
def test_stopping_an_import_leaves_nothing(patients: PatientService, tmp_path: Path) -> None:
    seen: list[int] = []

    def progress(done: int) -> bool:
        seen.append(done)
        return done < 10_000

    with pytest.raises(ImportCancelledError):
        patients.import_file(MANAGER, _many(tmp_path, 11_000), progress=progress)
    assert seen == [5000, 10_000]
    assert patients.count(MANAGER) == 0
    assert patients.search(MANAGER, "hart1") == ()


KILLED_CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file
from tests.patient_desk import MANAGER, patient_service

database = open_file(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), bus=ChangeBus())
service = patient_service(database, FixedClock(datetime(2026, 11, 24, tzinfo=UTC)))

def progress(done):
    if done >= 10_000:
        os.kill(os.getpid(), signal.SIGKILL)
    return True

service.import_file(MANAGER, Path(sys.argv[3]), progress=progress)
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_nothing_and_the_next_try_adds_all(
    database_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    path = _many(tmp_path, 11_000)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_CHILD, str(database_file), FILE_KEY.hex(), str(path)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    database = open_file(database_file, FILE_KEY, bus=ChangeBus())
    service = patient_service(database, clock)
    assert service.count(MANAGER) == 0
    assert service.import_file(MANAGER, path).added == 11_000
    assert names(service.search(MANAGER, "hart96 ann0", limit=1)) == ["Ann0 Hart96"]
    database.close()


@pytest.mark.slow
def test_the_memory_does_not_grow_with_the_file(at_file: PatientService, tmp_path: Path) -> None:
    peaks = []
    for count in (10_000, 40_000):
        path = _many(tmp_path, count)
        tracemalloc.start()
        at_file.preview_import(MANAGER, path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 30_000 * 200


def test_an_import_is_told_and_traced_once(
    patients: PatientService, bus: ChangeBus, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    told: list[Change] = []
    bus.subscribe(told.extend)
    patients.import_file(MANAGER, written(tmp_path, TWO))
    assert told == [Change(Topic.PATIENT, 0)]
    audit = AuditLog(database, clock=clock, key=AUDIT_KEY)
    (entry,) = audit.entries(MANAGER, entity="patient_import")
    assert entry.details == {"added": 2, "known": 0, "left_out": 0}


def test_only_a_manager_imports(at_file: PatientService, tmp_path: Path) -> None:
    desk = Actor(None, "Ana", frozenset({Role.RECEPTIONIST}))
    with pytest.raises(AccessDeniedError):
        at_file.import_file(desk, written(tmp_path, TWO))


@needs_synthea
def test_a_real_looking_list_of_1171(patients: PatientService) -> None:
    shown = patients.preview_import(MANAGER, SYNTHEA, strip_digits=True)
    assert (shown.rows, shown.new, shown.problem_count) == (1171, 1171, 0)
    assert (shown.sample[0].given_name, shown.sample[0].family_name) == ("José Eduardo", "Gómez")
    plain = patients.preview_import(MANAGER, SYNTHEA)
    assert plain.sample[0].given_name == "José Eduardo181"
    assert patients.import_file(MANAGER, SYNTHEA, strip_digits=True).added == 1171
    assert patients.import_file(MANAGER, SYNTHEA, strip_digits=True).known == 1171
    (milo,) = patients.search(MANAGER, "milo feil")
    record = patients.patient(MANAGER, milo.id)
    assert (str(record.born_on), record.sex) == ("1983-11-14", "M")
    assert record.address.startswith("422 Farrell Path Unit 69\nSomerville")


def test_two_imports_keep_the_order_of_names(at_file: PatientService, tmp_path: Path) -> None:
    at_file.import_file(MANAGER, written(tmp_path, "name\nAnn Zed\nAnn Berg\n"))
    at_file.import_file(MANAGER, written(tmp_path, "name\nAnn Abbot\nAnn Moss\n"))
    assert names(at_file.search(MANAGER, "ann")) == ["Ann Abbot", "Ann Berg", "Ann Moss", "Ann Zed"]
