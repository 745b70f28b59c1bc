"""A second taker of somebody's time is refused, whatever happens meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlmodel import Session

from medixchange.availability.actions import Taken, claim
from medixchange.messages import say
from medixchange.times.intervals import Interval
from tests import make

HOUR = Interval(make.NOW, make.NOW + timedelta(hours=1))


def test_a_claim_that_the_other_taker_gives_back_in_this_very_moment_is_to_be_tried_again(db: Session) -> None:
    wanted = [f"person:{make.person(db).id}"]
    claim(db, "first", wanted, HOUR)
    give_back_before_it_is_read(db)

    with pytest.raises(Taken) as refused:
        claim(db, "second", wanted, HOUR)

    assert refused.value.message == say("Somebody else changed a session at that hour in this very moment; try again.")


def give_back_before_it_is_read(db: Session) -> None:
    """Have the first claim released by the time that somebody asks whose it is."""

    @event.listens_for(db.connection(), "before_cursor_execute")
    def _release(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT slotclaim"):
            connection.exec_driver_sql("DELETE FROM slotclaim")
