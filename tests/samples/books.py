"""Workbooks: what their cells and sheets may hold."""

from datetime import date, datetime

from tests.samples.base import BOTH, ZOE_IS, Fault, Sample
from tests.samples.workbooks import (
    MOMENT,
    POSTCODE,
    TYPE,
    Sheet,
    Styled,
    Xml,
    archive,
    sheet,
    workbook,
)

HEADERS = ["Vorname", "Nachname", "E-Mail", "Telefon"]
ZOE = ["Zoë", "Müller", "zoe@example.org", "0171 3920012"]
JOSE = ["José", "Peña", "jose@example.org"]
CUSTOMERS = sheet(HEADERS, ZOE, JOSE)
PLAIN = workbook(CUSTOMERS)


def _with(*extra: str, rows, **parts) -> bytes:
    """Rows of e-mail, name and further columns called `extra`."""
    lines = [
        [f"Gast{number}", f"g{number}@example.org", *(row if isinstance(row, list) else [row])]
        for number, row in enumerate(rows, 1)
    ]
    return workbook(sheet(["Vorname", "E-Mail", *extra], *lines), **parts)


CELLS = [
    Sample(
        "cells of workbooks",
        "plain.xlsx",
        PLAIN,
        accepted=2,
        customers=BOTH,
    ),
    Sample(
        "cells of workbooks",
        "days.xlsx",
        _with("Geburtstag", rows=[date(1990, 5, 3), "3.5.1990", 32996, datetime(1990, 5, 3)]),
        accepted=4,
        customers=tuple({"birthday": "1990-05-03"} for _ in range(4)),
    ),
    Sample(
        "cells of workbooks",
        "days-since-1904.xlsx",
        _with("Geburtstag", rows=[Styled(32996 - 1462, 1)], properties='<workbookPr date1904="1"/>'),
        accepted=1,
        customers=({"birthday": "1990-05-03"},),
    ),
    Sample(
        "cells of workbooks",
        "joined.xlsx",
        _with("Kunde seit", rows=[Styled(43525.770833333, MOMENT)]),
        accepted=1,
        customers=({"joined_at": "2019-03-01T17:30:00+00:00"},),
    ),
    Sample(
        "cells of workbooks",
        "phones-as-numbers.xlsx",
        _with("Telefon", rows=[491713920012, Styled("4.91713920013E11", 0), "0171 3920014"]),
        accepted=3,
        customers=tuple({"phone": f"+4917139200{end}"} for end in (12, 13, 14)),
    ),
    Sample(
        "cells of workbooks",
        "postcodes.xlsx",
        _with("PLZ", rows=["01067", Styled(1067, POSTCODE), 10115]),
        accepted=3,
        customers=({"postcode": "01067"}, {"postcode": "01067"}, {"postcode": "10115"}),
    ),
    Sample(
        "cells of workbooks",
        "booleans.xlsx",
        _with("Newsletter", rows=[True, False, 1, "ja"]),
        accepted=4,
        customers=tuple({"marketing_consent": said} for said in (True, False, True, True)),
        origin="Newsletter 2024",
    ),
    Sample(
        "cells of workbooks",
        "error-cells.xlsx",
        _with("Firma", rows=[Xml('<c r="{r}" t="e"><v>#N/A</v></c>'), "Löwe"]),
        accepted=1,
        faults=(Fault(2, "", "row", "C2 holds the error #N/A"),),
    ),
    Sample(
        "cells of workbooks",
        "formula-without-result.xlsx",
        _with("Telefon", rows=[Xml('<c r="{r}"><f>A1</f></c>'), "0171 3920012"]),
        accepted=1,
        faults=(Fault(2, "", "row", "C2 holds a formula without a result"),),
    ),
    Sample(
        "cells of workbooks",
        "formula-with-result.xlsx",
        _with("Firma", rows=[Xml('<c r="{r}" t="str"><f>A1&amp;B1</f><v>Café Löwe</v></c>')]),
        accepted=1,
        customers=({"company": "Café Löwe"},),
    ),
    Sample(
        "cells of workbooks",
        "merged.xlsx",
        workbook(
            sheet(
                ["Vorname", "E-Mail", "Ort"],
                ["Zoë", "zoe@example.org", "Wien"],
                ["José", "jose@example.org"],
                after='<mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>',
            )
        ),
        accepted=2,
        customers=({"city": "Wien"}, {"city": ""}),
        notes=("Merged cells count once",),
    ),
    Sample(
        "cells of workbooks",
        "shared-and-rich-text.xlsx",
        workbook(
            sheet(
                ["Vorname", "E-Mail"],
                [Xml('<c r="{r}" t="s"><v>0</v></c>'), Xml('<c r="{r}" t="s"><v>1</v></c>')],
                [Xml('<c r="{r}" t="s"><v>9</v></c>'), "x@example.org"],
            ),
            strings="<si><r><t>Zo</t></r><r><t>ë</t></r><rPh><t>x</t></rPh></si><si><t>zoe@example.org</t></si>",
        ),
        accepted=1,
        faults=(Fault(3, "", "row", "text of cell A3 is missing"),),
        customers=({"first_name": "Zoë"},),
    ),
    Sample(
        "cells of workbooks",
        "control-characters.xlsx",
        workbook(sheet(HEADERS, ["Ev_x0007_a", "Adler", "eva@example.org"], ZOE)),
        accepted=1,
        faults=(Fault(2, "", "row", "control characters"),),
        customers=(ZOE_IS,),
    ),
    Sample(
        "cells of workbooks",
        "gaps-between-rows.xlsx",
        workbook(sheet(None, None, HEADERS, None, ZOE, None, ["Eva", "Adler", "nope"])),
        accepted=1,
        faults=(Fault(7, "E-Mail", "email"),),
        customers=(ZOE_IS,),
    ),
    Sample(
        "cells of workbooks",
        "row-longer.xlsx",
        workbook(sheet(HEADERS, [*ZOE, None, "x"], JOSE)),
        accepted=2,
        ignored=("#6",),
    ),
]

