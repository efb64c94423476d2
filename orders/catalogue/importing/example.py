"""The example file of an import of products: the headers that are recognised, and two products."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.files.exports import CellKind, Column, CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.core.files.resources import Export
from orders.catalogue.importing.fields import FIELDS
from orders.choices import Allergen


def example_file(format: str, language: str, organisation) -> Iterator[bytes]:
    """CSV or XLSX in the active language, as bytes."""
    columns = [Column(name, str(label), CellKind.TEXT) for name, label in FIELDS.items()]
    export = Export(columns, iter(_rows()), _("Products"), organisation.tz)
    return Layout(format, CsvDialect.of(language), labelled=True).stream(export)


def _rows() -> list[tuple[str, ...]]:
    """A dish, and a menu of food and drinks, in the order of FIELDS."""
    pizza = pgettext("example", "Pizza Margherita")
    allergens = ", ".join(str(code.label) for code in (Allergen.GLUTEN, Allergen.MILK))
    main, menu = pgettext("example", "Main dishes"), pgettext("example", "Lunch menu with a drink")
    return [
        (pizza, main, "11", "3", "7", "", "", allergens, _("Yes")),
        (menu, main, "16", "", "7", "19", "30", "", _("Yes")),
    ]
