"""A desk in a process of its own that can be killed: each job runs in a fork of this one.

Reads jobs as lines of JSON; answers each with the fork's number as soon as it runs, and with how it
ended and what it said.
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.records import CardProgress, ReaderStep
from clinicdesk.payments.rules import CAN_TRY_AGAIN
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.stand_in import TRAINING_KEY
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk
from tests.conftest import FILE_KEY

MOST_STEPS = 20


def _open(where: str) -> Database:
    if where.startswith("postgresql"):
        return open_server(where, bus=ChangeBus())
    return open_file(Path(where), FILE_KEY, bus=ChangeBus())


def _die_at_commit(database: Database, number: int, *, after: bool) -> None:
    """Kill this process right before its n-th commit, or right after it."""
    seen = {"commits": 0}

    def commit(_connection: Any) -> None:
        seen["commits"] += 1
        if seen["commits"] == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)

    def give_back(_connection: Any, _record: Any) -> None:
        if seen["commits"] >= number and after:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "commit", commit)
    event.listen(database.engine, "checkin", give_back)


def _count_commits(database: Database) -> dict[str, int]:
    seen = {"commits": 0}

    def commit(_connection: Any) -> None:
        seen["commits"] += 1

    event.listen(database.engine, "commit", commit)
    return seen


class Job:
    """One desk at work on an invoice, or on several at once."""

    def __init__(self, given: dict[str, Any]) -> None:
        database = _open(given["database"])
        gateway = StripeGateway(TRAINING_KEY, api_base=given["api_base"])
        clock = FixedClock(datetime.fromisoformat(given["at"]))
        self.desk = BillingDesk(database, clock, lambda: gateway)
        self.given = given
        self.commits = _count_commits(database)
        if given.get("commit"):
            _die_at_commit(database, given["commit"], after=given["after"])

    def take(self) -> str:
        """Take the money of the invoices by card, whatever it takes, and say the last step."""
        invoice, *others = (
            self.desk.billing.invoice(RECEPTIONIST, number) for number in self.given["invoice_ids"]
        )
        if not invoice.due.minor:
            return "nothing due"
        progress = self.desk.payments.create_payment_intent(
            RECEPTIONIST,
            invoice.id,
            amount=sum((other.due for other in others), invoice.due),
            reader_id=self.given["reader_id"],
            shares={other.id: other.due for other in others},
        )
        return self._to_the_end(progress).step.value

    def recover(self) -> str:
        """Do what a start does: look at open payments. Ask nobody for a card."""
        settled = self.desk.payments.settle_open_attempts(SETUP)
        return ",".join(progress.step.value for progress in settled)

    def go_on(self) -> str:
        """Do what the desk does next: try open payments again, or begin."""
        open_ones = self.desk.payments.open_attempts(RECEPTIONIST)
        if not open_ones:
            return self.take()
        progress = self.desk.payments.confirm_payment(RECEPTIONIST, open_ones[0].id)
        return self._to_the_end(progress).step.value

    def refund(self) -> str:
        """Give back a part of the payment."""
        refund = self.desk.refunds.process_refund(
            MANAGER,
            self.given["payment_id"],
            amount=Money(self.given["minor"], "GBP"),
            reason="Wrong service",
            refund_key=self.given["refund_key"],
        )
        return refund.status.value

    def settle_refunds(self) -> str:
        """Do what a start does with open refunds."""
        return ",".join(r.status.value for r in self.desk.refunds.settle_open_refunds(SETUP))

    def _to_the_end(self, progress: CardProgress) -> CardProgress:
        for _ in range(MOST_STEPS):
            if progress.step in {ReaderStep.PAID, ReaderStep.CANCELLED}:
                break
            payment_id = progress.payment.id
            payments = self.desk.payments
            again = (
                payments.try_again if progress.step in CAN_TRY_AGAIN else payments.confirm_payment
            )
            progress = again(RECEPTIONIST, payment_id)
        return progress


def _run(given: dict[str, Any]) -> None:
    job = Job(given)
    said = getattr(job, given["job"])()
    print(json.dumps({"said": said, "commits": job.commits["commits"]}), flush=True)


def main() -> None:
    """Serve jobs until the input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _run(json.loads(line))
            except BaseException as error:  # noqa: BLE001
                print(json.dumps({"failed": repr(error)}), flush=True)
                os._exit(1)
            os._exit(0)
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"ended": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
