"""Brings the changes of every commit to the window's thread, merged into one signal."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from clinicdesk.changes import Change, ChangeBus

MERGE_MS = 50


class ChangeBridge(QObject):
    """Listens to the change bus; `changed` carries a list of Change, each once."""

    changed = Signal(list)
    _heard = Signal(object)

    def __init__(self, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Change, None] = {}
        self._timer = QTimer(self, singleShot=True, interval=MERGE_MS)
        self._timer.timeout.connect(self._tell)
        self._heard.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = bus.subscribe(self._hear)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()
        self._timer.stop()

    def _hear(self, changes: Sequence[Change]) -> None:
        self._heard.emit(tuple(changes))

    def _gather(self, changes: Sequence[Change]) -> None:
        self._waiting.update(dict.fromkeys(changes))
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        changes = list(self._waiting)
        self._waiting.clear()
        self.changed.emit(changes)
