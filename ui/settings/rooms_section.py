"""The section for rooms and equipment."""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clinics.records import EquipmentRecord, RoomRecord
from ui.core.inputs import CheckMark
from ui.core.session import Desk
from ui.core.table_model import Column
from ui.settings.edit_dialog import EditDialog, Store
from ui.settings.list_section import ListBlock
from ui.settings.section import Section, Setup

NO_ROOMS = "No rooms yet. Doctors can be given a usual room, and no room is taken twice."
NO_EQUIPMENT = "No equipment yet. A service that names a kind, such as ECG, then books a free one."


@dataclass(frozen=True, slots=True)
class _Resources:
    rooms: tuple[RoomRecord, ...]
    equipment: tuple[EquipmentRecord, ...]


def _state(each: RoomRecord | EquipmentRecord) -> str:
    return "In use" if each.is_active else "Not in use"


def _tone(each: RoomRecord | EquipmentRecord) -> str:
    return "arrived" if each.is_active else "completed"


class RoomsSection(Section):
    """The rooms and the equipment of the clinic chosen."""

    name = "Rooms and equipment"
    sentence = "What visits need besides a doctor. What was used once is switched off, not removed."

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        state: list[Column[Any]] = [Column("State", _state, tone=_tone)]
        name: list[Column[Any]] = [Column("Name", lambda each: each.name, is_strong=True)]
        kind: list[Column[Any]] = [Column("Kind", lambda each: each.kind)]
        self.rooms = ListBlock(
            desk.theme, "Rooms", columns=[*name, *state], widths_px=(300, 120), empty=NO_ROOMS
        )
        self.rooms.add_row_button("Change…", self.change_room)
        self.add_room_button = self.rooms.add_button(
            "Add a room…", self.add_room, key="Ctrl+Shift+R", kind="primary"
        )
        self.rooms.table.opened.connect(self.change_room)
        self.equipment = ListBlock(
            desk.theme,
            "Equipment",
            columns=[*name, *kind, *state],
            widths_px=(200, 160, 120),
            empty=NO_EQUIPMENT,
        )
        self.equipment.add_row_button("Change…", self.change_equipment)
        self.add_equipment_button = self.equipment.add_button("Add equipment…", self.add_equipment)
        self.equipment.table.opened.connect(self.change_equipment)
        self.body.addWidget(self.rooms)
        self.body.addSpacing(desk.theme.px(8))
        self.body.addWidget(self.equipment)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Begin with the rooms, or where the first is made."""
        return self.rooms.table if self.rooms.model.records else self.add_room_button

    def read(self, setup: Setup) -> _Resources:
        """Read rooms and equipment."""
        resources, actor = self.desk.services.resources, self.desk.actor
        return _Resources(
            resources.rooms(actor, setup.clinic.id), resources.equipment(actor, setup.clinic.id)
        )

    def show_data(self, data: object) -> None:
        """Show both lists."""
        if isinstance(data, _Resources):
            self.rooms.show_records(data.rooms)
            self.equipment.show_records(data.equipment)

    def add_room(self) -> None:
        """Open the dialog for a new room."""
        self._open("New room", RoomRecord(0, self._clinic_id(), "", is_active=True))

    def change_room(self, room: RoomRecord) -> None:
        """Open the dialog for a room."""
        self._open(f"Room {room.name}", room)

    def add_equipment(self) -> None:
        """Open the dialog for new equipment."""
        self._open("New equipment", EquipmentRecord(0, self._clinic_id(), "", "", is_active=True))

    def change_equipment(self, piece: EquipmentRecord) -> None:
        """Open the dialog for a piece of equipment."""
        self._open(piece.name, piece)

    def _clinic_id(self) -> int:
        return self.setup.clinic.id if self.setup is not None else 0

    def _open(self, title: str, resource: RoomRecord | EquipmentRecord) -> None:
        dialog = ResourceDialog(self, self.desk, title, resource)
        dialog.saved.connect(self.told)
        dialog.saved.connect(lambda _text: self.ask())
        self.open_kept(dialog, title)


class ResourceDialog(EditDialog):
    """Adds or changes a room or a piece of equipment; id 0 is a new one."""

    def __init__(
        self, host: QWidget, desk: Desk, title: str, resource: RoomRecord | EquipmentRecord
    ) -> None:
        super().__init__(host, desk, title=title, width_px=460)
        self._resource = resource
        self.name_edit = QLineEdit(resource.name)
        self.add_field("Name", self.name_edit, name="name")
        self.kind_edit = QLineEdit(getattr(resource, "kind", ""))
        if isinstance(resource, EquipmentRecord):
            self.kind_edit.setPlaceholderText("such as: ECG")
            self.add_field("Kind, as services name it", self.kind_edit, name="kind")
        self.active_tick = CheckMark(desk.theme, "In use")
        self.active_tick.setChecked(resource.is_active)
        self.body.addWidget(self.active_tick)
        self.active_tick.setVisible(resource.id > 0)
        self.add_footer("Save" if resource.id else "Add")

    def storing(self) -> tuple[Store, str]:
        """Give what saves it."""
        resources, actor, was = self.desk.services.resources, self.desk.actor, self._resource
        name, kind = self.name_edit.text(), self.kind_edit.text()
        is_active, sentence = self.active_tick.isChecked(), f"{name.strip()} saved."
        if isinstance(was, RoomRecord):
            if not was.id:
                return (lambda: resources.add_room(actor, was.clinic_id, name=name)), sentence
            room = replace(was, name=name, is_active=is_active)
            return (lambda: resources.change_room(actor, room)), sentence
        if not was.id:
            return (
                lambda: resources.add_equipment(actor, was.clinic_id, kind=kind, name=name),
                sentence,
            )
        piece = replace(was, name=name, kind=kind, is_active=is_active)
        return (lambda: resources.change_equipment(actor, piece)), sentence
