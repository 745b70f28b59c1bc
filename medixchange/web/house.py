"""Whose installation this is, as the foot of each page says."""

from __future__ import annotations

import time

from medixchange.db import FAULTS, Database

LASTS = 60.0
"""Seconds after which the name is read again: another process may have changed it."""
NAME = "SELECT organization FROM installation WHERE id = 1"


class House:
    """Knows the name without asking for each page; a page without a database is shown all the same."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._name = ""
        self._until = 0.0

    @property
    def name(self) -> str:
        """Who runs the installation, empty where nobody has said so."""
        if time.monotonic() >= self._until:
            # Before the look, so that a database that is away holds up one page a minute and not every one.
            self._until = time.monotonic() + LASTS
            self._name = self._read()
        return self._name

    def forget(self) -> None:
        """Read the name again when it is next asked for."""
        self._until = 0.0

    def _read(self) -> str:
        try:
            found = self._database.peek(NAME)
        except FAULTS:
            return self._name
        return str(found[0]) if found else ""
