"""A bell that one part of this process rings and others hear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Bell:
    """Wakes the clockwork of this process after a commit; where none listens, a sweep finds the rows."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """Ring."""
        for wake in tuple(self._listeners):
            wake()

    @contextmanager
    def heard_by(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call ``wake`` at every ring while the block runs."""
        self._listeners.append(wake)
        try:
            yield
        finally:
            self._listeners.remove(wake)
