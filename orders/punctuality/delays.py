from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats


def delay_minutes(seconds: float) -> int:
    """Whole minutes from promise to delivery: below 0 early, and at least 1 whatever was late."""
    minutes = round(seconds / 60)
    return max(1, minutes) if seconds > 0 else minutes


def delay_words(seconds: float, formats: Formats) -> str:
    """`9 min late`, `3 min early`, or to the minute."""
    minutes = delay_minutes(seconds)
    if minutes > 0:
        return _("%(minutes)s min late") % {"minutes": formats.number(minutes)}
    if minutes < 0:
        return _("%(minutes)s min early") % {"minutes": formats.number(-minutes)}
    return _("to the minute")
