"""Somebody who is invited names another hour, and the organizers see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC

from sqlmodel import update

from medixchange.db import Database
from medixchange.people.models import Interpreter
from medixchange.sessions import actions, queries
from tests import make
from tests.sessions.stage import ACTOR, ALINE, ZHANG, at, place_of
from tests.web.answers import shown
from tests.web.conftest import Browser, text_of
from tests.web.invited import answered, heading

WEDNESDAY = at(2, 10).astimezone(UTC)
REASON = 'for="reason"'


def hour(of: str = f"at:{WEDNESDAY.isoformat()}", **more: str) -> dict[str, str]:
    return {"hour": of, "reason": "", "sequence": "0", **more}


def test_the_page_offers_the_hours_of_all_the_others_on_both_clocks(
    browser: Browser, link: Callable[[str], str]
) -> None:
    page = browser.get(f"{link(ALINE)}/other-hour").text

    assert heading(page) == "Which hour would suit you?"
    assert f'<option value="at:{WEDNESDAY.isoformat()}">10:00 (Beijing 16:00)</option>' in page
    assert f'value="at:{at(1, 9).astimezone(UTC).isoformat()}"' not in page


def test_another_hour_is_kept_shown_again_and_shown_at_the_desk(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    answer = browser.post(f"{link(ZHANG)}/other-hour", data=hour(reason="On call on Tuesday."))

    assert (answer.status_code, answer.headers["location"]) == (303, link(ZHANG))
    assert answered(database)[ZHANG] == "DECLINED"
    assert "您建议改为此时间" in text_of(browser.get(link(ZHANG)).text)
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)
    desk = browser.get("/desk/sessions/1").text
    assert "Could come at this hour instead: Wed, 2 Dec 2026, 10:00 (Kigali, UTC+2)" in text_of(desk)
    assert "Wed, 2 Dec 2026, 16:00 (Beijing, UTC+8)" in text_of(desk)
    assert "/desk/sessions/1/reschedule?to=at:" in desk
    told = "declined, and could come at this hour instead: Wed, 2 Dec 2026, 10:00 (Kigali, UTC+2); that is Wed, 2 Dec"
    assert told in text_of(desk)


def test_the_two_clocks_are_parted_as_the_language_parts_them(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(f"{link(ZHANG)}/other-hour", data=hour())
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)

    desk = {tag: browser.get(f"/desk/sessions/1?lang={tag}").text for tag in ("zh-Hans", "fr", "ar")}

    between = {tag: set(re.findall(r"UTC\+2\W*</bdi></time>(\W+)<time", page)) for tag, page in desk.items()}
    assert between == {"zh-Hans": {"；"}, "fr": {"\u00a0; "}, "ar": {"؛ "}}


def test_where_no_hour_is_offered_what_would_suit_is_not_optional(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    def label() -> str:
        page = browser.get(f"{link(ALINE)}/other-hour?lang=en").text
        return text_of(f"<main>{page.split(REASON)[1].split('</label>')[0]}</main>")

    offered = label()
    with database.write() as db:
        db.exec(update(Interpreter).values(active=False))
    none_offered = label()

    assert ["optional" in each for each in (offered, none_offered)] == [True, False]


def test_an_hour_that_is_not_on_offer_is_asked_for_again_and_nothing_is_kept(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    taken = browser.post(f"{link(ALINE)}/other-hour", data=hour("at:2026-12-02T03:07:00+00:00", reason="Night"))

    page = shown(taken.text)
    assert (taken.status_code, page.errors) == (
        422,
        {"hour": "Choose an hour from the list; another one is taken by now."},
    )
    assert page.fields["reason"] == ["Night"]
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_without_an_hour_a_sentence_is_needed(browser: Browser, database: Database, link: Callable[[str], str]) -> None:
    nothing = browser.post(f"{link(ALINE)}/other-hour", data=hour(""))
    words = browser.post(f"{link(ALINE)}/other-hour", data=hour("", reason="Any Thursday."))

    assert shown(nothing.text).errors == {"hour": "Choose an hour, or write when you could come."}
    assert words.status_code == 303
    assert answered(database)[ALINE] == "DECLINED"


def test_for_a_session_that_was_cancelled_there_is_no_other_hour(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    page = f"{link(ALINE)}/other-hour"
    with database.write() as db:
        actions.cancel(db, queries.by_id(db, 1), reason="Power cut", actor=ACTOR, now=make.NOW)

    answers = [browser.get(page), browser.post(page, data=hour())]

    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, link(ALINE))] * 2
    with database.read() as db:
        assert place_of(db, queries.by_id(db, 1), ALINE).other_hour is None
