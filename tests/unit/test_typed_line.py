"""What a line typed while talking means, and that no line can break the reading of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientHit
from clinicdesk.schedule.typed_days import Days, Times
from clinicdesk.schedule.typed_line import Meaning, TypedLine, Vocabulary, read_line
from clinicdesk.staff.records import DoctorRecord

TUESDAY = date(2026, 11, 24)
PRICE = Money(6000, "GBP")
CONSULTATION, SKIN, ECG, FOLLOW_UP = 1, 2, 3, 4
OSEI, BARRETT, BARNES = 1, 2, 3
MAIN, RIVER = 1, 2


def _service(number: int, name: str, minutes: int) -> ServiceRecord:
    return ServiceRecord(number, name, "", minutes, 0, 0, PRICE, 0)


def _clinic(number: int, name: str) -> ClinicRecord:
    return ClinicRecord(
        number, name, "Europe/London", "GBP", "GB", "", "", "", "", "", "INV", 15, 480, 1080
    )


VOCABULARY = Vocabulary(
    services=(
        _service(CONSULTATION, "Consultation", 30),
        _service(SKIN, "Skin check", 45),
        _service(ECG, "ECG", 20),
        _service(FOLLOW_UP, "Follow-up", 15),
    ),
    doctors=(
        DoctorRecord(OSEI, "Dr Amara Osei", "", 0, (MAIN,), (CONSULTATION,)),
        DoctorRecord(BARRETT, "Dr Tom Barrett", "", 1, (MAIN,), (SKIN,)),
        DoctorRecord(BARNES, "Dr Ann Barnes", "", 2, (RIVER,), (SKIN,)),
    ),
    clinics=(_clinic(MAIN, "Main Street Clinic"), _clinic(RIVER, "Riverside")),
)


def read(text: str) -> TypedLine:
    return read_line(text, VOCABULARY, today=TUESDAY)


def meanings(text: str) -> list[tuple[str, str]]:
    return [(part.text, part.meaning.value) for part in read(text).parts]


def test_a_whole_line_is_understood() -> None:
    line = read("alv 0147 skin 30 tue am")
    assert line.patient_words == ("alv",)
    assert line.digits == "0147"
    assert line.service_id == SKIN
    assert line.duration_minutes == 30
    assert line.days == (Days(TUESDAY, TUESDAY),)
    assert line.times == Times(0, 12 * 60)
    assert line.unknown == ()
    assert meanings("alv 0147 skin 30 tue am") == [
        ("alv", "patient"), ("0147", "patient"), ("skin", "service"), ("30", "length"),
        ("tue", "day"), ("am", "time"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "digits", "born"),
    [
        ("rosa álv", ("rosa", "álv"), "", ""),
        ("o'neil skin", ("o'neil",), "", ""),
        ("tanaka 07700900147", ("tanaka",), "07700900147", ""),
        ("07700 900147 skin", (), "07700900147", ""),
        ("alv 2/2/1979 skin", ("alv",), "", "2/2/1979"),
        ("alv 2.2.79 tue", ("alv",), "", "2.2.79"),
        ("alv 14 may 1986 tue", ("alv",), "", "14 may 1986"),
        ("P-004217 skin", ("P-004217",), "", ""),
        ("skin 0147", ("skin",), "0147", ""),
        ("sun tue am", ("sun",), "", ""),
        ("álvarez 147", ("álvarez",), "147", ""),
        ("tomorrow alv", ("alv",), "", ""),
    ],
)
def test_what_is_the_patients(text: str, words: tuple[str, ...], digits: str, born: str) -> None:
    line = read(text)
    assert (line.patient_words, line.digits, line.born) == (words, digits, born)
    assert line.unknown == ()


@pytest.mark.parametrize(
    ("text", "service_id", "minutes"),
    [
        ("alv con", CONSULTATION, None),
        ("alv skin check", SKIN, None),
        ("alv check", SKIN, None),
        ("alv ecg 20", ECG, 20),
        ("alv follow-up", FOLLOW_UP, None),
        ("alv follow up", FOLLOW_UP, None),
        ("alv 45", SKIN, 45),
        ("alv 15min", FOLLOW_UP, 15),
        ("alv 50", None, 50),
        ("alv", None, None),
    ],
)
def test_a_service_is_known_by_its_name_or_length(
    text: str, service_id: int | None, minutes: int | None
) -> None:
    line = read(text)
    assert (line.service_id, line.duration_minutes) == (service_id, minutes)
    assert line.patient_words == ("alv",)


@pytest.mark.parametrize(
    ("text", "doctor_ids", "clinic_ids"),
    [
        ("alv dr osei", (OSEI,), ()),
        ("alv dr. bar", (BARRETT, BARNES), ()),
        ("alv with dr tom at riv", (BARRETT,), (RIVER,)),
        ("alv riverside", (), (RIVER,)),
        ("alv at main street", (), (MAIN,)),
        ("riverside tue", (), ()),
    ],
)
def test_doctors_and_clinics_are_known_by_a_part_of_their_names(
    text: str, doctor_ids: tuple[int, ...], clinic_ids: tuple[int, ...]
) -> None:
    line = read(text)
    assert (line.doctor_ids, line.clinic_ids) == (doctor_ids, clinic_ids)
    assert line.unknown == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"),
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("tue", "2026-11-24", "2026-11-24"),
        ("mon", "2026-11-30", "2026-11-30"),
        ("thurs", "2026-11-26", "2026-11-26"),
        ("next tue", "2026-12-01", "2026-12-01"),
        ("this fri", "2026-11-27", "2026-11-27"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this week", "2026-11-24", "2026-11-29"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("24/11", "2026-11-24", "2026-11-24"),
        ("23/11", "2027-11-23", "2027-11-23"),
        ("1.12.", "2026-12-01", "2026-12-01"),
        ("1/12/26", "2026-12-01", "2026-12-01"),
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("1 dec", "2026-12-01", "2026-12-01"),
        ("dec 1st", "2026-12-01", "2026-12-01"),
        ("in 2 weeks", "2026-12-08", None),
        ("from thu", "2026-11-26", None),
        ("29/2", "2028-02-29", "2028-02-29"),
    ],
)
def test_days(text: str, first: str, last: str | None) -> None:
    line = read(f"alv {text}")
    (days,) = line.days
    assert (days.from_on.isoformat(), days.until_on and days.until_on.isoformat()) == (first, last)
    assert line.unknown == ()
    assert line.patient_words == ("alv",)


@pytest.mark.parametrize(
    ("text", "from_minute", "until_minute"),
    [
        ("am", 0, 720),
        ("afternoon", 720, 1440),
        ("in the morning", 0, 720),
        ("after 4", 960, 1440),
        ("before 11", 0, 660),
        ("at 16:00", 960, 1440),
        ("16:00", 960, 1440),
        ("4pm", 960, 1440),
        ("9.30am", 570, 1440),
        ("from 14:00", 840, 1440),
        ("am after 10", 600, 720),
        ("evening", 1020, 1440),
    ],
)
def test_times(text: str, from_minute: int, until_minute: int) -> None:
    line = read(f"alv {text}")
    assert line.times == Times(from_minute, until_minute)
    assert line.unknown == ()


def test_two_days_mean_either() -> None:
    line = read("alv tue thu pm")
    assert line.wants(TUESDAY, 13 * 60)
    assert line.wants(TUESDAY + timedelta(days=2), 12 * 60)
    assert not line.wants(TUESDAY + timedelta(days=1), 13 * 60)
    assert not line.wants(TUESDAY, 11 * 60)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("alv dr zzz", ("dr zzz",)),
        ("alv dr", ("dr",)),
        ("alv 31/2", ("31/2",)),
        ("alv 25:99", ("25:99",)),
        ("alv ?? tue", ("??",)),
        ("alv 7", ("7",)),
        ("x2y alv", ("x2y",)),
    ],
)
def test_what_cannot_be_used_is_shown(text: str, unknown: tuple[str, ...]) -> None:
    assert read(text).unknown == unknown


def test_digits_and_names_must_both_fit_a_patient() -> None:
    rosa = PatientHit(1, "P-000001", "Rosa Álvarez-Ruiz", None, "020 7946 0147")
    for text, fits in (
        ("alv 0147", True),
        ("ruiz 946", True),
        ("alv 0148", False),
        ("tan 0147", False),
        ("0147", True),
        ("P-000001", True),
    ):
        assert read(text).fits(rosa) is fits, text
    assert read("alv 001").fits(replace(rosa, phone=""))


WORDS = st.sampled_from(
    "alv o'neil 0147 147 30 45min skin check ecg follow-up dr osei zzz tue next week in 2 weeks "
    "24/11 31/2 2/2/1979 14 may 1986 am pm after 4 before 16:00 25:99 at riv from the ? 7 p-12 "
    "20261124 １２ Ö ß ﬃ 李 ١٢".split()
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_no_line_breaks_it_and_every_word_is_used_or_shown(text: str) -> None:
    line = read(text)
    typed = text.replace(",", " ").replace(";", " ").split()
    assert " ".join(part.text for part in line.parts).split() == typed
    patient = " ".join(part.text for part in line.parts if part.meaning is Meaning.PATIENT)
    for word in line.patient_words:
        assert word in patient
    assert line.has_patient == bool(patient)
    assert all(days.until_on is None or days.from_on <= days.until_on for days in line.days)
    assert 0 <= line.times.from_minute < line.times.until_minute <= 24 * 60


@given(st.lists(WORDS, max_size=6), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_days_typed_lie_ahead(words: list[str], today: date) -> None:
    line = read_line(" ".join(["alv", *words]), VOCABULARY, today=today)
    assert all(days.from_on >= today for days in line.days)
