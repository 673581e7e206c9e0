"""Who sits at the desk, and what every page is given to work with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clinicdesk.access import Action, Actor
from clinicdesk.clock import Clock
from ui.core.tasks import Tasks
from ui.core.theme import Theme

if TYPE_CHECKING:
    from clinicdesk.app import Services


class Session(QObject):
    """The person signed in and the clinic they work at; `changed` tells when either does."""

    changed = Signal()

    def __init__(self, actor: Actor, *, clinic_id: int | None = None) -> None:
        super().__init__()
        self._actor = actor
        self._clinic_id = clinic_id

    @property
    def actor(self) -> Actor:
        """The person signed in now."""
        return self._actor

    @property
    def clinic_id(self) -> int | None:
        """The clinic whose day is worked on; None until the first one is known."""
        return self._clinic_id

    def may(self, action: Action) -> bool:
        """Tell whether the person signed in may do something; the services ask again."""
        return self._actor.may(action)

    def set_actor(self, actor: Actor) -> None:
        """Hand the desk to another person."""
        self._actor = actor
        self.changed.emit()

    def set_clinic(self, clinic_id: int) -> None:
        """Work at another clinic."""
        if clinic_id != self._clinic_id:
            self._clinic_id = clinic_id
            self.changed.emit()


@dataclass(frozen=True)
class Desk:
    """What a page gets through its constructor."""

    theme: Theme
    tasks: Tasks
    clock: Clock
    services: "Services"
    session: Session

    @property
    def actor(self) -> Actor:
        """The person signed in now: ask at the moment of use."""
        return self.session.actor
