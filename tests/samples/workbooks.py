"""Builds XLSX files part by part, so that any part can be wrong in exactly one way."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"

# Number formats of the styles 1, 2, …; style 0 is "General".
FORMATS = ("yyyy-mm-dd", "dd.mm.yyyy hh:mm", "h:mm", "00000", "0%", '#,##0.00 "€"', "[$-407]d. mmmm yyyy")
DATE, MOMENT, TIME, POSTCODE, PERCENT, EURO, LONG_DATE = range(1, 8)
_EPOCH = datetime(1899, 12, 30)


class Xml(str):
    """A cell given as its whole element."""


@dataclass(frozen=True)
class Styled:
    """A number with a style."""

    number: float | str
    style: int


@dataclass(frozen=True)
class Sheet:
    """`body` is everything inside `<worksheet>`."""

    name: str
    body: str
    state: str = "visible"
    kind: str = "worksheet"


def sheet(*rows, name: str = "Guests", state: str = "visible", before: str = "", after: str = "") -> Sheet:
    """Rows of values; None stands for no cell, a row of None for a gap."""
    lines = [f'<row r="{number}">{cells(row, number)}</row>' for number, row in enumerate(rows, 1) if row]
    return Sheet(name, f"{before}<sheetData>{''.join(lines)}</sheetData>{after}", state)


def cells(values, number: int = 1) -> str:
    return "".join(cell(value, f"{column(index)}{number}") for index, value in enumerate(values))


def cell(value, reference: str) -> str:
    match value:
        case None:
            return ""
        case Xml():
            return value.replace("{r}", reference)
        case bool():
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{reference}"><v>{value}</v></c>'
        case Styled(number, style):
            return f'<c r="{reference}" s="{style}"><v>{number}</v></c>'
        case datetime():
            return cell(Styled((value - _EPOCH).total_seconds() / 86_400, MOMENT), reference)
        case date():
            return cell(Styled((value - _EPOCH.date()).days, DATE), reference)
    text = escape(value)
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def column(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def workbook(
    *sheets: Sheet,
    strings: str | None = None,
    parts: dict[str, bytes | str] | None = None,
    without: tuple[str, ...] = (),
    workbook_type: str = TYPE.format("sheet.main"),
    properties: str = "",
    strict: bool = False,
) -> bytes:
    """An XLSX file. `strings` is the inside of the shared texts, `parts` are added or replaced."""
    main, office = (STRICT_MAIN, STRICT_OFFICE) if strict else (MAIN, OFFICE)
    made = {
        "[Content_Types].xml": _content_types(sheets, workbook_type),
        "_rels/.rels": _relations([("rId1", f"{office}/officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets, properties, main, office),
        "xl/_rels/workbook.xml.rels": _relations(_targets(sheets, strings, office)),
        "xl/styles.xml": _styles(main),
        **{
            f"xl/{each.kind}s/sheet{number}.xml": f'<worksheet xmlns="{main}">{each.body}</worksheet>'
            for number, each in enumerate(sheets, 1)
        },
    }
    if strings is not None:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    made |= parts or {}
    return archive({name: part for name, part in made.items() if name not in without})


def archive(parts: dict[str, bytes | str], **options) -> bytes:
    """A ZIP of these files, the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _content_types(sheets, workbook_type: str) -> str:
    overrides = [("xl/workbook.xml", workbook_type)]
    overrides += [
        (f"xl/{each.kind}s/sheet{number}.xml", TYPE.format(each.kind))
        for number, each in enumerate(sheets, 1)
    ]
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="x/y"/>{listed}</Types>'
    )


def _targets(sheets, strings, office: str) -> list[tuple[str, str, str]]:
    targets = [
        (f"rId{number}", f"{office}/{each.kind}", f"{each.kind}s/sheet{number}.xml")
        for number, each in enumerate(sheets, 1)
    ]
    targets.append(("rIdStyles", f"{office}/styles", "styles.xml"))
    if strings is not None:
        targets.append(("rIdStrings", f"{office}/sharedStrings", "/xl/sharedStrings.xml"))
    return targets


def _relations(targets) -> str:
    listed = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{path}"/>' for id, kind, path in targets)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _workbook(sheets, properties: str, main: str, office: str) -> str:
    listed = "".join(
        f'<sheet name="{escape(each.name)}" sheetId="{number}" state="{each.state}" r:id="rId{number}"/>'
        for number, each in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{main}" xmlns:r="{office}">{properties}<sheets>{listed}</sheets></workbook>'


def _styles(main: str) -> str:
    codes = [escape(code, {'"': "&quot;"}) for code in FORMATS]
    listed = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{main}"><numFmts>{listed}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>'
    )
