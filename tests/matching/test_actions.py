"""Searches are asked for, run once, and keep what they found beside the inputs they read."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.actions import agree
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.models import JournalEntry
from medixchange.matching import actions, queries, searching
from medixchange.matching.facts import problem_of
from medixchange.matching.fingerprint import fingerprint
from medixchange.matching.models import ATTEMPTS, MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.matching.stored import members_of, value_of
from medixchange.messages import Message, from_json, language, say
from medixchange.policies.values import Weights
from medixchange.times.zones import local
from medixchange.worker import keep_house
from tests import make

NOW = make.NOW
LATER = NOW + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def asked(database: Database, **facts: object) -> tuple[int, int]:
    """A request from Kigali in a world with two experts and a room, and a search that is wanted for it."""
    with database.write() as db:
        hospital = make.hospital(db)
        panel = make.panel(db)
        make.expert(db, "Zhang San 张三", panel=panel)
        make.expert(db, "Li Si 李四", panel=panel, specialties={"intensive-care": 2})
        make.room(db)
        request = make.request(db, hospital, **facts)  # type: ignore[arg-type]  # facts fit the request
        return request.id, actions.want(db, request, now=NOW).id


def proposals(db: Session, request_id: int) -> list[ProposedMatch]:
    """Every proposal that was ever made for the request, in the order in which they were made."""
    query = select(ProposedMatch).where(ProposedMatch.request_id == request_id).order_by(col(ProposedMatch.id))
    return list(db.exec(query))


def test_a_search_keeps_up_to_five_proposals_with_inputs_weights_and_time(database: Database) -> None:
    request_id, search_id = asked(database, windows_only=False)
    with database.read() as db:
        request = db.get_one(SessionRequest, request_id)
        inputs = fingerprint(problem_of(db, request, now=LATER), str(request_id))

    searching.propose(database, search_id, now=LATER)

    with database.read() as db:
        search, found = db.get_one(MatchSearch, search_id), proposals(db, request_id)
        kept = (search.state, search.asked_at, search.started_at, search.finished_at, search.attempts, search.error)
        assert kept == (SearchState.DONE, NOW, LATER, LATER, 1, "")
        assert search.inputs_hash == inputs
        assert search.weights["serve"] == {str(urgency): points for urgency, points in Weights().serve.items()}
        assert set(search.weights) == set(asdict(Weights()))
        assert search.policy["team_sizes"] == [[40, 1], [240, 2], [360, 3], [480, 4]]
        assert search.outcome["starts"] > 5
        assert [match.rank for match in found] == [1, 2, 3, 4, 5]
        assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
        assert db.get_one(SessionRequest, request_id).state is RequestState.MATCHED


def test_the_best_proposal_is_in_the_first_window_with_the_best_expert(database: Database) -> None:
    request_id, search_id = asked(database)

    searching.propose(database, search_id, now=NOW)

    with database.read() as db:
        best = proposals(db, request_id)[0]
        members = db.exec(select(MatchMember).where(MatchMember.match_id == best.id)).all()
        view = queries.ranked(db, request_id, now=NOW).matches[0]
    start = local(best.starts_at, "Africa/Kigali")
    # Tuesday of next week, and not during the midday rest of Beijing, which is until 08:00 in Kigali.
    assert (start.date(), start.hour) == (make.next_week(1), 9)
    assert best.ends_at - best.starts_at == timedelta(hours=1)
    assert (best.mode, best.speech, best.audience) == ("direct", "en", "en")
    assert [(member.role, member.leg) for member in members] == [("expert", "")]
    assert [member.name for member in view.members] == ["Zhang San 张三"]
    assert [part.id for part in view.parts] == [f"S{n}" for n in range(1, 11)]
    assert sum(part.points for part in view.parts) == view.score
    assert view.objections == ()


def test_a_request_that_nobody_can_answer_waits_and_says_why(database: Database) -> None:
    request_id, search_id = asked(database, languages={"am": 5})

    searching.propose(database, search_id, now=NOW)

    with database.read() as db:
        request, ranking = db.get_one(SessionRequest, request_id), queries.ranked(db, request_id, now=NOW)
        reason = from_json(request.reason)
    assert request.state is RequestState.WAITING
    assert isinstance(reason, Message)
    assert (reason.text, reason.values["why"]) == ("No match yet. %(why)s", ranking.blockers[0])
    assert (ranking.matches, ranking.is_running, len(ranking.reliefs)) == ((), False, 3)
    assert all(relief.starts > 0 and relief.first >= NOW for relief in ranking.reliefs)


def test_an_expert_who_does_not_follow_questions_in_english_is_interpreted_and_named(database: Database) -> None:
    with database.write() as db:
        make.expert(db, "Li Si 李四", languages={"zh": (5, 5), "en": (0, 5)})
        make.room(db)
        for name in ("Sun Example", "Zhou Example"):
            make.interpreter(db, name, pairs=[("zh", "en"), ("en", "zh")])
        request = make.request(db, make.hospital(db))
        request_id, search_id = request.id, actions.want(db, request, now=NOW).id

    searching.propose(database, search_id, now=NOW)

    with database.read() as db:
        ranking = queries.ranked(db, request_id, now=NOW)
    assert {match.mode for match in ranking.matches} == {"interpreter"}
    assert ranking.uncounted == (
        say(
            "%(name)s presents in %(language)s, but does not follow questions in it.",
            name="Li Si 李四",
            language=language("en"),
        ),
    )


def test_a_second_run_of_a_search_changes_nothing(database: Database) -> None:
    request_id, search_id = asked(database)
    searching.propose(database, search_id, now=NOW)
    with database.read() as db:
        before = [match.model_dump() for match in proposals(db, request_id)]

    searching.propose(database, search_id, now=LATER)

    with database.read() as db:
        assert [match.model_dump() for match in proposals(db, request_id)] == before
        assert db.get_one(MatchSearch, search_id).finished_at == NOW


def test_a_later_search_replaces_what_nobody_decided_about(database: Database) -> None:
    request_id, first = asked(database)
    searching.propose(database, first, now=NOW)
    with database.write() as db:
        request = db.get_one(SessionRequest, request_id)
        request.minutes = 30
        second = actions.want(db, request, now=LATER).id

    searching.propose(database, second, now=LATER)

    with database.read() as db:
        states = {(match.search_id, match.state) for match in proposals(db, request_id)}
    assert states == {(first, MatchState.STALE), (second, MatchState.PROPOSED)}


def test_what_a_later_search_finds_again_stays_itself(database: Database) -> None:
    request_id, first = asked(database)
    searching.propose(database, first, now=NOW)
    with database.read() as db:
        before = [(match.id, match.rank, match.starts_at, match.state) for match in proposals(db, request_id)]
    with database.write() as db:
        second = actions.want(db, db.get_one(SessionRequest, request_id), now=NOW).id

    searching.propose(database, second, now=NOW)

    with database.read() as db:
        after = proposals(db, request_id)
    assert [(match.id, match.rank, match.starts_at, match.state) for match in after] == before
    assert {match.search_id for match in after} == {second}


def test_asking_twice_before_it_has_begun_is_one_search(database: Database) -> None:
    request_id, first = asked(database)

    with database.write() as db:
        second = actions.want(db, db.get_one(SessionRequest, request_id), now=LATER)

        assert second.id == first


def test_a_search_for_what_was_changed_meanwhile_proposes_nothing(database: Database) -> None:
    request_id, search_id = asked(database)
    with database.write() as db:
        db.get_one(SessionRequest, request_id).state = RequestState.WITHDRAWN

    searching.propose(database, search_id, now=LATER)

    with database.read() as db:
        search = db.get_one(MatchSearch, search_id)
        assert (search.state, search.outcome, proposals(db, request_id)) == (
            SearchState.DONE,
            {"superseded": True},
            [],
        )


def test_a_search_that_fails_says_so_and_is_tried_again_a_while_later(database: Database) -> None:
    request_id, search_id = asked(database)
    with database.write() as db:
        db.get_one(SessionRequest, request_id).zone = "Nowhere/City"

    with pytest.raises(Refusal):
        searching.propose(database, search_id, now=NOW)

    with database.read() as db:
        search = db.get_one(MatchSearch, search_id)
        assert (search.state, search.attempts, search.finished_at) == (SearchState.FAILED, 1, NOW)
        assert search.error.startswith("UnknownZone: ")
        assert searching.waiting_searches(db, NOW + timedelta(seconds=29)) == []
        assert searching.waiting_searches(db, NOW + searching.AGAIN_AFTER) == [(search_id, 1)]


@pytest.mark.parametrize(
    ("state", "started", "attempts", "due", "still"),
    [
        (SearchState.WANTED, None, 0, True, True),
        (SearchState.RUNNING, LATER, 1, False, False),
        (SearchState.RUNNING, NOW, 1, True, True),  # whoever ran it is gone
        (SearchState.RUNNING, NOW, 5, False, True),
        (SearchState.FAILED, NOW, 2, True, False),
        (SearchState.FAILED, NOW, 5, False, True),  # for good
        (SearchState.DONE, NOW, 1, False, False),
    ],
)
def test_what_is_due_and_what_stands_still(
    database: Database, state: SearchState, started: datetime | None, attempts: int, due: bool, still: bool
) -> None:
    _, search_id = asked(database)
    with database.write() as db:
        search = db.get_one(MatchSearch, search_id)
        search.state, search.started_at, search.attempts = state, started, attempts
        search.finished_at = started if state in (SearchState.FAILED, SearchState.DONE) else None

    with database.read() as db:
        assert searching.waiting_searches(db, LATER) == ([(search_id, attempts)] if due else [])
        assert searching.stale_searches(db, now=LATER) == int(still)


def failed_for_good(database: Database, search_id: int) -> None:
    with database.write() as db:
        search = db.get_one(MatchSearch, search_id)
        search.state, search.attempts, search.finished_at = SearchState.FAILED, ATTEMPTS, NOW


def test_a_search_that_failed_for_good_stands_still_until_another_is_asked_for(database: Database) -> None:
    request_id, search_id = asked(database)
    failed_for_good(database, search_id)
    with database.write() as db:
        second = actions.want(db, db.get_one(SessionRequest, request_id), now=LATER).id

    searching.propose(database, second, now=LATER)

    with database.read() as db:
        assert searching.stale_searches(db, now=LATER) == 0


def test_a_search_that_failed_for_good_concerns_nobody_once_its_request_was_withdrawn(database: Database) -> None:
    request_id, search_id = asked(database)
    failed_for_good(database, search_id)

    with database.write() as db:
        db.get_one(SessionRequest, request_id).state = RequestState.WITHDRAWN

        assert searching.stale_searches(db, now=LATER) == 0


def test_a_search_that_is_lost_as_often_as_it_is_begun_is_given_up(database: Database) -> None:
    request_id, search_id = asked(database)
    with database.write() as db:
        search = db.get_one(MatchSearch, search_id)
        search.state, search.started_at, search.attempts = SearchState.RUNNING, NOW, ATTEMPTS
    lost = NOW + searching.LOST_AFTER

    before = given_up(database, request_id, now=lost - SECOND)
    after = given_up(database, request_id, now=lost)

    assert before == (SearchState.RUNNING, True, False, "")
    assert after == (SearchState.FAILED, False, True, "lost 5 times")


def test_a_lost_search_that_is_to_be_begun_again_is_not_given_up(database: Database) -> None:
    request_id, search_id = asked(database)
    with database.write() as db:
        search = db.get_one(MatchSearch, search_id)
        search.state, search.started_at, search.attempts = SearchState.RUNNING, NOW, ATTEMPTS - 1
    lost = NOW + searching.LOST_AFTER

    assert given_up(database, request_id, now=lost) == (SearchState.RUNNING, True, False, "")
    with database.read() as db:
        assert searching.waiting_searches(db, lost) == [(search_id, ATTEMPTS - 1)]


def given_up(database: Database, request_id: int, *, now: datetime) -> tuple[SearchState, bool, bool, str]:
    """How far the search is once the house was kept; whether the desk says that it runs, and that it was given up."""
    keep_house(database, now=now)
    with database.read() as db:
        search, ranking = db.exec(select(MatchSearch)).one(), queries.ranked(db, request_id, now=now)
        return search.state, ranking.is_running, ranking.is_given_up, search.error


def searched_again(database: Database, request_id: int) -> None:
    with database.write() as db:
        search_id = actions.want(db, db.get_one(SessionRequest, request_id), now=LATER).id
    searching.propose(database, search_id, now=LATER)


def desk(database: Database, request_id: int) -> list[Hashable]:
    """The proposals on the desk, best first."""
    with database.read() as db:
        rows = queries.on_the_desk(db, [request_id]).get(request_id, [])
        members = members_of(db, [row.id for row in rows])
        return [value_of(row, members[row.id]).identity for row in rows]


def test_what_was_taken_off_the_desk_does_not_come_back_and_others_take_its_place(database: Database) -> None:
    request_id, search_id = asked(database, windows_only=False)
    searching.propose(database, search_id, now=NOW)
    best, *others = desk(database, request_id)
    with database.write() as db:
        actions.dismiss(db, queries.on_the_desk(db, [request_id])[request_id][0], actor="person:1", now=NOW)

    searched_again(database, request_id)

    again = desk(database, request_id)
    assert (len(others), len(again), best in again) == (4, 5, False)


def test_whoever_else_can_at_the_only_hour_is_proposed_and_then_the_request_waits_and_says_so(
    database: Database,
) -> None:
    request_id, search_id = asked(database, windows=[(make.next_week(1), 9 * 60, 10 * 60)])
    searching.propose(database, search_id, now=NOW)
    found = [desk(database, request_id)]
    for _ in range(2):
        with database.write() as db:
            for match in queries.on_the_desk(db, [request_id])[request_id]:
                actions.dismiss(db, match, actor="person:1", now=NOW)
        searched_again(database, request_id)
        found.append(desk(database, request_id))

    with database.read() as db:
        request = db.get_one(SessionRequest, request_id)
        assert [len(each) for each in found] == [1, 1, 0]
        assert (request.state, from_json(request.reason)) == (
            RequestState.WAITING,
            say("What was found so far did not suit; nothing else fits at present."),
        )


def test_what_was_taken_off_the_desk_may_come_back_when_the_hospital_has_changed_its_request(
    database: Database,
) -> None:
    request_id, search_id = asked(database)
    searching.propose(database, search_id, now=NOW)
    before = desk(database, request_id)
    with database.write() as db:
        actions.dismiss(db, queries.on_the_desk(db, [request_id])[request_id][0], actor="person:1", now=NOW)
        agree(db, db.get_one(SessionRequest, request_id), interpreters=True, actor="person:1", now=NOW)

    searched_again(database, request_id)

    assert desk(database, request_id) == before


def test_a_proposal_is_decided_about_once(database: Database) -> None:
    request_id, search_id = asked(database, windows_only=False)
    searching.propose(database, search_id, now=NOW)

    with database.write() as db:
        first, second, *others = proposals(db, request_id)
        actions.dismiss(db, second, actor="person:1", now=LATER)
        actions.approve(db, first)
        with pytest.raises(Refusal) as refused:
            actions.approve(db, others[0])

        told = say("This proposal was decided already; reload the page to see the others.")
        assert refused.value.message == told
        assert [match.state for match in proposals(db, request_id)] == [
            MatchState.APPROVED,
            MatchState.DISMISSED,
            *[MatchState.STALE] * len(others),
        ]
        entry = db.exec(select(JournalEntry).where(JournalEntry.verb == "dismiss")).one()
        assert (entry.actor, entry.subject) == ("person:1", f"request:{request_id}")


def test_an_hour_that_somebody_declined_is_not_proposed_to_them_again(database: Database) -> None:
    request_id, first = asked(database)
    searching.propose(database, first, now=NOW)
    with database.write() as db:
        best = proposals(db, request_id)[0]
        [zhang] = db.exec(select(MatchMember.person_id).where(MatchMember.match_id == best.id)).all()
        actions.decline(db, best.id, zhang, now=NOW)
        hour, second = best.starts_at, actions.want(db, db.get_one(SessionRequest, request_id), now=LATER).id

    searching.propose(database, second, now=LATER)

    with database.read() as db:
        again = [match for match in proposals(db, request_id) if match.search_id == second]
        same_hour = {match.id for match in again if match.starts_at < hour + timedelta(hours=1)}
        asked_for = select(MatchMember.person_id).where(col(MatchMember.match_id).in_(same_hour))
        assert zhang not in db.exec(asked_for).all()
        assert again != []
