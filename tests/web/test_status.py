"""How a request stands, by its secret link: the tracker, changing, withdrawing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.intake import actions as intake
from medixchange.intake.draft import STEPS
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import windows_of
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.messages import say
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital
from medixchange.recaps import queries
from medixchange.recaps.actions import withdraw
from medixchange.recaps.models import Visibility
from medixchange.records.imports import import_records
from medixchange.sessions import actions as sessions
from medixchange.sessions import reminders
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.recaps.stage import begin, check, hold, publish
from tests.sessions.stage import Stage, send, set_up
from tests.web.answers import SEND, ask, hospital_step, page_of, shown, the_draft, the_request, times_step, topic_step
from tests.web.conftest import Browser, Clock, text_of

ORGANIZER = "person:1"


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


@pytest.fixture
def page(app: FastAPI, database: Database, browser: Browser, kigali: Hospital) -> str:
    """The status page of a request that is in the queue."""
    ask(browser, kigali)
    return browser.post(page_of(app, "confirm", the_request(database).confirm_seed)).headers["location"]


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request from Kigali with proposals at the desk."""
    with database.write() as db:
        return set_up(db)


def approved(database: Database, stage: Stage) -> SharingSession:
    """The session that stands for it."""
    with database.write() as db:
        match = db.get_one(ProposedMatch, stage.tuesday.id)
        return sessions.approve(db, match, actor=ORGANIZER, now=make.NOW)


def kinds(db: Session) -> list[str]:
    """The kinds of letters but reminders, in the order in which they were posted."""
    at_once = select(Delivery).where(col(Delivery.kind).not_in(reminders.REMINDER_KINDS))
    return [each.kind for each in db.exec(at_once.order_by(col(Delivery.id)))]


def test_a_request_in_the_queue_says_what_comes_next_and_who_has_it(browser: Browser, page: str) -> None:
    shows = browser.get(page).text
    text = text_of(shows)

    for words in (
        "We are looking for an hour",
        "The program, by itself",
        "The organizers promise an answer by this time:",
        "Mon, 30 Nov 2026, 10:00 (Kigali, UTC+2)",
        "Tue, 1 Dec 2026, 09:30–12:00",
        "Tue, 1 Dec 2026, 15:30–18:00",
    ):
        assert words in text
    for link in (f"{page}/change", f"{page}/withdraw"):
        assert f'href="{link}"' in shows


def test_a_promise_that_was_not_kept_is_called_late(browser: Browser, page: str, clock: Clock) -> None:
    clock.now += timedelta(days=7, minutes=1)

    text = browser.get(page).text

    assert "The organizers had promised an answer by this time:" in text
    assert '<span class="tag warn">late</span>' in text


def test_a_request_that_waits_says_why(browser: Browser, database: Database, page: str) -> None:
    with database.write() as db:
        told = say("No interpreter is free for %(minutes)s minutes.", minutes=60)
        intake.wait(db, db.get_one(SessionRequest, the_request(database).id), told, now=make.NOW)

    text = browser.get(page).text

    assert "Nothing fits yet" in text
    assert "No interpreter is free for 60 minutes." in text
    assert "You and the organizers" in text


def test_a_declined_request_shows_the_reason_as_it_was_written(browser: Browser, database: Database, page: str) -> None:
    with database.write() as db:
        asked = db.get_one(SessionRequest, the_request(database).id)
        intake.decline(db, asked, reason="Only 50 % of you <could> come", actor=ORGANIZER, now=make.NOW)

    text = browser.get(page).text

    assert "This request was declined" in text
    assert "Only 50 % of you &lt;could&gt; come" in text
    assert "/change" not in text


def test_a_session_shows_its_hour_on_both_clocks(
    app: FastAPI, browser: Browser, database: Database, stage: Stage
) -> None:
    approved(database, stage)
    page = page_of(app, "status", stage.request.status_seed)

    shows = browser.get(page).text
    text = text_of(shows)

    for words in (
        "Your session is held in everybody's calendar",
        "Those who are invited",
        "held, not certain yet",
        "Tue, 1 Dec 2026, 09:00–09:30",
        "Tue, 1 Dec 2026, 15:00–15:30",
        "Language of the session: French, with interpreters",
    ):
        assert words in text
    assert f"{page}/change" not in shows


