"""At the desk: several sessions to which somebody cannot come are mended together."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.people.models import Room
from medixchange.plans import accepting, making
from medixchange.sessions import queries
from medixchange.sessions.actions import approve
from medixchange.sessions.answers import respond
from medixchange.sessions.disruptions import look_over
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, LI, NOW, ZHANG, at, place_of, send
from tests.web.conftest import Browser, text_of


@pytest.fixture
def broken(database: Database) -> None:
    """Two sessions on Tuesday to which Zhang should come and cannot; Li gives one session a day."""
    with database.write() as db:
        room, zhang = make.room(db), make.expert(db, ZHANG, max_day=2)
        make.expert(db, LI)
        for city, hour in (("Kigali", 9), ("Huye", 11)):
            hospital = make.hospital(db, f"Hospital of {city}", city=city)
            contact = make.liaison(db, hospital, f"Contact in {city}")
            asked = make.request(db, hospital, liaison=contact, state=RequestState.MATCHED, windows_only=False)
            match = make.match(db, asked, starts_at=at(1, hour), panel=[zhang], room=room)
            session = approve(db, match, actor=ACTOR, now=NOW)
            send(db)
            respond(db, place_of(db, session, ZHANG), "DECLINED", reason="Ill", now=NOW)


def test_one_broken_session_is_mended_by_itself(
    organizer: Browser, session: SharingSession, database: Database
) -> None:
    with database.write() as db:
        respond(db, place_of(db, queries.by_id(db, session.id), ZHANG), "DECLINED", reason="Ill", now=NOW)
    page = organizer.get("/desk")

    assert "Sessions that cannot be as agreed" in text_of(page.text)
    assert "/desk/plans/mend" not in page.text


def test_two_are_mended_together_from_the_desk(organizer: Browser, database: Database, broken: None) -> None:
    desk = organizer.get("/desk")
    asked = organizer.post("/desk/plans/mend")
    making.run_plan(database, 1, lambda: NOW)
    plan, listed = organizer.get(asked.headers["location"]), organizer.get("/desk/plans")

    assert 'action="/desk/plans/mend"' in desk.text
    assert asked.headers["location"] == "/desk/plans/1"
    for words in (
        "2 of 2 sessions mended",
        "Accept what mends all 2 sessions",
        "Others take over",
        "Moves to another hour",
        "The session as it stands:",
    ):
        assert words in text_of(plan.text)
    for words in ("than today", "points,", "requests served"):
        assert words not in text_of(plan.text)
    assert "2 of 2 sessions mended" in text_of(listed.text)


def test_each_mended_session_shows_its_letters_and_is_accepted(
    organizer: Browser, database: Database, broken: None
) -> None:
    organizer.post("/desk/plans/mend")
    making.run_plan(database, 1, lambda: NOW)
    with database.read() as db:
        numbers = db.exec(select(SharingSession.request_id)).all()
    rows = [organizer.get(f"/desk/plans/1/requests/{number}") for number in numbers]
    asked = organizer.get("/desk/plans/1/accept")
    organizer.post("/desk/plans/1/accept", data={"all": "yes"})
    accepting.run_approvals(database, 1, lambda: NOW)
    plan, desk = organizer.get("/desk/plans/1"), organizer.get("/desk")

    told = [re.findall(r"Accept, and tell (\d+) p", text_of(row.text)) for row in rows]
    # Who goes and who comes; where the hour moves the hospital and whoever comes then.
    assert told == [["2"], ["2"]]
    assert "Where only people change, who comes is invited and who goes is told" in text_of(asked.text)
    for words in ("Mend 2 sessions", "Accept and tell: 2 sessions"):
        assert words in text_of(asked.text)
    assert plan.text.count("/desk/sessions/") == 2
    assert "Sessions that cannot be as agreed" not in text_of(desk.text)
    again = organizer.get(f"/desk/plans/1/requests/{numbers[0]}")
    assert "Accept, and tell" not in text_of(again.text)


def test_where_everybody_comes_there_is_nothing_to_mend(organizer: Browser) -> None:
    answer = organizer.post("/desk/plans/mend")

    assert answer.status_code == 422
    assert "nothing to mend" in text_of(answer.text)


def exchange_room(organizer: Browser, session: SharingSession, database: Database) -> None:
    """The room of the session is lost, and a plan gives it another one."""
    with database.write() as db:
        db.get_one(Room, session.room_id).active = False
        make.room(db, "Kivu room")
    look_over(database, now=NOW)
    organizer.post("/desk/plans/mend")
    making.run_plan(database, 1, lambda: NOW)


def test_a_plan_names_what_disrupts_a_session_and_the_rooms(
    organizer: Browser, session: SharingSession, database: Database
) -> None:
    exchange_room(organizer, session, database)

    plan = text_of(organizer.get("/desk/plans/1").text)

    for words in (
        "In another room",
        "Video room: Kivu room instead of West Lake room",
        "West Lake room is not in use any more.",
    ):
        assert words in plan
    assert "Somebody of what was there before" not in plan
    assert "The session as it stands:" not in plan


def test_a_plan_still_names_what_it_was_made_for_when_that_is_over(
    organizer: Browser, session: SharingSession, database: Database
) -> None:
    exchange_room(organizer, session, database)
    with database.write() as db:
        db.get_one(Room, session.room_id).active = True
    look_over(database, now=NOW)

    plan = text_of(organizer.get("/desk/plans/1").text)

    assert "West Lake room is not in use any more." in plan
