"""A sheet of paper: draws literal text and lines, measured in points from its upper left corner."""

import io
from dataclasses import dataclass, field

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clinicdesk.documents.qr import Modules, dark_runs
from clinicdesk.documents.typefaces import Typeface

# Streams as they are: text encoding makes every page a quarter larger.
rl_config.useA85 = 0
WIDTH_PT, HEIGHT_PT = A4
ELLIPSIS = "…"
INK, SOFT, FAINT = "#16202E", "#55637A", "#6B788C"
LINE, BRAND, GOOD, BAD = "#D5DAE1", "#0B6E69", "#0E6646", "#A32B2B"

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pen:
    """How text looks: its size in points, weight and colour (#RRGGBB)."""

    size_pt: float = 9.5
    is_bold: bool = False
    colour: str = INK


@dataclass(frozen=True)
class Logo:
    """A picture for the head of a page, prepared once: JPEG data goes into the page as it is."""

    jpeg: bytes
    width_pt: float
    height_pt: float
    image: ImageReader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "image", ImageReader(io.BytesIO(self.jpeg)))


class Sheet:
    """A document in the making, A4 unless `size_pt` says otherwise.

    The same drawing gives the same bytes whenever it is made.
    """

    def __init__(
        self,
        typeface: Typeface,
        *,
        title: str,
        author: str,
        language: str,
        size_pt: tuple[float, float] = A4,
    ) -> None:
        self._out = io.BytesIO()
        self._typeface = typeface
        self._height = size_pt[1]
        self._canvas = Canvas(
            self._out, pagesize=size_pt, pageCompression=1, invariant=1, lang=language
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(title)
        self._canvas.setCreator("ClinicDesk")
        self._begin_page()

    def text(self, x: float, y: float, text: str, pen: Pen) -> None:
        """Write one line that begins at `x`; `y` is its base line."""
        self._use(pen)
        self._words.setTextOrigin(x, self._height - y)
        self._words.textOut(text)

    def text_right(self, x: float, y: float, text: str, pen: Pen) -> None:
        """Write one line that ends at `x`."""
        self.text(x - self.width_of(text, pen), y, text, pen)

    def width_of(self, text: str, pen: Pen) -> float:
        """Give the room that a line takes."""
        return float(stringWidth(text, _font(self._typeface, pen), pen.size_pt))

    def rule(self, x: float, until_x: float, y: float, *, colour: str, width_pt: float) -> None:
        """Draw a level line."""
        self._canvas.setStrokeColorRGB(*_rgb(colour))
        self._canvas.setLineWidth(width_pt)
        self._canvas.line(x, self._height - y, until_x, self._height - y)

    def cross(self, x: float, y: float, *, side_pt: float, colour: str) -> None:
        """Draw an upright cross whose lower left corner is at (x, y)."""
        self._canvas.setFillColorRGB(*_rgb(colour))
        arm = side_pt / 3.2
        at = (side_pt - arm) / 2
        base = self._height - y
        self._canvas.rect(x + at, base, arm, side_pt, stroke=0, fill=1)
        self._canvas.rect(x, base + at, side_pt, arm, stroke=0, fill=1)

    def picture(self, logo: Logo, x: float, y: float) -> None:
        """Draw a picture whose upper left corner is at (x, y)."""
        self._canvas.drawImage(
            logo.image, x, self._height - y - logo.height_pt, logo.width_pt, logo.height_pt
        )

    def code(self, x: float, y: float, modules: Modules, *, side_pt: float) -> None:
        """Draw a QR code, black on white, whose upper left corner is at (x, y)."""
        size = side_pt / len(modules)
        self._canvas.setFillColorRGB(0, 0, 0)
        outline = self._canvas.beginPath()
        for number, row in enumerate(modules, start=1):
            base = self._height - y - number * size
            for start, length in dark_runs(row):
                outline.rect(x + start * size, base, length * size, size)
        self._canvas.drawPath(outline, stroke=0, fill=1)

    def end_page(self) -> None:
        """Finish the page; what follows goes onto the next one."""
        self._canvas.drawText(self._words)
        self._canvas.showPage()
        self._begin_page()

    def finish(self) -> bytes:
        """Give the PDF."""
        self._canvas.save()
        return self._out.getvalue()

    def _begin_page(self) -> None:
        """Gather all text of a page in one object: half the time of one for each line."""
        self._words = self._canvas.beginText()
        self._look: tuple[str, float] | None = None
        self._colour = ""

    def _use(self, pen: Pen) -> None:
        look = (_font(self._typeface, pen), pen.size_pt)
        if look != self._look:
            self._words.setFont(*look)
            self._look = look
        if pen.colour != self._colour:
            self._words.setFillColorRGB(*_rgb(pen.colour))
            self._colour = pen.colour


def wrapped(
    text: str, typeface: Typeface, pen: Pen, *, width_pt: float, most: int
) -> tuple[str, ...]:
    """Break a text into at most `most` lines that fit; what is too long ends in an ellipsis.

    Line breaks in the text stay; a word that is longer than a line is broken.
    """
    font = _font(typeface, pen)
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines.extend(_broken(paragraph, font, pen.size_pt, width_pt))
    lines = [line for line in lines if line]
    if len(lines) > most:
        last = lines[most - 1]
        while last and stringWidth(last + ELLIPSIS, font, pen.size_pt) > width_pt:
            last = last[:-1]
        lines[most - 1 :] = [last.rstrip() + ELLIPSIS]
    return tuple(lines)


def _font(typeface: Typeface, pen: Pen) -> str:
    return typeface.bold if pen.is_bold else typeface.regular


def _broken(text: str, font: str, size_pt: float, width_pt: float) -> list[str]:
    if stringWidth(text, font, size_pt) <= width_pt:
        return [text.strip()]
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, font, size_pt) <= width_pt:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if stringWidth(lines[-1] + letter, font, size_pt) > width_pt:
                lines.append("")
            lines[-1] += letter
    return lines


def _rgb(colour: str) -> Colour:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue
