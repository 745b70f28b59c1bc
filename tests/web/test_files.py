"""Files at the desk and beside a recap, as browsers send and save them."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.outbox.compose import Desk, preview
from medixchange.outbox.letters import Links
from medixchange.recaps import mailing
from medixchange.recaps.models import Visibility
from medixchange.sessions import files
from medixchange.sessions.file_kinds import MOST_SIZE
from medixchange.sessions.models import SharingSession
from medixchange.settings import Settings
from medixchange.tokens import Mint
from medixchange.web.security import MOST_UPLOAD
from tests import make
from tests.recaps.stage import published
from tests.sessions.stage import ACTOR, DESK, NOW, Stage, place_of
from tests.web.conftest import PUBLIC_URL, Browser, text_of

PAGE = "/desk/sessions/1/files"
PDF = b"%PDF-1.7\n..."


def upload(browser: Browser, name: str = "指南.pdf", content: bytes = PDF) -> tuple[int, str]:
    answer = browser.post(PAGE, files={"file": (name, content, "text/html")})
    return answer.status_code, text_of(answer.text)


def given(db: Session, session_id: int, *, with_recap: bool) -> int:
    session = db.get_one(SharingSession, session_id)
    by = make.person(db).id
    file = files.add(db, session, f"{with_recap}.pdf", PDF, person_id=by, actor=ACTOR, now=NOW)
    files.give(db, file, with_recap=with_recap, actor=ACTOR, now=NOW)
    return file.id


def test_a_file_is_added_listed_and_saved_under_its_name(organizer: Browser, session: SharingSession) -> None:
    status, _ = upload(organizer)
    shown = text_of(organizer.get(PAGE).text)
    saved = organizer.get(f"{PAGE}/1")

    assert (status, "指南.pdf" in shown, "1 file" in shown) == (303, True, True)
    assert saved.content == PDF
    assert [saved.headers[name] for name in ("content-type", "content-disposition", "content-security-policy")] == [
        "application/pdf",
        "attachment; filename*=UTF-8''%E6%8C%87%E5%8D%97.pdf",
        "sandbox; default-src 'none'",
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("", b"", "Choose a file."),
        ("page.html", b"<script>", "Choose a file of one of these kinds"),
        ("slides.pdf", b"<script>", "This file is not what its name says."),
        ("slides.pdf", b"", "This file is empty."),
        ("slides.pdf", PDF + b"x" * MOST_SIZE, "A file may have at most 8 MB."),
    ],
)
def test_a_file_that_cannot_be_taken_gets_its_sentence(
    organizer: Browser, session: SharingSession, name: str, content: bytes, sentence: str
) -> None:
    status, words = upload(organizer, name, content)

    assert (status, sentence in words, "No file yet." in words) == (422, True, True)


def test_what_is_far_too_large_is_not_read(organizer: Browser, session: SharingSession) -> None:
    request = organizer.build_request("POST", PAGE, content=b"x", headers={"Content-Type": "multipart/form-data"})
    request.headers["Content-Length"] = str(MOST_UPLOAD + 1)

    answer = organizer.send(request)

    assert (answer.status_code, "A file may have at most 8 MB." in text_of(answer.text)) == (413, True)


def test_a_form_of_another_kind_is_not_read(organizer: Browser, session: SharingSession) -> None:
    answer = organizer.post(PAGE, data={"file": "x"})

    assert (answer.status_code, "This address takes forms with a file only." in text_of(answer.text)) == (422, True)


def test_who_may_find_a_file_is_chosen_and_it_is_taken_away_after_one_more_question(
    organizer: Browser, session: SharingSession
) -> None:
    upload(organizer)

    organizer.post(f"{PAGE}/1/readers", data={"with_recap": "yes"})
    told = text_of(organizer.get(PAGE).text)
    asked = text_of(organizer.get(f"{PAGE}/1/remove").text)
    organizer.post(f"{PAGE}/1/remove")

    assert ("The readers of the recap find it." in told, "Nobody finds it any more" in asked) == (True, True)
    assert organizer.get(f"{PAGE}/1").status_code == 404
    history = text_of(organizer.get("/desk/sessions/1").text)
    assert [each in history for each in ("added a file", "gave a file to the readers", "took a file away")] == [
        True
    ] * 3


def test_readers_of_a_recap_find_the_files_that_go_with_it_and_no_others(
    browser: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        recap = published(db, stage)
        slug, session_id = recap.slug, recap.session_id
        shown, hidden = (given(db, session_id, with_recap=each) for each in (True, False))

    page, text = browser.get(f"/recaps/{slug}/en").text, browser.get(f"/recaps/{slug}/en.txt").text

    assert ("True.pdf" in page, "False.pdf" in page) == (True, False)
    assert f"- True.pdf (1 kB): https://exchange.example.org/recaps/{slug}/files/{shown}" in text
    assert browser.get(f"/recaps/{slug}/files/{shown}").content == PDF
    assert browser.get(f"/recaps/{slug}/files/{hidden}").status_code == 404


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_letter_with_a_recap_leads_to_its_files(
    browser: Browser, database: Database, stage: Stage, settings: Settings, visibility: Visibility
) -> None:
    with database.write() as db:
        recap = published(db, stage, visibility=visibility)
        for with_recap in (True, False):
            given(db, recap.session_id, with_recap=with_recap)
        chosen = mailing.readers(db, recap, invited=True)
        letters = [each for each in mailing.letters(db, recap, chosen, note="") if each.reader.name == "Aline Example"]
        mailing.send(db, recap, letters, actor=ACTOR, now=NOW)
        links = Links(settings.public_url, Mint(settings.secret_key.get_secret_value()))
        shown = preview(letters[0].letter, Desk(DESK.templates, links, DESK.sender))

    (address,) = re.findall(r"- True\.pdf \(1 kB\): (https\S+)", shown.text)

    assert browser.get(address.removeprefix(PUBLIC_URL)).content == PDF
    assert f'<a href="{address}" style="color:#0a5560"><bdi>True.pdf</bdi></a> <bdi>(1 kB)</bdi>' in shown.html
    assert "False.pdf" not in shown.text + shown.html


def test_a_file_of_a_recap_for_those_invited_is_found_by_their_link_alone(
    browser: Browser, database: Database, stage: Stage, settings: Settings
) -> None:
    with database.write() as db:
        recap = published(db, stage, visibility=Visibility.INVITED)
        number = given(db, recap.session_id, with_recap=True)
        seed = place_of(db, db.get_one(SharingSession, recap.session_id), "Aline Example").seed
        slug = recap.slug
    token = Mint(settings.secret_key.get_secret_value()).token("recap", seed)

    assert browser.get(f"/recaps/{slug}/files/{number}").status_code == 404
    assert browser.get(f"/recap/{token}/files/{number}").content == PDF
