"""Desks in processes of their own that reach for the same few places of one day."""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Actor, Role
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.errors import StorageBusyError
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import placing
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.errors import SlotTakenError, TimeNotOfferedError
from clinicdesk.schedule.guard import DOCTOR_TAKEN, EQUIPMENT_TAKEN, ROOM_TAKEN
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, BookingRequest
from clinicdesk.schedule.service import ScheduleService
from tests.conftest import FILE_KEY

KEY = b"k" * 32
MINUTES = timedelta(minutes=1)
MOST_VISITS = 2


@dataclass(frozen=True)
class Course:
    """Where the desks race: the database, the present moment, and the places that all want."""

    where: str
    now: datetime
    clinic_id: int
    doctor_ids: Sequence[int]
    service_ids: Sequence[int]
    patient_ids: Sequence[int]
    starts: Sequence[datetime]
    rounds: int


@dataclass(frozen=True)
class Lost:
    """What a desk was told that was not first."""

    kind: str
    error: str
    sentence: str
    offers: int


@dataclass
class Score:
    """How often a desk had its way with each kind of change, and what it was told otherwise.

    `waits` counts how often the storage was busy for longer than a save may wait.
    """

    won: dict[str, int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    waits: int = 0

    def count(self, kind: str) -> None:
        """Note a change that was made."""
        self.won[kind] = self.won.get(kind, 0) + 1


def open_course(where: str) -> Database:
    """Open the database of a course."""
    if where.startswith("postgresql"):
        return open_server(where, bus=ChangeBus())
    return open_file(Path(where), FILE_KEY, bus=ChangeBus())


class RacingDesk:
    """One desk: it books for its own patient, and moves, stretches and un-cancels its visits."""

    def __init__(self, course: Course, database: Database, number: int) -> None:
        clock = FixedClock(course.now)
        audit = AuditLog(database, clock=clock, key=KEY)
        self._schedule = ScheduleService(database, clock=clock, audit=audit)
        self._course, self._number = course, number
        self._who = Actor(None, "Desk", frozenset({Role.RECEPTIONIST}), f"Desk {number}")
        self._chance = random.Random(number)
        self._visits: list[AppointmentDetails] = []
        self._cancelled: list[AppointmentDetails] = []
        self.score = Score()

    def race(self) -> None:
        """Take all rounds."""
        ways = (self._book, self._move, self._extend, self._restore)
        for _ in range(self._course.rounds):
            way = self._chance.choice(ways) if self._visits else self._book
            kind = way.__name__.strip("_")
            try:
                way()
            except (SlotTakenError, TimeNotOfferedError) as error:
                told = Lost(kind, type(error).__name__, error.sentence, len(error.next_free))
                self.score.lost.append(told)
                if self._visits:  # so that places fall free, and all come to a turn
                    self._cancel()
            else:
                self.score.count(kind)

    def _book(self) -> None:
        if len(self._visits) >= MOST_VISITS:
            self._cancel()
        self._visits.append(self._patiently(self._schedule.book, self._request()))

    def _patiently(
        self, change: Callable[..., AppointmentDetails], *asked: object, **more: object
    ) -> AppointmentDetails:
        """Try again as long as the others leave no gap: then nothing was saved, and it is said."""
        while True:
            try:
                return change(self._who, *asked, **more)
            except StorageBusyError:
                self.score.waits += 1

    def _request(self) -> BookingRequest:
        return BookingRequest(
            str(uuid.uuid4()),
            self._course.clinic_id,
            self._chance.choice(self._course.doctor_ids),
            self._course.patient_ids[self._number],
            self._chance.choice(self._course.service_ids),
            self._chance.choice(self._course.starts),
            confirm_now=True,
            accept_patient_overlap=True,
        )

    def _move(self) -> None:
        place = self._chance.randrange(len(self._visits))
        visit, wish = self._visits[place], self._request()
        self._visits[place] = self._patiently(
            self._schedule.move,
            visit.id,
            version=visit.version,
            doctor_id=wish.doctor_id,
            starts_at=wish.starts_at,
            accept_patient_overlap=True,
        )

    def _extend(self) -> None:
        place = self._chance.randrange(len(self._visits))
        visit = self._visits[place]
        minutes = self._chance.choice((15, 30, 45))
        self._visits[place] = self._patiently(
            self._schedule.resize,
            visit.id,
            version=visit.version,
            ends_at=visit.starts_at + minutes * MINUTES,
        )

    def _restore(self) -> None:
        if not self._cancelled:
            self._cancel()
        visit = self._cancelled.pop(0)
        back = self._patiently(self._schedule.restore, visit.id, version=visit.version)
        self._visits.append(back)

    def _cancel(self) -> None:
        visit = self._visits.pop(self._chance.randrange(len(self._visits)))
        gone = self._patiently(
            self._schedule.cancel, visit.id, version=visit.version, reason="Race"
        )
        self._cancelled.append(gone)


def race(course: Course, number: int, start: Barrier, results: Connection) -> None:
    """Race as one desk in a process of its own, and send the score."""
    database = open_course(course.where)
    desk = RacingDesk(course, database, number)
    start.wait()
    desk.race()
    results.send(desk.score)
    database.close()


def look_then_write(course: Course, number: int, start: Barrier, results: Connection) -> None:
    """Book as a naive program would: look in one transaction, write what was free in the next."""
    database = open_course(course.where)
    desk = BookingDesk(
        FixedClock(course.now),
        AuditLog(database, clock=FixedClock(course.now), key=KEY),
        None,
        None,
    )
    score = Score()
    for turn in range(course.rounds):
        request = BookingRequest(
            f"{number}/{turn}",
            course.clinic_id,
            course.doctor_ids[turn % len(course.doctor_ids)],
            course.patient_ids[number],
            course.service_ids[0],
            course.starts[turn % len(course.starts)],
        )
        start.wait()
        is_free = database.read(lambda session: _looks_free(desk, session, request))  # noqa: B023
        start.wait()
        if is_free:
            try:
                database.write(_writes(request, course.now))
            except IntegrityError:
                score.lost.append(Lost("book", "IntegrityError", "", 0))
            else:
                score.count("book")
    results.send(score)
    database.close()


def _looks_free(desk: BookingDesk, session: Session, request: BookingRequest) -> bool:
    wanted = placing.wanted_by(session, request)
    try:
        placing.demand_free(session, wanted, desk.search(session, wanted))
    except (SlotTakenError, TimeNotOfferedError):
        return False
    return True


def _writes(request: BookingRequest, now: datetime) -> Callable[[Transaction], None]:
    def write(transaction: Transaction) -> None:
        row = Appointment(
            request_key=request.request_key, patient_id=request.patient_id,
            service_id=request.service_id, status=AppointmentStatus.CONFIRMED, holds_slot=True,
            is_overbooked=False, note="", ended_reason="", version=1, created_at=now,
        )  # fmt: skip
        placing.put(transaction.session, row, placing.wanted_by(transaction.session, request))
        transaction.session.add(row)

    return write


def overlaps(database: Database) -> list[tuple[str, int, int]]:
    """Name the pairs of appointments that hold what only one can: of doctor, room or equipment."""
    query = select(Appointment).where(Appointment.holds_slot, ~Appointment.is_overbooked)
    rows = database.read(lambda session: list(session.scalars(query)))
    found: list[tuple[str, int, int]] = []
    for owner in ("doctor_id", "room_id", "equipment_id"):
        is_doctor = owner == "doctor_id"
        names = ("busy_from_at", "busy_until_at") if is_doctor else ("starts_at", "ends_at")
        found += _overlaps(rows, owner, *names)
    return found


def _overlaps(
    rows: Sequence[Appointment], owner: str, begin: str, end: str
) -> Iterator[tuple[str, int, int]]:
    owned = [row for row in rows if getattr(row, owner) is not None]
    owned.sort(key=lambda row: (getattr(row, owner), getattr(row, begin), row.id))
    for first, second in pairwise(owned):
        is_same = getattr(first, owner) == getattr(second, owner)
        if is_same and getattr(second, begin) < getattr(first, end):
            yield owner, first.id, second.id


def remove_guard(database: Database) -> None:
    """Take the database's own rule away."""
    with database.writer_connection() as connection:
        for rule in (DOCTOR_TAKEN, ROOM_TAKEN, EQUIPMENT_TAKEN):
            if database.is_sqlite:
                for verb in ("INSERT", "UPDATE"):
                    connection.execute(text(f"DROP TRIGGER {rule}_{verb}"))
            else:
                connection.execute(text(f"ALTER TABLE appointment DROP CONSTRAINT {rule}"))
