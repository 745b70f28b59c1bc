"""Numbers in the desk's addresses, within what the databases can hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

MOST = 2**31 - 1

Number = Annotated[int, Path(ge=1, le=MOST)]
"""The number of a row; any other is an address that does not exist."""
