"""The free times of the booking dialog: which ones are wanted, which there are, which is lit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day, local_instant
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.reasons import Wishes
from clinicdesk.schedule.records import Slot
from clinicdesk.staff.records import DoctorRecord
from ui.core.chip import Chip
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.schedule.from_day import FromDay
from ui.schedule.offers import NOON, SlotWords, short_doctor, spread
from ui.schedule.slot_list import MOST_ROWS, SlotList
from ui.schedule.times_search import ASKED_SLOTS, Found, TimesQuestion, find_times


@dataclass(frozen=True, slots=True)
class Pointed:
    """A time of a doctor at which somebody began to book; `starts_at` None for a doctor only."""

    doctor_id: int
    starts_at: datetime | None


class TimesPanel(QWidget):
    """Asks for free times and offers them.

    `lit` tells that another time is, `picked` that Enter was pressed on it, `failed` carries an
    error, `shown` the answer to a question.
    """

    lit = Signal()
    picked = Signal()
    failed = Signal(object)
    shown = Signal(object)

    def __init__(
        self, desk: Desk, *, clinic: ClinicRecord, pointed: Pointed | None, hold_key: str
    ) -> None:
        super().__init__()
        self._desk, self._clinic, self._pointed, self._hold_key = desk, clinic, pointed, hold_key
        self._words = SlotWords((), (), home=clinic)
        self._clinics: Sequence[ClinicRecord] = (clinic,)
        self._preferred: int | None = None
        self._service_id: int | None = None
        self._found: Found | None = None
        self._rival = ""
        theme = desk.theme
        today = clinic_day(desk.clock.now(), clinic.time_zone)
        self.slots = SlotList(theme)
        self.doctor_first = Chip(theme, "Doctor first", is_on=True)
        self.one_doctor = Chip(theme, "This doctor only", is_on=pointed is not None)
        self.any_clinic, self.mornings = Chip(theme, "Any clinic"), Chip(theme, "Mornings")
        self.afternoons, self.from_day = Chip(theme, "Afternoons"), FromDay(theme, today=today)
        self._count, self.note = plain_label("", "faint"), plain_label("", "warning", wrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        px, chips, column = self._desk.theme.px, QHBoxLayout(), QVBoxLayout(self)
        chips.setSpacing(px(8))
        for chip in (self.doctor_first, self.one_doctor, self.any_clinic, self.mornings,
                     self.afternoons, self.from_day):  # fmt: skip
            chips.addWidget(chip)
        self.doctor_first.hide()
        if self._pointed is None:
            self.one_doctor.hide()
        chips.addStretch(1)
        chips.addWidget(self._count)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(chips)
        column.addWidget(self.note)
        column.addWidget(self.slots)
        self.note.hide()

    def _connect(self) -> None:
        for chip in (self.one_doctor, self.any_clinic):
            chip.toggled.connect(lambda _on: self._ask())
        self.from_day.changed.connect(self._ask)
        self.doctor_first.toggled.connect(lambda _on: self._show())
        self.mornings.toggled.connect(lambda on: self._one_half(on, self.afternoons))
        self.afternoons.toggled.connect(lambda on: self._one_half(on, self.mornings))
        self.slots.lit.connect(self.lit)
        self.slots.picked.connect(self.picked)
        self.slots.day_asked.connect(self._show_day)
        self.slots.overview_asked.connect(self._show)

    def know(self, clinics: Sequence[ClinicRecord], doctors: Sequence[DoctorRecord]) -> None:
        """Take the names of clinics and doctors."""
        self._clinics = clinics
        self._words = SlotWords(clinics, doctors, home=self._clinic)
        self.any_clinic.setVisible(len(clinics) > 1)
        if self._pointed is not None:
            self.one_doctor.setText(f"{self._words.doctor(self._pointed.doctor_id)} only")
            self.one_doctor.updateGeometry()

    def prefer(self, doctor_id: int | None) -> None:
        """Offer the times of the doctor first who saw the patient last; None for nobody."""
        name = self._words.doctor(doctor_id) if doctor_id is not None else ""
        self._preferred = doctor_id if name else None
        self.doctor_first.setVisible(bool(name) and self._pointed is None)
        if name:
            self.doctor_first.setText(f"{short_doctor(name)} first")
            self.doctor_first.setAccessibleName(self.doctor_first.text())
            self.doctor_first.updateGeometry()
        self._show()

    @property
    def words(self) -> SlotWords:
        """What puts times into words."""
        return self._words

    @property
    def is_known(self) -> bool:
        """Whether the answer to the latest question has come."""
        return self._found is not None

    def ask(self, service_id: int | None) -> None:
        """Ask for the times of a service."""
        self._service_id = service_id
        self._ask()

    def _ask(self) -> None:
        service_id = self._service_id
        if service_id is None:
            return
        actor, services = self._desk.actor, self._desk.services
        pointed = self._pointed if self.one_doctor.isChecked() else None
        others = self._clinics if self.any_clinic.isChecked() else ()
        asked = TimesQuestion(
            clinic_ids=list(dict.fromkeys(each.id for each in (self._clinic, *others))),
            service_id=service_id,
            doctor_id=pointed.doctor_id if pointed else None,
            not_before_at=self._not_before(pointed),
            within=self._wishes(),
            hold_key=self._hold_key,
            pointed_at=pointed.starts_at if pointed and not self.from_day.from_on else None,
        )
        self._found = None
        self._desk.tasks.run(
            self,
            lambda: find_times(services, actor, asked),
            done=self._take,
            failed=self._fail,
            newest="slots",
        )

    def _wishes(self) -> Wishes:
        if self.mornings.isChecked():
            return Wishes(until_minute=NOON * 60)
        return Wishes(from_minute=NOON * 60 if self.afternoons.isChecked() else 0)

    def _not_before(self, pointed: Pointed | None) -> datetime:
        now, from_on = self._desk.clock.now(), self.from_day.from_on
        if from_on is not None:
            return max(now, local_instant(from_on, 0, self._clinic.time_zone))
        return max(now, pointed.starts_at) if pointed and pointed.starts_at else now

    def _take(self, found: Found) -> None:
        self._found = found
        self._say()
        self._show()
        self.shown.emit(found)

    def _fail(self, error: ClinicDeskError) -> None:
        self._found = Found((), 0)
        self._show()
        self.failed.emit(error)

    def say_rival(self, sentence: str) -> None:
        """Say who else is at the lit time; "" for nobody."""
        self._rival = sentence
        self._say()

    def _say(self) -> None:
        why = self._found.why if self._found else None
        sentence = self._rival or (why.sentence if why else "")
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _one_half(self, is_on: bool, other: Chip) -> None:
        if is_on and other.isChecked():
            other.setChecked(False)
        self._show()  # what is known of it at once, then all of it
        self._ask()

    def _wanted(self) -> list[Slot]:
        slots = self._found.slots if self._found else ()
        if not self.mornings.isChecked() and not self.afternoons.isChecked():
            return list(slots)
        is_late = self.afternoons.isChecked()
        return [slot for slot in slots if (self._words.wall(slot).hour >= NOON) == is_late]

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        slots = self._wanted()
        preferred = self._preferred if self.doctor_first.isChecked() else None
        first, rest = [], slots
        if self._pointed is not None and self.one_doctor.isChecked():
            first, rest = slots[:1], slots[1:]  # the time pointed at, or the nearest after it
        chosen = spread(
            rest, wall_of=self._words.wall, preferred=preferred, most=MOST_ROWS - len(first)
        )
        self._offer([*first, *chosen])
        many = f"{len(slots):,}" + ("+" if len(found.slots) == ASKED_SLOTS else "")
        times = "free time" if len(slots) == 1 else "free times"
        self._count.setText(f"{many} {times} in {found.took_ms} ms" if slots else "")

    def _show_day(self) -> None:
        """Offer every time of the lit one's day from the lit one on."""
        lit = self.slots.current
        if lit is None:
            return
        day = self._words.wall(lit.slot).date()
        self._offer(
            [
                slot
                for slot in self._wanted()
                if self._words.wall(slot).date() == day and slot.starts_at >= lit.slot.starts_at
            ]
        )
        self._count.setText("← back to other days")

    def _offer(self, slots: Sequence[Slot]) -> None:
        now = self._desk.clock.now()
        self.slots.show_offers([self._words.offer(slot, now=now) for slot in slots[:MOST_ROWS]])
