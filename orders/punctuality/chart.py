"""The share of late deliveries by day or month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from backoffice.core.pages.day_charts import DayChart, Told, day_chart
from backoffice.core.pages.periods import Period
from backoffice.core.text.formats import Formats

_PER_CENT = 10  # bars are as high as whole parts of a thousand


@dataclass(frozen=True)
class Share:
    """Late ones of the deliveries that had a promise and were delivered."""

    late: int = 0
    deliveries: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.late + other.late, self.deliveries + other.deliveries)

    def words(self, formats: Formats) -> str:
        """`13 of 186 deliveries`."""
        counted = {"late": formats.number(self.late), "all": formats.number(self.deliveries)}
        return _("%(late)s of %(all)s deliveries") % counted


def late_chart(days: Mapping[date, Share], period: Period, formats: Formats) -> DayChart | None:
    """None where nothing was late, or one bar would be all."""
    days = {day: share for day, share in days.items() if share.deliveries}
    if not any(share.late for share in days.values()):
        return None

    none = _("no deliveries")

    def tell(label: str, share: Share) -> Told:
        if not share.deliveries:
            return Told(0, none, f"{label}: {none}")
        text = formats.share(share.late, share.deliveries)
        words = {"day": label, "share": text, "counted": share.words(formats)}
        value = round(share.late * 100 * _PER_CENT / share.deliveries)
        return Told(value, text, _("%(day)s: %(share)s late, %(counted)s") % words)

    return day_chart(
        days,
        period,
        formats,
        nothing=Share(),
        tell=tell,
        titles=(_("Delivered late by day"), _("Delivered late by month")),
        unit=_PER_CENT,
        scale_text=lambda value: formats.whole_percent(value // _PER_CENT),
    )
