"""The page behind an invitation's link: it shows the session, keeps an answer, and says when there is none to give."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.db import Database
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.people.models import Person
from medixchange.sessions import actions, queries
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.settings import Settings
from medixchange.tokens import Mint
from medixchange.web.answer import ANSWERED, state_of
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage, answers, at, place_of, send, set_up
from tests.web.conftest import Browser, Clock

REASON = "I am in theatre all Tuesday."
LATER = NOW + timedelta(hours=1)
ELSEWHERE = {
    ("2026-12-01", "Asia/Colombo"): ("Colombo, UTC+5:30", "Tue, 1 Dec 2026, 13:30–14:15"),
    ("2026-12-01", "Asia/Kathmandu"): ("Kathmandu, UTC+5:45", "Tue, 1 Dec 2026, 13:45–14:30"),
    ("2026-10-29", "Africa/Cairo"): ("Cairo, UTC+3", "Thu, 29 Oct 2026, 11:00–11:45"),
    ("2026-10-30", "Africa/Cairo"): ("Cairo, UTC+2", "Fri, 30 Oct 2026, 10:00–10:45"),
    ("2026-10-31", "America/New_York"): ("New York, UTC−4", "Sat, 31 Oct 2026, 04:00–04:45"),
    ("2026-11-02", "America/New_York"): ("New York, UTC−5", "Mon, 2 Nov 2026, 03:00–03:45"),
    ("2026-09-18", "Africa/Casablanca"): ("Casablanca, UTC+1", "Fri, 18 Sept 2026, 09:00–09:45"),
    ("2026-09-21", "Africa/Casablanca"): ("Casablanca, UTC+0", "Mon, 21 Sept 2026, 08:00–08:45"),
}
"""A session at ten in Kigali, sixteen in Beijing: the reader's own clock, over changes of the clock."""


@pytest.fixture
def stage(database: Database) -> Stage:
    """A session that is held on Tuesday for Zhang, Mei and Aline, its invitations sent."""
    with database.write() as db:
        found = set_up(db)
        actions.approve(db, found.tuesday, actor=ACTOR, now=NOW)
        send(db)
        return found


@pytest.fixture
def link(stage: Stage, database: Database, settings: Settings) -> Callable[[str], str]:
    """The path of the answer page of somebody, by name."""
    mint = Mint(settings.secret_key.get_secret_value())

    def of(name: str) -> str:
        with database.read() as db:
            seed = place_of(db, queries.by_id(db, 1), name).seed
        return f"/answer/{mint.token('answer', seed)}"

    return of


def accept(sequence: int = 0) -> dict[str, str]:
    """What the button to accept sends."""
    return {"answer": "ACCEPTED", "sequence": str(sequence)}


def decline(reason: str = REASON, sequence: int = 0) -> dict[str, str]:
    """What the form to decline sends."""
    return {"answer": "DECLINED", "sequence": str(sequence), "reason": reason}


def text_of(html: str) -> str:
    """The words of a page, as they are read."""
    body = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def heading(html: str) -> str:
    """The page's own title."""
    return unescape(html.partition("<h1>")[2].partition("</h1>")[0])


def buttons(html: str) -> list[str]:
    """What can be done on the page."""
    return [unescape(each) for each in re.findall(r"<button[^>]*>([^<]+)</button>", html.partition("<main")[2])]


def hours(html: str) -> list[tuple[str, str]]:
    """Each clock of the page with what it shows."""
    found = re.findall(r"<dt>([^<]+) · <bdi>([^<]+)</bdi></dt>\s*<dd><time[^>]*><bdi>([^<]+)</bdi>", html)
    return [(f"{place}, {offset}", span) for place, offset, span in found]


def answered(database: Database) -> dict[str, str]:
    """What everybody has answered."""
    with database.read() as db:
        return answers(db, queries.by_id(db, 1))


def change(database: Database, act: Callable[..., None], **how: object) -> SharingSession:
    """Do something to the session at the desk, and send the letters."""
    with database.write() as db:
        session = queries.by_id(db, 1)
        act(db, session, actor=ACTOR, now=LATER, **how)
        send(db)
        return session


def test_the_page_shows_the_session_on_the_clock_of_the_hospital_and_of_beijing(
    browser: Browser, link: Callable[[str], str]
) -> None:
    page = browser.get(link(ALINE))

    assert (page.status_code, heading(page.text)) == (200, "Can you come to this session?")
    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
    ]
    assert buttons(page.text) == ["Accept", "Decline"]


