"""Takes card readers into use, names and resets them, and shows what is going to be paid."""

import contextlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import RefusedError, UnavailableError, UnknownOutcomeError
from clinicdesk.payments.models import CardReader
from clinicdesk.payments.readers import queries
from clinicdesk.payments.readers.errors import ReaderInUseError
from clinicdesk.payments.readers.gateway import ReaderDetails, ReaderGateway, Screen
from clinicdesk.payments.readers.records import ReaderCondition, ReaderInfo
from clinicdesk.payments.records import ReaderRecord
from clinicdesk.payments.service.card import GatewaySource
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.service import load_settings


class ReaderService:
    """The card readers of each clinic."""

    def __init__(self, database: Database, *, audit: AuditLog, gateways: GatewaySource) -> None:
        self._database = database
        self._audit = audit
        self._gateways = gateways

    @requires(Action.TAKE_PAYMENT)
    def readers(self, _actor: Actor, clinic_id: int) -> tuple[ReaderRecord, ...]:
        """List the readers in use at a clinic."""
        return self._database.read(lambda session: queries.readers_of_clinic(session, clinic_id))

    @requires(Action.SET_UP_CLINIC)
    def conditions(self, _actor: Actor, clinic_id: int) -> tuple[ReaderInfo, ...]:
        """List the readers in use at a clinic with what the provider says of each now.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: the provider cannot be asked.
        """
        listed = {one.reader_id: one for one in self._gateways().readers.listed()}

        def work(session: Session) -> tuple[ReaderInfo, ...]:
            return tuple(
                _info(session, record.id, listed)
                for record in queries.readers_of_clinic(session, clinic_id)
            )

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def register(self, actor: Actor, clinic_id: int, *, code: str, label: str) -> ReaderRecord:
        """Take a reader into use by the code on its screen.

        Raises:
            ReaderNameError, ReaderCodeError, PlaceRefusedError, CardsOffError, RefusedError,
            UnavailableError: as named; nothing was changed.
            UnknownOutcomeError: no answer came; take over what the provider lists.
        """
        name = self._database.read(lambda s: queries.free_label(s, label, clinic_id=clinic_id))
        gateway = self._gateways().readers
        place = self._place_at(gateway, clinic_id)
        details = gateway.register(code.strip(), label=name, location_id=place)

        def work(transaction: Transaction) -> ReaderRecord:
            row = _keep(transaction.session, clinic_id, details)
            self._note(transaction, actor, "register card reader", row)
            return ReaderRecord(row.id, row.clinic_id, row.label)

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def take_over(self, actor: Actor, clinic_id: int) -> tuple[ReaderRecord, ...]:
        """Take over the provider's readers: new ones for this clinic, known ones where they are.

        A reader of this clinic that the provider no longer lists goes out of use.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was changed.
        """
        listed = self._gateways().readers.listed()

        def work(transaction: Transaction) -> tuple[ReaderRecord, ...]:
            session = transaction.session
            for details in listed:
                _keep(session, clinic_id, details)
            session.execute(
                update(CardReader)
                .where(
                    CardReader.clinic_id == clinic_id,
                    CardReader.provider_id.not_in([one.reader_id for one in listed]),
                )
                .values(is_active=False)
            )
            self._audit.record(
                transaction,
                actor,
                "take over card readers",
                entity="clinic",
                entity_id=clinic_id,
                readers=len(listed),
            )
            transaction.changed(Topic.CLINIC, clinic_id)
            return queries.readers_of_clinic(session, clinic_id)

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def rename(self, actor: Actor, reader_id: int, label: str) -> ReaderRecord:
        """Give a reader another name, here and on its own screen.

        Raises:
            UnknownReaderError, ReaderNameError, CardsOffError, RefusedError, UnavailableError,
            UnknownOutcomeError: nothing was changed here.
        """

        def look(session: Session) -> tuple[str, str]:
            row = queries.reader_in_use(session, reader_id)
            name = queries.free_label(session, label, clinic_id=row.clinic_id, but=reader_id)
            return row.provider_id, name

        provider_id, name = self._database.read(look)
        self._gateways().readers.rename(provider_id, name)

        def work(transaction: Transaction) -> ReaderRecord:
            row = queries.reader_in_use(transaction.session, reader_id)
            row.label = name
            self._note(transaction, actor, "rename card reader", row)
            return ReaderRecord(row.id, row.clinic_id, row.label)

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def retire(self, actor: Actor, reader_id: int) -> None:
        """Take a reader out of use, here and at the provider; its payments stay.

        Raises:
            UnknownReaderError, ReaderInUseError, CardsOffError, RefusedError, UnavailableError,
            UnknownOutcomeError: nothing was changed here.
        """
        provider_id = self._database.read(lambda session: _idle(session, reader_id))
        self._gateways().readers.remove(provider_id)

        def work(transaction: Transaction) -> None:
            row = queries.reader_in_use(transaction.session, reader_id)
            row.is_active = False
            self._note(transaction, actor, "retire card reader", row)

        self._database.write(work)

    @requires(Action.TAKE_PAYMENT)
    def reset(self, actor: Actor, reader_id: int) -> None:
        """Clear what a reader shows, as after a payment that nobody ended; money never moves.

        Raises:
            UnknownReaderError, ReaderInUseError: as named.
            ReaderBusyError: a card is being authorised; wait.
            CardsOffError, UnavailableError, UnknownOutcomeError: it was not reached.
        """
        provider_id = self._database.read(lambda session: _idle(session, reader_id))
        self._gateways().cancel_reader_action(provider_id)

        def work(transaction: Transaction) -> None:
            row = queries.reader_in_use(transaction.session, reader_id)
            self._note(transaction, actor, "reset card reader", row)

        self._database.write(work)

    @requires(Action.TAKE_PAYMENT)
    def show_cart(self, _actor: Actor, reader_id: int, *, invoice_id: int) -> bool:
        """Show an invoice's lines on a reader before the card is asked for; tell whether it did.

        Only where the setting says so, nothing is being paid on the reader, and something is due.
        What hinders is no reason not to take the payment, so nothing is raised for it.
        """

        def look(session: Session) -> tuple[str, bool]:
            is_wanted = load_settings(session, PaymentSettings).shows_cart
            row = queries.reader_in_use(session, reader_id)
            is_free = queries.desk_paying_on(session, reader_id) is None
            return row.provider_id, is_wanted and is_free

        provider_id, may_show = self._database.read(look)
        cart = self._database.read(lambda session: queries.cart_of(session, invoice_id))
        if not may_show or cart is None:
            return False
        try:
            self._gateways().readers.show_cart(provider_id, cart)
        except (RefusedError, UnavailableError, UnknownOutcomeError):
            return False
        return True

    @requires(Action.TAKE_PAYMENT)
    def clear_cart(self, _actor: Actor, reader_id: int) -> None:
        """Take a cart off a reader on which nothing is being paid; nothing is raised for it."""

        def look(session: Session) -> str | None:
            row = queries.reader_in_use(session, reader_id)
            is_free = queries.desk_paying_on(session, reader_id) is None
            return row.provider_id if is_free else None

        provider_id = self._database.read(look)
        if provider_id is not None:
            with contextlib.suppress(RefusedError, UnavailableError, UnknownOutcomeError):
                self._gateways().cancel_reader_action(provider_id)

    def _place_at(self, gateway: ReaderGateway, clinic_id: int) -> str:
        key = f"clinic-{clinic_id}"
        found = gateway.location_of(key)
        if found is not None:
            return found
        place = self._database.read(lambda session: queries.place_of(session, clinic_id))
        return gateway.make_location(key, place)

    def _note(self, transaction: Transaction, actor: Actor, action: str, row: CardReader) -> None:
        self._audit.record(
            transaction, actor, action, entity="card reader", entity_id=row.id, label=row.label
        )
        transaction.changed(Topic.CLINIC, row.clinic_id)


