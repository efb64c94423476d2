"""How a customer's values look in the cells of the list: HTML made once per value and language."""

from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from backoffice.core.pages import cells
from backoffice.core.pages.templatetags.components import hue, icon, initials
from backoffice.core.text import phones
from backoffice.core.text.days import iso_day
from backoffice.core.text.formats import country_name
from backoffice.core.text.money import divide
from backoffice.core.text.periods import months_between
from customers.choices import LastOrderStatus, Module, Source
from customers.extensions import customer_extensions
from customers.field_kinds import Kind
from customers.rhythm import degree_badge, degree_word, risk_flag

DELIVERY_LOOKS = {"on_time": ("ok", "check-circle"), "late": ("warn", "clock"), "open": ("info", "clock")}
_STATUSES = {status.value: status.label for status in LastOrderStatus}
# What has few values is made once per value and language; the words are in the language in use.


@lru_cache(maxsize=10)
def _empty_in(language: str) -> SafeString:
    return cells.nothing(gettext("no information"))


def _empty(formats) -> SafeString:
    return _empty_in(formats.language)


def text(formats, value):
    return cells.text(value) if value else _empty(formats)


def number(formats, value):
    return cells.text(formats.number(value))


def money(formats, cents):
    return cells.text(formats.money(cents))


def email(formats, value):
    return mark_safe(_breaking(value)) if value else _empty(formats)  # noqa: S308


def phone(formats, e164):
    return cells.phone(e164, phones.international(e164)) if e164 else _empty(formats)


def country(formats, code):
    return cells.text(country_name(code)) if code else _empty(formats)


def source(formats, code):
    return _source_in(formats.language, code)


@lru_cache(maxsize=50)
def _source_in(language, code):
    return cells.quiet_flag(str(Source(code).label), Source(code).icon)


def modules(formats, bits):
    words = ", ".join(str(module.label) for module in Module.in_bits(bits))
    return cells.text(words) if words else _empty(formats)


def tags(formats, text):
    return cells.tags(tuple(text.split(", "))) if text else _empty(formats)


def moment(formats, moment):
    return cells.moment(moment.isoformat(), formats.day(formats.local(moment).date()))


def average(formats, cents, receipts):
    return money(formats, divide(cents, receipts)) if receipts else _empty(formats)


def monthly(formats, cents, first_day):
    if first_day is None:
        return _empty(formats)
    return money(formats, divide(cents, months_between(first_day, formats.today)))


def last_order(formats, moment, status, service_type):
    if moment is None:
        return _empty(formats)
    day = formats.day(formats.local(moment).date())
    return cells.two_lines(day, _order_remark(formats.language, status, service_type))


@lru_cache(maxsize=100)
def _order_remark(language, status, service_type):
    return _status_flag(status, small=True) if status else _service_type(service_type)


def _service_type(code: str) -> str:
    """The word of the app that knows this kind of order."""
    words = (extension.service_type_words.get(code) for extension in customer_extensions())
    return str(next((word for word in words if word), ""))


def status(formats, status):
    return _status_flag(status) if status else _empty(formats)


def _status_flag(status, small=False):
    tone, icon_name = DELIVERY_LOOKS[status]
    return cells.flag(str(_STATUSES[status]), tone=tone, icon_name=icon_name, small=small)


def consent(formats, granted):
    return _consent_in(formats.language, granted)


@lru_cache(maxsize=10)
def _consent_in(language, granted):
    if granted:
        return cells.flag(gettext("Yes"), tone="ok", icon_name="check-circle")
    return cells.flag(gettext("No"), tone="bad", icon_name="minus-circle")


def day(formats, value):
    return cells.moment(value.isoformat(), formats.day(value)) if value else _empty(formats)


def birthday(formats, value):
    return cells.moment(iso_day(value), formats.birthday(value)) if value else _empty(formats)


def degree(formats, value):
    return degree_badge(value, formats.language) if value else _empty(formats)


