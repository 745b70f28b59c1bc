"""Asking for a session in five steps, on real databases and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import col, func, select

from medixchange.db import Database
from medixchange.intake.actions import CONFIRM_LASTS
from medixchange.intake.answers import answers
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.intake.queries import windows_of
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.models import Hospital
from tests import make
from tests.web.answers import (
    SEND,
    ask,
    fill,
    hospital_step,
    languages_step,
    page_of,
    shown,
    the_draft,
    the_request,
    times_step,
    topic_step,
)
from tests.web.conftest import PUBLIC_URL, Browser, Clock, text_of

CONTACT = "aline@kigali.example.org"
STEPS = ("hospital", "topic", "times", "languages", "check")


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


def letters(database: Database) -> list[tuple[str, str, DeliveryState]]:
    """What was written, to whom, and what became of it."""
    with database.read() as db:
        rows = db.exec(select(Delivery).order_by(col(Delivery.id)))
        return [(each.kind, each.recipient, each.state) for each in rows]


def searches(database: Database) -> list[tuple[int, SearchState]]:
    """What the matching job was asked for."""
    with database.read() as db:
        return [(each.request_id, each.state) for each in db.exec(select(MatchSearch))]


def answers_of(database: Database, asked: SessionRequest) -> dict[str, Any]:
    """The form's answers that would make the request."""
    with database.read() as db:
        return answers(db, db.get_one(SessionRequest, asked.id))


def test_five_steps_make_one_request_whose_address_is_asked_for(
    database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = fill(browser, kigali)

    answer = browser.post(f"{base}/check", data=SEND)

    asked = the_request(database)
    with database.read() as db:
        windows = [(each.day, each.start_minute, each.end_minute) for each in windows_of(db, asked)]
    assert (answer.status_code, answer.headers["location"]) == (303, base)
    assert asked.model_dump(exclude={"id", "confirm_seed", "status_seed", "hospital_id"}) == {
        "reference": f"MX-{2000 + asked.id}",
        "state": RequestState.SENT,
        "liaison_id": None,
        "contact_name": "Aline Example",
        "contact_email": CONTACT,
        "contact_role": "Liaison",
        "language": "en",
        "zone": "Africa/Kigali",
        "topic": "Oxygen therapy when beds run short",
        "specialties": ["intensive-care", "respiratory"],
        "other_specialty": "",
        "audience": "Physicians and nurses of the intensive care unit",
        "audience_size": 25,
        "questions": "When do you move to high flow?\nWhom do you prone?",
        "minutes": 60,
        "urgency": 2,
        "windows_only": True,
        "languages": {"en": 4, "fr": 3},
        "second_audience": {},
        "interpreting": "if-needed",
        "bandwidth": "good",
        "recording": "ask",
        "reason": None,
        "confirm_until": make.NOW + CONFIRM_LASTS,
        "version": 1,
        "series_id": None,
        "series_place": None,
        "look_from": None,
        "created_at": make.NOW,
        "submitted_at": None,
        "decided_at": None,
        "joined_id": None,
    }
    assert windows == [(make.next_week(1), 570, 720), (make.next_week(2), 480, 600)]
    assert letters(database) == [("confirm-address", CONTACT, DeliveryState.QUEUED)]
    assert searches(database) == []


def test_nothing_is_kept_before_the_first_step_is_answered(database: Database, browser: Browser) -> None:
    answer = browser.get("/request/new")

    with database.read() as db:
        assert (answer.status_code, db.exec(select(func.count()).select_from(RequestDraft)).one()) == (200, 0)


def test_each_step_is_kept_and_comes_back_by_the_link(
    app: FastAPI, database: Database, opened: Callable[..., Browser], kigali: Hospital
) -> None:
    base = fill(opened(), kigali, until="languages")
    elsewhere = opened(machine="203.0.113.99")

    page = elsewhere.get(base).text
    fields = {step: shown(elsewhere.get(f"{base}/{step}").text).fields for step in ("hospital", "topic", "times")}

    link = PUBLIC_URL + page_of(app, "resume", the_draft(database).seed)
    assert shown(page).fields[""] == [link]
    assert f'href="{base}/languages">Continue' in page
    expected = {"hospital": hospital_step(kigali.code), "topic": topic_step(), "times": times_step()}
    for step, given in expected.items():
        told = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
        assert {name: fields[step].get(name) for name in told} == told


@pytest.mark.parametrize("step", STEPS[2:])
def test_a_step_that_comes_too_early_leads_to_the_next_one(step: str, browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali, until="topic")

    answers = browser.get(f"{base}/{step}"), browser.post(f"{base}/{step}", data=SEND)

    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, f"{base}/topic")] * 2


