"""What is decided about one session has the proposals of others looked for anew, if it concerns them; so does time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ATTEMPTS, MatchSearch, MatchState, ProposedMatch, Repair, SearchState
from medixchange.matching.searching import LOST_AFTER, propose
from medixchange.sessions import queries, rivals
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.models import SharingSession
from medixchange.worker import keep_house
from tests import make
from tests.sessions.stage import ACTOR, NOW, Stage, at, elsewhere, set_up

SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request from Kigali with three proposals."""
    with database.write() as db:
        return set_up(db)


def held(database: Database, stage: Stage) -> SharingSession:
    """The first proposal becomes a session, a minute after everything was searched."""
    with database.write() as db:
        return approve(db, db.merge(stage.tuesday), actor=ACTOR, now=SOON)


def wanted(database: Database) -> list[int]:
    """The requests for which a search waits."""
    with database.read() as db:
        waiting = select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)
        return list(db.exec(waiting.order_by(col(MatchSearch.request_id))))


def test_whoever_counts_on_people_that_were_taken_is_searched_anew_once(database: Database, stage: Stage) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(3, 9)).request_id
    held(database, stage)

    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == [rival]
    assert rivals.look_again(database, now=LATER) == 0


def test_a_room_concerns_others_at_its_hour_only(database: Database, stage: Stage) -> None:
    with database.write() as db:
        others = [
            make.match(
                db,
                make.request(db, make.hospital(db, f"Clinic {hour}"), state=RequestState.MATCHED, minutes=30),
                starts_at=at(1, hour),
                panel=[make.expert(db, f"Expert {hour}")],
                room=stage.room,
            ).request_id
            for hour in (9, 11)
        ]
    held(database, stage)

    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == others[:1]


