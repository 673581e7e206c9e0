"""Knows the card readers of each clinic."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.gateway import ReaderState
from clinicdesk.payments.models import CardReader
from clinicdesk.payments.queries import readers_of_clinic
from clinicdesk.payments.records import ReaderRecord
from clinicdesk.payments.service.card import GatewaySource


class CardReaders:
    """The readers that can be chosen, kept as the provider lists them."""

    def __init__(self, database: Database, *, audit: AuditLog, gateways: GatewaySource) -> None:
        self._database = database
        self._audit = audit
        self._gateways = gateways

    @requires(Action.TAKE_PAYMENT)
    def readers(self, _actor: Actor, clinic_id: int) -> tuple[ReaderRecord, ...]:
        """List the readers in use at a clinic."""
        return self._database.read(lambda session: readers_of_clinic(session, clinic_id))

    @requires(Action.SET_UP_CLINIC)
    def register_readers(self, actor: Actor, clinic_id: int) -> tuple[ReaderRecord, ...]:
        """Take over the provider's readers: new ones for this clinic, known ones where they are.

        A reader of this clinic that the provider no longer lists goes out of use.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was changed.
        """
        listed = self._gateways().list_readers()

        def work(transaction: Transaction) -> tuple[ReaderRecord, ...]:
            session = transaction.session
            for state in listed:
                _keep(session, clinic_id, state)
            session.execute(
                update(CardReader)
                .where(
                    CardReader.clinic_id == clinic_id,
                    CardReader.provider_id.not_in([state.reader_id for state in listed]),
                )
                .values(is_active=False)
            )
            self._audit.record(
                transaction,
                actor,
                "register card readers",
                entity="clinic",
                entity_id=clinic_id,
                readers=len(listed),
            )
            transaction.changed(Topic.CLINIC, clinic_id)
            return readers_of_clinic(session, clinic_id)

        return self._database.write(work)


def _keep(session: Session, clinic_id: int, state: ReaderState) -> None:
    reader = session.scalar(select(CardReader).where(CardReader.provider_id == state.reader_id))
    if reader is None:
        reader = CardReader(clinic_id=clinic_id, provider_id=state.reader_id)
        session.add(reader)
    reader.label = state.label
    reader.is_active = True
    session.flush()