def test_finishing_later_keeps_the_step_and_shows_the_link(browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali, until="topic")

    answer = browser.post(f"{base}/topic", data={**topic_step(), "then": "later"})

    assert answer.headers["location"] == base
    assert shown(browser.get(f"{base}/topic").text).fields["topic"] == ["Oxygen therapy when beds run short"]


def test_a_step_that_is_finished_later_keeps_what_was_typed_and_says_what_is_missing(
    database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = fill(browser, kigali)
    typed = {"topic": "Dialysis\x00 at home", "audience": "x" * 600, "audience_size": "many", "urgency": "1"}

    answer = browser.post(f"{base}/topic", data={**typed, "then": "later"})
    begun, page = text_of(browser.get(base).text), browser.get(f"{base}/topic")
    check = browser.post(f"{base}/check", data=SEND)

    missing = {
        "specialties": "Choose one to three specialties.",
        "audience": "Shorten this to 500 characters: it has 600.",
        "audience_size": "Write a whole number, such as 20.",
    }
    assert (answer.status_code, answer.headers["location"]) == (303, base)
    assert f"Topic begun {' '.join(missing.values())} When later" in begun
    assert (page.status_code, shown(page.text).errors) == (200, missing)
    assert {name: shown(page.text).fields[name] for name in typed} == {
        **{name: [value] for name, value in typed.items()},
        "topic": ["Dialysis at home"],
    }
    assert check.headers["location"] == f"{base}/topic"
    assert letters(database) == []


def test_a_step_that_was_finished_later_is_answered_in_the_end(
    database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = fill(browser, kigali)
    browser.post(f"{base}/topic", data={"topic": "Dialysis", "then": "later"})

    answer = browser.post(f"{base}/topic", data=topic_step(topic="Dialysis at home"))
    browser.post(f"{base}/check", data=SEND)

    assert answer.headers["location"] == f"{base}/check"
    assert the_request(database).topic == "Dialysis at home"


def test_the_first_step_is_finished_later_as_well(database: Database, browser: Browser) -> None:
    answer = browser.post("/request/new", data={"hospital": "new", "city": "Goma", "then": "later"})
    base = answer.headers["location"]

    page = shown(browser.get(f"{base}/hospital").text)

    assert answer.status_code == 303
    assert (page.fields["hospital"], page.fields["city"]) == (["new"], ["Goma"])
    assert list(page.errors) == ["contact_name", "contact_email"]
    assert browser.get(f"{base}/topic").headers["location"] == f"{base}/hospital"
    assert f'href="{base}/hospital">Continue' in browser.get(base).text


def test_nothing_typed_leaves_a_step_as_it_was(database: Database, browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali, until="topic")

    browser.post(f"{base}/topic", data={"topic": " ", "then": "later"})

    assert the_draft(database).unfinished == {}
    assert shown(browser.get(f"{base}/topic").text).errors == {}


def test_another_clock_may_be_decided_on_later(browser: Browser, database: Database, kigali: Hospital) -> None:
    with database.write() as db:
        nairobi = make.hospital(db, "Kenyatta", city="Nairobi", country="KE", zone="Africa/Nairobi")
    base = fill(browser, kigali)

    later = browser.post(f"{base}/hospital", data={**hospital_step(nairobi.code), "then": "later"})
    kept = shown(browser.get(f"{base}/hospital").text)
    asked = browser.post(f"{base}/hospital", data=hospital_step(nairobi.code))

    assert later.headers["location"] == base
    assert (kept.fields["hospital"], kept.errors) == ([nairobi.code], {})
    assert list(shown(asked.text).errors) == ["clock"]


def test_checking_the_times_shows_both_clocks_and_how_they_fit(browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali, until="times")

    answer = browser.post(f"{base}/times", data={**times_step(), "then": "again"})
    page = text_of(browser.get(answer.headers["location"]).text)

    assert answer.headers["location"] == f"{base}/times"
    assert "Tue, 1 Dec 2026, 09:30–12:00" in page
    assert "Tue, 1 Dec 2026, 15:30–18:00" in page
    assert "good: working hours in Beijing" in page


def test_every_hour_to_choose_has_the_hour_in_beijing_beside_it(browser: Browser, database: Database) -> None:
    with database.write() as db:
        kathmandu = make.hospital(db, "Bir Hospital", city="Kathmandu", country="NP", zone="Asia/Kathmandu")
        york = make.hospital(db, "Bellevue", city="New York", country="US", zone="America/New_York")

    pages = [browser.get(f"{fill(browser, each, until='times')}/times").text for each in (kathmandu, york)]

    assert "09:30 (Beijing 11:45)" in pages[0]
    assert "09:30 (Beijing 22:30)" in pages[1]
    assert "12:00 (Beijing 01:00 +1)" in pages[1]


def test_where_a_clock_moves_on_the_way_both_hours_in_beijing_are_said(
    browser: Browser, database: Database, clock: Clock
) -> None:
    clock.now = clock.now.replace(year=2027, month=3, day=1)
    with database.write() as db:
        york = make.hospital(db, "Bellevue", city="New York", country="US", zone="America/New_York")

    page = browser.get(f"{fill(browser, york, until='times')}/times").text

    assert "09:30 (Beijing 22:30; from 14 Mar 21:30)" in page


def test_what_a_country_keeps_free_is_named_at_the_window(browser: Browser, database: Database) -> None:
    with database.write() as db:
        jakarta = make.hospital(db, "RSCM", city="Jakarta", country="ID", zone="Asia/Jakarta")
    friday, sunday = make.next_week(4).isoformat(), make.next_week(6).isoformat()
    given = times_step(day1=friday, from1="11:00", to1="13:00", day2=sunday, then="again")
    base = fill(browser, jakarta, until="times")

    browser.post(f"{base}/times", data=given)
    page = browser.get(f"{base}/times").text

    assert "These hours meet the Friday prayer." in page
    assert "This day is the weekend at your hospital." in page


def test_answers_are_checked_with_both_clocks_before_sending(browser: Browser, kigali: Hospital) -> None:
    page = text_of(browser.get(f"{fill(browser, kigali)}/check").text)

    for words in (
        "King Faisal Hospital, Kigali",
        "Intensive care Respiratory medicine",
        "When do you move to high flow? Whom do you prone?",
        "Within two weeks",
        "Tue, 1 Dec 2026, 09:30–12:00",
        "Tue, 1 Dec 2026, 15:30–18:00",
        "60 minutes",
        "4: a medical talk, without effort",
        "Good: video works",
    ):
        assert words in page


def test_a_second_group_hears_another_language_and_is_shown_wherever_the_request_is(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = fill(browser, kigali, until="languages")
    second = {"other_language1": "rw", "other_level1": "5", "other_language2": "sw", "other_level2": "3"}
    browser.post(f"{base}/languages", data=languages_step(**second))
    check = text_of(browser.get(f"{base}/check").text)
    again = browser.get(f"{base}/languages").text

    browser.post(f"{base}/check", data=SEND)

    asked = the_request(database)
    status = text_of(browser.get(page_of(app, "status", asked.status_seed)).text)
    assert asked.second_audience == {"rw": 5, "sw": 3}
    assert "Second group: Kinyarwanda" in check
    assert "<details open>" in again
    assert "The second group follows: Kinyarwanda (level 5 of 5) and Swahili (level 3 of 5)" in status
    assert answers_of(database, asked)["languages"].items() >= second.items()


@pytest.mark.parametrize(
    ("second", "wrong"),
    [
        ({"other_language1": "rw"}, "Choose both the language and how well it is followed."),
        ({"other_language2": "xx", "other_level2": "3"}, "Choose a language from the list."),
        (
            {"other_language1": "fr", "other_level1": "2", "other_language2": "en", "other_level2": "5"},
            "This is what the first group follows as well",
        ),
    ],
)
def test_a_second_group_that_is_none_is_asked_about(
    second: dict[str, str], wrong: str, browser: Browser, kigali: Hospital
) -> None:
    base = fill(browser, kigali, until="languages")

    answer = browser.post(f"{base}/languages", data=languages_step(**second))

    assert answer.status_code == 422
    assert wrong in text_of(answer.text)
    assert "<details open>" in answer.text


@pytest.mark.parametrize(("urgency", "late"), [("1", True), ("2", False)])
def test_an_answer_that_is_promised_after_a_window_begins_is_said_to_be_late(
    browser: Browser, kigali: Hospital, urgency: str, late: bool
) -> None:
    base = fill(browser, kigali)
    browser.post(f"{base}/topic", data=topic_step(urgency=urgency))

    page = text_of(browser.get(f"{base}/check").text)

    told = "The organizers promise an answer within 14 days, and one of your windows begins before that."
    assert (told in page) == late


def test_a_request_that_is_changed_counts_from_the_day_on_which_it_came(
    browser: Browser, database: Database, app: FastAPI, kigali: Hospital, clock: Clock
) -> None:
    ask(browser, kigali)
    browser.post(page_of(app, "confirm", the_request(database).confirm_seed))
    clock.now += timedelta(days=3)
    changing = browser.post(f"{page_of(app, 'status', the_request(database).status_seed)}/change")

    page = text_of(browser.get(changing.headers["location"]).text)

    told = "one of your windows begins before that"
    assert ("Save the changes" in page, told in page) == (True, False)


def test_a_changed_answer_leads_back_to_the_check(browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali)

    answer = browser.post(f"{base}/topic", data=topic_step(topic="Prone positioning"))

    assert answer.headers["location"] == f"{base}/check"
    assert "Prone positioning" in browser.get(f"{base}/check").text


def test_sending_twice_makes_one_request(database: Database, browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali)

    answers = [browser.post(f"{base}/check", data=SEND) for _ in range(2)]

    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, base)] * 2
    assert the_request(database).state is RequestState.SENT
    assert letters(database) == [("confirm-address", CONTACT, DeliveryState.QUEUED)]


@pytest.mark.each_database
def test_ten_clicks_at_once_make_one_request(
    database: Database, opened: Callable[..., Browser], kigali: Hospital
) -> None:
    base = fill(opened(), kigali)
    browsers = [opened() for _ in range(10)]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: each.post(f"{base}/check", data=SEND), browsers))

    assert [each.headers["location"] for each in answers] == [base] * 10
    assert the_request(database).state is RequestState.SENT
    assert letters(database) == [("confirm-address", CONTACT, DeliveryState.QUEUED)]


