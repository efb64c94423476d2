"""Cells of the receipt report as HTML: what has few values is made once per value and language."""

from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.core.pages import cells
from backoffice.core.pages.templatetags.components import hue, initials
from customers.choices import Source
from customers.rhythm import degree_badge
from orders.choices import ServiceType
from orders.receipts import SERVICE_ICONS, Look


class Addresses(NamedTuple):
    """What the addresses of a page's receipts and customers begin with: looked up once a page."""

    receipts: str
    customers: str


def addresses() -> Addresses:
    return Addresses(reverse("orders:report"), reverse("customers:list"))


def receipt(pk: int, number: str, iso: str, placed: str, base: Addresses) -> SafeString:
    """Its number as a link, and when it was placed."""
    return SafeString(
        f'<a class="row-link num" href="{base.receipts}{pk}/">{escape(number)}</a>'
        f'<time class="cell-sub num" datetime="{escape(iso)}">{escape(placed)}</time>'
    )


def who(pk: int | None, name: str, degree: int | None, language: str, base: Addresses) -> SafeString:
    """Face, name as a link, loyalty degree."""
    if pk is None:
        return SafeString(f'<span class="muted">{escape(_("without customer"))}</span>')
    return SafeString(
        f'<div class="who"><span class="avatar" data-hue="{hue(pk)}" aria-hidden="true">'
        f'{escape(initials(name))}</span><div class="who-text">'
        f'<a class="who-name" href="{base.customers}{pk}/">{escape(name)}</a>'
        f'<span class="who-line">{degree_badge(degree, language)}</span></div></div>'
    )


@lru_cache(maxsize=50)
def service(code: str, language: str) -> SafeString:
    return cells.quiet_flag(str(ServiceType(code).label), SERVICE_ICONS[ServiceType(code)])


@lru_cache(maxsize=50)
def source(code: str, language: str) -> SafeString:
    return cells.quiet_flag(str(Source(code).label), Source(code).icon)


def status(look: Look) -> SafeString:
    return cells.flag(look.word, tone=look.tone, icon_name=look.icon)


def amount(total: str, left: str) -> SafeString:
    """With what is left of it after a refund."""
    told = _("%(left)s left") % {"left": left} if left else ""
    rest = f'<span class="cell-sub num">{escape(told)}</span>' if told else ""
    return SafeString(f'<span class="amount">{escape(total)}</span>{rest}')
