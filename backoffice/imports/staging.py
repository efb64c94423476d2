"""The folder of one import: the file as it came, its rows as the reader found them, keys of customers.

Rows are read from the file once and kept as one JSON list per line, so that a run can continue at
any of them, whatever the file was, and on whichever host.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import Row
from backoffice.core.files.working import WorkFolder
from backoffice.core.full_disk import whole_or_absent

FOLDER = "imports"
UPLOAD, ROWS, INDEX, KEYS = "upload", "rows.jsonl", "rows.index.json", "keys.sqlite3"
INDEX_STEP = 500  # rows between two known offsets


class StagedRow(NamedTuple):
    """A row of the file and the offset in `rows.jsonl` behind it."""

    row: Row
    end: int


def packed(headers: list[str], cells: dict[str, str]) -> list[str]:
    """Cells in the order of the headers, without the empty ones at the end: what is kept of a row grows with
    the row and not with the names and number of the columns."""
    texts = [cells.get(header, "") for header in headers]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def unpacked(headers: list[str], texts: list[str]) -> dict[str, str]:
    return dict(zip_longest(headers, texts, fillvalue=""))


class Staging:
    """`Staging(run.key)`; the folder need not exist yet. Whatever it is asked may raise StorageAway."""

    def __init__(self, key: str):
        self.key = key
        self._work = WorkFolder(f"{FOLDER}/{key}")

    @property
    def folder(self) -> Path:
        return self._work.path

    @staticmethod
    def new_key() -> str:
        """A name that cannot be guessed."""
        return token_hex(16)

    @classmethod
    def create(cls) -> "Staging":
        """An empty folder."""
        staging = cls(cls.new_key())
        staging._work.create()
        return staging

    def place(self, name: str) -> Path:
        """Where to write one of its files, to `keep` it afterwards."""
        self._work.create()
        return self.folder / name

    def keep(self, name: str) -> None:
        """A file is complete."""
        self._work.keep(name)

    def existing(self, name: str) -> Path:
        """One of its files. Raises ValidationError when it is gone."""
        with _in_words():
            return self._work.existing(name)

    @contextmanager
    def changing(self, name: str) -> Iterator[Path]:
        """Around changing one of its files in its place. Raises as `existing`."""
        with _in_words(), self._work.changing(name) as path:
            yield path

    def made_of_rows(self, name: str, *how: str) -> Path:
        """The place of a file that each host makes of the rows for itself. Raises as `existing`."""
        with _in_words():
            return self._work.made_of(ROWS, name, *how)

    def store_upload(self, chunks: Iterable[bytes]) -> tuple[int, str]:
        """Write the file; returns its size in bytes and its SHA-256."""
        digest, size = hashlib.sha256(), 0
        with (self.folder / UPLOAD).open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
        self.keep(UPLOAD)
        return size, digest.hexdigest()

    def store_rows(self, headers: list[str], rows: Iterable[Row]) -> Iterator[int]:
        """Write rows as they come, yielding how many there are so far; complete or absent."""
        path, offsets, count = self.place(ROWS), [], 0
        part = path.with_suffix(".part")
        with whole_or_absent(part), part.open("wb") as file:
            for row in rows:
                if count % INDEX_STEP == 0:
                    offsets.append(file.tell())
                kept = [row.line, packed(headers, row.cells), str(row.problem)]
                line = json.dumps(kept, ensure_ascii=False)
                file.write(line.encode("utf-8", "surrogatepass") + b"\n")
                count += 1
                yield count
        (self.folder / INDEX).write_text(json.dumps({"rows": count, "offsets": offsets}))
        part.replace(path)
        self.keep(INDEX)
        self.keep(ROWS)

    def read_rows(self, headers: list[str], offset: int = 0) -> Iterator[StagedRow]:
        """The rows from an offset on that an earlier `StagedRow.end` named. ValidationError as `existing`."""
        return self._rows(self.existing(ROWS), headers, offset)

    @staticmethod
    def _rows(path: Path, headers: list[str], offset: int) -> Iterator[StagedRow]:
        with path.open("rb") as file:
            file.seek(offset)
            for text in file:
                offset += len(text)
                line, cells, problem = json.loads(text)
                yield StagedRow(Row(line, unpacked(headers, cells), problem), offset)

    def read_page(self, headers: list[str], first: int, count: int) -> list[Row]:
        """Rows by their place in the file, counted from 0. ValidationError as `existing`."""
        index = json.loads(self.existing(INDEX).read_text())
        if not 0 <= first < index["rows"]:
            return []
        rows = self.read_rows(headers, index["offsets"][first // INDEX_STEP])
        skip = first % INDEX_STEP
        page = []
        for number, staged in enumerate(rows):
            if number >= skip + count:
                break
            if number >= skip:
                page.append(staged.row)
        return page

    def remove(self) -> None:
        self._work.remove()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        message = _("The file of this import is no longer here. Choose it again in a new import.")
        raise ValidationError(message, code="gone") from None
