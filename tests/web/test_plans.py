"""Plans for all requests at the desk: asked for, watched, read as a difference, accepted and refused."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching import together
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital
from medixchange.plans import accepting, making
from medixchange.plans.lifecycle import EMPTY, PlannedState, PlanState
from medixchange.plans.models import MatchPlan
from medixchange.policies.actions import write
from medixchange.policies.values import HouseRules
from tests import make
from tests.plans.ready import fill, ready
from tests.plans.stage import Stage, plan_with, rows, search, set_up
from tests.sessions.stage import ACTOR, NOW
from tests.web.conftest import Browser, text_of


@pytest.fixture
def world(database: Database) -> Stage:
    """Three requests of which two can be served together."""
    return set_up(database)


def made(browser: Browser, database: Database) -> str:
    """The address of a plan that the desk has asked for and that is ready."""
    address = browser.post("/desk/plans", data={"seconds": "10"}).headers["location"]
    fill(database, int(address.rpartition("/")[2]))
    return address


def states(database: Database, number: int = 1) -> list[PlannedState]:
    with database.read() as db:
        return sorted(each.state for each in rows(db, number))


def test_a_plan_is_asked_for_and_watched(organizer: Browser, database: Database, world: Stage) -> None:
    asking = organizer.get("/desk/plans")
    answer = organizer.post("/desk/plans", data={"seconds": "10"})
    before = organizer.get(answer.headers["location"])
    again = organizer.post("/desk/plans", data={"seconds": "60"})
    making.run_plan(database, 1, lambda: NOW)
    after, listed = organizer.get(answer.headers["location"]), organizer.get("/desk/plans")

    assert "3 requests wait for a decision." in text_of(asking.text)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/plans/1")
    assert "Begins in a moment" in text_of(before.text)
    assert "data-follow" in before.text
    assert again.status_code == 422
    assert "A plan is being made already" in text_of(again.text)
    assert 'value="60" checked' in again.text
    assert "2 of 3 requests served" in text_of(after.text)
    assert "No plan is better: that is proven." in text_of(after.text)
    assert "data-follow" not in after.text
    assert 'class="btn" href="/desk/plans/1/accept"' in after.text
    assert "Plan 1" in text_of(listed.text)


def test_a_plan_under_way_tells_seconds_bound_and_gap(organizer: Browser, database: Database, world: Stage) -> None:
    organizer.post("/desk/plans", data={"seconds": "300"})
    with database.write() as db:
        plan = db.get_one(MatchPlan, 1)
        plan.state, plan.started_at, plan.seen_at = PlanState.RUNNING, NOW - timedelta(seconds=72), NOW
        plan.step, plan.method, plan.score, plan.bound = 3, "columns", 3_900, 4_000

    page = organizer.get("/desk/plans/1")
    chinese = organizer.get("/desk/plans/1", headers={"accept-language": "zh-Hans"})

    assert "72 seconds so far, of 300 at most." in text_of(page.text)
    assert "Bound: 4,000 points; gap: 2.5%" in text_of(page.text)
    assert chinese.status_code == 200


def test_a_plan_that_is_ready_tells_how_long_it_took(organizer: Browser, database: Database, world: Stage) -> None:
    address = made(organizer, database)
    with database.write() as db:
        plan = db.get_one(MatchPlan, 1)
        plan.started_at, plan.finished_at = NOW, NOW + timedelta(seconds=1)

    page = text_of(organizer.get(address).text)

    assert "It took 1 second." in page
    assert "so far" not in page.partition("main")[2]
    assert "gap" not in page  # it is proven to be the best


@pytest.mark.parametrize("seconds", ["", "11", "-1", "one"])
def test_how_long_is_one_of_the_choices(organizer: Browser, world: Stage, seconds: str) -> None:
    answer = organizer.post("/desk/plans", data={"seconds": seconds})

    assert answer.status_code == 422
    assert "Choose how long it may take." in text_of(answer.text)


def test_where_nothing_waits_nothing_is_planned(organizer: Browser) -> None:
    page, answer = organizer.get("/desk/plans"), organizer.post("/desk/plans", data={"seconds": "10"})

    assert "nothing to plan" in text_of(page.text)
    assert "<form" not in page.text.partition("<main")[2]
    assert answer.status_code == 422


def test_a_plan_that_only_tries_house_rules_does_not_ask_to_be_accepted(
    organizer: Browser, database: Database, world: Stage
) -> None:
    usual = int(made(organizer, database).rpartition("/")[2])
    with database.write() as db:
        hour = NOW + timedelta(days=7)
        room = make.room(db, "Lake room")
        proposal = make.match(db, world.requests[0], starts_at=hour, panel=[world.zhang], room=room)
        trial = plan_with(db, proposal)
        trial.beside_id, trial.policy_id = usual, write(db, HouseRules(), source="", actor=ACTOR, now=NOW).id

    page = organizer.get(f"/desk/plans/{trial.id}/accept")

    told = "This plan tries house rules that are not in use."
    assert (page.status_code, told in text_of(page.text), "Accept and invite" in page.text) == (409, True, False)


def test_a_plan_under_way_is_stopped_and_a_ready_one_is_not(
    organizer: Browser, database: Database, world: Stage
) -> None:
    organizer.post("/desk/plans", data={"seconds": "300"})

    stopped = organizer.post("/desk/plans/1/stop")
    making.run_plan(database, 1, lambda: NOW)
    late = organizer.post("/desk/plans/1/stop")

    assert stopped.headers["location"] == "/desk/plans/1?done=stopped"
    page = text_of(organizer.get("/desk/plans/1").text)
    assert [said in page for said in ("Stopped before there was a plan", EMPTY.text)] == [True, True]
    assert late.status_code == 409
    assert "nothing is left to stop" in text_of(late.text)


def test_the_difference_says_what_changes_and_why(organizer: Browser, database: Database, world: Stage) -> None:
    search(database, *world.requests)
    address = organizer.post("/desk/plans", data={"seconds": "10"}).headers["location"]
    making.run_plan(database, 1, lambda: NOW)

    page = organizer.get(address)
    left = organizer.get(f"{address}?change=unserved")

    said = text_of(page.text)
    assert "As proposed today ( 1 )" in said
    assert "Not served ( 1 )" in said
    assert re.search(r"(Another hour|Other people) than today", said)
    assert "Best proposal when the plan was made:" in said
    points = re.search(r"In points: ([\d,]+) instead of ([\d,]+) \( ?(.*?) ?\)", said)
    assert points is not None
    planned, before = (int(each.replace(",", "")) for each in points.groups()[:2])
    assert points[3].rpartition(" ")[2].replace("−", "-") == f"{planned - before:+d}"
    assert "Instead of: " in said
    assert page.text.count('type="checkbox"') == 2
    assert left.text.count("<li>\n<div>") == 1
    assert 'type="checkbox"' not in left.text


def test_one_request_is_read_with_its_reasons_and_letters_before_it_is_accepted(
    organizer: Browser, database: Database, world: Stage
) -> None:
    address = made(organizer, database)
    first = world.requests[0]

    page = organizer.get(f"{address}/requests/{first.id}")
    nowhere = organizer.get(f"{address}/requests/99")
    with database.read() as db:
        sent_before = db.exec(select(Delivery)).all()
    answer = organizer.post(f"{address}/accept", data={"request": str(first.id)})
    accepting.run_approvals(database, 1, lambda: NOW)
    after = organizer.get(f"{address}/requests/{first.id}")

    said = text_of(page.text)
    assert "2 letters go out" in said
    assert "Why this hour and these people" in said
    assert "The request is urgent." in said
    assert "Accept and invite 2 people" in said
    assert (nowhere.status_code, sent_before) == (404, [])
    assert answer.headers["location"] == f"{address}?done=accepted"
    assert "/desk/sessions/1" in after.text
    assert "Accept and invite" not in text_of(after.text)


def test_everything_is_accepted_but_what_was_refused(organizer: Browser, database: Database, world: Stage) -> None:
    address = made(organizer, database)
    with database.read() as db:
        served = [each.request_id for each in rows(db, 1) if each.match]

    refused = organizer.post(f"{address}/choose", data={"act": "refuse", "request": str(served[1])})
    asked = organizer.get(f"{address}/accept")
    accepted = organizer.post(f"{address}/accept", data={"all": "yes"})
    page = organizer.get(address)
    accepting.run_approvals(database, 1, lambda: NOW)
    nothing = organizer.get(f"{address}/accept")

    assert (nothing.status_code, "decided already" in text_of(nothing.text)) == (409, True)
    assert refused.headers["location"] == f"{address}?done=refused"
    assert "Accept 1 request" in text_of(asked.text)
    assert "1 request that was refused stays as it is." in text_of(asked.text)
    assert "1 expert or interpreter is invited by letter" in text_of(asked.text)
    assert accepted.status_code == 303
    assert "1 request becomes a session." in text_of(page.text)
    assert states(database) == [PlannedState.APPROVED, PlannedState.OPEN, PlannedState.REFUSED]


def test_those_that_are_ticked_are_shown_before_they_are_accepted(
    organizer: Browser, database: Database, world: Stage
) -> None:
    address = made(organizer, database)
    with database.read() as db:
        served = [str(each.request_id) for each in rows(db, 1) if each.match]

    asked = organizer.post(f"{address}/choose", data={"act": "accept", "request": served})
    with database.write() as db:
        assert states(database) == [PlannedState.OPEN] * 3
        db.get_one(Hospital, world.requests[0].hospital_id).approved_at = None
    warned = organizer.post(f"{address}/choose", data={"act": "accept", "request": served})

    assert asked.text.count('type="hidden" name="request"') == 2
    assert "Accept and invite: 2 sessions" in text_of(asked.text)
    assert "not approved yet" not in text_of(asked.text)
    assert "Hospital of Kigali" in text_of(warned.text).partition("not approved yet")[2]


def test_a_plan_speaks_of_every_hospital_of_a_session(organizer: Browser, database: Database, world: Stage) -> None:
    leads, joins, _ = world.requests
    with database.write() as db:
        together.join(
            db, db.get_one(SessionRequest, leads.id), db.get_one(SessionRequest, joins.id), actor=ACTOR, now=NOW
        )
    address = made(organizer, database)

    page, asked = (text_of(organizer.get(each).text) for each in (address, f"{address}/accept"))
    with database.write() as db:
        db.get_one(Hospital, joins.hospital_id).approved_at = None
    warned, one = (text_of(organizer.get(f"{address}/{each}").text) for each in ("accept", f"requests/{leads.id}"))

    assert "Accept 2 requests" in asked
    assert "The contacts of 3 hospitals are invited as well." in asked
    both = "Hospital of Kigali, Kigali Hospital of Huye, Huye"
    assert (both in page, both in one) == (True, True)
    assert warned.partition("so their requests will be left: ")[2].startswith("Hospital of Huye.")
    assert "before they are approved: Hospital of Huye." in one


@pytest.mark.parametrize("way", ["choose", "accept"])
def test_who_chooses_nothing_is_told_so(organizer: Browser, database: Database, world: Stage, way: str) -> None:
    address = made(organizer, database)

    for chosen in ({}, {"request": "x"}, {"request": "99"}):
        answer = organizer.post(f"{address}/{way}", data={"act": "accept", **chosen})

        assert answer.status_code == 409
        assert "Choose at least one request" in text_of(answer.text)


def test_why_a_session_could_not_be_made_stands_beside_its_request(
    organizer: Browser, database: Database, world: Stage
) -> None:
    address = made(organizer, database)
    with database.write() as db:
        for request in world.requests:
            db.get_one(SessionRequest, request.id).version += 1

    organizer.post(f"{address}/accept", data={"all": "yes"})
    accepting.run_approvals(database, 1, lambda: NOW)
    left = text_of(organizer.get(f"{address}?state=failed").text)

    assert left.count("What was asked has changed since this plan was made; plan again.") == 2
    assert left.count("Could not become a session") == 3
    assert "Could not become a session ( 2 )" in left


def test_a_plan_that_broke_off_says_so(organizer: Browser, database: Database, world: Stage) -> None:
    number = ready(database)
    with database.write() as db:
        db.get_one(MatchPlan, number).state, db.get_one(MatchPlan, number).error = PlanState.FAILED, "Broken: <b>"

    page = organizer.get("/desk/plans/1")

    assert "Something went wrong while this plan was made" in text_of(page.text)
    assert "Broken: &lt;b&gt;" in page.text


def test_only_a_plan_of_one_worker_says_that_it_can_be_made_again(
    organizer: Browser, database: Database, world: Stage
) -> None:
    number = ready(database)
    before = text_of(organizer.get("/desk/plans/1").text)
    with database.write() as db:
        db.get_one(MatchPlan, number).workers = 2

    after = text_of(organizer.get("/desk/plans/1").text)

    assert ("Anybody can make this plan again" in before, "cannot be repeated" in before) == (True, False)
    assert ("Anybody can make this plan again" in after, "cannot be repeated" in after) == (False, True)


def test_a_plan_whose_process_died_before_its_time_says_so(
    organizer: Browser, database: Database, world: Stage
) -> None:
    number = ready(database)
    with database.write() as db:
        db.get_one(MatchPlan, number).error = "Broken: "

    page = text_of(organizer.get("/desk/plans/1").text)

    assert "The process that plans ended before its time" in page
    assert "Something went wrong" not in page


def test_a_plan_with_many_requests_comes_page_by_page_and_stays_light(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        make.room(db)
        for number in range(30):
            make.expert(db, f"Expert {number}", max_day=1)
            make.request(db, make.hospital(db, f"Hospital {number}", city=f"City {number}"))
    address = made(organizer, database)

    first, last, beyond = (organizer.get(f"{address}?page={number}") for number in (1, 2, 9))

    assert first.text.count('<h2 class="h3">') == 20
    assert last.text.count('<h2 class="h3">') == 10
    assert beyond.text.count('<h2 class="h3">') == 10
    assert len(first.content) < 60 * 1024


def test_who_refuses_one_of_many_ticks_it_alone_stays_on_the_page_and_finds_it_again(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        for number in range(25):
            make.room(db)
            make.expert(db, f"Expert {number}", max_day=1)
            make.request(db, make.hospital(db, f"Hospital {number}", city=f"City {number}"))
    address = made(organizer, database)
    here = f"{address}?change=new&page=2"
    page = organizer.get(here).text
    action, last = (
        re.findall(r'action="(\S+/choose\S*)"', page)[0],
        re.findall(r'name="request" value="(\d+)"', page)[-1],
    )

    answer = organizer.post(unescape(action), data={"act": "refuse", "request": last})
    after, refused = organizer.get(answer.headers["location"]), organizer.get(f"{address}?state=refused")

    assert " checked" not in page
    assert answer.headers["location"] == f"{address}?done=refused&change=new&page=2"
    assert 'aria-current="page"><bdi>2</bdi>' in after.text
    assert re.findall(r'<h2 class="h3"><a href="(\S+)">', refused.text) == [f"{address}/requests/{last}"]
    assert "Refused ( 1 )" in text_of(after.text)


@pytest.mark.parametrize("query", ["state=lost", "change=none", "page=-1", "page=x", "state=open&change=new&page=7"])
def test_an_address_that_chooses_what_is_not_there_shows_what_is(
    organizer: Browser, database: Database, world: Stage, query: str
) -> None:
    address = made(organizer, database)

    page = organizer.get(f"{address}?{query}")

    assert (page.status_code, page.text.count('type="checkbox"')) == (200, 2)


@pytest.mark.parametrize(
    ("method", "way"),
    [
        ("get", ""),
        ("get", "/accept"),
        ("get", "/requests/1"),
        ("post", "/stop"),
        ("post", "/choose"),
        ("post", "/accept"),
    ],
)
def test_a_plan_that_is_not_there_is_not_found(organizer: Browser, method: str, way: str) -> None:
    assert organizer.request(method, f"/desk/plans/7{way}", data={"request": "1"}).status_code == 404
