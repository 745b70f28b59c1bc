"""Two real databases for every test that asks for one."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlmodel import Session
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from medixchange.db import Database
from medixchange.schema import migrate
from tests import postgres
from tests.thoroughness import STEADY

TEMPLATE = "medixchange_template"
JOURNEYS = "tests/browser/"
PAGES = f"{JOURNEYS}test_pages.py"
IN_TURN = {Path(__file__).parent / each for each in ("calendars", "cli", "plans", "web")}
KINDS = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")
ENOUGH = 2**30
"""Bytes of memory; a container's may be less than what the tests write."""

# The suite tries the same examples each time, so that what is red was made red by a change; `make sweep` looks for
# new ones. A busy machine is no fault of the code.
settings.register_profile("searching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(STEADY, settings.get_profile("searching"), derandomize=True)
settings.load_profile(STEADY)

# What is imported and collected stays; to look through it for garbage again and again takes a tenth of the time.
# What holds itself, and much memory with it, is looked for after a million things all the same: by itself after ten.
gc.set_threshold(100_000, 5, 2)

# Where nothing else is chosen a failure is logged in colours, with the source and the value of every name, which takes
# seconds.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


class Neighbours(LoadScopeScheduling):  # type: ignore[misc]  # it comes without types
    """One worker visits all pages, and one goes on all journeys: the house and what happens in it are made once for
    each. Other tests go where there is time.

    The marks of ``--dist loadgroup`` are not heard with pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(PAGES):
            return PAGES
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


def pytest_configure() -> None:
    """Temporary folders lie in memory where there is room: on a disk each commit of SQLite waits for it."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Neighbours:
    """How tests are handed out to workers."""
    return Neighbours(config, log)


@pytest.hookimpl(tryfirst=True)  # before the marks are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Most pages, commands, plans and calendars are tried on one of the two databases in the suite, half of them on
    each, and on both in the sweep.

    They ask of a database what the packages below them ask, and those are tried on both. One with a question of its
    own, as where two press at once or a process has the file to itself, is marked ``each_database``.
    """
    both: dict[str, list[pytest.Item]] = {}
    for item in items:
        kind = (
            item.callspec.params.get("database_url") if isinstance(item, pytest.Function) and _has_cases(item) else None
        )
        if not IN_TURN.isdisjoint(item.path.parents) and kind in KINDS and not item.get_closest_marker("each_database"):
            both.setdefault(item.nodeid.replace(kind, ""), []).append(item)
    for name, pair in both.items():
        if len(pair) == len(KINDS):
            pair[crc32(name.encode()) % len(KINDS)].add_marker(pytest.mark.sweep)


def _has_cases(item: pytest.Function) -> bool:
    return hasattr(item, "callspec")


def pytest_collection_finish() -> None:
    """What there is before the first test is no garbage after any."""
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "medixchange.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL that has a migrated, empty database to copy."""
    with postgres.server() as url:
        postgres.command(url, f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
        database = Database(postgres.named(url, TEMPLATE))
        migrate(database)
        database.close()
        yield url


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: str) -> Iterator[postgres.Copies]:
    """Copies of the migrated, empty database."""
    with closing(postgres.Copies(postgres_server, TEMPLATE)) as copies:
        yield copies


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of one test after the other lies."""
    return tmp_path_factory.mktemp("sqlite")


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_place: Path) -> str:
    """The address of a migrated SQLite file of this test's own."""
    for left in sqlite_place.iterdir():
        left.unlink()
    path = sqlite_place / "medixchange.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_copies: postgres.Copies) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test's own."""
    with postgres_copies.one() as url:
        yield url


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a second database of the same kind as ``database_url``, without any table."""
    if database_url.startswith("sqlite"):
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        yield f"sqlite:///{elsewhere / 'medixchange.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"empty_{uuid4().hex}"
    postgres.command(server, f"CREATE DATABASE {name}")
    yield postgres.named(server, name)
    postgres.command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def pg_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's version come first on the PATH."""
    monkeypatch.setenv("PATH", f"{postgres.clients()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(scope="session")
def kept_databases() -> Iterator[dict[str, Database]]:
    """Databases by their address: opened again they still know the statements that they have compiled."""
    kept: dict[str, Database] = {}
    yield kept
    for database in kept.values():
        database.close()


@pytest.fixture
def open_database(kept_databases: dict[str, Database]) -> Iterator[Callable[[str], Database]]:
    """Opens databases that are closed after the test."""
    opened: list[Database] = []

    def opening(url: str) -> Database:
        if url not in kept_databases:
            kept_databases[url] = Database(url)
            postgres.let_stay(kept_databases[url])
        is_first = all(database is not kept_databases[url] for database in opened)
        opened.append(kept_databases[url] if is_first else Database(url))
        return opened[-1]

    yield opening
    for database in opened:
        is_kept = any(database is one for one in kept_databases.values())
        if not (is_kept and postgres.stays(database)):
            database.close()


@pytest.fixture
def database(database_url: str, open_database: Callable[[str], Database]) -> Database:
    """A migrated, empty database, once on SQLite and once on PostgreSQL."""
    return open_database(database_url)


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """A transaction on ``database`` that is committed when the test ends well."""
    with database.write() as opened:
        yield opened
