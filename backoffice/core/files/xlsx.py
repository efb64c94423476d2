"""A streaming XLSX writer: rows in, bytes out, the same small memory for any number of rows.

Office Open XML (ECMA-376) as far as a typed table needs it. Text is written as inline strings,
so a cell that begins with `=` stays text. A sheet holds 1,048,576 rows with its header; more go
to a second one.
"""

import re
import zipfile
from collections.abc import Sequence
from io import RawIOBase
from xml.sax.saxutils import escape

MAX_ROWS = 1_048_576
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES = {"": 0, "header": 1, "money2": 2, "day": 3, "moment": 4, "money0": 5, "money3": 6, "money4": 7}
_CAREFUL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
# readers take `_x0041_` for an A; its first sign, escaped, makes it text
_LIKE_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_NONE = type(None)
_TEXT = '<c t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END = "</t></is></c>"
_FLUSH_AT = 64 * 1024

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLE_SHEET = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="6"><numFmt numFmtId="164" formatCode="#,##0.00"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '<numFmt numFmtId="167" formatCode="#,##0"/><numFmt numFmtId="168" formatCode="#,##0.000"/>'
    '<numFmt numFmtId="169" formatCode="#,##0.0000"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="8"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf numFmtId="166" applyNumberFormat="1"/><xf numFmtId="167" applyNumberFormat="1"/>'
    '<xf numFmtId="168" applyNumberFormat="1"/><xf numFmtId="169" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class _Pipe(RawIOBase):
    """Where the ZIP writes: it cannot be sought, so sizes follow the data."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)


class XlsxWriter:
    """Add rows, take bytes, close, take the rest.

    `styles` names the format of each column: `money` with its number of decimals (`money2`), `day`,
    `moment` or empty. A value is text, a number, a boolean or None.
    """

    def __init__(self, title: str, header: list[str], styles: list[str]):
        self._title, self._header = title, header
        self._openings = [f'<c s="{_STYLES[style]}"><v>' if style else "<c><v>" for style in styles]
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._sheets = 0
        self._open_sheet()

    def add(self, rows: list[tuple]) -> None:
        while rows:
            if self._rows == MAX_ROWS:
                self._close_sheet()
                self._open_sheet()
            room = MAX_ROWS - self._rows
            self._add_to_sheet(rows[:room])
            rows = rows[room:]

    def _add_to_sheet(self, rows: list[tuple]) -> None:
        pairs = zip(zip(*rows, strict=True), self._openings, strict=True)
        cells = zip(*(_cells(values, opening) for values, opening in pairs), strict=True)
        self._write("".join([f"<row>{''.join(row)}</row>" for row in cells]), len(rows))

    def take(self) -> bytes:
        self._flush()
        parts, self._pipe.parts = self._pipe.parts, []
        return b"".join(parts)

    def close(self) -> None:
        self._close_sheet()
        for name, text in self._package().items():
            self._zip.writestr(name, text)
        self._zip.close()

    def _open_sheet(self) -> None:
        self._sheets += 1
        self._rows, self._pending, self._size = 0, [], 0
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        width = "".join(
            f'<col min="{n}" max="{n}" width="18" customWidth="1"/>' for n in range(1, len(self._header) + 1)
        )
        cells = "".join(f'<c s="1" t="inlineStr"><is><t>{_text(name)}</t></is></c>' for name in self._header)
        frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}'
            f"</sheetView></sheetViews><cols>{width}</cols><sheetData><row>{cells}</row>"
        )

    def _close_sheet(self) -> None:
        self._write("</sheetData></worksheet>")
        self._flush()
        self._sheet.close()

    def _write(self, text: str, rows: int = 1) -> None:
        self._rows += rows
        self._pending.append(text)
        self._size += len(text)
        if self._size > _FLUSH_AT:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._sheet.write("".join(self._pending).encode())
            self._pending, self._size = [], 0

    def _package(self) -> dict[str, str]:
        numbers = range(1, self._sheets + 1)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
            for n in numbers
        )
        sheets = "".join(
            f'<sheet name="{escape(self._sheet_name(n), {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
            for n in numbers
        )
        links = "".join(
            f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        return {
            "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_RELS_TYPE}"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{parts}</Types>',
            "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            f"<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
            f'<Relationship Id="rId{self._sheets + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/styles.xml": _STYLE_SHEET,
        }

    def _sheet_name(self, number: int) -> str:
        name = re.sub(r"[\[\]:*?/\\']", " ", self._title)[:26] or "Sheet"
        return name if number == 1 else f"{name} {number}"


def _cells(values: Sequence, opening: str) -> list[str]:
    """The cells of one column. Where all values are of one kind nothing is asked of each."""
    kinds = set(map(type, values))
    if kinds <= {str, _NONE}:
        if _CAREFUL.search("".join(filter(None, values))):
            return [_cell(value, opening) for value in values]
        return ["<c/>" if value is None else f"{_TEXT}{value}{_TEXT_END}" for value in values]
    if kinds <= {int, float, _NONE}:
        return ["<c/>" if value is None else f"{opening}{value}</v></c>" for value in values]
    return [_cell(value, opening) for value in values]


def _cell(value, opening: str) -> str:
    if value is None:
        return "<c/>"
    kind = type(value)
    if kind is str:
        return f"{_TEXT}{_text(value)}{_TEXT_END}"
    return f'<c t="b"><v>{value:d}</v></c>' if kind is bool else f"{opening}{value}</v></c>"


def _text(value: str) -> str:
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub("", value)
    if "&" in value or "<" in value or ">" in value:
        value = escape(value)
    if "_x" in value:
        value = _LIKE_ESCAPE.sub("_x005F_", value)
    return value.replace("\r", "&#13;") if "\r" in value else value
