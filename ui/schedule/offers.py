"""Which of many free times are offered first, and each of them in words."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import Slot
from clinicdesk.staff.records import DoctorRecord
from ui.schedule.appointment_words import named_day, wall
from ui.schedule.slot_list import OfferedTime

NOON = 12
APART = timedelta(hours=1)
HALF_DAY_SHARES = (1, 2, 4, 9)

WallOf = Callable[[Slot], datetime]


def spread(
    slots: Sequence[Slot], *, wall_of: WallOf, preferred: int | None, most: int
) -> list[Slot]:
    """Choose times that give somebody on the phone a choice: few of each half day, an hour apart.

    Of one day the times of the doctor `preferred` come first, else they stand by time. Where there
    are few days, more of each is offered; the very first free time is always among them.
    """
    chosen: list[Slot] = []
    for share in HALF_DAY_SHARES:
        chosen = _by_half_days(slots, wall_of, preferred, share, most)
        if len(chosen) >= min(most, len(slots)):
            break
    else:
        chosen = [*chosen, *(slot for slot in slots if slot not in set(chosen))][:most]

    def order(slot: Slot) -> tuple[object, ...]:
        at = wall_of(slot)
        return (at.date(), slot.doctor_id != preferred, at, slot.doctor_id)

    return sorted(chosen[:most], key=order)


def _by_half_days(
    slots: Iterable[Slot], wall_of: WallOf, preferred: int | None, share: int, most: int
) -> list[Slot]:
    chosen: list[Slot] = []
    for half_day in _half_days(slots, wall_of):
        own = [slot for slot in half_day if slot.doctor_id == preferred]
        candidates = [*own, *(slot for slot in half_day if slot.doctor_id != preferred)]
        taken: list[Slot] = []
        for slot in candidates:
            is_apart = all(abs(slot.starts_at - other.starts_at) >= APART for other in taken)
            if is_apart and len(taken) < share:
                taken.append(slot)
        chosen += taken
        if len(chosen) >= most:
            break
    return chosen


def _half_days(slots: Iterable[Slot], wall_of: WallOf) -> list[list[Slot]]:
    halves: dict[tuple[object, bool], list[Slot]] = {}
    for slot in slots:
        at = wall_of(slot)
        halves.setdefault((at.date(), at.hour >= NOON), []).append(slot)
    return list(halves.values())


class SlotWords:
    """Puts free times into words, in the zone of the clinic each is at."""

    def __init__(
        self,
        clinics: Sequence[ClinicRecord],
        doctors: Sequence[DoctorRecord],
        *,
        home: ClinicRecord,
    ) -> None:
        self._clinics = {clinic.id: clinic for clinic in (home, *clinics)}
        self._doctors = {doctor.id: doctor for doctor in doctors}
        self._home = home

    def wall(self, slot: Slot) -> datetime:
        """Give the start on the wall of the slot's clinic."""
        return wall(slot.starts_at, self._clinics.get(slot.clinic_id, self._home).time_zone)

    def doctor(self, doctor_id: int) -> str:
        """Give a doctor's name."""
        found = self._doctors.get(doctor_id)
        return found.name if found else ""

    def offer(self, slot: Slot, *, now: datetime) -> OfferedTime:
        """Give day, time, doctor and clinic of a free time."""
        start = self.wall(slot)
        clinic = self._clinics.get(slot.clinic_id, self._home)
        today = clinic_day(now, clinic.time_zone)
        return OfferedTime(
            slot,
            named_day(start.date(), today),
            f"{start:%H:%M}",
            self.doctor(slot.doctor_id),
            clinic.name,
        )


def short_doctor(name: str) -> str:
    """Give "Dr Osei" for "Dr Amara Osei"."""
    words = name.split()
    return f"{words[0]} {words[-1]}" if len(words) > 2 and words[0].startswith("Dr") else name
