"""What a file may tell about a product: the columns of our own export that a person writes."""

from functools import cache
from pathlib import Path

from backoffice.imports.mapping import guesses, spellings
from backoffice.imports.profiling import IGNORED, FileProfile, FileProfiler, Guess, header_key
from orders.catalogue.resources import ProductResource

_COMPUTED = ("product_id", "sold_out_on", "archived")
_COLUMNS = {field.column_name: field for field in ProductResource.table_fields}
FIELDS = {name: field.label for name, field in _COLUMNS.items() if name not in _COMPUTED}
ATTRIBUTES = {name: _COLUMNS[name].lookups[0] for name in FIELDS}  # of Product
NAME = "product"
_ALIASES = Path(__file__).with_name("aliases.toml")


def recognise(headers: list[str]) -> dict[str, Guess]:
    """What each column is taken for by its header."""
    found = {header: _spellings().get(header_key(header), IGNORED) for header in headers}
    known = guesses({header: "" if name in _COMPUTED else name for header, name in found.items()}, FIELDS)
    return {
        header: Guess(IGNORED, "computed") if found[header] in _COMPUTED else guess
        for header, guess in known.items()
    }


@cache
def _spellings() -> dict[str, str]:
    return spellings({name: field.label for name, field in _COLUMNS.items()}, _ALIASES)


class ProductProfiler(FileProfiler):
    def profile(self) -> FileProfile:
        return super().profile(guesses=recognise(self._table.headers))
