"""The filters of the customer list. One filter set serves list, export and bulk actions."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.text.formats import country_names
from backoffice.core.text.money import parse_cents
from backoffice.core.text.periods import local_day
from backoffice.staff.models import Language, Location
from customers.choices import Module, Source
from customers.models import Customer, CustomerTag, Tag

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LAST_ORDER = [
    ("30", _("Last 30 days")),
    ("90", _("Last 90 days")),
    ("older", _("Longer ago")),
    ("none", _("None yet")),
]
STATUS = [
    ("active", pgettext_lazy("customers", "Active")),
    ("inactive", pgettext_lazy("customers", "Inactive")),
    ("all", pgettext_lazy("customers", "All")),
]
MAX_COUNT = 2_147_483_647


class MoneyField(forms.CharField):
    """An amount typed with comma or point, as cents."""

    def to_python(self, value):
        text = super().to_python(value)
        return parse_cents(text) if text else None


class MoneyFilter(filters.Filter):
    field_class = MoneyField


class DayFilter(filters.DateFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class CountFilter(filters.NumberFilter):
    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=0, max_value=MAX_COUNT, **kwargs)


class CustomerFilterSet(filters.FilterSet):
    """Conditions on customers of one organisation; `q`, `status` and `sort` are read by the list itself."""

    source = filters.MultipleChoiceFilter(label=_("Source"), choices=Source, distinct=False)
    module = filters.MultipleChoiceFilter(label=_("Module"), method="filter_module")
    tag = filters.MultipleChoiceFilter(label=_("Tag"), method="filter_tag")
    marketing = filters.ChoiceFilter(label=_("Marketing"), choices=YES_NO, method="filter_consent")
    system = filters.ChoiceFilter(label=_("System notifications"), choices=YES_NO, method="filter_consent")
    location = filters.MultipleChoiceFilter(label=_("Location"), distinct=False)
    country = filters.MultipleChoiceFilter(label=_("Country"), distinct=False)
    language = filters.MultipleChoiceFilter(label=_("Language"), choices=Language, distinct=False)
    joined_from = DayFilter(label=_("Joined from"), method="filter_joined")
    joined_to = DayFilter(label=_("Joined until"), method="filter_joined")
    last_order = filters.ChoiceFilter(label=_("Last order"), choices=LAST_ORDER, method="filter_last_order")
    orders_min = CountFilter(
        label=_("Orders, at least"), field_name="stats__receipts_count", lookup_expr="gte"
    )
    orders_max = CountFilter(
        label=_("Orders, at most"), field_name="stats__receipts_count", lookup_expr="lte"
    )
    spend_min = MoneyFilter(
        label=_("Revenue, at least"), field_name="stats__revenue_cents", lookup_expr="gte"
    )
    spend_max = MoneyFilter(label=_("Revenue, at most"), field_name="stats__revenue_cents", lookup_expr="lte")
    points_min = CountFilter(label=_("Points, at least"), field_name="stats__points", lookup_expr="gte")
    points_max = CountFilter(label=_("Points, at most"), field_name="stats__points", lookup_expr="lte")
    birthday_month = filters.ChoiceFilter(label=_("Birthday in"), field_name="birthday_month")

    class Meta:
        model = Customer
        fields = []

    def __init__(self, data, *, organisation, language="de", tags=None, locations=None):
        super().__init__(data, queryset=Customer.objects.of(organisation))
        self.organisation = organisation
        self.tags = list(Tag.objects.filter(organisation=organisation)) if tags is None else tags
        if locations is None:
            locations = Location.objects.filter(organisation=organisation)
        self._set_choices(
            tag=[(tag.name, tag.name) for tag in self.tags],
            location=[(str(location.pk), location.name) for location in locations],
            country=country_names(language).items(),
            module=[(module.code, module.label) for module in Module],
            birthday_month=[(number, _month(number)) for number in range(1, 13)],
        )

    def _set_choices(self, **choices):
        for name, values in choices.items():
            self.filters[name].extra["choices"] = list(values)

    def filter_module(self, queryset, name, values):
        modules = Module.by_code()
        bits = 0
        for value in values:
            bits |= modules[value]
        if not bits:
            return queryset
        return queryset.alias(shared=F("module_bits").bitand(bits)).filter(shared__gt=0)

    def filter_tag(self, queryset, name, values):
        ids = [tag.pk for tag in self.tags if tag.name in values]
        if not values:
            return queryset
        return queryset.filter(Exists(CustomerTag.objects.filter(tag_id__in=ids, customer=OuterRef("pk"))))

    def filter_consent(self, queryset, name, value):
        return queryset.filter(**{f"{name}_consent": value == "yes"})

    def filter_joined(self, queryset, name, value):
        start = timezone.datetime(value.year, value.month, value.day, tzinfo=self.organisation.tz)
        if name == "joined_from":
            return queryset.filter(joined_at__gte=start)
        return queryset.filter(joined_at__lt=start + timedelta(days=1))

    def filter_last_order(self, queryset, name, value):
        if value == "none":
            return queryset.filter(stats__last_order_at=None)
        today = local_day(timezone.now(), self.organisation.tz)
        midnight = timezone.datetime(today.year, today.month, today.day, tzinfo=self.organisation.tz)
        if value == "older":
            return queryset.filter(stats__last_order_at__lt=midnight - timedelta(days=90))
        return queryset.filter(stats__last_order_at__gte=midnight - timedelta(days=int(value)))


class ListState:
    """What the address of the list says: search, filters, status. Bad values are named, not used.

    `errors` maps a parameter to a sentence; the customers then are those of the good parameters.
    The filter set is made when the address has a filter, or a form needs it: most pages need none.
    """

    def __init__(self, data, *, organisation, location=None, language="de", tags=None, locations=None):
        self.organisation, self.location, self.data = organisation, location, data
        self.tags = tags
        self.query = data.get("q", "").strip()
        self.status = data.get("status", "active")
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
        queryset = Customer.objects.of(self.organisation)
        for name, value in self.filters.items():
            queryset = self.filterset.filters[name].filter(queryset, value)
        if self.is_active is not None:
            queryset = queryset.filter(is_active=self.is_active)
        if self.location is not None:
            queryset = queryset.filter(location=self.location)
        return queryset


def _month(number: int):
    from django.utils.dates import MONTHS

    return MONTHS[number]
