"""What every step of the tour can ask of the window and of the training behind it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QLineEdit

from clinicdesk.access import Actor, program_actor
from clinicdesk.training.demo_clinic import PASSWORD
from ui.core.page import Page
from ui.shell.window import MainWindow
from ui.tour.player import Player

if TYPE_CHECKING:
    from clinicdesk.app import Services
    from clinicdesk.opening import OpenClinic
    from clinicdesk.training.session import TrainingSession

T = TypeVar("T")
CALENDAR, TODAY, PATIENTS, BILLING = range(4)


@dataclass
class Scene:
    """The window, the clinic behind it, and the player who acts in it."""

    player: Player
    window: MainWindow
    clinic: "OpenClinic"
    training: "TrainingSession"
    patients: Path

    @property
    def services(self) -> "Services":
        """The clinic's services, for looking behind the window."""
        return self.clinic.services

    @property
    def watcher(self) -> Actor:
        """Whoever looks behind the window; not a person of the clinic."""
        return program_actor("tour")

    def aside(self, work: Callable[[], T]) -> T:
        """Run service work beside the window, which stays alive meanwhile."""
        with ThreadPoolExecutor(1) as worker:
            future = worker.submit(work)
            self.player.wait_for(future.done, "an answer behind the window")
            return future.result()

    def sign_in(self, login: str) -> None:
        """Sign in by name and password, from the first page or a locked desk."""
        sign_in = self.window.sign_in
        self.player.wait_for(sign_in.button.isEnabled, "the sign-in page")
        self.player.click(sign_in.login_edit)
        self.player.press("Ctrl+A")
        self.player.type(login)
        self.player.press("Tab")
        self.player.type(PASSWORD)
        self.player.press("Return")
        self.player.wait_for(lambda: not sign_in.isVisible(), "the first page")
        self.player.wait_for(self.window.status_bar.isVisible, "the status bar")

    def change_person(self, login: str) -> None:
        """Lock the desk and let another person sign in."""
        self.player.press("F2")
        self.player.wait_for(self.window.sign_in.isVisible, "the locked desk")
        self.sign_in(login)

    def open_page(self, number: int) -> Page:
        """Open a page by its key."""
        self.player.press(f"Ctrl+{number + 1}")
        return self.player.wait_for(lambda: self.visible_page(number), f"page {number + 1}")

    def visible_page(self, number: int) -> Page | None:
        """Give a page if it is the one that is shown."""
        page = self.window.page(number)
        return page if page is not None and page.isVisible() else None

    def field(self, name: str) -> QLineEdit:
        """Find a visible line to type in, by its accessible name."""

        def look() -> QLineEdit | None:
            lines = self.player.window.findChildren(QLineEdit)
            found = [f for f in lines if f.isVisible() and f.accessibleName() == name]
            return found[-1] if found else None

        return self.player.wait_for(look, f"the field “{name}”")

    def put_clock_to(self, at: datetime) -> None:
        """Make it another moment: the night passes."""
        self.training.clock.put_to(at)
