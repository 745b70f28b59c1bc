"""What an organizer writes about a session is looked at for a patient's data: asked about once, kept, and confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from httpx2 import Response

from medixchange.db import Database
from medixchange.recaps import mailing
from medixchange.recaps import queries as recaps
from medixchange.sessions import attending, queries, roll
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.models import SharingSession
from medixchange.sessions.preparing import ask
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests.recaps.stage import ENGLISH, check, publish, published, write
from tests.sessions.stage import ACTOR, ALINE, NOW, ZHANG, Stage, at, place_of
from tests.web.answers import shown
from tests.web.conftest import Browser, Clock

DESK = "/desk/sessions/1"
DOUBTFUL = "MRN 12345, born 3 May"
GRACE = AttendeeDraft(
    name="Grace", email="grace@example.org", institution="CHUK", role=AttendeeRole.NURSE, language="fr"
)


@dataclass(frozen=True)
class Form:
    """A form of the desk with a free text: where it is sent to, and what else it holds."""

    path: str
    name: str
    rest: dict[str, str] = field(default_factory=dict)


FORMS = {
    "agenda": Form("/agenda", "agenda"),
    "incident note": Form("/run/notes", "text"),
    "note on an answer": Form("/questions/1", "note"),
    "note on an answer, on the run sheet": Form("/run/questions/1", "note"),
    "why somebody is taken off": Form("/attendees/1/remove", "reason"),
    "why it was not held": Form("/not-held", "reason", {"afterwards": "submitted"}),
    "words to the hospital alone": Form("/not-held", "to_hospital", {"afterwards": "done", "reason": "No line"}),
    "why somebody cannot come": Form("/places/1", "reason", {"sequence": "1"}),
    "why it is cancelled": Form("/cancel", "reason", {"afterwards": "withdrawn"}),
}


@pytest.fixture
def running(organizer: Browser, database: Database, session: SharingSession, clock: Clock) -> SharingSession:
    """A session that has begun, with a question and somebody who signed in."""
    organizer.post(f"{DESK}/confirm")
    clock.now = session.starts_at + timedelta(minutes=1)
    with database.write() as db:
        stored = queries.by_id(db, 1)
        attending.attend(db, stored, GRACE, now=clock.now)
        ask(db, place_of(db, stored, ALINE), "Who watches the tube?", language="en", now=clock.now)
    return session


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_may_be_a_patients_is_asked_about_once_kept_and_taken_when_it_is_none(
    organizer: Browser, running: SharingSession, form: Form
) -> None:
    written = {form.name: DOUBTFUL, **form.rest}

    asked = organizer.post(f"{DESK}{form.path}", data=written)
    page = shown(asked.text)
    taken = organizer.post(f"{DESK}{form.path}", data={**written, "no_patient_data": "yes"})

    assert (asked.status_code, [each for each in page.fields[form.name] if each]) == (422, [DOUBTFUL])
    assert (list(page.errors), "no_patient_data" in page.summary) == (["no_patient_data"], True)
    assert "looks like a patient's record number" in page.errors["no_patient_data"]
    assert asked.text.count('<input type="checkbox" id="no_patient_data"') == 1
    assert taken.status_code == 303


def test_a_note_on_an_answer_that_stands_is_not_asked_about_again(organizer: Browser, running: SharingSession) -> None:
    address = f"{DESK}/questions/1"
    organizer.post(address, data={"note": DOUBTFUL, "no_patient_data": "yes"})

    again = organizer.post(address, data={"note": DOUBTFUL})
    changed = organizer.post(address, data={"note": f"{DOUBTFUL} 2"})

    assert (again.status_code, changed.status_code) == (303, 422)


RECAP = {
    "why a recap is withdrawn": Form("withdraw", "reason"),
    "note above a recap": Form("mail", "note", {"to": "invited", "others": "Mr Nkusi, nkusi@example.org"}),
    "why a recap is corrected": Form("correct", "why"),
}


@pytest.mark.parametrize("form", RECAP.values(), ids=RECAP)
def test_what_readers_of_a_recap_would_see_is_asked_about_once(
    organizer: Browser, database: Database, stage: Stage, form: Form
) -> None:
    with database.write() as db:
        recap = published(db, stage)
        number = recap.id
        letters = mailing.letters(db, recap, mailing.readers(db, recap, invited=True), note="")
        mailing.send(db, recap, letters, actor=ACTOR, now=NOW)
        english = recaps.version(db, number, "en")
        write(db, english, ENGLISH.replace("1–6", "2–6"))
        check(db, english)
        publish(db, recap)
    written = {form.name: DOUBTFUL, **form.rest}

    def send(**more: str) -> Response:
        parts = [(name, (None, value)) for name, value in {**written, **more}.items()]
        return organizer.post(f"/desk/recaps/{number}/{form.path}", files=parts)

    asked, taken = send(), send(no_patient_data="yes")

    page = shown(asked.text)
    assert (asked.status_code, list(page.errors), page.fields[form.name][-1]) == (422, ["no_patient_data"], DOUBTFUL)
    assert asked.text.count('<input type="checkbox" id="no_patient_data"') == 1
    assert taken.status_code == 303


def test_why_a_request_is_declined_or_withdrawn_is_asked_about_once(
    organizer: Browser, database: Database, settings: Settings, stage: Stage
) -> None:
    token = Mint(settings.secret_key.get_secret_value()).token("status", stage.request.status_seed)

    for address in (f"/desk/requests/{stage.request.id}/decline", f"/r/{token}/withdraw"):
        asked = organizer.post(address, data={"reason": DOUBTFUL})

        page = shown(asked.text)
        assert (asked.status_code, list(page.errors)) == (422, ["no_patient_data"])
        assert page.fields["reason"][-1] == DOUBTFUL
        assert asked.text.count('<input type="checkbox" id="no_patient_data"') == 1
    taken = organizer.post(f"/r/{token}/withdraw", data={"reason": DOUBTFUL, "no_patient_data": "yes"})
    assert taken.status_code == 303


@pytest.mark.parametrize(
    ("path", "rest"), [("", {"answer": "DECLINED"}), ("/other-hour", {"hour": f"at:{at(2, 10).isoformat()}"})]
)
def test_why_somebody_cannot_come_is_asked_about_once(
    browser: Browser,
    database: Database,
    settings: Settings,
    session: SharingSession,
    path: str,
    rest: dict[str, str],
) -> None:
    with database.read() as db:
        place = place_of(db, queries.by_id(db, 1), ZHANG)
    answer = f"/answer/{Mint(settings.secret_key.get_secret_value()).token('answer', place.seed)}{path}"
    written = {"reason": DOUBTFUL, "sequence": str(place.sequence), **rest}

    asked = browser.post(answer, data=written)
    page = shown(asked.text)
    taken = browser.post(answer, data={**written, "no_patient_data": "yes"})

    assert (asked.status_code, list(page.errors)) == (422, ["no_patient_data"])
    assert page.fields["reason"][-1] == DOUBTFUL
    assert asked.text.count('<input type="checkbox" id="no_patient_data"') == 1
    assert taken.status_code == 303


def test_what_is_wrong_beside_is_told_with_it(organizer: Browser, running: SharingSession) -> None:
    answer = organizer.post(f"{DESK}/not-held", data={"reason": DOUBTFUL})

    assert list(shown(answer.text).errors) == ["afterwards", "no_patient_data"]


def test_an_agenda_that_was_confirmed_is_asked_about_again_only_where_it_changes(
    organizer: Browser, running: SharingSession
) -> None:
    organizer.post(f"{DESK}/agenda", data={"agenda": DOUBTFUL, "no_patient_data": "yes"})

    fields = shown(organizer.get(f"{DESK}/agenda").text).fields
    same = organizer.post(f"{DESK}/agenda", data={"agenda": f"{DOUBTFUL}\r\n"})
    changed = organizer.post(f"{DESK}/agenda", data={"agenda": f"{DOUBTFUL}\r\nMrs Uwase, 7 May"})

    assert fields == {"agenda": [DOUBTFUL]}
    assert (same.status_code, changed.status_code) == (303, 422)


def test_a_preview_keeps_what_was_said_about_it(organizer: Browser, running: SharingSession) -> None:
    said = {"reason": DOUBTFUL, "afterwards": "submitted", "no_patient_data": "yes", "act": "show"}

    page = organizer.post(f"{DESK}/not-held", data=said)

    assert (page.status_code, shown(page.text).fields["no_patient_data"]) == (200, ["yes"])


def test_a_note_that_was_asked_about_is_written_down_once(
    organizer: Browser, database: Database, running: SharingSession
) -> None:
    organizer.post(f"{DESK}/run/notes", data={"text": f"{ZHANG}: {DOUBTFUL}"})
    organizer.post(f"{DESK}/run/notes", data={"text": f"{ZHANG}: {DOUBTFUL}", "no_patient_data": "yes"})

    with database.read() as db:
        assert [note.text for note, _ in roll.notes(db, 1)] == [f"{ZHANG}: {DOUBTFUL}"]
