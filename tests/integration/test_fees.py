"""Missed and late-cancelled visits are charged by the clinic's rule, once, or let off."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clinicdesk.app import Services
from clinicdesk.billing.fees.errors import FeeReasonMissingError, NoFeeError
from clinicdesk.billing.fees.records import FeeCause
from clinicdesk.billing.records import InvoiceKind
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus, CancelledBy
from clinicdesk.settings.records import FeeSettings
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.services import services_over

RULE = FeeSettings(no_show_percent=50, late_cancel_percent=25)


class FeeDesk(BillingDesk):
    """A desk where visits are missed."""

    services: Services

    def missed(self, minor: int = 9500) -> int:
        return self.visit(
            self.offer(pounds(minor), name=f"Check {self.visits}"),
            status=AppointmentStatus.NO_SHOW,
        )

    def cancelled(self, by: CancelledBy = CancelledBy.PATIENT, *, late: bool = True) -> int:
        visit = self.visit(self.offer(pounds(9500)), status=AppointmentStatus.CANCELLED)
        self._set(
            visit,
            cancelled_by=by,
            is_late_cancellation=late,
            cancelled_at=self.clock.now(),
            holds_slot=False,
        )
        return visit

    def _set(self, visit: int, **values: object) -> None:
        self.database.write(
            lambda transaction: transaction.session.execute(
                update(Appointment).where(Appointment.id == visit).values(**values)
            )
        )

    def pending(self) -> list[tuple[int, FeeCause, int]]:
        found = self.services.fees.pending(RECEPTIONIST, self.clinic_id)
        return [(fee.appointment_id, fee.cause, fee.fee.minor) for fee in found]


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> FeeDesk:
    made = FeeDesk(database, clock)
    made.services = services_over(database, clock)
    made.set_up()
    made.services.settings.save(SETUP, RULE)
    return made


def test_what_costs_a_fee(desk: FeeDesk) -> None:
    missed, late = desk.missed(), desk.cancelled()
    desk.cancelled(CancelledBy.CLINIC)
    desk.cancelled(late=False)
    desk.visit(desk.offer(pounds(9500)))
    assert desk.pending() == [
        (missed, FeeCause.NO_SHOW, 4750),
        (late, FeeCause.LATE_CANCELLATION, 2375),
    ]
    desk.services.settings.save(SETUP, FeeSettings())
    assert desk.pending() == []


def test_a_fee_is_charged_once_and_the_visit_may_still_be_invoiced(desk: FeeDesk) -> None:
    missed = desk.missed()
    invoice = desk.services.fees.charge(RECEPTIONIST, missed)
    assert (invoice.kind, invoice.total, invoice.tax) == (
        InvoiceKind.FEE, pounds(4750), pounds(0),
    )  # fmt: skip
    assert invoice.lines[0].description.startswith("Missed visit, Check")
    with pytest.raises(NoFeeError):
        desk.services.fees.charge(RECEPTIONIST, missed)
    assert desk.pending() == []
    desk._set(missed, status=AppointmentStatus.COMPLETED)
    assert desk.billing.invoice_visit(RECEPTIONIST, missed).total == pounds(9500)


def test_a_patient_is_let_off_with_a_reason(desk: FeeDesk) -> None:
    missed = desk.missed()
    with pytest.raises(FeeReasonMissingError):
        desk.services.fees.waive(MANAGER, missed, reason=" ")
    with pytest.raises(AccessDeniedError):
        desk.services.fees.waive(RECEPTIONIST, missed, reason="Was in hospital")
    desk.services.fees.waive(MANAGER, missed, reason="Was in hospital")
    assert desk.pending() == []
    with pytest.raises(NoFeeError):
        desk.services.fees.charge(RECEPTIONIST, missed)


def test_by_itself_only_what_can_no_longer_be_taken_back(desk: FeeDesk, clock: FixedClock) -> None:
    desk.cancelled()
    assert desk.services.fees.charge_due(SETUP) == 0
    automatic = FeeSettings(late_cancel_percent=25, is_automatic=True)
    desk.services.settings.save(SETUP, automatic)
    assert desk.services.fees.charge_due(SETUP) == 0
    clock.advance(timedelta(minutes=16))
    assert desk.services.fees.charge_due(SETUP) == 1
    assert desk.services.fees.charge_due(SETUP) == 0


def test_of_two_workers_one_charges(desk: FeeDesk, clock: FixedClock) -> None:
    visit = desk.cancelled()
    assert desk.services.fees._charge_if_open(SETUP, visit)
    assert not desk.services.fees._charge_if_open(SETUP, visit)
