"""Answers why a time of the day view cannot be booked, and leads to one that can."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QRect

from clinicdesk.access import Action
from clinicdesk.schedule.reasons import WhyNot
from clinicdesk.schedule.records import Slot
from ui.core.session import Desk
from ui.schedule.carried import Carried
from ui.schedule.day_view import DayView
from ui.schedule.why_tip import WhyTip

NOBODY = "Several doctors use this room. Ask in a doctor's column why a time is not free."
FREE = "This time is free. Type a name to book it."


@dataclass(frozen=True, slots=True)
class Asked:
    """A time that somebody asks about."""

    clinic_id: int
    doctor_id: int
    at: datetime
    by_key: bool


class DayWhy(QObject):
    """Asks the reason beside the window and shows it in a tip.

    `carried` gives what is being placed; without it the doctor's first service is asked about.
    `go` leads to a slot, `override` books over the time asked about.
    """

    def __init__(
        self,
        desk: Desk,
        view: DayView,
        *,
        carried: Callable[[], Carried | None],
        go: Callable[[Slot], None],
        override: Callable[[int, datetime, str], None],
    ) -> None:
        super().__init__(view)
        self._desk, self._view = desk, view
        self._carried, self._go, self._override = carried, go, override
        self._asked: Asked | None = None
        self.clinic_id: int | None = None
        self.tip = WhyTip(desk.theme, view)
        self.tip.next_chosen.connect(self._go)
        self.tip.override_chosen.connect(self._override_asked)
        view.why_asked.connect(self._ask)
        view.roamed.connect(self._roam)
        view.selected.connect(lambda _id: self.tip.hide())

    def _ask(self, doctor_id: int, at: datetime, by_key: bool) -> None:
        if self.clinic_id is None or (self.tip.is_in_use() and not by_key):
            return
        self._asked = asked = Asked(self.clinic_id, doctor_id, at, by_key)
        if not doctor_id:
            self._show(asked, None if not by_key else NOBODY)
            return
        carried = self._carried()
        self._desk.tasks.run(
            self,
            lambda: self._read(asked, carried),
            done=lambda why: self._answer(asked, why),
            failed=lambda error: self._show(asked, error.sentence if by_key else None),
            newest="why",
        )

    def _read(self, asked: Asked, carried: Carried | None) -> WhyNot | None:
        services, actor = self._desk.services, self._desk.actor
        service_id = carried.service_id if carried else 0
        if not service_id:
            doctors = [one for one in services.staff.doctors(actor) if one.id == asked.doctor_id]
            given = [number for doctor in doctors for number in doctor.service_ids]
            if not given:
                return None
            service_id = given[0]
        return services.calendar.why_not(
            actor,
            clinic_id=asked.clinic_id,
            doctor_id=asked.doctor_id,
            service_id=service_id,
            starts_at=asked.at,
        )

    def _answer(self, asked: Asked, why: WhyNot | None) -> None:
        if asked is not self._asked:
            return
        if why is None:
            self._show(asked, FREE if asked.by_key else None)
            return
        may = why.can_overbook and self._desk.session.may(Action.OVERBOOK)
        self._show(asked, why.sentence, slots=why.next_free, can_override=may)

    def _show(
        self,
        asked: Asked,
        sentence: str | None,
        *,
        slots: tuple[Slot, ...] = (),
        can_override: bool = False,
    ) -> None:
        box = self._view.box_at(asked.doctor_id, asked.at)
        if sentence is None or box is None:
            self.tip.hide()
            return
        top_left = self._view.viewport().mapTo(self._view, box.toRect().topLeft())
        beside = QRect(top_left, box.toRect().size())
        self.tip.show_why(
            sentence,
            beside=beside,
            slots=slots,
            can_override=can_override,
            takes_focus=asked.by_key,
        )

    def _roam(self) -> None:
        self._asked = None
        if not self.tip.is_in_use():
            self.tip.hide()

    def _override_asked(self) -> None:
        if self._asked is not None:
            self._override(self._asked.doctor_id, self._asked.at, self.tip.label.text())
