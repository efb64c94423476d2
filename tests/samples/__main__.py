"""Writes all samples into a folder, one folder per group."""

import os
import sys
from pathlib import Path

import django


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.samples.every import SAMPLES

    for sample in SAMPLES:
        place = folder / sample.group.replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        (place / sample.name).write_bytes(sample.make())
    sys.stdout.write(f"{len(SAMPLES)} files in {folder}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m tests.samples FOLDER")
    main(Path(sys.argv[1]))
