"""An unknown login costs as much to refuse as a wrong password."""

from argon2 import PasswordHasher, extract_parameters

from clinicdesk.staff.passwords import Passwords


class Watched(PasswordHasher):
    """Remembers the hashes it checked."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=64, parallelism=2)
        self.checked: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.checked.append(str(hash))
        return super().verify(hash, password)


def test_nobody_fits_and_costs_what_a_person_costs() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    somebodys = passwords.hash("three unrelated words")
    assert not passwords.fits(None, "three unrelated words")
    assert passwords.fits(somebodys, "three unrelated words")
    nobodys, checked = hasher.checked
    assert extract_parameters(nobodys) == extract_parameters(checked)
