"""What an organizer decides at the desk is done, told, or refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ATTEMPTS, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.outbox.models import Delivery
from medixchange.outbox.queries import about
from medixchange.people.models import Hospital
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ALINE, LI, MEI, ZHANG, Stage, at, elsewhere, letters
from tests.web.conftest import Browser, Clock, text_of

NOWHERE = ("", "at:", "at:soon", "at:2026-12-03T09:00:00", "at:9999-12-31T23:45+00:00", "match:0", "match:x", "match:²")
PAGES = (
    "/desk",
    "/desk/requests/1",
    "/desk/matches/1/approve",
    "/desk/sessions/1",
    "/desk/deliveries",
    "/desk/hospitals",
)


def told(database: Database, number: int = 1) -> list[tuple[str, str, str, int]]:
    """The letters about the session: name, kind, METHOD, SEQUENCE."""
    with database.read() as db:
        return letters(db, queries.by_id(db, number))


def test_approving_makes_a_session_and_invites_everybody_once(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    answer = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sessions/1?done=approved")
    assert told(database) == [(name, "hold", "REQUEST", 0) for name in (ZHANG, MEI, ALINE)]


def test_a_second_approval_is_refused_in_words_and_invites_nobody(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    again = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert again.status_code == 409
    assert text_of(again.text) == (
        "This is not possible now This proposal was decided already; reload the page to see the others. "
        "Nothing was changed and nobody was invited. See the proposals as they are now"
    )
    assert told(database) == [(name, "hold", "REQUEST", 0) for name in (ZHANG, MEI, ALINE)]


def test_a_proposal_whose_people_were_taken_meanwhile_is_refused_in_words_and_invites_nobody(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
    organizer.post(f"/desk/matches/{rival.id}/approve")

    answer = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert answer.status_code == 409
    assert "Nothing was changed and nobody was invited." in text_of(answer.text)
    with database.read() as db:
        assert [each.request_id for each in db.exec(select(SharingSession))] == [rival.request_id]
        assert {each.subject for each in db.exec(select(Delivery))} == {"session:1"}


def test_a_proposal_whose_people_were_taken_shows_why_and_offers_no_approval(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
    organizer.post(f"/desk/matches/{rival.id}/approve")

    page = organizer.get(f"/desk/matches/{stage.tuesday.id}/approve")

    assert "This proposal is not possible any more" in text_of(page.text)
    assert "<button>Approve" not in page.text


def test_a_proposal_whose_hour_is_over_cannot_be_approved_and_says_so(
    organizer: Browser, database: Database, stage: Stage, clock: Clock
) -> None:
    clock.now = at(1, 9, 1)

    preview = organizer.get(f"/desk/matches/{stage.tuesday.id}/approve").text
    answer = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert "This hour has begun already." in text_of(preview)
    assert "<button>Approve" not in preview
    assert (answer.status_code, "That hour has passed; choose a later one." in text_of(answer.text)) == (409, True)
    with database.read() as db:
        assert db.exec(select(Delivery)).all() == []


def test_the_preview_shows_each_letter_in_its_readers_language(organizer: Browser, stage: Stage) -> None:
    page = organizer.get(f"/desk/matches/{stage.tuesday.id}/approve")

    assert re.findall(r'<div class="sheet pre" lang="([^"]+)" dir="([^"]+)">', page.text) == [
        ("zh-Hans", "ltr"),
        ("zh-Hans", "ltr"),
        ("en", "ltr"),
    ]


def test_the_preview_holds_nobodys_own_link_and_changes_nothing(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    page = organizer.get(f"/desk/matches/{stage.tuesday.id}/approve")

    assert set(re.findall(r"/answer/([^\s<]*)", page.text)) == {"…"}
    with database.read() as db:
        assert (db.exec(select(SharingSession)).all(), db.exec(select(Delivery)).all()) == ([], [])


def test_confirming_tells_everybody(organizer: Browser, database: Database, session: SharingSession) -> None:
    page = organizer.get(f"/desk/sessions/{session.id}/confirm")
    answer = organizer.post(f"/desk/sessions/{session.id}/confirm")

    assert "Not everybody has accepted" in text_of(page.text)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sessions/1?done=confirmed")
    assert told(database)[3:] == [(name, "confirmed", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]


def test_confirming_twice_is_refused_in_words(organizer: Browser, session: SharingSession) -> None:
    organizer.post(f"/desk/sessions/{session.id}/confirm")

    again = organizer.post(f"/desk/sessions/{session.id}/confirm")

    assert again.status_code == 409
    assert text_of(again.text) == (
        "This is not possible now This session is confirmed already; reschedule or cancel it instead. "
        "Nothing was changed and nobody was told. See the session as it is now"
    )


def test_rescheduling_shows_the_old_and_the_new_hour_in_both_clocks_and_moves(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    choices = organizer.get(f"/desk/sessions/{session.id}/reschedule")
    wanted = f"at:{at(3, 11).isoformat()}"
    assert f'value="{wanted}"' in unescape(choices.text)

    preview = organizer.get(f"/desk/sessions/{session.id}/reschedule", params={"to": wanted})
    moved = organizer.post(f"/desk/sessions/{session.id}/reschedule", data={"to": wanted})

    assert re.findall(r"Until now (.*) From now on (.*?) On this device", text_of(preview.text)) == [
        (
            "Kigali · UTC+2 Tue, 1 Dec 2026, 09:00–09:30 Beijing · UTC+8 Tue, 1 Dec 2026, 15:00–15:30 On this device ·",
            "Kigali · UTC+2 Thu, 3 Dec 2026, 11:00–11:30 Beijing · UTC+8 Thu, 3 Dec 2026, 17:00–17:30",
        )
    ]
    assert (moved.status_code, moved.headers["location"]) == (303, "/desk/sessions/1?done=moved")
    assert told(database)[3:] == [(name, "moved", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]


def test_rescheduling_to_nothing_asks_again_and_tells_nobody(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    address = f"/desk/sessions/{session.id}/reschedule"

    answers = [organizer.post(address, data={"to": wrong}) for wrong in NOWHERE]

    assert {answer.status_code for answer in answers} == {422}
    for answer in answers:
        assert "<title>Error: Reschedule the session" in answer.text
        assert '<a href="#to">Choose an hour or a proposal.</a>' in answer.text
    assert len(told(database)) == 3


def test_an_hour_that_is_taken_has_no_preview_and_another_is_asked_for(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(3, 11))
    organizer.post(f"/desk/matches/{rival.id}/approve")

    answer = organizer.get("/desk/sessions/1/reschedule", params={"to": f"at:{at(3, 11).isoformat()}"})

    assert answer.status_code == 422
    assert '<a href="#to">Not all of them are free at that hour; choose another one.</a>' in answer.text


def test_rescheduling_to_another_proposal_tells_only_those_affected(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        db.get_one(ProposedMatch, stage.by_li.id).state = MatchState.PROPOSED
    wanted = f"match:{stage.by_li.id}"

    preview = organizer.get(f"/desk/sessions/{session.id}/reschedule", params={"to": wanted})
    moved = organizer.post(f"/desk/sessions/{session.id}/reschedule", data={"to": wanted})

    assert (preview.text.count('class="sheet pre"'), moved.status_code) == (4, 303)
    assert told(database)[3:] == [
        (ZHANG, "removed", "CANCEL", 1),
        (LI, "hold", "REQUEST", 1),
        (MEI, "moved", "REQUEST", 1),
        (ALINE, "moved", "REQUEST", 1),
    ]


def test_a_proposal_of_an_unapproved_hospital_leads_to_the_hospitals_and_invites_nobody(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        db.get_one(Hospital, stage.hospital.id).approved_at = None

    page = organizer.get(f"/desk/matches/{stage.tuesday.id}/approve")
    answer = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert ("<button>Approve" in page.text, 'href="/desk/hospitals"' in page.text) == (False, True)
    assert (answer.status_code, "approve the hospital first" in text_of(answer.text)) == (409, True)


def test_rescheduling_to_an_hour_that_is_taken_is_refused_in_words(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(3, 11))
    organizer.post(f"/desk/matches/{rival.id}/approve")

    answer = organizer.post("/desk/sessions/1/reschedule", data={"to": f"at:{at(3, 11).isoformat()}"})

    assert answer.status_code == 409
    assert "Nothing was changed and nobody was told." in text_of(answer.text)
    assert len(told(database)) == 3


def test_cancelling_without_a_reason_asks_for_one_and_tells_nobody(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    answer = organizer.post(f"/desk/sessions/{session.id}/cancel", data={"reason": " ", "afterwards": "withdrawn"})

    assert answer.status_code == 422
    assert '<a href="#reason">Write why, in words that everybody invited will read.</a>' in answer.text
    assert 'value="withdrawn" checked' in answer.text
    assert len(told(database)) == 3


def test_cancelling_shows_the_letters_first_and_then_tells_everybody_why(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    form = {"reason": "The line is down.", "afterwards": "submitted"}

    preview = organizer.post(f"/desk/sessions/{session.id}/cancel", data={**form, "act": "show"})
    assert (preview.status_code, preview.text.count('class="sheet pre"')) == (200, 3)
    assert len(told(database)) == 3
    answer = organizer.post(f"/desk/sessions/{session.id}/cancel", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sessions/1?done=cancelled")
    assert told(database)[3:] == [(name, "cancelled", "CANCEL", 1) for name in (ZHANG, MEI, ALINE)]
    with database.read() as db:
        assert queries.by_id(db, 1).state is SessionState.CANCELLED
        assert db.get_one(SessionRequest, session.request_id).state is RequestState.SUBMITTED


def test_declining_tells_the_hospital_why_and_takes_the_proposals_off_the_desk(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    address = f"/desk/requests/{stage.request.id}/decline"

    empty = organizer.post(address, data={"reason": ""})
    answer = organizer.post(address, data={"reason": "We answer hospitals only."})

    assert (empty.status_code, answer.status_code) == (422, 303)
    with database.read() as db:
        asked = db.get_one(SessionRequest, stage.request.id)
        assert (asked.state, asked.reason) == (RequestState.DECLINED, "We answer hospitals only.")
        assert [each.kind for each in about(db, f"request:{asked.id}")] == ["request-declined"]
    assert organizer.post(f"/desk/matches/{stage.tuesday.id}/approve").status_code == 409


def test_searching_again_asks_for_a_search(organizer: Browser, database: Database, stage: Stage) -> None:
    answer = organizer.post(f"/desk/requests/{stage.request.id}/search")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/requests/{stage.request.id}")
    with database.read() as db:
        wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).all()
        assert [each.request_id for each in wanted] == [stage.request.id]


def test_a_search_that_is_given_up_is_not_said_to_be_tried_again(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    said = []
    for attempts in (ATTEMPTS - 1, ATTEMPTS):
        with database.write() as db:
            search = db.get_one(MatchSearch, stage.by_li.search_id)
            search.state, search.attempts = SearchState.FAILED, attempts
        page = text_of(organizer.get(f"/desk/requests/{stage.request.id}").text)
        said.append(
            [words in page for words in ("it is tried again by itself", "is not tried any more", "Search again")]
        )

    assert said == [[True, False, True], [False, True, True]]


def test_approving_a_hospital_lets_its_sessions_into_calendars(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db, "Clinic of Huye", city="Huye", approved=False)

    answer = organizer.post(f"/desk/hospitals/{hospital.id}/approve")
    again = organizer.post(f"/desk/hospitals/{hospital.id}/approve")

    assert (answer.status_code, again.status_code) == (303, 409)
    with database.read() as db:
        assert db.get_one(type(hospital), hospital.id).approved_at == make.NOW


def test_only_organizers_come_to_the_desk(opened: Callable[..., Browser], database: Database, stage: Stage) -> None:
    nobody, liaison = opened(), opened()
    liaison.sign_in(database, stage.liaison)

    answers = [(nobody.get(page).status_code, liaison.get(page).status_code) for page in PAGES]

    assert answers == [(303, 403)] * len(PAGES)


def test_after_its_hour_the_desk_notes_that_a_session_was_held(
    organizer: Browser, database: Database, session: SharingSession, clock: Clock
) -> None:
    organizer.post(f"/desk/sessions/{session.id}/confirm")
    before = organizer.post(f"/desk/sessions/{session.id}/close")
    clock.now = session.ends_at

    offered = "It was held" in organizer.get(f"/desk/sessions/{session.id}").text
    noted = organizer.post(f"/desk/sessions/{session.id}/close")

    assert (before.status_code, offered) == (409, True)
    assert noted.headers["location"] == f"/desk/sessions/{session.id}?done=closed"
    with database.read() as db:
        assert db.get_one(SharingSession, session.id).state is SessionState.HELD