def test_a_confirmed_session_is_certain(app: FastAPI, browser: Browser, database: Database, stage: Stage) -> None:
    session = approved(database, stage)
    with database.write() as db:
        sessions.confirm(db, db.get_one(SharingSession, session.id), actor=ORGANIZER, now=make.NOW)

    text = browser.get(page_of(app, "status", stage.request.status_seed)).text

    assert "Your session takes place" in text
    assert '<span class="tag ok">certain</span>' in text


def test_a_cancelled_session_says_why_and_that_another_hour_is_looked_for(
    app: FastAPI, browser: Browser, database: Database, stage: Stage
) -> None:
    session = approved(database, stage)
    with database.write() as db:
        standing = db.get_one(SharingSession, session.id)
        sessions.cancel(db, standing, reason="The line is down.", actor=ORGANIZER, now=make.NOW)

    text = browser.get(page_of(app, "status", stage.request.status_seed)).text

    assert "We are looking for an hour" in text
    assert "This hour was cancelled:" in text
    assert "The line is down." in text


def test_changing_replaces_what_is_asked_and_has_it_matched_anew(
    app: FastAPI, database: Database, browser: Browser, page: str
) -> None:
    with database.write() as db:
        asked = db.get_one(SessionRequest, the_request(database).id)
        db.exec(select(MatchSearch)).one().state = SearchState.DONE
        intake.match(db, asked, now=make.NOW)
        make.match(db, asked, starts_at=make.NOW + timedelta(days=8), panel=[make.expert(db)], room=make.room(db))

    check = browser.post(f"{page}/change").headers["location"]
    base = check.rpartition("/")[0]
    browser.post(f"{base}/topic", data=topic_step(topic="Prone positioning"))
    browser.post(f"{base}/times", data=times_step(from1="10:00", day2="", from2="", to2=""))
    before = the_request(database).topic
    sent = browser.post(f"{base}/check", data=SEND)

    asked = the_request(database)
    with database.read() as db:
        windows = [(each.day, each.start_minute, each.end_minute) for each in windows_of(db, asked)]
        wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).all()
        proposals = [each.state for each in db.exec(select(ProposedMatch))]
    assert before == "Oxygen therapy when beds run short"
    assert sent.headers["location"] == page
    assert (asked.topic, asked.version, asked.state) == ("Prone positioning", 2, RequestState.SUBMITTED)
    assert windows == [(make.next_week(1), 600, 720)]
    assert [each.request_id for each in wanted] == [asked.id]
    assert proposals == [MatchState.STALE]


def test_looking_at_the_page_of_a_change_changes_nothing(browser: Browser, database: Database, page: str) -> None:
    before = the_request(database), the_draft(database)

    answers = [browser.get(f"{page}/{part}").status_code for part in ("change", "withdraw")]

    assert answers == [200, 200]
    assert (the_request(database), the_draft(database)) == before


def test_a_change_that_is_not_sent_changes_nothing(browser: Browser, database: Database, page: str) -> None:
    base = browser.post(f"{page}/change").headers["location"].rpartition("/")[0]

    later = browser.post(f"{base}/topic", data={**topic_step(topic="Prone positioning"), "then": "later"})

    text = browser.get(later.headers["location"]).text
    assert "Changes that are not saved yet" in text
    assert f'href="{page}">Leave the request as it is' in text
    assert the_request(database).topic == "Oxygen therapy when beds run short"


def test_a_change_that_was_begun_is_gone_on_with_or_begun_again(
    browser: Browser, database: Database, page: str
) -> None:
    base = browser.post(f"{page}/change").headers["location"].rpartition("/")[0]
    untouched = text_of(browser.get(f"{page}/change").text)
    browser.post(f"{base}/topic", data=topic_step(topic="Prone positioning"))

    begun = text_of(browser.get(f"{page}/change").text)
    going_on = browser.post(f"{page}/change").headers["location"]
    kept = the_draft(database).answers["topic"]["topic"]
    again = browser.post(f"{page}/change?anew").headers["location"]

    told = "You began to change it on Mon, 23 Nov 2026 and have not sent that yet."
    assert (told in untouched, told in begun) == (False, True)
    assert going_on == again == f"{base}/check"
    assert (kept, the_draft(database).answers["topic"]["topic"]) == (
        "Prone positioning",
        "Oxygen therapy when beds run short",
    )


