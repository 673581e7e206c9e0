"""Chooses the typeface of a document: a built-in one where it suffices, else one to embed."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from clinicdesk.bundled import resources_dir

# Of what lies outside the built-in fonts' letters, this one is taken from the built-in Symbol.
SYMBOLS = "\N{MINUS SIGN}"
INSTALLED = (
    ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    ("noto/NotoSans-Regular.ttf", "noto/NotoSans-Bold.ttf"),
)
FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts"))
WINDOWS = Path("C:/Windows/Fonts")


@dataclass(frozen=True, slots=True)
class Typeface:
    """The names under which the drawing library knows a regular and a bold font."""

    regular: str
    bold: str


BUILT_IN = Typeface("Helvetica", "Helvetica-Bold")
BUNDLED = Typeface("Inter", "Inter-SemiBold")

_lock = threading.Lock()
_letters: dict[Typeface, frozenset[int]] = {}


def typeface_for(text: str) -> Typeface:
    """Give a typeface that has every letter of the text, or else the one that lacks fewest.

    Built-in fonts cost neither time nor room; others are embedded with the letters used.
    """
    try:
        text.translate(dict.fromkeys(map(ord, SYMBOLS))).encode("cp1252")
    except UnicodeEncodeError:
        letters = frozenset(map(ord, text)) - {0x0A, 0xA0}
    else:
        return BUILT_IN
    best, fewest = BUNDLED, len(letters) + 1
    for typeface, known in _embeddable():
        missing = len(letters - known)
        if missing < fewest:
            best, fewest = typeface, missing
        if not missing:
            break
    return best


def _embeddable() -> Iterator[tuple[Typeface, frozenset[int]]]:
    """Yield the fonts that can be embedded with their letters, the program's own first."""
    fonts = resources_dir() / "fonts"
    yield BUNDLED, _load(BUNDLED, fonts / "Inter-Regular.ttf", fonts / "Inter-SemiBold.ttf")
    pairs = [(folder / r, folder / b) for folder in FOLDERS for r, b in INSTALLED]
    pairs.append((WINDOWS / "arial.ttf", WINDOWS / "arialbd.ttf"))
    for regular, bold in pairs:
        if regular.is_file() and bold.is_file():
            typeface = Typeface(regular.stem, bold.stem)
            yield typeface, _load(typeface, regular, bold)


def _load(typeface: Typeface, regular: Path, bold: Path) -> frozenset[int]:
    with _lock:
        if typeface not in _letters:
            try:
                letters = _register(typeface.regular, regular) & _register(typeface.bold, bold)
            except (TTFError, OSError):
                letters = frozenset()
            _letters[typeface] = letters
        return _letters[typeface]


def _register(name: str, path: Path) -> frozenset[int]:
    """Make a font known, so that only the letters used are embedded and its widths are short."""
    font = TTFont(name, path, asciiReadable=False)
    widths = font.face.charWidths
    font.face.charWidths = {letter: round(width) for letter, width in widths.items()}
    font.face.defaultWidth = round(font.face.defaultWidth)
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
