"""Opens a clinic: the one of this computer, a demo clinic, or one that is made first."""

import secrets as randomness
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clinicdesk.access import Role, program_actor
from clinicdesk.app import Services, build_services, key_of
from clinicdesk.changes import ChangeBus
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clock import Clock, FixedClock, SystemClock
from clinicdesk.database.connect import KEY_BYTES, open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.database.upgrade import upgrade
from clinicdesk.errors import ConflictError
from clinicdesk.settings.place import ClinicPlace, place_in
from clinicdesk.settings.secrets import (
    AUDIT_KEY,
    DATABASE_KEY,
    KeyringSecrets,
    SecretStore,
)
from clinicdesk.staff.records import NewUser
from clinicdesk.training.builder import BuildingServices, DemoBuilder
from clinicdesk.training.clock import TrainingClock
from clinicdesk.training.demo_calendar import CalendarServices
from clinicdesk.training.demo_clinic import CLINICS, TOUR_BEGINS_AT, demo_morning
from clinicdesk.training.secrets import TrainingSecrets
from clinicdesk.training.session import SECRETS_FILE, TrainingSession

SETUP = program_actor("set-up")


class ClinicExistsError(ConflictError):
    """There is a clinic in that place already."""

    def __init__(self) -> None:
        super().__init__(
            "There is a clinic on this computer already; it was left as it is. "
            "Start it with: clinicdesk"
        )


@dataclass
class OpenClinic:
    """A clinic whose data is open; `training` is the session behind a demo clinic."""

    services: Services
    training: TrainingSession | None = None

    def close(self) -> None:
        """End the stand-ins and the connections; whoever runs jobs has ended them before."""
        if self.training is not None:
            self.training.stop()
        self.services.database.close()


def open_own(folder: Path | None = None) -> OpenClinic:
    """Open the clinic of this computer, or the one in `folder`.

    Raises:
        DatabaseMissingError, DatabaseKeyError, KeyringError: as named; nothing new was made.
    """
    place = place_in(folder)
    secrets = KeyringSecrets(place.secrets_name)
    bus = ChangeBus()
    database = _open_database(place, secrets, bus=bus)
    return OpenClinic(build_services(database, bus=bus, clock=SystemClock(), secrets=secrets))


def open_demo(folder: Path, *, clock: TrainingClock, tour: bool = False) -> OpenClinic:
    """Open the demo clinic in `folder`, with its stand-ins; make it where there is none of today.

    A tour always has a new one, which stands at the morning of the tour's own day.
    """
    begins_at = TOUR_BEGINS_AT if tour else demo_morning(SystemClock().now())
    if tour or not _is_of_today(folder, begins_at, clock):
        _make_demo(folder, begins_at, clock=clock)
    training = TrainingSession(folder, clock=clock)
    training.start()
    bus = ChangeBus()
    database = _open_database(training.place, training.secrets, bus=bus)
    services = build_services(database, bus=bus, clock=clock, secrets=training.secrets)
    services.settings.save(SETUP, training.mail_settings(CLINICS[0].email))
    services.settings.save(SETUP, training.payment_settings())
    for clinic in services.clinics.clinics(SETUP)[:1]:
        services.readers.take_over(SETUP, clinic.id)
    return OpenClinic(services, training)


def _is_of_today(folder: Path, begins_at: datetime, clock: Clock) -> bool:
    is_whole = ClinicPlace(folder).database_file.is_file()
    return is_whole and clock.now().date() == begins_at.date()


def _make_demo(folder: Path, begins_at: datetime, *, clock: TrainingClock) -> None:
    """Make the demo clinic aside and put it in place whole, instead of a former one."""
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    place, secrets = ClinicPlace(aside), TrainingSecrets(aside / SECRETS_FILE)
    place.make_folder()
    _make_keys(secrets)
    bus, past = ChangeBus(), FixedClock(begins_at)
    database = _open_database(place, secrets, bus=bus, create=True)
    made = build_services(database, bus=bus, clock=past, secrets=secrets, writes_to_patients=False)
    DemoBuilder(
        BuildingServices(
            past,
            made.clinics,
            made.staff,
            made.patients,
            made.hours,
            made.schedule,
            made.visits,
            made.billing,
            made.payments,
            CalendarServices(made.closures, made.blocks, made.resources, made.travel),
            made.waiting,
        ),
        now=begins_at,
    ).build()
    database.close()
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
    clock.put_to(begins_at)


@contextmanager
def clinic_on_this_computer(folder: Path | None) -> Iterator[Services]:
    """Open the clinic for a command, and close it again."""
    clinic = open_own(folder)
    try:
        yield clinic.services
    finally:
        clinic.close()


def make_clinic(
    place: ClinicPlace, new: NewClinic, *, login: str, name: str, password: str
) -> None:
    """Make a clinic's data with fresh keys, and its first administrator.

    Raises:
        ClinicExistsError: there is one already; it is left alone.
        KeyringError: the keys cannot be kept, so nothing was made.
    """
    if place.database_file.exists():
        raise ClinicExistsError
    secrets = KeyringSecrets(place.secrets_name)
    bus = ChangeBus()
    _make_keys(secrets)
    database = _open_database(place, secrets, bus=bus, create=True)
    services = build_services(database, bus=bus, clock=SystemClock(), secrets=secrets)
    services.clinics.open_clinic(SETUP, new)
    roles = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
    services.staff.add_user(SETUP, NewUser(login, name, password, roles))
    database.close()


def _open_database(
    place: ClinicPlace, secrets: SecretStore, *, bus: ChangeBus, create: bool = False
) -> Database:
    if create:
        place.make_folder()
    if place.server_url:
        database = open_server(place.server_url, bus=bus)
    else:
        key = key_of(secrets, DATABASE_KEY)
        database = open_file(place.database_file, key, bus=bus, create=create)
    upgrade(database)
    return database


def _make_keys(secrets: SecretStore) -> None:
    for name in (DATABASE_KEY, AUDIT_KEY):
        if secrets.get(name) is None:
            secrets.set(name, randomness.token_bytes(KEY_BYTES).hex())
