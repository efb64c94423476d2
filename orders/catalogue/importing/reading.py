"""A row of a file → values of a product, by the rules of the form."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import unguard
from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import Row
from backoffice.core.text import answers
from backoffice.core.text.money import parse_cents
from backoffice.core.text.numbers import parse_whole
from backoffice.core.text.text import clean, fold, validate_storable
from backoffice.imports.mapping import ColumnMapping
from backoffice.imports.profiling import header_key
from orders.catalogue.importing.fields import ATTRIBUTES, NAME
from orders.catalogue.values import SHARE_LIMITS, parse_rate, require_not_negative
from orders.choices import Allergen
from orders.importing import codes_of
from orders.models import Product
from orders.models.product import product_key

_BETWEEN_CODES = re.compile(r"[,;|\n]")


@dataclass(frozen=True)
class ProductRow:
    """A product as a row tells it: `values` by attribute, without those whose cells are empty."""

    row: Row
    name: str
    values: dict[str, object]

    @property
    def key(self) -> str:
        return product_key(self.name)


class ProductReader:
    """Reads rows in the terms of one organisation."""

    def __init__(self, organisation, mapping: ColumnMapping):
        self.headers = mapping.headers
        self._readers = _readers(organisation.currency)

    def read(self, row: Row) -> ProductRow:
        """Raises RowRefused with all that is wrong."""
        if row.problem:
            raise RowRefused(Fault(row.line, "", "", str(row.problem)))
        values, faults = {}, []
        for field, header in self.headers.items():
            text = self._text(row, field)
            try:
                if text:
                    values[ATTRIBUTES[field]] = self._readers[field](text)
            except ValidationError as error:
                faults.append(Fault(row.line, header, text, " ".join(error.messages)))
        if not self._text(row, NAME):
            faults.insert(0, self.fault(row, NAME, _("The row names no product.")))
        if faults:
            raise RowRefused(*faults)
        return ProductRow(row, values.pop("name"), values)

    def fault(self, row: Row, field: str, reason) -> Fault:
        return Fault(row.line, self.headers.get(field, ""), self._text(row, field), str(reason))

    def _text(self, row: Row, field: str) -> str:
        header = self.headers.get(field)
        return clean(unguard(row.cells.get(header, ""))) if header else ""


def _readers(currency: str) -> dict[str, Callable[[str], object]]:
    """What reads the cell of a field, by field; never called for an empty one."""

    def amount(text: str) -> int | None:
        return require_not_negative(parse_cents(text, currency))

    return {
        NAME: partial(_text, limit=_length("name")),
        "category": partial(_text, limit=_length("category")),
        "price": amount,
        "cost": amount,
        "tax_rate": _rate,
        "second_tax_rate": _rate,
        "second_tax_share": _share,
        "allergens": _allergens,
        "on_menu": _flag,
    }


def _length(name: str) -> int:
    return Product._meta.get_field(name).max_length


def _text(text: str, limit: int) -> str:
    validate_storable(text)
    MaxLengthValidator(limit)(text)
    return text


def _rate(text: str) -> Decimal:
    rate = parse_rate(text)
    if rate is None:  # a sign alone
        raise ValidationError(_("Write per cent from 0 to 100, for example 7 or 19."), code="rate")
    return rate


def _share(text: str) -> int:
    share = parse_whole(text.removesuffix("%").strip())
    if share is None:
        raise ValidationError(_("Enter a whole number."))
    for check in SHARE_LIMITS:
        check(share)
    return share


def _allergens(text: str) -> list[str]:
    """Codes in the order of the regulation, whatever the order in the cell."""
    words = [word.strip() for word in _BETWEEN_CODES.split(text) if word.strip()]
    codes = {word: codes_of(Allergen).get(header_key(word)) for word in words}
    if unknown := [word for word, code in codes.items() if code is None]:
        message = _("These are no allergens: %(words)s. Known: %(known)s.")
        known = ", ".join(Allergen.values)
        raise ValidationError(message, params={"words": ", ".join(unknown)[:100], "known": known})
    return ordered(codes.values())


def ordered(codes: Iterable[str]) -> list[str]:
    codes = set(codes)
    return [code for code in Allergen.values if code in codes]


def _flag(text: str) -> bool:
    word = fold(text)
    if word in answers.YES:
        return True
    if word in answers.NO:
        return False
    raise ValidationError(_("Write yes or no."))