def test_a_decision_that_a_search_could_not_see_although_it_began_later_is_noticed(
    database: Database, stage: Stage
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
        db.get_one(MatchSearch, rival.search_id).asked_at = LATER
    held(database, stage)  # asked for at SOON, it waited for the lock while the search ran

    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == [rival.request_id]


def test_a_request_whose_search_is_under_way_is_looked_at_when_that_has_ended(database: Database, stage: Stage) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
        db.get_one(MatchSearch, rival.search_id).state = SearchState.RUNNING
    held(database, stage)

    meanwhile = rivals.look_again(database, now=LATER)
    with database.write() as db:
        db.get_one(MatchSearch, rival.search_id).state = SearchState.DONE

    assert (meanwhile, rivals.look_again(database, now=LATER)) == (0, 1)


def test_a_request_whose_search_was_lost_for_the_last_time_is_looked_at_as_after_one_that_failed(
    database: Database, stage: Stage
) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
        search = db.get_one(MatchSearch, rival.search_id)
        search.state, search.started_at, search.attempts = SearchState.RUNNING, NOW, ATTEMPTS
    held(database, stage)

    meanwhile = rivals.look_again(database, now=NOW + LOST_AFTER)
    keep_house(database, now=NOW + LOST_AFTER)

    assert (meanwhile, rivals.look_again(database, now=NOW + LOST_AFTER)) == (0, 1)
    assert wanted(database) == [rival.request_id]


def test_a_search_that_failed_for_good_is_not_wanted_again_and_again(database: Database, stage: Stage) -> None:
    with database.write() as db:
        rival = elsewhere(db, stage, at(1, 9))
        search = db.get_one(MatchSearch, rival.search_id)
        search.state, search.asked_at = SearchState.FAILED, LATER
    held(database, stage)

    assert rivals.look_again(database, now=LATER) == 0


@pytest.mark.parametrize(("of", "concerned"), [("the same", True), ("a joined", True), ("another", False)])
def test_another_request_of_the_same_hospital_cannot_have_its_hour(
    of: str, concerned: bool, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        hospital = stage.hospital if of == "the same" else make.hospital(db, "Clinic of Huye")
        if of == "a joined":
            joined = make.request(db, hospital, state=RequestState.JOINED)
            joined.joined_id = stage.request.id
            stage.tuesday.others = ["fr"]
            joined.languages, joined.windows_only = {"fr": 5}, False
            db.add_all([joined, db.merge(stage.tuesday)])
        other = make.request(db, hospital, state=RequestState.MATCHED, minutes=30)
        match = make.match(
            db, other, starts_at=at(1, 9), panel=[make.expert(db, "Somebody else")], room=make.room(db, "Other room")
        )
        db.get_one(MatchSearch, match.search_id).asked_at = LATER
    held(database, stage)

    assert rivals.look_again(database, now=LATER) == concerned
    assert wanted(database) == [other.id] * concerned


def test_whoever_waits_is_searched_anew_when_a_session_moves(database: Database, stage: Stage) -> None:
    session = held(database, stage)
    with database.write() as db:
        waiting = elsewhere(db, stage, at(1, 9)).request_id
        db.get_one(SessionRequest, waiting).state = RequestState.WAITING

    before = rivals.look_again(database, now=SOON)
    with database.write() as db:
        reschedule(db, queries.by_id(db, session.id), starts_at=at(3, 9), actor=ACTOR, now=LATER)

    assert (before, rivals.look_again(database, now=LATER)) == (0, 1)
    assert wanted(database) == [waiting]


def test_a_search_that_knows_of_the_decision_is_not_repeated(database: Database, stage: Stage) -> None:
    session = held(database, stage)
    with database.write() as db:
        rival = elsewhere(db, stage, at(3, 9))
        search = db.get_one(MatchSearch, rival.search_id)
        search.asked_at = LATER

    assert rivals.look_again(database, now=LATER) == 0
    with database.write() as db:
        confirm(db, queries.by_id(db, session.id), actor=ACTOR, now=LATER + timedelta(minutes=1))
    assert rivals.look_again(database, now=LATER + timedelta(minutes=2)) == 1


def test_whoever_waits_is_searched_anew_when_people_are_free_again(database: Database, stage: Stage) -> None:
    session = held(database, stage)
    with database.write() as db:
        waiting = elsewhere(db, stage, at(3, 9)).request_id
        db.get_one(SessionRequest, waiting).state = RequestState.WAITING

    assert rivals.look_again(database, now=SOON) == 0
    with database.write() as db:
        cancel(db, queries.by_id(db, session.id), reason="Power cut", actor=ACTOR, now=LATER, afterwards="withdrawn")
    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == [waiting]


def test_a_request_is_searched_anew_once_when_every_hour_that_was_found_is_over(
    database: Database, stage: Stage
) -> None:
    with database.write() as db:
        elsewhere(db, stage, at(2, 11))
    assert rivals.look_again(database, now=at(1, 9)) == 0  # that of Wednesday still holds
    now = at(2, 10)

    assert rivals.look_again(database, now=now - timedelta(minutes=1)) == 0
    assert rivals.look_again(database, now=now) == 1
    assert wanted(database) == [stage.request.id]
    assert rivals.look_again(database, now=now) == 0


def test_other_hours_are_looked_for_although_somebody_can_take_over_at_the_hour_of_the_session(
    database: Database, stage: Stage
) -> None:
    with database.write() as db:
        approve(db, db.merge(stage.wednesday), actor=ACTOR, now=SOON)
        request = db.get_one(SessionRequest, stage.request.id)
        substitute = make.match(db, request, starts_at=at(2, 10), panel=[stage.li], room=stage.room)
        substitute.repair = Repair.SAME_HOUR
        alone = rivals.concerned(db, now=at(1, 10))
        db.merge(stage.tuesday).state = MatchState.PROPOSED

    assert alone == []
    assert rivals.look_again(database, now=at(1, 8)) == 0
    assert rivals.look_again(database, now=at(1, 10)) == 1


@pytest.mark.parametrize("who", ["li", "mei"])
def test_an_hour_for_which_an_expert_or_interpreter_wants_longer_notice_is_over_for_them(
    database: Database, stage: Stage, who: str
) -> None:
    with database.write() as db:
        other = elsewhere(db, stage, at(3, 9)).request_id
        for match in (stage.tuesday, stage.wednesday):
            db.merge(match).state = MatchState.STALE
        db.merge(getattr(stage, who)).notice_hours = 24
        make.match(db, db.get_one(SessionRequest, other), starts_at=at(3, 11), panel=[stage.zhang], room=stage.room)

    assert rivals.look_again(database, now=at(0, 9)) == 0
    assert rivals.look_again(database, now=at(0, 9) + timedelta(minutes=1)) == 1
    assert wanted(database) == [stage.request.id]


def test_the_other_hours_of_a_session_are_looked_for_anew_while_it_is_ahead(database: Database, stage: Stage) -> None:
    with database.write() as db:
        approve(db, db.merge(stage.wednesday), actor=ACTOR, now=SOON)
        db.exec(
            update(ProposedMatch).where(col(ProposedMatch.id) == stage.tuesday.id).values(state=MatchState.PROPOSED)
        )

    assert rivals.look_again(database, now=at(1, 10)) == 1
    with database.write() as db:
        db.exec(delete(MatchSearch).where(col(MatchSearch.state) == SearchState.WANTED))
    assert rivals.look_again(database, now=at(2, 10)) == 0


def test_a_search_leaves_no_hour_for_which_it_is_too_late(database: Database, stage: Stage) -> None:
    with database.write() as db:
        db.merge(stage.zhang).notice_hours = 24
        for match in (stage.wednesday, stage.by_li):
            db.merge(match).state = MatchState.STALE
    now = at(1, 8, 40)
    assert rivals.look_again(database, now=now) == 1
    with database.read() as db:
        search = db.exec(select(MatchSearch.id).where(MatchSearch.state == SearchState.WANTED)).one()

    propose(database, search, now=now)

    with database.read() as db:
        found = db.exec(select(ProposedMatch).where(ProposedMatch.state == MatchState.PROPOSED)).all()
        assert min(match.starts_at for match in found) > now
    assert rivals.look_again(database, now=now) == 0


def close(database: Database, *, country: str, day: int = 1, hospital_id: int | None = None) -> int:
    """A day of next week is closed, a minute after everything was searched."""
    what = Closing(make.next_week(day), make.next_week(day), "Strike", None if hospital_id else country, hospital_id)
    with database.write() as db:
        return closing.close(db, what, actor=ACTOR, now=SOON).id


@pytest.mark.parametrize(("country", "of_hospital"), [("CN", False), ("RW", False), ("", True)])
def test_a_day_that_is_closed_where_a_proposal_has_its_people_or_hospital_is_searched_anew_once(
    database: Database, stage: Stage, country: str, of_hospital: bool
) -> None:
    close(database, country=country, hospital_id=stage.hospital.id if of_hospital else None)

    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == [stage.request.id]
    assert rivals.look_again(database, now=LATER) == 0


def test_a_day_that_is_closed_elsewhere_or_at_another_time_concerns_nobody(database: Database, stage: Stage) -> None:
    close(database, country="FR")
    close(database, country="CN", day=20)

    assert rivals.look_again(database, now=LATER) == 0


def asked_later(database: Database) -> None:
    """The searches were asked for a minute after what happens, and read before that was kept."""
    with database.write() as db:
        db.exec(update(MatchSearch).values(asked_at=LATER))


def test_days_that_a_search_could_not_see_although_it_began_later_are_noticed(database: Database, stage: Stage) -> None:
    asked_later(database)
    close(database, country="CN")

    assert rivals.look_again(database, now=LATER) == 1
    assert wanted(database) == [stage.request.id]


def test_days_that_are_opened_again_while_a_search_that_began_later_reads_are_noticed(
    database: Database, stage: Stage
) -> None:
    number = close(database, country="CN")
    asked_later(database)
    with database.write() as db:
        db.get_one(SessionRequest, stage.request.id).state = RequestState.WAITING
        closing.open_again(db, closing.by_id(db, number)[0], actor=ACTOR, now=SOON)

    assert rivals.look_again(database, now=LATER) == 1


@pytest.mark.parametrize("opened", [False, True])
def test_a_search_that_has_read_of_closed_days_is_not_repeated(database: Database, stage: Stage, opened: bool) -> None:
    number = close(database, country="CN")
    if opened:
        with database.write() as db:
            closing.open_again(db, closing.by_id(db, number)[0], actor=ACTOR, now=SOON)
            db.get_one(SessionRequest, stage.request.id).state = RequestState.WAITING
    again = rivals.look_again(database, now=LATER)
    with database.read() as db:
        [search] = db.exec(select(MatchSearch.id).where(MatchSearch.state == SearchState.WANTED))

    propose(database, search, now=LATER)
    with database.write() as db:
        db.exec(update(ProposedMatch).values(state=MatchState.PROPOSED))  # as next to a closed day

    assert (again, rivals.look_again(database, now=LATER)) == (1, 0)


def test_a_request_that_waits_is_searched_anew_when_days_are_open_again(database: Database, stage: Stage) -> None:
    number = close(database, country="CN")
    with database.write() as db:
        db.exec(update(ProposedMatch).values(state=MatchState.STALE))
        db.get_one(SessionRequest, stage.request.id).state = RequestState.WAITING
    before = rivals.look_again(database, now=LATER)
    with database.write() as db:
        closing.open_again(db, closing.by_id(db, number)[0], actor=ACTOR, now=LATER)

    assert (before, rivals.look_again(database, now=LATER)) == (0, 1)
