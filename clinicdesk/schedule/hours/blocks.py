"""Blocks time of doctors, rooms and clinics, and says what kinds of blocks there are."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.hours import blocking
from clinicdesk.schedule.hours.errors import (
    BlockChangedError,
    EntryGoneError,
    TypeNameTakenError,
)
from clinicdesk.schedule.hours.exceptions import plain
from clinicdesk.schedule.hours.models import BlockType, CalendarBlock
from clinicdesk.schedule.hours.records import Block, BlockTypeRecord


class BlockService:
    """Blocked time and its kinds. Every change is one transaction with its audit line."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def block_types(
        self, _actor: Actor, *, with_closed: bool = False
    ) -> tuple[BlockTypeRecord, ...]:
        """List the kinds of blocks by name; with `with_closed` also those no longer used."""
        return self._database.read(
            lambda session: blocking.read_types(session, with_closed=with_closed)
        )

    @requires(Action.SET_UP_CLINIC)
    def add_block_type(self, actor: Actor, kind: BlockTypeRecord) -> int:
        """Add a kind of block and give its id.

        Raises:
            BlockInvalidError: name or services cannot be; `field` says where.
            TypeNameTakenError: as named.
        """
        blocking.check_type(kind)

        def work(transaction: Transaction) -> int:
            row = BlockType(name=kind.name.strip(), is_hard=kind.is_hard, is_active=True)
            transaction.session.add(row)
            transaction.session.flush()
            blocking.put_services(transaction.session, row.id, kind.service_ids)
            self._record_type(transaction, actor, "add kind of block", row.id, kind)
            return row.id

        return self._unless_taken(work)

    @requires(Action.SET_UP_CLINIC)
    def change_block_type(self, actor: Actor, kind: BlockTypeRecord) -> int:
        """Change the kind of block with the record's id, and give that id.

        With `is_active` off it is offered no more; the blocks that stand keep it.

        Raises:
            BlockInvalidError, TypeNameTakenError: as for adding.
            EntryGoneError: there is no such kind.
        """
        blocking.check_type(kind)

        def work(transaction: Transaction) -> int:
            row = transaction.session.get(BlockType, kind.id, with_for_update=True)
            if row is None:
                raise EntryGoneError
            before = {"name": row.name, "is_hard": row.is_hard, "is_active": row.is_active}
            row.name, row.is_hard = kind.name.strip(), kind.is_hard
            row.is_active = kind.is_active
            transaction.session.flush()
            blocking.put_services(transaction.session, row.id, kind.service_ids)
            self._record_type(
                transaction, actor, "change kind of block", row.id, kind, before=before
            )
            for clinic_id in transaction.session.scalars(
                select(CalendarBlock.clinic_id)
                .where(CalendarBlock.block_type_id == row.id)
                .distinct()
            ):
                transaction.changed(Topic.AVAILABILITY, clinic_id)
            return row.id

        return self._unless_taken(work)

    @requires(Action.SEE_SETUP)
    def blocks(
        self, _actor: Actor, clinic_id: int | None = None, *, from_on: date | None = None
    ) -> tuple[Block, ...]:
        """List the blocks of a clinic, or of every one, that end on `from_on` or later."""
        return self._database.read(
            lambda session: blocking.read_blocks_of(session, clinic_id, from_on=from_on)
        )

    @requires(Action.SET_UP_CLINIC)
    def add_block(self, actor: Actor, block: Block) -> int:
        """Block time and give the block's id.

        Raises:
            BlockInvalidError: kind, place, days or times cannot be; `field` says where.
        """
        blocking.check_block(block)

        def work(transaction: Transaction) -> int:
            blocking.demand_place(transaction.session, block)
            block_id = blocking.store_block(transaction.session, block)
            self._record(transaction, actor, "add block", block_id, block)
            return block_id

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def change_block(self, actor: Actor, block: Block) -> None:
        """Change the block with the record's id, if it still has the record's version.

        Raises:
            BlockInvalidError: as for adding.
            EntryGoneError, BlockChangedError: somebody was faster.
        """
        blocking.check_block(block)

        def work(transaction: Transaction) -> None:
            row = self._row(transaction, block.id)
            if row.version != block.version:
                raise BlockChangedError
            blocking.demand_place(transaction.session, block)
            before = plain(blocking.block_record(row))
            blocking.put_block(row, block)
            row.version += 1
            self._record(transaction, actor, "change block", row.id, block, before=before)

        self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def remove_block(self, actor: Actor, block_id: int) -> Block:
        """Take a block away, and give what it was; the audit log keeps it.

        Raises:
            EntryGoneError: it is not there any more.
        """

        def work(transaction: Transaction) -> Block:
            row = self._row(transaction, block_id)
            removed = blocking.block_record(row)
            transaction.session.delete(row)
            self._record(
                transaction, actor, "remove block", block_id, removed, removed=plain(removed)
            )
            return removed

        return self._database.write(work)

    def _row(self, transaction: Transaction, block_id: int | None) -> CalendarBlock:
        row = transaction.session.get(CalendarBlock, block_id, with_for_update=True)
        if row is None:
            raise EntryGoneError
        return row

    def _record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        block_id: int,
        block: Block,
        **details: Any,
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity="block", entity_id=block_id,
            clinic=block.clinic_id, doctor=block.doctor_id, room=block.room_id, **details,
        )  # fmt: skip
        transaction.changed(Topic.AVAILABILITY, block.doctor_id or block.clinic_id)

    def _record_type(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        type_id: int,
        kind: BlockTypeRecord,
        **details: Any,
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity="block type", entity_id=type_id,
            is_hard=kind.is_hard, is_active=kind.is_active, services=sorted(kind.service_ids),
            **details,
        )  # fmt: skip
        transaction.changed(Topic.AVAILABILITY, type_id)

    def _unless_taken(self, work: Callable[[Transaction], int]) -> int:
        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise TypeNameTakenError from error
