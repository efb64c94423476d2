"""A file of contacts as a table: a row for each card, which carries its own problem."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.files.tables.base import Line, Table, TableOptions, checked_line, shorten
from backoffice.core.files.tables.cards.contact import HEADERS, PICTURES, SILENT, TAKEN, cells_of
from backoffice.core.files.tables.cards.lines import ContentLine, content_lines
from backoffice.core.files.tables.cards.properties import Malformed, name_of, read_property
from backoffice.core.files.tables.encodings import CODECS, find_encoding
from backoffice.core.files.tables.refusals import TableRefused, within_time
from backoffice.core.text.text import has_control_characters

_MOST_PROPERTIES = 500
_MOST_CHARACTERS = 1 << 20
_MOST_NAMES, _SHOWN_NAMES = 200, 12


class CardTable(Table):
    """Cards of any version, one after the other. A row begins on the line of its BEGIN:VCARD."""

    kind = "vcf"

    def __init__(self, file: BinaryIO, options: TableOptions = TableOptions()):  # noqa: B008 (frozen)
        super().__init__(options)
        self.encoding = find_encoding(file, options.encoding)
        file.seek(0)
        self._text = io.TextIOWrapper(
            file, encoding=CODECS[self.encoding], errors="surrogateescape", newline=""
        )
        self.headers = [str(header) for header in HEADERS]
        self._positions, self._contiguous = list(range(len(HEADERS))), True
        try:
            next(within_time(self._lines()), None)  # a fault of the whole file shows before any row
        except TableRefused:
            self.close()
            raise

    def close(self) -> None:
        self._text.detach()

    def _lines(self) -> Iterator[Line | None]:
        self._text.seek(0)
        self._left_out: dict[str, None] = {}  # in the order in which they came
        yield from self._cards()
        self._note_left_out()

    def _cards(self) -> Iterator[Line | None]:
        number, card, astray = 0, None, False
        for line in content_lines(self._text):
            if line is None:
                yield None
            elif line.frame == "BEGIN" and not (card and card.opens_inner):
                if card:
                    yield card.broken(line.number, _("The next card begins before its END:VCARD."))
                number, astray = number + 1, False
                card = _Card(_counted(number), line.number, self.encoding)
            elif card is None:
                if not astray:
                    yield Line(line.number, [], _stray(line))
                astray = True
            elif card.ends_with(line):
                yield self._line(card)
                card = None
            else:
                card.add(line)
        if card:
            yield card.broken(card.line, _("The file breaks off before its END:VCARD."))

    def _line(self, card: "_Card") -> Line:
        line, left_out = card.read()
        for name in left_out:
            if len(self._left_out) < _MOST_NAMES:
                self._left_out[name] = None
        return line

    def _note_left_out(self) -> None:
        if PICTURES & self._left_out.keys():
            self.note(_("Pictures of the contacts are not taken over."))
        names = [shorten(name) for name in self._left_out if name not in PICTURES]
        if names:
            listed = ", ".join(names[:_SHOWN_NAMES]) + (", …" if len(names) > _SHOWN_NAMES else "")
            self.note(_("There is no field for: %(names)s. It stays in the file.") % {"names": listed})


class _Card:
    """A card between its BEGIN and its END: only what is taken is kept, and no more of it than fits."""

    def __init__(self, number: int, line: int, encoding: str):
        self.number, self.line, self.encoding = number, line, encoding
        self.version = "3.0"
        self.opens_inner = False  # the line before was AGENT, whose card stands within this one (2.1)
        self._depth, self._room, self._problem = 0, _MOST_CHARACTERS, ""
        self._kept: list[ContentLine] = []
        self._left_out: set[str] = set()

    def ends_with(self, line: ContentLine) -> bool:
        return line.frame == "END" and self._depth == 0

    def add(self, line: ContentLine) -> None:
        if line.frame:
            self._depth += 1 if line.frame == "BEGIN" else -1
            self.opens_inner = False
        elif self._depth == 0 and not self._problem:
            self._add(line)

    def _add(self, line: ContentLine) -> None:
        try:
            name = name_of(line)
        except Malformed as malformed:
            self._problem = self._at(line.number, str(malformed))
            return
        self.opens_inner = name == "AGENT"
        if name == "VERSION":
            self.version = line.text.rpartition(":")[2].strip()
        elif name in TAKEN:
            self._keep(line)
        elif name not in SILENT and len(self._left_out) < _MOST_NAMES:
            self._left_out.add(name)

    def _keep(self, line: ContentLine) -> None:
        self._room -= len(line.text)
        if self._room < 0 or len(self._kept) == _MOST_PROPERTIES:
            self._problem = self._at(line.number, _("This card holds more than a contact can. Shorten it."))
        self._kept.append(line)

    def broken(self, line: int, problem: str) -> Line:
        """The card as a row that is refused, with what could be read of it."""
        self._problem = self._problem or self._at(line, problem)
        return self.read()[0]

    def read(self) -> tuple[Line, set[str]]:
        """Its row, and the names of what is left out."""
        properties, problem = [], self._problem
        for line in self._kept:
            try:
                if has_control_characters(line.text):
                    raise Malformed(_("This line holds control characters. Type the text anew."))
                properties.append(read_property(line, version=self.version, encoding=self.encoding))
            except Malformed as malformed:
                problem = problem or self._at(line.number, str(malformed))
        cells, others = cells_of(properties)
        line = checked_line(self.line, cells)
        problem = problem or (line.problem and self._at(self.line, line.problem))
        return line._replace(problem=problem), self._left_out | others

    def _at(self, line: int, problem: str) -> str:
        place = _("Card %(card)d, line %(line)d: %(problem)s")
        return place % {"card": self.number, "line": line, "problem": problem}


def _counted(number: int) -> int:
    if number > settings.TABLE_MAX_CARDS:
        message = _("This file holds more than %(count)d contacts. Split it into smaller files.")
        raise TableRefused(message, code="limit", count=settings.TABLE_MAX_CARDS)
    return number


def _stray(line: ContentLine) -> str:
    if line.frame:
        return _("A card ends here that never began: BEGIN:VCARD is missing.")
    return _("This text stands outside of a card. Delete it, or put BEGIN:VCARD and END:VCARD around it.")
