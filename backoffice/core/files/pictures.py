"""Pictures of customers: checked before they are decoded, written anew, so that nothing hidden stays.

The doorway to Pillow for what people bring.
"""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
SIDE = 512


def clean_picture(upload) -> ContentFile:
    """Return the upload as a WebP of at most 512 pixels a side, without metadata.

    Raises ValidationError for what is too large, no PNG, JPEG or WebP inside, or broken.
    """
    if upload.size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(_("The picture is too large. At most 2 MB, please."), code="size")
    if not upload.name.lower().endswith(ENDINGS):
        raise ValidationError(_("Choose a PNG, JPEG or WebP picture."), code="type")
    try:
        picture = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > settings.PICTURE_MAX_PIXELS:
            raise ValidationError(_("The picture has too many pixels."), code="pixels")
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((SIDE, SIDE))
        picture = picture.convert(
            "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
        )
        target = BytesIO()
        picture.save(target, "WEBP", quality=85)
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("Choose a PNG, JPEG or WebP picture."), code="type") from None
    return ContentFile(target.getvalue(), name="picture.webp")
