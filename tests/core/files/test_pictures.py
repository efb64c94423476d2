"""Pictures that are small files and large in memory: what a process needs for them, and in which turn."""

import os
import subprocess
import sys
from io import BytesIO

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from backoffice.core.files import pictures
from backoffice.core.files.pictures import clean_picture

# what Pillow takes is not seen by tracemalloc: a process of its own tells the most it ever had
MEASURE = """
import resource, sys
from pathlib import Path
from threading import Thread
from django.core.files.uploadedfile import SimpleUploadedFile
from backoffice.core.files.pictures import clean_picture

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def clean(path):
    return clean_picture(SimpleUploadedFile(path.name, path.read_bytes()))

small, large = map(Path, sys.argv[1:])
clean(small)
before = most()
threads = [Thread(target=clean, args=[large]) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(most() - before)
"""


def draw(kind, size, mode="RGB", **options) -> bytes:
    target = BytesIO()
    Image.new(mode, size, "teal").save(target, kind, **options)
    return target.getvalue()


def megabytes_for(tmp_path, kind, size, mode) -> int:
    """What three of these at once take beyond one small picture."""
    small, large = tmp_path / f"small.{kind}", tmp_path / f"large.{kind}"
    small.write_bytes(draw(kind, (20, 20), mode))
    large.write_bytes(draw(kind, size, mode))
    assert large.stat().st_size < 1024 * 1024
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    done = subprocess.run(  # noqa: S603
        command, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


# a second each, because so many pixels are really drawn and decoded
@pytest.mark.parametrize(
    ("kind", "size", "mode", "most"),
    [("jpeg", (7700, 5190), "RGB", 150), ("png", (4000, 3000), "RGBA", 150)],
)
def test_three_large_pictures_at_once_take_little_memory(tmp_path, kind, size, mode, most):
    """One after the other; decoded as a whole and beside each other they took 900 and 300 MB."""
    assert megabytes_for(tmp_path, kind, size, mode) < most


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("WEBP", {}), ("JPEG", {"progressive": True}), ("JPEG", {})]
)
def test_what_must_be_decoded_as_a_whole_may_have_fewer_pixels(settings, kind, options):
    settings.PICTURE_MAX_WHOLE_PIXELS, settings.PICTURE_MAX_PIXELS = 90_000, 100_000
    ending = f"x.{kind.lower()}"
    is_whole = kind != "JPEG" or bool(options)

    assert clean_picture(SimpleUploadedFile(ending, draw(kind, (300, 300), **options)))
    upload = SimpleUploadedFile(ending, draw(kind, (301, 300), **options))
    if is_whole:
        with pytest.raises(ValidationError, match="too many pixels"):
            clean_picture(upload)
    else:
        assert clean_picture(upload)


def test_a_picture_that_was_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    upload = SimpleUploadedFile("x.jpg", draw("JPEG", (4000, 2000), exif=exif))

    assert Image.open(clean_picture(upload)).size == (256, 512)


def test_who_waits_too_long_for_others_is_told(monkeypatch):
    monkeypatch.setattr(pictures, "_TURN_SECONDS", 0.01)
    upload = SimpleUploadedFile("x.png", draw("PNG", (20, 20)))
    with pictures._in_turn(), pytest.raises(ValidationError, match="in a few seconds"):
        clean_picture(upload)

    assert clean_picture(upload)
