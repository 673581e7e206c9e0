"""The section for services: how long they take, what they need, how far ahead, and the price."""

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clinics.records import NewService, ServiceRecord
from clinicdesk.errors import InvalidInputError
from clinicdesk.money import parse_money
from ui.core.closure_dialog import side_by_side
from ui.core.session import Desk
from ui.core.table_model import Column
from ui.core.typed import parse_whole
from ui.core.typed_fields import NumberField
from ui.settings.edit_dialog import EditDialog, Store
from ui.settings.list_section import ListBlock
from ui.settings.section import Section, Setup
from ui.settings.words import minutes_text

NOTHING = "No services yet. Add what patients come for, with its length and price."
LENGTHS = {
    "duration_minutes": "Length, minutes",
    "buffer_before_minutes": "Buffer before",
    "buffer_after_minutes": "Buffer after",
}
AHEAD = {
    "minimum_notice_minutes": "Shortest notice, minutes",
    "horizon_days": "Offered ahead, days",
}
STEP_MINUTES = 5


class ServicesSection(Section):
    """What can be booked, at every clinic."""

    name = "Services"
    sentence = (
        "What patients come for. Buffers keep the doctor free around a visit; a service without "
        "notice or horizon of its own takes the clinic's. What is booked keeps its length."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        columns: list[Column[Any]] = [
            Column("Service", lambda each: each.name, is_strong=True),
            Column("Length", lambda each: minutes_text(each.duration_minutes)),
            Column("Buffers", _buffers),
            Column("Notice", lambda each: minutes_text(each.minimum_notice_minutes)),
            Column("Ahead", _ahead),
            Column("Needs", lambda each: each.equipment_kind or "–"),
            Column("Price", lambda each: str(each.price), is_right=True),
        ]
        self.list = ListBlock(
            desk.theme,
            "Offered",
            columns=columns,
            widths_px=(190, 70, 100, 100, 100, 80, 80),
            empty=NOTHING,
        )
        self.edit = self.list.add_row_button("Change…", self.change_service)
        self.add = self.list.add_button(
            "Add a service…", self.add_service, key="Ctrl+Shift+S", kind="primary"
        )
        self.list.table.opened.connect(self.change_service)
        self.body.addWidget(self.list)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Begin with the list, or where the first is made."""
        return self.list.table if self.list.model.records else self.add

    def read(self, _setup: Setup) -> tuple[ServiceRecord, ...]:
        """Read the services."""
        return self.desk.services.clinics.services(self.desk.actor)

    def show_data(self, data: object) -> None:
        """Show the list."""
        if isinstance(data, tuple):
            self.list.show_records(data)

    def add_service(self) -> None:
        """Open the dialog for a new service."""
        self._open(None)

    def change_service(self, service: ServiceRecord) -> None:
        """Open the dialog for a service."""
        self._open(service)

    def _open(self, service: ServiceRecord | None) -> None:
        if self.setup is not None:
            dialog = ServiceDialog(self, self.desk, service, self.setup.clinic.currency)
            dialog.saved.connect(self.told)
            dialog.saved.connect(lambda _text: self.ask())
            self.open_kept(dialog, service.name if service else "")


class ServiceDialog(EditDialog):
    """Adds or changes a service."""

    def __init__(
        self, host: QWidget, desk: Desk, service: ServiceRecord | None, currency: str
    ) -> None:
        super().__init__(host, desk, title=service.name if service else "New service")
        self._service = service
        self._currency = service.price.currency if service else currency
        theme = desk.theme
        self.name_edit = QLineEdit(service.name if service else "")
        self.specialty_edit = QLineEdit(service.specialty if service else "")
        self.price_edit = QLineEdit(str(service.price) if service else "")
        self.equipment_edit = QLineEdit(service.equipment_kind if service else "")
        self.equipment_edit.setPlaceholderText("nothing; or a kind such as ECG")
        self.numbers = {
            name: NumberField(theme, name=label, step=STEP_MINUTES if name in LENGTHS else 1)
            for name, label in (LENGTHS | AHEAD).items()
        }
        for name, edit in self.numbers.items():
            value = getattr(service, name, None)
            edit.setText("" if value is None else str(value))
            edit.setPlaceholderText("0" if name.startswith("buffer") else "")
        for name in AHEAD:
            self.numbers[name].setPlaceholderText("the clinic's")
        self._build()

    def _build(self) -> None:
        desk = self.desk
        self.add_field("Name", self.name_edit, name="name")
        lengths = [self.field(LENGTHS[n], self.numbers[n], name=n) for n in LENGTHS]
        self.body.addWidget(side_by_side(desk, *lengths))
        ahead = [self.field(AHEAD[n], self.numbers[n], name=n) for n in AHEAD]
        self.body.addWidget(side_by_side(desk, *ahead))
        needs = (
            self.field("Needs equipment", self.equipment_edit, name="equipment_kind"),
            self.field("Specialty", self.specialty_edit, name="specialty"),
        )
        self.body.addWidget(side_by_side(desk, *needs))
        self.add_field("Price, with tax", self.price_edit, name="price")
        self.add_footer("Save the service" if self._service else "Add the service")

    def service(self) -> NewService:
        """Give what was typed.

        Raises:
            InvalidInputError: a number or the price cannot be read; at its field.
        """
        found = {
            name: parse_whole(edit.text(), field=name, what="a whole number")
            for name, edit in self.numbers.items()
            if edit.text().strip()
        }
        if "duration_minutes" not in found:
            raise InvalidInputError("Please enter how many minutes.", field="duration_minutes")
        try:
            price = parse_money(self.price_edit.text(), self._currency)
        except InvalidInputError as error:
            raise InvalidInputError(error.sentence, field="price") from error
        return NewService(
            name=self.name_edit.text().strip(),
            duration_minutes=found["duration_minutes"],
            price=price,
            tax_basis_points=self._service.tax_basis_points if self._service else 0,
            specialty=self.specialty_edit.text().strip(),
            buffer_before_minutes=found.get("buffer_before_minutes", 0),
            buffer_after_minutes=found.get("buffer_after_minutes", 0),
            minimum_notice_minutes=found.get("minimum_notice_minutes"),
            horizon_days=found.get("horizon_days"),
            equipment_kind=self.equipment_edit.text().strip(),
        )

    def storing(self) -> tuple[Store, str]:
        """Give what saves the service."""
        service, was = self.service(), self._service
        clinics, actor = self.desk.services.clinics, self.desk.actor
        sentence = f"{service.name} saved."
        if was is None:
            return (lambda: clinics.offer(actor, service)), sentence
        return (lambda: clinics.change_service(actor, was.id, new=service)), sentence


def _buffers(service: ServiceRecord) -> str:
    before, after = service.buffer_before_minutes, service.buffer_after_minutes
    return f"{before} + {after} min" if before or after else "–"


def _ahead(service: ServiceRecord) -> str:
    days = service.horizon_days
    return "the clinic's" if days is None else minutes_text(days * 24 * 60)
