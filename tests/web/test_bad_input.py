"""Each field of asking with what should not be in it: its own sentence, the rest kept, nothing stored."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import func, select

from medixchange.db import Database
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital
from tests import make
from tests.web.answers import Answers, fill, hospital_step, languages_step, shown, times_step, topic_step
from tests.web.conftest import Browser, Clock

Case = tuple[Answers, str, str]
UNSEEN = "This holds a character that cannot be shown; type it again as plain text."
LIST = "Choose your hospital, or that it is not in the list."
LANGUAGE = "Choose a language from the list."
TIME = "Choose a time from the list."
DAY = "Choose a day from the list."
ANSWER = "Choose one of the answers."
NEW = {"hospital": "new", "name": "Clinic", "city": "Jayapura", "country": "ID", "zone": "Asia/Jayapura"}


def too_long(most: int, length: int) -> str:
    """The sentence about a text that is too long."""
    return f"Shorten this to {most:,} characters: it has {length:,}."


def with_controls(names: list[str]) -> list[Case]:
    """Each field with a character that no keyboard types."""
    return [({name: "a\x00b\x07"}, name, UNSEEN) for name in names]


HOSPITAL: list[Case] = [
    ({"hospital": ""}, "hospital", LIST),
    ({"hospital": "nowhere"}, "hospital", LIST),
    ({"hospital": "x" * 5000}, "hospital", LIST),
    ({**NEW, "name": ""}, "name", "Write the hospital's name."),
    ({**NEW, "name": "x" * 201}, "name", too_long(200, 201)),
    ({**NEW, "city": ""}, "city", "Write the city."),
    ({**NEW, "city": "x" * 121}, "city", too_long(120, 121)),
    ({**NEW, "country": ""}, "country", "Choose the country."),
    ({**NEW, "country": "XX"}, "country", "Choose the country."),
    ({**NEW, "country": "Indonesia"}, "country", "Choose the country."),
    ({**NEW, "zone": ""}, "zone", "Choose the time zone of your city; your country has these."),
    ({**NEW, "zone": "Africa/Kigali"}, "zone", "Choose the time zone of your city; your country has these."),
    ({**NEW, "zone": "WIB"}, "zone", "Choose the time zone of your city; your country has these."),
    ({**NEW, "zone": "x" * 5000}, "zone", "Choose the time zone of your city; your country has these."),
    ({"contact_name": ""}, "contact_name", "Write your name."),
    ({"contact_name": " \u3000 "}, "contact_name", "Write your name."),
    ({"contact_name": "x" * 121}, "contact_name", too_long(120, 121)),
    ({"contact_role": "x" * 121}, "contact_role", too_long(120, 121)),
    ({"contact_email": ""}, "contact_email", "Write your mail address at work."),
    ({"contact_email": "aline"}, "contact_email", "Write a mail address such as name@hospital.org."),
    ({"contact_email": "a@b.org, c@d.org"}, "contact_email", "Write a mail address such as name@hospital.org."),
    ({"contact_email": "a@b.org\nBcc: c@d.org"}, "contact_email", "Write a mail address such as name@hospital.org."),
    ({"contact_email": f"{'x' * 300}@example.org"}, "contact_email", too_long(254, 312)),
    *with_controls(["hospital", "contact_name", "contact_role", "contact_email"]),
    *(({**NEW, name: "a\x00b"}, name, UNSEEN) for name in ("name", "city")),
]
TOPIC: list[Case] = [
    ({"topic": ""}, "topic", "Write in a sentence what the session is about."),
    ({"topic": "x" * 201}, "topic", too_long(200, 201)),
    ({"specialties": []}, "specialties", "Choose one to three specialties."),
    ({"specialties": ["nursing", "surgery", "oncology", "pharmacy"]}, "specialties", "Choose at most 3."),
    ({"specialties": ["phrenology"]}, "specialties", "Choose specialties from the list; write others beside it."),
    (
        {"specialties": ["nursing", "x" * 5000]},
        "specialties",
        "Choose specialties from the list; write others beside it.",
    ),
    ({"other_specialty": "x" * 201}, "other_specialty", too_long(200, 201)),
    ({"audience": ""}, "audience", "Write who will join."),
    ({"audience": "x" * 501}, "audience", too_long(500, 501)),
    ({"audience_size": ""}, "audience_size", "Write about how many will join."),
    ({"audience_size": "many"}, "audience_size", "Write a whole number, such as 20."),
    ({"audience_size": "2.5"}, "audience_size", "Write a whole number, such as 20."),
    ({"audience_size": "0"}, "audience_size", "Write a number from 1 on."),
    ({"audience_size": "100001"}, "audience_size", "Write a number up to 100,000."),
    ({"audience_size": "9" * 5000}, "audience_size", "Write a whole number, such as 20."),
    ({"questions": "x" * 4001}, "questions", too_long(4000, 4001)),
    ({"urgency": ""}, "urgency", "Choose how soon you need the session."),
    ({"urgency": "now"}, "urgency", ANSWER),
    *with_controls(["topic", "specialties", "other_specialty", "audience", "audience_size", "questions", "urgency"]),
]
TOO_FAR = "Window 1 is too far ahead; choose Sun, 17 Jan 2027 or an earlier day."
FIRST_DAY, SECOND_DAY = make.next_week(1).isoformat(), make.next_week(2).isoformat()
SHORT = "Window 1 is shorter than the session; end it at least 60 minutes after it begins."
TIMES: list[Case] = [
    ({"day1": ""}, "day1", "Choose at least one day."),
    ({"day1": "tomorrow"}, "day1", DAY),
    ({"day1": "2026-11-24"}, "day1", "Window 1 is too soon; choose Wed, 25 Nov 2026 or a later day."),
    ({"day1": "2031-01-01"}, "day1", TOO_FAR),
    ({"day1": "9999-12-31"}, "day1", TOO_FAR),
    ({"day1": "2026-02-30"}, "day1", DAY),
    ({"day1": "1" * 5000}, "day1", DAY),
    ({"day2": "2026-13-01"}, "day2", DAY),
    ({"day3": "1700000001"}, "day3", DAY),
    ({"from1": ""}, "from1", "Fill in day, start and end of window 1."),
    ({"from1": "25:00"}, "from1", TIME),
    ({"from1": "09:31"}, "from1", TIME),
    ({"from1": "9" * 5000}, "from1", TIME),
    ({"to1": ""}, "to1", "Fill in day, start and end of window 1."),
    ({"to1": "noon"}, "to1", TIME),
    ({"to1": "10:00"}, "to1", SHORT),
    ({"to1": "08:00"}, "to1", "Window 1 ends before it begins; choose a later end or an earlier beginning."),
    ({"day2": ""}, "day2", "Fill in day, start and end of window 2."),
    ({"from3": "09:00", "to3": "11:00"}, "day3", "Fill in day, start and end of window 3."),
    ({"minutes": ""}, "minutes", "Choose how long the session should be."),
    ({"minutes": "61"}, "minutes", "Choose how long the session should be."),
    ({"windows_only": ""}, "windows_only", "Choose whether other hours are possible too."),
    ({"windows_only": "maybe"}, "windows_only", ANSWER),
    ({"rhythm": "3"}, "rhythm", ANSWER),
    ({"rhythm": "1", "times": ""}, "times", "Choose how many sessions the series has."),
    ({"rhythm": "1", "times": "13"}, "times", ANSWER),
    *with_controls(["day1", "from1", "to1", "day2", "from2", "to2", "day3", "from3", "to3", "minutes", "windows_only"]),
]
LANGUAGES: list[Case] = [
    ({"language1": ""}, "language1", "Choose the language that your team follows best."),
    ({"language1": "qqq"}, "language1", LANGUAGE),
    ({"language1": "x" * 5000}, "language1", LANGUAGE),
    ({"language3": "english", "level3": "3"}, "language3", LANGUAGE),
    ({"language3": "en", "level3": "3"}, "language3", "This language is there twice; choose another or leave it out."),
    ({"language2": ""}, "language2", "Choose both the language and how well it is followed."),
    ({"level1": ""}, "level1", "Choose how well your team follows it."),
    ({"level1": "6"}, "level1", ANSWER),
    ({"level2": ""}, "level2", "Choose both the language and how well it is followed."),
    ({"level4": "native"}, "level4", ANSWER),
    ({"interpreting": ""}, "interpreting", "Choose whether interpreters may help."),
    ({"interpreting": "perhaps"}, "interpreting", ANSWER),
    ({"bandwidth": ""}, "bandwidth", "Choose how your line is."),
    ({"bandwidth": "x" * 5000}, "bandwidth", ANSWER),
    ({"recording": ""}, "recording", "Choose whether the session may be recorded."),
    ({"recording": "video"}, "recording", ANSWER),
    *with_controls(["language1", "level1", "language2", "level2", "interpreting", "bandwidth", "recording"]),
]
STEPS: dict[str, tuple[Answers, list[Case]]] = {
    "hospital": (hospital_step(""), HOSPITAL),
    "topic": (topic_step(), TOPIC),
    "times": (times_step(), TIMES),
    "languages": (languages_step(), LANGUAGES),
}


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


def stored(database: Database) -> list[Any]:
    """The answers of each draft, and how many requests, hospitals and letters there are."""
    with database.read() as db:
        rows = [
            db.exec(select(func.count()).select_from(table)).one() for table in (SessionRequest, Hospital, Delivery)
        ]
        return [*(draft.answers for draft in db.exec(select(RequestDraft))), *rows]


@pytest.mark.parametrize("step", STEPS)
def test_a_wrong_answer_gets_its_sentence_and_nothing_is_stored(
    step: str, browser: Browser, database: Database, kigali: Hospital
) -> None:
    given, cases = STEPS[step]
    if step == "hospital":
        address, given = "/request/new", {**given, "hospital": kigali.code}
    else:
        address = f"{fill(browser, kigali, until=step)}/{step}"
    before = stored(database)

    found = [(case, browser.post(address, data={**given, **case[0]})) for case in cases]

    for (changes, name, sentence), answer in found:
        page = shown(answer.text)
        assert (changes, answer.status_code, page.errors) == (changes, 422, {name: sentence})
        assert page.summary == {name: sentence}
        assert "<title>Error: " in answer.text
    assert stored(database) == before


@pytest.mark.parametrize("step", STEPS)
def test_a_wrong_answer_leaves_the_others_as_they_were_typed(step: str, browser: Browser, kigali: Hospital) -> None:
    given, cases = STEPS[step]
    if step == "hospital":
        address, given = "/request/new", {**given, "hospital": kigali.code}
    else:
        address = f"{fill(browser, kigali, until=step)}/{step}"

    for changes, _, _ in cases:
        typed = {**given, **changes}
        page = shown(browser.post(address, data=typed).text)

        for field, value in typed.items():
            if field not in changes and value:
                assert (changes, field, page.fields.get(field)) == (
                    changes,
                    field,
                    value if isinstance(value, list) else [value],
                )


def test_a_text_that_is_refused_is_shown_again_exactly(browser: Browser, database: Database, kigali: Hospital) -> None:
    address = f"{fill(browser, kigali, until='topic')}/topic"
    typed = {
        "topic": "<b>\"'& " + "x" * 300,
        "questions": "one\n\n  two</textarea><script>",
        "audience": "ÅÄ 张三 مرحبا",
    }

    page = shown(browser.post(address, data=topic_step(**typed)).text)

    assert {name: page.fields[name] for name in typed} == {name: [value] for name, value in typed.items()}


def test_what_may_be_a_patients_is_asked_about_once(browser: Browser, kigali: Hospital) -> None:
    address = f"{fill(browser, kigali, until='topic')}/topic"
    told = "“born 1990” looks like a date of birth. Remove it, or say below that it is not a patient's."

    first = browser.post(address, data=topic_step(questions="Mother born 1990-01-02"))
    second = browser.post(address, data=topic_step(questions="Mother born 1990-01-02", no_patient_data="yes"))

    assert (first.status_code, shown(first.text).errors) == (422, {"no_patient_data": told})
    assert second.status_code == 303


def test_what_may_be_a_patients_is_asked_about_beside_other_faults(browser: Browser, kigali: Hospital) -> None:
    address = f"{fill(browser, kigali, until='topic')}/topic"

    page = shown(browser.post(address, data=topic_step(audience="", questions="Mrs Keza, MRN 44")).text)

    assert list(page.errors) == ["audience", "no_patient_data"]


def test_every_wrong_answer_of_a_page_is_named_at_once(browser: Browser, kigali: Hospital) -> None:
    wrong = {
        "hospital": "new",
        "name": "",
        "city": "",
        "country": "",
        "contact_email": "aline@example.org",
        "contact_name": "A",
    }

    page = shown(browser.post("/request/new", data=wrong).text)

    assert list(page.summary) == ["name", "city", "country"]


def test_an_hour_that_is_skipped_or_comes_twice_is_asked_about(
    browser: Browser, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        easter = make.hospital(db, "Hospital Hanga Roa", city="Hanga Roa", country="CL", zone="Pacific/Easter")
    put_back, put_forward = "2027-04-03", "2027-09-04"
    one = {"day2": "", "from2": "", "to2": "", "from1": "20:00"}
    clock.now = clock.now.replace(year=2027, month=3, day=20)
    address = f"{fill(browser, easter, until='times')}/times"

    twice = browser.post(address, data=times_step(**one, day1=put_back, to1="21:30"))
    chosen = browser.post(address, data=times_step(**one, day1=put_back, to1="21:30", to1_fold="1"))
    clock.now = clock.now.replace(month=8)
    never = browser.post(address, data=times_step(**one, day1=put_forward, to1="22:00"))

    assert shown(twice.text).errors == {
        "to1_fold": "The clock in Easter Island shows 21:30 twice on Sat, 3 Apr 2027; "
        "say whether you mean the first or the second."
    }
    assert "the first 21:30 (UTC−5, Beijing 10:30)" in twice.text
    assert "the second 21:30 (UTC−6, Beijing 11:30)" in twice.text
    assert chosen.status_code == 303
    assert shown(never.text).errors == {
        "to1": "The clock in Easter Island is put forward over 22:00 on Sat, 4 Sept 2027; "
        "choose an earlier or a later time."
    }


@pytest.mark.parametrize("email", ["", "nobody", "a@b.org\x00", "x" * 300])
def test_a_wrong_address_is_not_written_to(email: str, browser: Browser, database: Database, kigali: Hospital) -> None:
    base = fill(browser, kigali)
    browser.post(f"{base}/check", data={"then": "send"})
    before = stored(database)

    answer = browser.post(f"{base}/address", data={"contact_email": email})

    assert (answer.status_code, list(shown(answer.text).errors)) == (422, ["contact_email"])
    assert stored(database) == before
