"""Works out what a credit note takes off a line, without drift over several notes."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinicdesk.billing.credit_notes.errors import CreditTooLargeError, NothingToCreditError
from clinicdesk.billing.rules import share_of
from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line of an invoice: what it came to, and what earlier notes took off, in minor units."""

    line_id: int
    net: int
    total: int
    credited: int

    @property
    def left(self) -> int:
        """What may still be credited."""
        return self.total - self.credited


def taken_off(line: Creditable, amount_minor: int) -> tuple[int, int]:
    """Give net and tax of an amount that is credited of a line.

    The net credited so far is always the rounded share of the whole, so that the notes of a line
    that is credited whole add up to the line itself.
    """
    before = share_of(line.credited, of_minor=line.net, whole_minor=line.total)
    after = share_of(line.credited + amount_minor, of_minor=line.net, whole_minor=line.total)
    net = after - before
    return net, amount_minor - net


def chosen_amounts(
    lines: Mapping[int, Creditable], amounts: Mapping[int, Money] | None, currency: str
) -> dict[int, int]:
    """Give what is credited by the line's id; None as `amounts` is all that is left.

    Raises:
        NothingToCreditError, CreditTooLargeError: as named.
    """
    if amounts is None:
        wanted = {line_id: line.left for line_id, line in lines.items() if line.left > 0}
    else:
        wanted = {line_id: amount.minor for line_id, amount in amounts.items() if amount.minor}
    if not wanted:
        raise NothingToCreditError
    for line_id, minor in wanted.items():
        left = lines[line_id].left if line_id in lines else 0
        if not 0 < minor <= left:
            raise CreditTooLargeError(Money(left, currency))
    return wanted
