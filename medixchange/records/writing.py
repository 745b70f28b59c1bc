"""Writes a CSV file that spreadsheet programs open without running anything that somebody has typed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

RUNS = frozenset("=+-@|%")
"""With what a cell begins that a spreadsheet program would reckon, or hand to another program."""
MARK = "\ufeff"
"""The byte order mark, by which Excel knows UTF-8."""


def defused(cell: str) -> str:
    """``cell``, with an apostrophe in front where a spreadsheet program would run it.

    Blanks, controls and unseen signs before the formula do not hide it, nor do its fullwidth forms: programs skip the
    ones and fold the others.
    """
    for sign in unicodedata.normalize("NFKC", cell):
        if unicodedata.category(sign)[0] in "CZ":
            continue
        return f"'{cell}" if sign in RUNS else cell
    return cell


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The file with ``header`` and ``rows``, as RFC 4180 has it, every cell defused."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows([defused(cell) for cell in row] for row in (header, *rows))
    return MARK + out.getvalue()
