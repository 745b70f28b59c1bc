"""medixchange work: letters and jobs beside web processes on PostgreSQL."""

from __future__ import annotations

import signal
import threading

from medixchange.alone import alone
from medixchange.cli import serving
from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import output
from medixchange.settings import read_settings


def work() -> None:
    """Send letters and run jobs; run as many as you like on PostgreSQL. On SQLite “serve” does this already."""
    settings = read_settings()
    serving.set_up_logs()
    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    with (
        database_of(settings) as database,
        alone(database),
        serving.clockwork(settings, database, clock=clock_of(database)),
    ):
        output.print("medixchange works")
        ended.wait()
