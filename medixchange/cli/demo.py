"""medixchange demo: a world of its own on this machine, with a story that is played in it."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from medixchange.alone import alone
from medixchange.app import build
from medixchange.cli import serving
from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import errors, now, output
from medixchange.db import Database
from medixchange.demo import clock, mailbox, organizer, story
from medixchange.demo.letterbox import LOOPBACK, LetterBox
from medixchange.demo.stage import Stage
from medixchange.demo.telling import StepFailed, Telling
from medixchange.errors import Refusal
from medixchange.messages import say
from medixchange.samples import world
from medixchange.schema import migrate
from medixchange.settings import Environment, Settings
from medixchange.tokens import secret

DATABASE = "medixchange.db"
MAIL = "mail"
PDF = "pdf"
LOG = "demo.log"


def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story, leave the folder, and end.")] = False,
    data: Annotated[Path | None, typer.Option(help="The folder to use; without it a new temporary one.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 0,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin anew; an earlier demo in the folder is kept aside.")
    ] = False,
) -> None:
    """Start a demo on this machine, play its story and keep serving. Nothing leaves the machine."""
    folder = prepared(data, anew=anew)
    telling = Telling(output.print)
    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    try:
        with running(folder, port, telling) as (address, letters):
            story.play(Stage(address, letters, telling, world.story_week(now()), folder / PDF))
            if once:
                output.print(f"\nThe database is {folder / DATABASE}.")
                output.print(f"The letters lie under {folder / MAIL}, the recap as PDF under {folder / PDF}.")
                return
            for line in story.guide(address, folder):
                output.print(line)
            ended.wait()
    except StepFailed as failed:
        errors.print(f"The demo failed at this step: {failed.step}")
        errors.print(f"{failed.why}\nThe folder {folder} is left as it is; {folder / LOG} may say more.")
        raise typer.Exit(1) from failed


def prepared(data: Path | None, *, anew: bool) -> Path:
    """The folder of the demo, without an earlier one in it.

    Raises Refusal where an earlier demo is there and nobody chose to begin anew, or the folder cannot be used.
    """
    if data is None:
        return Path(tempfile.mkdtemp(prefix="medixchange-demo-"))
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        told = say("The folder %(folder)s cannot be used: %(why)s.", folder=str(data), why=str(wrong.strerror))
        raise Refusal(told) from wrong
    folder = data.resolve()
    if not any((folder / name).exists() for name in (DATABASE, MAIL, PDF)):
        return folder
    if not anew:
        told = say(
            "%(folder)s holds a demo already. Choose another folder, or add --anew, which keeps the earlier one aside.",
            folder=str(folder),
        )
        raise Refusal(told)
    set_aside(folder, now())
    return folder


def set_aside(folder: Path, moment: datetime) -> None:
    """Move the demo in ``folder`` into a folder beside it, whole. Raises Busy while it is being served."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    with alone(database):
        database.close()
        aside = folder / f"before-{moment:%Y%m%d-%H%M%S-%f}"
        aside.mkdir()
        for path in (*folder.glob("medixchange.*"), folder / MAIL, folder / PDF, folder / LOG):
            if path.exists() and path.suffix != ".lock":
                shutil.move(path, aside / path.name)


@contextmanager
def running(folder: Path, port: int, telling: Telling) -> Iterator[tuple[str, LetterBox]]:
    """The whole program in this process over ``folder``; gives its address and its letter box."""
    letters = LetterBox(folder / MAIL)
    with ExitStack() as stack:
        log = stack.enter_context((folder / LOG).open("a", encoding="utf-8", buffering=1))
        stack.enter_context(serving.logs_on(log))
        with telling.step("The letter box opens its door on this machine"):
            smtp = letters.start()
        stack.callback(letters.stop)
        with telling.step("The program finds a port"):
            settings = settings_of(folder, smtp, port or free_port())
        database = stack.enter_context(database_of(settings, migrated=False))
        with telling.step("The database is made and the world of the demo moves in"):
            stack.enter_context(alone(database))
            migrate(database)
            world.load(database, now=now())
            organizer.appoint(database, now=now())
        app = build(settings, database, clock=clock_of(database))
        mailbox.add_to(app, letters)
        clock.add_to(app)
        with telling.step(f"The program serves {settings.public_url}"):
            at = port_of(settings)
            stack.enter_context(serving.served(settings, database, app, host=LOOPBACK, port=at))
        yield settings.public_url, letters


def settings_of(folder: Path, smtp: str, port: int) -> Settings:
    """The settings of a demo; what the environment says stays out of it."""
    return Settings(
        database_url=SecretStr(f"sqlite:///{folder / DATABASE}"),
        public_url=f"http://{LOOPBACK}:{port}",
        smtp_url=SecretStr(smtp),
        mail_from="MediXchange demo <sessions@medixchange.example.org>",
        secret_key=SecretStr(secret()),
        env=Environment.DEMO,
        proxy="",
    )


def port_of(settings: Settings) -> int:
    """The port in the public address, which people open directly."""
    return int(settings.public_url.rsplit(":", 1)[1])


def free_port() -> int:
    """A port that nobody listens on now: letters name it before the web server takes it."""
    with socket.socket() as tried:
        tried.bind((LOOPBACK, 0))
        return int(tried.getsockname()[1])
