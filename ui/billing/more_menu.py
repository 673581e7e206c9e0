"""The More menu: everything else that can be done here, each with its key."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from clinicdesk.access import Action
from ui.billing.acts import INVOICE_ACTS, PAGE_ACTS, InvoiceAct, PageAct
from ui.billing.invoice_desk import InvoiceDesk


class MoreMenu:
    """Makes the menus of `owner`, in which each entry's key works too.

    `selected` gives the invoice that the keys are meant for, None for none.
    """

    def __init__(
        self, owner: QWidget, invoices: InvoiceDesk, *, selected: Callable[[], int | None]
    ) -> None:
        self._owner, self._invoices, self._selected = owner, invoices, selected
        self._may: Callable[[Action], bool] = invoices.desk.session.may
        acts: Iterable[InvoiceAct | PageAct] = (*PAGE_ACTS, *INVOICE_ACTS)
        for act in acts:
            self._listen(act)

    def _listen(self, act: InvoiceAct | PageAct) -> None:
        action = QAction(act.label, self._owner)
        action.setShortcut(QKeySequence(act.key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: self._run(act, self._selected()))
        self._owner.addAction(action)

    def _run(self, act: InvoiceAct | PageAct, invoice_id: int | None) -> None:
        if not self._may(act.needs):
            return
        if isinstance(act, PageAct):
            act.run(self._invoices)
        elif invoice_id is not None:
            act.run(self._invoices, invoice_id)

    def open_for(self, invoice_id: int | None, place: QPoint, *, is_of_page: bool) -> QMenu:
        """Show the menu at a place of the screen; one of the page has what needs no invoice too."""
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if is_of_page:
            self._fill(menu, PAGE_ACTS, None)
            menu.addSeparator()
        if invoice_id is not None:
            self._fill(menu, INVOICE_ACTS, invoice_id)
        menu.popup(place)
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        return menu

    def _fill(
        self, menu: QMenu, acts: Sequence[InvoiceAct | PageAct], invoice_id: int | None
    ) -> None:
        for act in acts:
            if self._may(act.needs):
                entry = menu.addAction(f"{act.label}\t{act.key}")
                entry.triggered.connect(lambda _on=False, act=act: self._run(act, invoice_id))
