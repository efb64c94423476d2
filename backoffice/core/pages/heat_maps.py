"""A grid of tones for inline SVG: rows by columns, the darker the more (DESIGN §10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from backoffice.core.pages.charts import MAX_LABELS, coordinate

LEVELS = 5
_ROW, _GAP, _TEXT = 24, 2, 16  # pixels


@dataclass(frozen=True)
class HeatCell:
    """`level` is 0 without a value, LEVELS for the highest ones."""

    title: str
    level: int
    x: str
    y: int
    width: str


@dataclass(frozen=True)
class HeatMap:
    """`rows` hold (text y, label), `columns` (center, label or empty)."""

    cells: list[HeatCell]
    rows: list[tuple[int, str]]
    columns: list[tuple[str, str]]
    cell_height: int
    label_y: int
    height: int


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    value: Callable[[int, int], int],
    title: Callable[[int, int], str],
) -> HeatMap:
    """`value` and `title` are asked by row and column."""
    slot = 100 / max(len(columns), 1)
    places = [(row, column) for row in range(len(rows)) for column in range(len(columns))]
    highest = max((value(*place) for place in places), default=0)
    every = ceil(len(columns) / MAX_LABELS)
    bottom = _ROW * len(rows)
    return HeatMap(
        cells=[
            HeatCell(
                title(row, column),
                ceil(max(value(row, column), 0) * LEVELS / highest) if highest > 0 else 0,
                coordinate(column * slot),
                row * _ROW,
                coordinate(slot * 0.95),
            )
            for row, column in places
        ],
        rows=[(row * _ROW + _ROW // 2 + 3, label) for row, label in enumerate(rows)],
        columns=[
            (coordinate((place + 0.475) * slot), label if place % every == 0 else "")
            for place, label in enumerate(columns)
        ],
        cell_height=_ROW - _GAP,
        label_y=bottom + _TEXT,
        height=bottom + _TEXT + 4,
    )
