"""Tells the demo's story step by step, and names the step that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StepFailed(Exception):
    """One step did not do what it promises; ``step`` names it and ``why`` says what was seen."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step = step
        self.why = why


class Telling:
    """Prints each step once it is done."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._steps = 0

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """One step of the story.

        Raises StepFailed, whatever went wrong inside.
        """
        try:
            yield
        except Exception as wrong:
            raise StepFailed(words, f"{type(wrong).__name__}: {wrong}") from wrong
        self._steps += 1
        self._tell(f"{self._steps:3}. {words}.")

    def say(self, words: str) -> None:
        """A line beside the steps."""
        self._tell(f"     {words}")
