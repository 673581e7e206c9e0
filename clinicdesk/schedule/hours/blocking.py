"""Blocks and their kinds in the data: what can be, reading and writing them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Room, Service
from clinicdesk.schedule.hours.errors import BlockInvalidError
from clinicdesk.schedule.hours.models import BlockType, BlockTypeService, CalendarBlock
from clinicdesk.schedule.hours.records import EVERY_DAY, Block, BlockTypeRecord
from clinicdesk.schedule.hours.weekly import DAY_MINUTES, MOST_WEEKS
from clinicdesk.staff.models import DoctorClinic


def check_block(block: Block) -> None:
    """Check a block before it is stored.

    Raises:
        BlockInvalidError: its days, minutes or recurrence cannot be; `field` says where.
    """
    if block.until_on < block.from_on:
        raise BlockInvalidError("The last day lies before the first.", field="until_on")
    if not 0 <= block.starts_minute < DAY_MINUTES:
        raise BlockInvalidError("Please enter a time of the day.", field="starts_minute")
    if not block.starts_minute < block.ends_minute <= 2 * DAY_MINUTES:
        raise BlockInvalidError(
            "A block ends after it starts, and on the next day at the latest.",
            field="ends_minute",
        )
    if not 1 <= block.weekdays <= EVERY_DAY:
        raise BlockInvalidError("Please choose at least one day of the week.", field="weekdays")
    if not 1 <= block.every_weeks <= MOST_WEEKS:
        raise BlockInvalidError(
            "A block recurs every week, or at most every 52 weeks.", field="every_weeks"
        )
    if block.doctor_id is not None and block.room_id is not None:
        raise BlockInvalidError("Please block either a doctor or a room.", field="room_id")


def demand_place(session: Session, block: Block) -> None:
    """Check that a block's kind, doctor and room are there, at its clinic.

    Raises:
        BlockInvalidError: they are not; `field` says which.
    """
    kind = session.get(BlockType, block.block_type_id)
    if kind is None or not kind.is_active:
        raise BlockInvalidError("Please choose a kind of block.", field="block_type_id")
    if block.doctor_id is not None:
        if session.get(DoctorClinic, (block.doctor_id, block.clinic_id)) is None:
            raise BlockInvalidError("This doctor does not work at that clinic.", field="doctor_id")
    elif block.room_id is not None:
        room = session.get(Room, block.room_id)
        if room is None or room.clinic_id != block.clinic_id:
            raise BlockInvalidError("This room is at another clinic.", field="room_id")


def read_blocks_of(
    session: Session, clinic_id: int | None, *, from_on: date | None, until_on: date | None = None
) -> tuple[Block, ...]:
    """Give blocks by their first day: of one clinic, or with None of every one."""
    query = select(CalendarBlock)
    if clinic_id is not None:
        query = query.where(CalendarBlock.clinic_id == clinic_id)
    if from_on is not None:
        query = query.where(CalendarBlock.until_on >= from_on)
    if until_on is not None:
        query = query.where(CalendarBlock.from_on <= until_on)
    rows = session.scalars(query.order_by(CalendarBlock.from_on, CalendarBlock.id))
    return tuple(block_record(row) for row in rows)


def store_block(session: Session, block: Block) -> int:
    """Add a block and give its id."""
    row = CalendarBlock(version=1)
    put_block(row, block)
    session.add(row)
    session.flush()
    return row.id


def put_block(row: CalendarBlock, block: Block) -> None:
    """Write what a block says into its row."""
    row.block_type_id = block.block_type_id
    row.clinic_id = block.clinic_id
    row.doctor_id = block.doctor_id
    row.room_id = block.room_id
    row.from_on, row.until_on = block.from_on, block.until_on
    row.weekdays, row.every_weeks = block.weekdays, block.every_weeks
    row.starts_minute, row.ends_minute = block.starts_minute, block.ends_minute
    row.note = block.note.strip()


def block_record(row: CalendarBlock) -> Block:
    """Give a block as screens see it."""
    return Block(
        block_type_id=row.block_type_id,
        clinic_id=row.clinic_id,
        from_on=row.from_on,
        until_on=row.until_on,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        doctor_id=row.doctor_id,
        room_id=row.room_id,
        weekdays=row.weekdays,
        every_weeks=row.every_weeks,
        note=row.note,
        id=row.id,
        version=row.version,
    )


def check_type(kind: BlockTypeRecord) -> None:
    """Check a kind of block before it is stored.

    Raises:
        BlockInvalidError: it has no name, or is hard and yet takes services.
    """
    if not kind.name.strip():
        raise BlockInvalidError("Please give this kind of block a name.", field="name")
    if kind.is_hard and kind.service_ids:
        raise BlockInvalidError(
            "A hard block takes no visits. Make it a soft one to let some services in.",
            field="is_hard",
        )


def read_types(session: Session, *, with_closed: bool) -> tuple[BlockTypeRecord, ...]:
    """Give the kinds of blocks by name, with the services that may be booked within each."""
    services: dict[int, set[int]] = {}
    for type_id, service_id in session.execute(
        select(BlockTypeService.block_type_id, BlockTypeService.service_id)
    ):
        services.setdefault(type_id, set()).add(service_id)
    query = select(BlockType).order_by(BlockType.name)
    if not with_closed:
        query = query.where(BlockType.is_active)
    return tuple(
        BlockTypeRecord(
            row.name, row.is_hard, frozenset(services.get(row.id, ())), row.id, row.is_active
        )
        for row in session.scalars(query)
    )


def put_services(session: Session, type_id: int, service_ids: Collection[int]) -> None:
    """Let these services, and no others, be booked within blocks of a kind.

    Raises:
        BlockInvalidError: one of them is not offered.
    """
    known = set(session.scalars(select(Service.id).where(Service.id.in_(service_ids))))
    if known != set(service_ids):
        raise BlockInvalidError("One of these services is not offered.", field="service_ids")
    session.execute(delete(BlockTypeService).where(BlockTypeService.block_type_id == type_id))
    session.add_all(
        BlockTypeService(block_type_id=type_id, service_id=service_id)
        for service_id in sorted(service_ids)
    )
    session.flush()
