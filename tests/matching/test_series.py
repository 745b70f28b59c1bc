"""A request of a series goes by the nearest session of its series, so that panel and hour are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.queries import due
from medixchange.intake.series import shifted
from medixchange.matching import queries
from medixchange.matching.actions import want
from medixchange.matching.facts import problem_of, problem_of_queue
from medixchange.matching.models import ATTEMPTS, MatchMember, MatchSearch, SearchState
from medixchange.matching.score import score
from medixchange.matching.searching import LOST_AFTER, give_up_lost, propose, waiting_searches
from medixchange.matching.series import to_search
from medixchange.matching.solver import Search
from medixchange.sessions.actions import approve, cancel
from medixchange.sessions.rivals import look_again
from medixchange.times.zones import resolve
from tests import make
from tests.matching.weekly import ACTOR, NOW, Stage


def test_it_goes_by_the_nearest_session_before_it_then_by_one_after_it(db: Session) -> None:
    stage = Stage(db, make.hospital(db), times=5)
    stage.stand(db, 1, 9, 1)
    stage.stand(db, 4, 10, 2)

    assert [stage.goes_by(db, place) for place in (1, 2, 3, 4, 5)] == [
        (stage.at(1, 10), [2]),
        (stage.at(2, 9), [1]),
        (stage.at(3, 9), [1]),
        (stage.at(4, 9), [1]),
        (stage.at(5, 10), [2]),
    ]


def test_without_a_session_it_goes_by_the_best_proposal_for_the_nearest_before_it(db: Session) -> None:
    stage = Stage(db, make.hospital(db))
    stage.propose(db, 1, 9, 1)
    stage.propose(db, 2, 10, 2)

    assert [stage.goes_by(db, place) for place in (1, 2, 3, 4)] == [
        None,
        (stage.at(2, 9), [1]),
        (stage.at(3, 10), [2]),
        (stage.at(4, 10), [2]),
    ]


def test_one_that_was_moved_once_takes_no_others_along(db: Session) -> None:
    stage = Stage(db, make.hospital(db), times=6)
    for place, hour, expert in ((1, 9, 1), (2, 9, 2), (3, 11, 3)):
        stage.stand(db, place, hour, expert)

    assert [stage.goes_by(db, place) for place in (3, 4)] == [(stage.at(3, 9), [2]), (stage.at(4, 9), [2])]

    stage.stand(db, 4, 11, 3)  # as many at either hour: the nearest before it counts
    assert [stage.goes_by(db, place) for place in (5, 1)] == [(stage.at(5, 11), [3]), (stage.at(1, 11), [3])]


def test_a_proposal_beside_the_usual_hour_takes_no_later_ones_along(db: Session) -> None:
    stage = Stage(db, make.hospital(db), times=5)
    for place, hour in ((1, 9), (2, 9), (3, 11)):
        stage.propose(db, place, hour, place)

    assert [stage.goes_by(db, place) for place in (3, 4)] == [(stage.at(3, 9), [2]), (stage.at(4, 9), [2])]


def test_the_hour_is_that_of_the_hospitals_clock_when_it_is_changed(db: Session) -> None:
    cairo = make.hospital(db, city="Cairo", country="EG", zone="Africa/Cairo")
    stage = Stage(db, cairo)

    assert shifted(datetime.fromisoformat("2027-04-27T07:00+00:00"), 1, cairo.zone) == datetime.fromisoformat(
        "2027-05-04T06:00+00:00"
    )
    stage.stand(db, 1, 10, 1)
    assert stage.goes_by(db, 2) == (stage.at(2, 10), [1])


def test_who_cannot_come_is_not_kept_and_a_session_to_be_mended_keeps_itself(db: Session) -> None:
    stage = Stage(db, make.hospital(db))
    stage.stand(db, 1, 9, 1)
    stage.stand(db, 2, 9, 2)
    member = db.exec(select(MatchMember).where(MatchMember.person_id == stage.experts[1].person_id)).one()
    member.declined_at = NOW

    assert stage.goes_by(db, 2) is None
    assert stage.goes_by(db, 3) == (stage.at(3, 9), [])


def test_what_was_joined_to_another_hospitals_session_counts_by_that(db: Session) -> None:
    stage = Stage(db, make.hospital(db))
    stage.stand(db, 1, 9, 1)
    leads = stage.join(db, 2, minutes=45)
    match = make.match(db, leads, starts_at=stage.at(2, 11), panel=stage.experts[1:2], room=stage.room, others=["en"])
    assert stage.goes_by(db, 3) == (stage.at(3, 9), [1])  # what stands comes before what is proposed

    approve(db, match, actor=ACTOR, now=NOW)

    assert stage.goes_by(db, 3) == (stage.at(3, 11), [2])
    third = stage.requests[2]
    problem = problem_of(db, third, now=NOW)
    _, best = next(Search(problem, str(third.id)).ranked())
    assert (best.start, score(best, problem).parts[-1].points) == (stage.at(3, 11), 80)


def test_what_is_proposed_for_the_request_that_one_has_joined_counts_as_proposed_for_it(db: Session) -> None:
    stage = Stage(db, make.hospital(db))
    stage.propose(db, 1, 9, 1)
    leads = stage.join(db, 2)
    make.match(db, leads, starts_at=stage.at(2, 10), panel=stage.experts[1:2], room=stage.room)

    assert stage.goes_by(db, 3) == (stage.at(3, 10), [2])


def test_what_is_due_is_decided_first_then_the_later_ones_of_a_series_and_last_what_lies_far_ahead(db: Session) -> None:
    monthly = Stage(db, make.hospital(db), weeks=4, times=3).requests
    weekly = Stage(db, make.hospital(db, "Clinic"), times=3).requests
    alone = make.request(db, make.hospital(db, "Other"))

    found = due(db, RequestState.SUBMITTED, most=9, now=NOW)

    ordered = [monthly[0], weekly[0], alone, monthly[1], weekly[1], weekly[2], monthly[2]]
    assert [request.id for request, _ in found] == [each.id for each in ordered]
    assert due(db, RequestState.SUBMITTED, most=2, skip=3, now=NOW) == found[3:5]


@pytest.mark.parametrize(("hour", "expert"), [(9, 2), (10, 1), (11, 3)])
def test_hour_and_panel_are_kept_and_the_reason_says_so(db: Session, hour: int, expert: int) -> None:
    stage = Stage(db, make.hospital(db))
    stage.stand(db, 1, hour, expert)
    second = stage.requests[1]
    problem = problem_of(db, second, now=NOW)

    _, best = next(Search(problem, str(second.id)).ranked())

    kept = score(best, problem).parts[-1]
    assert (best.start, best.panel) == (stage.at(2, hour), (str(stage.experts[expert - 1].person_id),))
    assert (kept.points, kept.message and kept.message.text) == (80, "Keeps the hour and %(num)s expert of its series.")


def test_other_hours_are_looked_for_in_its_own_week_only(db: Session) -> None:
    stage = Stage(db, make.hospital(db), windows_only=False)
    request = problem_of(db, stage.requests[2], now=NOW).request[str(stage.requests[2].id)]

    monday = make.next_week(0) + timedelta(weeks=2)
    assert (request.earliest, request.deadline) == (
        resolve(monday, 0, stage.zone),
        resolve(monday + timedelta(weeks=1), 0, stage.zone),
    )


def test_the_plan_for_all_goes_by_it_too_and_leaves_out_what_is_too_far_ahead(db: Session) -> None:
    stage = Stage(db, make.hospital(db), weeks=4, times=4)
    stage.stand(db, 1, 9, 1)

    problem = problem_of_queue(db, now=NOW)

    second = str(stage.requests[1].id)
    assert [each.id for each in problem.requests] == [second]
    assert set(problem.tentative) == problem.of_series == {second}


def run_all(database: Database, *, now: datetime) -> list[int]:
    """Run what is asked for and what follows from it, as the worker does; the requests in the order of the searches."""
    with database.read() as db:
        before = len(db.exec(select(MatchSearch)).all())
    while True:
        look_again(database, now=now)
        with database.read() as db:
            waiting = waiting_searches(db, now)
        if not waiting:
            break
        for number, _ in waiting:
            propose(database, number, now=now)
    with database.read() as db:
        searches = db.exec(select(MatchSearch).order_by("id")).all()[before:]
        assert {each.state for each in searches} <= {SearchState.DONE}
        return [each.request_id for each in searches]


def test_a_series_is_searched_one_after_the_other_and_anew_when_one_is_decided(database: Database) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db), times=3)
        ids = [each.id for each in stage.requests]

    assert run_all(database, now=NOW) == ids
    assert run_all(database, now=NOW) == []

    with database.write() as db:
        found = queries.on_the_desk(db, ids)
        hours = [found[each][0].starts_at - stage.at(place, 0) for place, each in enumerate(ids, start=1)]
        assert len(set(hours)) == 1
        other = next(each for each in found[ids[0]] if each.starts_at != found[ids[0]][0].starts_at)
        hour = other.starts_at - stage.at(1, 0)
        session = approve(db, other, actor=ACTOR, now=NOW + timedelta(minutes=1))

    soon = NOW + timedelta(minutes=2)
    assert set(run_all(database, now=soon)) >= {ids[1], ids[2]}
    with database.write() as db:
        found = queries.on_the_desk(db, ids)
        assert [found[each][0].starts_at - stage.at(place, 0) for place, each in ((2, ids[1]), (3, ids[2]))] == [
            hour
        ] * 2
        cancel(db, db.merge(session), reason="Flood", language="en", actor=ACTOR, now=soon)

    # Of the first one the cancelling itself has asked for a search.
    assert run_all(database, now=soon + timedelta(minutes=1)) == ids[1:]


def test_what_was_too_far_ahead_is_searched_when_its_day_has_come(database: Database) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db), weeks=4, times=3)
        far = stage.requests[2]
        assert far.look_from is not None

    before = far.look_from - timedelta(minutes=1)
    assert run_all(database, now=before) == [each.id for each in stage.requests[:2]]
    assert run_all(database, now=far.look_from)[-1] == far.id


@pytest.mark.parametrize(
    ("state", "attempts", "turn"),
    [
        (SearchState.WANTED, 0, []),
        (SearchState.RUNNING, 1, []),
        (SearchState.FAILED, 1, []),
        (SearchState.FAILED, ATTEMPTS, [2]),
        (SearchState.RUNNING, ATTEMPTS, [2]),
    ],
)
def test_the_others_wait_for_a_search_that_is_tried_again_and_for_none_that_stands_still(
    db: Session, state: SearchState, attempts: int, turn: list[int]
) -> None:
    stage = Stage(db, make.hospital(db), times=3)
    search = MatchSearch(request_id=stage.requests[0].id, state=state, asked_at=NOW, started_at=NOW)
    search.attempts = attempts
    db.add(search)
    db.flush()

    give_up_lost(db, now=NOW + LOST_AFTER)

    found = to_search(db, now=NOW + LOST_AFTER)

    assert found == [stage.requests[place - 1].id for place in turn]


def test_one_whose_search_broke_off_has_its_turn_again_when_what_it_goes_by_is_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db), times=2)
        second = stage.requests[1].id
        stage.propose(db, 1, 9, 1)
        number = want(db, stage.requests[1], now=NOW).id
    with monkeypatch.context() as broken:
        broken.setattr("medixchange.matching.searching.think", break_off)
        with pytest.raises(AssertionError):
            propose(database, number, now=NOW)
    with database.write() as db:
        db.get_one(MatchSearch, number).attempts = ATTEMPTS
        assert second not in to_search(db, now=NOW)

        stage.propose(db, 1, 11, 2)

        assert to_search(db, now=NOW) == [second]


def break_off(*_: object, **__: object) -> None:
    """A search that never ends well."""
    raise AssertionError("broken off")
