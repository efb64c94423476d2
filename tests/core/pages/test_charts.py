"""Bars stand on the baseline, inside the box, on an axis of round figures."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.pages.charts import Bar, Box, bar_chart


def bars(values):
    return [Bar(label=str(n), title="", value=value, value_text="") for n, value in enumerate(values)]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.sampled_from([1, 100]))
def test_bars_stay_inside_and_are_in_proportion(values, unit):
    box = Box()
    chart = bar_chart(bars(values), unit=unit)

    for bar, value in zip(chart.bars, values, strict=True):
        assert box.top - 0.01 <= float(bar.top) <= box.baseline
        assert abs(float(bar.top) + float(bar.height) - box.baseline) < 0.02
        assert (float(bar.height) == 0) or value
    assert 2 <= len(chart.grid) <= 5
    assert all("," not in bar.left for bar in chart.bars)
    steps = {round(float(a[0]) - float(b[0]), 1) for a, b in zip(chart.grid, chart.grid[1:], strict=False)}
    assert max(steps) - min(steps) < 0.2


def test_what_people_write_is_no_markup_in_a_chart():
    wild = Bar(label="x", title="<b>&", value=1, value_text="<i>", is_now=True, short="<u>", lead='"')
    drawn = bar_chart([wild]).columns
    assert "&lt;b&gt;&amp;" in drawn and "&lt;i&gt;" in drawn and "&lt;u&gt;" in drawn
    assert "<b>" not in drawn and "<i>" not in drawn and "<u>" not in drawn
