"""The base of what the billing page can show: a view with its own data, buttons and first focus."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from ui.billing.invoice_desk import InvoiceDesk
from ui.core.buttons import KeyButton


class BillingView(QWidget):
    """One view of the billing page; `invoices` does what can be done with an invoice.

    The page shows it to those who may do what it `needs`, and calls `refresh` whenever it is shown
    stale or one of its `topics` changes.
    """

    title: ClassVar[str] = ""
    needs: ClassVar[Action] = Action.SEE_BILLING
    topics: ClassVar[frozenset[Topic]] = frozenset()

    def __init__(self, invoices: InvoiceDesk) -> None:
        super().__init__()
        self.invoices = invoices
        self.desk = invoices.desk

    def top_actions(self) -> Sequence[KeyButton]:
        """Give the buttons at the right of the top bar while the view is shown; made once."""
        return ()

    def is_usable(self, button: KeyButton) -> bool:
        """Tell whether the person signed in may use one of the view's buttons."""
        return button.isEnabled()

    def first_focus(self) -> QWidget:
        """Give the widget that takes the keys when the view is shown."""
        return self

    def invoice_id(self) -> int | None:
        """Give the invoice that is selected, None for none."""
        return None

    def refresh(self) -> None:
        """Ask the data anew and show it."""
