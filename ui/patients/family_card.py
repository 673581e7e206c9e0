"""The card of a patient's family: where the bills go, and for whom the patient pays."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clinicdesk.patients.records import Family
from ui.core.buttons import KeyButton
from ui.core.cards import Card
from ui.core.fact_rows import FactRows
from ui.core.labels import section_label
from ui.core.theme import Theme

THE_PATIENT = "the patient"


def family_facts(family: Family) -> tuple[tuple[str, str], ...]:
    """Give the rows of the card; a patient who pays for nobody has one."""
    payer = family.guarantor.name if family.guarantor is not None else THE_PATIENT
    dependants = ", ".join(member.name for member in family.dependants)
    return ("Bills go to", payer), ("Pays for", dependants)


class FamilyCard(Card):
    """Shows a family; `guarantor_asked` tells that somebody else is to pay."""

    guarantor_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.facts = FactRows(theme)
        self.button = KeyButton(theme, "Guarantor", key="G")
        self.button.clicked.connect(self.guarantor_asked)
        self.body.setSpacing(theme.px(10))
        self.body.addWidget(section_label("Family"))
        row = QHBoxLayout()
        row.addWidget(self.facts, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def show_family(self, family: Family) -> None:
        """Show another family."""
        self.facts.show_facts(family_facts(family))
