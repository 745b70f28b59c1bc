"""Reads a CSV file of one kind into values, and lists its faults by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medixchange.languages.texts import Wrong, too_long
from medixchange.messages import Message, say
from medixchange.records.cells import WrongCell

MOST_ROWS = 10_000
MOST_CELL = 8_000


@dataclass(frozen=True)
class Column:
    """A column's name, its reader, and what stands for an empty cell where it is not ``required``."""

    name: str
    read: Callable[[str], Any]
    empty: Any = None
    required: bool = True


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; ``row`` counts the file's rows, the header being 1."""

    row: int
    column: str
    message: Message


@dataclass(frozen=True)
class Line:
    """One row's values by column, and where it stands in the file."""

    row: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


def optional(name: str, read: Callable[[str], Any], empty: Any = "") -> Column:
    """A column that may be missing or empty, and then counts as ``empty``."""
    return Column(name, read, empty, required=False)


def read_sheet(text: str, columns: Sequence[Column], *, key: str) -> tuple[list[Line], list[Fault]]:
    """The rows of ``text`` and its faults; ``key`` names the column that no two rows may share.

    Lines may end as they like, a byte order mark is passed over, empty rows do not count.
    """
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        rows = list(table)
    except csv.Error as wrong:
        return [], [Fault(table.line_num, "", say("This is not a CSV file: %(why)s.", why=str(wrong)))]
    if not rows:
        return [], [Fault(1, "", say("The file is empty; its first row names the columns."))]
    header = [name.strip() for name in rows[0]]
    faults = _header_faults(header, columns)
    if faults:
        return [], faults
    if len(rows) - 1 > MOST_ROWS:
        return [], [Fault(1, "", say("The file has more than %(most)s rows; split it.", most=MOST_ROWS))]
    lines: list[Line] = []
    for place, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            line, wrong_cells = _read_row(place, header, cells, columns)
            lines.append(line)
            faults += wrong_cells
    return lines, faults + _repeated(lines, key)


def _header_faults(header: list[str], columns: Sequence[Column]) -> list[Fault]:
    known = {column.name for column in columns}
    missing = [column.name for column in columns if column.required and column.name not in header]
    return [
        *(Fault(1, name, say("This column is missing; add it.")) for name in missing),
        *(
            Fault(
                1,
                name,
                say(
                    "This column is not known; remove it or write it as one of %(all)s.",
                    all=", ".join(sorted(known)),
                ),
            )
            for name in header
            if name not in known
        ),
        *(
            Fault(1, name, say("This column is there twice; remove one."))
            for name in sorted(known)
            if header.count(name) > 1
        ),
    ]


def _read_row(row: int, header: list[str], cells: list[str], columns: Sequence[Column]) -> tuple[Line, list[Fault]]:
    if len(cells) > len(header):
        extra = say("This row has more cells than the header has columns; put quotes around cells with commas.")
        return Line(row, {}), [Fault(row, header[-1], extra)]
    given = dict(zip(header, cells, strict=False))
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in columns:
        cell = given.get(column.name, "").strip()
        try:
            values[column.name] = _read_cell(cell, column)
        except Wrong as wrong:
            faults.append(Fault(row, column.name, wrong.message))
    return Line(row, values), faults


def _read_cell(cell: str, column: Column) -> Any:
    if not cell:
        if column.required:
            raise WrongCell(say("This cell is empty; fill it in."))
        return column.empty
    if len(cell) > MOST_CELL:
        raise too_long(len(cell), MOST_CELL)
    return column.read(cell)


def _repeated(lines: list[Line], key: str) -> list[Fault]:
    first: dict[Any, int] = {}
    faults = []
    for line in lines:
        value = line.values.get(key)
        if value is not None and first.setdefault(value, line.row) != line.row:
            told = say(
                "“%(value)s” stands in row %(row)s already; give each row its own.",
                value=str(value),
                row=first[value],
            )
            faults.append(Fault(line.row, key, told))
    return faults
