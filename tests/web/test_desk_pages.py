"""Each page of the desk shows what an organizer needs to decide, in few queries however much there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.accounts.models import SignInLink
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.actions import want
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.matching.searching import propose
from medixchange.outbox.letters import Letter
from medixchange.outbox.post import post
from medixchange.recaps import queries as recaps
from medixchange.sessions.actions import confirm
from medixchange.sessions.answers import respond
from medixchange.sessions.models import SharingSession
from medixchange.sessions.queries import attendances, by_id
from tests import make
from tests.recaps.stage import begin, check, publish
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, ZHANG, Stage, at, elsewhere
from tests.statements import noted
from tests.web.conftest import Browser, Clock, text_of

MOST_BYTES = 60 * 1024
HOLDING = (
    "You have it: choose a proposal and approve it.",
    "You have it: see what stands in the way and what would help.",
    "The hospital has it: its contact has not answered our letter yet.",
)


def queries_for(browser: Browser, database: Database, address: str) -> int:
    """How many statements a page takes once everything that stays in memory is there."""
    assert browser.get(address).status_code == 200
    with noted(database) as sent:
        browser.get(address)
    return len(sent)


def searched(database: Database, request: SessionRequest) -> None:
    """Run a search for ``request`` as the clockwork would."""
    with database.write() as db:
        search = want(db, db.get_one(SessionRequest, request.id), now=make.NOW)
    propose(database, search.id, now=make.NOW)


@pytest.fixture
def lonely(database: Database) -> SessionRequest:
    """A request for an hour at which no expert is there, but would be at others."""
    with database.write() as db:
        hospital = make.hospital(db)
        make.expert(db, ZHANG)
        make.room(db)
        asked = make.request(db, hospital, windows=[(make.next_week(1), 18 * 60, 20 * 60)])
    searched(database, asked)
    return asked


def test_an_organizer_comes_to_the_desk_from_the_sign_in_letter(
    app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        ada = make.organizer(db)
    browser.post("/signin", data={"email": ada.email})
    with database.read() as db:
        token = app.state.mint.token("signin", db.exec(select(SignInLink)).one().seed)

    assert browser.post(f"/signin/{token}").headers["location"] == "/desk"


def test_the_queue_says_what_waits_for_whom(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        make.request(db, stage.hospital, state=RequestState.SENT, topic="Dialysis")
        make.request(db, stage.hospital, state=RequestState.WAITING, topic="Malaria", urgency=3)

    page = text_of(organizer.get("/desk").text)

    titles = re.findall(
        r"(Waiting for your decision|No match yet|Being matched|Address not confirmed) \( (\d) \)", page
    )
    assert titles == [("Waiting for your decision", "1"), ("No match yet", "1"), ("Address not confirmed", "1")]
    assert [holder in page for holder in HOLDING] == [True, True, True]
    assert "Best proposal: 90 of 100 · 2 others" in page


def test_an_answer_that_is_later_than_promised_is_said_to_be_late(
    organizer: Browser, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        make.request(db, make.hospital(db), urgency=2)
    clock.now += timedelta(days=6)
    before = text_of(organizer.get("/desk").text)

    clock.now += timedelta(days=1, hours=5)
    after = text_of(organizer.get("/desk").text)

    assert "Waiting for 6 days; answer promised within 1 day" in before
    assert "Waiting for 7 days; the answer is 5 hours late" in after


def test_the_desk_says_when_searches_stand_still(
    organizer: Browser, database: Database, stage: Stage, clock: Clock
) -> None:
    with database.write() as db:
        want(db, db.get_one(SessionRequest, stage.request.id), now=make.NOW)
    at_once = text_of(organizer.get("/desk").text)

    clock.now += timedelta(minutes=6)
    later = text_of(organizer.get("/desk").text)

    assert ["1 search stands still." in page for page in (at_once, later)] == [False, True]


def test_the_queue_names_those_whose_answers_a_session_waits_for(organizer: Browser, session: SharingSession) -> None:
    page = text_of(organizer.get("/desk").text)

    assert f"Held tentatively Waits for the answers of {ZHANG}, {MEI} and {ALINE}" in page


def test_a_session_that_was_confirmed_waits_for_no_answers(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    with database.write() as db:
        confirm(db, db.get_one(SharingSession, session.id), actor=ACTOR, now=make.NOW)

    page = text_of(organizer.get("/desk").text)

    assert ("Confirmed 3 people have not accepted" in page, "Waits for the answers" in page) == (True, False)


def test_a_request_that_has_a_session_shows_the_sessions_hour_and_who_is_missing(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        zhang = next(place for place, person in attendances(db, session.id) if person.name == ZHANG)
        respond(db, zhang, "DECLINED", now=make.NOW)
    searched(database, stage.request)  # better proposals for the same request

    approved = organizer.get("/desk?state=approved").text
    page = organizer.get(f"/desk/requests/{stage.request.id}").text

    missing = f"Held tentatively Cannot come: {ZHANG}; 2 others have not accepted"
    shown = ("Tue, 1 Dec 2026, 09:00–09:30 Kigali · UTC+2", missing)
    assert [each in text_of(html) for html in (approved, page) for each in shown] == [True] * 4
    assert (f'href="/desk/sessions/{session.id}"' in approved, "Best proposal" in approved) == (True, False)


def test_a_request_whose_session_stands_is_not_said_to_lack_proposals(
    organizer: Browser, stage: Stage, session: SharingSession
) -> None:
    page = text_of(organizer.get(f"/desk/requests/{stage.request.id}").text)

    assert ("Open the session of this request" in page, "There are no proposals." in page) == (True, False)


def test_a_request_shows_its_proposals_with_both_clocks_the_picture_and_the_same_as_a_table(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    searched(database, stage.request)

    html = organizer.get(f"/desk/requests/{stage.request.id}").text
    card = html.partition('<section class="card"')[2].partition("</section>")[0]
    words = text_of(f"<main>{card}</main>")

    assert re.findall(r"<th scope=\"row\"><bdi>([^<]+)</bdi></th>", card) == [stage.hospital.name, ZHANG, MEI]
    assert card.count('<svg class="clock"') == 3
    assert re.findall(r"(\w+) · UTC\+(\d) (\w{3}, \d+ \w{3} \d{4}, \d\d:\d\d–\d\d:\d\d)", words)[:2] == [
        ("Kigali", "2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing", "8", "Tue, 1 Dec 2026, 15:00–15:30"),
    ]
    assert "In Chinese, interpreted into French and back." in words
    assert "Video room: West Lake room" in words
    assert f"For: {MEI} interprets between Chinese and French." in words


def test_a_proposal_that_is_not_the_best_says_why(organizer: Browser, database: Database, stage: Stage) -> None:
    searched(database, stage.request)

    cards = organizer.get(f"/desk/requests/{stage.request.id}").text.split('<section class="card"')[1:]

    behind = re.compile("Why it ranks behind proposal 1|Worth as much as proposal 1")
    assert [bool(behind.search(card)) for card in cards[:5]] == [False, True, True, True, True]


def test_a_proposal_whose_people_are_taken_says_so_and_cannot_be_approved(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
    organizer.post(f"/desk/matches/{rival.id}/approve")

    html = organizer.get(f"/desk/requests/{stage.request.id}").text

    assert html.count("Not possible any more") == 2
    assert re.findall(r'href="/desk/matches/(\d+)/approve"', html) == [str(stage.wednesday.id)]


def test_an_hour_that_is_over_waits_for_no_decision_and_another_search_is_offered(
    organizer: Browser, stage: Stage, clock: Clock
) -> None:
    clock.now = at(1, 9, 1)
    queue = text_of(organizer.get("/desk").text)
    page = text_of(organizer.get(f"/desk/requests/{stage.request.id}").text)

    clock.now = at(2, 10)
    later = organizer.get("/desk").text

    assert re.findall(r"of 100(?: · \d other)?|too late", queue) == ["of 100"]
    assert "It is too late for 2 proposals." in page
    assert page.count("Not possible any more") == page.count("This hour has begun already.") == 2
    assert "It is too late for every hour that was found. Search again" in text_of(later)
    assert f'action="/desk/requests/{stage.request.id}/search"' in later


def test_a_request_without_a_match_says_why_and_what_would_help(organizer: Browser, lonely: SessionRequest) -> None:
    html = organizer.get(f"/desk/requests/{lonely.id}").text
    page = text_of(html)

    assert "Why there is no match" in page
    assert "What would help, the easiest first" in page
    assert html.count("<strong>It would work if") == 2
    assert (
        "First possible start: Mon, 23 Nov 2026, 10:15 (Kigali, UTC+2) ; Mon, 23 Nov 2026, 16:15 (Beijing, UTC+8)"
        in page
    )


def test_what_the_hospital_agrees_to_is_applied_by_a_button_and_really_gives_a_match(
    organizer: Browser, database: Database, lonely: SessionRequest
) -> None:
    page = organizer.get(f"/desk/requests/{lonely.id}").text
    assert f'action="/desk/requests/{lonely.id}/agree"><input type="hidden" name="windows" value="yes">' in page

    answer = organizer.post(f"/desk/requests/{lonely.id}/agree", data={"windows": "yes"})
    with database.read() as db:
        wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).one()
    propose(database, wanted.id, now=make.NOW)

    assert answer.status_code == 303
    with database.read() as db:
        assert db.get_one(SessionRequest, lonely.id).state is RequestState.MATCHED
        assert db.exec(select(ProposedMatch)).first() is not None


def test_a_hospital_may_agree_to_interpreters_and_to_a_shorter_session(
    organizer: Browser, database: Database, lonely: SessionRequest
) -> None:
    with database.write() as db:
        db.get_one(SessionRequest, lonely.id).interpreting = "no"

    organizer.post(f"/desk/requests/{lonely.id}/agree", data={"interpreting": "yes", "shorter": "30"})

    with database.read() as db:
        kept = db.get_one(SessionRequest, lonely.id)
        assert (kept.interpreting, kept.minutes, kept.windows_only) == ("if-needed", 30, True)


@pytest.mark.parametrize("form", [{"shorter": "31"}, {"shorter": "0"}, {"shorter": "x"}, {"windows": "no"}])
def test_what_no_button_says_is_not_written_into_a_request(
    organizer: Browser, database: Database, lonely: SessionRequest, form: dict[str, str]
) -> None:
    assert organizer.post(f"/desk/requests/{lonely.id}/agree", data=form).status_code == 422

    with database.read() as db:
        kept = db.get_one(SessionRequest, lonely.id)
        assert (kept.state, kept.minutes, kept.windows_only) == (RequestState.WAITING, 60, True)


def test_another_hour_says_what_stands_in_its_way(organizer: Browser, lonely: SessionRequest) -> None:
    address = f"/desk/requests/{lonely.id}/hours"
    day = make.next_week(1).isoformat()

    outside = text_of(organizer.get(address, params={"day": day, "clock": "18:00"}).text)
    nothing = organizer.get(address, params={"day": "", "clock": "25:00"})

    assert "Tue, 1 Dec 2026, 18:00–19:00" in outside
    assert "What stands in the way" in outside
    assert nothing.status_code == 422
    assert '<a href="#day">Choose a day.</a>' in nothing.text
    assert '<a href="#clock">Choose a time from the list.</a>' in nothing.text


def test_a_session_shows_who_comes_its_letters_and_what_happened(organizer: Browser, session: SharingSession) -> None:
    page = text_of(organizer.get(f"/desk/sessions/{session.id}?done=approved").text)

    assert page.startswith("Desk › MX-")
    for words in (
        "Approved. The hour is held in everybody's calendar, and the invitations are on their way.",
        f"{ZHANG} Expert No answer yet They cannot come : {ZHANG} {MEI} Interpreter No answer yet",
        f"They cannot come : {MEI} {ALINE} Hospital No answer yet",
        "Ada Organizer approved",
    ):
        assert words in page
    assert page.count("Invitation") == 3


def test_a_session_says_who_answered_what_and_from_which_hour_it_was_moved_to_which(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    with database.write() as db:
        places = {person.name: place for place, person in attendances(db, session.id)}
        respond(db, places[ZHANG], "ACCEPTED", now=make.NOW)
        respond(db, places[MEI], "DECLINED", now=make.NOW)
    organizer.post(f"/desk/sessions/{session.id}/reschedule", data={"to": f"at:{at(3, 11).isoformat()}"})

    page = text_of(organizer.get(f"/desk/sessions/{session.id}").text)

    happened = page.partition("What happened ")[2]
    assert re.findall(rf"({ZHANG}|{MEI}|Ada Organizer) (.+?) Mon, 23 Nov", happened) == [
        (
            "Ada Organizer",
            "rescheduled from Tue, 1 Dec 2026, 09:00 (Kigali, UTC+2) to Thu, 3 Dec 2026, 11:00 (Kigali, UTC+2);"
            " that is from Tue, 1 Dec 2026, 15:00 (Beijing, UTC+8) to Thu, 3 Dec 2026, 17:00 (Beijing, UTC+8)",
        ),
        (MEI, "declined"),
        (ZHANG, "accepted"),
        ("Ada Organizer", "approved"),
    ]


def test_other_people_at_the_same_hour_are_told_apart_from_another_hour(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        db.get_one(ProposedMatch, stage.by_li.id).state = MatchState.PROPOSED
    organizer.post(f"/desk/sessions/{session.id}/reschedule", data={"to": f"match:{stage.by_li.id}"})

    page = text_of(organizer.get(f"/desk/sessions/{session.id}").text)

    assert f"Ada Organizer replaced {ZHANG} by {LI}" in page


def test_what_a_hospital_agreed_to_is_said_in_the_history(organizer: Browser, lonely: SessionRequest) -> None:
    organizer.post(f"/desk/requests/{lonely.id}/agree", data={"windows": "yes", "shorter": "45"})

    page = text_of(organizer.get(f"/desk/requests/{lonely.id}").text)

    assert "Ada Organizer noted that the hospital agrees: 45 minutes instead of 60 and other hours as well" in page


def test_a_cancelled_session_offers_nothing_more_and_says_why(organizer: Browser, session: SharingSession) -> None:
    form = {"reason": "The line is down.", "afterwards": "withdrawn"}
    organizer.post(f"/desk/sessions/{session.id}/cancel", data=form)

    html = organizer.get(f"/desk/sessions/{session.id}").text

    assert "Why it was cancelled The line is down." in text_of(html)
    assert re.findall(r"/desk/sessions/\d+/(\w+)", html) == ["agenda", "questions", "files"]


def test_the_preview_of_an_approval_is_in_each_recipients_language_and_clock(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        make.liaison(db, stage.hospital, "Claire Exemple", language="fr")

    page = unescape(organizer.get(f"/desk/matches/{stage.tuesday.id}/approve").text)

    sheets = re.findall(r'sheet pre" lang="([^"]+)" dir="ltr">(.*?)</div>', page, re.DOTALL)
    assert [tag for tag, _ in sheets] == ["zh-Hans", "zh-Hans", "en", "fr"]
    assert "2026年12月1日" in sheets[0][1]
    assert "mar. 1 déc. 2026" in sheets[3][1]


@pytest.mark.parametrize("address", ["/desk", "/desk?state=matched", "/desk/hospitals", "/desk/deliveries"])
def test_a_list_takes_as_many_queries_for_twelve_rows_as_for_three(
    organizer: Browser, database: Database, stage: Stage, address: str
) -> None:
    _crowd(database, stage, 3)
    few = queries_for(organizer, database, address)
    _crowd(database, stage, 9)

    assert queries_for(organizer, database, address) == few


def _crowd(database: Database, stage: Stage, number: int) -> None:
    """So many more requests with proposals, hospitals that wait, sessions that are coming, and letters."""
    with database.write() as db:
        for _ in range(number):
            many = next(make.NUMBERS)
            elsewhere(db, stage, at(4, 8), city=f"City {many}")
            make.hospital(db, f"Clinic {many}", approved=False)
            letter = Letter("signin", "en", "UTC", "Ada", f"ada{many}@example.org", {"minutes": 15})
            post(db, letter, key=f"letter-{many}", subject="person:1", now=make.NOW)


def test_the_queue_takes_as_many_queries_for_two_sessions_as_for_one(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    _sessions(organizer, database, stage, range(1, 2))
    few = queries_for(organizer, database, "/desk")
    _sessions(organizer, database, stage, range(2, 3))

    assert queries_for(organizer, database, "/desk") == few


def _sessions(organizer: Browser, database: Database, stage: Stage, hours: range) -> None:
    for hour in hours:
        with database.write() as db:
            match = elsewhere(db, stage, at(hour % 5, 8 + hour // 2), city=f"Town {hour}")
        answer = organizer.post(f"/desk/matches/{match.id}/approve")
        assert (answer.status_code, text_of(answer.text)) == (303, "")


def test_a_request_takes_as_many_queries_for_five_proposals_as_for_two(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    address = f"/desk/requests/{stage.request.id}"
    few = queries_for(organizer, database, address)
    with database.write() as db:
        for hour in (8, 9):
            starts_at = at(3, hour)
            make.match(
                db, stage.request, starts_at=starts_at, panel=[stage.li], interpreters=[stage.mei], room=stage.room
            )

    assert queries_for(organizer, database, address) == few


@pytest.mark.parametrize("language", ["en", "zh-Hans", "fr", "id", "ar"])
def test_every_page_opens_in_every_language(
    opened: Callable[..., Browser], database: Database, stage: Stage, language: str
) -> None:
    with database.write() as db:
        ada = make.organizer(db, language=language)
    reader = opened(language=language)
    reader.sign_in(database, ada)
    match, request = stage.tuesday.id, stage.request.id
    before = [
        reader.get(address)
        for address in (
            "/desk",
            "/desk/hospitals",
            f"/desk/requests/{request}",
            f"/desk/requests/{request}/hours",
            f"/desk/requests/{request}/decline",
            f"/desk/matches/{match}/approve",
        )
    ]

    reader.post(f"/desk/matches/{match}/approve")
    pages = before + [
        reader.get(address)
        for address in (
            "/desk/sessions/1",
            "/desk/sessions/1/confirm",
            "/desk/sessions/1/reschedule",
            f"/desk/sessions/1/reschedule?to=at:{at(3, 11):%Y-%m-%dT%H:%M}%2B00:00",
            "/desk/sessions/1/cancel",
            "/desk/deliveries",
            "/desk/deliveries/1",
            "/desk/deliveries/1/discard",
        )
    ]

    assert [page.status_code for page in pages] == [200] * 14
    assert {page.headers["content-language"] for page in pages} == {language}
    assert max(len(page.content) for page in pages) < MOST_BYTES


def test_a_number_that_is_not_there_is_not_found(organizer: Browser) -> None:
    pages = ("requests/{}", "matches/{}/approve", "sessions/{}", "sessions/{}/cancel", "deliveries/{}")
    numbers = ("0", "-1", "x", "2147483648", "99999999999999999999", "7")

    answers = {organizer.get("/desk/" + page.format(number)).status_code for page in pages for number in numbers}

    assert answers == {404}


def test_many_requests_in_one_state_come_page_by_page(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        for number in range(30):
            make.request(db, hospital, state=RequestState.DECLINED, topic=f"Topic {number:02}", decided_at=make.NOW)

    first, second, beyond = (
        re.findall(r"Topic \d\d", organizer.get("/desk", params={"state": "declined", "page": page}).text)
        for page in ("1", "2", "x")
    )

    assert first == [f"Topic {number:02}" for number in range(29, 4, -1)]
    assert second == [f"Topic {number:02}" for number in range(4, -1, -1)]
    assert beyond == first


def test_the_queue_shows_the_first_and_leads_to_the_others(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        for _ in range(27):
            make.request(db, hospital)

    page = organizer.get("/desk").text

    assert page.count('href="/desk/requests/') == 25
    assert '<a href="/desk?state=submitted">Show the other 2</a>' in page


def test_a_request_shows_its_letters_and_what_happened(organizer: Browser, stage: Stage) -> None:
    organizer.post(f"/desk/requests/{stage.request.id}/search")
    organizer.post(f"/desk/requests/{stage.request.id}/decline", data={"reason": "We answer hospitals only."})

    page = text_of(organizer.get(f"/desk/requests/{stage.request.id}").text)

    assert "Letters Request is declined : person-" in page
    happened = page.partition("What happened ")[2]
    assert re.findall(r"Ada Organizer (\D+?) Mon, 23 Nov", happened) == [
        "declined the request",
        "asked for a new search",
    ]
    assert "Reason: We answer hospitals only." in page


def test_what_has_ended_stays_on_the_first_page_until_its_recap_is_published(
    organizer: Browser, database: Database, clock: Clock, session: SharingSession
) -> None:
    def left() -> list[str]:
        part = organizer.get("/desk").text.partition('id="unfinished"')[2].partition("</section>")[0]
        return re.findall(r'<a href="([^"]+)">(?:Note|Write)', part)

    clock.now = session.ends_at
    seen = [left()]
    organizer.post(f"/desk/sessions/{session.id}/close")
    seen.append(left())
    with database.write() as db:
        check(db, begin(db, by_id(db, session.id)))
        publish(db, recaps.by_id(db, 1))
    seen.append(left())

    assert seen == [[f"/desk/sessions/{session.id}/run"], [f"/desk/sessions/{session.id}/recap"], []]
    assert all(organizer.get(page).status_code == 200 for each in seen for page in each)
