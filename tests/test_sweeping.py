"""What the clockwork throws away, on real databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from medixchange.accounts.models import Login, SignInLink
from medixchange.accounts.signin import LINK_LASTS, LOGIN_LASTS, close_login, new_link, open_login
from medixchange.db import Database
from medixchange.fairness.queries import ledger
from medixchange.intake import actions, drafting, unconfirmed
from medixchange.intake.drafting import KEPT
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.journal.record import history
from medixchange.matching.facts_of_people import FAIR_MEMORY
from medixchange.matching.models import MatchSearch, ProposedMatch, SearchState
from medixchange.outbox.queries import about
from medixchange.sessions.actions import approve, substitute
from medixchange.sessions.answers import respond
from medixchange.worker import keep_house
from tests import make
from tests.sessions.stage import LI, MEI, ZHANG, desk_again, place_of, set_up
from tests.web.answers import steps

NOW = make.NOW
SECOND = timedelta(seconds=1)


def draft_of(db: Session, code: str) -> RequestDraft:
    """A draft with all steps answered, last changed a month ago."""
    draft = drafting.begin(db, now=NOW - KEPT)
    for name, given in steps(code).items():
        drafting.keep(db, draft, name, given, now=NOW - KEPT)
    return draft


def test_a_draft_is_kept_for_a_month_after_its_last_change_and_its_request_for_good(database: Database) -> None:
    with database.write() as db:
        code = make.hospital(db).code
        draft_of(db, code)
        actions.submit(db, draft_of(db, code), language="en", now=NOW - KEPT)
        kept = draft_of(db, code)
        drafting.keep(db, kept, "topic", steps(code)["topic"], now=NOW - KEPT + SECOND)
        sent = draft_of(db, code)
        actions.submit(db, sent, language="en", now=NOW)

    keep_house(database, now=NOW)

    with database.read() as db:
        drafts = set(db.exec(select(RequestDraft.id)))
        requests = list(db.exec(select(SessionRequest.topic)))
    assert (drafts, requests) == ({kept.id, sent.id}, ["Oxygen therapy when beds run short"] * 2)


def test_a_request_that_nobody_confirmed_is_erased_with_all_that_names_its_contact(database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        sent = actions.submit(db, draft_of(db, hospital.code), language="en", now=NOW)
        confirmed = actions.submit(db, draft_of(db, hospital.code), language="en", now=NOW)
        actions.confirm(db, confirmed, now=NOW)
        actions.readdress(db, confirmed, email="other@example.org", actor="person:1", now=NOW)
    ended = NOW + actions.CONFIRM_LASTS + unconfirmed.KEPT

    keep_house(database, now=ended - SECOND)
    before = requests(database)
    keep_house(database, now=ended)

    assert (before, requests(database)) == ([sent.id, confirmed.id], [confirmed.id])
    with database.read() as db:
        assert list(db.exec(select(RequestWindow).where(RequestWindow.request_id == sent.id))) == []
        assert about(db, f"request:{sent.id}") == []
        assert [entry.verb for entry in history(db, f"request:{sent.id}")] == ["submit", "erase"]
        assert [letter.kind for letter in about(db, f"request:{confirmed.id}")] == [
            "confirm-address",
            "request-received",
            "confirm-address",
        ]


def requests(database: Database) -> list[int]:
    """The numbers of the requests that there are."""
    with database.read() as db:
        return list(db.exec(select(SessionRequest.id).order_by(col(SessionRequest.id))))


def test_links_and_logins_that_open_nothing_any_more_are_thrown_away(database: Database) -> None:
    with database.write() as db:
        ada = make.organizer(db)
        new_link(db, ada, now=NOW - LINK_LASTS)
        waiting = new_link(db, ada, now=NOW - LINK_LASTS + SECOND)
        open_login(db, new_link(db, ada, now=NOW - LOGIN_LASTS).seed, now=NOW - LOGIN_LASTS, browser="")
        _, closed = open_login(db, new_link(db, ada, now=NOW).seed, now=NOW, browser="")
        close_login(db, closed, now=NOW)
        login, _ = open_login(db, new_link(db, ada, now=NOW).seed, now=NOW, browser="")

    keep_house(database, now=NOW)

    with database.read() as db:
        assert list(db.exec(select(col(SignInLink.id)))) == [waiting.id]
        assert list(db.exec(select(col(Login.id)))) == [login.id]


def test_proposals_and_searches_that_came_to_nothing_are_thrown_away_a_month_after_their_hour(
    database: Database,
) -> None:
    with database.write() as db:
        stage = set_up(db)
        first = [stage.tuesday.search_id, stage.wednesday.search_id, stage.by_li.search_id]
        session = approve(db, stage.tuesday, actor="person:1", now=NOW)
        other = make.request(db, stage.hospital)
        searches = [
            MatchSearch(request_id=other.id, state=state, asked_at=NOW, finished_at=NOW, inputs_hash=inputs)
            for state, inputs in (
                (SearchState.DONE, "of an early one"),
                (SearchState.DONE, "of the last that found something out"),
                (SearchState.DONE, ""),
                (SearchState.FAILED, ""),
            )
        ]
        db.add_all(searches)
        db.flush()
    month_after = stage.wednesday.ends_at + KEPT

    keep_house(database, now=month_after - SECOND)
    before = left(database)
    keep_house(database, now=month_after)

    kept = [first[0], first[2], searches[1].id, searches[3].id]
    assert before == ([session.match_id, stage.wednesday.id], [first[0], first[1], *kept[1:]])
    assert left(database) == ([session.match_id], kept)


def test_who_said_no_to_a_session_that_was_mended_is_remembered_for_as_long_as_fairness_looks_back(
    database: Database,
) -> None:
    with database.write() as db:
        stage = set_up(db)
        session = approve(db, stage.tuesday, actor="person:1", now=NOW)
        respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call", now=NOW)
        desk_again(db, stage)
        substitute(db, session, stage.by_li, actor="person:1", now=NOW)

    keep_house(database, now=NOW + FAIR_MEMORY)
    remembered = said_no(database, NOW + FAIR_MEMORY)
    keep_house(database, now=NOW + FAIR_MEMORY + SECOND)

    assert remembered == {ZHANG: 1, LI: 0, MEI: 0}
    assert left(database)[0] == [stage.by_li.id]


def said_no(database: Database, now: datetime) -> dict[str, int]:
    """To how many hours each one said no, as the report about fairness tells."""
    with database.read() as db:
        return {each.name: each.declined for each in ledger(db, now=now, is_demo=False)}


def left(database: Database) -> tuple[list[int], list[int]]:
    """The numbers of the proposals and the searches that there are."""
    with database.read() as db:
        proposals = list(db.exec(select(ProposedMatch.id).order_by(col(ProposedMatch.id))))
        return proposals, list(db.exec(select(MatchSearch.id).order_by(col(MatchSearch.id))))
