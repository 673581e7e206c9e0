"""What the desk does with the shelf, and with appointments dragged out of the day."""

from datetime import date

from PySide6.QtCore import QObject, QPoint

from clinicdesk.access import Action
from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.schedule.records import CalendarAppointment, CalendarDay
from clinicdesk.schedule.shelf.records import ShelfCard
from ui.core.page import Page
from ui.schedule.carried import Carried
from ui.schedule.chosen import Chosen
from ui.schedule.day_desk import DayDesk
from ui.schedule.mini_month import MiniMonth
from ui.schedule.shelf_panel import ShelfPanel, card_words, is_movable


class ShelfDesk(QObject):
    """Connects the shelf and the small month with the day."""

    def __init__(self, page: Page, day: DayDesk, *, shelf: ShelfPanel, month: MiniMonth) -> None:
        super().__init__(page)
        self._page, self._desk = page, page.desk
        self._day, self._shelf, self._month = day, shelf, month
        self._shown: CalendarDay | None = None
        day.shelf_asked.connect(self.put)
        day.view.carried.connect(self._show_target)
        day.view.put_out.connect(self._put_out)
        shelf.taken_up.connect(self._take_up)
        shelf.carried.connect(self._carry_card)
        shelf.put_down.connect(self._put_card_down)
        shelf.removed.connect(self._remove)
        shelf.cleared.connect(self._clear)

    def show(self, day: CalendarDay, cards: tuple[ShelfCard, ...]) -> None:
        """Show the shelf beside a day."""
        self._shown = day
        self._shelf.show_cards(cards, day.time_zone)
        self._shelf.setVisible(self._desk.session.may(Action.BOOK))

    # --- appointments dragged out of the day -----------------------------------------------

    def _show_target(self, _appointment: CalendarAppointment, on_screen: QPoint) -> None:
        self._shelf.set_target(self._shelf.holds(on_screen))
        self._month.show_target(self._month.day_under(on_screen))

    def _put_out(self, appointment: CalendarAppointment, on_screen: QPoint) -> None:
        """Put what was dropped outside the day onto the shelf, or on another day."""
        self._shelf.set_target(False)
        self._month.show_target(None)
        on = self._month.day_under(on_screen)
        if self._shelf.holds(on_screen):
            self.put(appointment.id)
        elif on is not None:
            self._move_to_day(appointment, on)

    def _move_to_day(self, appointment: CalendarAppointment, on: date) -> None:
        """Move an appointment to the same time of the wall clock on another day."""
        shown = self._shown
        if shown is None:
            return
        day = clinic_day(appointment.starts_at, shown.time_zone)
        minute = local_minute(appointment.starts_at, day, shown.time_zone)
        starts_at = local_instant(on, minute, shown.time_zone)

        def move(chosen: Chosen) -> None:
            self._day.placing.move(chosen, appointment.doctor_id, starts_at)

        self._day.as_seen(appointment.id, move)

    # --- the shelf -------------------------------------------------------------------------

    def put(self, appointment_id: int) -> None:
        """Put an appointment on the shelf, and offer to take it off again."""
        services, actor = self._desk.services, self._desk.actor
        self._desk.tasks.run(
            self._page,
            lambda: services.shelf.put(actor, appointment_id),
            done=lambda card: self._page.undo_offered.emit(
                f"{card.patient_name} is on the shelf, and keeps {self._words(card)}",
                lambda: self._remove(card),
            ),
            settled=self._page.mark_stale,
        )

    def _words(self, card: ShelfCard) -> str:
        return card_words(card, self._shown.time_zone if self._shown else "UTC")

    def _take_up(self, card: ShelfCard) -> None:
        """Lift a card: the arrows walk with it, Enter puts it down."""
        if card.appointment_id is None:
            self._day.carry(Carried(card=card))
            doctors = [card.doctor_id] if card.doctor_id else None
            self._day.offer_next(card.service_id, doctors, self._desk.clock.now())
            return
        self._read(card, with_offer=True)

    def _read(self, card: ShelfCard, *, with_offer: bool) -> None:
        """Read the appointment anew: a colleague may have changed or cancelled it."""

        def seen(chosen: Chosen) -> None:
            details = chosen.details
            if not is_movable(card) or details.version != card.appointment_version:
                self._page.message_posted.emit(
                    f"{chosen.patient.name}'s visit was changed by a colleague meanwhile:"
                    f" {self._words(card)}."
                )
                self._page.mark_stale()
            if is_movable(card):
                self._day.carry(Carried(chosen), by_mouse=not with_offer)
                if with_offer:
                    self._day.offer_next(details.service_id, [details.doctor_id], details.ends_at)

        if card.appointment_id is not None:
            self._day.read(card.appointment_id, seen)

    def _carry_card(self, card: ShelfCard, on_screen: QPoint) -> None:
        """Walk with a card that the mouse drags over the day."""
        if self._day.carried is None:
            if card.appointment_id is None:
                self._day.carry(Carried(card=card), by_mouse=True)
            elif is_movable(card):
                self._read(card, with_offer=False)
        self._day.view.input.point_at(on_screen)

    def _put_card_down(self, _card: ShelfCard, on_screen: QPoint) -> None:
        """Put a dragged card down in the day; elsewhere it stays on the shelf."""
        if self._day.carried is None:
            return
        if self._day.view.input.point_at(on_screen):
            self._day.put_down_here()
        else:
            self._day.set_down()

    def _remove(self, card: ShelfCard) -> None:
        services, actor = self._desk.services, self._desk.actor
        self._desk.tasks.run(
            self._page,
            lambda: services.shelf.take_off(actor, card.id),
            done=lambda _none: self._page.message_posted.emit(
                f"{card.patient_name} is off the shelf"
            ),
            settled=self._page.mark_stale,
        )

    def _clear(self) -> None:
        shown, services, actor = self._shown, self._desk.services, self._desk.actor
        if shown is None:
            return
        self._desk.tasks.run(
            self._page,
            lambda: services.shelf.clear(actor, shown.clinic_id),
            done=lambda count: self._page.message_posted.emit(
                f"{count} {'visit' if count == 1 else 'visits'} left at their times"
            ),
            settled=self._page.mark_stale,
        )
