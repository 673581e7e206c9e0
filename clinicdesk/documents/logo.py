"""Takes in the clinic's picture for the head of its papers, and keeps it ready to be drawn."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from clinicdesk.documents.errors import LogoError
from clinicdesk.documents.sheet import Logo

MOST_BYTES = 5_000_000
MOST_PIXELS = 16_000_000
SIDE_PX = (640, 160)
"""As large as it is kept: twice what paper needs at 300 dots an inch would only weigh."""
SIDE_PT = (170.0, 42.0)
KINDS = ("PNG", "JPEG")
QUALITY = 88


def prepared(data: bytes) -> tuple[bytes, int, int]:
    """Give a picture as JPEG on white, no larger than papers need, and its size in pixels.

    Raises:
        LogoError: it is no picture in PNG or JPEG, or far too large.
    """
    if len(data) > MOST_BYTES:
        raise LogoError("This picture is larger than 5 MB. Please choose a smaller one.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=KINDS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise LogoError("This picture has too many pixels. Please make it smaller.")
                return _on_white(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise LogoError from error


def logo_of(jpeg: bytes, *, width_px: int, height_px: int) -> Logo:
    """Give a kept picture as it is drawn: as large as its place allows."""
    scale = min(SIDE_PT[0] / width_px, SIDE_PT[1] / height_px)
    return Logo(jpeg, width_px * scale, height_px * scale)


def _on_white(picture: Image.Image) -> tuple[bytes, int, int]:
    seen = picture.convert("RGBA")
    seen.thumbnail(SIDE_PX)
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), seen.width, seen.height
