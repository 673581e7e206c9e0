"""The offers that run: whom to call, and each answer with one key."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.waiting.records import Offer, OfferState
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme
from ui.schedule.row_list import Row, RowList
from ui.schedule.waiting_words import answer_words, offer_words

NONE_RUN = "No offer runs. Cancel a visit and press O to offer its time."
ROLES = {OfferState.OPEN: "brand", OfferState.ACCEPTED: "ink_soft"}


class AnswersDialog(Dialog):
    """Lists offers; `answered` carries an Offer and whether the patient said yes."""

    answered = Signal(object, bool)

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host, theme, title="Offers to the waiting list", width_px=680)
        self._offers: tuple[Offer, ...] = ()
        self.list = RowList(theme, name="Offers", most_rows=8)
        self.hint = plain_label(NONE_RUN, "soft", wrap=True)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.list)
        self.footer.addStretch(1)
        self.no = KeyButton(theme, "Says no", key="N")
        self.yes = KeyButton(theme, "Says yes", key="Y", kind="primary")
        self.no.clicked.connect(lambda: self._answer(is_yes=False))
        self.yes.clicked.connect(lambda: self._answer(is_yes=True))
        self.add_button(self.no)
        self.add_button(self.yes)
        self.list.moved.connect(self._say)

    def show_offers(self, offers: Sequence[Offer], *, lit: int | None = None) -> None:
        """Show the offers, the open ones first; the one lit stays lit, or the one with id `lit`."""
        wanted = lit if lit is not None else self.lit_id
        self._offers = tuple(sorted(offers, key=lambda each: each.state is not OfferState.OPEN))
        places = [place for place, each in enumerate(self._offers) if each.id == wanted]
        self.list.show_rows([_row(each) for each in self._offers], lit=next(iter(places), 0))
        self.hint.setVisible(not offers)
        self.list.setVisible(bool(offers))
        self._say()

    @property
    def lit_id(self) -> int | None:
        """The id of the offer that is lit."""
        return self._offers[self.list.lit].id if self._offers else None

    def _say(self) -> None:
        is_open = bool(self._offers) and self._offers[self.list.lit].state is OfferState.OPEN
        for button in (self.yes, self.no):
            button.setEnabled(is_open and not self.is_busy)

    def _answer(self, *, is_yes: bool) -> None:
        if self._offers and self.yes.isEnabled():
            self.clear_problem()
            self.answered.emit(self._offers[self.list.lit], is_yes)

    def refuse(self, error: ClinicDeskError) -> None:
        """Say why an answer could not be taken."""
        self.show_problem(error)


def _row(offer: Offer) -> Row:
    is_open = offer.state is OfferState.OPEN
    way = offer.phone if not offer.has_mail else f"by e-mail · {offer.phone}".rstrip(" ·")
    detail = f"{offer_words(offer)} · {way}" if way else offer_words(offer)
    role = ROLES.get(offer.state, "ink_faint")
    return Row(offer.patient_name, detail, answer_words(offer), is_faint=not is_open, role=role)
