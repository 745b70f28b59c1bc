"""Whoever decides about a whole series while somebody else is given to another session: both are done, on PostgreSQL.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import queries as matching
from medixchange.people.models import Room
from medixchange.sessions.actions import approve
from medixchange.sessions.models import SharingSession
from tests import make, postgres
from tests.matching.weekly import ACTOR, NOW, Stage
from tests.web.answers import page_of
from tests.web.conftest import Browser

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def crossing(db: Session) -> tuple[Stage, int]:
    """A series of two, and a proposal for another hospital that takes the experts of both the other way round."""
    stage = Stage(db, make.hospital(db), times=2)
    other = make.request(db, make.hospital(db, "Clinic"), state=RequestState.MATCHED, windows_only=False)
    first, _, third = stage.experts
    rival = make.match(
        db,
        other,
        starts_at=stage.at(1, 9) + timedelta(days=1),
        panel=[first, third],
        room=make.room(db, "East Lake room"),
    )
    return stage, rival.id


def both(database: Database, gate: Any, press: Callable[[], int], rival_id: int) -> int:
    """Press, and approve the rival, both begun behind ``gate``; the answer to what was pressed."""

    def give() -> None:
        with database.write() as db:
            approve(db, matching.by_id(db, rival_id), actor=ACTOR, now=NOW)

    answer: int = postgres.at_once(database, gate, press, give)[0]
    return answer


def states(database: Database) -> list[str]:
    """How all requests stand."""
    with database.read() as db:
        return [each.state.value for each in db.exec(select(SessionRequest).order_by("id"))]


def test_a_series_and_a_session_are_approved_at_once(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        stage, rival_id = crossing(db)
        chosen = [str(stage.propose(db, 1, 9, 3)), str(stage.propose(db, 2, 9, 1))]
    address = f"/desk/series/{stage.requests[0].series_id}/approve"

    def press() -> int:
        return organizer.post(address, data={"match": chosen}).status_code

    assert both(database, select(Room).where(Room.id == stage.room.id), press, rival_id) == 303
    assert states(database) == ["approved", "approved", "approved"]


def test_a_series_is_withdrawn_while_its_experts_are_given_to_a_session(
    app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        stage, rival_id = crossing(db)
        stage.stand(db, 1, 9, 3)
        second = stage.stand(db, 2, 9, 1)
    page = page_of(app, "status", stage.requests[0].status_seed)

    def press() -> int:
        given = {"reason": "The ward moves.", "scope": "later"}
        return browser.post(f"{page}/withdraw", data=given).status_code

    assert both(database, select(SharingSession).where(SharingSession.id == second), press, rival_id) == 303
    assert states(database) == ["withdrawn", "withdrawn", "approved"]
