"""The texts that the cells of a workbook share, kept on disk, because there may be millions."""

import mmap
import re
import tempfile
from array import array

from django.conf import settings

from backoffice.core.files.tables.refusals import within_time
from backoffice.core.files.tables.xml_parts import XmlPart

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Characters that XML cannot hold stand as `_x000D_` in a workbook."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class TextCollector:
    """Gathers the pieces of one text up to the longest that a cell may have, and one character more.

    So a text that is too long is known as such, and never held.
    """

    def __init__(self):
        self._limit = settings.TABLE_MAX_CELL_CHARACTERS + 1
        self.start()

    def start(self) -> None:
        self._pieces: list[str] = []
        self._room = self._limit

    def add(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def get(self) -> str:
        return unescape("".join(self._pieces))


class SharedStrings(XmlPart):
    """Texts by number: `strings[7]`. Phonetic readings are left out; parts of rich text are joined."""

    def __init__(self, stream, place: str):
        super().__init__(
            stream,
            place,
            starts={"si": self._begin_string, "t": self._begin_text, "rPh": self._begin_reading},
            ends={"si": self._end_string, "t": self._end_text, "rPh": self._end_reading},
        )
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._bounds = array("Q", [0])
        self._text = TextCollector()
        self._phonetic = False
        for _step in within_time(self.steps()):
            pass
        self._file.flush()
        self._texts = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self._bounds[-1] else b""

    def __getitem__(self, index: int) -> str:
        """Raises IndexError when there is no such text."""
        if index < 0:
            raise IndexError(index)
        return self._texts[self._bounds[index] : self._bounds[index + 1]].decode()

    def close(self) -> None:
        self._file.close()

    def _begin_string(self, attributes):
        self._text.start()
        self._phonetic = False

    def _begin_text(self, attributes):
        if not self._phonetic:
            self.listen(self._text.add)

    def _end_text(self):
        self.listen(None)

    def _begin_reading(self, attributes):
        self._phonetic = True

    def _end_reading(self):
        self._phonetic = False

    def _end_string(self):
        text = self._text.get().encode()
        self._file.write(text)
        self._bounds.append(self._bounds[-1] + len(text))
