"""The look: colours by role from the theme's tokens, light or dark, and type that scales."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from clinicdesk.bundled import resources_dir
from ui.core.stylesheet import stylesheet

USUAL_FONT_PX = 40 / 3  # 10 pt at 96 dots an inch
SMALL_DIFFERENCE = 0.13
WEIGHTS = {
    "regular": QFont.Weight.Normal,
    "medium": QFont.Weight.Medium,
    "semibold": QFont.Weight.DemiBold,
    "bold": QFont.Weight.Bold,
}


class Mode(StrEnum):
    """Which set of colours is shown; SYSTEM follows the operating system."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Tone(StrEnum):
    """What a pill or a mark says, beyond its words; values name a status of the tokens."""

    WARNING = "requested"
    INFO = "confirmed"
    GOOD = "arrived"
    BUSY = "in_room"
    QUIET = "completed"
    BAD = "no_show"


@dataclass(frozen=True, slots=True)
class StatusColours:
    """How a status is drawn; `fill` is None for an outline only."""

    fill: QColor | None
    mark: QColor
    ink: QColor


class Palette:
    """The colours of one mode."""

    def __init__(self, tokens: dict[str, Any]) -> None:
        self.text = {name: value for name, value in tokens.items() if isinstance(value, str)}
        self._colours = {name: QColor(value) for name, value in self.text.items()}
        self.accents = tuple(QColor(value) for value in tokens["doctor_accents"])
        self._status = {name: _status(entry) for name, entry in tokens["status"].items()}

    def colour(self, role: str) -> QColor:
        """Give the colour of a role such as "ink" or "panel"."""
        return self._colours[role]

    def status(self, name: str) -> StatusColours:
        """Give the colours of an appointment's status or of a Tone."""
        return self._status[name]

    def accent(self, number: int) -> QColor:
        """Give a doctor's colour by number; numbers past the end begin again."""
        return self.accents[number % len(self.accents)]


def _status(entry: dict[str, str]) -> StatusColours:
    fill = None if entry["fill"] == "none" else QColor(entry["fill"])
    return StatusColours(fill, QColor(entry["mark"]), QColor(entry["ink"]))


class Theme(QObject):
    """Gives colours, fonts and lengths, and tells when they change.

    Lengths are pixels of the tokens times `scale`, which follows the system's font size.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        tokens = json.loads((resources_dir() / "theme" / "tokens.json").read_text("utf-8"))
        self._font_tokens: dict[str, Any] = tokens["font"]
        self._palettes = {mode: Palette(tokens[mode]) for mode in (Mode.LIGHT, Mode.DARK)}
        self.radius: dict[str, int] = tokens["radius_px"]
        self.mode = Mode.SYSTEM
        self.scale = system_scale()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def is_dark(self) -> bool:
        """Tell whether the dark colours are shown."""
        if self.mode is not Mode.SYSTEM:
            return self.mode is Mode.DARK
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    @property
    def palette(self) -> Palette:
        """The colours shown now."""
        return self._palettes[Mode.DARK if self.is_dark else Mode.LIGHT]

    @cached_property
    def family(self) -> str:
        """The bundled family, loaded on first use; the system's own where it cannot be."""
        for path in sorted((resources_dir() / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        wanted = str(self._font_tokens["family"])
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        return wanted if QFontDatabase.hasFamily(wanted) else system

    def colour(self, role: str) -> QColor:
        """Give the colour of a role in the mode shown."""
        return self.palette.colour(role)

    def px(self, length: float) -> int:
        """Scale a length of the design to this system's text size."""
        return round(length * self.scale)

    def font(self, size: str = "body", weight: str = "regular", *, tabular: bool = False) -> QFont:
        """Give a font: size "body", "small" or "title"; `tabular` for figures in a column.

        Tabular figures widen the hyphen as well, so words are set without them.
        """
        key = {"body": "size_px", "small": "small_px", "title": "title_px"}[size]
        return self.sized_font(self._font_tokens[key], weight, tabular=tabular)

    def sized_font(
        self, size_px: float, weight: str = "regular", *, tabular: bool = False
    ) -> QFont:
        """Give a font of `size_px` pixels of the design."""
        font = QFont(self.family)
        font.setPixelSize(self.px(size_px))
        font.setWeight(WEIGHTS[weight])
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def set_mode(self, mode: Mode) -> None:
        """Show light or dark, or follow the system."""
        self.mode = mode
        self.apply()

    def set_scale(self, scale: float) -> None:
        """Show text at `scale` times its designed size."""
        self.scale = scale
        self.apply()

    def apply(self) -> None:
        """Dress the whole program, and tell what is painted by hand."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setStyle("Fusion")
            app.setFont(self.font())
            app.setPalette(self._qt_palette())
            app.setStyleSheet(stylesheet(self.palette.text, self.px, self.family))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self.mode is Mode.SYSTEM:
            self.apply()

    def _qt_palette(self) -> QPalette:
        roles = QPalette.ColorRole
        chosen = {
            roles.Window: "background",
            roles.WindowText: "ink",
            roles.Base: "panel",
            roles.AlternateBase: "field",
            roles.Text: "ink",
            roles.Button: "panel",
            roles.ButtonText: "ink",
            roles.PlaceholderText: "ink_faint",
            roles.Highlight: "brand",
            roles.HighlightedText: "on_brand",
            roles.ToolTipBase: "rail",
            roles.ToolTipText: "rail_on",
            roles.Link: "brand",
        }
        palette = QPalette()
        for role, name in chosen.items():
            palette.setColor(role, self.colour(name))
        return palette


def system_scale() -> float:
    """Give how much larger than usual the system's text is; small differences count as none."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    ratio = QFontInfo(system).pixelSize() / USUAL_FONT_PX
    return 1.0 if abs(ratio - 1) < SMALL_DIFFERENCE else float(ratio)
