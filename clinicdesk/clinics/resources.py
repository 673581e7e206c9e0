"""The rooms and the equipment of clinics: which there are, and which are in use."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.errors import NameTakenError, ResourceGoneError, ResourceInvalidError
from clinicdesk.clinics.models import Clinic, Equipment, Room
from clinicdesk.clinics.records import EquipmentRecord, RoomRecord
from clinicdesk.database.session import Database, Transaction

T = TypeVar("T", Room, Equipment)


class ResourceService:
    """Rooms and equipment. What was used once stays, and is switched off instead of removed."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def rooms(self, _actor: Actor, clinic_id: int) -> tuple[RoomRecord, ...]:
        """List a clinic's rooms, also those not in use."""

        def work(session: Session) -> tuple[RoomRecord, ...]:
            rows = session.scalars(
                select(Room).where(Room.clinic_id == clinic_id).order_by(Room.id)
            )
            return tuple(RoomRecord(r.id, r.clinic_id, r.name, r.is_active) for r in rows)

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def add_room(self, actor: Actor, clinic_id: int, *, name: str) -> int:
        """Add a room and give its id.

        Raises:
            ResourceInvalidError, NameTakenError: as named.
        """
        values = {"name": _named(name), "is_active": True}
        return self._add(actor, Room, clinic_id, values, "room")

    @requires(Action.SET_UP_CLINIC)
    def change_room(self, actor: Actor, room: RoomRecord) -> None:
        """Rename a room, or switch it on or off.

        Raises:
            ResourceInvalidError, NameTakenError, ResourceGoneError: as named.
        """
        values = {"name": _named(room.name), "is_active": room.is_active}
        self._change(actor, Room, room.id, values, "room")

    @requires(Action.SEE_SETUP)
    def equipment(self, _actor: Actor, clinic_id: int | None = None) -> tuple[EquipmentRecord, ...]:
        """List the equipment of a clinic, or of all, also what is not in use."""

        def work(session: Session) -> tuple[EquipmentRecord, ...]:
            query = select(Equipment).order_by(Equipment.kind, Equipment.id)
            if clinic_id is not None:
                query = query.where(Equipment.clinic_id == clinic_id)
            return tuple(
                EquipmentRecord(r.id, r.clinic_id, r.kind, r.name, r.is_active)
                for r in session.scalars(query)
            )

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def add_equipment(self, actor: Actor, clinic_id: int, *, kind: str, name: str) -> int:
        """Add a piece of equipment of a kind and give its id.

        Raises:
            ResourceInvalidError, NameTakenError: as named.
        """
        values = {"kind": _named(kind, "kind"), "name": _named(name), "is_active": True}
        return self._add(actor, Equipment, clinic_id, values, "equipment")

    @requires(Action.SET_UP_CLINIC)
    def change_equipment(self, actor: Actor, piece: EquipmentRecord) -> None:
        """Rename a piece of equipment, give it another kind, or switch it on or off.

        Raises:
            ResourceInvalidError, NameTakenError, ResourceGoneError: as named.
        """
        values = {
            "kind": _named(piece.kind, "kind"),
            "name": _named(piece.name),
            "is_active": piece.is_active,
        }
        self._change(actor, Equipment, piece.id, values, "equipment")

    def _add(
        self, actor: Actor, kind: type[T], clinic_id: int, values: dict[str, Any], entity: str
    ) -> int:
        def work(transaction: Transaction) -> int:
            if transaction.session.get(Clinic, clinic_id) is None:
                raise ResourceInvalidError("Please choose a clinic.", field="clinic_id")
            row = kind(clinic_id=clinic_id, **values)
            transaction.session.add(row)
            transaction.session.flush()
            self._record(
                transaction, actor, f"add {entity}", row, entity, clinic=clinic_id, **values
            )
            return row.id

        return self._unless_taken(work)

    def _change(
        self, actor: Actor, kind: type[T], row_id: int, values: dict[str, Any], entity: str
    ) -> None:
        def work(transaction: Transaction) -> int:
            row = transaction.session.get(kind, row_id, with_for_update=True)
            if row is None:
                raise ResourceGoneError
            before = {name: getattr(row, name) for name in values}
            for name, value in values.items():
                setattr(row, name, value)
            transaction.session.flush()
            self._record(
                transaction, actor, f"change {entity}", row, entity, before=before, after=values
            )
            return row.id

        self._unless_taken(work)

    def _record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        row: Room | Equipment,
        entity: str,
        **details: Any,
    ) -> None:
        self._audit.record(transaction, actor, action, entity=entity, entity_id=row.id, **details)
        transaction.changed(Topic.CLINIC, row.clinic_id)
        transaction.changed(Topic.AVAILABILITY, row.clinic_id)

    def _unless_taken(self, work: Callable[[Transaction], int]) -> int:
        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise NameTakenError from error


def _named(text: str, field: str = "name") -> str:
    if not text.strip():
        words = {"name": "Please enter a name.", "kind": "Please enter a kind, such as ECG."}
        raise ResourceInvalidError(words[field], field=field)
    return text.strip()