def test_a_reader_elsewhere_sees_their_own_clock_as_well(
    browser: Browser, database: Database, link: Callable[[str], str], stage: Stage
) -> None:
    with database.write() as db:
        db.get_one(Person, stage.liaison.id).zone = "Asia/Kathmandu"

    page = browser.get(link(ALINE))

    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
        ("Kathmandu, UTC+5:45", "Tue, 1 Dec 2026, 12:45–13:15"),
    ]


def test_ten_in_kigali_is_the_right_hour_for_every_reader(
    browser: Browser, database: Database, link: Callable[[str], str], stage: Stage
) -> None:
    address, found = link(ALINE), []
    for day, zone in ELSEWHERE:
        with database.write() as db:
            session = queries.by_id(db, 1)
            session.starts_at = datetime.fromisoformat(f"{day}T08:00:00+00:00")
            session.ends_at = session.starts_at + timedelta(minutes=45)
            db.get_one(Person, stage.liaison.id).zone = zone
        found.append(hours(browser.get(address).text))

    assert {kigali[1][-11:] for kigali, _, _ in found} == {"10:00–10:45"}
    assert {beijing[1][-11:] for _, beijing, _ in found} == {"16:00–16:45"}
    assert [own for _, _, own in found] == list(ELSEWHERE.values())


def test_the_page_is_in_the_readers_language_unless_the_browser_chose_another(
    opened: Callable[..., Browser], link: Callable[[str], str]
) -> None:
    browser = opened(language="fr")

    profile, chosen, kept = browser.get(link(ZHANG)), browser.get(f"{link(ZHANG)}?lang=id"), browser.get(link(ZHANG))

    assert [each.headers["Content-Language"] for each in (profile, chosen, kept)] == ["zh-Hans", "id", "id"]


