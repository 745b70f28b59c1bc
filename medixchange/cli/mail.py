"""medixchange mail: letters, as far as the operator is concerned with them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated

import typer

from medixchange.cli.opened import clock_of, database_of, desk_of, mail_server_of
from medixchange.cli.terminal import Misuse, errors, output, tell
from medixchange.db import Database
from medixchange.journal.record import PROGRAM
from medixchange.languages.texts import Wrong
from medixchange.outbox import actions as outbox
from medixchange.outbox.compose import Desk
from medixchange.outbox.drain import drain
from medixchange.outbox.failures import Failure
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import MailServer
from medixchange.outbox.trial import post_test
from medixchange.outbox.why import why_of
from medixchange.people.queries import person_by_email
from medixchange.records import cells
from medixchange.settings import read_settings

PATIENCE, PAUSE = 60.0, 0.2
AGAIN = "Try again in a while or with another address, and look at MEDIXCHANGE_SMTP_URL where that does not help."
OURS = frozenset(
    {Failure.UNKNOWN_HOST, Failure.INSECURE, Failure.LOGIN, Failure.SENDER, Failure.POLICY, Failure.UNWRITTEN}
)
"""What is mended here or at the mail's house; what the desk says of the others is about a letter that somebody waits
for."""
UNDECIDED = (DeliveryState.QUEUED, DeliveryState.SENDING)

app = typer.Typer(help="Letters.", no_args_is_help=True)


@app.callback()
def letters() -> None:
    """Letters."""


@app.command("test")
def test(email: Annotated[str, typer.Argument(help="Where the letter goes.")]) -> None:
    """Send a test letter by the outbox, and say what became of it."""
    settings = read_settings()
    try:
        address = cells.email(email.strip())
    except Wrong as wrong:
        raise Misuse(f"email: {tell(wrong.message)}") from wrong
    with database_of(settings) as database:
        letter = sent(database, post(database, address), mail_server_of(settings), desk_of(settings))
        if letter.state is not DeliveryState.SENT:
            give_up(database, letter.id)
            for line in failed(letter):
                errors.print(line)
            raise typer.Exit(1)
    output.print(f"The mail server has taken the letter to {address}. Look into the mailbox, and into its spam.")


def failed(letter: Delivery) -> Iterator[str]:
    """Why a letter has not gone, line by line, as the desk says it; this one is not tried again by itself."""
    yield f"The letter to {letter.recipient} has not gone, and is not tried again."
    why = why_of(letter)
    if why is None:
        yield f"Nothing came of it within {PATIENCE:.0f} seconds. {AGAIN}"
        return
    yield tell(why.happened)
    if why.doubt is not None:
        yield tell(why.doubt)
    yield tell(why.todo) if why.todo is not None and letter.failure in OURS else AGAIN
    yield f"The mail server said: {why.code} {why.words}" if why.code else f"Noticed here: {why.words}"


def post(database: Database, address: str) -> int:
    """Post the letter, in the reader's language where they are known."""
    with database.write() as db:
        known = person_by_email(db, address)
        reader = {
            "name": known.name if known else address,
            "language": known.language if known else "en",
            "zone": known.zone if known else "UTC",
        }
        return post_test(db, email=address, **reader, now=clock_of(database)()).id


def sent(database: Database, number: int, server: MailServer, desk: Desk) -> Delivery:
    """The letter once it has gone or has not; whoever drains the outbox beside us may be the one who sends it."""
    ends = time.monotonic() + PATIENCE
    while True:
        drain(database, server, desk, clock_of(database))
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
            outbox.discard(db, letter, actor=PROGRAM, now=clock_of(database)())
