"""What stands around the sheets of a workbook, read by openpyxl: their names, shared texts, styles."""

import re
import warnings
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from openpyxl.packaging.manifest import Manifest
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import ARC_CONTENT_TYPES, ARC_ROOT_RELS, ARC_STYLE
from openpyxl.xml.functions import fromstring

from backoffice.core.files.tables.package import BINARY, Package
from backoffice.core.files.tables.refusals import TableRefused, within_time
from backoffice.core.files.tables.worksheet import Reading
from backoffice.core.files.tables.xml_parts import damaged, elements, main, text_of

# Formats for days in Asian Excels (ECMA-376, 18.8.30), which openpyxl does not know.
_ASIAN_DAYS = {*range(27, 37), *range(50, 59)}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ZEROS = re.compile("0{2,}")


class Sheet(NamedTuple):
    name: str
    path: str
    hidden: bool


def read_book(package: Package) -> tuple[list[Sheet], Reading]:
    """Not by `load_workbook`: it also reads charts, properties and themes, fails at some, and goes through
    each sheet that states no dimension from beginning to end.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # about what no table needs
            return _read(package)
    except TableRefused:
        raise
    except Exception as error:  # openpyxl raises whatever comes to hand
        raise damaged("workbook.xml") from error


def _read(package: Package) -> tuple[list[Sheet], Reading]:
    parser = WorkbookParser(package, _find_workbook(package), keep_links=False)
    parser.parse()
    paths = {rel.Type.rpartition("/")[2]: rel.target for rel in parser.rels.values()}
    if styles := paths.get("styles"):
        package.rename(styles, ARC_STYLE)  # the one place where openpyxl looks for them
    apply_stylesheet(package, parser.wb)
    sheets = [
        Sheet(sheet.name, rel.target, sheet.state != "visible")
        for sheet, rel in parser.find_sheets()
        if rel.Type.endswith("/worksheet") and rel.target in package
    ]
    strings = _shared_strings(package, paths.get("sharedStrings", ""))
    return sheets, Reading(strings, _days(parser.wb), _zeros(parser.wb), parser.wb.epoch)


def _find_workbook(package: Package) -> str:
    relations = get_dependents(package, ARC_ROOT_RELS)
    paths = [rel.target for rel in relations if rel.Type.endswith("/officeDocument")]
    if not paths or paths[0] not in package:
        package.refuse_other()
    manifest = Manifest.from_tree(fromstring(package.read(ARC_CONTENT_TYPES)))
    types = {part.PartName.lstrip("/").casefold(): part.ContentType for part in manifest.Override}
    _refuse_other_workbooks(types.get(paths[0].casefold(), ""), package.names)
    if paths[0].casefold().endswith(".bin"):
        package.refuse_other()
    return paths[0]


def _refuse_other_workbooks(content_type: str, names) -> None:
    if "macroEnabled" in content_type or any(name.endswith("vbaproject.bin") for name in names):
        if "binary" in content_type:
            raise TableRefused(BINARY, code="type")
        message = _("This workbook holds macros. Open it in Excel and save it as XLSX, without macros.")
        raise TableRefused(message, code="macros")
    if "template" in content_type:
        message = _("This is a template. Open it in Excel and save it as a workbook (XLSX).")
        raise TableRefused(message, code="type")


def _shared_strings(package: Package, path: str) -> list[str] | None:
    if path not in package:
        return None
    limit = settings.TABLE_MAX_SHARED_STRINGS_BYTES
    if package.getinfo(path).file_size > limit:
        message = _("The texts of this workbook take more than %(count)d MB. Split it, or save it as CSV.")
        raise TableRefused(message, code="limit", count=limit >> 20)
    return [text_of(item) for item in within_time(elements(package, path, frozenset({main("si")})))]


def _days(book) -> set[int]:
    """The styles of days, moments and times of day; openpyxl has none as a dict."""
    return set(book._date_formats) | {
        number for number, style in enumerate(book._cell_styles) if style.numFmtId in _ASIAN_DAYS
    }


def _zeros(book) -> dict[int, int]:
    """By style: how many digits a number is filled up to, as in postcodes."""
    codes = [_LITERAL.sub("", code).split(";")[0] for code in book._number_formats]
    widths = [len(code) if _ZEROS.fullmatch(code) else 0 for code in codes]
    own = {
        number: style.numFmtId - BUILTIN_FORMATS_MAX_SIZE for number, style in enumerate(book._cell_styles)
    }
    return {number: widths[at] for number, at in own.items() if 0 <= at < len(widths)}
