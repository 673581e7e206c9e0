"""Says why an appointment may not stand at a time, and offers the ways on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.records import Slot
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme
from ui.schedule.appointment_words import short_day, wall

OFFERED = 3


@dataclass(frozen=True)
class WaysOn:
    """What can be done instead; `override` is None where nobody may, or this person may not."""

    slots: Sequence[Slot] = ()
    time_zone: str = "UTC"
    take: Callable[[Slot], None] | None = None
    override: Callable[[], None] | None = None
    override_text: str = "Book over it…"


class RefusedDialog(Dialog):
    """Shows the reason, the nearest free times as buttons, and the way over it for who may."""

    def __init__(
        self, host: QWidget, theme: Theme, error: ClinicDeskError, *, ways: WaysOn
    ) -> None:
        super().__init__(host, theme, title=error.title, width_px=480)
        self.body.addWidget(plain_label(error.sentence, wrap=True, selectable=True))
        self.time_buttons: list[KeyButton] = []
        self.override_button: KeyButton | None = None
        if ways.take is not None and ways.slots:
            self._add_times(ways)
        if ways.override is not None:
            self.override_button = KeyButton(theme, ways.override_text, key="O")
            self.override_button.clicked.connect(lambda: self._leave_for(ways.override))
            self.add_button(self.override_button)
        self.footer.addStretch(1)
        leave = KeyButton(theme, "Leave it as it is", key="Escape", kind="primary")
        leave.clicked.connect(self.dismiss)
        self.add_button(leave, is_default=True)

    def _add_times(self, ways: WaysOn) -> None:
        self.body.addWidget(section_label("Nearest free times"))
        grid = QGridLayout()
        grid.setSpacing(self.theme.px(8))
        for number, slot in enumerate(ways.slots[:OFFERED]):
            start = wall(slot.starts_at, ways.time_zone)
            words = f"{short_day(start.date())} {start:%H:%M}"
            button = KeyButton(self.theme, words, key=str(number + 1))
            button.clicked.connect(
                lambda _on=False, slot=slot: self._leave_for(lambda: ways.take and ways.take(slot))
            )
            self.time_buttons.append(button)
            grid.addWidget(button, number // 2, number % 2)
        self.body.addLayout(grid)

    def _leave_for(self, go_on: Callable[[], object] | None) -> None:
        self.finish()
        if go_on is not None:
            go_on()
