"""An organizer notes that an expert or interpreter cannot come, or comes after all: as if they had said so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.availability.actions import claim
from medixchange.db import Database
from medixchange.journal.record import history
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.sessions import queries
from medixchange.sessions.actions import cancel, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.models import SharingSession
from medixchange.times.intervals import Interval
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, ZHANG, answers, at, claimed, letters, place_of
from tests.web.conftest import Browser, Clock, text_of
from tests.web.test_lists import page_after

ILL = "Fell ill, told us by telephone."


def form_of(database: Database, session: SharingSession, name: str) -> str:
    """The address of the form about somebody of the session."""
    with database.read() as db:
        return f"/desk/sessions/{session.id}/places/{place_of(db, queries.by_id(db, session.id), name).id}"


def taken(db: Session, session: SharingSession) -> set[str]:
    """Whose time the session has."""
    return {resource for resource, _ in claimed(db)[session.uid]}


def decline(database: Database, session: SharingSession, name: str) -> None:
    with database.write() as db:
        respond(db, place_of(db, queries.by_id(db, session.id), name), "DECLINED", reason=ILL, now=make.NOW)


def test_somebody_who_is_noted_as_absent_is_free_and_somebody_else_is_looked_for(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    address = form_of(database, session, ZHANG)
    with database.read() as db:
        before = letters(db, session)

    form = organizer.get(address)
    page = page_after(organizer, address, reason=ILL, sequence="0")

    assert f'href="{address}"' in organizer.get(f"/desk/sessions/{session.id}").text
    assert "They get no letter about it" in text_of(form.text)
    assert ("somebody else is looked for" in page, f"{ZHANG} Expert {ILL}" in page) == (True, True)
    assert f"Ada Organizer noted that {ZHANG} cannot come" in page
    with database.read() as db:
        stands, place = queries.by_id(db, session.id), place_of(db, session, ZHANG)
        assert answers(db, stands) == {ZHANG: "DECLINED", MEI: "NEEDS-ACTION", ALINE: "NEEDS-ACTION"}
        assert f"person:{place.person_id}" not in taken(db, stands)
        assert [each.state for each in db.exec(select(MatchSearch))][-1] is SearchState.WANTED
        assert letters(db, stands) == before
        assert history(db, f"session:{session.id}")[-1].actor.startswith("person:")


def test_their_own_page_says_it_and_lets_them_answer_otherwise(
    organizer: Browser, database: Database, link: Callable[[str], str]
) -> None:
    with database.read() as db:
        session = queries.by_id(db, 1)
    organizer.post(form_of(database, session, ZHANG), data={"reason": ILL, "sequence": "0"})

    page = organizer.get(link(ZHANG)).text

    assert ("You cannot come" in text_of(page), ILL in page, 'value="ACCEPTED"' in page) == (True, True, True)


def test_somebody_comes_after_all(organizer: Browser, database: Database, session: SharingSession) -> None:
    decline(database, session, MEI)
    address = form_of(database, session, MEI)

    form = organizer.get(address)
    page = page_after(organizer, address, act="returned", sequence="0")

    assert (ILL in form.text, "their time is taken again" in page) == (True, True)
    assert f"Ada Organizer noted that {MEI} comes after all" in page
    with database.read() as db:
        assert answers(db, queries.by_id(db, session.id))[MEI] == "ACCEPTED"
        assert f"person:{place_of(db, session, MEI).person_id}" in taken(db, session)


def test_whoever_was_given_to_another_session_does_not_come_back_and_the_desk_is_told_so(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    decline(database, session, ZHANG)
    with database.write() as db:
        who = f"person:{place_of(db, session, ZHANG).person_id}"
        claim(db, "another", [who], Interval(session.starts_at, session.ends_at))

    answer = organizer.post(form_of(database, session, ZHANG), data={"act": "returned", "sequence": "0"})

    assert answer.status_code == 409
    assert f"{ZHANG} is in another session at this hour by now, and cannot be taken again." in text_of(answer.text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("cancelled", "This session was cancelled: nobody is asked whether they come."),
        ("over", "This session is over: the roll call says who was there."),
        ("moved", f"This session has moved since you opened this page. Ask {ZHANG} about its new hour."),
    ],
)
def test_what_cannot_be_noted_is_said_to_the_organizer(
    organizer: Browser, database: Database, clock: Clock, session: SharingSession, change: str, told: str
) -> None:
    with database.write() as db:
        stands = queries.by_id(db, session.id)
        if change == "cancelled":
            cancel(db, stands, reason="Strike", afterwards="submitted", language="en", actor=ACTOR, now=make.NOW)
        if change == "moved":
            reschedule(db, stands, starts_at=at(3, 11), actor=ACTOR, now=make.NOW)
    if change == "over":
        clock.now = session.ends_at + timedelta(minutes=1)

    answer = organizer.post(form_of(database, session, ZHANG), data={"reason": ILL, "sequence": "0"})

    assert (answer.status_code, told in text_of(answer.text)) == (409, True)


def test_what_they_answered_themselves_while_the_form_was_open_stays(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    with database.write() as db:
        place, hour = place_of(db, queries.by_id(db, session.id), ZHANG), at(3, 11)
        respond(db, place, "DECLINED", reason="My own words", other_hour=hour, now=make.NOW)

    answer = organizer.post(form_of(database, session, ZHANG), data={"reason": ILL, "sequence": "0"})

    told = f"{ZHANG} has declined meanwhile in words of their own, and these stay."
    assert (answer.status_code, told in text_of(answer.text)) == (409, True)
    with database.read() as db:
        place = place_of(db, session, ZHANG)
        assert (place.partstat, place.reason, place.other_hour) == ("DECLINED", "My own words", hour)


def test_somebody_who_never_declined_does_not_come_after_all(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    answer = organizer.post(form_of(database, session, ZHANG), data={"act": "returned", "sequence": "0"})

    told = f"{ZHANG} has not declined, so there is nothing to take back."
    assert (answer.status_code, told in text_of(answer.text)) == (409, True)
    with database.read() as db:
        assert answers(db, queries.by_id(db, session.id))[ZHANG] == "NEEDS-ACTION"


def test_what_is_noted_twice_is_noted_once(organizer: Browser, database: Database, session: SharingSession) -> None:
    address = form_of(database, session, ZHANG)

    for typed in ({"reason": ILL}, {"act": "returned"}):
        before = page_after(organizer, address, sequence="0", **typed)
        assert page_after(organizer, address, sequence="0", **typed) == before


def test_why_is_asked_and_the_contacts_of_a_hospital_answer_for_themselves(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    missing = organizer.post(form_of(database, session, ZHANG), data={"reason": " ", "sequence": "0"})
    contact = organizer.get(form_of(database, session, ALINE))

    assert (missing.status_code, '<a href="#reason">Write in a sentence why they cannot come.' in missing.text) == (
        422,
        True,
    )
    assert contact.status_code == 404
