"""Changes the rules that hold at every clinic: the limits of the board, and those of billing."""

from dataclasses import asdict

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.rules import MoneyRules, check_board_limits, check_money_rules
from clinicdesk.database.session import Database, Transaction
from clinicdesk.settings.records import (
    BillingSettings,
    FeeSettings,
    OverdueSettings,
    RefundSettings,
    VisitSettings,
)
from clinicdesk.settings.service import load_settings, save_settings

ClinicRule = VisitSettings | BillingSettings | FeeSettings | OverdueSettings | RefundSettings
EVERY_CLINIC = 0
"""What the change bus and the audit log name for a rule of all clinics."""


class PolicyService:
    """The rules of board and billing; those of booking are the schedule's; settings are asked."""

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
        self._database.write(
            lambda transaction: self._store(transaction, actor, limits, "change board limits")
        )

    @requires(Action.SET_UP_CLINIC)
    def set_money_rules(self, actor: Actor, rules: MoneyRules) -> None:
        """Store the rules of billing together; the audit log keeps what changed.

        Raises:
            PolicyInvalidError: a number is out of reason; `field` says which.
        """
        check_money_rules(rules)

        def work(transaction: Transaction) -> None:
            for part in (rules.billing, rules.fees, rules.overdue, rules.refunds):
                self._store(transaction, actor, part, "change billing rules")

        self._database.write(work)

    def _store(
        self, transaction: Transaction, actor: Actor, chosen: ClinicRule, action: str
    ) -> None:
        before = asdict(load_settings(transaction.session, type(chosen)))
        after = asdict(chosen)
        moved = sorted(name for name in after if after[name] != before[name])
        if not moved:
            return
        save_settings(transaction, chosen)
        self._audit.record(
            transaction, actor, action, entity="settings",
            entity_id=EVERY_CLINIC, before={name: before[name] for name in moved},
            after={name: after[name] for name in moved},
        )  # fmt: skip
        transaction.changed(Topic.CLINIC, EVERY_CLINIC)
