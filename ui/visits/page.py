"""The Today page: the board of the clinic's day, and what the desk does with its cards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.visits.records import Board, BoardCard, BoardRoom, Column
from ui.core.buttons import KeyButton
from ui.core.cards import EmptyView
from ui.core.day_text import long_day_text
from ui.core.labels import ElidedLabel
from ui.core.page import Page
from ui.core.session import Desk
from ui.visits.action_bar import ActionBar, first_match
from ui.visits.actions import ROOM, actions_for, dragged_to
from ui.visits.board_view import BoardView
from ui.visits.board_words import Look, MoneyShown, short_name, shown_cards, title_words
from ui.visits.day_end_dialog import DayEndDialog
from ui.visits.room_dialog import RoomDialog
from ui.visits.steps import Outlet, Visit, VisitSteps
from ui.visits.walk_in_dialog import Place, WalkInDialog

TICK_MS = 5000
WIDE_PX = 820
NOBODY = "Nobody is booked today"
HOW_TO_BEGIN = (
    "Everybody who is expected stands here, and moves on as they arrive, are seen and pay. "
    "Press Ctrl N to book, or W for a patient who is at the desk now."
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one refresh brings; None while there is no clinic."""

    board: Board | None
    money: MoneyShown


class TodayPage(Page):
    """Shows who is expected, waits, is with the doctor, has to pay, or is done."""

    topics = frozenset(
        {
            Topic.APPOINTMENT,
            Topic.PATIENT,
            Topic.CLINIC,
            Topic.STAFF,
            Topic.INVOICE,
            Topic.PAYMENT,
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Today")
        theme = desk.theme
        self._loaded: Loaded | None = None
        self.look = Look()
        self._viewer: object = None
        self.board, self.bar = BoardView(theme), ActionBar(theme)
        self.figures = ElidedLabel("", "soft", wants_room=True)
        self.walk_in = KeyButton(theme, "Walk-in", key="W")
        self.day_end = KeyButton(theme, "End of day", key="E")
        self.book = KeyButton(theme, "Book", key="Ctrl+N", kind="primary")
        self.only_mine = KeyButton(theme, "Only mine", key="O")
        self.cancelled = KeyButton(theme, "", key="X", kind="quiet")
        self.steps = VisitSteps(
            self, desk, Outlet(self.message_posted.emit, self.undo_offered.emit)
        )
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _build(self) -> None:
        px = self.desk.theme.px
        self.figures.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.cancelled.hide()
        self.board.columns[Column.DONE].foot.addWidget(self.cancelled)
        self._stack.addWidget(self.board)
        self._stack.addWidget(EmptyView(NOBODY, HOW_TO_BEGIN))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(10))
        layout.setSpacing(px(10))
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.bar)

    def _connect(self) -> None:
        self.walk_in.clicked.connect(self._open_walk_in)
        self.day_end.clicked.connect(self._open_day_end)
        self.book.clicked.connect(lambda: self.booking_asked.emit(0))
        self.only_mine.clicked.connect(self._toggle_mine)
        self.cancelled.clicked.connect(self._toggle_cancelled)
        self.board.selection_changed.connect(self._offer)
        self.board.opened.connect(lambda _visit: self._act("patient"))
        self.board.dropped.connect(self._dropped)
        self.board.find_asked.connect(self.bar.begin_find)
        self.bar.asked.connect(self._act)
        self.bar.searched.connect(self._light_match)
        self.bar.found.connect(self._leave_find)
        self.bar.left.connect(self._leave_find)
        QShortcut(QKeySequence("Shift+F2"), self, self.toggle_names)

    # --- what the window asks --------------------------------------------------------------

    def top_controls(self) -> Sequence[QWidget]:
        """Give the day's figures."""
        return (self.figures,)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give what the person may begin here."""
        may = self.desk.session.may
        own = (self.only_mine,) if self.desk.actor.doctor_id is not None else ()
        if not may(Action.RUN_VISIT):
            return own
        return (*own, self.day_end, self.walk_in, *((self.book,) if may(Action.BOOK) else ()))

    def first_focus(self) -> QWidget:
        """Begin on the board, where each key is an action."""
        return self.board

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the title goes before the figures."""
        super().resizeEvent(event)
        if self.figures.parentWidget() is not None:  # without a parent it would be a window
            self.figures.setVisible(self.width() >= self.desk.theme.px(WIDE_PX))

    # --- what is shown -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the board anew; selection and scroll positions stay."""
        if self._viewer != self.desk.actor:
            self._viewer = self.desk.actor
            self.look = replace(self.look, only_doctor=self.desk.actor.doctor_id)
        if self.desk.session.clinic_id is not None:
            self.desk.tasks.run(self, self._load, done=self._show, newest="board")

    def _load(self) -> Loaded:
        services, actor = self.desk.services, self.desk.actor
        clinic_id = self.desk.session.clinic_id
        if clinic_id is None:
            return Loaded(None, MoneyShown())
        board = services.visits.board(actor, clinic_id=clinic_id)
        if not actor.may(Action.SEE_BILLING) or not board.cards:
            return Loaded(board, MoneyShown())
        done = [card.id for card in board.cards if card.completed_at is not None]
        expected = {card.patient_id for card in board.cards if card.column is Column.EXPECTED}
        return Loaded(
            board,
            MoneyShown(
                services.billing.owed_by_appointments(actor, done),
                services.billing.debts_of_patients(actor, expected),
            ),
        )

    def _show(self, loaded: Loaded) -> None:
        self._loaded = loaded
        if loaded.board is not None:
            self.set_title(f"Today · {long_day_text(loaded.board.day)}")
        self._render()

    def _render(self) -> None:
        """Put what was read into words for this moment; nothing is asked."""
        loaded = self._loaded
        if loaded is None or loaded.board is None:
            return
        board, now = loaded.board, self.desk.clock.now()
        self._stack.setCurrentIndex(0 if board.cards else 1)
        self.figures.setText(title_words(board, self.look, now))
        self.board.show_cards(shown_cards(board, loaded.money, self.look, now))
        off = sum(card.is_cancelled for card in board.cards)
        self.cancelled.setVisible(bool(off))
        verb = "Hide" if self.look.with_cancelled else "Show"
        self.cancelled.set_text(f"{verb} {off} cancelled")
        is_own = self.look.only_doctor is not None
        self.only_mine.set_text("All doctors" if is_own else "Only mine")
        self._offer()

    def _tick(self) -> None:
        board = self._loaded.board if self._loaded else None
        if board is None or not self.isVisible():
            return
        if clinic_day(self.desk.clock.now(), board.time_zone) != board.day:
            self.mark_stale()
        else:
            self._render()

    def _offer(self) -> None:
        shown, now = self.board.shown, self.desk.clock.now()
        self.bar.show_card(shown, actions_for(shown, self.desk.actor, now=now) if shown else ())

    # --- how it is looked at -------------------------------------------------------------------

    def toggle_names(self) -> None:
        """Show first names with one letter, for a screen that others can see, or whole names."""
        self.look = replace(self.look, hides_names=not self.look.hides_names)
        self._render()

    def _name_of(self, card: BoardCard) -> str:
        return short_name(card) if self.look.hides_names else card.patient_name

    def _rooms(self, board: Board) -> list[BoardRoom]:
        names: dict[int | None, str] = {card.id: self._name_of(card) for card in board.cards}
        return [
            replace(room, patient_name=names.get(room.visit_id, room.patient_name))
            for room in board.rooms
        ]

    def _toggle_mine(self) -> None:
        own = None if self.look.only_doctor is not None else self.desk.actor.doctor_id
        self.look = replace(self.look, only_doctor=own)
        self._render()

    def _toggle_cancelled(self) -> None:
        self.look = replace(self.look, with_cancelled=not self.look.with_cancelled)
        self._render()

    def _light_match(self, text: str) -> None:
        found = first_match(self.board.cards(), text)
        if found is not None:
            self.board.select(found.card.id)

    def _leave_find(self) -> None:
        self.bar.end_find()
        self.board.setFocus()

    # --- what is done --------------------------------------------------------------------------

    def _visit(self) -> Visit | None:
        shown = self.board.shown
        return Visit(shown.card.id, shown.card.version, shown.name) if shown else None

    def _act(self, name: str) -> None:
        shown, visit = self.board.shown, self._visit()
        if shown is None or visit is None:
            return
        if name == "patient":
            self.patient_asked.emit(shown.card.patient_id)
        elif name == "pay":
            self.item_asked.emit("payment", visit.id)
        elif name == ROOM.name:
            self._open_rooms(visit)
        else:
            self.steps.run(name, visit)

    def _dropped(self, visit_id: int, target: str) -> None:
        shown = self.board.shown
        if shown is None or shown.card.id != visit_id or shown.column.value == target:
            return
        action = dragged_to(shown.column, Column(target))
        allowed = actions_for(shown, self.desk.actor, now=self.desk.clock.now())
        if action is None or action not in allowed:
            self.message_posted.emit(
                f"{shown.name} cannot go from {shown.column.value} to {target} now"
            )
        else:
            self._act(action.name)

    def _open_rooms(self, visit: Visit) -> None:
        board, shown = self._loaded.board if self._loaded else None, self.board.shown
        if board is None or shown is None:
            return
        if not board.rooms:
            self.steps.take_to_room(
                visit, room_id=None, share=False, done=lambda: None, failed=self.steps.show_refusal
            )
            return
        RoomDialog(
            self,
            self.desk.theme,
            name=visit.name,
            rooms=self._rooms(board),
            own=shown.card.room_id,
            take=lambda room_id, share, done, failed: self.steps.take_to_room(
                visit, room_id=room_id, share=share, done=done, failed=failed
            ),
        ).open()

    def _open_walk_in(self) -> None:
        board = self._loaded.board if self._loaded else None
        if board is None:
            return
        dialog = WalkInDialog(self, self.desk, Place(board.clinic_id, board.time_zone))
        dialog.taken_in.connect(self._taken_in)
        dialog.open()

    def _taken_in(self, visit: AppointmentDetails, name: str) -> None:
        self.board.selected = visit.id
        self.message_posted.emit(f"{name} is in the waiting room for {visit.doctor_name}")

    def _open_day_end(self) -> None:
        board = self._loaded.board if self._loaded else None
        if board is not None:
            dialog = DayEndDialog(self, self.desk, board, name_of=self._name_of)
            dialog.payment_asked.connect(lambda visit: self.item_asked.emit("payment", visit))
            dialog.open()
