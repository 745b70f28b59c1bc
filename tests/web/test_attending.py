"""Signing in by code as those do who join in a group, and the list that the desk has of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.library import queries as library
from medixchange.library.filters import Filters
from medixchange.recaps.queries import by_id as recap_by_id
from medixchange.recaps.shelving import shelve_again
from medixchange.sessions import attending, queries, roll
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.attending import ALPHABET
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests.recaps.stage import begin, check, publish, write
from tests.sessions.stage import ACTOR, ALINE, MEI, SARA, ZHANG, Stage, join, place_of
from tests.web.conftest import Browser, Clock, text_of

GRACE = {
    "name": "Grace Uwase",
    "email": "Grace@example.org",
    "institution": "=CHUK",
    "role": "nurse",
    "language": "fr",
}
DESK = "/desk/sessions/1"


@pytest.fixture
def joined(database: Database, stage: Stage) -> int:
    """The number of a second hospital that takes part; it is asked for before the session is approved."""
    with database.write() as db:
        return join(db, db.get_one(SessionRequest, stage.request.id)).hospital_id


@pytest.fixture
def code(organizer: Browser, session: SharingSession, database: Database, clock: Clock) -> str:
    """The code of a session that begins in ten minutes."""
    organizer.post(f"{DESK}/confirm")
    clock.now = session.starts_at - timedelta(minutes=10)
    assert organizer.post(f"{DESK}/sign-in").headers["location"] == f"{DESK}/run#sign-in"
    with database.read() as db:
        found = queries.by_id(db, 1).sign_in_code
    assert found is not None
    return found


@pytest.fixture
def group(opened: Callable[..., Browser], code: str) -> Browser:
    """The screen of a group."""
    return opened(machine="198.51.100.7")


def sign_in(browser: Browser, code: str, **facts: str) -> tuple[int, str]:
    answer = browser.post("/attend", data={"code": code, **GRACE, **facts})
    return answer.status_code, answer.headers.get("location", "") or text_of(answer.text)


def test_a_group_signs_in_one_after_the_other(group: Browser, organizer: Browser, code: str) -> None:
    form = text_of(group.get(f"/attend?code={code.lower()}").text)
    first = sign_in(group, f"{code[:3]} {code[3:].lower()}")
    thanks = group.get(first[1])
    sign_in(group, code, name="Eric", email="eric@example.org", role="physician")
    sign_in(group, code, name="Grace again")

    sheet = text_of(organizer.get(f"{DESK}/run").text)
    assert ("Sign in to the session" in form, first) == (True, (303, f"/attend/thanks?code={code}"))
    assert f'href="/attend?code={code}"' in thanks.text
    assert ("It comes by mail to the address that you gave" in text_of(thanks.text), "2 people signed in" in sheet) == (
        True,
        True,
    )
    assert f"{code[:3]} {code[3:]}" in sheet


def test_an_address_that_is_known_gets_the_same_answer(group: Browser, code: str) -> None:
    known = sign_in(group, code, email="aline-example@example.org")

    assert (known, sign_in(group, code)) == ((303, f"/attend/thanks?code={code}"),) * 2


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"name": ""}, "Write your name."),
        ({"email": "grace"}, "Write a mail address such as name@hospital.org."),
        ({"institution": " "}, "Write the name of your hospital or institution."),
        ({"role": ""}, "Choose your role."),
        ({"language": "tlh"}, "Choose one of the languages."),
        ({"code": ""}, "Write the code that you were told in the session."),
        ({"code": "CCCCCC"}, "This code is not good now."),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_what_was_typed_is_kept(
    group: Browser, code: str, facts: dict[str, str], told: str
) -> None:
    answer = group.post("/attend", data={"code": code, **GRACE, **facts})

    assert (answer.status_code, told in text_of(answer.text)) == (422, True)
    assert facts.get("email", "Grace@example.org") in answer.text


def test_codes_cannot_be_guessed(
    monkeypatch: pytest.MonkeyPatch, group: Browser, opened: Callable[..., Browser], code: str
) -> None:
    monkeypatch.setattr("medixchange.web.signin.BEAT", 0.01)

    sent = [sign_in(group, guess)[0] for guess in guesses(16)]
    opened_by_address = [group.get(f"/attend?code={guess}").status_code for guess in guesses(31)[16:]]
    refused = group.post("/attend", data={"code": code, **GRACE})

    assert (sent, opened_by_address) == ([422] * 16, [200] * 14 + [429])
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert ("asked too often" in text_of(refused.text), 'value="Grace Uwase"' in refused.text) == (True, True)
    assert sign_in(opened(machine="198.51.100.8"), code)[0] == 303


def test_whoever_has_a_whole_network_of_addresses_guesses_no_more_codes_than_others(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Browser], code: str
) -> None:
    monkeypatch.setattr("medixchange.web.signin.BEAT", 0.01)

    for number, guess in enumerate(guesses(30)):
        sign_in(opened(machine=f"2001:db8:1:2::{number + 1:x}"), guess)

    machines = (
        "2001:db8:1:2:ffff::7",
        "2001:db8:1:3::7",
        "::ffff:198.51.100.9",
        "::ffff:198.51.100.10",
        "fe80::1%eth0",
    )
    assert [sign_in(opened(machine=each), code)[0] for each in machines] == [429, 303, 303, 303, 303]


def guesses(number: int) -> list[str]:
    """So many codes that no session has, all of them different."""
    return [f"{ALPHABET[each // 10]}{ALPHABET[each % 10]}CCCC" for each in range(number)]


def test_a_ward_behind_one_address_that_was_told_a_wrong_code_signs_in_by_the_right_one(
    monkeypatch: pytest.MonkeyPatch, group: Browser, code: str
) -> None:
    monkeypatch.setattr("medixchange.web.signin.BEAT", 0.01)
    nurses = [{"name": f"Nurse {each}", "email": f"nurse-{each}@example.org"} for each in range(40)]

    wrong = {sign_in(group, "CCCCCC", **nurse)[0] for nurse in nurses}
    opened_by_address = {group.get(f"/attend?code={code}").status_code for _ in nurses}
    right = {sign_in(group, code, **nurse)[0] for nurse in nurses}

    assert (wrong, opened_by_address, right) == ({422}, {200}, {303})


def test_a_code_that_is_not_good_is_told_as_soon_as_its_address_is_opened(group: Browser, code: str) -> None:
    right, wrong, none = (
        text_of(group.get(f"/attend{query}").text) for query in (f"?code={code}", "?code=CCCCCC", "?code=-")
    )

    told = "This code is not good now."
    assert (told in right, told in wrong, told in none) == (False, True, False)


def test_the_form_comes_in_the_language_of_its_reader(opened: Callable[..., Browser], code: str) -> None:
    page = opened(language="zh-CN").get(f"/attend?code={code}").text

    assert ("交流会签到" in page, f'value="{code}"' in page) == (True, True)
    assert '<option value="zh-Hans" selected>' in page


def test_the_desk_corrects_an_entry_and_takes_one_off_with_a_reason(
    group: Browser, organizer: Browser, code: str
) -> None:
    sign_in(group, code)
    sign_in(group, code, name="Eric", email="eric@example.org")
    page = f"{DESK}/attendees"

    shown = organizer.get(f"{page}/1").text
    clash = organizer.post(f"{page}/1", data={**GRACE, "email": "eric@example.org"})
    corrected = organizer.post(f"{page}/1", data={**GRACE, "name": "Grace U."}).headers["location"]
    asked = organizer.post(f"{page}/2/remove", data={"reason": ""})
    removed = organizer.post(f"{page}/2/remove", data={"reason": "Was not there"}).headers["location"]

    words = text_of(organizer.get(page).text)
    assert ('value="grace@example.org"' in shown, clash.status_code, asked.status_code) == (True, 422, 422)
    assert [corrected, removed] == [f"{page}?done=corrected", f"{page}?done=removed"]
    told = ("1 person signed in", "Grace U.", "Taken off the list", "Was not there")
    assert [each in words for each in told] == [True] * 4
    assert text_of(organizer.get(f"{page}/2/remove").text).startswith("Desk › Session")


def test_who_signed_in_has_a_history_that_does_not_fill_the_page_of_the_session(
    group: Browser, organizer: Browser, code: str
) -> None:
    sign_in(group, code)
    sign_in(group, code, name="Eric", email="eric@example.org")
    organizer.post(f"{DESK}/attendees/1", data={**GRACE, "name": "Grace U."})

    theirs, whole = (
        text_of(organizer.get(path).text).partition("What happened ")[2] for path in (f"{DESK}/attendees/1", DESK)
    )

    assert theirs.startswith("Ada Organizer corrected who signed in")
    assert theirs.count("Somebody with the code signed in to the session") == 1
    assert ("corrected who signed in" in whole, "signed in to the session" in whole) == (True, False)


def test_the_attendance_is_saved_as_a_table_that_runs_nothing(
    group: Browser, organizer: Browser, database: Database, code: str
) -> None:
    sign_in(group, code)
    with database.read() as db:
        place = place_of(db, queries.by_id(db, 1), ZHANG).id
    organizer.post(f"{DESK}/run/places/{place}", data={"act": "present"})

    answer = organizer.get(f"{DESK}/attendance.csv")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row[1] for row in rows] == ["Name", ZHANG, MEI, "Aline Example", "Grace Uwase"]
    assert (rows[1][7], rows[2][7:], rows[4][0]) == ("Present", ["Not noted yet", "", ""], "Signed in by code")
    assert rows[4][2:7] == ["Nurse", "", "'=CHUK", "grace@example.org", "French"]
    assert ("Kigali" in rows[4][8], "Beijing" in rows[4][9]) == (True, True)


def test_a_code_for_what_is_not_certain_is_refused(organizer: Browser, session: SharingSession) -> None:
    answer = organizer.post(f"{DESK}/sign-in")

    assert (answer.status_code, "this one is not" in text_of(answer.text)) == (409, True)


def test_a_long_list_is_shown_page_by_page(organizer: Browser, database: Database, code: str) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1)
        for number in range(101):
            entry = {**GRACE, "email": f"nurse-{number}@example.org", "name": f"Nurse {number}"}
            attending.attend(db, session, AttendeeDraft.model_validate(entry), now=session.starts_at)

    first, second = (text_of(organizer.get(f"{DESK}/attendees?page={page}").text) for page in (1, 9))

    assert ("101 people signed in" in first, "Nurse 99" in first, "Nurse 100" in first) == (True, True, False)
    assert ("Nurse 99" in second, "Nurse 100" in second) == (False, True)


KIGALI, ADDIS = "King Faisal Hospital", "Hospital of Addis Ababa"
WHICH = "Which hospital do you come from?"


def test_where_one_hospital_takes_part_nobody_is_asked_for_theirs(
    group: Browser, organizer: Browser, code: str
) -> None:
    form = text_of(group.get(f"/attend?code={code}").text)
    sign_in(group, code, hospital="1")

    page = text_of(organizer.get(f"{DESK}/attendees").text)
    assert (WHICH in form, "None of these" in page) == (False, False)


def test_where_several_take_part_each_one_says_which_is_theirs(
    joined: int, group: Browser, organizer: Browser, code: str
) -> None:
    form = text_of(group.get(f"/attend?code={code}").text)
    sent = [
        sign_in(group, code, hospital=str(joined), institution=""),
        sign_in(group, code, name="Eric", email="eric@example.org", hospital=str(joined), institution="Ward 4"),
        sign_in(group, code, name="Amina", email="amina@example.org", hospital="none"),
    ]

    rows = list(csv.reader(io.StringIO(organizer.get(f"{DESK}/attendance.csv").text, newline="")))
    assert [each in form for each in (WHICH, f"{KIGALI}, Kigali", f"{ADDIS}, Addis Ababa", "None of these")] == [
        True
    ] * 4
    assert [status for status, _ in sent] == [303] * 3
    for page in (f"{DESK}/attendees", f"{DESK}/run"):
        words = text_of(organizer.get(page).text)
        told = (f"{ADDIS} : 2", "None of these hospitals: 1", f"Nurse · {ADDIS}", f"Ward 4 · {ADDIS}")
        assert [each in words for each in told] == [True] * 4
    assert {row[1]: row[3:5] for row in rows[1:]} == {
        ZHANG: ["", ""],
        MEI: ["", ""],
        ALINE: [KIGALI, ""],
        SARA: [ADDIS, ""],
        "Grace Uwase": [ADDIS, ADDIS],
        "Eric": [ADDIS, "Ward 4"],
        "Amina": ["", "'=CHUK"],
    }


@pytest.mark.parametrize("hospital", ["", "99", "-", "1" * 30])
def test_who_does_not_say_which_hospital_is_theirs_is_asked_and_nothing_is_lost(
    joined: int, group: Browser, code: str, hospital: str
) -> None:
    answer = group.post("/attend", data={"code": code, **GRACE, "hospital": hospital})
    also = group.post("/attend", data={"code": code, **GRACE, "hospital": str(joined), "name": ""})
    neither = group.post("/attend", data={"code": code, **GRACE, "hospital": hospital, "institution": ""})

    words = text_of(answer.text)
    assert (answer.status_code, WHICH in words) == (422, True)
    assert "Choose your hospital, or say that it is none of these." in words
    assert [f'value="{each}"' in answer.text for each in ("Grace Uwase", "Grace@example.org", "=CHUK")] == [True] * 3
    assert f'value="{joined}" checked' in also.text
    assert text_of(neither.text).count("Choose your hospital") == 2
    assert "Write the name of your hospital" not in text_of(neither.text)


def test_the_desk_corrects_which_hospital_somebody_comes_from(
    joined: int, group: Browser, organizer: Browser, code: str
) -> None:
    sign_in(group, code, hospital="none")
    page = f"{DESK}/attendees/1"

    before = organizer.get(page).text
    asked = organizer.post(page, data=GRACE)
    organizer.post(page, data={**GRACE, "hospital": str(joined)})

    assert ('value="none" checked' in before, asked.status_code, WHICH in text_of(asked.text)) == (True, 422, True)
    assert f"=CHUK · {ADDIS}" in text_of(organizer.get(f"{DESK}/attendees").text)


def test_the_run_sheet_says_for_which_hospital_each_one_is_there(joined: int, organizer: Browser, code: str) -> None:
    words = text_of(organizer.get(f"{DESK}/run").text)

    roll, contacts = words.partition("Roll call")[2], words.partition("Room and contacts")[2]
    assert f"{ALINE} for {KIGALI} · " in roll
    assert f"{SARA} for {ADDIS} · " in roll
    assert f"Hospital: {KIGALI} {ALINE}" in contacts
    assert f"Hospital: {ADDIS} {SARA}" in contacts


def test_a_recap_names_a_hospital_again_of_which_somebody_signed_in(
    joined: int, group: Browser, organizer: Browser, database: Database, code: str
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1)
        session.state = SessionState.HELD
        version = begin(db, session)
        write(db, version, "Oxygen.")
        check(db, version)
        recap = recap_by_id(db, version.recap_id)
        publish(db, recap)
        roll.call(db, session, place_of(db, session, SARA).id, present=False, actor=ACTOR, now=session.ends_at)
        shelve_again(db, session.id)
    page = f"/recaps/{recap.slug}/en"

    def named() -> tuple[bool, int]:
        with database.read() as db:
            return ADDIS in text_of(group.get(page).text), library.total(db, Filters(country="ET"))

    before = named()
    sign_in(group, code, hospital=str(joined))
    after = named()
    organizer.post(f"{DESK}/attendees/1/remove", data={"reason": "Was not there"})

    assert (before, after, named()) == ((False, 0), (True, 1), (False, 0))
