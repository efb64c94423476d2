"""The index of a checked file outlives whoever is killed while it changes."""

import signal
import sqlite3
import subprocess
import sys

from django.conf import settings

from customers.importing.line_index import LineIndex, Seen

KILLED_WHILE_WRITING = """
import os, signal, sys
from customers.importing.line_index import LineIndex, Seen

class Endless(dict):
    def items(self):
        for key in range(1_000, 400_000):
            yield key, Seen(key, 3)
        os.kill(os.getpid(), signal.SIGKILL)

LineIndex(sys.argv[1]).remember(Endless())
"""


def test_a_correction_that_is_killed_leaves_the_index_as_it_was(tmp_path):
    path = tmp_path / "keys.sqlite3"
    before = {key: Seen(-2, 2) for key in range(500)}
    index = LineIndex(path, in_the_making=True)
    index.remember(before)
    index.close()

    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"import django; django.setup()\n{KILLED_WHILE_WRITING}", str(path)],
        cwd=settings.BASE_DIR,
        check=False,
    )

    assert ended.returncode == -signal.SIGKILL
    again = LineIndex(path)
    assert again.find(range(2_000)) == before
    again.close()
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
