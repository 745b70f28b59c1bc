"""Numbers of rows and moments in addresses and forms, within what the databases can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from medixchange.times.zones import in_years

MOST = 2**31 - 1

Number = Annotated[int, Path(ge=1, le=MOST)]
"""The number of a row; any other is an address that does not exist."""


def _countable(number: int) -> int:
    """Raises ValueError, as nobody types it: what a form asks for instead is its own matter."""
    if not 0 <= number <= MOST:
        raise ValueError(number)
    return number


Counted = Annotated[int, AfterValidator(_countable)]
"""How often something has changed, in a form that says what its page showed."""


def number_in(text: str) -> int | None:
    """The number of a row that ``text`` writes, None where it writes none."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST))):
        return None
    return int(text) if 1 <= int(text) <= MOST else None


def moment_in(text: str) -> datetime | None:
    """The moment (UTC) that ``text`` writes with its offset, None where it writes none in the years planned for."""
    try:
        at = datetime.fromisoformat(text)
        moment = at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and in_years(moment.date()) else None
