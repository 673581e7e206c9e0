"""The training clock: runs like the real one, and can be put to another day."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from clinicdesk.clock import SystemClock
from clinicdesk.training.files import write_whole


class TrainingClock:
    """A clock ahead of or behind the computer's by an offset that a restart remembers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._real = SystemClock()
        stored = json.loads(path.read_text()) if path.is_file() else {"offset_seconds": 0.0}
        self._offset = timedelta(seconds=stored["offset_seconds"])

    def now(self) -> datetime:
        """Give the present moment of the training, in UTC."""
        return self._real.now() + self._offset

    def put_to(self, at: datetime) -> None:
        """Make it `at` now; it runs on from there."""
        self._offset = at - self._real.now()
        stored = {"offset_seconds": self._offset.total_seconds()}
        write_whole(self._path, json.dumps(stored).encode())
