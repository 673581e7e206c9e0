"""Reads what the dialogs for blocks and closures need, beside the window, and opens them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from clinicdesk.clock import clinic_day, local_minute
from clinicdesk.schedule.hours.records import Block
from ui.core.block_dialog import NEW_KIND, BlockDialog, BlockStart
from ui.core.closure_dialog import ClosureDialog, ClosureStart
from ui.core.drafts import Drafts
from ui.core.session import Desk

USUAL_LENGTH = timedelta(hours=1)
Told = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where in the calendar a new block begins: [starts_at, ends_at) of a doctor or a room."""

    clinic_id: int
    starts_at: datetime
    ends_at: datetime | None = None
    doctor_id: int | None = None
    room_id: int | None = None


def open_new_block(desk: Desk, host: QWidget, place: BlockPlace, *, told: Told) -> None:
    """Open the dialog for a block that begins there; `told` takes the sentence when it is saved."""

    def work() -> BlockStart:
        zone = _zone(desk, place.clinic_id)
        on = clinic_day(place.starts_at, zone)
        ends_at = place.ends_at or place.starts_at + USUAL_LENGTH
        block = Block(
            NEW_KIND,
            place.clinic_id,
            on,
            on,
            local_minute(place.starts_at, on, zone),
            local_minute(ends_at, on, zone),
            doctor_id=place.doctor_id,
            room_id=None if place.doctor_id else place.room_id,
        )
        start = read_start(desk, block)
        first = start.types[0].id if start.types else None
        return replace(start, block=replace(block, block_type_id=first or NEW_KIND))

    desk.tasks.run(host, work, done=lambda start: _show(desk, host, start, told))


def open_block(
    desk: Desk, host: QWidget, block: Block, *, told: Told, drafts: Drafts | None = None
) -> None:
    """Open the dialog for a block that stands, or for a new one that is filled in already."""
    desk.tasks.run(
        host,
        lambda: read_start(desk, block),
        done=lambda start: _show(desk, host, start, told, drafts),
    )


def open_closure(
    desk: Desk,
    host: QWidget,
    *,
    clinic_id: int,
    starts_at: datetime | None,
    told: Told,
    drafts: Drafts | None = None,
) -> None:
    """Open the dialog that closes a clinic, on the day of an instant if one is given."""

    def work() -> ClosureStart:
        clinics = desk.services.clinics.clinics(desk.actor)
        zone = _zone(desk, clinic_id)
        on = clinic_day(starts_at, zone) if starts_at is not None else None
        return ClosureStart(clinics, clinic_id, clinic_day(desk.clock.now(), zone), on)

    def show(start: ClosureStart) -> None:
        dialog = ClosureDialog(host, desk, start)
        dialog.saved.connect(told)
        if drafts is not None:
            drafts.keep(dialog, "closure")
        dialog.open()

    desk.tasks.run(host, work, done=show)


def read_start(desk: Desk, block: Block) -> BlockStart:
    """Read what there is to choose from at a block's clinic; runs beside the window."""
    services, actor = desk.services, desk.actor
    doctors = services.staff.doctors(actor)
    rooms = services.resources.rooms(actor, block.clinic_id)
    return BlockStart(
        block,
        services.blocks.block_types(actor),
        tuple((each.id, each.name) for each in doctors if block.clinic_id in each.clinic_ids),
        tuple((each.id, each.name) for each in rooms if each.is_active),
        clinic_day(desk.clock.now(), _zone(desk, block.clinic_id)),
    )


def _show(
    desk: Desk, host: QWidget, start: BlockStart, told: Told, drafts: Drafts | None = None
) -> None:
    dialog = BlockDialog(host, desk, start)
    dialog.saved.connect(told)
    if drafts is not None:
        drafts.keep(dialog, f"block {start.block.id}")
    dialog.open()


def _zone(desk: Desk, clinic_id: int) -> str:
    clinics = desk.services.clinics.clinics(desk.actor)
    return next(each.time_zone for each in clinics if each.id == clinic_id)
