"""Whoever decides about requests that are answered together while somebody else does: neither waits for the other.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.locking import hold_still
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ProposedMatch
from medixchange.sessions.actions import approve
from tests import make, postgres
from tests.sessions.stage import ACTOR, NOW, Stage, join, second_hospital, set_up
from tests.web.answers import page_of
from tests.web.conftest import Browser

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

GONE = {"reason": "The ward moves."}
Acts = Mapping[str, Callable[[], int]]


@pytest.fixture
def joins(database: Database) -> SessionRequest:
    """A request that was sent before the one which it joins."""
    with database.write() as db:
        return second_hospital(db)


@pytest.fixture
def stage(database: Database, joins: SessionRequest) -> Stage:
    """The one that leads."""
    with database.write() as db:
        return set_up(db)


@pytest.fixture
def acts(app: FastAPI, opened: Callable[..., Browser], database: Database, stage: Stage, joins: SessionRequest) -> Acts:
    """What is pressed by the two hospitals and at the desk, each in a browser of its own; the status of the answer."""
    leading, joined = (page_of(app, "status", each.status_seed) for each in (stage.request, joins))
    with database.write() as db:
        ada = make.organizer(db)

    def pressing(path: str, **sent: str) -> Callable[[], int]:
        browser = opened()
        browser.sign_in(database, ada)
        return lambda: browser.post(path, data=sent).status_code

    return {
        "the one that leads withdraws": pressing(f"{leading}/withdraw", **GONE),
        "the one that joined withdraws": pressing(f"{joined}/withdraw", **GONE),
        "it leaves": pressing(f"{joined}/part"),
        "they are joined at the desk": pressing(f"/desk/requests/{stage.request.id}/join", other=str(joins.id)),
        "a proposal is approved": pressing(f"/desk/matches/{stage.tuesday.id}/approve"),
        "the one that leads is declined": pressing(f"/desk/requests/{stage.request.id}/decline", **GONE),
    }


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("they are joined at the desk", "the one that leads withdraws", False),
        ("they are joined at the desk", "the one that joined withdraws", True),
        ("they are joined at the desk", "it leaves", True),
        ("they are joined at the desk", "a proposal is approved", False),
        ("they are joined at the desk", "the one that leads is declined", False),
        ("the one that joined withdraws", "the one that leads withdraws", True),
    ],
)
def test_two_decisions_about_a_joint_session_are_both_answered(
    acts: Acts, database: Database, stage: Stage, joins: SessionRequest, first: str, second: str, stands: bool
) -> None:
    with database.write() as db:
        join(db, db.get_one(SessionRequest, stage.request.id), db.get_one(SessionRequest, joins.id))
        if stands:
            approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)

    gate = select(SessionRequest).where(SessionRequest.id == joins.id)
    answers = postgres.at_once(database, gate, acts[first], acts[second])

    assert (set(answers) <= {303, 409}, 303 in answers) == (True, True)
    with database.read() as db:
        rows = db.exec(select(SessionRequest).order_by(col(SessionRequest.id))).all()
    assert [(each.joined_id is not None) == (each.state is RequestState.JOINED) for each in rows] == [True, True]


def test_who_joined_while_somebody_waited_for_the_request_that_leads_is_locked_as_well(
    database: Database, stage: Stage, joins: SessionRequest
) -> None:
    leads, gate = stage.request.id, select(SessionRequest).where(SessionRequest.id == joins.id)

    def meet() -> None:
        with database.write() as db:
            found = db.get_one(SessionRequest, leads, with_for_update=True)
            db.exec(gate.with_for_update()).one()
            join(db, found, db.get_one(SessionRequest, joins.id))

    def look() -> tuple[int | None, list[int]]:
        with database.write() as db:
            hold_still(db, [leads])
            seen = db.get_one(SessionRequest, joins.id).joined_id
            with database.write() as other:
                free = other.exec(select(SessionRequest.id).with_for_update(skip_locked=True)).all()
            return seen, list(free)

    _, found = postgres.at_once(database, gate, meet, look)

    assert found == (leads, [])