SHEETS = [
    Sample(
        "sheets",
        "hidden-first.xlsx",
        workbook(sheet(["Preise"], ["12"], name="Alt", state="hidden"), CUSTOMERS),
        accepted=2,
        customers=BOTH,
        notes=("Hidden sheets were left out: Alt",),
    ),
    Sample(
        "sheets",
        "empty-first.xlsx",
        workbook(sheet(name="Leer"), CUSTOMERS, sheet(["x"], ["y"], name="Mehr")),
        accepted=2,
        customers=BOTH,
        notes=("Only the sheet “Guests” is read",),
    ),
    Sample(
        "sheets",
        "hidden-rows-and-columns.xlsx",
        workbook(
            Sheet(
                "Guests",
                '<cols><col min="2" max="2" hidden="1"/></cols>'
                + CUSTOMERS.body.replace('<row r="2">', '<row r="2" hidden="1">'),
            )
        ),
        accepted=2,
        customers=BOTH,
        notes=("Hidden columns are read too.", "Hidden and filtered rows are read too."),
    ),
    Sample("sheets", "only-hidden.xlsx", workbook(sheet(HEADERS, ZOE, state="veryHidden")), error="sheet"),
    Sample(
        "sheets",
        "chart-first.xlsx",
        workbook(Sheet("Diagramm", "", kind="chartsheet"), CUSTOMERS),
        accepted=2,
        customers=BOTH,
    ),
    Sample("sheets", "strict.xlsx", workbook(CUSTOMERS, strict=True), accepted=2, customers=BOTH),
    Sample(
        "sheets", "two-equal-headers.xlsx", workbook(sheet(["Name", "E-Mail", "e-mail"])), error="headers"
    ),
]

DIMENSION = [
    Sample(
        "stated dimension",
        "too-small.xlsx",
        workbook(sheet(HEADERS, ZOE, JOSE, before='<dimension ref="A1:A1"/>')),
        accepted=2,
        customers=BOTH,
    ),
    Sample(
        "stated dimension",
        "huge.xlsx",
        workbook(sheet(HEADERS, ZOE, JOSE, before='<dimension ref="A1:XFD1048576"/>')),
        accepted=2,
        customers=BOTH,
    ),
]

TEMPLATE = workbook(CUSTOMERS, workbook_type=TYPE.format("template.main"))
BINARY = archive({"[Content_Types].xml": "", "xl/workbook.bin": b"\0"})
MANY_PARTS = workbook(CUSTOMERS, parts={f"x/{number}.xml": "" for number in range(60)})
WORKBOOKS = [*CELLS, *SHEETS, *DIMENSION]
