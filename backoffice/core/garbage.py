"""How often Python looks for objects that hold each other and nothing else."""

import gc

_NEW_OBJECTS, _YOUNG_RUNS, _OLD_RUNS = 10_000, 20, 20  # Python's own: 700, 10, 10


def collect_seldom() -> None:
    """Call it when the models are loaded: they are looked through no more, and what comes is seldom.

    Of an import of 5,000 customers a sixth was spent looking through modules, models and templates again
    and again; rows and pages leave next to nothing of that kind behind.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_RUNS, _OLD_RUNS)
