"""What the address of the list says, parsed once: search, filters, status, sort, page."""

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from backoffice.core.pages.lists import Address, FilterField
from backoffice.core.pages.paging import Cursor, InvalidCursor
from backoffice.core.text.formats import Formats
from customers.listing.filters import STATUS, CustomerFilterSet
from customers.listing.search import DEFAULT_SORT, Order, find_matches, sort_matches
from customers.models import Customer

PAGE_SIZES = (25, 50, 100)
DEFAULT_PAGE_SIZE = 50
# A place within the list and whatever is unknown are left behind by every link.
STATE_PARAMETERS = ("q", *CustomerFilterSet.base_filters, "status", "sort", "size")


class ListState:
    """One address of the list. Bad values are named, not used.

    `errors` maps a parameter to a sentence; the customers then are those of the good parameters.
    The filter set is made when the address has a filter, or a form needs it: most pages need none.
    """

    def __init__(self, data, *, organisation, location=None, language="de", tags=None, locations=None):
        self.organisation, self.location, self.data = organisation, location, data
        self.tags = tags
        self.query = data.get("q", "").strip()
        self.status = data.get("status", "active")
        self.order = Order.parse(data.get("sort", DEFAULT_SORT))
        self.size = _page_size(data.get("size", ""))
        self.is_last_page = data.get("page") == "last"
        self.errors: dict[str, str] = {}
        self._choices = {"language": language, "tags": tags, "locations": locations}
        if self._has_filters:
            self._read_errors()
        if self.status not in dict(STATUS):
            self.errors["status"] = _("Status: “%(value)s” is unknown.") % {"value": self.status[:40]}
            self.status = "active"

    @property
    def _has_filters(self) -> bool:
        return any(self.data.get(name) for name in CustomerFilterSet.base_filters)

    @cached_property
    def filterset(self) -> CustomerFilterSet:
        return CustomerFilterSet(self.data, organisation=self.organisation, **self._choices)

    def _read_errors(self):
        form = self.filterset.form
        for name, messages in form.errors.items():
            self.errors[name] = f"{form.fields[name].label}: {messages[0]}"

    @cached_property
    def filters(self) -> dict[str, object]:
        """The cleaned filters that are set, by parameter."""
        if not self._has_filters:
            return {}
        cleaned = getattr(self.filterset.form, "cleaned_data", {})
        return {name: value for name, value in cleaned.items() if value not in (None, "", [], ())}

    @property
    def is_active(self) -> bool | None:
        """The status as the model has it, None for all."""
        return None if self.status == "all" else self.status == "active"

    @property
    def is_plain(self) -> bool:
        """Neither searched nor filtered: counters know how many there are."""
        return not self.query and not self.filters

    @property
    def queryset(self):
        """Customers that fit the filters, the status and the sidebar's location; without the search."""
        queryset = self.everybody
        for name, value in self.filters.items():
            queryset = self.filterset.filters[name].filter(queryset, value)
        return queryset

    @property
    def everybody(self):
        """Customers of the status and the sidebar's location, without filters and search."""
        queryset = Customer.objects.of(self.organisation)
        if self.is_active is not None:
            queryset = queryset.filter(is_active=self.is_active)
        if self.location is not None:
            queryset = queryset.filter(location=self.location)
        return queryset

    def customers(self, selected: Iterable[int] = ()):
        """All customers of the list, or the selected of them, without an order."""
        queryset = self.queryset.filter(pk__in=selected) if selected else self.queryset
        return find_matches(self.organisation, queryset, self.query).indexed if self.query else queryset

    def sorted_customers(self, selected: Iterable[int] = ()):
        """As `customers`, in the order of the list; for files."""
        return sort_matches(self.organisation, self.customers(selected), self.order)

    def cursor(self, name: str) -> Cursor | None:
        """The place that `after` or `before` names; one that does not fit the sort is none."""
        try:
            text = self.data.get(name)
            return Cursor.decode(text, self.order.sort.kind) if text else None
        except InvalidCursor:
            return None

    def shown_filters(self, formats: Formats) -> tuple[list[str], list[FilterField]]:
        """The filters that are set, in words, and every filter as a form asks for it; for pages beside the
        list."""
        # `page` is made from this module
        from customers.listing.page import filter_fields, filter_words

        words = [f"{label}: {value}" for _name, label, value in filter_words(self, formats)]
        return words, filter_fields(self, formats)

    def address(self, path: str = "") -> Address:
        return Address(path, self.data, STATE_PARAMETERS)


def _page_size(text: str) -> int:
    return int(text) if text in {str(size) for size in PAGE_SIZES} else DEFAULT_PAGE_SIZE
