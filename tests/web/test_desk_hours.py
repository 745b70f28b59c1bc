"""The hours of a request at the desk: the best of each day with who comes, and any of them put among the proposals."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import searching
from medixchange.matching.actions import want
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch, SearchState
from tests import make
from tests.web.conftest import Browser, text_of

ZHANG, LI = "Zhang Example", "Li Example"
OFFERED = re.compile(r'name="at" value="([^"]+)"')


@pytest.fixture
def asked(database: Database) -> SessionRequest:
    """A request for an hour on Tuesday or Wednesday morning, which two experts could answer, searched."""
    with database.write() as db:
        hospital = make.hospital(db)
        for name, level in ((ZHANG, 3), (LI, 1)):
            make.expert(db, name, specialties={"intensive-care": level})
        make.room(db)
        windows = [(make.next_week(day), 9 * 60, 11 * 60) for day in (1, 2)]
        request = make.request(db, hospital, windows=windows, windows_only=True)
        wanted = want(db, request, now=make.NOW).id
    searching.propose(database, wanted, now=make.NOW)
    return request


def proposals(database: Database) -> list[ProposedMatch]:
    """Those on the desk, in their order."""
    with database.read() as db:
        query = select(ProposedMatch).where(ProposedMatch.state == MatchState.PROPOSED)
        return sorted(db.exec(query), key=lambda each: each.rank)


def state(db: Session, request: SessionRequest) -> RequestState:
    return db.get_one(SessionRequest, request.id).state


def test_the_best_hour_of_each_day_is_shown_with_who_comes_the_best_first(
    organizer: Browser, asked: SessionRequest
) -> None:
    page = organizer.get(f"/desk/requests/{asked.id}/hours").text

    said = text_of(page)
    assert OFFERED.findall(page) == ["2026-12-01T07:00:00+00:00", "2026-12-02T07:00:00+00:00"]
    assert said.count("5 possible starts that day") == 2
    assert said.count(ZHANG) == 2
    assert LI not in said.partition("The best hour of each day")[2]


def test_an_hour_is_put_among_the_proposals_once_and_can_be_approved(
    organizer: Browser, database: Database, asked: SessionRequest
) -> None:
    before = proposals(database)
    address = f"/desk/requests/{asked.id}/hours"
    late = {"at": "2026-12-02T07:15:00+00:00"}

    first, second = (organizer.post(address, data=late) for _ in range(2))

    *kept, added = proposals(database)
    assert [each.is_put_forward for each in (*kept, added)] == [False] * len(kept) + [True]
    assert (first.status_code, second.status_code) == (303, 303)
    assert [each.id for each in kept] == [each.id for each in before]
    assert (added.starts_at.isoformat(), added.rank) == (late["at"], before[-1].rank + 1)
    page = text_of(organizer.get(first.headers["location"]).text)
    assert "put another match among the proposals" in page
    assert organizer.post(f"/desk/matches/{added.id}/approve").status_code == 303
    with database.read() as db:
        assert state(db, asked) is RequestState.APPROVED


def test_what_was_put_forward_stays_when_the_request_is_searched_again(
    organizer: Browser, database: Database, asked: SessionRequest
) -> None:
    organizer.post(f"/desk/requests/{asked.id}/hours", data={"at": "2026-12-02T07:15:00+00:00"})
    added = proposals(database)[-1].id

    with database.write() as db:
        again = want(db, db.get_one(SessionRequest, asked.id), now=make.NOW).id
    searching.propose(database, again, now=make.NOW)

    assert added in {each.id for each in proposals(database)}


def test_what_the_search_found_itself_is_kept_as_well_once_it_is_put_forward(
    organizer: Browser, database: Database, asked: SessionRequest
) -> None:
    found = proposals(database)[1]

    organizer.post(f"/desk/requests/{asked.id}/hours", data={"at": found.starts_at.isoformat()})

    marked = [each.id for each in proposals(database) if each.is_put_forward]
    assert marked == [found.id]


def test_what_was_put_forward_goes_when_what_is_asked_changes(
    organizer: Browser, database: Database, asked: SessionRequest
) -> None:
    organizer.post(f"/desk/requests/{asked.id}/hours", data={"at": "2026-12-02T07:15:00+00:00"})
    added = proposals(database)[-1].id

    organizer.post(f"/desk/requests/{asked.id}/agree", data={"shorter": "30"})
    early = organizer.post(f"/desk/requests/{asked.id}/hours", data={"at": "2026-12-02T07:30:00+00:00"})
    with database.read() as db:
        again = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).one().id
    searching.propose(database, again, now=make.NOW)

    assert early.status_code == 409
    assert added not in {each.id for each in proposals(database)}


def test_a_possible_hour_that_was_asked_about_shows_who_would_come(organizer: Browser, asked: SessionRequest) -> None:
    chosen = {"day": make.next_week(1).isoformat(), "clock": "09:30"}

    page = organizer.get(f"/desk/requests/{asked.id}/hours", params=chosen).text

    answer = text_of(page).partition("Why not at one hour")[0]
    assert "A session could be then" in answer
    assert ZHANG in answer
    assert OFFERED.findall(page)[0] == "2026-12-01T07:30:00+00:00"


@pytest.mark.parametrize(
    ("at", "status"),
    [("2026-12-01T16:00:00+00:00", 409), ("2026-12-01T07:07:00+00:00", 409), ("noon", 422), ("", 422)],
)
def test_an_hour_that_is_none_is_refused_and_nothing_changes(
    organizer: Browser, database: Database, asked: SessionRequest, at: str, status: int
) -> None:
    before = [each.id for each in proposals(database)]

    assert organizer.post(f"/desk/requests/{asked.id}/hours", data={"at": at}).status_code == status

    assert [each.id for each in proposals(database)] == before


def test_of_a_request_that_is_decided_no_hour_is_put_forward(
    organizer: Browser, database: Database, asked: SessionRequest
) -> None:
    organizer.post(f"/desk/matches/{proposals(database)[0].id}/approve")
    address = f"/desk/requests/{asked.id}/hours"

    page = organizer.get(address)
    refused = organizer.post(address, data={"at": "2026-12-02T08:00:00+00:00"})

    assert (page.status_code, OFFERED.findall(page.text)) == (200, [])
    assert (refused.status_code, proposals(database)) == (409, [])


def test_a_request_that_was_never_searched_is_searched_first(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        make.expert(db, ZHANG)
        make.room(db)
        request = make.request(db, make.hospital(db))

    refused = organizer.post(f"/desk/requests/{request.id}/hours", data={"at": "2026-12-01T07:00:00+00:00"})

    assert refused.status_code == 409
    assert "Look for proposals first" in text_of(refused.text)
