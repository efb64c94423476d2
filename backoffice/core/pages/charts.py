"""Shapes for inline SVG. Positions in x are per cent, in y pixels (DESIGN §10).

Coordinates are text: a template would print them with the decimal comma of the reader.
"""

from dataclasses import dataclass, replace
from html import escape
from math import ceil, log10

from django.utils.safestring import SafeString

MAX_LABELS = 13


@dataclass(frozen=True)
class Bar:
    """One column: texts and value come from the caller, the rest from `bar_chart`. `lead` stands before
    `short` where there is room."""

    label: str
    title: str
    value: int
    value_text: str
    is_now: bool = False
    short: str = ""
    lead: str = ""
    left: str = ""
    width: str = ""
    center: str = ""
    anchor: str = "middle"
    slot: str = ""
    slot_left: str = ""
    top: str = ""
    height: str = ""
    text_y: str = ""
    shows_label: bool = True


@dataclass(frozen=True)
class Box:
    """Where bars stand, in pixels from the top: the plot's upper edge, its baseline, the whole height."""

    top: int = 18
    baseline: int = 158
    height: int = 182

    @property
    def plot_height(self) -> int:
        return self.baseline - self.top

    @property
    def label_y(self) -> int:
        return self.baseline + 18


MINI = Box(2, 26, 28)


@dataclass(frozen=True)
class BarChart:
    """`grid` holds (y, text y, text) per line of the axis, the baseline first; `mean_y` may be empty."""

    bars: list[Bar]
    grid: list[tuple[str, str, str]]
    mean_y: str
    box: Box

    @property
    def columns(self) -> SafeString:
        """All bars as SVG: dozens of them, each a dozen values, that a template would look up one by one."""
        return SafeString("".join(_column(bar, self.box) for bar in self.bars))

    @property
    def table_rows(self) -> SafeString:
        """What the bars tell, as rows of a table of labels and values."""
        rows = (
            f'<tr><th scope="row">{escape(bar.label)}</th><td class="end">{escape(bar.value_text)}</td></tr>'
            for bar in self.bars
        )
        return SafeString("".join(rows))


def bar_chart(
    bars: list[Bar], *, scale_text=str, unit: int = 1, mean: float | None = None, box: Box = Box()
) -> BarChart:
    """Lay out bars from left to right.

    `scale_text` formats a value of the y axis, whose lines are whole multiples of `unit`.
    """
    ceiling, step = _scale(max([bar.value for bar in bars] + [mean or 0]), unit)
    per_unit = (box.baseline - box.top) / ceiling
    slot = 100 / max(len(bars), 1)
    every = ceil(len(bars) / MAX_LABELS)
    narrow_last = len(bars) - 1 if len(bars) > MAX_LABELS // 2 else None
    placed = [
        replace(
            bar,
            left=coordinate(place * slot + slot * 0.22),
            width=coordinate(slot * 0.56),
            # the text of a narrow last bar would leave the page at twice its size
            center="100" if place == narrow_last else coordinate((place + 0.5) * slot),
            anchor="end" if place == narrow_last else "middle",
            slot=coordinate(slot),
            slot_left=coordinate(place * slot),
            top=coordinate(box.baseline - max(bar.value, 0) * per_unit),
            text_y=coordinate(box.baseline - max(bar.value, 0) * per_unit - 6),
            height=coordinate(max(bar.value, 0) * per_unit),
            shows_label=(len(bars) - 1 - place) % every == 0,
        )
        for place, bar in enumerate(bars)
    ]
    grid = [
        (
            coordinate(box.baseline - value * per_unit),
            coordinate(box.baseline - value * per_unit + 4),
            scale_text(value),
        )
        for value in range(0, ceiling + 1, step)
    ]
    mean_y = "" if mean is None else coordinate(box.baseline - mean * per_unit)
    return BarChart(placed, grid, mean_y, box)


def _column(bar: Bar, box: Box) -> str:
    """A field to point at, the bar unless it is empty, its value where it is now, its label."""
    parts = [
        f"<g><title>{escape(bar.title)}</title>"
        f'<rect class="bar-hit" x="{bar.slot_left}%" y="{box.top}" width="{bar.slot}%" '
        f'height="{box.plot_height}"/>'
    ]
    if bar.value:
        css = "bar bar--now" if bar.is_now else "bar"
        parts.append(
            f'<rect class="{css}" x="{bar.left}%" y="{bar.top}" width="{bar.width}%" '
            f'height="{bar.height}" rx="2.5"/>'
        )
    parts.append("</g>")
    if bar.is_now and bar.value:
        parts.append(
            f'<text class="value" x="{bar.center}%" y="{bar.text_y}" text-anchor="{bar.anchor}">'
            f"{escape(bar.value_text)}</text>"
        )
    if bar.shows_label:
        lead = f'<tspan class="chart-wd">{escape(bar.lead)}</tspan> ' if bar.lead else ""
        parts.append(
            f'<text x="{bar.center}%" y="{box.label_y}" text-anchor="{bar.anchor}">'
            f"{lead}{escape(bar.short)}</text>"
        )
    return "".join(parts)


def coordinate(value: float) -> str:
    """As text without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _scale(highest: float, unit: int) -> tuple[int, int]:
    """The top of the axis and the distance of its lines: 1, 2 or 5 times a power of ten, 1–4 lines."""
    units = max(ceil(highest / unit), 1)
    power = 10 ** int(log10(units))
    steps = [step for step in (power // 5, power // 2, power, 2 * power, 5 * power) if step]
    step = next(step for step in steps if ceil(units / step) <= 4)
    return step * ceil(units / step) * unit, step * unit