def test_looking_changes_nothing(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    before = answered(database)

    browser.get(link(ZHANG))
    browser.head(link(ZHANG))

    assert answered(database) == before == dict.fromkeys((ZHANG, MEI, ALINE), "NEEDS-ACTION")


def test_accepting_is_kept_and_shown(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    answer = browser.post(link(ALINE), data=accept())
    page = browser.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (303, link(ALINE))
    assert heading(page.text) == "You come to this session"
    assert buttons(page.text) == ["Decline"]
    assert answered(database) == {ZHANG: "NEEDS-ACTION", MEI: "NEEDS-ACTION", ALINE: "ACCEPTED"}


def test_the_last_acceptance_makes_the_session_certain(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    for name in (ZHANG, MEI, ALINE):
        browser.post(link(name), data=accept())

    with database.read() as db:
        assert queries.by_id(db, 1).state is SessionState.CONFIRMED
    assert "Thank you. The session is certain." in text_of(browser.get(link(ALINE)).text)


def test_declining_keeps_the_reason_and_can_be_taken_back(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(link(ALINE), data=decline())
    declined = browser.get(link(ALINE))
    browser.post(link(ALINE), data=accept())

    assert (heading(declined.text), buttons(declined.text)) == (
        "You cannot come to this session",
        ["Accept after all"],
    )
    assert f"You cannot come Mon, 23 Nov 2026, 10:00 (Kigali, UTC+2) {REASON}" in text_of(declined.text)
    with database.read() as db:
        place = place_of(db, queries.by_id(db, 1), ALINE)
        assert (place.partstat, place.reason) == ("ACCEPTED", "")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (
            decline("  "),
            "Write in a sentence why you cannot come; the organizers look for another hour or somebody else.",
        ),
        (decline("x" * 501), "Shorten this to 500 characters: it has 501."),
        (decline("\x00\x07"), "This holds a character that cannot be shown; type it again as plain text."),
        ({**accept(), "answer": "PERHAPS"}, "Choose one of the answers."),
        ({**accept(), "answer": ""}, "Press one of the buttons."),
        ({**accept(), "sequence": "none"}, "Write a whole number, such as 20."),
        ({"answer": "ACCEPTED"}, "Open this page again from the letter it came in."),
    ],
)
def test_a_wrong_answer_gets_its_sentence_and_stores_nothing(
    browser: Browser, database: Database, link: Callable[[str], str], sent: dict[str, str], sentence: str
) -> None:
    page = browser.post(link(ALINE), data=sent)

    assert page.status_code == 422
    assert text_of(page.text).startswith(f"There is a problem {sentence}")
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_a_refused_reason_is_kept_as_typed(browser: Browser, link: Callable[[str], str]) -> None:
    long = "<b>" + "x" * 500

    page = browser.post(link(ALINE), data=decline(long))

    assert unescape(page.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]).strip() == long
    assert "<details open>" in page.text


def test_a_moved_session_says_so_and_asks_anew(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(link(ALINE), data=accept())
    change(database, actions.reschedule, starts_at=at(2, 10))

    page = browser.get(link(ALINE))

    assert heading(page.text) == "Can you come to this session?"
    assert text_of(page.text).partition("The session has moved ")[2].partition(" Please")[0] == (
        "It is not at this hour any more: Tue, 1 Dec 2026, 09:00–09:30 Kigali · UTC+2 "
        "Tue, 1 Dec 2026, 15:00–15:30 Beijing · UTC+8"
    )
    assert hours(page.text)[0] == ("Kigali, UTC+2", "Wed, 2 Dec 2026, 10:00–10:30")


def test_an_answer_to_the_hour_before_is_not_taken_for_the_new_one(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    change(database, actions.reschedule, starts_at=at(2, 10))

    page = browser.post(link(ALINE), data=accept(0))

    assert page.status_code == 409
    assert text_of(page.text).startswith(
        "The session has changed since you opened this page. Look at its hour again before you answer."
    )
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_the_new_hour_is_accepted_with_what_its_page_sends(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    session = change(database, actions.reschedule, starts_at=at(2, 10))

    browser.post(link(ALINE), data=accept(session.sequence))
    page = browser.get(link(ALINE))

    assert (answered(database)[ALINE], "The session has moved" in page.text) == ("ACCEPTED", False)


def test_a_cancelled_session_says_so_with_its_reason_and_takes_no_answer(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    change(database, actions.cancel, reason="The power is out.")

    page, answer = browser.get(link(ZHANG) + "?lang=en"), browser.post(link(ZHANG), data=accept(1))

    assert (heading(page.text), heading(answer.text)) == ("This session was cancelled", "This session was cancelled")
    assert (page.status_code, answer.status_code, buttons(page.text)) == (200, 409, [])
    assert "Reason: The power is out." in text_of(page.text)


def test_whoever_was_taken_out_is_told_so_and_not_when_it_takes_place(
    browser: Browser, database: Database, link: Callable[[str], str], stage: Stage
) -> None:
    with database.write() as db:
        by_li = db.get_one(ProposedMatch, stage.by_li.id)
        by_li.state = MatchState.PROPOSED
        db.flush()
        actions.reschedule(db, queries.by_id(db, 1), match=by_li, actor=ACTOR, now=LATER)

    page, answer = browser.get(link(ZHANG) + "?lang=en"), browser.post(link(ZHANG), data=accept(1))

    assert heading(page.text) == "You are no longer needed in this session"
    assert (hours(page.text), buttons(page.text), answer.status_code) == ([], [], 409)


def test_a_session_that_is_over_takes_no_answer(
    browser: Browser, database: Database, clock: Clock, link: Callable[[str], str]
) -> None:
    clock.now = at(1, 9, 30)

    page, answer = browser.get(link(ALINE)), browser.post(link(ALINE), data=accept())

    assert (heading(page.text), buttons(page.text), answer.status_code) == ("This session is over", [], 409)
    assert answered(database)[ALINE] == "NEEDS-ACTION"


@given(
    st.sampled_from(SessionState),
    st.sampled_from(("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")),
    st.booleans(),
    st.integers(-90, 90),
)
def test_there_is_something_to_answer_exactly_while_one_is_expected(
    state: SessionState, partstat: str, removed: bool, minutes: int
) -> None:
    seat: dict[str, Any] = {"partstat": partstat, "removed_at": NOW if removed else None}
    hour: dict[str, Any] = {"state": state, "ends_at": NOW + timedelta(minutes=minutes)}

    found = state_of(SharingSession(**hour), Attendance(**seat), now=NOW)

    expected = not removed and state in ALIVE and minutes > 0
    assert (found in ANSWERED) == expected
    assert not expected or found == ("asked" if partstat == "NEEDS-ACTION" else partstat)


def test_a_link_for_another_purpose_answers_nothing(
    browser: Browser, database: Database, settings: Settings, stage: Stage
) -> None:
    mint = Mint(settings.secret_key.get_secret_value())
    with database.read() as db:
        seed = place_of(db, queries.by_id(db, 1), ALINE).seed

    paths = [f"/answer/{mint.token('status', seed)}", f"/answer/{seed}", f"/answer/{mint.token('answer', 'A' * 22)}"]

    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]
    assert [browser.post(path, data=accept()).status_code for path in paths] == [404, 404, 404]


def test_an_answer_from_another_site_is_refused(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    answer = browser.post(link(ALINE), data=accept(), headers={"Origin": "https://elsewhere.example.org"})

    assert (answer.status_code, answered(database)[ALINE]) == (403, "NEEDS-ACTION")


def test_a_signed_in_reader_answers_as_well(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)

    assert browser.post(link(ALINE), data=accept()).status_code == 303
