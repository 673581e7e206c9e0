"""Passwords: Argon2id hashes, and what a password must be."""

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from clinicdesk.errors import InvalidInputError

SHORTEST_PASSWORD = 10
COMMON = frozenset(
    "password password1 password12 password123 1234567890 12345678910 qwertyuiop qwerty12345 "
    "clinicdesk receptionist administrator letmein1234 iloveyou123 welcome1234 changeme123".split()
)


class WeakPasswordError(InvalidInputError):
    """A password is too short or too common."""

    def __init__(self) -> None:
        super().__init__(
            f"Please choose a password of {SHORTEST_PASSWORD} characters or more that is not a "
            "common one; three unrelated words are good.",
            field="password",
        )


class Passwords:
    """Makes and checks hashes; the defaults of Argon2id take about a quarter of a second."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _nobodys(self._hasher)

    def hash(self, password: str) -> str:
        """Hash a new password.

        Raises:
            WeakPasswordError: it is too short or too common.
        """
        if len(password) < SHORTEST_PASSWORD or password.casefold() in COMMON:
            raise WeakPasswordError
        return self._hasher.hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Tell whether a password fits a hash; no hash takes as long as a wrong password."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return stored is not None


def _nobodys(hasher: PasswordHasher) -> str:
    """Give a hash of no password, as costly to check as any; making it costs nothing at start."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v=19${cost}${salt}${digest}"
