"""medixchange serve: pages, feeds, and on SQLite everything else as well."""

from __future__ import annotations

import signal
import sys
from contextlib import nullcontext
from typing import Annotated

import typer

from medixchange.alone import alone
from medixchange.app import build
from medixchange.cli import serving
from medixchange.cli.opened import clock_of, database_of, setup_told
from medixchange.cli.terminal import output
from medixchange.schema import migrate
from medixchange.settings import read_settings


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; behind a proxy leave it local.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8000,
) -> None:
    """Serve pages and feeds; on SQLite also send letters and run jobs, in this one process."""
    settings = read_settings()
    serving.set_up_logs()
    for each in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again when it has ended: then the clockwork ends as well, and the process after it.
        signal.signal(each, lambda *_: sys.exit(0))
    with database_of(settings, migrated=settings.is_production) as database, alone(database):
        clock = clock_of(database)
        if not settings.is_production:
            migrate(database)
        beside = serving.clockwork(settings, database, clock=clock) if database.is_sqlite else nullcontext()
        with serving.listen(host, port) as door, beside:
            output.print(f"medixchange serves {settings.public_url} on {host}:{door.getsockname()[1]}")
            if told := setup_told(settings, database, now=clock()):
                output.print(told)
            serving.server(build(settings, database, clock=clock), proxy=settings.proxy).run([door])
