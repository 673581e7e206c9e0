"""The page of billing: which of its views is shown, and what can be done from all of them."""

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from ui.billing.accounts_view import AccountsView
from ui.billing.acts import INVOICE_ACTS, PAGE_ACTS, InvoiceAct, PageAct
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.invoices_view import InvoicesView
from ui.billing.journal_view import JournalView
from ui.billing.link_dialog import open_payment_link
from ui.billing.more_menu import MoreMenu
from ui.billing.provider_view import ProviderView
from ui.billing.till_desk import TillDesk
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.page import Page
from ui.core.segmented import Segmented
from ui.core.session import Desk

VIEWS: tuple[type[BillingView], ...] = (InvoicesView, AccountsView, JournalView, ProviderView)


class BillingPage(Page):
    """Shows one view of the clinic's money at a time; Alt and a digit switch."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Billing")
        self.invoice_desk = InvoiceDesk(self)
        self.views = tuple(make(self.invoice_desk) for make in VIEWS)
        self.topics = frozenset[Topic]().union(*(view.topics for view in self.views))
        self.switch = QWidget()
        self._switch_row = QHBoxLayout(self.switch)
        self._switch_row.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        self.till = KeyButton(desk.theme, "Till", key="T")
        self.more = KeyButton(desk.theme, "More", key="M")
        self._tills = TillDesk(self, self.message_posted.emit)
        self._menu = MoreMenu(self, self.invoice_desk, selected=self._selected)
        self._shown: tuple[BillingView, ...] = ()
        self._row: Segmented | None = None
        self._build()
        self.till.clicked.connect(self._tills.begin)
        self.more.clicked.connect(self._open_menu)
        self.invoice_desk.more_asked.connect(self._open_menu_of)
        self.invoice_desk.link_asked.connect(
            lambda invoice_id: open_payment_link(self.invoice_desk, invoice_id)
        )
        self._offer_views()

    def _build(self) -> None:
        px = self.desk.theme.px
        for view in self.views:
            self._stack.addWidget(view)
        for number in range(len(self.views)):
            key = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            key.activated.connect(lambda number=number: self.show_view(number))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(12))
        layout.addWidget(self._stack, 1)

    @property
    def view(self) -> BillingView:
        """The view that is shown."""
        return self.views[self._stack.currentIndex()]

    @property
    def invoices(self) -> InvoicesView:
        """The list of invoices."""
        return next(view for view in self.views if isinstance(view, InvoicesView))

    # --- what the window asks --------------------------------------------------------------

    def top_controls(self) -> Sequence[QWidget]:
        """Give the switch between the views."""
        return (self.switch,)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give More, Till, and the buttons of each view, of which those of one are shown."""
        return (self.more, self.till, *(one for view in self.views for one in view.top_actions()))

    def first_focus(self) -> QWidget:
        """Begin where the shown view begins."""
        return self.view.first_focus()

    def open_item(self, kind: str, item_id: int) -> None:
        """Open an "invoice" by its id, or take the "payment" of a visit by the visit's id.

        A "card provider" is its view, whatever the id.
        """
        if kind == "invoice":
            self.invoice_desk.open_invoice(item_id)
        elif kind == "payment":
            self.invoice_desk.take_payment_of_visit(item_id)
        elif kind == "card provider":
            for number, view in enumerate(self._shown):
                if isinstance(view, ProviderView):
                    self.show_view(number)

    def refresh(self) -> None:
        """Offer what the person signed in may do, and ask the shown view's data anew."""
        self._offer_views()
        self._offer_buttons()
        self.view.refresh()

    # --- the views -----------------------------------------------------------------------------

    def _offer_views(self) -> None:
        may = self.desk.session.may
        shown = tuple(view for view in self.views if may(view.needs)) or self.views[:1]
        if shown == self._shown:
            return
        self._shown = shown
        if self._row is not None:
            self._row.hide()
            self._row.deleteLater()
        row = self._row = Segmented(self.desk.theme, [view.title for view in shown], name="View")
        if self.view in shown:
            row.set_current(shown.index(self.view))
        row.chosen.connect(self.show_view)
        row.setToolTip(f"Alt+1 to Alt+{len(shown)}")
        self._switch_row.addWidget(row)
        row.setVisible(len(shown) > 1)
        self.show_view(row.current)

    def show_view(self, number: int) -> None:
        """Show the view of that number among those the person may see."""
        if number >= len(self._shown) or self._shown[number] is self.view:
            return
        for button in self.view.top_actions():
            self._offer(button, is_offered=False)
        self._stack.setCurrentWidget(self._shown[number])
        if self._row is not None:
            self._row.set_current(number)
        self._offer_buttons()
        self.view.refresh()
        self.view.first_focus().setFocus()

    def _offer_buttons(self) -> None:
        may = self.desk.session.may
        self._offer(self.till, is_offered=may(Action.TAKE_PAYMENT))
        acts: Iterable[InvoiceAct | PageAct] = (*PAGE_ACTS, *INVOICE_ACTS)
        self._offer(self.more, is_offered=any(may(act.needs) for act in acts))
        # Hidden first: buttons of two views side by side would widen a narrow window.
        others = [view for view in self.views if view is not self.view]
        for view in others:
            for button in view.top_actions():
                self._offer(button, is_offered=False)
        for button in self.view.top_actions():
            self._offer(button, is_offered=self.view.is_usable(button))

    def _offer(self, button: KeyButton, *, is_offered: bool) -> None:
        if button.parentWidget() is not None:  # without a parent it would be a window
            button.setVisible(is_offered)

    # --- more ------------------------------------------------------------------------------------

    def _selected(self) -> int | None:
        return self.view.invoice_id()

    def _open_menu(self) -> None:
        place = self.more.mapToGlobal(self.more.rect().bottomLeft())
        self._menu.open_for(self._selected(), place, is_of_page=True)

    def _open_menu_of(self, invoice_id: int) -> None:
        place = self.mapToGlobal(self.rect().center())
        self._menu.open_for(invoice_id, place, is_of_page=False)
