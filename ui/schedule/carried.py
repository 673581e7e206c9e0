"""What a desk carries over the calendar: an appointment, or a card from the shelf."""

from dataclasses import dataclass

from clinicdesk.schedule.shelf.records import ShelfCard
from ui.schedule.appointment_words import when_text
from ui.schedule.chosen import Chosen
from ui.schedule.day_surface import Lifted


@dataclass(frozen=True, slots=True)
class Carried:
    """An appointment that is lifted, or (without `chosen`) a wish from the shelf."""

    chosen: Chosen | None = None
    card: ShelfCard | None = None

    @property
    def name(self) -> str:
        """Whose visit it is."""
        if self.chosen is not None:
            return self.chosen.patient.name
        return self.card.patient_name if self.card else ""

    @property
    def what(self) -> str:
        """Which visit it is."""
        if self.chosen is not None:
            return when_text(self.chosen.details)
        return self.card.service_name if self.card else ""

    @property
    def service_id(self) -> int:
        """What it is for."""
        if self.chosen is not None:
            return self.chosen.details.service_id
        return self.card.service_id if self.card else 0

    @property
    def minutes(self) -> int:
        """How long it takes."""
        if self.chosen is None:
            return self.card.duration_minutes if self.card else 0
        details = self.chosen.details
        return int((details.ends_at - details.starts_at).total_seconds() // 60)

    @property
    def lifted(self) -> Lifted:
        """What the day view shows of it."""
        return Lifted(self.name, self.minutes)
