"""Goes through the XML inside a workbook in small pieces and hands on one element after another.

openpyxl alone would hold a row of any length, and a shell of each row that is over. Here no part
fills the memory: what expat keeps (an unfinished tag, every name) and what is built are bounded.
Document types are refused, so there are no entities to expand.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from defusedxml import DTDForbidden
from defusedxml.ElementTree import XMLParser
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from openpyxl.xml.constants import SHEET_MAIN_NS

from backoffice.core.files.tables.refusals import TableRefused

# What reading a part raises when its bytes are not what the archive says.
READ_ERRORS = (BadZipFile, ZlibError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
CUT = "cut"  # an attribute of an element that had more text than ELEMENT_CHARACTERS
ELEMENT_CHARACTERS = 1 << 20
_CHUNK = 64 * 1024
_MAX_TAG_BYTES = 256 * 1024
_MAX_DEPTH = 64
_MAX_NAMES = 5000
_MAX_MARKUP = 1 << 20  # in one element: characters of attributes, and a few for each element
_ELEMENT_MARKUP = 10
_STRICT = re.compile(rb"""(?<=["'])http://purl\.oclc\.org/ooxml/(spreadsheetml|officeDocument)/""")


def main(name: str) -> str:
    """An element of a workbook as ElementTree spells it."""
    return f"{{{SHEET_MAIN_NS}}}{name}"


_TEXTS = {main("v"), main("t")}
_PLAIN_TEXT, _RICH_TEXT = main("t"), f"{main('r')}/{main('t')}"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def damaged(place: str) -> TableRefused:
    message = _("This workbook is damaged (%(place)s). Open it in Excel and save it again as XLSX.")
    return TableRefused(message, code="damaged", place=place)


def transitional(content: bytes) -> bytes:
    """openpyxl does not know the namespaces of strict workbooks, which say the same otherwise."""
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)


def elements(package: ZipFile, place: str, tags: frozenset[str] = frozenset()) -> Iterator[Element | None]:
    """Complete elements of these names in a part, None after a piece of it without one.

    Raises TableRefused when the part is damaged or malicious, behind the elements before the fault.
    """
    target, fault = _Target(place, tags), None
    try:
        with package.open(place) as stream:
            while target.feed(stream.read(_CHUNK)):
                yield from target.take()
    except TableRefused as error:
        fault = error
    except DTDForbidden:
        message = _("This workbook holds a document type (DTD), which no spreadsheet writes. It is not read.")
        fault = TableRefused(message, code="dtd")
    except (ParseError, LookupError, *READ_ERRORS):
        fault = damaged(place)
    yield from target.take()
    if fault:
        raise fault


def text_of(item: Element) -> str:
    """The text of a shared or inline string, its parts joined, without phonetic readings.

    Not by openpyxl, which refuses the whole workbook for a font or a reading that it does not like, takes
    an escape that was itself escaped for an escape, and is slow at what most cells are.
    """
    parts = item.findall(_PLAIN_TEXT) + item.findall(_RICH_TEXT)
    return unescape("".join([part.text or "" for part in parts]))


def unescape(text: str) -> str:
    """Characters that XML cannot hold stand as `_x000D_` in a workbook."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Target:
    """Told by an XML parser, builds elements of some names, their texts cut to what a cell may hold.

    Of a text that is too long one character more is kept, so it is known as such.
    """

    def __init__(self, place: str, tags: frozenset[str]):
        self._place, self._tags = place, tags
        self._longest = settings.TABLE_MAX_CELL_CHARACTERS + 1
        self._ready: list[Element] = []
        self._builder: TreeBuilder | None = None
        self._fed = self._depth = self._outer = self._markup = self._room = self._text_room = 0
        self._parser = XMLParser(target=self, forbid_dtd=True)

    def feed(self, chunk: bytes) -> bool:
        """Returns whether there was something."""
        if not chunk:
            self._parser.close()
            return False
        chunk = chunk if self._fed else transitional(chunk)  # namespaces are named at the beginning
        self._fed += len(chunk)
        self._parser.feed(chunk)
        expat = self._parser.parser
        if self._fed - expat.CurrentByteIndex > _MAX_TAG_BYTES or len(expat.intern) > _MAX_NAMES:
            raise damaged(self._place)
        return True

    def take(self) -> list[Element | None]:
        ready, self._ready = self._ready, []
        return ready or [None]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._builder is None and tag in self._tags:
            self._builder, self._outer = TreeBuilder(), self._depth
            self._markup, self._room = 0, ELEMENT_CHARACTERS
        if self._builder:
            self._markup += _ELEMENT_MARKUP
            if attributes:
                self._markup += sum(map(len, attributes.values()))
            self._text_room = self._longest if tag in _TEXTS else 0
            self._builder.start(tag, attributes)
        if self._depth > _MAX_DEPTH or self._markup > _MAX_MARKUP:
            raise damaged(self._place)

    def data(self, text: str) -> None:
        if self._builder and self._text_room > 0:
            text = text[: self._text_room]
            self._text_room -= len(text)
            self._room -= len(text)
            if self._room >= 0:
                self._builder.data(text)

    def end(self, tag: str) -> None:
        self._text_room = 0
        if self._builder:
            self._builder.end(tag)
            if self._depth == self._outer:
                self._ready.append(self._builder.close())
                self._ready[-1].attrib.update({CUT: ""} if self._room < 0 else {})
                self._builder = None
        self._depth -= 1
