"""Sets lines of text in their fonts: what must be mirrored, joined or replaced, and how wide it is.

A line is literal text in reading order. Its own direction is that of its first letter, and the
paper's where it has none (as `dir="auto"` in HTML); the rest follows the Unicode Bidirectional
Algorithm (UAX #9).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bidi import algorithm as bidi
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import ShapedStr

from clinicdesk.documents.typefaces import (
    BUILT_IN,
    PLACEHOLDER,
    Typeface,
    embedded_font,
    font_of,
    letters_of,
    typeface_for,
)

INK = "#16202E"
ELLIPSIS = "…"
RTL_MARK = "\N{RIGHT-TO-LEFT MARK}"
LTR_MARK = "\N{LEFT-TO-RIGHT MARK}"
EMBED, END_EMBED = "\N{LEFT-TO-RIGHT EMBEDDING}", "\N{POP DIRECTIONAL FORMATTING}"
STRONG = {"L": False, "R": True, "AL": True}
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Groups of digits stay in their order, as in a phone number.
DIGIT_GROUPS = re.compile(r"(?<![\d.,])\+?\(?\d[\d ()-]*[ ()-][\d ()-]*\d(?![\d.,])")
LONGEST = 6000
"""More letters than any place on a page can show; the rest of a text is not looked at."""

# Line and paragraph separators end a line. What turns text around from outside is left out.
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF), None),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),
    **dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n"),
    0x09: " ",
}
_UNSEEN = dict.fromkeys((0x00AD, 0x061C, *range(0x200B, 0x2010), 0x2060), None)
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pen:
    """How text looks: its size in points, weight and colour (#RRGGBB)."""

    size_pt: float = 9.5
    is_bold: bool = False
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line in one font, as it is drawn from left to right; `width` for size 1."""

    font: str
    text: str | ShapedStr
    width: float


def pdf_text(text: str) -> str:
    """Give a text as it may stand on paper: no controls, one form for each letter, not endless."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    cut = _LONE_SURROGATES.sub("", text[:LONGEST]).replace("\r\n", "\n")
    return unicodedata.normalize("NFC", cut.translate(_CLEAN))


def lettering_for(text: str, *, is_rtl: bool = False) -> "Lettering":
    """Give the lettering of a paper that holds this text."""
    return Lettering(typeface_for(text), is_rtl=is_rtl)


class Lettering:
    """Sets text in a typeface; `is_rtl` is the direction of lines without letters."""

    def __init__(self, typeface: Typeface, *, is_rtl: bool = False) -> None:
        self.typeface = typeface
        self.is_rtl = is_rtl
        self._set: dict[tuple[str, bool], tuple[Piece, ...]] = {}

    def width(self, text: str, pen: Pen) -> float:
        """Give the room that a line takes, in points."""
        if self.typeface is BUILT_IN:
            return float(stringWidth(text, self._font(pen), pen.size_pt))
        return sum(piece.width for piece in self.pieces(text, pen)) * pen.size_pt

    def pieces(self, text: str, pen: Pen) -> tuple[Piece, ...]:
        """Give a line's parts from left to right."""
        key = (text, pen.is_bold)
        found = self._set.get(key)
        if found is None:
            found = self._set[key] = tuple(self._pieces(text, pen))
        return found

    def wrap(self, text: str, pen: Pen, *, width_pt: float, most: int) -> tuple[str, ...]:
        """Break a text into at most `most` lines that fit; what is too long ends in an ellipsis.

        Line breaks in the text stay; a word that is longer than a line is broken.
        """
        lines: list[str] = []
        for paragraph in pdf_text(text).split("\n"):
            if len(lines) > most:
                break
            lines.extend(self._broken(paragraph, pen, width_pt, most + 1))
        lines = [line for line in lines if line]
        if len(lines) > most:
            last = lines[most - 1]
            while last and self.width(last + ELLIPSIS, pen) > width_pt:
                last = last[:-1]
            lines[most - 1 :] = [last.rstrip() + ELLIPSIS]
        return tuple(lines)

    def fit(self, text: str, pen: Pen, *, width_pt: float) -> str:
        """Give what fits into one line."""
        lines = self.wrap(text, pen, width_pt=width_pt, most=1)
        return lines[0] if lines else ""

    def _font(self, pen: Pen) -> str:
        return self.typeface.bold if pen.is_bold else self.typeface.regular

    def _broken(self, text: str, pen: Pen, width_pt: float, most: int) -> list[str]:
        text = text.strip()
        if self.width(text, pen) <= width_pt:
            return [text]
        mark = self._mark(text)
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, pen) <= width_pt:
                lines[-1] = longer
                continue
            if len(lines) > most:
                break
            lines.append(mark)
            for letter in word:
                if self.width(lines[-1] + letter, pen) > width_pt:
                    if len(lines) > most:
                        break
                    lines.append(mark)
                lines[-1] += letter
        return [line for line in lines if line != mark]

    def _mark(self, paragraph: str) -> str:
        """Give what keeps every line of a paragraph in the paragraph's direction."""
        if self.typeface is BUILT_IN or not (self.is_rtl or _turns(paragraph)):
            return ""
        return RTL_MARK if self._goes_left(paragraph) else LTR_MARK

    def _goes_left(self, text: str) -> bool:
        for letter in text:
            found = STRONG.get(unicodedata.bidirectional(letter))
            if found is not None:
                return found
        return self.is_rtl

    def _pieces(self, text: str, pen: Pen) -> Iterator[Piece]:
        text = text.replace("\n", " ")
        font = self._font(pen)
        if self.typeface is BUILT_IN or (
            not self.is_rtl and letters_of(font).issuperset(map(ord, text))
        ):
            yield Piece(font, text, stringWidth(text, font, 1))
        else:
            for run, goes_left in self._runs(text):
                yield from _set_run(run, is_bold=pen.is_bold, goes_left=goes_left)

    def _is_plain(self, font: str, text: str) -> bool:
        return not self.is_rtl and letters_of(font).issuperset(map(ord, text))

    def _runs(self, text: str) -> Iterator[tuple[str, bool]]:
        """Give the parts of a line that go one way, from left to right, and whether it is left."""
        base = int(self._goes_left(text))
        if not base and not _turns(text):
            yield text, False
            return
        chars = _levelled(DIGIT_GROUPS.sub(rf"{EMBED}\g<0>{END_EMBED}", text), base)
        runs = [
            ("".join(one["ch"] for one in group), level)
            for level, group in groupby(chars, key=lambda one: int(one["level"]))
        ]
        yield from ((run, bool(level % 2)) for run, level in _in_visual_order(runs))


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)


