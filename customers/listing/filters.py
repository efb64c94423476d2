"""The filters of the customer list, made from the table of fields. One filter set serves list, export and
bulk actions."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.fields import CountField, DayField, MoneyField
from backoffice.core.text.formats import country_names, language_names
from backoffice.core.text.periods import day_start, local_day
from backoffice.staff.models import Location
from customers.choices import Degree, Module, Risk, Source
from customers.field_kinds import Field, Kind
from customers.fields import FIELDS
from customers.models import Customer, CustomerTag, ImportEffect, ImportRun, Tag

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
IMPORT = "import"  # no name that a class could declare
FEW_ROWS = 20_000
# These come first in the dialog, the others follow in the order of the fields.
_FIRST = ("source", "module", "tag", "marketing", "reachable", "system", "location", "country", "language")
_LABELS = {"module": _("Module"), "tag": _("Tag"), "marketing": _("Marketing")}


class MoneyFilter(filters.Filter):
    field_class = MoneyField

    @property
    def field(self):
        self.extra["currency"] = self.parent.organisation.currency
        return super().field


class DayFilter(filters.DateFilter):
    field_class = DayField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class MomentFilter(DayFilter):
    """Moments from the beginning of a day on, or until its end, in the organisation's time zone."""

    def filter(self, queryset, value):
        if value is None:
            return queryset
        start = day_start(value, self.parent.organisation.tz)
        if self.lookup_expr == "gte":
            return queryset.filter(**{f"{self.field_name}__gte": start})
        return queryset.filter(**{f"{self.field_name}__lt": start + timedelta(days=1)})


class CountFilter(filters.NumberFilter):
    field_class = CountField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=0, max_value=MAX_COUNT, **kwargs)


class ConsentFilter(filters.ChoiceFilter):
    def filter(self, queryset, value):
        return queryset.filter(**{self.field_name: value == "yes"}) if value else queryset


class ReachableFilter(filters.ChoiceFilter):
    """Customers whom advertising may and can reach, or those it must leave out."""

    def filter(self, queryset, value):
        return queryset.reachable(value == "yes") if value else queryset


class ModulesFilter(filters.MultipleChoiceFilter):
    """Customers who have been active in any of the chosen areas."""

    def filter(self, queryset, value):
        modules = Module.by_code()
        bits = sum(modules[code] for code in set(value or ()))
        if not bits:
            return queryset
        return queryset.alias(shared=F(self.field_name).bitand(bits)).filter(shared__gt=0)


class TagsFilter(filters.MultipleChoiceFilter):
    def filter(self, queryset, value):
        if not value:
            return queryset
        ids = [tag.pk for tag in self.parent.tags if tag.name in value]
        return queryset.filter(Exists(CustomerTag.objects.filter(tag_id__in=ids, customer=OuterRef("pk"))))


class ImportFilter(filters.ChoiceFilter):
    """Customers whom an import brought or changed; known until it is undone, or can no longer be."""

    def choices_of(self, organisation, data) -> list[tuple[str, str]]:
        """The one import that is asked for; nobody chooses among all of them."""
        number = whole_number((data or {}).get(IMPORT), None)
        if number is None:
            return []
        known = Exists(ImportEffect.objects.filter(run=OuterRef("pk")))
        runs = ImportRun.objects.filter(known, organisation=organisation, pk=number)
        return [(str(pk), name) for pk, name in runs.values_list("pk", "filename")]

    def filter(self, queryset, value):
        if not value:
            return queryset
        effects = ImportEffect.objects.filter(run=value)
        rows = ImportRun.objects.values_list("counts__rows", flat=True).get(pk=value)
        # SQLite goes from the effects to the customers, or asks of each customer; neither is quick for both
        if rows is None or rows > FEW_ROWS:
            return queryset.filter(Exists(effects.filter(customer=OuterRef("pk"))))
        return queryset.filter(pk__in=effects.values("customer"))


def last_order_condition(value: str, tz: ZoneInfo) -> Q:
    """When the last order was; `value` is one of LAST_ORDER."""
    if value == "none":
        return Q(stats__last_order_at=None)
    midnight = day_start(local_day(timezone.now(), tz), tz)
    if value == "older":
        return Q(stats__last_order_at__lt=midnight - timedelta(days=90))
    return Q(stats__last_order_at__gte=midnight - timedelta(days=int(value)))


