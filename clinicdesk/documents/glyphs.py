"""A font that joins letters as Arabic and Hebrew need it, and still tells what they stand for.

The drawing library shapes text too, but only in left-to-right order, and gives joined letters no
text: what was selected or searched in such a PDF would be nothing. Here each joined glyph gets a
code of its own in a private plane, and the font's map to Unicode says what letters it stands for.
"""

import unicodedata
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

import uharfbuzz
from reportlab.pdfbase.pdfdoc import PDFZCompress
from reportlab.pdfbase.ttfonts import SUBSETN, ShapeData, ShapedStr, TTFont

PRIVATE_PLANE = 0xF0000
KILO = 1000
# Optional ligatures are left out: readers differ in how they take a glyph of two letters apart.
FEATURES = {"liga": False, "clig": False, "dlig": False}
# The ones that fonts insist on have characters of their own, which readers know to take apart.
LIGATURES = {
    letters: chr(code)
    for code in (*range(0xFEFC, 0xFEF4, -1), *range(0xFDFB, 0xFBE9, -1))
    if len(letters := unicodedata.normalize("NFKC", chr(code))) > 1
}


class ShapedFont(TTFont):
    """A TrueType font with shaping from right to left."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._codes: dict[tuple[int, str], int] = {}
        self._texts: dict[int, str] = {}

    @cached_property
    def _shaper(self) -> uharfbuzz.Font:
        return uharfbuzz.Font(self.hbFace)

    @cached_property
    def _em(self) -> int:
        return int(self._shaper.face.upem)

    def shaped(self, text: str) -> tuple[ShapedStr, float]:
        """Join a run of right-to-left text; give its glyphs from left to right, and its width.

        The width is in thousandths of the size.
        """
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl"
        uharfbuzz.shape(self._shaper, buffer, FEATURES)
        glyphs, data, scale = [], [], KILO / self._em
        texts = _texts_of([info.cluster for info in buffer.glyph_infos], text)
        places = zip(buffer.glyph_infos, buffer.glyph_positions, texts, strict=True)
        for number, (info, at, stands_for) in enumerate(places):
            code = self._code(info.codepoint, stands_for)
            glyphs.append(chr(code))
            width = self.face.charWidths[code]
            # Each glyph is a cluster of its own, for the library sets marks off by clusters.
            data.append(
                ShapeData(
                    number,
                    at.x_advance * scale,
                    at.y_advance * scale,
                    at.x_offset * scale,
                    at.y_offset * scale,
                    width,
                )
            )
        made: Any = data  # the library's types name one cluster where it takes a list of them
        return ShapedStr("".join(glyphs), made), sum(each.x_advance for each in data)

    def addObjects(self, doc: Any) -> None:
        """Write the font into a document, and what its joined glyphs stand for."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            if any(code in self._texts for code in subset):
                self._write_texts(doc, number, subset)

    def _write_texts(self, doc: Any, number: int, subset: list[int]) -> None:
        name = (b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX))).decode()
        stream = doc.idToObject[f"toUnicodeCMap:{name}"]
        stream.content = _unicode_map(name, [self._texts.get(code, chr(code)) for code in subset])
        stream.filters = [PDFZCompress]

    def _code(self, glyph: int, text: str) -> int:
        """Give the code that draws a glyph and reads as `text`."""
        if len(text) == 1 and self.face.charToGlyph.get(ord(text)) == glyph:
            return ord(text)
        key = (glyph, text)
        if key not in self._codes:
            code = PRIVATE_PLANE + len(self._codes)
            width = self._shaper.get_glyph_h_advance(glyph) * KILO / self._em
            self.face.charToGlyph[code] = glyph
            self.face.charWidths[code] = round(width)
            self._texts[code] = text
            self._codes[key] = code
        return self._codes[key]


def _texts_of(clusters: list[int], text: str) -> list[str]:
    """Give the text that each glyph, from left to right, stands for.

    In a cluster of several glyphs the last one is the letter, those before it its marks.
    """
    starts = sorted({*clusters, len(text)})
    ends = dict(pairwise(starts))
    texts: list[str] = []
    for cluster, members in groupby(clusters):
        marks = len(list(members)) - 1
        letters = text[cluster : ends[cluster]]
        base = max(1, len(letters) - marks)
        own = [*letters[base:], *[""] * (marks - len(letters) + base)]
        texts += [*reversed(own), LIGATURES.get(letters[:base], letters[:base])]
    return texts


def _unicode_map(name: str, texts: list[str]) -> str:
    """Give the map from a font's codes to text (PDF 32000-1, 9.10.3)."""
    rows = [
        f"<{number:02X}> <{(text or chr(0x200B)).encode('utf-16-be').hex().upper()}>"
        for number, text in enumerate(texts)
    ]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
