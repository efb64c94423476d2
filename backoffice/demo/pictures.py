"""Draws customers who look like nobody: hair, face and shoulders before two soft tones."""

from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from backoffice.core.files.pictures import clean_picture

_SIDE = 256
_LARGER = 2  # drawn larger and made smaller, or edges would be jagged
_TONES = (
    *(("#f3e3d3", "#e9cfb5"), ("#dfe8dc", "#c8d8c3"), ("#dde5ee", "#c5d2e2"), ("#efdde2", "#e2c6cf")),
    *(("#eee8d5", "#dfd4b4"), ("#e3dff0", "#cdc6e2")),
)
_SKINS = ("#f2d1b8", "#e8bd9c", "#d9a47e", "#b97f58", "#8a5a3c", "#f5dac6")
_HAIRS = ("#3b2a22", "#5b4031", "#84603f", "#b98d57", "#22201f", "#8f8983", "#c9c4bd", "#8c4a2f")
_CLOTHES = ("#5d6f86", "#7a5a6c", "#5f7a66", "#a3674f", "#44566c", "#8b7d57", "#6a6176")


def draw_picture(rng: Random) -> ContentFile:
    """A picture as the product stores those that people bring."""
    light, dark = rng.choice(_TONES)
    picture = Image.new("RGB", (_SIDE * _LARGER, _SIDE * _LARGER), light)
    draw = ImageDraw.Draw(picture)
    skin, hair, clothes = (rng.choice(colours) for colours in (_SKINS, _HAIRS, _CLOTHES))
    top = rng.uniform(0.44, 0.5)  # the middle of the face
    wide = rng.uniform(0.155, 0.175)
    _ellipse(draw, dark, rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.6), 0.55, 0.55)
    if rng.random() < 0.5:  # long hair
        _ellipse(draw, hair, 0.5, top + 0.07, wide + 0.07, rng.uniform(0.24, 0.31))
    _ellipse(draw, clothes, 0.5, 1.08, rng.uniform(0.36, 0.42), 0.33)
    _ellipse(draw, skin, 0.5, top + 0.27, 0.075, 0.12)
    _ellipse(draw, hair, 0.5, top - 0.06, wide + 0.03, 0.2)
    _ellipse(draw, skin, 0.5 + rng.uniform(-0.03, 0.03), top + 0.03, wide, 0.19)
    drawn = BytesIO()
    picture.resize((_SIDE, _SIDE)).save(drawn, "PNG")
    return clean_picture(ContentFile(drawn.getvalue(), name="picture.png"))


def _ellipse(draw: ImageDraw.ImageDraw, colour: str, x: float, y: float, wide: float, high: float) -> None:
    """Around the point; everything in parts of the side."""
    corners = (x - wide, y - high, x + wide, y + high)
    draw.ellipse([corner * _SIDE * _LARGER for corner in corners], fill=colour)
