"""Three hospitals that ask for the same morning, two experts who each give one session a day, and plans for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions as matching
from medixchange.matching import searching
from medixchange.matching.models import ProposedMatch
from medixchange.matching.stored import members_of, value_of
from medixchange.people.models import Expert, Hospital
from medixchange.plans import actions, making, queries
from medixchange.plans.inputs import MATCH
from medixchange.plans.models import Change, MatchPlan, PlannedMatch, PlannedState, PlanState
from tests import make
from tests.sessions.stage import ACTOR, LI, NOW, ZHANG

CITIES = ("Kigali", "Huye", "Rubavu")


@dataclass(frozen=True)
class Stage:
    """Who asks and who could answer; ``requests`` in the order of ``CITIES``, the first of them urgent."""

    hospitals: list[Hospital]
    requests: list[SessionRequest]
    zhang: Expert
    li: Expert


def set_up(database: Database) -> Stage:
    """The stage; two of the three can be served."""
    with database.write() as db:
        hospitals = [make.hospital(db, f"Hospital of {city}", city=city) for city in CITIES]
        contacts = [make.liaison(db, each, f"Contact in {each.city}") for each in hospitals]
        zhang, li = make.expert(db, ZHANG), make.expert(db, LI)
        make.room(db, "West Lake room")
        make.room(db, "Kivu room")
        requests = [
            make.request(db, hospital, liaison=contact, urgency=2 if hospital.city == "Kigali" else 1)
            for hospital, contact in zip(hospitals, contacts, strict=True)
        ]
        return Stage(hospitals, requests, zhang, li)


def search(database: Database, *requests: SessionRequest) -> None:
    """Proposals for each of the requests are at the desk."""
    for request in requests:
        with database.write() as db:
            number = matching.want(db, db.get_one(SessionRequest, request.id), now=NOW).id
        searching.propose(database, number, now=NOW)


def want(database: Database, *, seed: int = 0) -> int:
    """The number of a plan that somebody wants."""
    with database.write() as db:
        return actions.want(db, seconds=20, seed=seed, actor=ACTOR, now=NOW).id


def planned(database: Database, *, seed: int = 0) -> int:
    """The number of a plan that is ready."""
    number = want(database, seed=seed)
    making.run_plan(database, number, lambda: NOW)
    return number


def plan_of(database: Database, number: int) -> MatchPlan:
    """The plan as it is now."""
    with database.read() as db:
        return db.get_one(MatchPlan, number)


def rows(db: Session, number: int) -> list[PlannedMatch]:
    """What the plan holds, in the order of the requests."""
    found = [row for row, *_ in queries.rows(db, queries.by_id(db, number))]
    return sorted(found, key=lambda each: each.request_id)


def plan_with(db: Session, *proposals: ProposedMatch, state: PlanState = PlanState.DONE) -> MatchPlan:
    """A plan that holds these proposals of different requests, of which nothing is decided."""
    plan = MatchPlan(
        state=state,
        is_demo=False,
        seconds=60,
        asked_at=NOW,
        asked_by=ACTOR,
        seen_at=NOW,
        requests=len(proposals),
        served=len(proposals),
        step=1,
        method="greedy",
        score=1000,
        inputs_hash="0" * 64,
    )
    db.add(plan)
    db.flush()
    for each in proposals:
        match = value_of(each, members_of(db, [each.id])[each.id])
        db.add(
            PlannedMatch(
                plan_id=plan.id,
                request_id=each.request_id,
                version=db.get_one(SessionRequest, each.request_id).version,
                state=PlannedState.OPEN,
                change=Change.HOUR,
                starts_at=each.starts_at,
                match=MATCH.dump_python(match, mode="json"),
                before_id=each.id,
            )
        )
    db.flush()
    return plan
