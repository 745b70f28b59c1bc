"""What follows from a list of people, rooms or sessions alone, kept with the list."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Found = TypeVar("Found")


class Listed(tuple[Thing, ...]):
    """Things in their order, that remember what was worked out from them.

    A problem is changed often to ask what would be if, mostly without changing who is in it: whatever depends on
    these alone is then worked out once. Nothing of it is written when a problem is handed to another process.
    """

    def __reduce__(self) -> tuple[type[Listed[Thing]], tuple[tuple[Thing, ...]]]:
        return Listed, (tuple(self),)


def remembering(things: tuple[Thing, ...]) -> Listed[Thing]:
    """``things``, able to keep what follows from them."""
    return things if isinstance(things, Listed) else Listed(things)


def once(things: tuple[Any, ...], key: Hashable, make: Callable[[], Found]) -> Found:
    """What ``make`` finds from ``things`` and ``key`` alone; asked once where they are ``Listed``."""
    if not isinstance(things, Listed):
        return make()
    memory: dict[Any, Any] = things.__dict__
    if key not in memory:
        memory[key] = make()
    found: Found = memory[key]
    return found
