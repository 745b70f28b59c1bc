"""Exchanging parts of a session that stands: what would change, which letters go, and whose answers stay."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.people.models import Expert, InterpreterPair
from medixchange.sessions import queries
from medixchange.sessions.actions import cancel, confirm, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, ZHANG, Stage, answers, at, letters, place_of, send
from tests.web.conftest import Browser, Clock, text_of
from tests.web.invited import heading
from tests.web.test_exchange import form as form_of_match
from tests.web.test_exchange import page_of as page_of_match

BEGUN = (
    "This session has begun, so nothing about it is exchanged any more; write on its run sheet what changed, or note "
    "that it was not held."
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def agreed(database: Database, session: SharingSession) -> SharingSession:
    """A session to which the interpreter and the hospital have said yes."""
    with database.write() as db:
        stands = queries.by_id(db, session.id)
        for name in (MEI, ALINE):
            respond(db, place_of(db, stands, name), "ACCEPTED", now=make.NOW)
        return stands


def page_of(stage: Stage) -> str:
    return page_of_match(stage.tuesday)


def form(stage: Stage, **changed: object) -> dict[str, str]:
    """What the form sends, but for what was ``changed``."""
    return form_of_match(stage, **{"stands": stage.tuesday.id, **changed})


def hidden(page: str) -> dict[str, str]:
    """What a page sends without showing it."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def told(database: Database) -> list[tuple[str, str]]:
    """The letters since the invitations: to whom, and their METHOD."""
    with database.read() as db:
        return [(name, method) for name, _, method, _ in letters(db, queries.by_id(db, 1))[3:]]


def test_the_page_of_a_session_leads_to_its_parts(organizer: Browser, stage: Stage, agreed: SharingSession) -> None:
    desk = organizer.get("/desk/sessions/1").text

    page = organizer.get(page_of(stage)).text

    assert page_of(stage) in desk
    assert heading(page) == "Exchange parts of the session"
    assert "The session is like that already." in text_of(page)
    assert "Put among the proposals" not in page


