"""Writes and checks the audit log.

Each entry's hash is HMAC-SHA256 over the former entry's hash and its own content, with a key that
lies outside the database.
"""

import hashlib
import hmac
import json
from contextlib import closing
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.models import AuditEntry, AuditHead
from clinicdesk.audit.records import AuditRecord, ChainCheck
from clinicdesk.clock import Clock
from clinicdesk.database.base import EPOCH, ONE_MICROSECOND
from clinicdesk.database.session import Database, Transaction

START = b"\0" * 32
NEWEST = 200


class AuditLog:
    """The record of what happened."""

    def __init__(self, database: Database, *, clock: Clock, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._key = key

    def record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        *,
        entity: str,
        entity_id: int,
        **details: Any,
    ) -> None:
        """Add an entry in the transaction of the change it tells of.

        `details` holds JSON values: ids, states and amounts in minor units, never patient data.
        """
        session = transaction.session
        head = session.get(AuditHead, 1, with_for_update=True)
        if head is None:
            head = AuditHead(id=1, seq=0, mac=START)
            session.add(head)
        entry = AuditEntry(
            seq=head.seq + 1,
            at=self._clock.now(),
            user_id=actor.user_id,
            desk=actor.desk,
            action=action,
            entity=entity,
            entity_id=entity_id,
            details=details,
        )
        entry.mac = self._mac(head.mac, entry)
        session.add(entry)
        head.seq, head.mac = entry.seq, entry.mac
        session.flush()

    @requires(Action.SEE_AUDIT)
    def entries(
        self,
        _actor: Actor,
        *,
        entity: str | None = None,
        entity_id: int | None = None,
        limit: int = NEWEST,
    ) -> tuple[AuditRecord, ...]:
        """List the newest entries first, of one kind of thing or one thing if asked."""

        def work(session: Session) -> tuple[AuditRecord, ...]:
            query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
            if entity is not None:
                query = query.where(AuditEntry.entity == entity)
            if entity_id is not None:
                query = query.where(AuditEntry.entity_id == entity_id)
            return tuple(_record(entry) for entry in session.scalars(query))

        return self._database.read(work)

    @requires(Action.SEE_AUDIT)
    def verify(self, _actor: Actor) -> ChainCheck:
        """Check every entry against its hash, its number and the head."""

        def work(session: Session) -> ChainCheck:
            former, count = START, 0
            query = select(AuditEntry).order_by(AuditEntry.seq)
            with closing(session.scalars(query.execution_options(yield_per=1000))) as entries:
                for count, entry in enumerate(entries, start=1):
                    fits = hmac.compare_digest(entry.mac, self._mac(former, entry))
                    if entry.seq != count or not fits:
                        return ChainCheck(count, broken_at=count)
                    former = entry.mac
            head = session.get(AuditHead, 1)
            expected = (head.seq, head.mac) if head else (0, START)
            return ChainCheck(count, None if expected == (count, former) else count + 1)

        return self._database.read(work)

    def _mac(self, former: bytes, entry: AuditEntry) -> bytes:
        content = [
            entry.seq,
            (entry.at - EPOCH) // ONE_MICROSECOND,
            entry.user_id,
            entry.desk,
            entry.action,
            entry.entity,
            entry.entity_id,
            entry.details,
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hmac.new(self._key, former + text.encode(), hashlib.sha256).digest()


def _record(entry: AuditEntry) -> AuditRecord:
    return AuditRecord(
        entry.seq,
        entry.at,
        entry.user_id,
        entry.desk,
        entry.action,
        entry.entity,
        entry.entity_id,
        entry.details,
    )
