"""Whatever a mail server does to which letter and when: each one arrives, and once where the server took none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from medixchange.db import Database
from tests.outbox.letters import due, promise, send, stands
from tests.outbox.office import HANG_UP, Office

EVERYBODY = tuple(f"person-{number}@example.org" for number in range(5))
FAULTS = st.lists(st.sampled_from(["451 Busy", "421 Going down", HANG_UP]), max_size=4)
NOWHERE = "smtp://127.0.0.1:1"
MOST_TURNS = 60
"""More than five letters with four faults each can need, and the outages between."""


@contextmanager
def fresh(template: Path) -> Iterator[Database]:
    """A database with a letter to everybody."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(template, folder)}")
        with database.write() as db:
            promise(db, *EVERYBODY)
        yield database
        database.close()


@given(
    faults=st.dictionaries(st.sampled_from(EVERYBODY), FAULTS),
    at_data=st.booleans(),
    pipelining=st.booleans(),
    outages=st.sets(st.integers(min_value=0, max_value=8)),
)
@settings(deadline=None, max_examples=12)
def test_every_letter_arrives_once(
    sqlite_template: Path, faults: dict[str, list[str]], at_data: bool, pipelining: bool, outages: set[int]
) -> None:
    replies = {who: list(answers) for who, answers in faults.items()}
    office = Office(replies=replies, at_data=at_data, pipelining=pipelining)
    with fresh(sqlite_template) as database, office.open() as url:
        for turn in range(MOST_TURNS):
            if not (waits := waiting(database)):
                break
            send(database, NOWHERE if turn in outages else url, after=min(waits))

        assert waiting(database) == []
    assert sorted(office.recipients) == sorted(EVERYBODY)


def waiting(database: Database) -> list[timedelta]:
    """When the letters that have not gone are tried next."""
    hours = due(database)
    return [hours[who] for who, (state, _, _) in stands(database).items() if state != "sent"]
