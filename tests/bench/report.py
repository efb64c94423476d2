"""The table of the bench: one row per goal, beside its limit and its peer."""

from dataclasses import dataclass

from tests.bench.timing import Measured

AT_A_MILLION = 1_000_000


@dataclass(frozen=True)
class Row:
    """One measurement of a goal of PERFORMANCE.

    `own` may be at most `allowed` times `limit`; with a `limit` of 1 it is absolute. A peer must be
    at least `peer_wanted` times slower. Numbers are seconds, or rates (`is_rate`: more is better).
    """

    goal: str
    what: str
    own: Measured
    limit: float | None = None
    limit_name: str = ""
    allowed: float | None = None
    peer: Measured | None = None
    peer_name: str = ""
    peer_wanted: float | None = None
    unit: str = "s"
    is_rate: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if not self.limit else self.own.median / self.limit

    @property
    def peer_ratio(self) -> float | None:
        """How many times slower the peer is."""
        if self.peer is None or not self.own.median or not self.peer.median:
            return None
        slower = self.peer.median / self.own.median
        return 1 / slower if self.is_rate else slower

    @property
    def verdict(self) -> str:
        if self.ratio is not None and self.allowed is not None:
            is_within = self.ratio >= self.allowed if self.is_rate else self.ratio <= self.allowed
            if not is_within:
                return "short"
        if self.peer_wanted and self.peer_ratio is not None and self.peer_ratio < self.peer_wanted:
            return "short of peer"
        return "ok" if self.allowed is not None or self.peer_wanted else "–"

    def cells(self) -> list[str]:
        allowed = self.allowed
        wanted = "" if allowed is None else f"{'≥' if self.is_rate else '≤'} {_ratio(allowed)}"
        peer = _ratio(self.peer_ratio) + (f" (≥ {self.peer_wanted:g})" if self.peer_wanted else "")
        return [
            self.goal,
            self.what,
            f"{_value(self.own.median, self.unit)} ({self.own.runs})",
            f"{_value(self.limit, self.unit)} {self.limit_name}".strip() if self.limit else "",
            _ratio(self.ratio),
            wanted,
            f"{_value(self.peer.median, self.unit)} ({self.peer.runs})" if self.peer else "",
            peer if self.peer else "",
            self.verdict,
            self.note,
        ]


HEADINGS = ["", "what", "own", "limit", "ratio", "goal", "peer", "× peer", "", "note"]


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _value(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:.3g} ms" if value < 0.9995 else f"{value:.3g} s"
    return f"{value:,.0f} {unit}" if value >= 10 or value == int(value) else f"{value:.1f} {unit}"


def markdown(rows: list[Row]) -> str:
    """The rows as a Markdown table, columns lined up."""
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in table
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