def test_a_change_that_was_begun_before_the_hospital_agreed_to_something_is_begun_again(
    browser: Browser, database: Database, page: str
) -> None:
    base = browser.post(f"{page}/change").headers["location"].rpartition("/")[0]
    browser.post(f"{base}/topic", data=topic_step(topic="Prone positioning"))
    with database.write() as db:
        intake.agree(
            db, db.get_one(SessionRequest, the_request(database).id), any_hour=True, actor="person:1", now=make.NOW
        )

    browser.post(f"{page}/change")

    assert the_draft(database).answers["times"]["windows_only"] == "open"
    assert the_draft(database).answers["topic"]["topic"] == "Oxygen therapy when beds run short"


def test_a_change_stays_with_its_hospital(browser: Browser, database: Database, kigali: Hospital, page: str) -> None:
    with database.write() as db:
        other = make.hospital(db, "Another hospital")
    base = browser.post(f"{page}/change").headers["location"].rpartition("/")[0]

    browser.post(f"{base}/hospital", data=hospital_step(other.code, contact_name="Eric Example"))
    browser.post(f"{base}/check", data=SEND)

    asked = the_request(database)
    assert (asked.hospital_id, asked.contact_name) == (kigali.id, "Eric Example")


def test_another_address_is_to_be_confirmed_before_the_request_is_matched_again(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital, page: str
) -> None:
    base = browser.post(f"{page}/change").headers["location"].rpartition("/")[0]
    given = hospital_step(kigali.code, contact_email="eric@kigali.example.org")

    browser.post(f"{base}/hospital", data=given)
    browser.post(f"{base}/check", data=SEND)
    waiting, shown_meanwhile = the_request(database), browser.get(page).text
    browser.post(page_of(app, "confirm", waiting.confirm_seed))

    asked = the_request(database)
    with database.read() as db:
        last = [(each.kind, each.recipient) for each in db.exec(select(Delivery).order_by(col(Delivery.id)))][-2:]
    assert (waiting.state, waiting.contact_email) == (RequestState.SENT, "eric@kigali.example.org")
    assert "Open our letter to eric@kigali.example.org" in shown_meanwhile
    assert (asked.state, asked.submitted_at) == (RequestState.SUBMITTED, make.NOW)
    assert last == [("confirm-address", "eric@kigali.example.org"), ("request-received", "eric@kigali.example.org")]


