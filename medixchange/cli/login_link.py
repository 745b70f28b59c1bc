"""medixchange login-link: a sign-in link without a letter, for the operator's own shell."""

from __future__ import annotations

from typing import Annotated

import typer

from medixchange.accounts.signin import new_link
from medixchange.cli.opened import clock_of, database_of, desk_of, known_person
from medixchange.cli.terminal import output
from medixchange.settings import read_settings


def login_link(email: Annotated[str, typer.Argument(help="The address of somebody who is known.")]) -> None:
    """Print a link that signs this person in once, within a quarter of an hour. Give it to nobody else."""
    settings = read_settings()
    with database_of(settings) as database, database.write() as db:
        link = new_link(db, known_person(db, email), now=clock_of(database)())
    output.print(desk_of(settings).links.url("signin", link.seed))
