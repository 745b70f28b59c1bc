"""An organizer's way from a session that was held to a published recap, click by click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import FilePayload
from sqlmodel import select

from medixchange.db import Database
from medixchange.sessions import attending
from medixchange.sessions.attendee_draft import NO_HOSPITAL, AttendeeDraft, AttendeeRole
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.teams import on_offer
from tests.browser.person import Person
from tests.recaps.stage import ARABIC, ENGLISH


def end(database: Database, topic: str) -> None:
    """The session about ``topic`` was held."""
    with database.write() as db:
        session = db.exec(select(SharingSession).where(SharingSession.topic == topic)).one()
        session.state = SessionState.HELD
        db.add(session)


def sign_in(database: Database, topic: str) -> None:
    """Somebody signed in to the session about ``topic``, which has a code."""
    draft = AttendeeDraft(
        name="Grace Uwase", email="grace@chuk.example.org", institution="CHUK", role=AttendeeRole.NURSE, language="fr"
    )
    with database.write() as db:
        session = db.exec(select(SharingSession).where(SharingSession.topic == topic)).one()
        session.sign_in_code = "CDF347"
        attending.attend(db, session, draft, now=session.starts_at)


CODE = "CDG347"


def gather(database: Database, topic: str) -> None:
    """The session of several hospitals about ``topic`` runs now, and people of each have signed in."""
    with database.write() as db:
        session = db.exec(select(SharingSession).where(SharingSession.topic == topic)).one()
        session.state, session.sign_in_code = SessionState.OPEN, CODE
        session.starts_at = datetime.now(UTC)
        session.ends_at = session.starts_at + timedelta(hours=1)
        for hospital in (*map(str, (each.id for each in on_offer(db, session))), NO_HOSPITAL):
            draft = AttendeeDraft(
                name="Fatou Diop",
                email=f"{hospital}@wards.example.org",
                hospital=hospital,
                institution="Paediatric emergency room, second floor",
                role=AttendeeRole.NURSE,
                language="fr",
            )
            attending.attend(db, session, draft, now=session.starts_at)


def write(organizer: Person, session: str) -> str:
    """Begin, write, check and publish the recap of ``session`` in English and Arabic; gives the page of its languages.

    After that English has a revision that nobody has checked, so that Arabic is older than its original.
    """
    page = f"{session}/recap"
    for language, text in (("en", ENGLISH), ("ar", ARABIC)):
        organizer.open(page)
        organizer.fill({"language": language})
        organizer.press("Begin")
        organizer.expect("Write the recap")
        organizer.fill({"text": f"{text}\n\n| A | B |\n|---|---|\n| SpO₂ < 92 % | 1–6 L/min |\n\n> 😀"})
        organizer.press("Save")
        organizer.press("I have checked this revision")
        organizer.expect("Checked. It is published when you publish the recap.")
    organizer.follow("Go on to publishing")
    organizer.press("Publish")
    organizer.expect("Published. Readers see every language that was checked.")
    organizer.page.locator('main a[href$="/en"]').first.click()
    organizer.fill({"text": ENGLISH.replace("1–6", "2–6")})
    organizer.press("Save")
    organizer.expect("Saved as a new revision.")
    return page


def address_of(organizer: Person, page: str) -> str:
    """Where the recap of the page of its languages is published."""
    organizer.open(page)
    return str(organizer.page.locator("main aside dd a").get_attribute("href"))


def add_file(organizer: Person, page: str) -> str:
    """A file that goes with the recap of the page of its languages; gives the page of files."""
    organizer.open(page)
    organizer.follow("Add files, and choose which go with the recap")
    slides = FilePayload(name="Slides of 8 December.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n" * 40_000)
    organizer.page.locator('main [name="file"]').set_input_files(slides)
    organizer.press("Add")
    organizer.expect("The file is there.")
    organizer.press("Give it to the readers of the recap")
    organizer.expect("The readers of the recap find it.")
    return organizer.page.url.partition("?")[0]


READER = "amina@ministry.example.org"


MINISTRY = "Ministry of Health"


def make_list(organizer: Person, name: str = MINISTRY) -> str:
    """A list of readers; gives its page."""
    organizer.open("/desk/lists")
    organizer.fill({"name": name})
    organizer.press("Make the list")
    organizer.fill({"readers": f"Amina, {READER}, ar"})
    organizer.press("Add")
    organizer.expect("%(num)s reader is new on the list.")
    return organizer.page.url.partition("?")[0]


def mail(organizer: Person, page: str, to: str = MINISTRY) -> None:
    """From the page of a recap's languages: mail it to those who were invited and to the list."""
    organizer.open(page)
    organizer.follow("Mail the recap")
    organizer.page.get_by_label(to).check()
    organizer.fill({"note": "Thank you all."})
    organizer.press("Preview the letters")
    organizer.expect("What will be sent")
    organizer.press("Mail the recap", within="main section:last-of-type form")
    organizer.page.locator("main .note.ok").wait_for()


def correct(organizer: Person, page: str, why: str) -> None:
    """Check and publish the English revision that waits, and mail it to those who have the one before."""
    organizer.open(page)
    organizer.page.locator('main a[href$="/en"]').first.click()
    organizer.press("I have checked this revision")
    organizer.follow("Go on to publishing")
    organizer.press("Publish")
    organizer.expect("Published. Readers see every language that was checked.")
    organizer.follow("Mail the recap")
    organizer.fill({"why": why})
    organizer.press("Mail the correction")
    organizer.page.locator("main .note.ok").wait_for()
