"""The page of a session for those who are invited: agenda, questions, files, and what has changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.db import Database
from medixchange.journal.record import by_link, history
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.people.models import Panel
from medixchange.sessions import actions, queries
from medixchange.sessions.answers import respond
from tests import make
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, ZHANG, Stage, place_of
from tests.web.answers import page_of
from tests.web.conftest import Browser, Clock, text_of

Links = Callable[[str], str]
DESK = "/desk/sessions/1"
WANG = "Wang Wu 王五"
PDF = b"%PDF-1.7\n..."


def at_desk(browser: Browser, database: Database) -> Browser:
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)
    return browser


def test_the_agenda_of_the_desk_stands_on_the_page(browser: Browser, database: Database, link: Links) -> None:
    at_desk(browser, database)
    saved = browser.post(f"{DESK}/agenda", data={"agenda": "10 min: the case\n20 min: questions"})
    refused = browser.post(f"{DESK}/agenda", data={"agenda": "x" * 4001})

    page = text_of(browser.get(link(ALINE)).text)

    assert (saved.status_code, refused.status_code, "10 min: the case 20 min: questions" in page) == (303, 422, True)


def test_a_question_is_sent_ahead_shown_to_all_and_marked_as_answered(
    browser: Browser, database: Database, link: Links
) -> None:
    sent = browser.post(f"{link(ALINE)}/questions", data={"text": "Who watches the tube?"})
    at_desk(browser, database)
    listed = text_of(browser.get(f"{DESK}/questions").text)
    browser.post(f"{DESK}/questions/2", data={"note": "One person at the head."})

    page = text_of(browser.get(link(MEI)).text)

    assert sent.status_code == 303
    assert ["Who watches the tube?" in each and ALINE in each for each in (listed, page)] == [True, True]
    assert "Answered One person at the head." in page
    browser.post(f"{DESK}/questions/2", data={"act": "undo"})
    assert "One person at the head." not in browser.get(link(MEI)).text


def test_what_the_desk_wrote_names_its_language(browser: Browser, database: Database, link: Links) -> None:
    browser.post(f"{link(ALINE)}/questions", data={"text": "Who watches the tube?"})
    at_desk(browser, database).get("/?lang=fr")
    browser.post(f"{DESK}/agenda", data={"agenda": "10 min : le cas"})
    browser.post(f"{DESK}/questions/1", data={"note": "Une personne."})

    page = browser.get(f"{link(MEI)}?lang=zh-Hans").text

    assert '<p class="pre" lang="en" dir="auto">How low may the saturation go?</p>' in page
    assert '<p class="pre" lang="fr" dir="auto">10 min : le cas</p>' in page
    assert '<p class="pre" lang="fr" dir="auto">Une personne.</p>' in page


def test_why_a_session_was_cancelled_and_what_its_request_asked_name_their_language(
    app: FastAPI, browser: Browser, database: Database, link: Links, held: Stage
) -> None:
    at_desk(browser, database).get("/?lang=fr")
    browser.post(f"{DESK}/cancel", data={"reason": "Panne de courant.", "afterwards": "submitted"})

    pages = [link(MEI), page_of(app, "status", held.request.status_seed), DESK]
    request = browser.get(f"/desk/requests/{held.request.id}").text

    found = [
        re.findall(r'<(?:p|bdi)[^>]* lang="(\w+)"[^>]*>Panne de courant', browser.get(each).text) for each in pages
    ]
    assert found == [["fr"]] * 3
    assert '<p class="pre" lang="en" dir="auto">How low may the saturation go?</p>' in request


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write your question."),
        ("x" * 1001, "Shorten this to 1,000 characters: it has 1,001."),
        ("MRN 12345, who turns?", "looks like a patient's record number"),
    ],
)
def test_a_question_that_cannot_be_sent_gets_its_sentence_and_is_kept(
    browser: Browser, link: Links, text: str, sentence: str
) -> None:
    answer = browser.post(f"{link(ALINE)}/questions", data={"text": text})

    assert (answer.status_code, sentence in text_of(answer.text), text in answer.text) == (422, True, True)


def test_a_question_about_nobody_is_sent_after_saying_so(browser: Browser, link: Links) -> None:
    data = {"text": "MRN 12345, what is that?", "no_patient_data": "yes"}

    assert browser.post(f"{link(ALINE)}/questions", data=data).status_code == 303


@pytest.mark.parametrize("why", ["declined", "over", "cancelled"])
def test_who_does_not_come_or_comes_too_late_adds_nothing(
    browser: Browser, database: Database, link: Links, clock: Clock, why: str
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        if why == "declined":
            respond(db, place_of(db, session, ALINE), "DECLINED", reason="Leave.", now=make.NOW)
        elif why == "cancelled":
            actions.cancel(db, session, reason="No line.", afterwards="submitted", actor=ACTOR, now=make.NOW)
        else:
            clock.now = session.ends_at

    forms = [browser.get(f"{link(ALINE)}/{what}").status_code for what in ("questions", "files")]
    asked = browser.post(f"{link(ALINE)}/questions", data={"text": "Who?"})
    added = browser.post(f"{link(ALINE)}/files", files={"file": ("protocol.pdf", PDF, "application/pdf")})

    assert (forms, asked.status_code, added.status_code) == ([303, 303], 422, 422)
    assert "until the session ends." in text_of(added.text)


def test_who_comes_finds_and_adds_files(browser: Browser, link: Links) -> None:
    added = browser.post(f"{link(ALINE)}/files", files={"file": ("protocol.pdf", PDF, "text/html")})
    refused = browser.post(f"{link(ALINE)}/files", files={"file": ("page.html", b"<script>", "text/html")})
    page = browser.get(link(ZHANG)).text

    assert (added.status_code, refused.status_code, "protocol.pdf" in page) == (303, 422, True)
    assert browser.get(f"{link(ZHANG)}/files/1").content == PDF
    assert browser.get(f"{link(ZHANG)}/files").status_code == 200


def test_the_journal_names_whose_link_a_file_came_by_and_not_who_is_signed_in(
    browser: Browser, database: Database, link: Links
) -> None:
    browser.post(f"{link(ALINE)}/files", files={"file": ("protocol.pdf", PDF, "text/html")})

    with database.read() as db:
        (entry,) = (each for each in history(db, "session:1") if each.verb == "add-file")
        aline = place_of(db, queries.by_id(db, 1), ALINE).person_id
    assert (entry.actor, entry.after) == (by_link("answer"), {"file": 1, "person": aline})
    assert f"{ALINE} added a file" in text_of(at_desk(browser, database).get(DESK).text)


def test_the_page_says_what_has_changed(browser: Browser, database: Database, link: Links, held: Stage) -> None:
    at_desk(browser, database)
    browser.post(f"{DESK}/reschedule", data={"to": f"at:{held.wednesday.starts_at.isoformat()}"})
    with database.read() as db:
        moved = queries.by_id(db, 1).sequence

    page = text_of(browser.get(link(ALINE)).text)

    assert (moved, "What has changed" in page, "rescheduled from" in page) == (1, True, True)


def test_who_steps_in_for_whom_is_named_to_those_who_knew_both(
    browser: Browser, database: Database, link: Links, held: Stage
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call.", now=make.NOW)
        by_li = db.get_one(ProposedMatch, held.by_li.id)
        by_li.state = MatchState.PROPOSED
        db.flush()
        actions.substitute(db, session, by_li, actor=ACTOR, now=make.NOW)

    told = {name: text_of(browser.get(f"{link(name)}?lang=en").text) for name in (ALINE, MEI, LI, ZHANG)}

    replaced = {name: page.partition(": replaced ")[2].partition(" Mon, ")[0] for name, page in told.items()}
    assert replaced == {
        ALINE: f"{ZHANG} by {LI}",
        MEI: f"{ZHANG} by {LI}",
        LI: f"somebody who cannot come by {LI}",
        ZHANG: "",
    }
    assert ZHANG not in told[LI]
    at_desk(browser, database)
    assert f"replaced {ZHANG} by {LI}" in text_of(browser.get(DESK).text)


def test_who_steps_in_later_is_told_of_nobody_who_had_gone_by_then(
    browser: Browser, database: Database, link: Links, held: Stage
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        wang = make.expert(db, WANG, panel=db.exec(select(Panel)).one())
        at, mei, room = session.starts_at, held.mei, held.room
        by_wang = make.match(db, held.request, starts_at=at, panel=[wang], interpreters=[mei], room=room)
        for who, instead in ((ZHANG, held.by_li.id), (LI, by_wang.id)):
            respond(db, place_of(db, session, who), "DECLINED", reason="On call.", now=make.NOW)
            match = db.get_one(ProposedMatch, instead)
            match.state = MatchState.PROPOSED
            db.flush()
            actions.substitute(db, session, match, actor=ACTOR, now=make.NOW)

    page = text_of(browser.get(f"{link(WANG)}?lang=en").text)

    assert f"replaced somebody who cannot come by {WANG}" in page
    assert [name for name in (ZHANG, LI) if name in page] == []