def test_days_that_have_passed_meanwhile_are_asked_for_again(
    database: Database, browser: Browser, kigali: Hospital, clock: Clock
) -> None:
    base = fill(browser, kigali)
    clock.now += timedelta(days=20)

    answer = browser.post(f"{base}/check", data=SEND)

    told = {f"day{each}": f"Window {each} is on a day that is over; choose a later day." for each in (1, 2)}
    assert (answer.status_code, shown(answer.text).errors) == (422, told)
    assert letters(database) == []


def test_a_hospital_that_is_not_in_the_list_is_added_and_offered_to_nobody_else(
    database: Database, browser: Browser
) -> None:
    new = {"hospital": "new", "name": "Clinique du Lac", "city": "Goma", "country": "RW"}
    base = browser.post("/request/new", data=hospital_step(**new)).headers["location"].rpartition("/")[0]
    for step, given in (("topic", topic_step()), ("times", times_step()), ("languages", languages_step())):
        browser.post(f"{base}/{step}", data=given)

    browser.post(f"{base}/check", data=SEND)

    with database.read() as db:
        made = db.exec(select(Hospital)).one()
    assert (made.name, made.city, made.country, made.zone, made.approved_at) == (
        "Clinique du Lac",
        "Goma",
        "RW",
        "Africa/Kigali",
        None,
    )
    assert the_request(database).hospital_id == made.id
    assert "Clinique du Lac" not in browser.get("/request/new").text
    assert browser.post("/request/new", data=hospital_step(made.code)).status_code == 422


