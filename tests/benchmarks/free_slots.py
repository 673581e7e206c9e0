"""Free times of 20 doctors over 90 days beside what int bit sets over a bare SQLite file reach.

Bound and program take turns, and the best sitting of each counts, since others use the machine too.
Then the whole answer at 1, 4 and 16 times as many doctors and days, whose cost must grow as they
do; with --growth also beside the bound at one, ten and a hundred times a small clinic. The answers'
hashes must agree.
"""

import hashlib
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.access import program_actor
from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.database.session import Database
from clinicdesk.schedule.calendar import CalendarService
from clinicdesk.schedule.models import Appointment, Availability, AvailabilityException
from clinicdesk.schedule.records import AppointmentStatus, BookingPolicy, ExceptionKind, Slot
from tests.benchmarks.stored_clinic import (
    BENCH,
    LONG_AGO,
    new_database,
    patient,
    run,
    store,
    store_patients,
    store_people,
)

ROUNDS = 15
FIRST_AT_MOST, ALL_AT_MOST = 5, 3
SITTINGS = 3
DOCTOR_DAYS = ((5, 45), (10, 90), (20, 180))
"""Doctors and days at 1x, 4x and 16x of their product; the appointments grow with it."""
APPOINTMENTS_A_DAY = 8
SIZES = (("1x", 4, 45, 1_000), ("10x", 20, 90, 10_000), ("100x", 100, 180, 100_000))


def main(*, growth: bool = False) -> None:
    """Print both profiles, and the growth if asked."""
    if not BENCH.is_dir():
        print("   the workload's generator is not here: nothing measured")
        return
    python = _python()
    if python is None:
        print("   no Python with numpy was found, which the bound needs: nothing measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        for profile in ("typical", "packed"):
            _compare(python, Path(folder), f"{profile:8}", "--profile", profile)
        if growth:
            print("   growth, typical profile")
            for name, doctors, days, appointments in SIZES:
                words = f"{name:4} {doctors} doctors, {days} days, {appointments:,} appointments"
                sizes = ("--doctors", doctors, "--days", days, "--appts", appointments)
                _compare(python, Path(folder), f"{words:52}", *map(str, sizes))
        _grow(Path(folder))


def _compare(python: str, folder: Path, words: str, *options: str) -> None:
    spec_file = folder / "spec.json"
    run("gen_a_slots.py", str(spec_file), *options)
    spec = json.loads(spec_file.read_text())
    path = folder / f"{len(list(folder.iterdir()))}.db"
    database = new_database(path)
    store_spec(database, spec)
    calendar = calendar_at_start(database, spec)
    best: dict[str, tuple[float, float]] = {}
    first: Sequence[Slot] = ()
    every: Sequence[Slot] = ()
    agree = True
    for _ in range(SITTINGS):
        bound = run("ref_a_slots.py", str(spec_file), str(ROUNDS), python=python)
        first_ms, first = _measure(calendar, spec, limit=spec["first"])
        all_ms, every = _measure(calendar, spec, limit=None)
        agree = agree and (digest(every, spec), digest(first, spec)) == _hashes(bound)
        for name, taken, line in (
            ("first 20", first_ms, r"week chunks"),
            ("all", all_ms, r"sqlite\+bitset full"),
        ):
            sitting = (_bound_ms(bound, line), taken)
            least, ours = best.get(name, sitting)
            best[name] = min(least, sitting[0]), min(ours, sitting[1])
    for name, wanted in (("first 20", FIRST_AT_MOST), ("all", ALL_AT_MOST)):
        least, ours = best[name]
        print(
            f"   {words} {name:8} bound {least:7.2f} ms   ClinicDesk {ours:7.2f} ms   "
            f"ratio {ours / least:.2f} (wanted: {wanted} at most)"
        )
    found = digest(every, spec)
    print(f"   {words} {len(every):,} slots, {found} {'agrees' if agree else 'DIFFERS'}")
    database.close()


def _grow(folder: Path) -> None:
    """Print what the whole answer costs for more doctors and days, with equal days."""
    print("   growth with doctors x days, all free times")
    once = 0.0
    for number, (doctors, days) in enumerate(DOCTOR_DAYS):
        spec_file = folder / "spec.json"
        count = str(doctors * days * APPOINTMENTS_A_DAY)
        sizes = ("--doctors", str(doctors), "--days", str(days), "--appts", count)
        run("gen_a_slots.py", str(spec_file), *sizes)
        spec = json.loads(spec_file.read_text())
        database = new_database(folder / f"growth{number}.db")
        store_spec(database, spec)
        calendar = calendar_at_start(database, spec)
        taken = min(_measure(calendar, spec, limit=None)[0] for _ in range(SITTINGS))
        each = taken * 1000 / (doctors * days)
        once = once or each
        print(
            f"   {4**number:3}x {doctors:3} doctors, {days:3} days  {taken:8.2f} ms   "
            f"{each:6.2f} µs a doctor's day   {each / once:.2f} of that at 1x"
        )
        database.close()


def store_spec(database: Database, spec: dict[str, Any]) -> None:
    """Store a workload: hours, exceptions and appointments."""
    zone = spec["tz"]
    doctors = [doctor["id"] for doctor in spec["doctors"]]
    store_people(database, doctors=doctors, minutes=spec["length"], time_zone=zone)
    store_patients(database, [patient(1, given="A", family="Patient")])
    store(database, Availability, _weekly(spec))
    store(database, AvailabilityException, _exceptions(spec))
    store(database, Appointment, _appointments(spec, zone))


def calendar_at_start(database: Database, spec: dict[str, Any]) -> CalendarService:
    """Give the service on the workload's first midnight, booking as many days as it has."""
    start = local_instant(date.fromisoformat(spec["start"]), 0, spec["tz"])
    policy = BookingPolicy(horizon_days=spec["days"])
    return CalendarService(database, clock=FixedClock(start), policy=policy)


def digest(slots: Sequence[Slot], spec: dict[str, Any]) -> str:
    """Give the hash of an answer, written like the bound's."""
    zone = ZoneInfo(spec["tz"])
    lines = (f"{s.starts_at.astimezone(zone):%Y-%m-%d %H:%M} {s.doctor_id}" for s in slots)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _measure(
    calendar: CalendarService, spec: dict[str, Any], *, limit: int | None
) -> tuple[float, Sequence[Slot]]:
    actor = program_actor()
    start = local_instant(date.fromisoformat(spec["start"]), 0, spec["tz"])
    times: list[float] = []
    slots: Sequence[Slot] = ()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        slots = calendar.free_slots(
            actor, clinic_ids=spec["clinics"], service_id=1, not_before_at=start, limit=limit
        )
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), slots


