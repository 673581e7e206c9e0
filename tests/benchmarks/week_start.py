"""Job E: from the start of the process to a settled week of 400 visits of 2,000, and its memory.

Ours opens an encrypted clinic, signs a person in and shows the view left last; the bound is one
painted widget over the same events, and nothing else.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar

from clinicdesk.access import Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import SystemClock, local_instant
from clinicdesk.database.connect import open_file
from clinicdesk.database.session import Database
from clinicdesk.database.upgrade import upgrade
from clinicdesk.schedule.models import Appointment, Availability
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.views.models import CalendarView
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.records import NewUser
from clinicdesk.staff.service import StaffService
from tests.benchmarks.stored_clinic import (
    BENCH,
    KEY,
    LONG_AGO,
    patient,
    run,
    store,
    store_patients,
    store_people,
)

ZONE = "Europe/Berlin"
EVENTS, SHOWN = 2_000, 400
ROUNDS = 7
LOGIN, PASSWORD = "maria", "training desk"
WANTED_S, WANTED_MB = 1.5, 150
# Both patch classes as they are defined, so that nothing is imported earlier than by itself.
OURS = """
import builtins, os, sys, time
import clinicdesk.settings.secrets as secrets

class Kept:
    def __init__(self, _name):
        pass
    def get(self, name):
        return os.environ["BENCH_KEY"] if name in ("database-key", "audit-key") else None

secrets.KeyringSecrets = Kept

def watch_window(made):
    attach = made.attach
    def attached(self, services, changes):
        attach(self, services, changes)
        self._sign_in(os.environ["BENCH_LOGIN"], os.environ["BENCH_PASSWORD"])
    made.attach = attached

def watch_view(made):
    paint = made.paintEvent
    def painted(self, event):
        paint(self, event)
        if self.scene is None or len(self.scene.cards) < int(os.environ["BENCH_CARDS"]):
            return
        lines = open("/proc/self/smaps_rollup").read().splitlines()
        kb = [int(line.split()[1]) for line in lines if line.startswith("Pss:")][0]
        print(time.time(), kb / 1024, flush=True)
        os._exit(0)
    made.paintEvent = painted

build = builtins.__build_class__
watched = {"MainWindow": watch_window, "DayView": watch_view}

def built(function, name, *bases, **more):
    made = build(function, name, *bases, **more)
    watched.get(name, lambda _made: None)(made)
    return made

builtins.__build_class__ = built
from ui.main import main
main(["run", "--folder", os.environ["BENCH_FOLDER"]])
"""
BOUND = """
import os, runpy, sys, time
from PySide6.QtWidgets import QWidget
sys.argv = sys.argv[1:]
build = __build_class__

def built(func, name, *bases, **more):
    made = build(func, name, *bases, **more)
    if QWidget in bases:
        paint = made.paintEvent
        def painted(self, event):
            paint(self, event)
            lines = open("/proc/self/smaps_rollup").read().splitlines()
            kb = [int(line.split()[1]) for line in lines if line.startswith("Pss:")][0]
            print(time.time(), kb / 1024, flush=True)
            os._exit(0)
        made.paintEvent = painted
    return made

import builtins
builtins.__build_class__ = built
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def main() -> None:
    """Print both medians and the ratio."""
    if not BENCH.is_dir():
        print("   The generator of the events does not lie beside the project.")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        events = folder / "week.ics"
        run("gen_e_ics.py", str(events), str(EVENTS))
        _fill(folder, events)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        _once(OURS, folder=folder)  # compiles what an installed program has compiled
        _once(BOUND, str(BENCH / "bound_e_week.py"), str(events))
        ours, bound = [], []
        for _ in range(ROUNDS):
            bound.append(_once(BOUND, str(BENCH / "bound_e_week.py"), str(events)))
            ours.append(_once(OURS, folder=folder))
        _tell("one painted widget", bound)
        _tell("ClinicDesk, signed in", ours)
        ratio = statistics.median(s for s, _ in ours) / statistics.median(s for s, _ in bound)
        print(f"   ratio {ratio:.2f}   (wanted: {WANTED_S} s and {WANTED_MB} MB at most)")


def _tell(who: str, figures: list[tuple[float, float]]) -> None:
    seconds = statistics.median(seconds for seconds, _ in figures)
    memory = statistics.median(mb for _, mb in figures)
    print(f"   {who:22} {seconds:5.2f} s   {memory:4.0f} MB")


def _once(program: str, *arguments: str, folder: Path | None = None) -> tuple[float, float]:
    """Give seconds to the settled picture, and the memory that is the process's own share."""
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={
            **os.environ,
            "PYTHONPATH": ".",
            "BENCH_KEY": KEY.hex(),
            "BENCH_LOGIN": LOGIN,
            "BENCH_PASSWORD": PASSWORD,
            "BENCH_CARDS": str(SHOWN),
            "BENCH_FOLDER": str(folder or ""),
        },
    )
    ended, memory = (float(word) for word in done.stdout.split()[-2:])
    return ended - began, memory


def _fill(folder: Path, events: Path) -> None:
    """Store the events as visits of one doctor, and a person who left the week view last."""
    database = open_file(folder / "clinic.db", KEY, bus=ChangeBus(), create=True)
    upgrade(database)
    store_people(database, doctors=[1], minutes=30, time_zone=ZONE, clinics=1)
    store_patients(
        database, (patient(n, given="Patient", family=str(n)) for n in range(1, EVENTS + 1))
    )
    store(database, Availability, _hours())
    store(database, Appointment, _appointments(events))
    user_id = _add_person(database)
    body = '{"kind": "week", "doctor_id": 1, "clinic_id": 1}'
    row = {"user_id": user_id, "key": 0, "name": "", "body": body}
    store(database, CalendarView, [row])
    database.close()


def _add_person(database: Database) -> int:
    clock = SystemClock()
    audit = AuditLog(database, clock=clock, key=KEY)
    staff = StaffService(database, clock=clock, audit=audit, passwords=Passwords())
    new = NewUser(LOGIN, "Maria Keane", PASSWORD, frozenset({Role.RECEPTIONIST}))
    return staff.add_user(program_actor(), new)


def _hours() -> Iterator[dict[str, Any]]:
    for weekday in range(5):
        yield {
            "doctor_id": 1,
            "clinic_id": 1,
            "weekday": weekday,
            "starts_minute": 480,
            "ends_minute": 1140,
            "valid_from_on": date(2020, 1, 1),
            "valid_until_on": None,
            "every_weeks": 1,
        }


def _appointments(events: Path) -> Iterator[dict[str, Any]]:
    found = Calendar.from_ical(events.read_bytes()).walk("VEVENT")
    for number, event in enumerate(found, start=1):
        starts, ends = event["DTSTART"].dt, event["DTEND"].dt
        minute = starts.hour * 60 + starts.minute
        starts_at = local_instant(datetime.date(starts), minute, ZONE)
        ends_at = starts_at + timedelta(seconds=(ends - starts).total_seconds())
        yield {
            "id": number,
            "request_key": str(number),
            "clinic_id": 1,
            "doctor_id": 1,
            "room_id": None,
            "patient_id": number,
            "service_id": 1,
            "status": AppointmentStatus.CONFIRMED,
            "holds_slot": True,
            "is_overbooked": True,
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


if __name__ == "__main__":
    main()
