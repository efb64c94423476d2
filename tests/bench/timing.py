"""Measuring in turn: on a noisy machine only what ran side by side can be compared."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

RUNS = 5


class Measured(NamedTuple):
    """The median of `runs` runs, seconds unless said otherwise, and the slowest of them."""

    median: float
    runs: int
    slowest: float


def in_turn(
    *actions: Callable[[], float | None], runs: int = RUNS, budget: float = 60.0, warm: bool = True
) -> list[Measured]:
    """Run the actions one after the other, `runs` times over, with `warm` after one that is not counted.

    An action that returns a number has measured itself. One that has used up `budget` seconds
    runs no more; what took longer than a quarter of it to warm up counts that run as well.
    """
    times: list[list[float]] = [[] for _ in actions]
    spent = [0.0] * len(actions)
    for place, action in enumerate(actions if warm and runs > 1 else ()):
        seconds, spent[place] = _timed(action)
        if spent[place] > budget / 4:
            times[place].append(seconds)
    for _ in range(runs):
        for place, action in enumerate(actions):
            if spent[place] < budget and len(times[place]) < runs:
                seconds, elapsed = _timed(action)
                times[place].append(seconds)
                spent[place] += elapsed
    return [Measured(median(one), len(one), max(one)) for one in times]


def _timed(action) -> tuple[float, float]:
    """What the action says it took, and what it really took."""
    started = time.perf_counter()
    said = action()
    elapsed = time.perf_counter() - started
    return (elapsed if said is None else said), elapsed
