"""Signs people in, and adds people and doctors."""

import math

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, open_to_all, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.service import specialty_id
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.staff.errors import LoginTakenError, SignInFailedError, SignInLockedError
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService, User, UserRole
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.queries import active_doctors, actor_of
from clinicdesk.staff.records import DoctorRecord, NewDoctor, NewUser
from clinicdesk.staff.rules import wait_after

ACCENTS = 10


class StaffService:
    """The people who work at the clinics."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, passwords: Passwords
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._passwords = passwords

    @open_to_all
    def sign_in(self, login: str, password: str, *, desk: str) -> Actor:
        """Give the actor of a person who knows their password; every try is in the audit log.

        Raises:
            SignInFailedError: name or password do not fit, or the person is no longer active.
            SignInLockedError: too many misses; the wait is kept in the database.
        """
        name = login.strip().casefold()
        user = self._database.read(
            lambda session: session.scalar(select(User).where(User.login == name))
        )
        now = self._clock.now()
        if user is not None and user.locked_until_at is not None and now < user.locked_until_at:
            raise SignInLockedError(math.ceil((user.locked_until_at - now).total_seconds()))
        fits = self._passwords.fits(user.password_hash if user else None, password)
        if user is None:
            raise SignInFailedError
        if not fits or not user.is_active:
            self._database.write(lambda transaction: self._miss(transaction, user.id, desk))
            raise SignInFailedError
        return self._database.write(lambda transaction: self._enter(transaction, user.id, desk))

    @requires(Action.SEE_SETUP)
    def doctors(self, _actor: Actor) -> tuple[DoctorRecord, ...]:
        """List the doctors with their clinics and services."""
        return self._database.read(active_doctors)

    @requires(Action.SET_UP_STAFF)
    def add_user(self, actor: Actor, new: NewUser) -> int:
        """Let a person sign in; gives the person's id.

        Raises:
            WeakPasswordError, LoginTakenError: as named.
        """
        password_hash = self._passwords.hash(new.password)

        def work(transaction: Transaction) -> int:
            user = User(
                login=new.login.strip().casefold(),
                display_name=new.display_name,
                password_hash=password_hash,
                is_active=True,
                missed_sign_ins=0,
                locked_until_at=None,
                created_at=self._clock.now(),
            )
            transaction.session.add(user)
            transaction.session.flush()
            transaction.session.add_all(
                UserRole(user_id=user.id, role=r) for r in sorted(new.roles)
            )
            roles = sorted(role.value for role in new.roles)
            self._audit.record(
                transaction, actor, "add person", entity="user", entity_id=user.id, roles=roles
            )
            transaction.changed(Topic.STAFF, user.id)
            return user.id

        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise LoginTakenError from error

    @requires(Action.SET_UP_STAFF)
    def add_doctor(self, actor: Actor, new: NewDoctor) -> int:
        """Give a doctor a column in the calendar of each of their clinics; gives the id."""

        def work(transaction: Transaction) -> int:
            session = transaction.session
            doctor = Doctor(
                user_id=new.user_id,
                display_name=new.name,
                specialty_id=specialty_id(session, new.specialty),
                accent=(session.scalar(select(func.count(Doctor.id))) or 0) % ACCENTS,
                is_active=True,
            )
            session.add(doctor)
            session.flush()
            session.add_all(
                DoctorClinic(doctor_id=doctor.id, clinic_id=clinic_id, room_id=room_id)
                for clinic_id, room_id in new.clinic_rooms
            )
            session.add_all(
                DoctorService(doctor_id=doctor.id, service_id=service_id)
                for service_id in new.service_ids
            )
            self._audit.record(
                transaction, actor, "add doctor", entity="doctor", entity_id=doctor.id
            )
            transaction.changed(Topic.STAFF, doctor.id)
            return doctor.id

        return self._database.write(work)

    def _miss(self, transaction: Transaction, user_id: int, desk: str) -> None:
        user = transaction.session.get_one(User, user_id, with_for_update=True)
        user.missed_sign_ins += 1
        wait = wait_after(user.missed_sign_ins)
        user.locked_until_at = self._clock.now() + wait if wait else None
        self._audit.record(
            transaction,
            Actor(user_id, user.display_name, frozenset(), desk),
            "sign-in refused",
            entity="user",
            entity_id=user_id,
        )

    def _enter(self, transaction: Transaction, user_id: int, desk: str) -> Actor:
        user = transaction.session.get_one(User, user_id, with_for_update=True)
        user.missed_sign_ins, user.locked_until_at = 0, None
        actor = actor_of(transaction.session, user, desk=desk)
        self._audit.record(transaction, actor, "sign in", entity="user", entity_id=user_id)
        return actor