def test_a_country_with_several_clocks_is_asked_for_the_citys(browser: Browser) -> None:
    new = {"hospital": "new", "name": "RSUD", "city": "Jayapura", "country": "ID"}

    asked = browser.post("/request/new", data=hospital_step(**new))
    answered = browser.post("/request/new", data=hospital_step(**new, zone="Asia/Jayapura"))

    assert '<option value="Asia/Jayapura">Jayapura · UTC+9</option>' in asked.text
    assert '<option value="Africa/Kigali"' not in asked.text
    assert (asked.status_code, answered.status_code) == (422, 303)


def test_another_clock_asks_what_becomes_of_the_hours(browser: Browser, database: Database, kigali: Hospital) -> None:
    with database.write() as db:
        nairobi = make.hospital(db, "Kenyatta", city="Nairobi", country="KE", zone="Africa/Nairobi")
    base = fill(browser, kigali)

    asked = browser.post(f"{base}/hospital", data=hospital_step(nairobi.code))
    before = the_draft(database).answers["hospital"]["hospital"]
    moved = browser.post(f"{base}/hospital", data={**hospital_step(nairobi.code), "clock": "moment"})

    times = the_draft(database).answers["times"]
    assert shown(asked.text).errors == {
        "clock": "Your hours were written on another clock. Choose what becomes of them."
    }
    assert "Keep the clock: 09:30 in Kigali becomes 09:30 in Nairobi" in asked.text
    assert "Keep the moment: 09:30 in Kigali becomes 10:30 in Nairobi" in asked.text
    assert (asked.status_code, before) == (422, kigali.code)
    assert moved.headers["location"] == f"{base}/times"
    assert [times[name] for name in ("from1", "to1", "from2", "to2")] == ["10:30", "13:00", "09:00", "11:00"]


