"""The desk sees proposals best first, with who is free around them and why one holds no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.matching import actions, queries
from medixchange.matching.models import MatchState
from medixchange.messages import Message, instant, say
from medixchange.times.intervals import Interval
from tests.sessions.stage import NOW, at, elsewhere, set_up


def views(db: Session, request_id: int) -> list[tuple[int, MatchState, tuple[Message, ...]]]:
    """The proposals in their order: number, state, and why they hold no more."""
    found = queries.ranked(db, request_id, now=NOW).matches
    return [(view.id, view.state, view.objections) for view in found]


def test_a_proposal_shows_who_takes_part_and_when_they_are_free_around_it(db: Session) -> None:
    stage = set_up(db)

    ranking = queries.ranked(db, stage.request.id, now=NOW)

    view = next(view for view in ranking.matches if view.id == stage.tuesday.id)
    members = [(member.name, member.role, member.leg, member.institution) for member in view.members]
    assert members == [
        ("Zhang San 张三", "expert", "", "The First Affiliated Hospital"),
        ("Mei Example", "interpreter", "zh>fr", ""),
    ]
    # Office hours in Beijing less the midday rest, as far as a day before and after reaches.
    hours = ((8, 12), (14, 18))
    free = [Interval(at(day, start - 6), at(day, end - 6)) for day in (0, 1, 2) for start, end in hours]
    around = Interval(at(1, 9) - timedelta(hours=24), at(1, 9) + timedelta(hours=24))
    assert view.members[0].free == tuple(
        Interval(max(each.start, around.start), min(each.end, around.end)) for each in free if each.overlaps(around)
    )
    assert (ranking.hospital, ranking.hospital_zone, view.room) == (
        "King Faisal Hospital",
        "Africa/Kigali",
        "West Lake room",
    )


def test_a_proposal_whose_people_were_taken_says_by_what(db: Session) -> None:
    stage = set_up(db)
    other = elsewhere(db, stage, at(1, 9))
    actions.approve(db, other)

    found = {number: objections for number, _, objections in views(db, stage.request.id)}

    what = say(
        "%(topic)s with %(hospital)s on %(at)s",
        topic="Oxygen therapy when beds run short",
        hospital="Clinic of Huye",
        at=instant(at(1, 9)),
    )
    zhang = say("%(name)s is in another session: %(what)s.", name="Zhang San 张三", what=what)
    assert zhang in found[stage.tuesday.id]
    assert found[stage.wednesday.id] == ()


@pytest.mark.parametrize("who", ["zhang", "mei"])
def test_a_proposal_of_somebody_who_left_says_so(db: Session, who: str) -> None:
    stage = set_up(db)
    someone = getattr(stage, who)
    someone.active = False
    db.flush()

    found = {number: objections for number, _, objections in views(db, stage.request.id)}

    name = {"zhang": "Zhang San 张三", "mei": "Mei Example"}[who]
    assert found[stage.tuesday.id] == (say("%(name)s does not take part any more.", name=name),)


def test_a_proposal_in_a_room_that_is_closed_says_so(db: Session) -> None:
    stage = set_up(db)
    stage.room.active = False
    db.flush()

    found = {number: objections for number, _, objections in views(db, stage.request.id)}

    assert found[stage.tuesday.id] == (say("The video room is not in use any more."),)


def test_what_was_decided_leaves_the_desk_and_what_was_approved_stays(db: Session) -> None:
    stage = set_up(db)
    actions.dismiss(db, stage.wednesday, actor="person:1", now=NOW)
    actions.approve(db, stage.tuesday)

    assert views(db, stage.request.id) == [(stage.tuesday.id, MatchState.APPROVED, ())]


def test_a_request_without_a_search_has_an_empty_ranking(db: Session) -> None:
    stage = set_up(db)
    actions.retire(db, stage.request.id)

    found = queries.ranked(db, stage.request.id, now=NOW)

    assert (found.matches, found.search, found.is_running, found.blockers, found.reliefs) == ((), None, False, (), ())
