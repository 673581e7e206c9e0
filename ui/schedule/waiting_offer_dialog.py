"""Offers a time that fell free: whom it suits, whom not and why, and what will be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.waiting.errors import WishLeftOutError
from clinicdesk.schedule.waiting.records import Candidate, FreedTime, Offer
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.session import Desk
from ui.schedule.appointment_words import wall
from ui.schedule.row_list import Row, RowList
from ui.schedule.waiting_words import freed_words, offer_sentence, wish_words

ANSWER_IN = (("30 min", 30), ("1 hour", 60), ("2 hours", 120), ("1 day", 1440))
USUAL = 1
NOBODY_FITS = "Nobody on the list fits this time. The reasons stand at the right."


@dataclass(frozen=True, slots=True)
class FreedOffer:
    """A freed time with whom it suits, and how its clinic names it."""

    freed: FreedTime
    time_zone: str
    doctor_name: str
    candidates: tuple[Candidate, ...]


class OfferDialog(Dialog):
    """Everybody who fits is ticked; Enter offers. `offered` carries the offers made."""

    offered = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, start: FreedOffer) -> None:
        super().__init__(host, desk.theme, title="Offer to the waiting list", width_px=720)
        self._desk, self._start = desk, start
        self._chosen: set[int] = set()
        theme = desk.theme
        words = freed_words(start.freed, start.time_zone, start.doctor_name)
        self.body.addWidget(plain_label(words, "strong", wrap=True))
        self.list = RowList(theme, name="Who waits", most_rows=7)
        self.body.addWidget(self.list)
        self.minutes = Segmented(theme, [text for text, _ in ANSWER_IN], name="Time to answer")
        self.minutes.set_current(USUAL)
        self.add_field("Time to answer", self.minutes, name="minutes")
        self.message = plain_label("", "soft", wrap=True)
        self.summary = plain_label("", "faint", wrap=True)
        self.body.addWidget(self.message)
        self.body.addWidget(self.summary)
        self.footer.addWidget(plain_label("Space ticks · the first yes gets the time", "faint"))
        self.footer.addStretch(1)
        close = KeyButton(theme, "Not now", key="Escape")
        close.clicked.connect(self.dismiss)
        self.button = KeyButton(theme, "Offer", key="Return", kind="primary")
        self.add_button(close)
        self.add_button(self.button, is_default=True)
        self.list.ticked.connect(self._toggle)
        self.list.picked.connect(lambda _number: self._send())
        self.minutes.chosen.connect(lambda _number: self._say())
        self.button.clicked.connect(self._send)
        self._show(start.candidates, is_first=True)

    def _show(self, candidates: Sequence[Candidate], *, is_first: bool = False) -> None:
        """Show who fits now; with `is_first` everybody who does is ticked."""
        fitting = {each.wish.id for each in candidates if not each.left_out}
        self._candidates = tuple(candidates)
        self._chosen = fitting if is_first else self._chosen & fitting
        self._paint()

    def _paint(self) -> None:
        self.list.show_rows([self._row(each) for each in self._candidates])
        self._say()

    def _row(self, each: Candidate) -> Row:
        today = wall(self._desk.clock.now(), self._start.time_zone).date()
        detail = f"{each.wish.service_name} · {wish_words(each.wish, today=today)}"
        if each.left_out:
            return Row(each.wish.patient_name, detail, each.left_out, is_faint=True, is_ticked=None)
        start = f"{wall(each.starts_at, self._start.time_zone):%H:%M}"
        way = "e-mail" if each.wish.has_mail else f"to call: {each.wish.phone or 'no number'}"
        is_on = each.wish.id in self._chosen
        return Row(each.wish.patient_name, detail, f"{start} · {way}", is_ticked=is_on)

    def _toggle(self, number: int) -> None:
        each = self._candidates[number]
        if not each.left_out:
            self._chosen ^= {each.wish.id}
            self._paint()

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """Who is ticked, in the order of the list."""
        return tuple(each for each in self._candidates if each.wish.id in self._chosen)

    def _say(self) -> None:
        chosen = self.chosen
        mails = sum(each.wish.has_mail for each in chosen)
        calls = len(chosen) - mails
        words = [f"{mails} {'message' if mails == 1 else 'messages'} will be sent"] if mails else []
        words += [f"{calls} to call"] if calls else []
        has_any = any(not each.left_out for each in self._candidates)
        self.summary.setText(" · ".join(words) or ("Nobody is ticked" if has_any else NOBODY_FITS))
        self.button.set_text(f"Offer to {len(chosen)}" if chosen else "Offer")
        self.button.setEnabled(bool(chosen) and not self.is_busy)
        self.message.setVisible(bool(chosen))
        if chosen:
            self.message.setText(self._sentence(chosen[0]))

    def _sentence(self, first: Candidate) -> str:
        answer_in = timedelta(minutes=ANSWER_IN[self.minutes.current][1])
        until_at = min(self._desk.clock.now() + answer_in, first.starts_at)
        zone, doctor = self._start.time_zone, self._start.doctor_name
        return offer_sentence(first.starts_at, until_at, zone, doctor)

    def _send(self) -> None:
        wish_ids = [each.wish.id for each in self.chosen]
        if not wish_ids or self.is_busy:
            return
        waiting, actor, freed = self._desk.services.waiting, self._desk.actor, self._start.freed
        minutes = ANSWER_IN[self.minutes.current][1]
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: waiting.offer(actor, freed=freed, wish_ids=wish_ids, minutes_to_answer=minutes),
            done=self._done,
            failed=self._refused,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, offers: tuple[Offer, ...]) -> None:
        self.finish()
        self.offered.emit(offers)

    def _refused(self, error: ClinicDeskError) -> None:
        """Say why nobody was offered the time, and show who fits now."""
        self._say()
        self.show_problem(error)
        if isinstance(error, WishLeftOutError):
            waiting, actor, freed = self._desk.services.waiting, self._desk.actor, self._start.freed
            self._desk.tasks.run(
                self, lambda: waiting.candidates(actor, freed), done=self._show, newest="wishes"
            )
