"""The clinic's secrets, in the operating system's keyring and nowhere else.

Only backends that really keep a secret are trusted: one that drops it silently, or keeps it in a
plain file, is refused, and every value written is read back.
"""

import os
from pathlib import Path
from typing import Protocol

from clinicdesk.errors import StorageError

SERVICE = "ClinicDesk"
DATABASE_KEY = "database-key"
AUDIT_KEY = "audit-key"
STRIPE_KEY = "stripe-secret-key"
MAIL_PASSWORD = "mail-password"  # noqa: S105
TRUSTED_BACKENDS = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
STRIPE_PUBLISHABLE_KEY = "stripe-publishable-key"
LISTENER_SECRET = "relay-signing-secret"  # noqa: S105
ENVIRONMENT = {
    STRIPE_KEY: "STRIPE_SECRET_KEY",
    STRIPE_PUBLISHABLE_KEY: "STRIPE_PUBLISHABLE_KEY",
}
ENV_FILE = ".env"


class KeyringError(StorageError):
    """The operating system's keyring cannot keep or give the clinic's secrets."""

    def __init__(self) -> None:
        super().__init__(
            "This computer's keyring is missing or locked, so the clinic's keys cannot be read. "
            "Unlock it (sign in to the desktop again), then start ClinicDesk once more."
        )


class SecretStore(Protocol):
    """Where secrets lie; values are text."""

    def get(self, name: str) -> str | None:
        """Give a secret, None if there is none."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing the former one."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error."""
        ...

    def is_given(self, name: str) -> bool:
        """Tell whether a secret comes from outside, so that it cannot be changed here."""
        ...


class KeyringSecrets:
    """The operating system's keyring, one entry per clinic and name.

    Every method raises KeyringError when the keyring is missing, locked or not to be trusted. A
    secret that the environment gives (STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY), or the file .env
    in the clinic's folder or where the program was started, goes before the kept one.
    """

    def __init__(self, clinic_folder: str) -> None:
        self._prefix = clinic_folder

    def get(self, name: str) -> str | None:
        """Give a secret, None if there is none."""
        given = self._given(name)
        if given:
            return given
        keyring = _trusted_keyring()
        try:
            return keyring.get_password(SERVICE, self._entry(name))
        except keyring.errors.KeyringError as error:
            raise KeyringError from error

    def set(self, name: str, value: str) -> None:
        """Keep a secret and read it back."""
        keyring = _trusted_keyring()
        try:
            keyring.set_password(SERVICE, self._entry(name), value)
            kept = keyring.get_password(SERVICE, self._entry(name))
        except keyring.errors.KeyringError as error:
            raise KeyringError from error
        if kept != value:
            raise KeyringError

    def delete(self, name: str) -> None:
        """Forget a secret."""
        keyring = _trusted_keyring()
        try:
            keyring.delete_password(SERVICE, self._entry(name))
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError as error:
            raise KeyringError from error

    def is_given(self, name: str) -> bool:
        """Tell whether the environment or a file .env gives a secret."""
        return bool(self._given(name))

    def _given(self, name: str) -> str:
        variable = ENVIRONMENT.get(name, "")
        if not variable:
            return ""
        given = os.environ.get(variable, "").strip()
        if given:
            return given
        for folder in (Path(self._prefix), Path.cwd()):
            found = _read_env(folder / ENV_FILE).get(variable)
            if found:
                return found
        return ""

    def _entry(self, name: str) -> str:
        return f"{self._prefix}:{name}"


def _read_env(path: Path) -> dict[str, str | None]:
    if not path.is_file():
        return {}
    import dotenv  # noqa: PLC0415  # most clinics have no such file

    # Values are taken as they stand: a key holds no reference to another variable.
    return dotenv.dotenv_values(path, interpolate=False)


class _Keyring(Protocol):
    errors: "_KeyringErrors"

    def get_password(self, service: str, name: str) -> str | None: ...
    def set_password(self, service: str, name: str, value: str) -> None: ...
    def delete_password(self, service: str, name: str) -> None: ...


class _KeyringErrors(Protocol):
    KeyringError: type[Exception]
    PasswordDeleteError: type[Exception]


def _trusted_keyring() -> _Keyring:
    import keyring  # noqa: PLC0415  # costs 20 ms that the first window does not need
    import keyring.errors  # noqa: PLC0415

    backend = keyring.get_keyring()
    members = getattr(backend, "backends", [backend])
    if not members or not all(type(m).__module__ in TRUSTED_BACKENDS for m in members):
        raise KeyringError
    return keyring  # type: ignore[return-value]
