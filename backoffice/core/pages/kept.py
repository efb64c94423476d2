"""What is dear to make and the same for every reader, kept per process."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")
_stores: "list[Kept]" = []


class Kept(Generic[Made]):
    """At most so many things by key; the oldest goes first. A key names all that its thing is made of, such
    as `count_customers()["changes"]` for figures."""

    def __init__(self, most: int):
        self._most, self._made = most, {}
        _stores.append(self)

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        if (found := self._made.get(key)) is not None:
            return found
        made = make()
        # a list, because other threads keep things meanwhile
        for oldest in list(self._made)[: max(0, len(self._made) - self._most + 1)]:
            self._made.pop(oldest, None)
        self._made[key] = made
        return made

    def clear(self) -> None:
        self._made.clear()


def forget_kept() -> None:
    """Make this process make everything anew."""
    for store in _stores:
        store.clear()
