"""Coupons as sentences: the rule, its limits, how it stands."""

from datetime import date, timedelta
from typing import NamedTuple

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backoffice.core.text.formats import LOCALES, Formats
from loyalty.choices import CouponKind
from loyalty.models import Coupon
from loyalty.models.coupon import EVERY_DAY
from orders.choices import ServiceType


class State(NamedTuple):
    code: str
    word: str
    tone: str
    icon: str
    remark: str


def rule(coupon: Coupon, formats: Formats) -> str:
    """`10 % off everything from 25,00 € on`."""
    minimum = formats.money(coupon.minimum_cents) if coupon.minimum_cents else ""
    if coupon.kind == CouponKind.PERCENT:
        words = {"value": formats.whole_percent(coupon.percent), "minimum": minimum}
        text = _("%(value)s off from %(minimum)s on") if minimum else _("%(value)s off everything")
    elif coupon.kind == CouponKind.AMOUNT:
        words = {"value": formats.money(coupon.amount_cents), "minimum": minimum}
        text = _("%(value)s off from %(minimum)s on") if minimum else _("%(value)s off the order")
    elif coupon.kind == CouponKind.PRODUCT:
        words = {"value": coupon.product.name if coupon.product else "?", "minimum": minimum}
        text = _("%(value)s free from %(minimum)s on") if minimum else _("%(value)s free")
    else:
        words = {"minimum": minimum}
        text = _("Free delivery from %(minimum)s on") if minimum else _("Free delivery")
    return text % words


def limits(coupon: Coupon, formats: Formats) -> str:
    """Where, when and how often, on one line."""
    parts = [str(ServiceType(code).label) for code in coupon.service_types if code in ServiceType.values]
    parts += [location.name for location in coupon.locations.all()]
    parts += [_weekdays(coupon, formats), _hours(coupon), _per_customer(coupon)]
    if coupon.has_single_codes:
        parts.append(_("single-use codes"))
    return ", ".join(part for part in parts if part) or _("Always, everywhere, for everybody")


def weekday_names(language: str) -> list[str]:
    names = Locale.parse(LOCALES[language]).days["stand-alone"]["abbreviated"]
    return [names[day].rstrip(".") for day in range(7)]


def _weekdays(coupon: Coupon, formats: Formats) -> str:
    if coupon.weekday_bits == EVERY_DAY:
        return ""
    names = weekday_names(formats.language)
    return " ".join(name for day, name in enumerate(names) if coupon.weekday_bits >> day & 1)


def _hours(coupon: Coupon) -> str:
    begin, end = (time and f"{time:%H:%M}" for time in (coupon.from_time, coupon.to_time))
    if begin and end:
        return f"{begin}–{end}"
    if begin:
        return _("from %(time)s") % {"time": begin}
    return _("until %(time)s") % {"time": end} if end else ""


def _per_customer(coupon: Coupon) -> str:
    most = coupon.max_uses_per_customer
    if not most:
        return ""
    words = ngettext("once per customer", "up to %(most)s times per customer", most)
    return words % {"most": most}


def period(coupon: Coupon, formats: Formats) -> str:
    begin, end = formats.day(coupon.starts_on), formats.day(coupon.ends_on)
    if begin and end:
        return f"{begin} – {end}"
    if end:
        return _("until %(time)s") % {"time": end}
    return _("from %(time)s on") % {"time": begin} if begin else _("without end")


def state(coupon: Coupon, formats: Formats) -> State:
    today, remark = formats.today, ""
    if coupon.archived_at:
        return State("archived", pgettext("coupon", "archived"), "neutral", "archive", "")
    if not coupon.is_active:
        return State("paused", pgettext("coupon", "paused"), "warn", "pause", "")
    if coupon.max_uses is not None and coupon.uses_count >= coupon.max_uses:
        return State("ended", pgettext("coupon", "used up"), "neutral", "x", "")
    if coupon.ends_on and coupon.ends_on < today:
        return State("ended", pgettext("coupon", "over"), "neutral", "minus-circle", "")
    if coupon.starts_on and coupon.starts_on > today:
        return State(
            "planned", pgettext("coupon", "planned"), "info", "clock", _in_days(coupon.starts_on, today)
        )
    if coupon.ends_on and coupon.ends_on - today < timedelta(days=100):
        days = (coupon.ends_on - today).days + 1
        remark = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return State("running", pgettext("coupon", "running"), "ok", "check", remark)


def _in_days(day: date, today: date) -> str:
    days = (day - today).days
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
