"""medixchange user: people who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from medixchange.cli.opened import database_of
from medixchange.cli.terminal import now, output
from medixchange.errors import Refusal
from medixchange.languages.texts import Wrong
from medixchange.messages import say
from medixchange.people import actions as people
from medixchange.records import cells

app = typer.Typer(help="People who may sign in.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="As letters address the person.")],
    email: Annotated[str, typer.Argument(help="Where letters and sign-in links go.")],
    zone: Annotated[str, typer.Option(help="IANA zone, such as Africa/Kigali.")],
    country: Annotated[str, typer.Option(help="Two letters, such as RW.")],
    language: Annotated[str, typer.Option(help="en, zh-Hans, fr, id or ar.")] = "en",
    organizer: Annotated[bool, typer.Option("--organizer", help="May decide at the desk.")] = False,
) -> None:
    """Add somebody; they sign in by a link that is mailed to them. What is known of somebody stays as it is."""
    if not name.strip():
        raise Refusal(say("Nobody is without a name; give the one that letters address."))
    try:
        person = {
            "name": cells.text(120)(name.strip()),
            "email": cells.email(email.strip()),
            "language": cells.reading_language(language),
            "zone": cells.zone(zone),
            "country": cells.country(country),
        }
    except Wrong as wrong:
        raise Refusal(wrong.message) from wrong
    with database_of() as database, database.write() as db:
        known = people.ensure_person(db, **person, now=now())
        if organizer:
            people.ensure_organizer(db, known, actor="program", now=now())
    output.print(f"{known.name} may sign in.")
