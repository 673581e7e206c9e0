"""The lists of the card provider's view: charges, disputes, comparisons and payouts."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.gateway import PayoutState
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from ui.billing.accounts_tables import KeptTable
from ui.core.day_text import day_text
from ui.core.fitting_columns import FittingColumns
from ui.core.table_model import Column, TableModel
from ui.core.theme import Theme, Tone

T = TypeVar("T")
Moment = Callable[[datetime], str]
PAYOUT_STATES = {
    "paid": ("Paid", Tone.GOOD),
    "pending": ("Pending", Tone.INFO),
    "in_transit": ("On its way", Tone.INFO),
    "canceled": ("Cancelled", Tone.QUIET),
    "failed": ("Failed", Tone.BAD),
}


def charges_table(theme: Theme, moment: Moment) -> KeptTable[UnmatchedRecord]:
    """Make the list of what the provider took and no payment here tells of."""
    return _table(
        theme,
        "Charges to settle",
        (
            (Column("Charged", lambda row: moment(row.charged_at)), 120),
            (Column("Card", lambda row: row.card, is_strong=True), 190),
            (Column("Provider's number", lambda row: row.intent_id), 260),
            (
                Column("Given back", _given_back, is_right=True),
                110,
            ),
            (Column("Amount", lambda row: str(row.amount), is_right=True), 110),
        ),
        identity=lambda row: row.intent_id,
        spare=(2, 3),
    )


def disputes_table(theme: Theme, moment: Moment) -> KeptTable[DisputeRecord]:
    """Make the list of disputes."""
    return _table(
        theme,
        "Disputes",
        (
            (Column("Opened", lambda row: moment(row.opened_at)), 110),
            (Column("Invoice", lambda row: row.invoice_number or "not known here"), 150),
            (Column("Patient", lambda row: row.patient_name or "—", is_strong=True), 150),
            (Column("Cardholder says", lambda row: row.reason), 220),
            (Column("Amount", lambda row: str(row.amount), is_right=True), 95),
            (Column("Answer by", lambda row: _deadline(row, moment)), 115),
            (Column("State", lambda row: row.state, tone=dispute_tone), 175),
        ),
        identity=lambda row: row.id,
        spare=(3, 0),
    )


def comparisons_table(theme: Theme, moment: Moment) -> KeptTable[ComparisonRecord]:
    """Make the list of comparisons of the two books."""
    return _table(
        theme,
        "Comparisons",
        (
            (Column("Compared", lambda row: moment(row.compared_at)), 110),
            (Column("From", lambda row: moment(row.from_at)), 110),
            (Column("Until", lambda row: moment(row.until_at)), 110),
            (Column("Here", lambda row: str(row.ours), is_right=True), 110),
            (Column("Card provider", lambda row: str(row.theirs), is_right=True), 120),
            (Column("Outcome", outcome_text, tone=outcome_tone), 200),
        ),
        identity=lambda row: (row.compared_at, row.ours.currency),
        spare=(1,),
    )


def payouts_table(theme: Theme) -> KeptTable[PayoutState]:
    """Make the list of what was sent to the clinic's bank account."""
    return _table(
        theme,
        "Payouts",
        (
            (Column("At the bank", lambda row: day_text(row.arrives_on)), 130),
            (Column("Provider's number", lambda row: row.payout_id), 260),
            (Column("Amount", lambda row: str(row.amount), is_right=True, is_strong=True), 130),
            (Column("State", payout_text, tone=payout_tone), 220),
        ),
        identity=lambda row: row.payout_id,
        spare=(1,),
    )


def outcome_text(row: ComparisonRecord) -> str:
    """Say what a comparison found: "The same", "1 missing here"."""
    odd = [
        f"{len(names)} {words}"
        for names, words in (
            (row.missing_here, "missing here"),
            (row.missing_there, "missing there"),
            (row.unreadable, "to look at there"),
        )
        if names
    ]
    return ", ".join(odd) or ("The same" if row.agrees else "Sums differ")


def outcome_tone(row: ComparisonRecord) -> Tone:
    """Give the tone of a comparison's outcome."""
    return Tone.GOOD if row.agrees else Tone.BAD


def dispute_tone(row: DisputeRecord) -> Tone:
    """Give the tone of a dispute's state."""
    if row.asks_attention:
        return Tone.BAD
    return Tone.QUIET if row.is_closed else Tone.INFO


def payout_text(row: PayoutState) -> str:
    """Say how a payout stands, and why it failed."""
    text = PAYOUT_STATES.get(row.status, (row.status.capitalize(), Tone.QUIET))[0]
    reason = row.failure_code.replace("_", " ")
    return f"{text}: {reason}" if reason else text


def payout_tone(row: PayoutState) -> Tone:
    """Give the tone of a payout's state."""
    return PAYOUT_STATES.get(row.status, ("", Tone.QUIET))[1]


def _deadline(row: DisputeRecord, moment: Moment) -> str:
    return moment(row.due_by_at) if row.needs_answer and row.due_by_at else "—"


def _given_back(row: UnmatchedRecord) -> str:
    return str(row.refunded) if row.refunded.minor else "—"


def _table(
    theme: Theme,
    name: str,
    columns: tuple[tuple[Column[T], int], ...],
    *,
    identity: Callable[[T], object],
    spare: tuple[int, ...],
) -> KeptTable[T]:
    model = TableModel([column for column, _ in columns])
    table = KeptTable(theme, model, name=name, identity=identity)
    FittingColumns(table, theme, widths_px=[width for _, width in columns], spare=spare)
    return table
