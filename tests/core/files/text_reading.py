"""Text files written and read in one go."""

import io

import pytest

from backoffice.core.files.tables import CsvTable, Row, TableOptions, TableRefused, open_table


def table(content: bytes | str, encoding: str = "utf-8", **options) -> CsvTable:
    content = content if isinstance(content, bytes) else content.encode(encoding)
    return open_table(io.BytesIO(content), options=TableOptions(**options))


def read(content: bytes | str, encoding: str = "utf-8", **options) -> list[Row]:
    return list(table(content, encoding, **options).rows())


def refusal(content: bytes | str, **options) -> TableRefused:
    with pytest.raises(TableRefused) as caught:
        read(content, **options)
    return caught.value
