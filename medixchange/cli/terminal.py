"""How the command line speaks: in English, on two streams, without markup from data."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from medixchange.i18n import words
from medixchange.messages import Value

output = Console(markup=False, highlight=False, soft_wrap=True)
errors = Console(markup=False, highlight=False, soft_wrap=True, stderr=True)


class Misuse(Exception):
    """The command cannot be meant like this; each of ``lines`` says of one thing what to write instead."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def tell(value: Value) -> str:
    """A message in the words of the terminal."""
    return words("en").say(value)


def now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)
