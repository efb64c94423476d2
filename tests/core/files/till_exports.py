"""Exports of tills as DSFinV-K describes them: `index.xml` and its CSV files in a ZIP."""

import io
import zipfile
from dataclasses import dataclass, field

COLUMNS = {
    "transactions.csv": [
        *("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "BON_ID", "BON_NR", "BON_TYP", "BON_NAME", "TERMINAL_ID"),
        *("BON_STORNO", "BON_START", "BON_ENDE", "BEDIENER_ID", "BEDIENER_NAME", "UMS_BRUTTO"),
        *("KUNDE_NAME", "KUNDE_ID", "KUNDE_TYP", "KUNDE_STRASSE", "KUNDE_PLZ", "KUNDE_ORT", "KUNDE_LAND"),
        *("KUNDE_USTID", "BON_NOTIZ"),
    ],
    "lines.csv": [
        *("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "BON_ID", "POS_ZEILE", "GUTSCHEIN_NR", "ARTIKELTEXT"),
        *("POS_TERMINAL_ID", "GV_TYP", "GV_NAME", "INHAUS", "P_STORNO", "AGENTUR_ID", "ART_NR", "GTIN"),
        *("WARENGR_ID", "WARENGR", "MENGE", "FAKTOR", "EINHEIT", "STK_BR"),
    ],
    "lines_vat.csv": [
        *("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "BON_ID", "POS_ZEILE", "UST_SCHLUESSEL"),
        *("POS_BRUTTO", "POS_NETTO", "POS_UST"),
    ],
    "references.csv": [
        *("Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "BON_ID", "POS_ZEILE", "REF_TYP", "REF_NAME", "REF_DATUM"),
        *("REF_Z_KASSE_ID", "REF_Z_NR", "REF_BON_ID"),
    ],
    "vat.csv": ["Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "UST_SCHLUESSEL", "UST_SATZ", "UST_BESCHR"],
}


@dataclass
class Till:
    """A till that writes receipts down: `sell` them, then take the `archive`."""

    number: str = "KASSE-1"
    rows: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    columns: dict[str, list[str]] = field(default_factory=lambda: dict(COLUMNS))

    def sell(self, bon: str, *positions, kind="Beleg", storno=False, of="", end="", **head) -> None:
        """`positions` are (text, quantity, gross, VAT key), or with a fifth: what it is (GV_TYP)."""
        key = {"Z_KASSE_ID": self.number, "Z_ERSTELLUNG": "2026-11-20T23:59:00+01:00", "Z_NR": "312"}
        key |= {"BON_ID": bon}
        moment = end or f"2026-11-20T18:{int(bon[-2:]) % 60:02}:00+01:00"
        times = {"BON_START": moment, "BON_ENDE": moment, "BON_NR": bon[-2:]}
        self.rows["transactions.csv"].append(
            key | times | {"BON_TYP": kind, "BON_STORNO": str(int(storno))} | head
        )
        for line, position in enumerate(positions, 1):
            self._sell_position(key | {"POS_ZEILE": str(line)}, *position)
        if of:
            reference = {"REF_TYP": "Transaktion", "REF_Z_KASSE_ID": self.number, "REF_Z_NR": "312"}
            self.rows["references.csv"].append(key | reference | {"REF_BON_ID": of})

    def _sell_position(self, key, text, quantity, gross, vat, kind="Umsatz") -> None:
        about = {"ARTIKELTEXT": text, "GV_TYP": kind, "INHAUS": "1", "P_STORNO": "0", "WARENGR": "Küche"}
        self.rows["lines.csv"].append(key | about | {"MENGE": f"{quantity:.3f}".replace(".", ",")})
        taxes = vat if isinstance(vat, dict) else {vat: gross}
        for one, amount in taxes.items():
            written = f"{amount:.5f}".replace(".", ",")
            self.rows["lines_vat.csv"].append(key | {"UST_SCHLUESSEL": str(one), "POS_BRUTTO": written})

    def archive(self, folder="", **more: bytes) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{folder}index.xml", self.index())
            for name in COLUMNS:
                archive.writestr(f"{folder}{name}", self.sheet(name))
            for name, added in more.items():
                archive.writestr(name, added)
        return content.getvalue()

    def sheet(self, name: str) -> bytes:
        columns = self.columns[name]
        lines = [";".join(columns)]
        for row in self.rows[name]:
            cells = (row.get(column, "").replace('"', '""') for column in columns)
            lines.append(";".join(f'"{cell}"' if ";" in cell or '"' in cell else cell for cell in cells))
        return ("\r\n".join(lines) + "\r\n").encode()

    def index(self) -> bytes:
        tables = "".join(_table(name, columns) for name, columns in self.columns.items())
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<!DOCTYPE DataSet SYSTEM "gdpdu-01-09-2004.dtd">'
            f"<DataSet><Version>2.3</Version><Media><Name>DSFinV-K</Name>{tables}</Media></DataSet>"
        ).encode()


def _table(name: str, columns: list[str]) -> str:
    shape = "".join(
        f"<VariableColumn><Name>{name}</Name><AlphaNumeric/></VariableColumn>" for name in columns
    )
    return (
        f"<Table><URL>{name}</URL><Name>{name}</Name><DecimalSymbol>,</DecimalSymbol>"
        "<Range><From>2</From></Range><VariableLength><ColumnDelimiter>;</ColumnDelimiter>"
        f'<RecordDelimiter>&#13;&#10;</RecordDelimiter><TextEncapsulator>"</TextEncapsulator>{shape}'
        "</VariableLength></Table>"
    )
