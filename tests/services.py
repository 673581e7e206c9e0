"""Every service over a test's database, put together as the program does it."""

from clinicdesk.app import Services, build_services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.settings.secrets import AUDIT_KEY


class KeptSecrets:
    """Secrets that live as long as the test."""

    def __init__(self) -> None:
        self._secrets = {AUDIT_KEY: (b"k" * 32).hex()}

    def get(self, name: str) -> str | None:
        """Give a secret, None if there is none."""
        return self._secrets.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing the former one."""
        self._secrets[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)

    def is_given(self, name: str) -> bool:
        """Nothing comes from outside."""
        return False


def services_over(
    database: Database, clock: Clock, *, bus: ChangeBus | None = None, writes: bool = False
) -> Services:
    """Give the services; with `writes` they queue messages to patients."""
    return build_services(
        database,
        bus=bus or ChangeBus(),
        clock=clock,
        secrets=KeptSecrets(),
        writes_to_patients=writes,
    )
