"""Card readers are taken into use, named, reset and retired, and show what is to be paid."""

from collections.abc import Iterator

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, RefusedError, UnknownOutcomeError
from clinicdesk.payments.errors import AnswerMismatchError, ProviderKeyError, ReaderBusyError
from clinicdesk.payments.readers.errors import (
    PlaceRefusedError,
    ReaderCodeError,
    ReaderInUseError,
    ReaderNameError,
    UnknownReaderError,
)
from clinicdesk.payments.readers.records import ReaderCondition, ReaderInfo
from clinicdesk.payments.records import ReaderStep
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow

CODE = "quick-brown-fox"
ADMINISTRATOR = Actor(None, "Ruth Sellers", frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def labels(desk: MoneyDesk) -> list[str]:
    return [reader.label for reader in desk.readers.readers(RECEPTIONIST, desk.clinic_id)]


def condition(desk: MoneyDesk, label: str = "Front desk 1") -> ReaderInfo:
    found = desk.readers.conditions(MANAGER, desk.clinic_id)
    return next(info for info in found if info.label == label)


def actions(desk: MoneyDesk) -> list[str]:
    entries = desk.audit.entries(SETUP)
    return [entry.action for entry in entries if entry.entity == "card reader"]


def shows_cart(desk: MoneyDesk) -> None:
    settings = PaymentSettings(api_base=desk.stripe.api_base, shows_cart=True)
    desk.services.settings.save(SETUP, settings)


# --- taken into use ------------------------------------------------------------------------------


def test_a_reader_is_registered_by_the_code_on_its_screen(desk: MoneyDesk) -> None:
    made = desk.readers.register(ADMINISTRATOR, desk.clinic_id, code=f" {CODE} ", label="Room  3 ")
    assert made.label == "Room 3"
    assert labels(desk) == ["Front desk 1", "Front desk 2", "Room 3"]
    info = condition(desk, "Room 3")
    assert (info.condition, info.device) == (ReaderCondition.READY, "simulated wisepos e")
    begun = desk.payments.create_payment_intent(
        RECEPTIONIST, desk.invoice(9500).id, amount=pounds(9500), reader_id=made.id
    )
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    assert actions(desk) == ["register card reader"]


def test_all_readers_of_a_clinic_stand_at_one_place(desk: MoneyDesk) -> None:
    for number in (3, 4):
        desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label=f"Room {number}")
    asked = [seen for seen in desk.stripe.log if seen.path == "/v1/terminal/locations"]
    assert [seen.method for seen in asked] == ["GET", "POST", "GET"]
    (place,) = [p for p in desk.stripe._book.table("locations").values() if p["metadata"]]
    address = place["address"]
    assert (address["line1"], address["city"]) == ("1 Main Street", "London")
    assert (address["postal_code"], address["country"]) == ("N1 2AB", "GB")


@pytest.mark.parametrize("code", ["", "nonsense", "1-2-3"])
def test_a_wrong_code_is_told_and_changes_nothing(desk: MoneyDesk, code: str) -> None:
    with pytest.raises(ReaderCodeError, match="short-lived"):
        desk.readers.register(MANAGER, desk.clinic_id, code=code, label="Room 3")
    assert len(labels(desk)) == 2


@pytest.mark.parametrize("label", [" ", "Front desk 2"])
def test_a_reader_needs_a_name_of_its_own(desk: MoneyDesk, label: str) -> None:
    with pytest.raises(ReaderNameError):
        desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label=label)
    with pytest.raises(ReaderNameError):
        desk.readers.rename(MANAGER, desk.reader_id, label)


def test_an_address_that_is_not_whole_is_told(desk: MoneyDesk) -> None:
    north = desk.clinics.open_clinic(
        SETUP, NewClinic("Harbour Clinic", "Europe/London", "GBP", "GB", address="Harbour")
    )
    with pytest.raises(PlaceRefusedError, match="address"):
        desk.readers.register(MANAGER, north, code=CODE, label="Harbour 1")


def test_a_registration_whose_answer_was_lost_is_taken_over(desk: MoneyDesk) -> None:
    desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label="Room 3")
    desk.spoil(FaultKind.DROP_AFTER, "/v1/terminal/readers", times=1)
    desk.stripe.faults.add(
        Fault(FaultKind.DROP_BEFORE, method="POST", path="/v1/terminal/readers", times=5)
    )
    with pytest.raises(UnknownOutcomeError):
        desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label="Room 4")
    desk.heal()
    assert "Room 4" not in labels(desk)
    desk.readers.take_over(MANAGER, desk.clinic_id)
    assert "Room 4" in labels(desk)


def test_what_the_provider_refuses_is_told(desk: MoneyDesk) -> None:
    with desk.stripe._book.lock:
        desk.stripe._book.table("locations").clear()
    desk.stripe.faults.add(
        Fault(
            FaultKind.ALTERED, method="POST", path="/v1/terminal/locations",
            changes={"id": "tml_gone"},
        )
    )  # fmt: skip
    with pytest.raises(RefusedError):
        desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label="Room 3")


# --- named, reset, retired -----------------------------------------------------------------------


def test_a_reader_is_renamed_here_and_there(desk: MoneyDesk) -> None:
    renamed = desk.readers.rename(MANAGER, desk.reader_id, "Reception")
    assert renamed.label == "Reception"
    desk.readers.take_over(MANAGER, desk.clinic_id)
    assert labels(desk) == ["Front desk 2", "Reception"]
    desk.readers.rename(MANAGER, desk.reader_id, "Reception")
    desk.spoil(FaultKind.ALTERED, "/v1/terminal/readers/*").changes["id"] = "tmr_other"
    with pytest.raises(AnswerMismatchError):
        desk.readers.rename(MANAGER, desk.reader_id, "Hall")
    assert labels(desk) == ["Front desk 2", "Reception"]


def test_a_retired_reader_is_gone_here_and_there(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.readers.retire(MANAGER, desk.reader_id)
    assert labels(desk) == ["Front desk 2"]
    with pytest.raises(UnknownReaderError):
        desk.readers.retire(MANAGER, desk.reader_id)
    desk.readers.take_over(MANAGER, desk.clinic_id)
    assert labels(desk) == ["Front desk 2"]


def test_a_reader_that_the_provider_has_lost_is_retired_all_the_same(desk: MoneyDesk) -> None:
    desk.stripe._book.table("readers").pop(READER)
    assert condition(desk).condition is ReaderCondition.MISSING
    desk.readers.retire(MANAGER, desk.reader_id)
    assert labels(desk) == ["Front desk 2"]


def test_a_removal_that_is_not_confirmed_keeps_the_reader(desk: MoneyDesk) -> None:
    desk.spoil(FaultKind.ALTERED, "/v1/terminal/readers/*", method="DELETE").changes["deleted"] = (
        "no"
    )
    with pytest.raises(AnswerMismatchError):
        desk.readers.retire(MANAGER, desk.reader_id)
    desk.heal()
    desk.spoil(FaultKind.KEY_REFUSED, "/v1/terminal/readers/*", method="DELETE")
    with pytest.raises(ProviderKeyError):
        desk.readers.retire(MANAGER, desk.reader_id)
    assert len(labels(desk)) == 2


def test_a_reader_that_is_being_paid_on_is_left_alone(desk: MoneyDesk) -> None:
    desk.take(desk.invoice(9500))
    info = condition(desk)
    assert (info.condition, info.desk) == (ReaderCondition.BUSY, "Front desk 1")
    for act in (desk.readers.reset, desk.readers.retire):
        with pytest.raises(ReaderInUseError, match="Front desk 1"):
            act(MANAGER, desk.reader_id)
    assert desk.stripe.shown_on(READER) is not None


def test_a_reader_left_with_a_foreign_payment_is_reset(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    other = desk.services.readers._gateways().create_intent("f" * 36, amount=pounds(700))
    desk.services.readers._gateways().send_to_reader(
        other.intent_id, reader_id=READER, command_key="x"
    )
    assert condition(desk).condition is ReaderCondition.BUSY
    desk.readers.reset(RECEPTIONIST, desk.reader_id)
    assert desk.stripe.shown_on(READER) is None
    assert condition(desk).condition is ReaderCondition.READY
    desk.stripe.put_reader(READER, busy=True)
    with pytest.raises(ReaderBusyError):
        desk.readers.reset(RECEPTIONIST, desk.reader_id)


def test_an_offline_reader_is_named_so(desk: MoneyDesk) -> None:
    desk.stripe.put_reader(READER, online=False)
    assert condition(desk).condition is ReaderCondition.OFFLINE


def test_readers_are_set_up_by_those_who_set_up_the_clinic(desk: MoneyDesk) -> None:
    for act in (
        lambda: desk.readers.register(RECEPTIONIST, desk.clinic_id, code=CODE, label="x"),
        lambda: desk.readers.rename(RECEPTIONIST, desk.reader_id, "x"),
        lambda: desk.readers.retire(RECEPTIONIST, desk.reader_id),
        lambda: desk.readers.conditions(RECEPTIONIST, desk.clinic_id),
    ):
        with pytest.raises(AccessDeniedError):
            act()


# --- the cart ------------------------------------------------------------------------------------


def test_the_patient_sees_what_is_to_be_paid_before_the_card_is_asked_for(desk: MoneyDesk) -> None:
    shows_cart(desk)
    invoice = desk.invoice(9500)
    assert desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=invoice.id)
    shown = desk.stripe.shown_on(READER)
    assert shown is not None
    cart = shown["set_reader_display"]["cart"]
    assert (cart["total"], cart["currency"]) == (9500, "gbp")
    assert [line["amount"] for line in cart["line_items"]] == [9500]
    assert condition(desk).condition is ReaderCondition.READY
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    desk.stripe.present_card(READER)
    assert desk.look(begun).step is ReaderStep.PAID
    assert not desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=invoice.id)


