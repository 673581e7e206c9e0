"""What the till says in words, and sums as they are typed."""

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import CardCheck, Loose, OpenTill, TenderSum
from clinicdesk.payments.till.rules import loose_words
from ui.core.day_text import moment_text

MEANS = {
    PaymentMethod.CASH: "Cash",
    PaymentMethod.CARD: "Card",
    PaymentMethod.LINK: "Payment link",
    PaymentMethod.TRANSFER: "Bank transfer",
    PaymentMethod.CHEQUE: "Cheque",
}
ASKING = "Asking the card provider…"


def loose_text(loose: Loose) -> str:
    """Say what is open, as a line of its own."""
    return loose_words(loose)


def tender_text(tender: TenderSum) -> str:
    """Say what came in and went out by one means: "£95.00 in 3 payments, £5.00 given back"."""
    if not tender.payments and not tender.given_back.minor:
        return "nothing"
    many = "payment" if tender.payments == 1 else "payments"
    back = f", {tender.given_back} given back" if tender.given_back.minor else ""
    return f"{tender.taken} in {tender.payments} {many}{back}"


def difference_text(total: Money, till: OpenTill, *, is_counted: bool) -> str:
    """Say how a count stands beside what should be there."""
    off = total - till.expected_cash
    if not off.minor:
        return f"{total} counted · it fits"
    if not is_counted:
        return "Nothing counted yet"
    return (
        f"{total} counted · {off} too much"
        if off.minor > 0
        else (f"{total} counted · {-off} too little")
    )


def check_text(check: CardCheck, time_zone: str) -> str:
    """Say what the comparison with the card provider gave."""
    difference = check.difference
    if difference is None:
        return check.problem
    at = moment_text(check.checked_at, time_zone)
    kept = check.ours - check.ours_back
    if check.agrees:
        return f"{kept} here and at the card provider ({at})"
    theirs = kept - difference
    return f"{kept} here, {theirs} at the card provider ({at})"


def typed_sum(text: str, currency: str, *, field: str) -> Money:
    """Read a sum that may be nought; nothing typed is nought.

    Raises:
        InvalidInputError: it is none; it stands at `field`.
    """
    bare = text.strip()
    if not bare.strip("0.,£€$"):
        return Money(0, currency)
    try:
        return parse_money(bare, currency)
    except InvalidInputError as error:
        raise InvalidInputError(error.sentence, field=field) from error
