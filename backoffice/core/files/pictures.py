"""Pictures of customers: checked before they are decoded, written anew, so that nothing hidden stays.

The doorway to Pillow for what people bring.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
SIDE = 512


_TURN_SECONDS = 10  # as long waits who finds another picture being decoded
_turn = Lock()


def clean_picture(upload) -> ContentFile:
    """Return the upload as a WebP of at most 512 pixels a side, without metadata.

    Raises ValidationError for what is too large, no PNG, JPEG or WebP inside, or broken, and while others
    take long. One at a time in a process: a file of 300 kB may be a hundred megabytes of pixels.
    """
    if upload.size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(_("The picture is too large. At most 2 MB, please."), code="size")
    if not upload.name.lower().endswith(ENDINGS):
        raise ValidationError(_("Choose a PNG, JPEG or WebP picture."), code="type")
    with _in_turn():
        try:
            content = _small(Image.open(upload, formats=FORMATS))
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            raise ValidationError(_("Choose a PNG, JPEG or WebP picture."), code="type") from None
    return ContentFile(content, name="picture.webp")


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _turn.acquire(timeout=_TURN_SECONDS):
        message = _("Many pictures are being stored at the moment. Try it again in a few seconds.")
        raise ValidationError(message, code="busy")
    try:
        yield
    finally:
        _turn.release()


def _small(picture: Image.Image) -> bytes:
    if picture.width * picture.height > _most_pixels(picture):
        message = _("The picture has too many pixels. Save it smaller, or as a JPEG.")
        raise ValidationError(message, code="pixels")
    picture.thumbnail((SIDE, SIDE))  # before it is turned, which would decode all of it
    picture = ImageOps.exif_transpose(picture)
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    target = BytesIO()
    picture.convert("RGBA" if has_alpha else "RGB").save(target, "WEBP", quality=85)
    return target.getvalue()


def _most_pixels(picture: Image.Image) -> int:
    """A JPEG that is stored in lines is decoded at an eighth of its size; everything else as a whole."""
    if picture.format == "JPEG" and "progressive" not in picture.info:
        return settings.PICTURE_MAX_PIXELS
    return settings.PICTURE_MAX_WHOLE_PIXELS