def test_another_expert_is_previewed_and_then_told_to_the_two_alone(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    chosen = form(stage, expert1=stage.li.person_id)

    page = text_of(organizer.get(page_of(stage), params=chosen).text)
    preview = organizer.get(f"{page_of(stage)}/preview", params=chosen).text
    before = told(database)
    done = organizer.post(page_of(stage), data=hidden(preview))

    assert f"What would change Comes {LI} Goes {ZHANG}" in page
    assert "2 letters go out Each in its reader's language" in text_of(preview)
    assert f"Comes {LI} Goes {ZHANG}" in text_of(preview)
    assert before == []
    assert (done.status_code, done.headers["location"]) == (303, "/desk/sessions/1?done=substituted")
    assert told(database) == [(ZHANG, "CANCEL"), (LI, "REQUEST")]
    with database.read() as db:
        stands = queries.by_id(db, 1)
        assert answers(db, stands) == {LI: "NEEDS-ACTION", MEI: "ACCEPTED", ALINE: "ACCEPTED"}
        assert (stands.starts_at, stands.state) == (agreed.starts_at, SessionState.TENTATIVE)
    said = f"Replaced {ZHANG} by {LI}. Those who come and those who go are told; the others keep their answers."
    assert said in text_of(organizer.get(done.headers["location"]).text)


def test_a_confirmed_session_stays_so_with_another_room_and_everybody_has_it(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    with database.write() as db:
        confirm(db, queries.by_id(db, 1), actor=ACTOR, now=make.NOW)
        send(db)
        room = make.room(db, "Kivu room").id
    chosen = form(stage, room=room)

    preview = text_of(organizer.get(f"{page_of(stage)}/preview", params=chosen).text)
    done = organizer.post(page_of(stage), data=chosen)

    assert "Kivu room instead of West Lake room" in preview
    assert "Everybody is told, with an updated calendar entry. Those who stay keep their answers." in preview
    assert done.status_code == 303
    assert told(database)[3:] == [(name, "REQUEST") for name in (ZHANG, MEI, ALINE)]
    with database.read() as db:
        assert queries.by_id(db, 1).state is SessionState.CONFIRMED


def test_another_way_to_converse_at_the_same_hour_keeps_the_answers(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    with database.write() as db:
        for source, target in (("en", "fr"), ("fr", "en")):
            db.add(InterpreterPair(interpreter_id=stage.mei.person_id, source=source, target=target))
    chosen = form(stage, way="interpreter|en|fr|en>fr|1")

    preview = text_of(organizer.get(f"{page_of(stage)}/preview", params=chosen).text)
    done = organizer.post(page_of(stage), data=chosen)

    assert "Languages In English, interpreted into French and back." in preview
    assert done.status_code == 303
    with database.read() as db:
        stands = queries.by_id(db, 1)
        assert (stands.speech, stands.starts_at) == ("en", agreed.starts_at)
        assert answers(db, stands)[ALINE] == "ACCEPTED"
    after = text_of(organizer.get(done.headers["location"]).text)
    assert "It is interpreted otherwise now. Everybody is told; those who stay keep their answers." in after
    assert "had the session interpreted otherwise" in after


def test_another_hour_asks_everybody_anew_and_says_so_before(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    chosen = form(stage, at=at(2, 10).isoformat())

    preview = text_of(organizer.get(f"{page_of(stage)}/preview", params=chosen).text)
    done = organizer.post(page_of(stage), data=chosen)

    assert "Until now" in preview
    assert "Who stays is asked anew, and the session is tentative until they accept." in preview
    assert done.headers["location"] == "/desk/sessions/1?done=moved"
    with database.read() as db:
        stands = queries.by_id(db, 1)
        assert (stands.starts_at, set(answers(db, stands).values())) == (at(2, 10), {"NEEDS-ACTION"})


def test_what_cannot_be_is_refused_in_words_and_what_was_chosen_stays(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    with database.write() as db:
        db.add(LeavePeriod(person_id=stage.li.person_id, first_day=make.next_week(1), last_day=make.next_week(1)))
        room = make.room(db, "Kivu room").id
    chosen = form(stage, expert1=stage.li.person_id, room=room)

    refused = [organizer.get(f"{page_of(stage)}/preview", params=chosen), organizer.post(page_of(stage), data=chosen)]

    for page in refused:
        assert page.status_code == 409
        assert f"{LI} is on leave" in text_of(page.text).partition("There is a problem")[2]
        assert {str(stage.li.person_id), str(room)} <= set(re.findall(r'value="(\d+)" selected', page.text))
    assert told(database) == []


def test_nothing_chosen_otherwise_changes_nothing(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    refused = organizer.post(page_of(stage), data=form(stage))

    assert refused.status_code == 409
    assert "The session is like that already" in text_of(refused.text)
    assert told(database) == []


def test_a_session_that_has_changed_since_is_not_changed_by_what_was_seen_before(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    chosen = form(stage, expert1=stage.li.person_id)
    with database.write() as db:
        reschedule(db, queries.by_id(db, 1), starts_at=at(3, 10), actor=ACTOR, now=make.NOW)
        before = letters(db, queries.by_id(db, 1))

    refused = organizer.post(page_of(stage), data=chosen)
    with database.read() as db:
        after = letters(db, queries.by_id(db, 1))
    again = organizer.post(page_of(stage), data={**chosen, **hidden(refused.text)})

    assert refused.status_code == 409
    assert "This session has changed meanwhile" in text_of(refused.text)
    assert str(stage.li.person_id) in re.findall(r'value="(\d+)" selected', refused.text)
    assert after == before
    assert again.status_code == 303


def test_who_stays_needs_no_longer_notice_than_is_left_and_who_comes_does(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession, clock: Clock
) -> None:
    with database.write() as db:
        for each in (stage.zhang, stage.li):
            db.get_one(Expert, each.person_id).notice_hours = 48
        room = make.room(db, "Kivu room").id
    clock.now = at(1, 9) - timedelta(hours=20)

    page = text_of(organizer.get(page_of(stage), params=form(stage, expert1=stage.li.person_id)).text)
    done = organizer.post(page_of(stage), data=form(stage, room=room))

    assert "This cannot be" in page
    assert done.status_code == 303


def test_a_session_that_is_off_is_exchanged_no_more(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    with database.write() as db:
        cancel(db, queries.by_id(db, 1), reason="", actor=ACTOR, now=make.NOW)
    before = told(database)

    desk = organizer.get("/desk/sessions/1").text
    preview = organizer.get(f"{page_of(stage)}/preview", params=form(stage, expert1=stage.li.person_id))
    refused = organizer.post(page_of(stage), data=form(stage, expert1=stage.li.person_id))

    assert page_of(stage) not in desk
    assert preview.status_code == 303
    assert refused.status_code == 409
    assert told(database) == before


@pytest.mark.parametrize("changed", ["expert", "hour"])
@pytest.mark.parametrize(
    ("later", "is_held", "why"),
    [
        (timedelta(0), False, BEGUN),
        (timedelta(minutes=29), False, BEGUN),
        (
            timedelta(minutes=30),
            False,
            "The hour of this session has passed; note whether it was held, or reschedule it.",
        ),
        (timedelta(hours=1), True, "This session has been held; what is left is its recap."),
    ],
)
def test_of_a_session_that_has_begun_or_is_over_nothing_is_exchanged_and_that_is_said(
    organizer: Browser,
    database: Database,
    stage: Stage,
    agreed: SharingSession,
    clock: Clock,
    later: timedelta,
    is_held: bool,
    why: str,
    changed: str,
) -> None:
    chosen = form(stage, **({"expert1": stage.li.person_id} if changed == "expert" else {"at": at(2, 10).isoformat()}))
    clock.now = at(1, 9) + later
    if is_held:
        organizer.post("/desk/sessions/1/close")
    before = told(database)

    desk = organizer.get("/desk/sessions/1").text
    pages = [
        organizer.get(page_of(stage)),
        organizer.get(f"{page_of(stage)}/preview", params=chosen),
        organizer.post(page_of(stage), data=chosen),
    ]

    assert page_of(stage) not in desk
    assert [(each.status_code, why in text_of(each.text)) for each in pages] == [(409, True)] * 3
    assert all("Nothing was changed and nobody was told." in text_of(each.text) for each in pages)
    assert told(database) == before
    with database.read() as db:
        assert queries.by_id(db, 1).match_id == agreed.match_id


def test_a_proposal_that_was_put_aside_by_the_session_begins_what_changes_of_it(
    organizer: Browser, database: Database, stage: Stage, agreed: SharingSession
) -> None:
    page = text_of(organizer.get(f"/desk/matches/{stage.by_li.id}/exchange").text)

    assert f"What would change Comes {LI} Goes {ZHANG}" in page
    with database.read() as db:
        assert db.get_one(ProposedMatch, stage.tuesday.id).state is MatchState.APPROVED
