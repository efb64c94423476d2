"""Receipts of an export, put together on the disk: a till may hand over a million positions."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from itertools import groupby

from backoffice.core.files.tables.dsfinvk.index import Export

_SALE = "BELEG"
_RATES = {"1": "19", "2": "7", "3": "10.7", "4": "5.5", "5": "0", "6": "0", "7": "0"}  # annex I
_SCHEMA = """
PRAGMA journal_mode = OFF;
CREATE TABLE head (receipt TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID;
CREATE TABLE position (line INTEGER PRIMARY KEY, receipt TEXT, number TEXT, cells TEXT);
CREATE TABLE tax (receipt TEXT, number TEXT, rate TEXT, gross TEXT);
CREATE TABLE reversal (receipt TEXT PRIMARY KEY, of TEXT) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX position_of ON position (receipt, line);
CREATE INDEX tax_of ON tax (receipt, number);
CREATE INDEX reversal_of ON reversal (of);
"""
_WALK = """
SELECT receipt, line, number, position.cells, head.cells, reversal.of,
    EXISTS (SELECT 1 FROM reversal AS other WHERE other.of = position.receipt),
    EXISTS (SELECT 1 FROM head AS first WHERE first.receipt = reversal.of)
FROM position JOIN head USING (receipt) LEFT JOIN reversal USING (receipt)
ORDER BY (SELECT MIN(line) FROM position AS first WHERE first.receipt = position.receipt), line
"""
_HEAD = ("BON_NR", "BON_STORNO", "BON_START", "BON_ENDE", "KUNDE_NAME", "KUNDE_ID")
_POSITION = (
    *("ARTIKELTEXT", "GV_TYP", "INHAUS", "P_STORNO", "WARENGR", "MENGE", "FAKTOR", "STK_BR"),
    *("UST_SCHLUESSEL",),
)
_PIECE = 2_000


@dataclass(frozen=True)
class Position:
    """One position of a receipt. `written` are its gross amounts by rate, per cent, as the file has them."""

    line: int
    cells: dict[str, str]
    written: dict[str, list[str]]

    @property
    def taxes(self) -> dict[str, Decimal]:
        """Gross amounts by rate. Raises NotANumber."""
        return {rate: sum(map(decimal, texts), Decimal(0)) for rate, texts in self.written.items()}


@dataclass(frozen=True)
class Receipt:
    """`number` is unique among all tills. `reverses` is the number of the receipt that this one takes back,
    `first_is_here` whether that one is in the export; `is_reversed`: another one takes this one back."""

    number: str
    cells: dict[str, str]
    positions: list[Position]
    reverses: str = ""
    is_reversed: bool = False
    first_is_here: bool = False


class Receipts:
    """`build` once, then walk over them any number of times."""

    def __init__(self, path: str):
        self._database = sqlite3.connect(path, isolation_level=None)

    def close(self) -> None:
        self._database.close()

    def build(self, export: Export) -> Iterator[None]:
        """Take all files in, yielding now and then."""
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        rates = _RATES | {row["UST_SCHLUESSEL"]: row["UST_SATZ"] for _, row in export.rows("vat.csv")}
        yield from self._take("head", _heads(export))
        yield from self._take("position", _positions(export))
        yield from self._take("tax", _taxes(export, rates))
        yield from self._take("reversal", _reversals(export))
        self._database.execute("COMMIT")
        self._database.executescript(_INDEXES)

    def _take(self, table: str, rows: Iterator[tuple]) -> Iterator[None]:
        piece = []
        for row in rows:
            piece.append(row)
            if len(piece) == _PIECE:
                self._store(table, piece)
                piece = []
                yield None
        self._store(table, piece)

    def _store(self, table: str, rows: list[tuple]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            # a file that holds a receipt twice holds it once: the name of the table is our own
            self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608

    def walk(self) -> Iterator[Receipt]:
        """In the order of their first positions."""
        found = self._database.execute(_WALK)
        for number, group in groupby(found, key=lambda row: row[0]):
            rows = list(group)
            taxes = self._taxes_of(number)
            positions = [
                Position(line, json.loads(cells), taxes.get(place, {}))
                for _, line, place, cells, *_rest in rows
            ]
            head, of, is_reversed, first_is_here = rows[0][4:]
            yield Receipt(
                number, json.loads(head), positions, of or "", bool(is_reversed), bool(first_is_here)
            )

    def _taxes_of(self, receipt: str) -> dict[str, dict[str, list[str]]]:
        taxes: dict[str, dict[str, list[str]]] = {}
        rows = self._database.execute("SELECT number, rate, gross FROM tax WHERE receipt = ?", [receipt])
        for number, rate, gross in rows:
            taxes.setdefault(number, {}).setdefault(rate, []).append(gross)
        return taxes


class NotANumber(ValueError):
    """An amount that cannot be read: its receipt is refused, never counted as nothing."""


def decimal(text: str) -> Decimal:
    """As the export writes numbers; nothing is 0. Raises NotANumber."""
    try:
        value = Decimal((text or "0").replace(",", "."))
    except DecimalException:
        raise NotANumber(text) from None
    if not value.is_finite() or abs(value) >= 10**12:
        raise NotANumber(text)
    return value


def _number(row: dict[str, str], prefix: str = "") -> str:
    parts = (row.get(f"{prefix}{name}", "").strip() for name in ("Z_KASSE_ID", "Z_NR", "BON_ID"))
    return "-".join(parts)


def _heads(export: Export) -> Iterator[tuple]:
    """Sales alone: transfers, orders at the table, training and what was broken off are no receipts."""
    for _line, row in export.rows("transactions.csv"):
        if row.get("BON_TYP", "").strip().upper() == _SALE:
            yield _number(row), _kept(row, _HEAD)


def _positions(export: Export) -> Iterator[tuple]:
    for line, row in export.rows("lines.csv"):
        yield line, _number(row), row.get("POS_ZEILE", ""), _kept(row, _POSITION)


def _taxes(export: Export, rates: dict[str, str]) -> Iterator[tuple]:
    for _line, row in export.rows("lines_vat.csv"):
        rate = rates.get(row.get("UST_SCHLUESSEL", "").strip(), "")
        yield _number(row), row.get("POS_ZEILE", ""), rate.replace(",", "."), row.get("POS_BRUTTO", "")


def _reversals(export: Export) -> Iterator[tuple]:
    for _line, row in export.rows("references.csv"):
        if row.get("REF_BON_ID") and row.get("REF_TYP", "").strip().upper() in ("TRANSAKTION", ""):
            yield _number(row), _number(row, "REF_")


def _kept(row: dict[str, str], names: tuple[str, ...]) -> str:
    return json.dumps({name: row[name].strip() for name in names if row.get(name)}, ensure_ascii=False)
