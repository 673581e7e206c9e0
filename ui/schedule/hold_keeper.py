"""Holds the time that a dialog points at, as long as somebody is busy with it."""

import uuid
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.schedule.holds.records import Hold
from clinicdesk.schedule.records import Slot
from ui.core.session import Desk

SETTLED_MS = 150
RENEW_MS = 10_000
MOST_RENEWALS = 30


class HoldKeeper(QObject):
    """Takes, moves, renews and lets go of the one hold of a dialog.

    `told` carries the holds that others have on the time pointed at, `is_taken` tells whether it is
    held by this dialog. Who points at a time and then
    does nothing for five minutes lets go of it.
    """

    told = Signal(object)

    def __init__(self, dialog: QWidget, desk: Desk) -> None:
        super().__init__(dialog)
        self._desk = desk
        self.hold_key = str(uuid.uuid4())
        self._slot: Slot | None = None
        self._renewals = 0
        self.is_taken = False
        self._is_closed = self._was_asked = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._take)
        self._renewed = QTimer(self, interval=RENEW_MS)
        self._renewed.timeout.connect(self._renew)

    def point_at(self, slot: Slot | None) -> None:
        """Hold another time as soon as the pointing settles; None for none."""
        if self._is_closed or slot == self._slot:
            return
        self._slot, self._renewals, self.is_taken = slot, 0, False
        self.told.emit(())
        if slot is None:
            self._settled.stop()
            self._renewed.stop()
            self._let_go()
        else:
            self._settled.start()
            self._renewed.start()

    def close(self) -> None:
        """Let go for good."""
        self.point_at(None)
        self._is_closed = True

    def _renew(self) -> None:
        self._renewals += 1
        if self._renewals > MOST_RENEWALS:
            self._renewed.stop()
        else:
            self._take()

    def _take(self) -> None:
        slot = self._slot
        if slot is None:
            return
        actor, holds, key = self._desk.actor, self._desk.services.holds, self.hold_key
        self._was_asked = True
        self._desk.tasks.run(
            self,
            lambda: holds.hold(
                actor,
                hold_key=key,
                clinic_id=slot.clinic_id,
                doctor_id=slot.doctor_id,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
            ),
            done=lambda rivals: self._tell(slot, rivals),
            failed=lambda _error: None,  # a booking needs no hold; the next renewal tries again
            newest="hold",
        )

    def _tell(self, slot: Slot, rivals: Sequence[Hold]) -> None:
        if slot == self._slot:
            self.is_taken = not rivals
            self.told.emit(tuple(rivals))

    def _let_go(self) -> None:
        if not self._was_asked:
            return
        self._was_asked = False
        actor, holds, key = self._desk.actor, self._desk.services.holds, self.hold_key
        self._desk.tasks.run(
            self,
            lambda: holds.release(actor, key),
            done=lambda _nothing: None,
            failed=lambda _error: None,  # it expires by itself
        )
