"""The secrets of the demo clinic, in a file: they guard made-up data and open nothing else."""

import json
from pathlib import Path

from clinicdesk.training.files import write_whole


class TrainingSecrets:
    """A store of secrets in one file of the training folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str | None:
        """Give a secret, None if there is none."""
        return self._all().get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing the former one."""
        self._keep({**self._all(), name: value})

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._keep({key: value for key, value in self._all().items() if key != name})

    def is_given(self, name: str) -> bool:  # noqa: ARG002 - the demo clinic asks nobody outside
        """Tell whether a secret comes from outside: none does."""
        return False

    def _all(self) -> dict[str, str]:
        if not self._path.is_file():
            return {}
        stored: dict[str, str] = json.loads(self._path.read_text())
        return stored

    def _keep(self, secrets: dict[str, str]) -> None:
        write_whole(self._path, json.dumps(secrets).encode())
