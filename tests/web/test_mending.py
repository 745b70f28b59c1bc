"""At the desk: somebody cannot come, who could take over, and deciding it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ProposedMatch, Repair
from medixchange.matching.searching import propose, waiting_searches
from medixchange.people.models import Expert, Interpreter, Person, Room
from medixchange.sessions import queries
from medixchange.sessions.actions import confirm
from medixchange.sessions.answers import respond
from medixchange.sessions.disruptions import look_over
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, ZHANG, answers, at, letters, place_of
from tests.web.conftest import Browser, Clock, text_of
from tests.web.invited import heading


@pytest.fixture
def broken(database: Database, session: SharingSession) -> SharingSession:
    """A session that the interpreter and the hospital have accepted, and Zhang cannot come to."""
    with database.write() as db:
        stands = queries.by_id(db, session.id)
        for name in (MEI, ALINE):
            respond(db, place_of(db, stands, name), "ACCEPTED", now=make.NOW)
        respond(db, place_of(db, stands, ZHANG), "DECLINED", reason="On call", now=make.NOW)
        return stands


def search(database: Database, now: datetime = make.NOW) -> None:
    """Let every search that waits run."""
    with database.read() as db:
        found = [number for number, _ in waiting_searches(db, now)]
    for number in found:
        propose(database, number, now=now)


def substitute(database: Database) -> ProposedMatch:
    with database.read() as db:
        return db.exec(select(ProposedMatch).where(col(ProposedMatch.repair) == Repair.SAME_HOUR)).one()


def test_the_desk_begins_with_the_sessions_to_which_somebody_cannot_come(
    organizer: Browser, broken: SharingSession
) -> None:
    page = text_of(organizer.get("/desk").text)

    begin = page.partition("Sessions that cannot be as agreed: decide what happens ( 1 )")[2]
    assert f"Cannot come: {ZHANG}" in begin.partition("Queue")[0]


def test_a_session_to_which_somebody_cannot_come_is_named_though_many_others_come_before_it(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    with database.write() as db:
        request, room = db.get_one(SessionRequest, broken.request_id), db.get_one(Room, broken.room_id)
        for number in range(25):
            match = make.match(db, request, starts_at=make.NOW + timedelta(hours=number), panel=[], room=room)
            its = {"match_id": match.id, "starts_at": match.starts_at, "ends_at": match.ends_at}
            plain = broken.model_dump(exclude={"id"})
            db.add(SharingSession(**{**plain, **its, "uid": f"other-{number}", "topic": f"Other {number}"}))

    page = text_of(organizer.get("/desk").text)

    begin = page.partition("Sessions that cannot be as agreed: decide what happens ( 1 )")[2].partition("Queue")[0]
    assert (broken.topic in begin, "Other" in begin) == (True, False)
    assert broken.topic not in page.partition("Sessions that are coming")[2]


def test_while_the_search_is_under_way_the_page_says_so(organizer: Browser, broken: SharingSession) -> None:
    page = text_of(organizer.get("/desk/sessions/1").text)

    assert "Somebody cannot come Zhang San 张三 A search is under way" in page


def test_the_best_substitute_and_the_best_other_hour_are_shown_with_their_reasons(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    search(database)

    page = organizer.get("/desk/sessions/1").text
    words = text_of(page.partition('id="mending"')[2].partition("</section>")[0].join(["<main>", "</main>"]))

    assert re.findall(r"The best [a-z ]+hour", words)[:1] == ["The best substitute at the same hour"]
    assert f"Comes {LI} Goes {ZHANG}" in words
    assert words.count("Why this one") == 2


def test_approving_the_substitute_tells_only_the_two_and_keeps_the_answers(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    search(database)
    match = substitute(database)

    preview = organizer.get(f"/desk/sessions/1/substitute?match={match.id}").text
    done = organizer.post("/desk/sessions/1/substitute", data={"match": str(match.id)})

    assert heading(preview) == "Replace at the same hour"
    assert "2 letters go out" in text_of(preview)
    assert (done.status_code, done.headers["location"]) == (303, "/desk/sessions/1?done=substituted")
    with database.read() as db:
        stands = queries.by_id(db, broken.id)
        assert answers(db, stands) == {LI: "NEEDS-ACTION", MEI: "ACCEPTED", ALINE: "ACCEPTED"}
        assert [name for name, *_ in letters(db, stands)[3:]] == [ZHANG, LI]


def test_a_day_before_somebody_can_still_take_over_and_is_called_first(
    organizer: Browser, clock: Clock, database: Database, session: SharingSession
) -> None:
    clock.now = session.starts_at - timedelta(hours=20)
    with database.write() as db:
        for profile in (Expert, Interpreter):
            db.exec(update(profile).values(notice_hours=48))
        stands = queries.by_id(db, session.id)
        respond(db, place_of(db, stands, MEI), "ACCEPTED", now=make.NOW)
        respond(db, place_of(db, stands, ZHANG), "DECLINED", now=clock.now)
    search(database, clock.now)
    match = substitute(database)

    shown = [organizer.get(f"/desk/sessions/1{page}").text for page in ("", f"/substitute?match={match.id}")]
    organizer.post("/desk/sessions/1/substitute", data={"match": str(match.id)})

    for page in shown:
        assert f"{LI} usually wants longer notice: call before you send the letters." in text_of(page)
        assert f"{MEI} usually wants" not in text_of(page)
    with database.read() as db:
        assert answers(db, queries.by_id(db, 1))[LI] == "NEEDS-ACTION"


def test_a_substitute_who_is_not_on_the_desk_any_more_is_refused_in_words(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    search(database)
    match = substitute(database)
    organizer.post("/desk/sessions/1/substitute", data={"match": str(match.id)})

    again = [
        organizer.get(f"/desk/sessions/1/substitute?match={match.id}"),
        organizer.post("/desk/sessions/1/substitute", data={"match": str(match.id)}),
        organizer.post("/desk/sessions/1/substitute", data={"match": "no number"}),
    ]

    assert [each.status_code for each in again] == [409] * 3


def test_where_nobody_of_the_hospital_comes_only_another_hour_helps(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    hour = session.starts_at + timedelta(hours=2)
    with database.write() as db:
        place = place_of(db, queries.by_id(db, session.id), ALINE)
        respond(db, place, "DECLINED", reason="A power cut", other_hour=hour, now=make.NOW)
    search(database)

    page = organizer.get("/desk/sessions/1").text.partition('id="mending"')[2].partition("</section>")[0]
    words, moves = text_of(f"<main>{page}</main>"), re.findall(r"reschedule\?to=(\w+):", page)

    assert f"{ALINE} could come at this hour instead:" in words
    assert "Nobody of the hospital can come at this hour: only another hour helps." in words
    assert moves == ["at", "match"]
    assert "Nobody can take over" not in words


def test_a_session_that_is_open_is_offered_no_other_hour(
    organizer: Browser, clock: Clock, database: Database, broken: SharingSession
) -> None:
    search(database)
    with database.write() as db:
        stands = queries.by_id(db, broken.id, for_change=True)
        confirm(db, stands, actor=ACTOR, now=make.NOW)
        clock.now = stands.starts_at
        stands.state = SessionState.OPEN

    mending = organizer.get("/desk/sessions/1").text.partition('id="mending"')[2].partition("</section>")[0]

    assert (mending != "", "reschedule?" in mending) == (True, False)


def test_what_somebody_wrote_who_was_replaced_is_kept(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    search(database)
    organizer.post("/desk/sessions/1/substitute", data={"match": str(substitute(database).id)})

    page = text_of(organizer.get("/desk/sessions/1").text)

    assert f"Was invited and cannot come {ZHANG} On call" in page


def test_who_comes_after_all_needs_no_substitute(
    organizer: Browser, database: Database, broken: SharingSession
) -> None:
    with database.write() as db:
        respond(db, place_of(db, queries.by_id(db, 1), ZHANG), "ACCEPTED", now=make.NOW)

    assert 'id="mending"' not in organizer.get("/desk/sessions/1").text


@pytest.fixture
def without_its_room(database: Database, session: SharingSession) -> SharingSession:
    """A session whose room is not in use any more, as the program has found out."""
    with database.write() as db:
        db.exec(update(Room).values(active=False))
    look_over(database, now=make.NOW)
    return session


def test_a_session_that_lost_its_room_is_among_those_to_decide_about(
    organizer: Browser, without_its_room: SharingSession
) -> None:
    page = text_of(organizer.get("/desk").text)

    begin = page.partition("Sessions that cannot be as agreed: decide what happens ( 1 )")[2].partition("Queue")[0]
    assert "West Lake room is not in use any more." in begin
    asked = text_of(organizer.get("/desk?state=approved").text)
    assert "West Lake room is not in use any more." in asked


def test_its_page_says_what_was_lost_beside_the_search_and_confirms_it_last_of_all(
    organizer: Browser, without_its_room: SharingSession
) -> None:
    page = organizer.get("/desk/sessions/1").text
    confirming, run = (text_of(organizer.get(f"/desk/sessions/1/{each}").text) for each in ("confirm", "run"))

    lost = "This session cannot be as agreed West Lake room is not in use any more."
    assert f"{lost} A search is under way" in text_of(page)
    assert '<a class="btn alt" href="/desk/sessions/1/confirm">' in page
    assert f"{lost} See what can be done" in confirming
    assert f"{lost.replace('agreed ', 'agreed: ')} See what can be done" in run


def test_where_nothing_helps_at_its_hour_the_page_says_so(
    organizer: Browser, database: Database, without_its_room: SharingSession
) -> None:
    search(database)

    assert "Nothing helps at this hour." in text_of(organizer.get("/desk/sessions/1").text)


def test_another_room_is_offered_first_and_everybody_is_told(
    organizer: Browser, database: Database, without_its_room: SharingSession
) -> None:
    with database.write() as db:
        make.room(db, "Kivu room")
    search(database)
    match = substitute(database)

    page = text_of(organizer.get("/desk/sessions/1").text)
    preview = organizer.get(f"/desk/sessions/1/substitute?match={match.id}").text
    done = organizer.post("/desk/sessions/1/substitute", data={"match": str(match.id)})
    after = organizer.get(done.headers["location"]).text

    assert "Another room at the same hour Who comes the same people Video room Kivu room instead of West Lake" in page
    assert heading(preview) == "Another room at the same hour"
    assert "3 letters go out" in text_of(preview)
    assert "Everybody is told, with an updated calendar entry." in text_of(preview)
    said = (
        "The session is in Kivu room instead of West Lake room. Everybody is told; those who stay keep their answers."
    )
    assert said in text_of(after)
    assert "had the session in Kivu room instead of West Lake room" in text_of(after)
    assert 'id="mending"' not in after


def test_another_room_and_somebody_else_are_both_told_of(
    organizer: Browser, database: Database, without_its_room: SharingSession
) -> None:
    with database.write() as db:
        make.room(db, "Kivu room")
        respond(db, place_of(db, queries.by_id(db, 1), ZHANG), "DECLINED", reason="On call", now=make.NOW)
    search(database)

    done = organizer.post("/desk/sessions/1/substitute", data={"match": str(substitute(database).id)})
    after = text_of(organizer.get(done.headers["location"]).text)

    told = f"Replaced {ZHANG} by {LI}. The session is in Kivu room instead of West Lake room. Everybody is told"
    assert told in after
    assert f"replaced {ZHANG} by {LI}; had the session in Kivu room instead of West Lake room" in after


def test_somebody_else_is_told_of_by_name(organizer: Browser, database: Database, broken: SharingSession) -> None:
    search(database)

    done = organizer.post("/desk/sessions/1/substitute", data={"match": str(substitute(database).id)})
    after = text_of(organizer.get(done.headers["location"]).text)
    quiet = text_of(organizer.get("/desk/sessions/1").text)

    assert (
        f"Replaced {ZHANG} by {LI}. Those who come and those who go are told; the others keep their answers." in after
    )
    assert "Those who come and those who go are told" not in quiet


def test_a_move_to_another_room_says_so_and_names_who_comes_instead(
    organizer: Browser, database: Database, without_its_room: SharingSession
) -> None:
    with database.write() as db:
        room = make.room(db, "Kivu room")
        asked = db.get_one(SessionRequest, without_its_room.request_id)
        li = db.exec(select(Expert).join(Person).where(Person.name == LI)).one()
        mei = db.exec(select(Interpreter).join(Person).where(Person.name == MEI)).one()
        to = make.match(db, asked, starts_at=at(2, 9), panel=[li], interpreters=[mei], room=room).id

    done = organizer.post("/desk/sessions/1/reschedule", data={"to": f"match:{to}"})
    after = text_of(organizer.get(done.headers["location"]).text)

    told = f"Rescheduled. Those affected are told, and who stays is asked anew. Replaced {ZHANG} by {LI}."
    assert f"{told} The session is in Kivu room instead of West Lake room." in after
    assert re.search(rf"; replaced {ZHANG} by {LI}; had the session in Kivu room instead of West Lake room", after)


def test_an_organizer_says_that_it_stays_as_it_is(organizer: Browser, without_its_room: SharingSession) -> None:
    page = organizer.get("/desk/sessions/1").text
    shown = re.findall(r'name="cause" value="([^"]+)"', page)

    done = organizer.post("/desk/sessions/1/keep", data={"cause": shown})
    after = organizer.get(done.headers["location"]).text
    again = organizer.post("/desk/sessions/1/keep", data={"cause": shown})

    assert shown == [f"out-of-use room:{without_its_room.room_id}"]
    assert "Noted. It stays as it is" in text_of(after)
    assert "Stays as it is all the same West Lake room is not in use any more." in text_of(after)
    assert "noted that the session stays as it is" in text_of(after)
    assert 'id="mending"' not in after
    assert "Sessions that cannot be as agreed" not in text_of(organizer.get("/desk").text)
    assert again.status_code == 409
