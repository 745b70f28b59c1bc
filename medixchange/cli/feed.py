"""medixchange feed: addresses of subscribed calendars."""

from __future__ import annotations

from typing import Annotated

import typer

from medixchange.cli.opened import clock_of, database_of, desk_of, known_person
from medixchange.cli.terminal import output
from medixchange.feeds import actions as feeds
from medixchange.journal.record import PROGRAM
from medixchange.settings import read_settings

app = typer.Typer(help="Subscribed calendars.", no_args_is_help=True)


@app.command("address")
def address(email: Annotated[str, typer.Argument(help="The address of somebody who is known.")]) -> None:
    """Print a new secret calendar address for this person, this once; the one before stops working."""
    settings = read_settings()
    with database_of(settings) as database, database.write() as db:
        person = known_person(db, email)
        token = feeds.issue(db, person.id, language=person.language, actor=PROGRAM, now=clock_of(database)())
    output.print(desk_of(settings).links.page(f"/feed/{token}.ics"))


@app.command("revoke")
def revoke(email: Annotated[str, typer.Argument(help="The address of somebody who is known.")]) -> None:
    """Make this person's calendar address stop working."""
    with database_of() as database, database.write() as db:
        feeds.revoke(db, known_person(db, email).id, actor=PROGRAM, now=clock_of(database)())
    output.print("The address works no more.")
