"""Opens, counts and closes tills."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.day_lock import booked_at, make_lock
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.till import queries
from clinicdesk.payments.till.card_check import CardChecker
from clinicdesk.payments.till.closing import Signing, check_signing, locked_session, sign
from clinicdesk.payments.till.errors import (
    DrawerEmptyError,
    DrawerReasonError,
    TillClosedError,
    TillOpenError,
)
from clinicdesk.payments.till.loose import loose_ends
from clinicdesk.payments.till.models import TillDrawer, TillSession
from clinicdesk.payments.till.records import CardCheck, ClosedTill, Drawer, Loose, OpenTill


class TillService:
    """The till of each clinic: one is open at a time, and a closed one is final.

    Its sums are added up from the ledger each time they are asked for; `cards` compares them with
    the card provider.
    """

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, cards: CardChecker
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._cards = cards

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
            DayLockedError: by this computer's clock the former close is still to come.
        """
        begun_at = self._clock.now()

        def work(transaction: Transaction) -> OpenTill:
            session = transaction.session
            if queries.open_session(session, clinic_id) is not None:
                raise TillOpenError
            make_lock(session, clinic_id)
            now = booked_at(session, clinic_id, begun_at)
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
            row = locked_session(session, clinic_id)
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
        """List what is still open, the gravest first; empty when all is done.

        Raises:
            TillClosedError: the till is not open.
        """
        now = self._clock.now()

        def work(session: Session) -> tuple[Loose, ...]:
            row = _open(session, clinic_id)
            return loose_ends(session, clinic_id, from_at=row.counts_from_at, until_at=now)

        return self._database.read(work)

    @requires(Action.CLOSE_TILL)
    def check_cards(self, actor: Actor, clinic_id: int) -> CardCheck:
        """Compare with the card provider what cards and links brought since the last close.

        It asks over the network, which may take minutes; where that fails the check says why.

        Raises:
            TillClosedError: the till is not open.
        """
        return self._cards.check(actor, *self._span(clinic_id))

    @requires(Action.CLOSE_TILL)
    def close(
        self,
        actor: Actor,
        clinic_id: int,
        *,
        counted: Mapping[int, int],
        left: Money,
        reason: str = "",
        loose_reason: str = "",
        seen: tuple[Loose, ...] | None = None,
        card_check: CardCheck | None = None,
        asks_provider: bool = True,
    ) -> ClosedTill:
        """Sign a count and close the till and its day for good; business goes on in the next one.

        `counted` is how many there are of each denomination, by its minor units; `left` stays in
        the drawer as the next till's float. `loose_reason` is why it is closed with something still
        open, of what the person has `seen`. Without a `card_check` the provider is asked first, or
        with `asks_provider` False not at all, which the sheet tells. The head of the audit log is
        kept with it, so that the printed sheet proves what stood there.

        Raises:
            CountInvalidError, TooMuchLeftError, DifferenceUnexplainedError: as named.
            CardRunningError, LooseUnexplainedError, LooseChangedError: something is still open.
            TillClosedError: somebody closed it meanwhile.
            DayLockedError: by this computer's clock the former close is still to come.
        """
        signing = Signing(counted, left, reason, loose_reason, seen)
        now = self._clock.now()
        self._database.read(
            lambda session: check_signing(session, _open(session, clinic_id), signing, now=now)
        )
        if card_check is None:
            ask = self._cards.check if asks_provider else self._cards.skip
            card_check = ask(actor, *self._span(clinic_id))
        checked = card_check
        now = self._clock.now()
        return self._database.write(
            lambda transaction: sign(
                transaction,
                actor,
                clinic_id,
                signing,
                card_check=checked,
                audit=self._audit,
                now=now,
            )
        )

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

    def _span(self, clinic_id: int) -> tuple[str, datetime]:
        """Give the open till's currency, and from when it counts."""

        def work(session: Session) -> tuple[str, datetime]:
            row = _open(session, clinic_id)
            return row.currency, row.counts_from_at

        return self._database.read(work)

    def _note(
        self, transaction: Transaction, actor: Actor, action: str, row: TillSession, **details: int
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity="till", entity_id=row.id, clinic=row.clinic_id,
            **details,
        )  # fmt: skip
        transaction.changed(Topic.TILL, row.id)


def _open(session: Session, clinic_id: int) -> TillSession:
    row = queries.open_session(session, clinic_id)
    if row is None:
        raise TillClosedError
    return row
