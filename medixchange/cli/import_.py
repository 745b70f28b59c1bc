"""medixchange import: records from a CSV file, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import Misuse, errors, output, tell
from medixchange.errors import Refusal
from medixchange.journal.record import PROGRAM
from medixchange.messages import count, say
from medixchange.records.imports import UnknownKind, import_records


def import_(
    kind: Annotated[
        str, typer.Argument(help="hospitals, panels, experts, interpreters, rooms, closed-days or requests")
    ],
    file: Annotated[Path, typer.Argument(help="The CSV file, in UTF-8.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and keep nothing.")] = False,
) -> None:
    """Import a CSV file whole; where one cell is wrong nothing is kept, and every fault is listed."""
    text = read(file)
    try:
        with database_of() as database:
            outcome = import_records(database, kind, text, now=clock_of(database)(), actor=PROGRAM, dry_run=dry_run)
    except UnknownKind as wrong:
        raise Misuse(tell(wrong.message)) from wrong
    for fault in outcome.faults:
        errors.print(f"{file}:{fault.row}: {fault.column or 'file'}: {tell(fault.message)}")
    rows, faults = outcome.rows, len(outcome.faults)
    if faults:
        errors.print(tell(count("%(num)s fault; nothing was kept.", "%(num)s faults; nothing was kept.", faults)))
        raise typer.Exit(1)
    if dry_run:
        output.print(tell(count("%(num)s row is right.", "%(num)s rows are right.", rows)))
    else:
        output.print(tell(count("%(num)s row was imported.", "%(num)s rows were imported.", rows)))


def read(file: Path) -> str:
    """The file's text. Raises Refusal where it is not there or not UTF-8."""
    try:
        return file.read_text("utf-8")
    except OSError as wrong:
        raise Refusal(say("%(file)s cannot be read: %(why)s.", file=str(file), why=str(wrong.strerror))) from wrong
    except UnicodeDecodeError as wrong:
        told = say("%(file)s is not in UTF-8; save it as “CSV UTF-8”.", file=str(file))
        raise Refusal(told) from wrong
