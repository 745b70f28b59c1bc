"""medixchange user: people who may sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import Misuse, output, tell
from medixchange.journal.record import PROGRAM
from medixchange.languages.texts import Wrong
from medixchange.messages import say
from medixchange.people import actions as people
from medixchange.records import cells

app = typer.Typer(help="People who may sign in.", no_args_is_help=True)


def _name(typed: str) -> str:
    if not typed:
        raise Wrong(say("Nobody is without a name; give the one that letters address."))
    return cells.text(120)(typed)


FACTS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "email": cells.email,
    "language": cells.reading_language,
    "zone": cells.zone,
    "country": cells.country,
}
"""How each fact about a person is read."""


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
    person = _read(name=name.strip(), email=email.strip(), language=language, zone=zone, country=country)
    with database_of() as database, database.write() as db:
        known = people.add_person(db, **person, actor=PROGRAM, now=clock_of(database)())
        if organizer:
            people.ensure_organizer(db, known, actor=PROGRAM, now=clock_of(database)())
    output.print(f"{known.name} may sign in.")


def _read(**given: str) -> dict[str, str]:
    """The facts about a person, each as it is kept. Raises Misuse with all that are wrong."""
    person, wrong = dict[str, str](), list[str]()
    for name, value in given.items():
        try:
            person[name] = FACTS[name](value)
        except Wrong as fault:
            wrong.append(f"{name}: {tell(fault.message)}")
    if wrong:
        raise Misuse(*wrong)
    return person
