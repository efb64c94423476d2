"""Files that leave the house: typed columns, CSV and XLSX writers that keep nothing in memory.

Text can never run as a formula (TRUST §6): in CSV a leading sign gets a `'`, unless the file is for a
program that has no formulas; in XLSX cells are typed.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from itertools import islice
from zoneinfo import ZoneInfo

from backoffice.core.files.xlsx import XlsxWriter
from backoffice.core.text.days import iso_day
from backoffice.core.text.formats import NO_YEAR
from backoffice.core.text.money import plain

# `'` itself is guarded too, so that taking exactly one off gives back what was there
_FORMULA_STARTS = frozenset("=+-@|%\t\r\n'＝＋－＠｜％")
# A spreadsheet that expects another separator begins a cell in the middle of a text, quotes or not.
_OTHER_CELL = r"""[;,\t\r\n]{}(?="*[=+\-@|%'＝＋－＠｜％])"""
_STARTS_ANOTHER, _GUARDED_ANOTHER = re.compile(_OTHER_CELL.format("")), re.compile(_OTHER_CELL.format("'"))
_ROWS_PER_CHUNK = 1_000


class CellKind(Enum):
    """What a column holds, and so how a file writes it."""

    TEXT = auto()
    INTEGER = auto()
    MONEY = auto()  # cents
    DAY = auto()
    MOMENT = auto()
    BOOLEAN = auto()


@dataclass(frozen=True)
class Column:
    """One column of a file: its fixed header, its header in the reader's language, its kind.

    `decimals` are those of the organisation's currency; they matter to money alone. `words` say the
    values in the reader's language, below a labelled header.
    """

    name: str
    label: str
    kind: CellKind
    decimals: int = 2
    words: Mapping | None = None


@dataclass(frozen=True)
class CsvDialect:
    """The separator and decimal sign a spreadsheet of that language opens by a double click; `guarded` for
    spreadsheets, where text could run as a formula."""

    delimiter: str
    decimal: str
    guarded: bool = True

    @classmethod
    def of(cls, language: str) -> "CsvDialect":
        return cls(",", ".") if language == "en" else cls(";", ",")


def guard(text: str) -> str:
    """Text as CSV may hold it: a `'` before all that a spreadsheet could take for a formula, at the start
    and, for one that reads with another separator, behind each separator: `;=1+1` → `;'=1+1`.
    """
    text = _STARTS_ANOTHER.sub(r"\g<0>'", text)
    return f"'{text}" if text and text[0] in _FORMULA_STARTS else text


def unguard(text: str) -> str:
    """The inverse of `guard`, for the importer; also of what keeps zeros in files of others: `'01067`,
    `="01067"`.
    """
    if text[:2] == '="' and text[-1] == '"' and len(text) > 3:
        return text[2:-1].replace('""', '"')
    if len(text) > 1 and text[0] == "'" and (text[1] in _FORMULA_STARTS or text[1].isdigit()):
        text = text[1:]
    return _GUARDED_ANOTHER.sub(lambda match: match[0][0], text) if "'" in text else text


def _guarded(values: Sequence[str]) -> Sequence[str]:
    if _FORMULA_STARTS.isdisjoint({value[0] for value in values if value}) and not _STARTS_ANOTHER.search(
        "\0".join(filter(None, values))
    ):
        return values
    return [guard(value) if value else "" for value in values]


def _as_it_is(values: Sequence[str]) -> Sequence[str]:
    return values


def _spoken(values: Sequence, words: Mapping) -> list[str]:
    return [words.get(value, value) or "" for value in values]


def csv_cells(
    column: Column, dialect: CsvDialect, tz: ZoneInfo, labelled: bool = False
) -> Callable[[Sequence], Sequence]:
    """The function that turns values of a column into what the CSV holds; None becomes empty.

    It takes a column of many rows at once: a call per value would cost more than the value.
    """
    kind, decimals, sign = column.kind, column.decimals, dialect.decimal
    guarded = _guarded if dialect.guarded else _as_it_is
    if labelled and column.words is not None:
        return lambda values: guarded(_spoken(values, column.words))
    if kind is CellKind.TEXT:
        return guarded
    if kind is CellKind.MONEY:
        return lambda values: ["" if value is None else plain(value, decimals, sign) for value in values]
    if kind is CellKind.BOOLEAN:
        return lambda values: ["TRUE" if value else "FALSE" for value in values]
    if kind is CellKind.MOMENT:
        return lambda values: [
            "" if value is None else value.astimezone(tz).isoformat(timespec="seconds") for value in values
        ]
    if kind is CellKind.DAY:
        return lambda values: guarded(["" if value is None else iso_day(value) for value in values])
    return lambda values: values  # csv writes None as empty


class _Buffer:
    """A file for writers that only ever append; `take()` hands over what has come in."""

    def __init__(self):
        self._parts = []

    def write(self, text):
        self._parts.append(text)
        return len(text)

    def take(self):
        parts, self._parts = self._parts, []
        return parts


def write_csv(
    columns: list[Column], rows: Iterable[tuple], *, dialect: CsvDialect, tz: ZoneInfo, labelled: bool = False
) -> Iterator[bytes]:
    """Yield a CSV as UTF-8 with BOM. `rows` hold values in the order and kind of `columns`."""
    buffer = _Buffer()
    writer = csv.writer(buffer, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow([column.label if labelled else column.name for column in columns])
    cells = [csv_cells(column, dialect, tz, labelled) for column in columns]
    yield ("\ufeff" + "".join(buffer.take())).encode()
    for part in _in_parts(rows):
        writer.writerows(_by_column(part, cells))
        yield "".join(buffer.take()).encode()


def _in_parts(rows: Iterable[tuple]) -> Iterator[list[tuple]]:
    rows = iter(rows)
    while part := list(islice(rows, _ROWS_PER_CHUNK)):
        yield part


def _by_column(rows: list[tuple], cells: list[Callable]) -> Iterator[tuple]:
    """The rows with each column passed through its function."""
    columns = zip(*rows, strict=True)
    return zip(*(change(values) for change, values in zip(cells, columns, strict=True)), strict=True)


def write_xlsx(
    columns: list[Column], rows: Iterable[tuple], *, title: str, tz: ZoneInfo, labelled: bool = False
) -> Iterator[bytes]:
    """Yield an XLSX workbook; numbers are numbers, days and moments are dates in `tz`."""
    header = [column.label if labelled else column.name for column in columns]
    writer = XlsxWriter(title, header, [_xlsx_style(column) for column in columns])
    cells = [_xlsx_value(column, tz, labelled) for column in columns]
    for part in _in_parts(rows):
        writer.add(list(_by_column(part, cells)))
        yield writer.take()
    writer.close()
    yield writer.take()


def _xlsx_style(column: Column) -> str:
    if column.kind is CellKind.MONEY:
        return f"money{column.decimals}"
    return {CellKind.DAY: "day", CellKind.MOMENT: "moment"}.get(column.kind, "")


def _xlsx_value(column: Column, tz: ZoneInfo, labelled: bool) -> Callable[[Sequence], Sequence]:
    kind, unit = column.kind, 10**column.decimals
    if labelled and column.words is not None:
        return lambda values: [text or None for text in _spoken(values, column.words)]
    if kind is CellKind.MONEY:
        return lambda values: [None if value is None else value / unit for value in values]
    if kind is CellKind.BOOLEAN:
        return lambda values: [bool(value) for value in values]
    if kind is CellKind.MOMENT:
        return lambda values: [None if value is None else _serial(value.astimezone(tz)) for value in values]
    if kind is CellKind.DAY:
        return lambda values: [None if value is None else _day_number(value) for value in values]
    if kind is CellKind.TEXT:
        return lambda values: [value or None for value in values]
    return lambda values: values


_BILLION = 10**9
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, for every date after February 1900


def _day_number(day: date) -> int | str:
    """A birthday without its year is no day that a spreadsheet could count."""
    return iso_day(day) if day.year == NO_YEAR else (day - _EPOCH).days


def _serial(local: datetime) -> float:
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    # up, never down: LibreOffice cuts parts of a second off and would show the one before
    fraction = -(-seconds * _BILLION // 86_400) / _BILLION
    return (local.date() - _EPOCH).days + fraction


class Digest:
    """Passes a file through and knows its SHA-256 at the end."""

    def __init__(self, chunks: Iterable[bytes]):
        self._chunks = chunks
        self._sha256 = hashlib.sha256()

    def __iter__(self):
        for chunk in self._chunks:
            self._sha256.update(chunk)
            yield chunk

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()
