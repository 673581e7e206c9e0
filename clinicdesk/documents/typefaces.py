"""The fonts of the papers: a built-in one where it suffices, else bundled ones to embed."""

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics

from clinicdesk.bundled import resources_dir
from clinicdesk.documents.glyphs import ShapedFont

# Of what lies outside the built-in fonts' letters, this one is taken from the built-in Symbol.
SYMBOLS = "\N{MINUS SIGN}"
PLACEHOLDER = "\N{WHITE SQUARE}"
"""Stands for a letter that no font has."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """The names under which the drawing library knows a regular and a bold font."""

    regular: str
    bold: str


BUILT_IN = Typeface("Helvetica", "Helvetica-Bold")
BUNDLED = Typeface("Inter", "Inter-SemiBold")
ARABIC = Typeface("Plex-Arabic", "Plex-Arabic-SemiBold")
# Hebrew, Armenian, Georgian, many symbols.
WIDE = Typeface("DejaVu", "DejaVu-Bold")
# Chinese and Japanese, and Korean; there is one weight of each.
HAN = Typeface("Droid-Fallback", "Droid-Fallback")
HANGUL = Typeface("Nanum-Gothic", "Nanum-Gothic")
CHAIN = (BUNDLED, ARABIC, WIDE, HAN, HANGUL)
"""Who is asked for a letter, in this order."""

FILES = {
    "Inter": "Inter-Regular.ttf",
    "Inter-SemiBold": "Inter-SemiBold.ttf",
    "Plex-Arabic": "paper/IBMPlexSansArabic-Regular.ttf",
    "Plex-Arabic-SemiBold": "paper/IBMPlexSansArabic-SemiBold.ttf",
    "DejaVu": "paper/DejaVuSans.ttf",
    "DejaVu-Bold": "paper/DejaVuSans-Bold.ttf",
    "Droid-Fallback": "paper/DroidSansFallbackFull.ttf",
    "Nanum-Gothic": "paper/NanumGothic-Regular.ttf",
}

_lock = threading.Lock()


def typeface_for(text: str) -> Typeface:
    """Give the typeface for a paper that holds this text.

    The built-in one costs neither time nor room; the other is embedded with the letters used, and
    asks the rest of `CHAIN` for what it lacks.
    """
    try:
        text.translate(dict.fromkeys(map(ord, SYMBOLS))).encode("cp1252")
    except UnicodeEncodeError:
        return BUNDLED
    return BUILT_IN


@cache
def font_of(letter: str, *, is_bold: bool) -> str:
    """Name the first font of the chain that has a letter, "" where none has it."""
    for typeface in CHAIN:
        name = typeface.bold if is_bold else typeface.regular
        if ord(letter) in letters_of(name):
            return name
    return ""


def letters_of(name: str) -> frozenset[int]:
    """Give the letters of a font that can be embedded."""
    return _loaded(name)[1]


def embedded_font(name: str) -> ShapedFont:
    """Give a font that can be embedded."""
    return _loaded(name)[0]


def _loaded(name: str) -> tuple[ShapedFont, frozenset[int]]:
    with _lock:
        return _load(name, resources_dir() / "fonts" / FILES[name])


@cache
def _load(name: str, path: Path) -> tuple[ShapedFont, frozenset[int]]:
    """Make a font known, so that only the letters used are embedded and its widths are short."""
    font = ShapedFont(name, path, asciiReadable=False)
    widths = font.face.charWidths
    font.face.charWidths = {letter: round(width) for letter, width in widths.items()}
    font.face.defaultWidth = round(font.face.defaultWidth)
    pdfmetrics.registerFont(font)
    return font, frozenset(font.face.charToGlyph)
