"""medixchange mail: letters, as far as the operator is concerned with them."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from medixchange.cli.opened import database_of, desk_of, mail_server_of
from medixchange.cli.terminal import Misuse, now, output, tell
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.journal.record import PROGRAM
from medixchange.languages.texts import Wrong
from medixchange.messages import say
from medixchange.outbox import actions as outbox
from medixchange.outbox.compose import Desk
from medixchange.outbox.drain import drain
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import MailServer
from medixchange.outbox.trial import post_test
from medixchange.people.queries import person_by_email
from medixchange.records import cells
from medixchange.settings import read_settings

PATIENCE, PAUSE = 60.0, 0.2
UNDECIDED = (DeliveryState.QUEUED, DeliveryState.SENDING)

app = typer.Typer(help="Letters.", no_args_is_help=True)


@app.callback()
def letters() -> None:
    """Letters."""


@app.command("test")
def test(email: Annotated[str, typer.Argument(help="Where the letter goes.")]) -> None:
    """Send a test letter by the outbox, and say what the mail server says."""
    settings = read_settings()
    try:
        address = cells.email(email.strip())
    except Wrong as wrong:
        raise Misuse(f"email: {tell(wrong.message)}") from wrong
    with database_of(settings) as database:
        letter = sent(database, post(database, address), mail_server_of(settings), desk_of(settings))
        if letter.state is not DeliveryState.SENT:
            give_up(database, letter.id)
            raise Refusal(say("The letter did not go: %(why)s", why=letter.last_error or letter.state))
    output.print(f"The mail server has taken the letter to {address}. Look into the mailbox, and into its spam.")


def post(database: Database, address: str) -> int:
    """Post the letter, in the reader's language where they are known."""
    with database.write() as db:
        known = person_by_email(db, address)
        reader = {
            "name": known.name if known else address,
            "language": known.language if known else "en",
            "zone": known.zone if known else "UTC",
        }
        return post_test(db, email=address, **reader, now=now()).id


def sent(database: Database, number: int, server: MailServer, desk: Desk) -> Delivery:
    """The letter once it has gone or has not; whoever drains the outbox beside us may be the one who sends it."""
    ends = time.monotonic() + PATIENCE
    while True:
        drain(database, server, desk, now)
        with database.read() as db:
            letter = db.get_one(Delivery, number)
        if letter.state not in UNDECIDED or time.monotonic() > ends:
            return letter
        time.sleep(PAUSE)


def give_up(database: Database, number: int) -> None:
    """Try the letter no more: whoever asked has been told."""
    with database.write() as db:
        letter = db.get_one(Delivery, number)
        if letter.state in outbox.UNSENT:
            outbox.discard(db, letter, actor=PROGRAM, now=now())
