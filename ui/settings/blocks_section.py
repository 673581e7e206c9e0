"""The section for blocked time: the kinds of blocks, and the blocks that stand."""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from clinicdesk.schedule.hours.records import Block, BlockTypeRecord
from ui.core.block_dialog import NEW_KIND
from ui.core.block_start import open_block
from ui.core.inputs import CheckMark
from ui.core.labels import section_label
from ui.core.session import Desk
from ui.core.table_model import Column
from ui.settings.edit_dialog import EditDialog, Store
from ui.settings.list_section import ListBlock
from ui.settings.section import Section, Setup
from ui.settings.words import days_text, hours_text, weekdays_text

NO_BLOCKS = "No time is blocked. Block a meeting, a lunch hour, or time for emergencies only."
NO_KINDS = "No kinds of blocks yet, such as “Meeting” (no visits) or “Emergencies only”."
USUAL_FROM, USUAL_UNTIL = 12 * 60, 13 * 60


@dataclass(frozen=True, slots=True)
class _Blocks:
    blocks: tuple[Block, ...]
    kinds: tuple[BlockTypeRecord, ...]
    rooms: dict[int, str]


class BlocksSection(Section):
    """The blocked time of the clinic chosen."""

    name = "Blocks"
    sentence = (
        "Time in which no visit is booked, or only certain ones. A hard block takes no visit; a "
        "soft one takes the services named for its kind."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._data = _Blocks((), (), {})
        self.blocks = ListBlock(
            desk.theme,
            "Blocks ahead",
            columns=self._block_columns(),
            widths_px=(130, 140, 210, 150, 110, 150),
            empty=NO_BLOCKS,
        )
        self.blocks.add_row_button("Remove", self.remove_block)
        self.edit = self.blocks.add_row_button("Change…", self.change_block)
        self.add = self.blocks.add_button(
            "Block time…", self.add_block, key="Ctrl+Shift+B", kind="primary"
        )
        self.blocks.table.opened.connect(self.change_block)
        self.kinds = ListBlock(
            desk.theme,
            "Kinds of blocks",
            columns=self._kind_columns(),
            widths_px=(180, 120, 420),
            empty=NO_KINDS,
        )
        self.kinds.add_row_button("Use no more", self.close_kind)
        self.kinds.add_row_button("Change…", self.change_kind)
        self.add_kind_button = self.kinds.add_button("Add a kind…", self.add_kind)
        self.kinds.table.opened.connect(self.change_kind)
        self.body.addWidget(self.blocks)
        self.body.addSpacing(desk.theme.px(8))
        self.body.addWidget(self.kinds)
        self.body.addStretch(1)

    def _block_columns(self) -> list[Column[Any]]:
        return [
            Column("Kind", self._kind_name, is_strong=True),
            Column("Whose", self._whose),
            Column("Days", lambda each: days_text(each.from_on, each.until_on)),
            Column("On", lambda each: weekdays_text(each.weekdays, each.every_weeks)),
            Column("Times", lambda each: hours_text(each.starts_minute, each.ends_minute)),
            Column("Note", lambda each: each.note),
        ]

    def _kind_columns(self) -> list[Column[Any]]:
        return [
            Column("Kind", lambda each: each.name, is_strong=True),
            Column(
                "Takes",
                lambda each: "No visits" if each.is_hard else "Some services",
                tone=lambda each: "no_show" if each.is_hard else "requested",
            ),
            Column("Services", self._services),
        ]

    def first_focus(self) -> QWidget:
        """Begin with the list, or where the first entry is made."""
        return self.blocks.table if self.blocks.model.records else self.add

    def read(self, setup: Setup) -> _Blocks:
        """Read kinds and blocks."""
        services, actor = self.desk.services, self.desk.actor
        rooms = services.resources.rooms(actor, setup.clinic.id)
        return _Blocks(
            services.blocks.blocks(actor, setup.clinic.id, from_on=setup.today),
            services.blocks.block_types(actor, with_closed=True),
            {each.id: each.name for each in rooms},
        )

    def show_data(self, data: object) -> None:
        """Show both lists."""
        if isinstance(data, _Blocks):
            self._data = data
            self.blocks.show_records(data.blocks)
            self.kinds.show_records([each for each in data.kinds if each.is_active])

    # --- blocks ------------------------------------------------------------------------------

    def add_block(self) -> None:
        """Open the dialog for a new block."""
        if self.setup is None:
            return
        active = [each.id for each in self._data.kinds if each.is_active and each.id]
        today, clinic_id = self.setup.today, self.setup.clinic.id
        kind = active[0] if active else NEW_KIND
        block = Block(kind or NEW_KIND, clinic_id, today, today, USUAL_FROM, USUAL_UNTIL)
        open_block(self.desk, self, block, told=self._told, drafts=self.drafts)

    def change_block(self, block: Block) -> None:
        """Open the dialog for a block that stands."""
        open_block(self.desk, self, block, told=self._told, drafts=self.drafts)

    def remove_block(self, block: Block) -> None:
        """Take a block away; the audit log keeps it."""
        services, actor, number = self.desk.services, self.desk.actor, block.id
        if number is not None:
            self.change(
                lambda: services.blocks.remove_block(actor, number), done_text="Block removed."
            )

    # --- kinds -------------------------------------------------------------------------------

    def add_kind(self) -> None:
        """Open the dialog for a new kind."""
        self._open_kind(BlockTypeRecord("", is_hard=True))

    def change_kind(self, kind: BlockTypeRecord) -> None:
        """Open the dialog for a kind."""
        self._open_kind(kind)

    def _open_kind(self, kind: BlockTypeRecord) -> None:
        if self.setup is not None:
            dialog = KindDialog(self, self.desk, kind, self.setup)
            dialog.saved.connect(self._told)
            self.open_kept(dialog, f"kind {kind.id}")

    def close_kind(self, kind: BlockTypeRecord) -> None:
        """Offer a kind no more; blocks of it stay."""
        services, actor = self.desk.services, self.desk.actor
        closed = replace(kind, is_active=False)
        self.change(
            lambda: services.blocks.change_block_type(actor, closed),
            done_text=f"“{kind.name}” is offered no more; its blocks stay.",
        )

    def _told(self, sentence: str) -> None:
        self.told.emit(sentence)
        self.ask()

    def _kind_name(self, block: Block) -> str:
        names = {each.id: each.name for each in self._data.kinds}
        return names.get(block.block_type_id, "")

    def _whose(self, block: Block) -> str:
        if block.room_id is not None:
            return f"Room {self._data.rooms.get(block.room_id, '')}".strip()
        doctors = {each.id: each.name for each in self.setup.doctors} if self.setup else {}
        return doctors.get(block.doctor_id or 0, "Everybody")

    def _services(self, kind: BlockTypeRecord) -> str:
        services = self.setup.services if self.setup is not None else ()
        return ", ".join(each.name for each in services if each.id in kind.service_ids)


class KindDialog(EditDialog):
    """Adds or changes a kind of block: its name, and what may be booked within."""

    def __init__(self, host: QWidget, desk: Desk, kind: BlockTypeRecord, setup: Setup) -> None:
        title = "Kind of block" if kind.id else "New kind of block"
        super().__init__(host, desk, title=title)
        self._kind = kind
        self.name_edit = QLineEdit(kind.name)
        self.name_edit.setPlaceholderText("such as: Emergencies only")
        self.hard_tick = CheckMark(desk.theme, "Hard: no visit may be booked into it")
        self.hard_tick.setChecked(kind.is_hard)
        self._services = QWidget()
        self.hard_tick.toggled.connect(lambda is_hard: self._services.setVisible(not is_hard))
        self.ticks = {each.id: CheckMark(desk.theme, each.name) for each in setup.services}
        self.add_field("Name", self.name_edit, name="name")
        self.body.addWidget(self.hard_tick)
        grid = QGridLayout(self._services)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(section_label("May be booked within"), 0, 0, 1, 2)
        for number, (service_id, tick) in enumerate(self.ticks.items()):
            tick.setChecked(service_id in kind.service_ids)
            grid.addWidget(tick, 1 + number // 2, number % 2)
        self.body.addWidget(self._services)
        self._services.setVisible(not kind.is_hard)
        self.add_footer("Save the kind")

    def storing(self) -> tuple[Store, str]:
        """Give what saves the kind."""
        is_hard = self.hard_tick.isChecked()
        ticked = frozenset(n for n, tick in self.ticks.items() if tick.isChecked())
        kind = replace(
            self._kind,
            name=self.name_edit.text().strip(),
            is_hard=is_hard,
            service_ids=frozenset() if is_hard else ticked,
        )
        blocks, actor = self.desk.services.blocks, self.desk.actor
        store = blocks.change_block_type if kind.id else blocks.add_block_type
        return (lambda: store(actor, kind)), f"“{kind.name}” saved."
