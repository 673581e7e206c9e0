"""Holds what the books say of cards and links since the last close against the provider's list."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor, program_actor
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.errors import UnavailableError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.errors import NoAnswerError
from clinicdesk.payments.gateway import RefundState, RefundStatus
from clinicdesk.payments.models import Payment, Refund
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.reconciliation.queries import taken_here
from clinicdesk.payments.reconciliation.records import ComparisonRecord
from clinicdesk.payments.reconciliation.service import ReconciliationService
from clinicdesk.payments.records import AT_PROVIDER, RefundStage
from clinicdesk.payments.service import GatewaySource
from clinicdesk.payments.till.models import TillSession
from clinicdesk.payments.till.records import CardCheck

# A till that nobody closed for months would have to be listed for minutes.
LONGEST = timedelta(days=31)
OFF = "Card payments are not set up, so there was nothing to compare."
NOT_AWAITED = "Not checked: the card provider's answer was not waited for."
NO_ANSWER = "Not checked: the card provider cannot be reached."
GONE = frozenset({RefundStatus.FAILED, RefundStatus.CANCELED})


class CardChecker:
    """Asks the provider, outside any transaction: each question may take minutes."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        gateways: GatewaySource,
        reconciliation: ReconciliationService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._gateways = gateways
        self._reconciliation = reconciliation

    def check(self, actor: Actor, currency: str, since: datetime) -> CardCheck:
        """Compare what was begun since `since`; where that cannot be done the check says why."""
        now = self._clock.now()
        from_at = max(since, now - LONGEST)
        compared: ComparisonRecord | None = None
        listed: tuple[RefundState, ...] | None = None
        problem, is_off = "", False
        try:
            compared = self._compared(actor, currency, from_at, now)
            listed = self._given_back(currency, from_at)
        except CardsOffError:
            problem, is_off = OFF, True
        except NoAnswerError:
            problem = NO_ANSWER
        except (UnavailableError, UnknownOutcomeError) as error:
            problem = f"Not checked: {error.sentence}"
        nothing = Money(0, currency)
        there = None if listed is None else (compared.theirs if compared else nothing)
        ids = [refund.provider_refund_id for refund in listed or ()]
        begun, back = self._database.read(
            lambda session: _ours(session, currency, from_at, now, ids)
        )
        return CardCheck(
            ours=compared.ours if compared else Money(begun, currency),
            ours_back=Money(back, currency),
            theirs=there,
            theirs_back=None if listed is None else _sum(listed, currency),
            from_at=from_at,
            checked_at=now,
            problem=problem,
            is_off=is_off,
        )

    def skip(self, _actor: Actor, currency: str, since: datetime) -> CardCheck:
        """Give what the books say alone, where nobody waited for the provider."""
        now = self._clock.now()
        from_at = max(since, now - LONGEST)
        begun, back = self._database.read(
            lambda session: _ours(session, currency, from_at, now, ())
        )
        return CardCheck(
            Money(begun, currency), Money(back, currency), None, None, from_at, now, NOT_AWAITED
        )

    def _compared(
        self, actor: Actor, currency: str, from_at: datetime, now: datetime
    ) -> ComparisonRecord | None:
        """Give the till's currency; None where the provider took nothing in it."""
        found = self._reconciliation.compare(
            program_actor(actor.desk), from_at=from_at, until_at=now
        )
        return next((one for one in found if one.theirs.currency == currency), None)

    def _given_back(self, currency: str, from_at: datetime) -> tuple[RefundState, ...]:
        return tuple(
            refund
            for refund in self._gateways().list_refunds(created_after=from_at)
            if refund.amount.currency == currency and refund.status not in GONE
        )


def kept_check(check: CardCheck) -> dict[str, Any]:
    """Give a check as it is kept with a till; its currency is the till's."""
    return {
        "ours": check.ours.minor,
        "ours_back": check.ours_back.minor,
        "theirs": None if check.theirs is None else check.theirs.minor,
        "theirs_back": None if check.theirs_back is None else check.theirs_back.minor,
        "from_at": check.from_at.isoformat(),
        "checked_at": check.checked_at.isoformat(),
        "problem": check.problem,
        "is_off": check.is_off,
    }


def card_check_of(row: TillSession) -> CardCheck | None:
    """Give the check that is kept with a till; None where there was none."""
    kept = row.card_check
    if kept is None:
        return None

    def money(name: str) -> Money | None:
        return None if kept[name] is None else Money(kept[name], row.currency)

    return CardCheck(
        ours=Money(kept["ours"], row.currency),
        ours_back=Money(kept["ours_back"], row.currency),
        theirs=money("theirs"),
        theirs_back=money("theirs_back"),
        from_at=datetime.fromisoformat(kept["from_at"]),
        checked_at=datetime.fromisoformat(kept["checked_at"]),
        problem=kept["problem"],
        is_off=kept["is_off"],
    )


def _sum(listed: Collection[RefundState], currency: str) -> Money:
    return Money(sum(refund.amount.minor for refund in listed), currency)


def _ours(
    session: Session, currency: str, from_at: datetime, until_at: datetime, listed: Collection[str]
) -> tuple[int, int]:
    """Give what is recorded as taken and as given back; a listed refund counts whenever begun."""
    taken = taken_here(session, currency, from_at=from_at, until_at=until_at)
    back = session.execute(
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Payment.method.in_(AT_PROVIDER),
            Refund.currency == currency,
            Refund.status != RefundStage.FAILED,
            or_(
                Refund.provider_refund_id.in_(listed),
                (Refund.created_at >= from_at) & (Refund.created_at < until_at),
            ),
        )
    ).scalar_one()
    return sum(taken.values()), int(back)
