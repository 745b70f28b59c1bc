"""Turns of interpreters: they fill the session, none is too long or too short, and all of a team have about as many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.policies.actions import use, write
from medixchange.policies.queries import SOURCE
from medixchange.policies.values import HouseRules, Interpreting
from medixchange.sessions import queries
from medixchange.sessions.actions import approve
from medixchange.sessions.answers import respond
from medixchange.sessions.interpreting import Leg, legs_in_turns, turns_with
from medixchange.sessions.models import SharingSession
from medixchange.sessions.turns import SHORTEST, STEP, turns
from medixchange.times.intervals import Interval
from tests import make
from tests.sessions.stage import ACTOR, MEI, NOW, Stage, at, place_of, set_up

START = datetime(2026, 12, 1, 7, tzinfo=UTC)


def lengths(minutes: int, team: int, most: int = 30) -> list[int]:
    """How long the turns of a session are."""
    span = Interval(START, START + timedelta(minutes=minutes))
    return [each.span.minutes for each in turns(range(team), span, minutes=most)]


@pytest.mark.parametrize(
    ("minutes", "team", "most", "expected"),
    [
        (60, 2, 30, [30, 30]),
        (60, 1, 30, []),
        (60, 3, 30, [20, 20, 20]),
        (65, 2, 30, [25, 20, 20]),
        (45, 2, 30, [25, 20]),
        (90, 2, 20, [20, 20, 20, 15, 15]),
        (90, 2, 23, [23, 23, 22, 22]),
        (30, 2, 30, [15, 15]),
        (15, 2, 30, [15]),
        (240, 3, 30, [30] * 8),
    ],
)
def test_turns_are_about_equally_long(minutes: int, team: int, most: int, expected: list[int]) -> None:
    assert lengths(minutes, team, most) == expected


@given(quarters=st.integers(1, 32), team=st.integers(2, 6), most=st.integers(15, 45))
def test_turns_fill_the_session_and_are_shared(quarters: int, team: int, most: int) -> None:
    span = Interval(START, START + timedelta(minutes=15 * quarters))

    found = turns(range(team), span, minutes=most)

    assert (found[0].span.start, found[-1].span.end) == (span.start, span.end)
    assert all(one.span.end == other.span.start for one, other in pairwise(found))
    took = [each.span.minutes for each in found]
    assert max(took) <= most
    assert max(took) - min(took) <= STEP
    assert min(took) >= min(SHORTEST, most // 2)
    given_ = Counter(dict.fromkeys(range(team), 0))
    given_.update(each.who for each in found)
    assert max(given_.values()) - min(given_.values()) <= 1
    assert [each.who for each in found] == [place % team for place in range(len(found))]


@pytest.fixture
def team(db: Session) -> SharingSession:
    """A session of half an hour with Mei and Bo, who interpret on one leg."""
    return with_two(db, set_up(db))


def with_two(db: Session, stage: Stage) -> SharingSession:
    other = make.interpreter(db, "Bo Example")
    proposal = make.match(
        db, stage.request, starts_at=at(3, 9), panel=[stage.zhang], interpreters=[stage.mei, other], room=stage.room
    )
    return approve(db, proposal, actor=ACTOR, now=NOW)


def told(db: Session, session: SharingSession) -> list[tuple[str, str, int]]:
    """Who interprets from when on for how many minutes, as the session stands."""
    return [
        (turn.who.name, f"{turn.span.start:%H:%M}", turn.span.minutes)
        for leg in legs_in_turns(session, queries.attendances(db, session.id))
        for turn in leg.turns
    ]


def test_a_team_takes_turns_in_the_same_order_every_time(db: Session, team: SharingSession) -> None:
    assert told(db, team) == [(MEI, "07:00", 15), ("Bo Example", "07:15", 15)]
    assert told(db, team) == told(db, team)


def test_who_is_alone_or_works_after_each_passage_takes_none(db: Session, team: SharingSession) -> None:
    team.mode = "consecutive"
    passages = told(db, team)
    team.mode = "interpreter"
    respond(db, place_of(db, team, "Bo Example"), "DECLINED", now=NOW)

    assert (passages, told(db, team)) == ([], [])


def test_each_leg_of_a_relay_has_its_own_turns_first_the_one_from_what_the_panel_speaks(
    db: Session, team: SharingSession
) -> None:
    pairs = {"zh>en": ("Ann", "Bea"), "en>fr": ("Cas", "Dan")}

    stands = replace_team(db, team, pairs)

    assert [(leg.one, leg.other, [turn.who.name for turn in leg.turns]) for leg in stands] == [
        ("zh", "en", ["Ann", "Bea"]),
        ("en", "fr", ["Cas", "Dan"]),
    ]


def replace_team(db: Session, session: SharingSession, pairs: dict[str, tuple[str, str]]) -> list[Leg]:
    """The legs of the session with other people on them."""
    (place, _), *_ = [each for each in queries.attendances(db, session.id) if each[0].role == "interpreter"]
    plain = place.model_dump(exclude={"id"})
    places = [
        (type(place)(**{**plain, "leg": leg}), make.person(db, name)) for leg, names in pairs.items() for name in names
    ]
    return [*legs_in_turns(session, places)]


def test_a_session_keeps_the_turns_with_which_it_was_approved(db: Session) -> None:
    stage = set_up(db)
    rules = HouseRules(interpreting=replace(Interpreting(), turn_minutes=20))
    use(db, write(db, rules, source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
    session = with_two(db, stage)
    use(db, write(db, HouseRules(), source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)

    assert session.turn_minutes == 20


def test_reminders_to_a_team_say_its_turns_and_others_none(db: Session, team: SharingSession) -> None:
    waiting = [
        Letter.from_json(each.payload)
        for each in db.exec(select(Delivery).where(Delivery.kind == "reminder-day").order_by(col(Delivery.id)))
    ]

    names = {letter.to_name: [turn["name"] for turn in letter.context["turns"]] for letter in waiting}
    assert {name for name, turns_ in names.items() if turns_} == {MEI, "Bo Example"}
    assert names[MEI] == [MEI, "Bo Example"]
    assert turns_with(team, queries.attendances(db, team.id), 0) == ()
