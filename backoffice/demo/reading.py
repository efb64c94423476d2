"""The data files that the demo is built from."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("data")


@cache
def read(name: str) -> dict:
    """What `data/<name>.toml` holds."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
