"""Secrets in a real keyring: gnome-keyring on a session bus that only this test knows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]


def run(
    program: str, *, home: Path, on_a_bus: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a Python program as a new user of this computer would, with or without a keyring."""
    for needed in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed here")
    python = [sys.executable, "-c", program]
    unlock = 'printf secret | gnome-keyring-daemon --unlock --components=secrets; exec "$@"'
    session = ["dbus-run-session", "--", "sh", "-c", unlock, "sh"] if on_a_bus else []
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND", "STRIPE_SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    places = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"), home)
    return subprocess.run(
        [*session, *python],
        env=kept | {name: str(place) for name, place in places.items()} | environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_secret_is_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    done = run(
        """
from clinicdesk.settings.secrets import STRIPE_KEY, KeyringSecrets
ours, theirs = KeyringSecrets("north"), KeyringSecrets("south")
print(ours.get(STRIPE_KEY))
ours.set(STRIPE_KEY, "first ü")
ours.set(STRIPE_KEY, "second ü")
print(ours.get(STRIPE_KEY), theirs.get(STRIPE_KEY))
ours.delete(STRIPE_KEY)
ours.delete(STRIPE_KEY)
print(ours.get(STRIPE_KEY))
""",
        home=tmp_path,
        PYTHONIOENCODING="utf-8",
    )

    assert done.stdout.splitlines() == ["None", "second ü None", "None"], done.stderr


def test_next_start_finds_the_secret_and_no_file_shows_it(tmp_path: Path) -> None:
    store = "from clinicdesk.settings.secrets import KeyringSecrets; secrets = KeyringSecrets('n')"

    assert run(f"{store}; secrets.set('a', 'xyzzy-plover')", home=tmp_path).returncode == 0
    later = run(f"{store}; print(secrets.get('a'))", home=tmp_path)

    assert later.stdout.strip() == "xyzzy-plover", later.stderr
    kept = [path for path in tmp_path.rglob("*.keyring") if path.is_file()]
    assert kept
    assert not any(b"xyzzy" in path.read_bytes() for path in kept)


@pytest.mark.parametrize("backend", ["", "keyring.backends.null.Keyring"])
def test_nothing_is_entrusted_where_no_keyring_keeps_it(tmp_path: Path, backend: str) -> None:
    environment = {"PYTHON_KEYRING_BACKEND": backend} if backend else {}
    done = run(
        """
from clinicdesk.settings.secrets import KeyringError, KeyringSecrets
try:
    KeyringSecrets("north").set("a", "b")
except KeyringError as error:
    print(error)
""",
        home=tmp_path,
        on_a_bus=False,
        **environment,
    )

    assert "keyring is missing or locked" in done.stdout, done.stderr
