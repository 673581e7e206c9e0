"""Asks to which room a patient goes: a digit for each, and who is in it now."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.visits.errors import RoomInUseError
from clinicdesk.visits.records import BoardRoom
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.theme import Theme

Take = Callable[[int | None, bool, Callable[[], None], Callable[[ClinicDeskError], None]], None]
"""Takes the patient to a room, shared or not, and tells that it was done or why it was not."""
DIGITS = 9


class RoomDialog(Dialog):
    """Rooms as buttons; a room in use is named first and taken when it is pressed again."""

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        *,
        name: str,
        rooms: Sequence[BoardRoom],
        own: int | None,
        take: Take,
    ) -> None:
        super().__init__(host, theme, title=f"To which room? · {name}", width_px=460)
        self._take, self._warned = take, 0
        self.buttons: dict[int, KeyButton] = {}
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for number, room in enumerate(rooms):
            state = f" · in use by {room.patient_name}" if room.visit_id else " · free"
            key = str(number + 1) if number < DIGITS else ""
            kind = "primary" if room.id == own else "secondary"
            button = KeyButton(theme, f"{room.name}{state}", key=key, kind=kind)
            button.clicked.connect(lambda _on=False, number=room.id: self.choose(number))
            self.buttons[room.id] = button
            grid.addWidget(button, number, 0)
        self.body.addLayout(grid)
        if own in self.buttons and own is not None:
            self.set_default(self.buttons[own])

    def choose(self, room_id: int) -> None:
        """Take the patient there; over a warning when it is chosen a second time."""
        if self.is_busy:
            return
        self.set_busy(True)
        self._take(
            room_id, self._warned == room_id, self.finish, lambda error: self.refuse(room_id, error)
        )

    def refuse(self, room_id: int, error: ClinicDeskError) -> None:
        """Show why not; a room in use may be chosen again on purpose."""
        self.set_busy(False)
        self.show_problem(error)
        if isinstance(error, RoomInUseError):
            self._warned = room_id
            key = self.buttons[room_id].key
            self.card.problem.setText(f"{error.sentence} Press {key} again to take both in.")
