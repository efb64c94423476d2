"""Reads workbooks that tests have made."""

import io

import pytest

from backoffice.core.files.tables import Row, TableOptions, TableRefused, open_table
from tests.samples.workbooks import Sheet, sheet, workbook

STRINGS = (
    "<si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r><rPh><t>no</t></rPh></si><si/>"
    "<si><t>_x005F_x000D_</t></si>"
)


def table(content: bytes, **options):
    return open_table(io.BytesIO(content), options=TableOptions(**options))


def rows(*lines, **parts) -> list[Row]:
    return list(table(workbook(sheet(*lines), **parts)).rows())


def refusal(content: bytes) -> TableRefused:
    with pytest.raises(TableRefused) as caught:
        list(table(content).rows())
    return caught.value


def value(cell, **parts) -> str:
    """What one cell says."""
    (row,) = rows(["name", "cell"], ["Anna", cell], **parts)
    assert not row.problem
    return row.cells["cell"]


def guests(name="Guests", **options) -> Sheet:
    return sheet(["name"], [f"Anna of {name}"], name=name, **options)
