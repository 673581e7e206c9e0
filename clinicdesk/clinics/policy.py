"""Changes how long patients may wait before the board of today says so."""

from dataclasses import asdict

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.rules import check_board_limits
from clinicdesk.database.session import Database, Transaction
from clinicdesk.settings.records import VisitSettings
from clinicdesk.settings.service import load_settings, save_settings

EVERY_CLINIC = 0
"""What the change bus and the audit log name for a rule of all clinics."""


class PolicyService:
    """The rules of the board; those of booking are the schedule's, whoever reads asks settings."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SET_UP_CLINIC)
    def set_board_limits(self, actor: Actor, limits: VisitSettings) -> None:
        """Store after how many minutes a card is late; the audit log keeps what changed.

        Raises:
            PolicyInvalidError: a number is out of reason; `field` says which.
        """
        check_board_limits(limits)

        def work(transaction: Transaction) -> None:
            before = asdict(load_settings(transaction.session, VisitSettings))
            after = asdict(limits)
            moved = sorted(name for name in after if after[name] != before[name])
            if not moved:
                return
            save_settings(transaction, limits)
            self._audit.record(
                transaction, actor, "change board limits", entity="settings",
                entity_id=EVERY_CLINIC, before={name: before[name] for name in moved},
                after={name: after[name] for name in moved},
            )  # fmt: skip
            transaction.changed(Topic.CLINIC, EVERY_CLINIC)

        self._database.write(work)