def test_of_a_part_paid_invoice_only_the_rest_is_shown(desk: MoneyDesk) -> None:
    shows_cart(desk)
    invoice = desk.invoice(9500)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(4000), tendered=pounds(4000))
    desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=invoice.id)
    shown = desk.stripe.shown_on(READER)
    assert shown is not None
    cart = shown["set_reader_display"]["cart"]
    lines = [(line["description"], line["amount"]) for line in cart["line_items"]]
    assert (lines, cart["total"]) == ([("Left to pay", 5500)], 5500)


def test_nothing_is_shown_unless_the_clinic_wants_it(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    assert not desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=invoice.id)
    shows_cart(desk)
    assert not desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=999)
    assert desk.stripe.shown_on(READER) is None


def test_the_cart_never_takes_the_place_of_another_desks_payment(desk: MoneyDesk) -> None:
    shows_cart(desk)
    desk.take(desk.invoice(9500))
    other = desk.invoice(2000)
    assert not desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=other.id)
    shown = desk.stripe.shown_on(READER)
    assert shown is not None
    assert shown["type"] == "process_payment_intent"


def test_a_reader_that_shows_no_cart_hinders_no_payment(desk: MoneyDesk) -> None:
    shows_cart(desk)
    invoice = desk.invoice(9500)
    desk.stripe.put_reader(READER, online=False)
    assert not desk.readers.show_cart(RECEPTIONIST, desk.reader_id, invoice_id=invoice.id)
    desk.stripe.put_reader(READER)
    assert desk.take(invoice).step is ReaderStep.WAITING_FOR_CARD


def test_a_provider_of_the_other_mode_is_not_believed(desk: MoneyDesk) -> None:
    desk.stripe.faults.add(
        Fault(
            FaultKind.ALTERED, method="POST", path="/v1/terminal/locations",
            changes={"livemode": True},
        )
    )  # fmt: skip
    with pytest.raises(ProviderKeyError):
        desk.readers.register(MANAGER, desk.clinic_id, code=CODE, label="Room 3")
