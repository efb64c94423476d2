"""The folder of one import: the file as it came, its rows as the reader found them, keys of guests.

Rows are read from the file once and kept as one JSON list per line, so that a run can continue at
any of them, whatever the file was.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from django.conf import settings

from backoffice.core.tables import Row

UPLOAD, ROWS, INDEX, KEYS = "upload", "rows.jsonl", "rows.index.json", "keys.sqlite3"
INDEX_STEP = 500  # rows between two known offsets


class StagedRow(NamedTuple):
    """A row of the file and the offset in `rows.jsonl` behind it."""

    row: Row
    end: int


class Staging:
    """`Staging(run.key)`; the folder need not exist yet."""

    def __init__(self, key: str):
        self.folder = Path(settings.MEDIA_ROOT) / "imports" / key

    @staticmethod
    def new_key() -> str:
        """A name that cannot be guessed."""
        return token_hex(16)

    @classmethod
    def create(cls) -> "Staging":
        """An empty folder."""
        staging = cls(cls.new_key())
        staging.folder.mkdir(parents=True, mode=0o700)
        return staging

    @property
    def key(self) -> str:
        return self.folder.name

    @property
    def upload(self) -> Path:
        return self.folder / UPLOAD

    @property
    def keys(self) -> Path:
        return self.folder / KEYS

    def store_upload(self, chunks: Iterable[bytes]) -> tuple[int, str]:
        """Write the file; returns its size in bytes and its SHA-256."""
        digest, size = hashlib.sha256(), 0
        with self.upload.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
        return size, digest.hexdigest()

    def store_rows(self, headers: list[str], rows: Iterable[Row]) -> Iterator[int]:
        """Write rows as they come, yielding how many there are so far; complete or absent."""
        path, offsets, count = self.folder / ROWS, [], 0
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for row in rows:
                if count % INDEX_STEP == 0:
                    offsets.append(file.tell())
                cells = [row.cells.get(header, "") for header in headers]
                line = json.dumps([row.line, cells, str(row.problem)], ensure_ascii=False)
                file.write(line.encode("utf-8", "surrogatepass") + b"\n")
                count += 1
                yield count
        (self.folder / INDEX).write_text(json.dumps({"rows": count, "offsets": offsets}))
        part.replace(path)

    def read_rows(self, headers: list[str], offset: int = 0) -> Iterator[StagedRow]:
        """The rows from an offset on that an earlier `StagedRow.end` named."""
        with (self.folder / ROWS).open("rb") as file:
            file.seek(offset)
            for text in file:
                offset += len(text)
                line, cells, problem = json.loads(text)
                yield StagedRow(Row(line, dict(zip(headers, cells, strict=True)), problem), offset)

    def read_page(self, headers: list[str], first: int, count: int) -> list[Row]:
        """Rows by their place in the file, counted from 0."""
        index = json.loads((self.folder / INDEX).read_text())
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
        shutil.rmtree(self.folder, ignore_errors=True)