class LastOrderFilter(filters.ChoiceFilter):
    def filter(self, queryset, value):
        return (
            queryset.filter(last_order_condition(value, self.parent.organisation.tz)) if value else queryset
        )


def _choices(field: Field, filter_class=filters.MultipleChoiceFilter, **options) -> dict[str, filters.Filter]:
    label = _LABELS.get(field.filter, field.label)
    if issubclass(filter_class, filters.MultipleChoiceFilter):
        options["distinct"] = False
    return {field.filter: filter_class(label=label, field_name=field.paths[0], **options)}


def _days(field: Field, filter_class=DayFilter) -> dict[str, filters.Filter]:
    first = format_lazy(_("{field} from"), field=field.label)
    last = format_lazy(_("{field} until"), field=field.label)
    return {
        f"{field.filter}_from": filter_class(label=first, field_name=field.paths[0], lookup_expr="gte"),
        f"{field.filter}_to": filter_class(label=last, field_name=field.paths[0], lookup_expr="lte"),
    }


def _amounts(field: Field, filter_class=CountFilter) -> dict[str, filters.Filter]:
    least = format_lazy(_("{field}, at least"), field=field.label)
    most = format_lazy(_("{field}, at most"), field=field.label)
    return {
        f"{field.filter}_min": filter_class(label=least, field_name=field.paths[0], lookup_expr="gte"),
        f"{field.filter}_max": filter_class(label=most, field_name=field.paths[0], lookup_expr="lte"),
    }


def _birthday(field: Field) -> dict[str, filters.Filter]:
    return {
        f"{field.filter}_month": filters.ChoiceFilter(label=_("Birthday in"), field_name="birthday_month")
    }


# What can be asked of a field of each kind; kinds that are searched, not filtered, have none.
FILTERS_BY_KIND = {
    Kind.SOURCE: lambda field: _choices(field, choices=Source),
    Kind.LANGUAGE: _choices,
    Kind.COUNTRY: _choices,
    Kind.MODULES: lambda field: _choices(field, ModulesFilter),
    Kind.TAGS: lambda field: _choices(field, TagsFilter),
    Kind.CONSENT: lambda field: _choices(field, ConsentFilter, choices=YES_NO),
    Kind.REACHABLE: lambda field: _choices(field, ReachableFilter, choices=YES_NO),
    Kind.LAST_ORDER: lambda field: _choices(field, LastOrderFilter, choices=LAST_ORDER),
    Kind.DEGREE: lambda field: _choices(field, choices=Degree.choices),
    Kind.RISK: lambda field: _choices(field, choices=Risk),
    Kind.BIRTHDAY: _birthday,
    Kind.DAY: _days,
    Kind.MOMENT: lambda field: _days(field, MomentFilter),
    Kind.COUNT: _amounts,
    Kind.MONEY: lambda field: _amounts(field, MoneyFilter),
}


def _filters_of_fields() -> dict[str, filters.Filter]:
    found: dict[str, filters.Filter] = {}
    for field in FIELDS:
        if field.filter and field.kind in FILTERS_BY_KIND:
            found |= FILTERS_BY_KIND[field.kind](field)
    return found


class CustomerFilterSet(filters.FilterSet):
    """Conditions on customers of one organisation; search, status and sort are the list's own."""

    location = filters.MultipleChoiceFilter(label=_("Location"), distinct=False)

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
            language=language_names(language).items(),
            module=[(module.code, module.label) for module in Module],
            birthday_month=[(number, MONTHS[number]) for number in range(1, 13)],
            **{IMPORT: self.filters[IMPORT].choices_of(organisation, data)},
        )

    @classmethod
    def get_filters(cls):
        """Asked once, when the class is made."""
        found = super().get_filters() | _filters_of_fields()
        unknown = _("It is not known (any more) whom this import brought.")
        messages = {"invalid_choice": unknown}
        found[IMPORT] = ImportFilter(label=_("Import"), error_messages=messages)
        names = [*(name for name in _FIRST if name in found), *(name for name in found if name not in _FIRST)]
        return {name: found[name] for name in names}

    def _set_choices(self, **choices):
        for name, values in choices.items():
            self.filters[name].extra["choices"] = list(values)
