"""Takes the next number of a clinic's papers: each once, and none left out."""

from sqlalchemy import select, update

from clinicdesk.billing.models import NumberSeries
from clinicdesk.billing.records import Series
from clinicdesk.billing.rules import series_prefix
from clinicdesk.clinics.models import Clinic
from clinicdesk.database.session import Transaction

CREDIT_NOTE_PREFIX = "CN"


def take_number(
    transaction: Transaction, clinic: Clinic, year: int, *, series: Series = Series.INVOICE
) -> tuple[str, int]:
    """Give the prefix and the next number of a series in a year; a rollback gives it back.

    The counter's row stays locked until the transaction ends, so numbers are given in order. Two
    clinics that begin the year with the same prefix in the same moment: the database refuses one
    of them with an IntegrityError, and it must be tried again.
    """
    session = transaction.session
    taken = session.execute(
        update(NumberSeries)
        .where(
            NumberSeries.clinic_id == clinic.id,
            NumberSeries.series == series,
            NumberSeries.year == year,
        )
        .values(next_number=NumberSeries.next_number + 1)
        .returning(NumberSeries.prefix, NumberSeries.next_number - 1)
    ).one_or_none()
    if taken is not None:
        prefix, number = taken
        return prefix, number
    others = session.scalars(select(NumberSeries.prefix).where(NumberSeries.year == year))
    wanted = clinic.invoice_prefix if series is Series.INVOICE else CREDIT_NOTE_PREFIX
    prefix = series_prefix(wanted, clinic_id=clinic.id, taken=frozenset(others))
    session.add(
        NumberSeries(clinic_id=clinic.id, series=series, year=year, prefix=prefix, next_number=2)
    )
    session.flush()
    return prefix, 1
