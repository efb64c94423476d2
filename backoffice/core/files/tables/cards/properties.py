"""Properties of a vCard, read by vobject: groups, parameters (also those without a name), quoted-printable.

What it does not do is here: its pattern for lines tries some malformed ones in exponentially many ways, so
that ours decides first; it knows encodings in capitals alone, charsets only where quoted-printable is, and no
way of version 2.1 and 4.0; and of a value that ends in a backslash it makes `\\eof`.
"""

import re
from base64 import b64decode
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from vobject.base import ContentLine as VobjectLine
from vobject.base import ParseError, parseLine

from backoffice.core.files.tables.cards.lines import ContentLine
from backoffice.core.files.tables.encodings import CODECS

_NAME = "[A-Z0-9_-]++"
_VALUE = '(?:"[^"]*+"|[^";:,]*+)'
_HEAD = re.compile(
    rf"(?P<head>(?:{_NAME}\.)?(?P<name>{_NAME})(?:;{_NAME}(?:={_VALUE}(?:,{_VALUE})*+)?)*+);*+\s*+:",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_HEAD = 4_000  # a label of an address may stand in it
_NO_LETTER = re.compile("[\udc80-\udcff]")  # bytes that are nothing in the encoding of the file
_ESCAPED = {"n": "\n", "N": "\n", "\\": "\\", ";": ";", ",": ",", ":": ":"}
_FAINTEST = 101


class Malformed(ValueError):
    """A line that cannot be read; the text says why."""


@dataclass(frozen=True)
class Property:
    """`types` are in capitals; of `rank` (1 to 101) the least is the one its owner prefers."""

    name: str
    value: str
    params: dict[str, list[str]]
    types: frozenset[str]
    version: str

    @property
    def rank(self) -> int:
        preference = self.params.get("PREF", [""])[0]
        if "PREF" in self.types:
            return 1
        return int(preference) if preference.isascii() and preference.isdigit() else _FAINTEST

    @property
    def text(self) -> str:
        return _unescaped(self.value, self.version).strip()

    def parts(self, separator: str = ";") -> list[str]:
        """The value cut at separators that are not escaped, each part as text."""
        return [
            _unescaped(part, self.version).strip() for part in _split(self.value, separator, self.version)
        ]

    def fields(self, count: int) -> list[str]:
        """The `count` fields of a name or address; what one of them lists stands side by side."""
        fields = []
        for field in _split(self.value, ";", self.version)[:count]:
            listed = [field] if self.version == "2.1" else _split(field, ",", self.version)
            words = (_unescaped(part, self.version).strip() for part in listed)
            fields.append(" ".join(filter(None, words)))
        return fields + [""] * (count - len(fields))


def name_of(line: ContentLine) -> str:
    """The name of a property in capitals, without its group. Raises Malformed."""
    found = _HEAD.match(line.text[:_LONGEST_HEAD])
    if not found:
        raise Malformed(_("This is no property of a contact: a name and a colon are missing."))
    return found["name"].upper()


def read_property(line: ContentLine, *, version: str, encoding: str) -> Property:
    """A line that has a name; `encoding` is that of the file. Raises Malformed."""
    if line.cut:
        raise _too_long()
    head = _HEAD.match(line.text)
    # the names and words of a head mean the same in any case
    read = _read(head["head"].upper(), line.text[head.end() :], encoding)
    if len(read.value) > 2 * settings.TABLE_MAX_CELL_CHARACTERS:  # each character may be escaped
        raise _too_long()
    types = {word for listed in read.params.get("TYPE", []) for word in listed.split(",")}
    value = read.value.replace("\r\n", "\n").replace("\r", "\n")
    return Property(read.name, value, read.params, frozenset([*types, *read.singletonparams]), version)


def _read(head: str, value: str, encoding: str) -> VobjectLine:
    try:
        try:
            line = VobjectLine(*parseLine(f"{head}:{value}"))
        except UnicodeDecodeError:
            if "CHARSET=" in head:
                raise
            line = VobjectLine(*parseLine(f"{head};CHARSET=WINDOWS-1252:{value}"))
        charset = line.params.get("CHARSET", [""])[0]
        if {"B", "BASE64"} & {*line.params.get("ENCODING", []), *line.singletonparams}:
            packed = "".join(line.value.split())
            line.value = b64decode(packed, validate=True).decode(charset or "utf-8")
        elif line.value == value and charset and not value.isascii():
            line.value = _in_charset(value, charset, encoding)
    except LookupError:
        message = _("The charset “%(name)s” of this line is not known. Export the contacts as UTF-8.")
        raise Malformed(message % {"name": _charset_of(head)}) from None
    except (ValueError, TypeError, ParseError):
        message = _("The text of this line does not fit its encoding. Export the contacts again as UTF-8.")
        raise Malformed(message) from None
    return line


def _charset_of(head: str) -> str:
    return head.partition("CHARSET=")[2].partition(";")[0][:20]


def _in_charset(value: str, charset: str, encoding: str) -> str:
    """A value that was read as the whole file was, in the charset its line names. What is valid UTF-8 stays:
    files are turned into it without a look at what their lines say."""
    if encoding == "utf-16" or (encoding == "utf-8" and not _NO_LETTER.search(value)):
        return value
    return value.encode(CODECS[encoding].removesuffix("-sig"), "surrogateescape").decode(charset)


def _too_long() -> Malformed:
    message = _("A value is longer than %(count)d characters. Shorten it.")
    return Malformed(message % {"count": settings.TABLE_MAX_CELL_CHARACTERS})


def _split(value: str, separator: str, version: str) -> list[str]:
    """Cut at separators that are not escaped; what escapes others stays."""
    signs = re.compile(r"\\;|[;,]" if version == "2.1" else r"\\.|[;,]", re.DOTALL)
    starts = [0] + [found.end() for found in signs.finditer(value) if found[0] == separator]
    ends = [start - 1 for start in starts[1:]] + [len(value)]
    return [value[start:end] for start, end in zip(starts, ends, strict=True)]


def _unescaped(value: str, version: str) -> str:
    """Version 2.1 escapes the semicolon alone: `C:\\new` is meant so."""
    if "\\" not in value:
        return value
    if version == "2.1":
        return value.replace("\\;", ";")
    return re.sub(r"\\([nN\\;,:])", lambda found: _ESCAPED[found[1]], value)
