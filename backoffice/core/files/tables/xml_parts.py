"""Reads the XML inside a workbook in small pieces, without a tree and without trust.

expat itself forgets what it has reported; what it keeps (an unfinished tag, the nesting, every
name ever seen) is bounded here. Document types are refused, so there are no entities to expand.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile
from zlib import error as ZlibError

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.refusals import TableRefused

# Office Open XML as Excel writes it, and its strict form (ISO/IEC 29500 Strict).
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
# What reading a part raises when its bytes are not what the archive says.
READ_ERRORS = (BadZipFile, ZlibError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_CHUNK = 64 * 1024
_MAX_TAG_BYTES = 256 * 1024
_MAX_DEPTH = 64
_MAX_NAMES = 5000
_MAX_FOUND = 200_000


def damaged(place: str) -> TableRefused:
    message = _("This workbook is damaged (%(place)s). Open it in Excel and save it again as XLSX.")
    return TableRefused(message, code="damaged", place=place)


class XmlPart:
    """One part of a workbook, whose subclasses say what to call when an element begins or is over.

    They give `starts` and `ends`: methods by the name of an element in the main namespace; starts
    take its attributes, ends nothing. Text is heard between `listen(function)` and `listen(None)`.
    """

    def __init__(self, stream: BinaryIO, place: str, starts: dict[str, Callable], ends: dict[str, Callable]):
        self._stream = stream
        self._place = place
        self._fed = 0
        self._depth = 0
        self._starts = {f"{space} {name}": starts[name] for space in MAIN for name in starts}
        self._ends = {f"{space} {name}": ends[name] for space in MAIN for name in ends}
        self._seen: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ", intern=self._seen)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def listen(self, function: Callable[[str], None] | None) -> None:
        """What hears text from now on; a long one comes in pieces."""
        self._parser.CharacterDataHandler = function

    def steps(self) -> Iterator[None]:
        """Read on, piece by piece. Raises TableRefused when the part is damaged or malicious."""
        final = False
        while not final:
            try:
                chunk = self._stream.read(_CHUNK)
                final = not chunk
                self._parser.Parse(chunk, final)
            except (expat.ExpatError, *READ_ERRORS) as error:
                raise damaged(self._place) from error
            self._fed += len(chunk)
            if self._fed - self._parser.CurrentByteIndex > _MAX_TAG_BYTES or len(self._seen) > _MAX_NAMES:
                raise damaged(self._place)
            yield

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise damaged(self._place)
        begin = self._starts.get(name)
        if begin:
            begin(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        finish = self._ends.get(name)
        if finish:
            finish()

    def _refuse_doctype(self, *declaration) -> None:
        message = _("This workbook holds a document type (DTD), which no spreadsheet writes. It is not read.")
        raise TableRefused(message, code="dtd")


class Elements(XmlPart):
    """Elements of some names in a small part: (name of the one around it, name, attributes).

    All names are without namespaces.
    """

    def __init__(self, stream: BinaryIO, place: str, names: set[str]):
        super().__init__(stream, place, starts={}, ends={})
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self._names = names
        self._around = [""]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        super()._start(name, attributes)
        local = _local(name)
        if local in self._names:
            self.found.append((self._around[-1], local, {_local(key): attributes[key] for key in attributes}))
            if len(self.found) > _MAX_FOUND:
                raise damaged(self._place)
        self._around.append(local)

    def _end(self, name: str) -> None:
        super()._end(name)
        self._around.pop()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