def test_the_link_to_the_draft_before_the_address_was_confirmed_does_not_open_a_change(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    early = ask(browser, kigali)
    page = browser.post(page_of(app, "confirm", the_request(database).confirm_seed)).headers["location"]

    browser.post(f"{page}/change")

    assert [browser.get(address).status_code for address in (early, f"{early}/topic")] == [404, 404]


UNUSUAL = """reference,hospital,contact_name,contact_email,language,topic,specialties,audience,minutes,windows,languages,submitted_on
MX-1001,{hospital},Aline Example,aline@example.org,en,Oxygen,intensive-care,Nurses,{minutes},{day} {hours},{languages},2026-11-20
"""  # noqa: E501 - rows of a file are as long as they are


@pytest.mark.parametrize(
    ("minutes", "hours", "languages"),
    [
        (60, "09:00-12:00", "en:5"),
        (15, "06:15-06:45", "ja:5"),
        (480, "00:00-24:00", "en:5; ja:4; ko:3; he:2"),
        (120, "05:45-22:45", "zh-Hant:5"),
    ],
)
def test_one_word_of_an_imported_request_can_be_changed_and_nothing_else_changes(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital, minutes: int, hours: str, languages: str
) -> None:
    row = UNUSUAL.format(hospital=kigali.code, minutes=minutes, day=make.next_week(1), hours=hours, languages=languages)
    assert import_records(database, "requests", row, now=make.NOW, actor="program").faults == ()
    before = the_request(database)
    asked, windows = before.model_dump(exclude=CHANGING), hours_asked(database)

    base = browser.post(f"{page_of(app, 'status', before.status_seed)}/change").headers["location"].rpartition("/")[0]
    for step in STEPS:
        page = shown(browser.get(f"{base}/{step}").text)
        again = {**page.fields, **({"topic": ["Oxygen and prone position"]} if step == "topic" else {})}
        assert browser.post(f"{base}/{step}", data=again).status_code == 303
    sent = browser.post(f"{base}/check", data=SEND)

    after = the_request(database)
    assert sent.headers["location"] == page_of(app, "status", before.status_seed)
    assert (after.model_dump(exclude=CHANGING), hours_asked(database)) == (asked, windows)
    assert (after.topic, after.version) == ("Oxygen and prone position", 2)


CHANGING = {"topic", "version"}


def hours_asked(database: Database) -> list[tuple[date, int, int]]:
    """The windows of the only request."""
    with database.read() as db:
        return [(each.day, each.start_minute, each.end_minute) for each in windows_of(db, the_request(database))]


def test_a_request_for_which_a_shorter_session_was_agreed_on_can_be_changed(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    with database.write() as db:
        asked = make.request(db, kigali, audience="Nurses")
        intake.agree(db, asked, minutes=30, actor="program", now=make.NOW)

    base = browser.post(f"{page_of(app, 'status', asked.status_seed)}/change").headers["location"].rpartition("/")[0]
    page = shown(browser.get(f"{base}/times").text)
    answers = [browser.post(f"{base}/{step}", data=given) for step, given in (("times", page.fields), ("check", SEND))]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (the_request(database).minutes, the_request(database).version) == (30, 3)


def test_whoever_had_a_session_asks_for_a_follow_up_with_the_same_answers_but_hours_and_questions(
    app: FastAPI, browser: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        hold(db, stage)
        db.get_one(SessionRequest, stage.request.id).audience = "Nurses of the unit"
    page = page_of(app, "status", stage.request.status_seed)
    said = text_of(browser.get(page).text)
    assert "Ask for a follow-up" in said
    assert "On the same topic an expert who came is preferred." in said

    topic = browser.post(f"{page}/again").headers["location"]
    base = topic.rpartition("/")[0]

    asked = database_row(database, stage.request)
    fields = {"hospital": shown(browser.get(f"{base}/hospital").text).fields}
    for name in ("topic", "times", "languages"):
        fields[name] = shown(browser.get(f"{base}/{name}").text).fields
        given = times_step() if name == "times" else fields[name]
        assert browser.post(f"{base}/{name}", data=given).status_code == 303
    assert topic == f"{base}/topic"
    assert fields["hospital"]["contact_email"] == [asked.contact_email]
    assert (fields["topic"]["topic"], fields["topic"]["specialties"]) == ([asked.topic], asked.specialties)
    assert (asked.questions != "", fields["topic"]["questions"]) == (True, [""])
    assert fields["languages"]["language1"] == [next(iter(asked.languages))]
    sent = browser.post(f"{base}/check", data=SEND).headers["location"]
    assert "Your request is sent" in text_of(browser.get(sent).text)
    with database.read() as db:
        made = db.exec(select(SessionRequest).order_by(col(SessionRequest.id).desc())).first()
    assert made is not None
    assert (made.hospital_id, made.specialties, made.state) == (asked.hospital_id, asked.specialties, RequestState.SENT)


def test_a_request_that_is_not_over_is_asked_again_by_nobody(browser: Browser, page: str) -> None:
    assert "/again" not in browser.get(page).text
    answer = browser.post(f"{page}/again")

    assert answer.status_code == 409
    assert "This request is not over yet" in text_of(answer.text)


def test_a_request_that_was_withdrawn_can_be_asked_again(browser: Browser, page: str) -> None:
    browser.post(f"{page}/withdraw", data={"reason": "The ward moves."})

    said = text_of(browser.get(page).text)

    assert ("Ask again" in said, "an expert who came" in said) == (True, False)
    assert browser.post(f"{page}/again").headers["location"].endswith("/topic")


def database_row(database: Database, request: SessionRequest) -> SessionRequest:
    with database.read() as db:
        return db.get_one(SessionRequest, request.id)


def test_withdrawing_asks_why(browser: Browser, database: Database, page: str) -> None:
    answer = browser.post(f"{page}/withdraw", data={"reason": "  "})

    told = "Write in a sentence why; the organizers read it."
    assert (answer.status_code, shown(answer.text).errors) == (422, {"reason": told})
    assert the_request(database).state is RequestState.SUBMITTED


def test_a_withdrawn_request_is_out_of_the_queue_and_stays_so(browser: Browser, database: Database, page: str) -> None:
    answers = [browser.post(f"{page}/withdraw", data={"reason": "We found help: 100 % sure."}) for _ in range(2)]

    asked = the_request(database)
    with database.read() as db:
        letters = kinds(db)
    assert [each.headers["location"] for each in answers] == [page, page]
    assert (asked.state, asked.reason) == (RequestState.WITHDRAWN, "We found help: 100 % sure.")
    assert letters == ["confirm-address", "request-received", "request-withdrawn"]
    assert "We found help: 100 % sure." in browser.get(page).text
    assert [browser.get(f"{page}/{part}").status_code for part in ("change", "withdraw")] == [409, 409]


def test_a_withdrawn_request_cannot_be_confirmed(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    ask(browser, kigali)
    asked = the_request(database)
    browser.post(f"{page_of(app, 'status', asked.status_seed)}/withdraw", data={"reason": "A mistake"})

    answer = browser.post(page_of(app, "confirm", asked.confirm_seed))

    assert answer.status_code == 409
    assert "This request was withdrawn; ask for a new one." in answer.text


def test_withdrawing_a_request_with_a_session_cancels_it_and_tells_everybody(
    app: FastAPI, browser: Browser, database: Database, stage: Stage
) -> None:
    session = approved(database, stage)
    with database.write() as db:
        send(db)
    page = page_of(app, "status", stage.request.status_seed)

    warned = browser.get(f"{page}/withdraw").text
    browser.post(f"{page}/withdraw", data={"reason": "Nobody can come."})

    with database.read() as db:
        after = db.get_one(SharingSession, session.id)
        assert (after.state, after.reason) == (SessionState.CANCELLED, "Nobody can come.")
        assert sorted(kinds(db)) == ["cancelled"] * 3 + ["hold"] * 3
    assert "This session is then cancelled, and experts and interpreters are told:" in warned
    assert "Tue, 1 Dec 2026, 15:00–15:30" in text_of(warned)
    assert the_request(database).state is RequestState.WITHDRAWN


@pytest.mark.parametrize("state", [RequestState.APPROVED, RequestState.DONE, RequestState.DECLINED])
def test_what_has_a_session_or_has_ended_is_not_changed(
    state: RequestState, app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        asked = make.request(db, make.hospital(db), state=state)

    answer = browser.post(f"{page_of(app, 'status', asked.status_seed)}/change")

    assert answer.status_code == 409
    assert the_request(database).state is state


@pytest.mark.parametrize("language", ["en", "zh-Hans", "fr", "id", "ar"])
def test_every_state_has_its_page_in_every_language(
    language: str, app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        asked = [make.request(db, kigali, state=state) for state in RequestState]

    answers = [browser.get(f"{page_of(app, 'status', each.status_seed)}?lang={language}") for each in asked]

    assert [answer.status_code for answer in answers] == [200] * len(RequestState)
    assert all(f'<html lang="{language}"' in answer.text for answer in answers)


def test_when_its_hour_has_passed_a_session_is_neither_joined_nor_withdrawn(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, clock: Clock
) -> None:
    session = approved(database, stage)
    page = page_of(app, "status", stage.request.status_seed)
    clock.now = session.ends_at

    shows = text_of(browser.get(page).text)
    asked = browser.get(f"{page}/withdraw")
    tried = browser.post(f"{page}/withdraw", data={"reason": "Nobody can come."})

    assert "The hour of your session has passed" in shows
    assert "Withdraw the request" not in shows
    assert [each.status_code for each in (asked, tried)] == [409, 409]
    assert the_request(database).state is RequestState.APPROVED


@pytest.mark.parametrize("visibility", list(Visibility))
def test_what_was_held_leads_to_its_recap_once_that_is_published(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, visibility: Visibility
) -> None:
    page = page_of(app, "status", stage.request.status_seed)
    with database.write() as db:
        session = hold(db, stage)
    held = text_of(browser.get(page).text)
    with database.write() as db:
        check(db, begin(db, session))
        publish(db, queries.by_id(db, 1), visibility=visibility)

    html = browser.get(page).text
    (recap,) = re.findall(r'href="([^"]+)">Read the recap<', html)

    assert ("Its recap is being written." in held, "next" in held.partition("How far it is")[2]) == (True, False)
    assert "Its recap is published." in text_of(html)
    assert the_request(database).state is RequestState.DONE
    assert (recap.startswith("/recaps/"), browser.get(recap).status_code) == (visibility is Visibility.PUBLIC, 200)
    with database.write() as db:
        withdraw(db, queries.by_id(db, 1), reason="A wrong dose", actor=ORGANIZER, now=make.NOW)
    after = browser.get(page).text
    assert ("The organizers have withdrawn the recap." in after, "Read the recap" in after) == (True, False)