def _levelled(text: str, base: int) -> list[dict[str, Any]]:
    """Give each letter with its level: odd ones go from right to left (UAX #9, X1 to I2)."""
    storage = bidi.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    bidi.get_embedding_levels(text, storage)
    bidi.explicit_embed_and_overrides(storage)
    bidi.resolve_weak_types(storage)
    bidi.resolve_neutral_types(storage, debug=False)
    bidi.resolve_implicit_levels(storage, debug=False)
    chars: list[dict[str, Any]] = storage["chars"]
    return chars


def _in_visual_order(runs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Reverse runs from the highest level down to the lowest odd one (UAX #9, L2)."""
    ordered = list(runs)
    for level in range(max((level for _, level in runs), default=0), 0, -1):
        start = 0
        for is_in, group in groupby(list(ordered), key=lambda run: run[1] >= level):
            end = start + len(list(group))
            if is_in:
                ordered[start:end] = reversed(ordered[start:end])
            start = end
    return ordered


def _set_run(text: str, *, is_bold: bool, goes_left: bool) -> Iterator[Piece]:
    """Share a run out among the fonts that have its letters."""
    parts: list[tuple[str, str]] = []
    for letter in text:
        shown, font = letter, font_of(letter, is_bold=is_bold)
        if parts and (not font or letter.isspace()) and ord(letter) in letters_of(parts[-1][0]):
            font = parts[-1][0]
        if not font and ord(letter) in _UNSEEN:
            continue
        if not font:
            shown, font = PLACEHOLDER, font_of(PLACEHOLDER, is_bold=is_bold)
        if parts and parts[-1][0] == font:
            parts[-1] = (font, parts[-1][1] + shown)
        else:
            parts.append((font, shown))
    for font, part in reversed(parts) if goes_left else parts:
        if goes_left:
            shaped, width = embedded_font(font).shaped(part)
            yield Piece(font, shaped, width / 1000)
        else:
            shown = part.translate(_UNSEEN)
            yield Piece(font, shown, stringWidth(shown, font, 1))
