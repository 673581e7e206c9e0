"""What accounts and reminders are called at the desk."""

from collections.abc import Sequence

from clinicdesk.billing.accounts.records import (
    Account,
    AccountBalance,
    AccountMember,
    Credit,
    CreditTransferRecord,
)
from clinicdesk.billing.overdue.records import Obstacle, OverdueRow, ReminderChannel
from clinicdesk.billing.records import InvoiceKind
from clinicdesk.money import Money
from ui.core.day_text import day_text, short_day_text
from ui.core.theme import Tone

SETTLED = "Nothing is owed"
ORDINALS = {1: "1st", 2: "2nd", 3: "Last"}
CHANNEL_WORDS = {ReminderChannel.MAIL: "by e-mail", ReminderChannel.LETTER: "by letter"}
OBSTACLE_WORDS = {Obstacle.DISPUTED: "Disputed", Obstacle.DIED: "Has died"}


def owed_text(balances: Sequence[AccountBalance]) -> str:
    """Say what is owed: "£95.00 owed", in two currencies "£95.00 and ¥900 owed"."""
    sums = [str(balance.owed) for balance in balances if balance.owed.minor > 0]
    return f"{' and '.join(sums)} owed" if sums else SETTLED


def aside_text(balances: Sequence[AccountBalance]) -> str:
    """Say what is in credit and what deposits ask for; empty where there is neither."""
    parts = [f"{balance.credit} in credit" for balance in balances if balance.credit.minor > 0]
    parts += [
        f"{balance.asked} asked for as deposit" for balance in balances if balance.asked.minor > 0
    ]
    return " · ".join(parts)


def member_text(member: AccountMember) -> str:
    """Say how one of the family stands: "£95.00 owed · £25.00 in credit · pays for all"."""
    parts = [owed_text(member.balances), aside_text(member.balances)]
    if member.pays:
        parts.append("pays for all")
    return " · ".join(part for part in parts if part)


def source_text(credit: Credit) -> str:
    """Say where credit comes from: "£25.00 · paid too much on INV-2026-00402"."""
    how = "deposit" if credit.kind is InvoiceKind.DEPOSIT else "paid too much on"
    return f"{credit.amount} · {how} {credit.number}"


def credit_text(credit: Credit) -> str:
    """Say whose credit it is too: "£25.00 · deposit INV-2026-00402, Rosa Álvarez"."""
    return f"{source_text(credit)}, {credit.patient_name}"


def transfer_text(moved: CreditTransferRecord) -> str:
    """Say what was moved: "£25.00 · from INV-2026-00402 to INV-2026-00407"."""
    return f"{moved.amount} · from {moved.from_number} to {moved.to_number}"


def late_text(days: int) -> str:
    """Give "12 days late", or say that it is not."""
    if days <= 0:
        return "not due yet"
    return "1 day late" if days == 1 else f"{days} days late"


def to_pay_together(account: Account) -> tuple[int, ...]:
    """Give what one payment can settle: the longest due, and others of its clinic and currency."""
    invoices = account.open_invoices
    return tuple(
        each.id
        for each in invoices
        if (each.clinic_id, each.due.currency) == (invoices[0].clinic_id, invoices[0].due.currency)
    )


def sum_to_pay(account: Account) -> Money | None:
    """Give what those come to, None where nothing is due."""
    together = to_pay_together(account)
    dues = [each.due for each in account.open_invoices if each.id in together]
    return sum(dues[1:], dues[0]) if dues else None


def reminded_text(row: OverdueRow) -> str:
    """Say which reminder went out last: "1st on 24 Nov"."""
    if row.reminded_on is None:
        return "—"
    return f"{ORDINALS[row.level]} on {day_text(row.reminded_on)[:6]}"


def next_text(row: OverdueRow) -> str:
    """Give the word of an overdue invoice's pill: what stands in the way, or what is next."""
    if row.obstacle is not None:
        return OBSTACLE_WORDS[row.obstacle]
    if row.next_level is not None:
        return "Remind" if row.can_be_mailed else "Write a letter"
    return "All sent" if row.level == len(ORDINALS) else "Waiting"


def next_tone(row: OverdueRow) -> str:
    """Give the tone of that pill."""
    if row.obstacle is not None:
        return Tone.QUIET
    if row.next_level is not None:
        return Tone.WARNING
    return Tone.BAD if row.level == len(ORDINALS) else Tone.INFO


def overdue_sentence(row: OverdueRow) -> str:
    """Say what is late: "£95.00 was due on 08 Dec 2026: 12 days late."."""
    return f"{row.due} was due on {short_day_text(row.due_on, row.due_on)}: " + (
        f"{late_text(row.days_late)}."
    )
