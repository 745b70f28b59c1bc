"""Requests of a plan become sessions when an organizer accepts them, each by itself, and nothing is sent before."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from medixchange import engine
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history
from medixchange.matching.models import MatchSearch
from medixchange.messages import from_json, say
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital
from medixchange.plans import accepting, actions, queries
from medixchange.plans.lifecycle import PlannedState
from medixchange.plans.models import Change, MatchPlan
from medixchange.sessions.models import SharingSession
from medixchange.worker import JOBS
from tests.matching.test_jobs import sweeping, until
from tests.plans.ready import ready
from tests.plans.stage import Stage, rows, set_up
from tests.sessions.stage import ACTOR, NOW


def accept(database: Database, number: int, *requests: SessionRequest) -> int:
    """Accept these requests, and have them made into sessions."""
    with database.write() as db:
        chosen = {request.id for request in requests}
        accepted = actions.accept(db, queries.by_id(db, number), chosen, actor=ACTOR, now=NOW)
    accepting.run_approvals(database, number, lambda: NOW)
    return accepted


def served(database: Database, number: int, stage: Stage) -> list[SessionRequest]:
    """The requests that the plan serves, in their order."""
    with database.read() as db:
        there = {each.request_id for each in rows(db, number) if each.change is not Change.UNSERVED}
    return [request for request in stage.requests if request.id in there]


class Act(Protocol):
    """Accepting or refusing."""

    def __call__(self, db: Session, plan: MatchPlan, chosen: set[int], *, actor: str, now: datetime) -> int:
        """Decide."""


def sessions_of(db: Session) -> list[SharingSession]:
    return list(db.exec(select(SharingSession).order_by(col(SharingSession.id))))


def test_an_accepted_request_becomes_a_session_as_it_was_planned(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    first, other = served(database, number, stage)
    with database.read() as db:
        assert list(db.exec(select(Delivery))) == []

    accepted = accept(database, number, first)

    with database.read() as db:
        [session] = sessions_of(db)
        mine, theirs = (next(row for row in rows(db, number) if row.request_id == each.id) for each in (first, other))
        assert (accepted, mine.state, mine.session_id) == (1, PlannedState.APPROVED, session.id)
        assert (session.request_id, session.starts_at) == (first.id, mine.starts_at)
        assert theirs.state is PlannedState.OPEN
        assert db.get_one(SessionRequest, first.id).state is RequestState.APPROVED
        search = db.exec(select(MatchSearch).where(MatchSearch.request_id == first.id)).one()
        assert (search.outcome, search.inputs_hash) == ({"plan": number}, queries.by_id(db, number).inputs_hash)
        assert {each.kind for each in db.exec(select(Delivery))} >= {"hold"}
        assert history(db, f"session:{session.id}")[0].actor == ACTOR
        assert [act.verb for act in history(db, f"plan:{number}")] == ["make-plan", "accept-plan"]


def test_what_cannot_be_any_more_is_left_with_the_reason_and_the_others_go_on(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    first, other = served(database, number, stage)
    with database.write() as db:
        hospital = db.get_one(Hospital, first.hospital_id)
        hospital.approved_at = None

    accept(database, number, first, other)

    with database.read() as db:
        left, done = (next(row for row in rows(db, number) if row.request_id == each.id) for each in (first, other))
        assert [each.request_id for each in sessions_of(db)] == [other.id]
        assert (left.state, done.state) == (PlannedState.FAILED, PlannedState.APPROVED)
        told = say("%(name)s is not approved yet; approve the hospital first.", name=hospital.name)
        assert from_json(left.error) == told
        assert db.exec(select(MatchSearch).where(MatchSearch.request_id == first.id)).all() == []
        # Nothing of the attempt is left, and the request waits as before.
        assert db.get_one(SessionRequest, first.id).state is RequestState.SUBMITTED

    with database.write() as db:
        db.get_one(Hospital, first.hospital_id).approved_at = NOW
    accept(database, number, first)

    with database.read() as db:
        assert {each.request_id for each in sessions_of(db)} == {first.id, other.id}


def test_what_goes_wrong_with_one_request_keeps_none_of_the_others(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    first, other = served(database, number, stage)
    with database.write() as db:
        broken = next(row for row in rows(db, number) if row.request_id == first.id)
        broken.match = {"no": "match"}
        db.add(broken)

    with pytest.raises(ValidationError):
        accept(database, number, first, other)

    with database.read() as db:
        left, done = (next(row for row in rows(db, number) if row.request_id == each.id) for each in (first, other))
        assert (left.state, done.state) == (PlannedState.FAILED, PlannedState.APPROVED)
        assert from_json(left.error) == accepting.BROKEN
        assert accepting.waiting_approvals(db, NOW) == []


def test_a_request_that_has_changed_since_is_planned_again_first(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    first, _ = served(database, number, stage)
    with database.write() as db:
        db.get_one(SessionRequest, first.id).version += 1

    accept(database, number, first)

    with database.read() as db:
        [row] = [each for each in rows(db, number) if each.request_id == first.id]
        assert (row.state, sessions_of(db)) == (PlannedState.FAILED, [])
        assert from_json(row.error) == say("What was asked has changed since this plan was made; plan again.")


def test_of_two_plans_for_the_same_people_the_second_is_refused_by_what_stands(database: Database) -> None:
    stage = set_up(database)
    one, two = ready(database), ready(database)
    first, other = served(database, one, stage)
    accept(database, one, first, other)

    accept(database, two, first)

    with database.read() as db:
        [row] = [each for each in rows(db, two) if each.request_id == first.id]
        assert (row.state, len(sessions_of(db))) == (PlannedState.FAILED, 2)


def test_a_refused_request_stays_as_it_is_and_can_be_accepted_later(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    first, other = served(database, number, stage)
    with database.write() as db:
        plan = queries.by_id(db, number)
        refused = actions.refuse(db, plan, {first.id}, actor=ACTOR, now=NOW)
        open_ones = queries.open_rows(db, plan)

    accept(database, number, first, other)

    assert (refused, open_ones) == (1, 1)
    with database.read() as db:
        assert len(sessions_of(db)) == 2


@pytest.mark.parametrize("act", [actions.accept, actions.refuse])
def test_nothing_is_decided_where_nothing_is_chosen_or_it_cannot_be(database: Database, act: Act) -> None:
    stage = set_up(database)
    number = ready(database)
    first, _ = served(database, number, stage)
    [left] = [each for each in stage.requests if each not in served(database, number, stage)]
    accept(database, number, first)

    for chosen in (set[int](), {first.id}, {left.id}, {0}):
        with database.write() as db, pytest.raises(Refusal, match="Choose at least one"):
            act(db, queries.by_id(db, number), chosen, actor=ACTOR, now=NOW)


def test_the_worker_makes_the_sessions_that_were_accepted(database: Database) -> None:
    stage = set_up(database)
    number = ready(database)
    chosen = {each.id for each in served(database, number, stage)}
    with engine.run(database, JOBS, lambda: NOW) as executor, engine.ASKED.heard_by(sweeping(executor)):
        for each in sorted(chosen):
            with database.write() as db:
                actions.accept(db, queries.by_id(db, number), {each}, actor=ACTOR, now=NOW)

        assert until(database, lambda db: len(sessions_of(db)) == 2)

    with database.read() as db:
        assert accepting.waiting_approvals(db, NOW) == []
