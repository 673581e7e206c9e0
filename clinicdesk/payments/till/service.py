"""Opens, counts and closes tills."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.models import AuditHead
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.till import queries
from clinicdesk.payments.till.errors import (
    DrawerEmptyError,
    DrawerReasonError,
    TillClosedError,
    TillOpenError,
)
from clinicdesk.payments.till.models import TillDrawer, TillSession
from clinicdesk.payments.till.records import ClosedTill, Drawer, Loose, OpenTill
from clinicdesk.payments.till.rules import check_close, counted_total


class TillService:
    """The till of each clinic: one is open at a time, and a closed one is final.

    Its sums are added up from the ledger each time they are asked for.
    """

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.TAKE_PAYMENT)
    def till(self, _actor: Actor, clinic_id: int) -> OpenTill | None:
        """Give the clinic's open till; None while it is closed."""
        now = self._clock.now()

        def work(session: Session) -> OpenTill | None:
            row = queries.open_session(session, clinic_id)
            return None if row is None else queries.open_till(session, row, now=now)

        return self._database.read(work)

    @requires(Action.TAKE_PAYMENT)
    def usual_float(self, _actor: Actor, clinic_id: int) -> Money:
        """Give what was left in the drawer at the last close; nought before the first."""

        def work(session: Session) -> Money:
            currency = session.get_one(Clinic, clinic_id).currency
            former = queries.latest_close(session, clinic_id)
            return Money((former and former.left_minor) or 0, currency)

        return self._database.read(work)

    @requires(Action.TAKE_PAYMENT)
    def open(self, actor: Actor, clinic_id: int, *, float_kept: Money) -> OpenTill:
        """Open the till with what is in the drawer.

        Raises:
            TillOpenError: it is open.
        """
        now = self._clock.now()

        def work(transaction: Transaction) -> OpenTill:
            session = transaction.session
            if queries.open_session(session, clinic_id) is not None:
                raise TillOpenError
            former = queries.latest_close(session, clinic_id)
            row = TillSession(
                clinic_id=clinic_id,
                counts_from_at=(former and former.closed_at) or now,
                currency=session.get_one(Clinic, clinic_id).currency,
                float_minor=float_kept.minor,
                opened_at=now,
                opened_by=actor.name,
                closed_by="",
                counted={},
                reason="",
                audit_mark="",
            )
            session.add(row)
            session.flush()
            self._note(transaction, actor, "open till", row, float_minor=float_kept.minor)
            return queries.open_till(session, row, now=now)

        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise TillOpenError from error

    @requires(Action.TAKE_PAYMENT)
    def put(
        self, actor: Actor, clinic_id: int, *, kind: Drawer, amount: Money, reason: str
    ) -> OpenTill:
        """Put cash into the drawer or take some out, without an invoice.

        Raises:
            DrawerReasonError: nobody said what for.
            DrawerEmptyError: more is taken out than should be there.
            TillClosedError: the till is not open.
        """
        if not reason.strip():
            raise DrawerReasonError
        now = self._clock.now()

        def work(transaction: Transaction) -> OpenTill:
            session = transaction.session
            row = _locked(session, clinic_id)
            held = queries.open_till(session, row, now=now).expected_cash
            if kind is Drawer.PAID_OUT and amount.minor > held.minor:
                raise DrawerEmptyError(held)
            session.add(
                TillDrawer(
                    session_id=row.id,
                    kind=kind,
                    amount_minor=amount.minor,
                    reason=reason.strip(),
                    by=actor.name,
                    at=now,
                )
            )
            session.flush()
            self._note(transaction, actor, f"till {kind.value}", row, amount_minor=amount.minor)
            return queries.open_till(session, row, now=now)

        return self._database.write(work)

    @requires(Action.TAKE_PAYMENT)
    def loose_ends(self, _actor: Actor, clinic_id: int) -> tuple[Loose, ...]:
        """List what should be dealt with before the till is closed; empty when all is done."""
        now = self._clock.now()

        def work(session: Session) -> tuple[Loose, ...]:
            row = queries.open_session(session, clinic_id)
            if row is None:
                raise TillClosedError
            return _loose(session, clinic_id, row.counts_from_at, now)

        return self._database.read(work)

    @requires(Action.CLOSE_TILL)
    def close(
        self,
        actor: Actor,
        clinic_id: int,
        *,
        counted: Mapping[int, int],
        left: Money,
        reason: str = "",
    ) -> ClosedTill:
        """Sign a count and close the till for good; business goes on in the next one.

        `counted` is how many there are of each denomination, by its minor units; `left` stays in
        the drawer as the next till's float. The head of the audit log is kept with it, so that the
        printed sheet proves what stood there.

        Raises:
            CountInvalidError, TooMuchLeftError, DifferenceUnexplainedError: as named.
            TillClosedError: somebody closed it meanwhile.
        """
        now = self._clock.now()

        def work(transaction: Transaction) -> ClosedTill:
            session = transaction.session
            row = _locked(session, clinic_id)
            total = counted_total(counted, row.currency)
            expected = queries.open_till(session, row, now=now).expected_cash
            check_close(counted=total, expected=expected, left=left, reason=reason)
            self._note(
                transaction, actor, "close till", row, counted_minor=total.minor,
                expected_minor=expected.minor, left_minor=left.minor,
            )  # fmt: skip
            head = session.get_one(AuditHead, 1)
            row.closed_at, row.closed_by = now, actor.name
            row.counted = {str(value): number for value, number in counted.items() if number}
            row.counted_minor, row.expected_minor = total.minor, expected.minor
            row.left_minor, row.reason = left.minor, reason.strip()
            row.audit_seq, row.audit_mark = head.seq, head.mac.hex()
            session.flush()
            return queries.closed_till(session, row)

        return self._database.write(work)

    @requires(Action.SEE_BILLING)
    def closed(self, _actor: Actor, clinic_id: int, *, limit: int = 31) -> tuple[ClosedTill, ...]:
        """List the closed tills of a clinic, the newest first."""

        def work(session: Session) -> tuple[ClosedTill, ...]:
            rows = session.scalars(
                select(TillSession)
                .where(TillSession.clinic_id == clinic_id, TillSession.closed_at.is_not(None))
                .order_by(TillSession.closed_at.desc())
                .limit(limit)
            )
            return tuple(queries.closed_till(session, row) for row in rows)

        return self._database.read(work)

    def _note(
        self, transaction: Transaction, actor: Actor, action: str, row: TillSession, **details: int
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity="till", entity_id=row.id, clinic=row.clinic_id,
            **details,
        )  # fmt: skip
        transaction.changed(Topic.TILL, row.id)


def _locked(session: Session, clinic_id: int) -> TillSession:
    row = queries.open_session(session, clinic_id, locked=True)
    if row is None:
        raise TillClosedError
    return row


def _loose(
    session: Session, clinic_id: int, from_at: datetime, until_at: datetime
) -> tuple[Loose, ...]:
    open_payments = queries.open_payment_count(session, clinic_id)
    undone = queries.without_outcome_count(session, clinic_id, from_at=from_at, until_at=until_at)
    uninvoiced = queries.uninvoiced_count(session, clinic_id, from_at=from_at, until_at=until_at)
    found = (
        Loose("card payments not settled", *open_payments),
        Loose("visits without an outcome", *undone),
        Loose("finished visits without an invoice", *uninvoiced),
    )
    return tuple(loose for loose in found if loose.count)
