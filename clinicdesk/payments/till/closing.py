"""Signs a counted till and locks its day, within one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.models import AuditHead
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.day_lock import booked_at, hold_lock
from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction
from clinicdesk.money import Money
from clinicdesk.payments.till import queries
from clinicdesk.payments.till.card_check import kept_check
from clinicdesk.payments.till.errors import TillClosedError
from clinicdesk.payments.till.loose import loose_ends
from clinicdesk.payments.till.models import TillSession
from clinicdesk.payments.till.records import CardCheck, ClosedTill, Loose
from clinicdesk.payments.till.rules import check_close, check_loose, counted_total


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person signs: the count, what stays, the reasons, and what they have looked at."""

    counted: Mapping[int, int]
    left: Money
    reason: str
    loose_reason: str
    seen: tuple[Loose, ...] | None


def locked_session(session: Session, clinic_id: int) -> TillSession:
    """Give the clinic's open till, which nobody else closes meanwhile.

    Raises:
        TillClosedError: it is closed.
    """
    row = queries.open_session(session, clinic_id, locked=True)
    if row is None:
        raise TillClosedError
    return row


def check_signing(
    session: Session, row: TillSession, signing: Signing, *, now: datetime
) -> tuple[Money, Money, tuple[Loose, ...]]:
    """Check that a till may be signed so; gives what was counted and expected, and what is open.

    Raises:
        CountInvalidError, TooMuchLeftError, DifferenceUnexplainedError, CardRunningError,
        LooseUnexplainedError, LooseChangedError: as named.
    """
    total = counted_total(signing.counted, row.currency)
    expected = queries.open_till(session, row, now=now).expected_cash
    check_close(counted=total, expected=expected, left=signing.left, reason=signing.reason)
    loose = loose_ends(session, row.clinic_id, from_at=row.counts_from_at, until_at=now)
    check_loose(loose, reason=signing.loose_reason, seen=signing.seen)
    return total, expected, loose


def sign(
    transaction: Transaction,
    actor: Actor,
    clinic_id: int,
    signing: Signing,
    *,
    card_check: CardCheck,
    audit: AuditLog,
    now: datetime,
) -> ClosedTill:
    """Close the clinic's till for good, and its day with it: what comes now is of the next till.

    Raises:
        TillClosedError: somebody closed it meanwhile.
        DayLockedError: by this computer's clock the former close is still to come.
        And what `check_signing` raises.
    """
    session = transaction.session
    row = locked_session(session, clinic_id)
    # From here on nobody books anything for this clinic until the close is written.
    lock = hold_lock(session, clinic_id)
    now = booked_at(session, clinic_id, now)
    total, expected, loose = check_signing(session, row, signing, now=now)
    audit.record(
        transaction, actor, "close till", entity="till", entity_id=row.id, clinic=clinic_id,
        counted_minor=total.minor, expected_minor=expected.minor, left_minor=signing.left.minor,
        loose={one.kind.name.lower(): one.count for one in loose}, cards=kept_check(card_check),
    )  # fmt: skip
    transaction.changed(Topic.TILL, row.id)
    head = session.get_one(AuditHead, 1)
    row.closed_at, row.closed_by, row.closed_by_id = now, actor.name, actor.user_id
    row.counted = {str(value): number for value, number in signing.counted.items() if number}
    row.counted_minor, row.expected_minor = total.minor, expected.minor
    row.left_minor, row.reason = signing.left.minor, signing.reason.strip()
    row.card_check = kept_check(card_check)
    row.loose = [[one.kind.value, one.count, one.item_id] for one in loose]
    row.loose_reason = signing.loose_reason.strip()
    row.audit_seq, row.audit_mark = head.seq, head.mac.hex()
    lock.locked_until_at = now
    session.flush()
    return queries.closed_till(session, row)
