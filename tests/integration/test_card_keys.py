"""The card provider's key: kept when the provider takes it, told apart, and refused once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clinicdesk.app import Services, build_services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.payments.errors import ProviderKeyError
from clinicdesk.payments.keys.records import CardKeyInfo
from clinicdesk.payments.keys.rules import CardKeyError, GivenKeyError
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.reconciliation.errors import WrongModeError
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import (
    LISTENER_SECRET,
    STRIPE_KEY,
    STRIPE_PUBLISHABLE_KEY,
    KeyringSecrets,
)
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP
from tests.services import KeptSecrets

pytestmark = pytest.mark.slow

TEST_KEY, LIVE_KEY = "sk_test_abcd1234", "rk_live_wxyz9876"


class GivenSecrets(KeptSecrets):
    """Secrets of which the card key comes from outside."""

    def is_given(self, name: str) -> bool:
        return name == STRIPE_KEY


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def secrets() -> KeptSecrets:
    return KeptSecrets()


@pytest.fixture
def services(
    file_database: Database, clock: FixedClock, secrets: KeptSecrets, stripe: TrainingStripe
) -> Services:
    return over(file_database, clock, secrets, stripe)


def over(
    database: Database, clock: FixedClock, secrets: KeptSecrets, stripe: TrainingStripe
) -> Services:
    services = build_services(database, bus=ChangeBus(), clock=clock, secrets=secrets)
    services.settings.save(SETUP, PaymentSettings(api_base=stripe.api_base))
    return services


def test_a_key_is_kept_once_the_provider_has_taken_it(
    services: Services, secrets: KeptSecrets
) -> None:
    assert services.card_keys.key(MANAGER) is None
    info = services.card_keys.set_key(MANAGER, f"  {TRAINING_KEY}\n")
    assert info == CardKeyInfo(is_live=False, is_restricted=True, ending="ning", is_given=False)
    assert secrets.get(STRIPE_KEY) == TRAINING_KEY
    assert services.card_keys.key(MANAGER) == info
    (told,) = [e for e in services.audit.entries(SETUP) if e.action == "set card key"]
    assert told.details["ending"] == "ning"
    assert TRAINING_KEY not in str(told)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("pk_test_abc", "publishable"), ("sk_test_", "not a secret key"), ("hello", "not a secret")],
)
def test_what_is_no_secret_key_is_refused_at_its_field(
    services: Services, secrets: KeptSecrets, typed: str, told: str
) -> None:
    with pytest.raises(CardKeyError, match=told) as raised:
        services.card_keys.set_key(MANAGER, typed)
    assert raised.value.field == "key"
    assert secrets.get(STRIPE_KEY) is None


def test_a_key_that_the_provider_refuses_leaves_the_former_one(
    services: Services, secrets: KeptSecrets, stripe: TrainingStripe
) -> None:
    stripe.faults.add(Fault(FaultKind.KEY_REFUSED, method="GET", path="*", times=1))
    with pytest.raises(ProviderKeyError):
        services.card_keys.set_key(MANAGER, TEST_KEY)
    assert secrets.get(STRIPE_KEY) is None
    services.card_keys.set_key(MANAGER, TRAINING_KEY)
    with pytest.raises(WrongModeError):
        services.card_keys.set_key(MANAGER, LIVE_KEY)
    assert secrets.get(STRIPE_KEY) == TRAINING_KEY


def test_a_key_can_be_forgotten(services: Services, secrets: KeptSecrets) -> None:
    services.card_keys.set_key(MANAGER, TRAINING_KEY)
    services.card_keys.remove_key(MANAGER)
    assert secrets.get(STRIPE_KEY) is None
    with pytest.raises(CardsOffError):
        services.readers.take_over(SETUP, 1)


def test_a_key_from_outside_is_not_changed_here(
    file_database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    secrets = GivenSecrets()
    secrets.set(STRIPE_KEY, TRAINING_KEY)
    keys = over(file_database, clock, secrets, stripe).card_keys
    found = keys.key(MANAGER)
    assert found is not None
    assert found.is_given
    with pytest.raises(GivenKeyError):
        keys.set_key(MANAGER, TEST_KEY)
    with pytest.raises(GivenKeyError):
        keys.remove_key(MANAGER)


def test_only_those_who_set_up_see_and_change_the_key(services: Services) -> None:
    for act in (
        lambda: services.card_keys.key(RECEPTIONIST),
        lambda: services.card_keys.set_key(RECEPTIONIST, TRAINING_KEY),
        lambda: services.card_keys.remove_key(RECEPTIONIST),
    ):
        with pytest.raises(AccessDeniedError):
            act()


def test_a_key_that_is_withdrawn_alarms_once_and_is_not_asked_with_again_at_once(
    services: Services, stripe: TrainingStripe, clock: FixedClock
) -> None:
    services.card_keys.set_key(MANAGER, TRAINING_KEY)
    stripe.faults.add(Fault(FaultKind.KEY_REFUSED, method="GET", path="*", times=1))
    asked = len(stripe.log)
    for _ in range(5):
        with pytest.raises(ProviderKeyError):
            services.provider_events.catch_up(SETUP)
    assert len(stripe.log) == asked + 1
    assert "does not accept this clinic's key" in services.card_keys.trouble(RECEPTIONIST)
    clock.advance(timedelta(minutes=11))
    services.provider_events.catch_up(SETUP)
    assert services.card_keys.trouble(RECEPTIONIST) == ""


@pytest.mark.parametrize("publishable", ["pk_live_abc", "sk_test_abc", "nonsense"])
def test_a_publishable_key_of_another_mode_is_refused_loudly(
    services: Services, secrets: KeptSecrets, publishable: str
) -> None:
    secrets.set(STRIPE_KEY, TRAINING_KEY)
    secrets.set(STRIPE_PUBLISHABLE_KEY, publishable)
    with pytest.raises(ProviderKeyError, match="another mode"):
        services.readers.take_over(SETUP, 1)
    assert "another mode" in services.card_keys.trouble(RECEPTIONIST)
    secrets.set(STRIPE_PUBLISHABLE_KEY, "pk_test_abc")
    services.provider_events.catch_up(SETUP)
    assert services.card_keys.trouble(RECEPTIONIST) == ""


def test_the_relays_signing_secret_is_kept_and_never_shown(
    services: Services, secrets: KeptSecrets
) -> None:
    assert not services.card_keys.has_listener_secret(MANAGER)
    with pytest.raises(CardKeyError, match="whsec_"):
        services.card_keys.set_listener_secret(MANAGER, "secret")
    services.card_keys.set_listener_secret(MANAGER, " whsec_abc ")
    assert secrets.get(LISTENER_SECRET) == "whsec_abc"
    assert services.card_keys.has_listener_secret(MANAGER)
    assert "whsec_abc" not in str(services.audit.entries(SETUP))


# --- from the environment and from a file --------------------------------------------------------


def test_the_environment_goes_before_the_file_and_the_file_before_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "clinic"
    folder.mkdir()
    secrets = KeyringSecrets(str(folder))
    (tmp_path / ".env").write_text("STRIPE_SECRET_KEY=sk_test_started_here\n")
    assert secrets.get(STRIPE_KEY) == "sk_test_started_here"
    (folder / ".env").write_text(
        'export STRIPE_SECRET_KEY="sk_test_$HOME_in_folder"\n'
        "STRIPE_PUBLISHABLE_KEY=pk_test_x # ours\n"
    )
    assert secrets.get(STRIPE_KEY) == "sk_test_$HOME_in_folder"
    assert secrets.get(STRIPE_PUBLISHABLE_KEY) == "pk_test_x"
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_environment")
    assert secrets.get(STRIPE_KEY) == "sk_test_environment"
    assert secrets.is_given(STRIPE_KEY)
    assert not secrets.is_given(LISTENER_SECRET)