def _idle(session: Session, reader_id: int) -> str:
    """Give the provider's name for a reader on which no payment runs."""
    row = queries.reader_in_use(session, reader_id)
    desk = queries.desk_paying_on(session, reader_id)
    if desk is not None:
        raise ReaderInUseError(desk)
    return row.provider_id


def _info(session: Session, reader_id: int, listed: dict[str, ReaderDetails]) -> ReaderInfo:
    row = queries.reader_in_use(session, reader_id)
    desk = queries.desk_paying_on(session, reader_id)
    details = listed.get(row.provider_id)
    if details is None:
        condition = ReaderCondition.MISSING
    elif desk is not None or details.screen in {Screen.PAYMENT, Screen.OTHER}:
        condition = ReaderCondition.BUSY
    else:
        condition = ReaderCondition.READY if details.is_online else ReaderCondition.OFFLINE
    return ReaderInfo(
        id=row.id,
        label=row.label,
        device=row.device_type.replace("_", " "),
        serial_number=details.serial_number if details else "",
        condition=condition,
        desk=desk or "",
    )


def _keep(session: Session, clinic_id: int, details: ReaderDetails) -> CardReader:
    reader = session.scalar(select(CardReader).where(CardReader.provider_id == details.reader_id))
    if reader is None:
        reader = CardReader(clinic_id=clinic_id, provider_id=details.reader_id)
        session.add(reader)
    reader.label = details.label
    reader.is_active = True
    reader.device_type = details.device_type
    reader.location_id = details.location_id
    session.flush()
    return reader
