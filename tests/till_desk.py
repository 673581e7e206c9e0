"""A desk with a till."""

from datetime import timedelta

from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import OpenTill
from tests.billing_desk import MANAGER, RECEPTIONIST, BillingDesk, pounds
from tests.services import services_over

FLOAT = pounds(5000)


class TillDesk(BillingDesk):
    """A clinic whose cash is counted."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.services = services_over(self.database, self.clock)
        self.tills = self.services.tills
        self.documents = self.services.documents

    def opened(self, float_kept: Money = FLOAT) -> OpenTill:
        return self.tills.open(RECEPTIONIST, self.clinic_id, float_kept=float_kept)

    def now(self) -> OpenTill:
        self.clock.advance(timedelta(seconds=1))
        till = self.tills.till(RECEPTIONIST, self.clinic_id)
        assert till is not None
        return till

    def cash(self, minor: int) -> int:
        self.clock.advance(timedelta(minutes=1))
        invoice = self.invoice(minor)
        paid = self.payments.take_cash(
            RECEPTIONIST, invoice.id, amount=pounds(minor), tendered=pounds(minor + 500)
        )
        return paid.id

    def transfer(self, minor: int) -> None:
        self.clock.advance(timedelta(minutes=1))
        invoice = self.invoice(minor)
        self.payments.record_transfer(RECEPTIONIST, invoice.id, amount=pounds(minor))

    def give_back(self, payment_id: int, minor: int) -> None:
        self.clock.advance(timedelta(minutes=1))
        self.refunds.process_refund(
            MANAGER, payment_id, amount=pounds(minor), reason="Wrong", refund_key=f"r{minor}"
        )

    def kept(self, till: OpenTill, method: PaymentMethod) -> Money:
        (found,) = (tender.kept for tender in till.tenders if tender.method is method)
        return found
