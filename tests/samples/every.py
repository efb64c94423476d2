"""All samples."""

from tests.samples.bad_books import BAD_WORKBOOKS
from tests.samples.base import Sample
from tests.samples.books import WORKBOOKS
from tests.samples.cells import CELLS
from tests.samples.contacts import CONTACTS
from tests.samples.headers import HEADERS_AND_WIDTHS
from tests.samples.houses import HOUSES
from tests.samples.others import OTHERS
from tests.samples.rows import ROWS
from tests.samples.texts import TEXTS

SAMPLES: list[Sample] = [
    *TEXTS,
    *HEADERS_AND_WIDTHS,
    *CELLS,
    *ROWS,
    *WORKBOOKS,
    *BAD_WORKBOOKS,
    *OTHERS,
    *HOUSES,
    *CONTACTS,
]
