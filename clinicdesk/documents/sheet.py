"""A sheet of paper: draws literal text and lines, measured in points from its upper left corner."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from clinicdesk.documents.lettering import Lettering, Pen
from clinicdesk.documents.qr import Modules, dark_runs

# Streams as they are: text encoding makes every page a quarter larger.
rl_config.useA85 = 0
WIDTH_PT, HEIGHT_PT = A4
SOFT, FAINT = "#55637A", "#6B788C"
LINE, BRAND, GOOD, BAD = "#D5DAE1", "#0B6E69", "#0E6646", "#A32B2B"

MARK = Pen(11, is_bold=True, colour=BAD)

Colour = tuple[float, float, float]


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

    The same drawing gives the same bytes whenever it is made. Where the lettering goes from right
    to left the whole sheet is mirrored: what is said to begin at the left begins at the right.
    """

    def __init__(
        self,
        lettering: Lettering,
        *,
        title: str,
        author: str,
        language: str,
        size_pt: tuple[float, float] = A4,
    ) -> None:
        self._out = io.BytesIO()
        self._lettering = lettering
        self._width, self._height = size_pt
        self._canvas = Canvas(
            self._out, pagesize=size_pt, pageCompression=1, invariant=1, lang=language
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(title)
        self._canvas.setCreator("ClinicDesk")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._begin_page()

    def text(self, x: float, y: float, text: str, pen: Pen) -> None:
        """Write one line that begins at `x`; `y` is its base line."""
        if self._lettering.is_rtl:
            x = self._width - x - self.width_of(text, pen)
        self._write(x, y, text, pen)

    def text_right(self, x: float, y: float, text: str, pen: Pen) -> None:
        """Write one line that ends at `x`."""
        if self._lettering.is_rtl:
            x = self._width - x
        else:
            x -= self.width_of(text, pen)
        self._write(x, y, text, pen)

    def width_of(self, text: str, pen: Pen) -> float:
        """Give the room that a line takes."""
        return self._lettering.width(text, pen)

    def rule(self, x: float, until_x: float, y: float, *, colour: str, width_pt: float) -> None:
        """Draw a level line."""
        self._canvas.setStrokeColorRGB(*_rgb(colour))
        self._canvas.setLineWidth(width_pt)
        if self._lettering.is_rtl:
            x, until_x = self._width - until_x, self._width - x
        self._canvas.line(x, self._height - y, until_x, self._height - y)

    def cross(self, x: float, y: float, *, side_pt: float, colour: str) -> None:
        """Draw an upright cross whose lower left corner is at (x, y)."""
        self._canvas.setFillColorRGB(*_rgb(colour))
        arm = side_pt / 3.2
        at = (side_pt - arm) / 2
        base, x = self._height - y, self._from_left(x, side_pt)
        self._canvas.rect(x + at, base, arm, side_pt, stroke=0, fill=1)
        self._canvas.rect(x, base + at, side_pt, arm, stroke=0, fill=1)

    def picture(self, logo: Logo, x: float, y: float) -> None:
        """Draw a picture whose upper left corner is at (x, y)."""
        left = self._from_left(x, logo.width_pt)
        self._canvas.drawImage(
            logo.image, left, self._height - y - logo.height_pt, logo.width_pt, logo.height_pt
        )

    def code(self, x: float, y: float, modules: Modules, *, side_pt: float) -> None:
        """Draw a QR code, black on white, whose upper left corner is at (x, y)."""
        size, x = side_pt / len(modules), self._from_left(x, side_pt)
        self._canvas.setFillColorRGB(0, 0, 0)
        outline = self._canvas.beginPath()
        for number, row in enumerate(modules, start=1):
            base = self._height - y - number * size
            for start, length in dark_runs(row):
                outline.rect(x + start * size, base, length * size, size)
        self._canvas.drawPath(outline, stroke=0, fill=1)

    def marks(self, x: float, y: float, marks: Sequence[str]) -> None:
        """Write marks such as COPY side by side, the last of them ending at `x`."""
        for mark in reversed(marks):
            self.text_right(x, y, mark, MARK)
            x -= self.width_of(mark, MARK) + MARK.size_pt

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

    def _from_left(self, x: float, width_pt: float) -> float:
        return self._width - x - width_pt if self._lettering.is_rtl else x

    def _write(self, x: float, y: float, text: str, pen: Pen) -> None:
        for piece in self._lettering.pieces(text, pen):
            self._use(piece.font, pen)
            self._words.setTextOrigin(x, self._height - y)
            self._words.textOut(piece.text)
            x += piece.width * pen.size_pt

    def _use(self, font: str, pen: Pen) -> None:
        look = (font, pen.size_pt)
        if look != self._look:
            self._words.setFont(*look)
            self._look = look
        if pen.colour != self._colour:
            self._words.setFillColorRGB(*_rgb(pen.colour))
            self._colour = pen.colour


def _rgb(colour: str) -> Colour:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue
