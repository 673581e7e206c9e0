"""The dialog that blocks time, from the settings or straight from the calendar."""

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.health.records import NewBlock
from clinicdesk.schedule.hours.records import Block, BlockTypeRecord
from ui.core.buttons import KeyButton
from ui.core.closure_dialog import side_by_side
from ui.core.dialogs import Dialog
from ui.core.health_flow import CheckedChange, save_checked
from ui.core.inputs import CheckMark, Choice
from ui.core.session import Desk
from ui.core.typed import date_text, optional_date, parse_whole, span_of, time_text
from ui.core.typed_fields import DayField, NumberField, TimeField
from ui.core.weekday_ticks import WeekdayTicks

NEW_KIND = 0
DOCTOR, ROOM, ALL = "doctor", "room", "all"
WHOSE: tuple[tuple[str, object], ...] = (("Everybody at the clinic", (ALL, 0)),)


@dataclass(frozen=True, slots=True)
class BlockStart:
    """What a block begins with, and what there is to choose from at its clinic.

    `block` has the id of one that stands, or none for a new one; its kind may be NEW_KIND.
    """

    block: Block
    types: tuple[BlockTypeRecord, ...]
    doctors: tuple[tuple[int, str], ...]
    rooms: tuple[tuple[int, str], ...]
    today: date


class BlockDialog(Dialog):
    """Blocks time or changes a block; `saved` carries a sentence for the foot of the window."""

    saved = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, start: BlockStart) -> None:
        title = "Block time" if start.block.id is None else "Change the block"
        super().__init__(host, desk.theme, title=title, width_px=620)
        self._desk, self._start = desk, start
        theme = desk.theme
        kinds: list[tuple[str, object]] = [(_kind_text(each), each.id) for each in start.types]
        self.kind_choice = Choice(theme, name="Kind", entries=[*kinds, ("New kind…", NEW_KIND)])
        self.kind_choice.currentIndexChanged.connect(lambda _row: self._show_new_kind())
        self.kind_edit = QLineEdit()
        self.kind_edit.setPlaceholderText("such as: Meeting")
        self.hard_tick = CheckMark(theme, "No visit may be booked into it")
        self.hard_tick.setChecked(True)
        people: list[tuple[str, object]] = [(name, (DOCTOR, n)) for n, name in start.doctors]
        rooms: list[tuple[str, object]] = [(f"Room: {name}", (ROOM, n)) for n, name in start.rooms]
        self.whose_choice = Choice(theme, name="Whose time", entries=[*people, *rooms, *WHOSE])
        self.from_edit = DayField(theme, name="First day", today=start.today)
        self.until_edit = DayField(theme, name="Last day", today=start.today, hint="the same day")
        self.starts_edit = TimeField(theme, name="From", minute=start.block.starts_minute)
        self.ends_edit = TimeField(theme, name="Until", minute=start.block.ends_minute)
        self.weekdays = WeekdayTicks(theme, weekdays=start.block.weekdays)
        self.weeks_edit = NumberField(theme, name="Every how many weeks")
        self.note_edit = QLineEdit()
        self._build()
        self._fill(start.block)
        self._show_new_kind()

    def _build(self) -> None:
        self.add_field("Kind", self.kind_choice, name="block_type_id")
        self._new_kind = self.add_field("Name of the new kind", self.kind_edit, name="name")
        self.body.addWidget(self.hard_tick)
        self.add_field("Whose time", self.whose_choice, name="doctor_id")
        days = (
            self.field("First day", self.from_edit, name="from_on"),
            self.field("Last day", self.until_edit, name="until_on"),
            self.field("From", self.starts_edit, name="starts_minute"),
            self.field("Until", self.ends_edit, name="ends_minute"),
        )
        self.body.addWidget(side_by_side(self._desk, *days))
        self._days = self.add_field("On these days", self.weekdays, name="weekdays")
        rest = (
            self.field("Every how many weeks", self.weeks_edit, name="every_weeks"),
            self.field("Note", self.note_edit, name="note"),
        )
        self.body.addWidget(side_by_side(self._desk, *rest))
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        text = "Block the time" if self._start.block.id is None else "Save the block"
        self.save = KeyButton(self.theme, text, key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(close)
        self.add_button(self.save, is_default=True)

    def _fill(self, block: Block) -> None:
        self.kind_choice.setCurrentIndex(max(0, self.kind_choice.findData(block.block_type_id)))
        wanted = (DOCTOR, block.doctor_id) if block.doctor_id else (ROOM, block.room_id)
        if not (block.doctor_id or block.room_id):
            wanted = (ALL, 0)
        values = [self.whose_choice.itemData(n) for n in range(self.whose_choice.count())]
        found = [n for n, value in enumerate(values) if tuple(value) == wanted]
        self.whose_choice.setCurrentIndex(found[0] if found else len(values) - 1)
        self.from_edit.setText(date_text(block.from_on))
        if block.until_on != block.from_on:
            self.until_edit.setText(date_text(block.until_on))
        self.weeks_edit.setText(str(block.every_weeks))
        self.note_edit.setText(block.note)

    def _show_new_kind(self) -> None:
        is_new = self.kind_choice.currentData() == NEW_KIND
        self._new_kind.setVisible(is_new)
        self.hard_tick.setVisible(is_new)

    def block(self) -> Block:
        """Give the block typed; the id of a new kind is put in when it is stored.

        Raises:
            InvalidInputError: a day, time or number cannot be read; at its field.
        """
        from_on = self.from_edit.day(field="from_on")
        until_on = optional_date(
            self.until_edit.text(), today=self.until_edit.today, field="until_on"
        )
        starts, ends = span_of(
            self.starts_edit.text(),
            self.ends_edit.text(),
            fields=("starts_minute", "ends_minute"),
        )
        weeks = parse_whole(
            self.weeks_edit.text(), field="every_weeks", what="a number of weeks, such as 1"
        )
        whose, number = self.whose_choice.currentData()
        return replace(
            self._start.block,
            block_type_id=int(self.kind_choice.currentData() or NEW_KIND),
            from_on=from_on,
            until_on=until_on or from_on,
            starts_minute=starts,
            ends_minute=ends,
            doctor_id=number if whose == DOCTOR else None,
            room_id=number if whose == ROOM else None,
            weekdays=self.weekdays.weekdays,
            every_weeks=weeks,
            note=self.note_edit.text().strip(),
        )

    def _save(self) -> None:
        self.clear_problem()
        try:
            block = self.block()
            kind = self._new_type() if block.block_type_id == NEW_KIND else None
        except InvalidInputError as error:
            self.show_problem(error)
            return
        if kind is None:
            self._check(block)
        else:
            self._make_kind(kind, block)

    def _new_type(self) -> BlockTypeRecord:
        name = self.kind_edit.text().strip()
        if not name:
            raise InvalidInputError("Please give this kind of block a name.", field="name")
        return BlockTypeRecord(name, self.hard_tick.isChecked())

    def _make_kind(self, kind: BlockTypeRecord, block: Block) -> None:
        blocks, actor = self._desk.services.blocks, self._desk.actor

        def take(type_id: int) -> None:
            # The kind stands from now on, whatever becomes of this block.
            self.kind_choice.insertItem(0, _kind_text(kind), type_id)
            self.kind_choice.setCurrentIndex(0)
            self._check(replace(block, block_type_id=type_id))

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: blocks.add_block_type(actor, kind),
            done=take,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _check(self, block: Block) -> None:
        blocks, actor = self._desk.services.blocks, self._desk.actor
        is_new = block.id is None
        self.set_busy(True)
        change = CheckedChange(
            NewBlock(block),
            store=lambda: (blocks.add_block if is_new else blocks.change_block)(actor, block),
            verb="Block the time" if is_new else "Save the block",
            done_text=f"Blocked {time_text(block.starts_minute)}–{time_text(block.ends_minute)}.",
            saved=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )
        save_checked(self, self._desk, change)

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)


def _kind_text(kind: BlockTypeRecord) -> str:
    return f"{kind.name} ({'no visits' if kind.is_hard else 'some services'})"
