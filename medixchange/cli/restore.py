"""medixchange restore: puts a backup back, or only looks whether it could."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from medixchange.alone import alone
from medixchange.backups import actions as backups
from medixchange.backups.archive import Manifest
from medixchange.cli.backup import SUBJECT
from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import output
from medixchange.journal.record import PROGRAM, record


def restore(
    file: Annotated[Path, typer.Argument(help="The file that “medixchange backup” wrote.")],
    check: Annotated[bool, typer.Option("--check", help="Look at the backup and change nothing.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Where a SQLite file is there, keep it under a dated name beside.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the backup is as JSON.")] = False,
) -> None:
    """Put a backup in the place of the database, and bring it to this program's version."""
    if check:
        show(backups.check(file), as_json=as_json)
        return
    with database_of(migrated=False) as database, alone(database):
        manifest, aside = backups.restore(file, database, now=clock_of(database)(), replace=replace)
        with database.write() as db:
            made = {"made_at": manifest.made_at.isoformat()}
            record(db, actor=PROGRAM, verb="restore", subject=SUBJECT, now=clock_of(database)(), after=made)
    show(manifest, as_json=as_json)
    if aside is not None and not as_json:
        output.print(f"The database that was there is kept as {aside}.")


def show(manifest: Manifest, *, as_json: bool) -> None:
    """What the backup is, and how many rows of what it holds."""
    facts = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    if as_json:
        output.print(json.dumps(facts, ensure_ascii=False))
        return
    output.print(
        f"A whole backup of {backups.KINDS[manifest.database]}, made on {manifest.made_at:%Y-%m-%d at %H:%M:%S UTC} "
        f"by medixchange {manifest.version} (tables of {manifest.revision})."
    )
    table = Table("Table", "Rows", box=None)
    for name, rows in manifest.rows.items():
        table.add_row(name, str(rows))
    output.print(table)
