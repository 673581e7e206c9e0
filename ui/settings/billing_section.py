"""The section for the rules of billing: terms, discounts, fees, reminders, refunds."""

from dataclasses import asdict, replace

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clinics.rules import MoneyRules, check_money_rules
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.settings.records import (
    BillingSettings,
    FeeSettings,
    OverdueSettings,
    RefundSettings,
)
from ui.core.cards import Card
from ui.core.inputs import CheckMark, FieldBox
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.settings.number_rows import NumberRows
from ui.settings.section import Section, Setup

TERMS = {"payment_term_days": ("An invoice is due after", "days")}
DISCOUNTS = {
    "receptionist_discount_percent": ("The reception may take off", "% of a line"),
    "doctor_discount_percent": ("Doctors may take off", "% of a line"),
    "manager_discount_percent": ("Managers may take off", "% of a line"),
}
FEES = {
    "no_show_percent": ("A missed visit costs", "% of its price, 0 for nothing"),
    "late_cancel_percent": ("One cancelled late costs", "% of its price, 0 for nothing"),
}
REMINDERS = {
    "first_after_days": ("First reminder after", "days overdue, 0 for none"),
    "second_after_days": ("Second reminder after", "days overdue, 0 for none"),
    "third_after_days": ("Last reminder after", "days overdue, 0 for none"),
}
LIMIT_PX = 140


class BillingSection(Section):
    """The rules of billing at every clinic."""

    name = "Billing"
    sentence = "They hold at every clinic. What is issued already stays as it is."

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self.save = self.add_head_button("Save the rules", self._save, key="Ctrl+S", kind="primary")
        self.terms, self.discounts = NumberRows(theme, TERMS), NumberRows(theme, DISCOUNTS)
        self.fees, self.reminders = NumberRows(theme, FEES), NumberRows(theme, REMINDERS)
        self.charges = CheckMark(theme, "Charge by itself, once it cannot be taken back freely")
        self.reminds = CheckMark(theme, "Remind by itself, by e-mail")
        self.limit = QLineEdit()
        self.limit.setFixedWidth(theme.px(LIMIT_PX))
        self.limit.setPlaceholderText("never")
        self._limit_box = FieldBox("A refund needs a second person from", self.limit)
        self.problem = plain_label("", "error", wrap=True)
        self.problem.hide()
        self._currency = "GBP"
        self._is_edited = False
        self._place()

    def _place(self) -> None:
        cards: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("Invoices", (self.terms, self.discounts)),
            ("Missed visits", (self.fees, self.charges)),
            ("Unpaid invoices", (self.reminders, self.reminds)),
            ("Refunds", (self._limit_box,)),
        )
        for heading, parts in cards:
            card = Card(self.desk.theme)
            card.body.setSpacing(self.desk.theme.px(10))
            card.body.addWidget(section_label(heading))
            for part in parts:
                card.body.addWidget(part)
            self.body.addWidget(card)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        for rows in self._rows():
            rows.edited.connect(self._note_edit)
        self.charges.clicked.connect(self._note_edit)
        self.reminds.clicked.connect(self._note_edit)
        self.limit.textEdited.connect(lambda _text: self._note_edit())

    def _rows(self) -> tuple[NumberRows, ...]:
        return (self.terms, self.discounts, self.fees, self.reminders)

    def first_focus(self) -> QWidget:
        """Begin with the first rule."""
        return self.terms.edits["payment_term_days"]

    def read(self, setup: Setup) -> tuple[MoneyRules, str]:
        """Read the rules, and the currency that the limit is shown in."""
        load = self.desk.services.settings.load
        rules = MoneyRules(
            load(BillingSettings), load(FeeSettings), load(OverdueSettings), load(RefundSettings)
        )
        return rules, setup.clinic.currency

    def show_data(self, data: object) -> None:
        """Show the rules; what was typed and not saved stays."""
        if not isinstance(data, tuple):
            return
        rules, self._currency = data
        if not self._is_edited:
            for rows in (self.terms, self.discounts):
                rows.fill(asdict(rules.billing))
            self.fees.fill(asdict(rules.fees))
            self.reminders.fill(asdict(rules.overdue))
            self.charges.setChecked(rules.fees.is_automatic)
            self.reminds.setChecked(rules.overdue.is_automatic)
            limit = rules.refunds.second_person_from_minor
            self.limit.setText(str(Money(limit, self._currency)) if limit else "")
        self.save.setEnabled(self._is_edited)

    def _note_edit(self) -> None:
        self._is_edited = True
        self.problem.hide()
        self._limit_box.set_error("")
        self.save.setEnabled(True)

    def _save(self) -> None:
        found = [rows.values() for rows in self._rows()]
        numbers = [one for one in found if one is not None]
        if len(numbers) < len(found):
            return
        terms, discounts, fees, reminders = numbers
        try:
            rules = MoneyRules(
                replace(BillingSettings(), **terms, **discounts),
                FeeSettings(**fees, is_automatic=self.charges.isChecked()),
                OverdueSettings(**reminders, is_automatic=self.reminds.isChecked()),
                RefundSettings(self._typed_limit()),
            )
            check_money_rules(rules)
        except InvalidInputError as error:
            self._show_failure(error)
            return
        policy, actor = self.desk.services.policy, self.desk.actor
        self.desk.tasks.run(
            self,
            lambda: policy.set_money_rules(actor, rules),
            done=lambda _nothing: self._finish(),
            failed=self._show_failure,
        )

    def _typed_limit(self) -> int:
        text = self.limit.text().strip()
        if not text:
            return 0
        try:
            return parse_money(text, self._currency).minor
        except InvalidInputError as error:
            raise InvalidInputError(error.sentence, field="second_person_from_minor") from error

    def _finish(self) -> None:
        self._is_edited = False
        self.told.emit("Rules saved.")
        self.ask()

    def _show_failure(self, error: ClinicDeskError) -> None:
        field = error.field if isinstance(error, InvalidInputError) else ""
        for rows in self._rows():
            if isinstance(error, InvalidInputError) and field in rows.edits:
                rows.show_error(error)
                return
        if field == "second_person_from_minor":
            self._limit_box.set_error(error.sentence)
            self.limit.setFocus()
            return
        self.problem.setText(error.sentence)
        self.problem.show()
