"""F15: from nothing to the first list page, in processes of their own."""

import os
import subprocess
import sys

from django.conf import settings

from tests.bench.pages import signed_in
from tests.bench.report import Row
from tests.bench.timing import in_turn


def cold_start(runs: int):
    session = signed_in().cookies["session"].value

    def start(which: str):
        command = [sys.executable, "-m", "tests.bench.cold", which, session]
        return lambda: _run(command)

    own, bare = in_turn(start("own"), start("bare"), runs=runs)
    yield Row("F15", "cold start to the first list page", own, bare.median, "bare Django", 1.5)


def _run(command: list[str]) -> None:
    # as an installation has it: modules are compiled once and kept
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
