"""Phone mode: one line typed while talking, with patients at the left and times at the right."""

import uuid
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.patients.records import PatientHit
from clinicdesk.schedule.errors import PatientOverlapError
from clinicdesk.schedule.records import BookingRequest
from clinicdesk.schedule.typed_line import TypedLine, Vocabulary, read_line
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.hit_list import HitLine, HitList
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day
from ui.schedule.booking_sender import BookingSender
from ui.schedule.booking_start import Offer, read_offer
from ui.schedule.chosen import Chosen
from ui.schedule.hold_keeper import HoldKeeper
from ui.schedule.line_parts import LineParts
from ui.schedule.offers import SlotWords
from ui.schedule.patient_field import who_is
from ui.schedule.phone_answers import MOST_OFFERS, PhoneAnswer, Question, answer
from ui.schedule.second_thought import SecondThought
from ui.schedule.slot_list import SlotList

EXAMPLE = "alv 0147 skin 30 tue am"
NOBODY = HitLine("Nobody yet", "type a part of the name, a phone's last digits, a date of birth")
NOBODY_FOUND = HitLine("Nobody found", "try another part of the name, or other digits")
DIGIT_KEYS = {Qt.Key(Qt.Key.Key_1 + number): number for number in range(MOST_OFFERS)}


class PhoneDialog(Dialog):
    """Books from one line, whatever the order in which things are said.

    `booked` carries a Chosen, `parked` the card that was put on the shelf, `left` the line where
    neither was done.
    """

    booked = Signal(object)
    parked = Signal(object)
    left = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, *, clinic: ClinicRecord, text: str = "") -> None:
        super().__init__(host, desk.theme, title="On the phone", width_px=980)
        self._desk, self._clinic = desk, clinic
        self._offer: Offer | None = None
        self._words = SlotWords((), (), home=clinic)
        self._line = TypedLine()
        self._answer: PhoneAnswer | None = None
        self._refused: BookingRequest | None = None
        self._parks = True
        self._request_key = str(uuid.uuid4())
        theme = desk.theme
        self._sender, self.holds = BookingSender(self, desk), HoldKeeper(self, desk)
        self.edit, self.parts = QLineEdit(text), LineParts(theme)
        self.edit.setProperty("kind", "large")
        self.edit.setPlaceholderText(EXAMPLE)
        self.edit.setAccessibleName("Patient, service, day and time, in any order")
        self.edit.installEventFilter(self)
        self.patients = HitList(theme, name="Patients found")
        self.slots = SlotList(theme, key_prefix="Alt+")
        self.slots.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.times_label = plain_label("", "faint")
        self.second_thought = SecondThought(theme)
        self.book_button = KeyButton(theme, "Book", key="Return", kind="primary")
        self._build()
        self._connect()
        actor, services = desk.actor, desk.services
        desk.tasks.run(self, lambda: read_offer(services, actor), done=self._know)

    def _build(self) -> None:
        px, columns = self.theme.px, QHBoxLayout()
        columns.setSpacing(px(16))
        for heading, widget, share in (
            (section_label("Patient"), self.patients, 4),
            (section_label("Free times"), self.slots, 5),
        ):
            column = QVBoxLayout()
            column.setSpacing(px(6))
            top = QHBoxLayout()
            top.addWidget(heading)
            if widget is self.slots:
                top.addWidget(self.times_label, 1, Qt.AlignmentFlag.AlignRight)
            column.addLayout(top)
            column.addWidget(widget)
            column.addStretch(1)
            columns.addLayout(column, share)
        self.body.addWidget(self.edit)
        self.body.addWidget(self.parts)
        self.body.addLayout(columns)
        self.body.addWidget(self.second_thought)
        self.hint = plain_label("", "faint")
        self.footer.addWidget(self.hint)
        self.footer.addStretch(1)
        self.add_button(self.book_button, is_default=True)
        self.patients.show_lines([NOBODY], "")
        self._say()

    def _connect(self) -> None:
        self.edit.textChanged.connect(lambda _text: self._read())
        self.slots.lit.connect(self._time_lit)
        self.patients.picked.connect(lambda _number: self._say())
        self.second_thought.accepted.connect(self._book_all_the_same)
        self.book_button.clicked.connect(self._book)

    # --- what is understood ----------------------------------------------------------------

    def _know(self, offer: Offer) -> None:
        self._offer = offer
        self._words = SlotWords(offer.clinics, offer.doctors, home=self._clinic)
        self._read()

    @property
    def _today(self) -> date:
        return clinic_day(self._desk.clock.now(), self._clinic.time_zone)

    def _read(self) -> None:
        """Read the line, and ask who and when; an older question is dropped."""
        offer, text = self._offer, self.edit.text()
        if offer is None:
            return
        self.clear_problem()
        self.second_thought.hide()
        self._parks = True
        vocabulary = Vocabulary(offer.services, offer.doctors, offer.clinics)
        line = self._line = read_line(text, vocabulary, today=self._today)
        service = self._service
        is_assumed = service is not None and line.service_id is None and bool(line.parts)
        notes = [f"{service.name} · taken for granted"] if service and is_assumed else []
        self.parts.show_parts(line.parts, notes=notes)
        self._answer = None
        if not line.parts:
            self._show(PhoneAnswer(self._question(), (), {}, ()))
            return
        actor, services, words = self._desk.actor, self._desk.services, self._words
        question, now = self._question(), self._desk.clock.now()
        self._desk.tasks.run(
            self,
            lambda: answer(services, actor, question, words=words, now=now),
            done=self._show,
            failed=self.show_problem,
            newest="answer",
        )

    def _question(self) -> Question:
        return Question(self._line, self._service, self._clinic, self.holds.hold_key)

    @property
    def _service(self) -> ServiceRecord | None:
        """The service typed, or the clinic's first one while none is."""
        services = self._offer.services if self._offer else ()
        typed = (each for each in services if each.id == self._line.service_id)
        return next(typed, services[0] if services else None)

    def _show(self, found: PhoneAnswer) -> None:
        self._answer = found
        lines = [
            HitLine(hit.name, who_is(hit, found.last_visits.get(hit.id), today=self._today))
            for hit in found.patients
        ]
        nobody = NOBODY_FOUND if found.question.line.has_patient else NOBODY
        self.patients.show_lines(lines or [nobody], found.question.line.search_text)
        now = self._desk.clock.now()
        self.slots.show_offers([self._words.offer(slot, now=now) for slot in found.slots])
        service = found.question.service
        minutes = found.question.line.duration_minutes or (
            service.duration_minutes if service else 0
        )
        self.times_label.setText(f"{service.name} · {minutes} min" if service else "")
        self._say()

    @property
    def is_answered(self) -> bool:
        """Whether the answer to the line as it stands has come."""
        return self._answer is not None

    @property
    def patient(self) -> PatientHit | None:
        """The patient who is lit."""
        found = self._answer.patients if self._answer else ()
        number = self.patients.current
        return found[number] if number < len(found) else None

    def _time_lit(self) -> None:
        offer = self.slots.current
        self.holds.point_at(offer.slot if offer else None)
        self._say()

    def _say(self) -> None:
        offer, patient = self.slots.current, self.patient
        text = "Book"
        if offer is not None:
            day = self._words.wall(offer.slot).date()
            text = f"Book {short_day(day)} {offer.time}"
        self.book_button.set_text(text)
        self.book_button.setEnabled(offer is not None and patient is not None)
        last = "Esc parks it: call back" if self._can_park else "Esc to close"
        self.card.note.setText(last)
        self.hint.setText("Tab next patient · ↑ ↓ another time")

    # --- keys ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk among patients and times without leaving the line."""
        if (
            watched is self.edit
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and self._take_key(event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step:
            self.slots.walk(step)
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            self.patients.walk(1 if key == Qt.Key.Key_Tab else -1)
            self._say()
        elif key in DIGIT_KEYS and held == Qt.KeyboardModifier.AltModifier:
            self.slots.light(DIGIT_KEYS[key])
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        """Keep Tab for walking among the patients while the cursor is in the line."""
        is_key = event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and self.edit.hasFocus():
            is_tab = event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
            if is_tab and self._take_key(event):
                return True
        return super().event(event)

    # --- booking and parking ---------------------------------------------------------------

    def _book(self) -> None:
        offer, patient, service = self.slots.current, self.patient, self._service
        if self.is_busy or self._answer is None:
            return  # nothing is booked that was not seen
        if patient is None:
            self.show_problem(InvalidInputError("Please type who it is for: name or digits."))
            return
        if offer is None or service is None:
            self.show_problem(InvalidInputError("No free time fits. Try another day or doctor."))
            return
        self._send(
            BookingRequest(
                request_key=self._request_key,
                clinic_id=offer.slot.clinic_id,
                doctor_id=offer.slot.doctor_id,
                patient_id=patient.id,
                service_id=service.id,
                starts_at=offer.slot.starts_at,
                confirm_now=True,
                duration_minutes=self._answer.question.duration_minutes,
                hold_key=self.holds.hold_key,
            )
        )

    def _send(self, request: BookingRequest) -> None:
        self.clear_problem()
        self._sender.book(request, done=self._done, refused=self._not_booked)

    def _done(self, chosen: Chosen) -> None:
        self.finish()
        self.booked.emit(chosen)

    def _not_booked(self, request: BookingRequest, error: ClinicDeskError) -> None:
        """Keep the line, say why, and offer fresh times."""
        if isinstance(error, PatientOverlapError):
            self._refused = request
            self.second_thought.offer_despite_overlap()
        else:
            self._read()
        self.show_problem(error)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _book_all_the_same(self, _reason: str) -> None:
        if self._refused is not None and not self.is_busy:
            self._send(replace(self._refused, accept_patient_overlap=True))

    @property
    def _can_park(self) -> bool:
        return self._parks and self.patient is not None and self._line.service_id is not None

    def dismiss(self) -> None:
        """Park who wants what on the shelf, to be called back; else hand the line over."""
        patient, service, line = self.patient, self._service, self._line
        if not self._can_park or patient is None or service is None:
            self.left.emit(self.edit.text())
            super().dismiss()
            return
        self._parks = False  # where the shelf cannot take it, the next Escape closes
        actor, shelf, clinic_id = self._desk.actor, self._desk.services.shelf, self._clinic.id
        doctor_id = line.doctor_ids[0] if len(line.doctor_ids) == 1 else None
        note = f"Call back · {self.edit.text().strip()}"
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: shelf.put_wish(
                actor,
                clinic_id=clinic_id,
                patient_id=patient.id,
                service_id=service.id,
                doctor_id=doctor_id,
                note=note,
            ),
            done=self._is_parked,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _is_parked(self, card: object) -> None:
        self.finish()
        self.parked.emit(card)

    def finish(self) -> None:
        """Close, and let go of the time."""
        self.holds.close()
        super().finish()
