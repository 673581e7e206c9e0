"""What happened stands in a chain in which a change, a gap or a cut shows."""

import pytest
from sqlalchemy import text

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError

MANAGER = Actor(7, "John", frozenset({Role.MANAGER}), desk="Front desk")
KEY = b"k" * 32


@pytest.fixture
def audit(database: Database, clock: FixedClock) -> AuditLog:
    log = AuditLog(database, clock=clock, key=KEY)
    for number in range(1, 6):

        def work(transaction: Transaction, number: int = number) -> None:
            log.record(
                transaction, MANAGER, "confirm", entity="appointment", entity_id=number, was="é"
            )

        database.write(work)
    return log


def test_entries_tell_who_did_what_when_and_where(audit: AuditLog, clock: FixedClock) -> None:
    newest = audit.entries(MANAGER)[0]
    assert (newest.seq, newest.user_id, newest.desk) == (5, 7, "Front desk")
    assert (newest.action, newest.entity, newest.entity_id) == ("confirm", "appointment", 5)
    assert newest.at == clock.now()
    assert newest.details == {"was": "é"}
    assert [entry.seq for entry in audit.entries(MANAGER, entity="appointment", entity_id=2)] == [2]
    assert audit.verify(MANAGER).is_whole


def test_a_rolled_back_change_leaves_no_entry(audit: AuditLog, database: Database) -> None:
    def work(transaction: Transaction) -> None:
        audit.record(transaction, MANAGER, "refund", entity="payment", entity_id=1)
        raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        database.write(work)
    assert audit.entries(MANAGER)[0].seq == 5
    assert audit.verify(MANAGER).is_whole


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE audit_entry SET action = 'cancel' WHERE seq = 3", 3),
        ("UPDATE audit_entry SET details = '{}' WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 3", 3),
        ("DELETE FROM audit_entry WHERE seq = 5", 5),
        ("UPDATE audit_entry SET entity_id = 9 - entity_id", 1),
    ],
)
def test_tampering_is_found(
    audit: AuditLog, database: Database, tampering: str, found_at: int
) -> None:
    with database.writer_connection() as connection:
        connection.execute(text(tampering))
    check = audit.verify(MANAGER)
    assert not check.is_whole
    assert check.broken_at == found_at


def test_a_chain_made_with_another_key_does_not_fit(audit: AuditLog, database: Database) -> None:
    forger = AuditLog(database, clock=FixedClock(audit.entries(MANAGER)[0].at), key=b"x" * 32)
    assert forger.verify(program_actor()).broken_at == 1


def test_a_receptionist_may_not_read_it(audit: AuditLog) -> None:
    with pytest.raises(AccessDeniedError):
        audit.entries(Actor(2, "Maria", frozenset({Role.RECEPTIONIST})))