def _weekly(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for doctor in spec["doctors"]:
        for weekday, clinic_id, start, end in doctor["weekly"]:
            yield {
                "doctor_id": doctor["id"],
                "clinic_id": clinic_id,
                "weekday": weekday,
                "starts_minute": start,
                "ends_minute": end,
                "valid_from_on": LONG_AGO.date(),
                "valid_until_on": None,
            }


def _exceptions(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a closed day for every clinic, or other hours at one and none at the others."""
    for doctor in spec["doctors"]:
        for change in doctor["exceptions"]:
            on = date.fromisoformat(change["date"])
            replaced = {clinic_id: (start, end) for clinic_id, start, end in change["ranges"]}
            for clinic_id in spec["clinics"]:
                start, end = replaced.get(clinic_id, (None, None))
                kind = ExceptionKind.REPLACED if start is not None else ExceptionKind.CLOSED
                yield {
                    "doctor_id": doctor["id"],
                    "clinic_id": clinic_id,
                    "kind": kind,
                    "from_on": on,
                    "until_on": on,
                    "starts_minute": start,
                    "ends_minute": end,
                    "reason": "",
                }


def _appointments(spec: dict[str, Any], zone: str) -> Iterator[dict[str, Any]]:
    for number, doctor_id, clinic_id, day, minute, length in spec["appointments"]:
        starts_at = local_instant(date.fromisoformat(day), minute, zone).astimezone(UTC)
        ends_at = starts_at + timedelta(minutes=length)
        yield {
            "id": number,
            "request_key": str(number),
            "clinic_id": clinic_id,
            "doctor_id": doctor_id,
            "room_id": None,
            "patient_id": 1,
            "service_id": 1,
            "status": AppointmentStatus.CONFIRMED,
            "holds_slot": True,
            "is_overbooked": False,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "busy_from_at": starts_at,
            "busy_until_at": ends_at,
            "note": "",
            "arrived_at": None,
            "in_room_at": None,
            "completed_at": None,
            "ended_reason": "",
            "version": 1,
            "created_at": LONG_AGO,
            "created_by": None,
        }


def _python() -> str | None:
    """Give an interpreter that has numpy, which the bound's script needs and the program not."""
    base: str = getattr(sys, "_base_executable", "")
    for found in filter(None, (sys.executable, base, shutil.which("python3"))):
        asked = [found, "-c", "import numpy"]
        if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            return found
    return None


def _bound_ms(said: str, line: str) -> float:
    found = re.search(rf"{line}\s+([\d.]+) ms", said)
    assert found, f"the bound says nothing of {line}"
    return float(found[1])


def _hashes(said: str) -> tuple[str, str]:
    found = re.search(r"sha_full (\w+) sha_first (\w+)", said)
    assert found, "the bound names no hashes"
    return found[1], found[2]


if __name__ == "__main__":
    main(growth="--growth" in sys.argv)