def rhythm(formats, days):
    if not days:
        return _empty(formats)
    if days == 1:
        return cells.text(gettext("every day"))
    return cells.text(gettext("every %(count)s days") % {"count": formats.number(days)})


def risk(formats, code):
    return risk_flag(code, formats.language) if code else _empty(formats)


CELLS = {
    Kind.TEXT: text,
    Kind.LONG_TEXT: text,
    Kind.EMAIL: email,
    Kind.PHONE: phone,
    Kind.LANGUAGE: text,
    Kind.COUNTRY: country,
    Kind.DAY: day,
    Kind.BIRTHDAY: birthday,
    Kind.SOURCE: source,
    Kind.MODULES: modules,
    Kind.TAGS: tags,
    Kind.CONSENT: consent,
    Kind.CONTACTS: text,
    Kind.REACHABLE: consent,
    Kind.MOMENT: moment,
    Kind.COUNT: number,
    Kind.MONEY: money,
    Kind.AVERAGE: average,
    Kind.MONTHLY: monthly,
    Kind.LAST_ORDER: last_order,
    Kind.ORDER_STATUS: status,
    Kind.DEGREE: degree,
    Kind.DAYS: rhythm,
    Kind.RISK: risk,
}


# ---- The cells that every row has -----------------------------------------------------------------


class RowWords(NamedTuple):
    """What is the same in every row of a page: words and a drawing as HTML, and where customers live."""

    select: str
    actions: str
    inactive: str
    icon: SafeString
    base: str
    language: str


def row_words(language: str) -> RowWords:
    return RowWords(
        escape(pgettext("before a name", "Select")),
        escape(pgettext("before a name", "Actions for")),
        f' <span class="tag">{escape(gettext("Inactive"))}</span>',
        icon("more"),
        reverse("customers:list"),
        language,
    )


NO_SELECT = '<td role="cell" class="fit card-select"></td>'


def select(pk: int, name: str, words: RowWords) -> str:
    return (
        '<td role="cell" class="fit card-select"><label class="tick-hit">'
        f'<input class="tick" type="checkbox" name="selected" value="{pk}" form="selection">'
        f'<span class="sr-only">{words.select} {escape(name)}</span></label></td>'
    )


class Who(NamedTuple):
    """What the first cell of a row is made of; `phone` is empty where it has a column."""

    pk: int
    name: str
    email: str
    phone: str
    picture: str
    is_active: bool
    degree: int


def who(one: Who, words: RowWords) -> str:
    number = phones.international(one.phone) if one.phone else ""
    phone = f'<span class="who-sub who-phone num">{number}</span>' if number else ""
    degree = degree_word(one.degree, words.language) if one.degree else ""
    inactive = "" if one.is_active else words.inactive
    return (
        f'<td role="cell" class="card-title cell-clip"><div class="who">{_face(one, words)}'
        f'<div class="who-text"><span class="who-line"><a class="who-name" href="{words.base}{one.pk}/">'
        f"{escape(one.name)}</a>{degree}</span>{phone}"
        f'<span class="who-sub who-mail">{_breaking(one.email)}{inactive}</span>'
        "</div></div></td>"
    )


def _face(one: Who, words: RowWords) -> str:
    if one.picture:
        return f'<img class="avatar" src="{words.base}{one.pk}/picture/" alt="" loading="lazy">'
    letters = escape(initials(one.name))
    return f'<span class="avatar" data-hue="{hue(one.pk)}" aria-hidden="true">{letters}</span>'


def _breaking(email: str) -> str:
    """An address that may go on in a new line before its @."""
    return escape(email).replace("@", "<wbr>@")


def dots(pk: int, name: str, is_active: bool, words: RowWords) -> str:
    """The menu of the row opens here; without script they lead to the customer."""
    state = "active" if is_active else "inactive"
    return (
        f'<td role="cell" class="fit card-menu"><a class="row-more" href="{words.base}{pk}/"'
        f' data-row-menu="{state}" aria-haspopup="true" aria-label="{words.actions} {escape(name)}">'
        f"{words.icon}</a></td>"
    )