def test_the_same_clock_asks_nothing(browser: Browser, database: Database, kigali: Hospital) -> None:
    with database.write() as db:
        harare = make.hospital(db, "Parirenyatwa", city="Harare", country="ZW", zone="Africa/Harare")
    base = fill(browser, kigali)

    answer = browser.post(f"{base}/hospital", data=hospital_step(harare.code))

    assert answer.headers["location"] == f"{base}/check"


def test_hours_that_the_new_clock_cannot_say_are_asked_for_again(
    browser: Browser, database: Database, kigali: Hospital
) -> None:
    with database.write() as db:
        york = make.hospital(db, "Bellevue", city="New York", country="US", zone="America/New_York")
    base = fill(browser, kigali)

    answer = browser.post(f"{base}/hospital", data={**hospital_step(york.code), "clock": "moment"})

    draft = the_draft(database)
    assert answer.headers["location"] == f"{base}/times"
    assert ("times" in draft.answers, draft.steps_done) == (False, 2)


def test_who_is_signed_in_is_not_asked_their_name_again(browser: Browser, database: Database, kigali: Hospital) -> None:
    with database.write() as db:
        aline = make.liaison(db, kigali, email="aline@example.org")
    browser.sign_in(database, aline)

    fields = shown(browser.get("/request/new").text).fields

    assert [fields[name] for name in ("hospital", "contact_name", "contact_email")] == [
        [kigali.code],
        ["Aline Example"],
        ["aline@example.org"],
    ]


def test_the_link_in_the_letter_shows_and_its_button_puts_the_request_into_the_queue(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    ask(browser, kigali)
    link = page_of(app, "confirm", the_request(database).confirm_seed)

    seen = browser.get(link)
    before = the_request(database).state
    pressed = [browser.post(link) for _ in range(2)]

    asked = the_request(database)
    assert (seen.status_code, before) == (200, RequestState.SENT)
    assert "Tue, 1 Dec 2026, 15:30–18:00" in text_of(seen.text)
    assert [each.headers["location"] for each in pressed] == [page_of(app, "status", asked.status_seed)] * 2
    assert (asked.state, asked.submitted_at) == (RequestState.SUBMITTED, make.NOW)
    assert searches(database) == [(asked.id, SearchState.WANTED)]
    assert [kind for kind, _, _ in letters(database)] == ["confirm-address", "request-received"]
    assert browser.get(pressed[0].headers["location"]).status_code == 200
    assert "Your address is confirmed" in browser.get(link).text


@pytest.mark.each_database
def test_ten_presses_of_the_button_put_the_request_into_the_queue_once(
    app: FastAPI, database: Database, opened: Callable[..., Browser], kigali: Hospital
) -> None:
    ask(opened(), kigali)
    link = page_of(app, "confirm", the_request(database).confirm_seed)
    browsers = [opened() for _ in range(10)]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: each.post(link).status_code, browsers))

    assert answers == [303] * 10
    assert searches(database) == [(the_request(database).id, SearchState.WANTED)]
    assert [kind for kind, _, _ in letters(database)] == ["confirm-address", "request-received"]


