"""medixchange demo-data: invented people and requests, to try the program with."""

from __future__ import annotations

import typer

from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import output
from medixchange.journal.record import PROGRAM
from medixchange.samples import actions as samples

app = typer.Typer(help="Invented people in real institutions, to try the program with.", no_args_is_help=True)


@app.command("load")
def load() -> None:
    """Load the demo data; it is matched only with itself, and nobody gets a letter because of it."""
    with database_of() as database, database.write() as db:
        rows = samples.load(db, actor=PROGRAM, now=clock_of(database)())
    output.print(f"Loaded: {told(rows)}. Remove it with “medixchange demo-data remove”.")


@app.command("remove")
def remove() -> None:
    """Remove exactly the demo data, and what came of it; nothing goes where something of yours would go with it."""
    with database_of() as database, database.write() as db:
        counts = samples.remove(db, actor=PROGRAM, now=clock_of(database)())
    output.print(f"Removed: {told(counts)}.")


def told(counts: dict[str, int]) -> str:
    """How many of what."""
    return ", ".join(f"{number} {kind}" for kind, number in counts.items())
