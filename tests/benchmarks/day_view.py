"""A day of twelve doctors out of five million appointments, beside a bare SQLite file.

The first run makes both files, which takes minutes; later runs find them in the temporary folder.
With --growth also at one and ten hundredths of the size.
"""

import hashlib
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from clinicdesk.access import program_actor
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock, day_bounds
from clinicdesk.database.connect import open_file
from clinicdesk.database.upgrade import revisions
from clinicdesk.schedule.calendar import CalendarService
from tests.benchmarks.stored_calendar import CLINICS, DOCTORS, FIRST_DAY, ZONE, store_calendar
from tests.benchmarks.stored_clinic import BENCH, KEY, new_database, run

PATIENTS = 1_000_000
SIZES = (50_000, 500_000, 5_000_000)
DAYS_DRAWN = 150
AT_MOST_MS = 10
SHOWN = 12
BOUND = """
SELECT a.id, doctor, clinic, patient, start, minutes, status, type, p.last, p.first, p.phone
FROM a LEFT JOIN p ON p.id = a.patient
WHERE date = ? AND doctor IN ({marks}) ORDER BY doctor, start
"""


@dataclass(frozen=True)
class Draw:
    """One look at the calendar: a day of some doctors of a clinic."""

    day: date
    clinic_id: int
    doctor_ids: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """What a series of looks took, and the hash of what was seen."""

    p50_ms: float
    p95_ms: float
    rows: int
    digest: str


def main(*, growth: bool = False) -> None:
    """Print our figures beside the bound, and the growth if asked."""
    if not BENCH.is_dir():
        print("   the workload's generator is not here: nothing measured")
        return
    folder = Path(tempfile.gettempdir()) / "clinicdesk-bench"
    folder.mkdir(exist_ok=True)
    for count in SIZES if growth else SIZES[-1:]:
        _compare(folder, count)


def _compare(folder: Path, count: int) -> None:
    bound_file, ours_file = _prepared(folder, count)
    draws = list(_draws())
    bound, ours = _bound(bound_file, draws), _ours(ours_file, draws)
    agree = "agrees" if bound.digest == ours.digest else "DIFFERS"
    print(
        f"   {count:9,} appointments  bound p50 {bound.p50_ms:6.2f} p95 {bound.p95_ms:6.2f} ms   "
        f"ClinicDesk p50 {ours.p50_ms:6.2f} p95 {ours.p95_ms:6.2f} ms   "
        f"ratio {ours.p95_ms / bound.p95_ms:.1f} (wanted: {AT_MOST_MS} ms at most)   "
        f"{ours.rows} rows a day, {ours.digest} {agree}"
    )


def _draws() -> Iterator[Draw]:
    """Draw the days that the bound's script draws, each for twelve doctors of one clinic."""
    drawn = random.Random(5)
    for _ in range(DAYS_DRAWN):
        day = FIRST_DAY + timedelta(days=drawn.randrange(3650))
        clinic_id = drawn.randrange(CLINICS) + 1
        here = [doctor for doctor in DOCTORS if doctor % CLINICS + 1 == clinic_id]
        yield Draw(day, clinic_id, tuple(sorted(drawn.sample(here, SHOWN))))


def _ours(path: Path, draws: Sequence[Draw]) -> Figures:
    database = open_file(path, KEY, bus=ChangeBus())
    clock = FixedClock(day_bounds(FIRST_DAY, ZONE)[0])
    calendar = CalendarService(database, clock=clock)
    actor = program_actor()

    def look(draw: Draw) -> list[int]:
        day = calendar.calendar_day(
            actor, clinic_id=draw.clinic_id, day=draw.day, doctor_ids=draw.doctor_ids
        )
        shown = sorted(day.appointments, key=lambda one: (one.doctor_id, one.starts_at))
        return [one.id for one in shown]

    def prepare(draw: Draw) -> None:
        # The morning of the day itself, so that the free places are counted as well.
        clock.at = day_bounds(draw.day, ZONE)[0]

    figures = _measured(look, draws, prepare)
    database.close()
    return figures


def _bound(path: Path, draws: Sequence[Draw]) -> Figures:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA mmap_size = 8000000000")
    query = BOUND.format(marks=",".join("?" * SHOWN))

    def look(draw: Draw) -> list[int]:
        found = connection.execute(query, (str(draw.day), *draw.doctor_ids)).fetchall()
        return [row[0] for row in found]

    figures = _measured(look, draws, lambda _: None)
    connection.close()
    return figures


def _measured(
    look: Callable[[Draw], list[int]], draws: Sequence[Draw], prepare: Callable[[Draw], None]
) -> Figures:
    """Look twice at all draws and count the second round, as the bound's script does."""
    times, seen, rows = [], hashlib.sha256(), 0
    for draw in draws:
        prepare(draw)
        look(draw)
    for draw in draws:
        prepare(draw)
        began = time.perf_counter()
        ids = look(draw)
        times.append((time.perf_counter() - began) * 1000)
        seen.update(repr(ids).encode())
        rows += len(ids)
    cuts = statistics.quantiles(times, n=20)
    return Figures(statistics.median(times), cuts[-1], rows // len(draws), seen.hexdigest()[:12])


def _prepared(folder: Path, count: int) -> tuple[Path, Path]:
    """Give the bound's file and ours, made now if they are not there yet."""
    bound_file = folder / f"day-{count}.bound"
    ours_file = folder / f"day-{count}-{revisions()[-1]}.db"
    rows_file, patients_file = folder / f"day-{count}.tsv", folder / "patients.tsv"
    if bound_file.exists() and ours_file.exists():
        return bound_file, ours_file
    if not patients_file.exists():
        run("gen_b_patients.py", str(folder), str(PATIENTS))
    run("gen_f_day.py", str(rows_file), str(count))
    if not bound_file.exists():
        made = bound_file.with_suffix(".making")
        made.unlink(missing_ok=True)
        run("ref_f_day.py", str(rows_file), str(patients_file), str(made))
        made.rename(bound_file)
    if not ours_file.exists():
        made = ours_file.with_suffix(".making")
        made.unlink(missing_ok=True)
        database = new_database(made)
        store_calendar(database, rows_file, patients_file)
        database.close()
        made.rename(ours_file)
    rows_file.unlink()
    return bound_file, ours_file


if __name__ == "__main__":
    main(growth="--growth" in sys.argv)