def test_a_link_that_is_too_old_confirms_nothing(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital, clock: Clock
) -> None:
    ask(browser, kigali)
    link = page_of(app, "confirm", the_request(database).confirm_seed)
    clock.now += CONFIRM_LASTS

    seen, pressed = browser.get(link), browser.post(link)

    assert "This link is too old" in seen.text
    assert pressed.status_code == 409
    assert the_request(database).state is RequestState.SENT


def test_a_wrong_address_is_corrected_before_it_is_confirmed(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = ask(browser, kigali)
    old = page_of(app, "confirm", the_request(database).confirm_seed)

    answer = browser.post(f"{base}/address", data={"contact_email": "Aline@King-Faisal.example.org"})

    asked = the_request(database)
    assert (answer.status_code, answer.headers["location"]) == (303, base)
    assert asked.contact_email == "aline@king-faisal.example.org"
    assert letters(database) == [
        ("confirm-address", CONTACT, DeliveryState.SUPERSEDED),
        ("confirm-address", "aline@king-faisal.example.org", DeliveryState.QUEUED),
    ]
    assert browser.post(old).status_code == 404
    assert browser.post(page_of(app, "confirm", asked.confirm_seed)).status_code == 303


def test_a_confirmed_address_is_not_changed_by_the_link_to_the_draft(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = ask(browser, kigali)
    browser.post(page_of(app, "confirm", the_request(database).confirm_seed))

    browser.post(f"{base}/address", data={"contact_email": "mallory@example.org"})
    step = browser.post(f"{base}/topic", data=topic_step(topic="Something else"))

    asked = the_request(database)
    assert (asked.contact_email, asked.topic) == (CONTACT, "Oxygen therapy when beds run short")
    assert step.headers["location"] == base
    assert page_of(app, "status", asked.status_seed) not in browser.get(base).text


def test_letters_to_one_address_are_limited(database: Database, browser: Browser, kigali: Hospital) -> None:
    base = ask(browser, kigali)

    answers = [browser.post(f"{base}/address", data={"contact_email": CONTACT}).status_code for _ in range(8)]

    assert answers == [303] * 5 + [429] * 3


@pytest.mark.parametrize("address", ["/request/abc", "/request/abc/topic", "/confirm/abc", "/r/abc", "/r/abc/change"])
def test_a_link_that_was_not_minted_here_opens_nothing(address: str, browser: Browser) -> None:
    assert browser.get(address).status_code == 404


def test_a_link_of_another_purpose_opens_nothing(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = ask(browser, kigali)
    token = base.rpartition("/")[2]

    assert [browser.get(f"{part}/{token}").status_code for part in ("/confirm", "/r", "/signin")] == [404] * 3
    assert browser.get(f"{base}/payment").status_code == 404


def test_the_pages_of_a_request_weigh_little(browser: Browser, database: Database) -> None:
    with database.write() as db:
        for number in range(500):
            make.hospital(db, f"University Teaching Hospital number {number}")
        first = make.hospital(db)
    base = fill(browser, first)

    weights = {step: _sent(browser, f"{base}/{step}") for step in STEPS}

    assert {step: weight for step, weight in weights.items() if weight > 14 * 1024} == {}


def _sent(browser: Browser, address: str) -> int:
    """The bytes on the wire."""
    with browser.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        return sum(len(part) for part in answer.iter_raw())


def test_letters_about_a_request_are_in_the_language_that_it_was_sent_in(
    browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = fill(browser, kigali)

    browser.post(f"{base}/check", data=SEND, headers={"Accept-Language": "fr"})

    with database.read() as db:
        assert db.exec(select(SessionRequest.language)).one() == "fr"
        assert [Letter.from_json(each.payload).language for each in db.exec(select(Delivery))] == ["fr"]
