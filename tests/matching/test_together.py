"""What several hospitals ask together, read from rows: every calendar, window, language and seat counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history
from medixchange.matching.actions import want
from medixchange.matching.facts import problem_of, problem_of_queue
from medixchange.matching.match import Route, Team
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.matching.queries import ranked
from medixchange.matching.searching import propose
from medixchange.matching.together import agree, join
from medixchange.matching.ways import narrowed
from medixchange.sessions import parting
from medixchange.sessions.actions import approve
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    NOW,
    SARA,
    answers,
    latest_letter,
    letters,
    read,
    second_hospital,
    send,
    set_up,
)
from tests.sessions.stage import join as joined

PIA, BOTH_WAYS = "Pia Example", [("en", "fr"), ("fr", "en")]


def test_a_joint_request_has_all_windows_languages_and_seats_and_is_as_urgent_as_the_most_urgent(db: Session) -> None:
    stage = set_up(db)
    stage.request.audience_size, stage.request.second_audience = 20, {"en": 3}
    other = second_hospital(db, urgency=3, audience_size=15, windows_only=True, languages={"am": 5, "en": 4})
    join(db, stage.request, other, actor=ACTOR, now=NOW)

    problem = problem_of(db, stage.request, now=NOW)

    asked = problem.request[str(stage.request.id)]
    here, there = str(stage.hospital.id), str(other.hospital_id)
    assert (asked.seats, asked.urgency, asked.hospitals) == (35, 3, (here, there))
    assert [(each.hospital, dict(each.audience), each.windows_only) for each in asked.joint] == [
        (here, {"en": 3}, False),
        (there, {"am": 5, "en": 4}, True),
    ]
    assert [len(each.windows) for each in asked.joint] == [0, 1]
    assert set(problem.hospital) == {here, there}
    assert [each.id for each in problem_of_queue(db, now=NOW).requests] == [str(stage.request.id)]


def test_a_session_takes_the_time_of_every_hospital_that_joined(db: Session) -> None:
    stage = set_up(db)
    other = joined(db, stage.request)
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    next_one = make.request(db, make.hospital(db, "Third"))

    problem = problem_of(db, next_one, now=NOW)

    assert [(each.hospital, each.guests) for each in problem.held] == [
        (str(stage.hospital.id), (str(other.hospital_id),))
    ]


def test_two_hospitals_are_found_an_hour_inside_the_windows_of_both_and_each_hears_its_language(
    database: Database,
) -> None:
    with database.write() as db:
        stage = set_up(db)
        asked, _ = stage.request, make.interpreter(db, PIA, pairs=BOTH_WAYS)
        second = [(make.next_week(1), 11 * 60, 13 * 60)]  # 10:00 to 12:00 in Kigali
        asked.windows_only = True
        other = second_hospital(db, windows_only=True, windows=second, interpreting="no", languages={"en": 5})
        join(db, asked, other, actor=ACTOR, now=NOW)
        search = want(db, asked, now=NOW)

    propose(database, search.id, now=NOW)

    with database.read() as db:
        found = ranked(db, asked.id, now=NOW).matches
    assert found
    first, last = min(each.starts_at for each in found), max(each.ends_at for each in found)
    at_ten = make.NOW.replace(hour=8) + timedelta(days=8)
    assert at_ten <= first < last <= at_ten + timedelta(hours=2)
    assert {(each.audience, each.others) for each in found} == {("fr", ("en",))}
    assert [guest.name for guest in found[0].guests] == ["Hospital of Addis Ababa"]
    assert not any(each.objections for each in found)


def test_who_interprets_for_nobody_any_more_leaves_with_the_hospital(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        stage.request.languages = {"en": 5}
        make.interpreter(db, PIA, pairs=BOTH_WAYS)
        other = second_hospital(db, languages={"fr": 5}, windows_only=False)
        join(db, stage.request, other, actor=ACTOR, now=NOW)
        search = want(db, stage.request, now=NOW)
    propose(database, search.id, now=NOW)
    with database.write() as db:
        best = ranked(db, stage.request.id, now=NOW).matches[0]
        session = approve(db, db.get_one(type(stage.tuesday), best.id), actor=ACTOR, now=NOW)
        together = set(answers(db, session))
        send(db)

        parting.separate(db, db.get_one(SessionRequest, other.id), actor=ACTOR, now=NOW)

        kept = db.get_one(SharingSession, session.id)
        assert together >= {PIA, SARA}
        assert not {PIA, SARA} & set(answers(db, kept))
        assert (kept.mode, kept.audience, kept.others) == ("direct", "en", [])
        ends = [method for name, _, method, _ in letters(db, kept) if name == PIA]
        told = read(latest_letter(db, kept, ALINE, kind="parted")).text
        assert ends == ["REQUEST", "CANCEL"]
        assert "It is not interpreted into French any more. Not needed any more as interpreters: Pia Example." in told
        assert "In English, without interpreting." in told


def test_a_route_keeps_the_legs_that_lead_to_somebody() -> None:
    team = {pair: Team(*pair, ("7",)) for pair in (("zh", "en"), ("en", "fr"), ("en", "id"))}
    whole = Route("relay", "zh", "fr", tuple(team.values()), ("en", "id"))

    assert narrowed(whole, ("en",)) == Route("relay", "zh", "fr", (team["zh", "en"], team["en", "fr"]), ("en",))
    assert narrowed(Route("relay", "zh", "en", tuple(team.values()), ("id",)), ()) == Route(
        "interpreter", "zh", "en", (team["zh", "en"],)
    )


def test_what_one_hospital_agrees_to_is_written_into_its_request_alone_and_looked_for_anew(db: Session) -> None:
    stage = set_up(db)
    stage.request.windows_only = True
    other = second_hospital(db, windows_only=True, interpreting="no", minutes=45)
    join(db, stage.request, other, actor=ACTOR, now=NOW)
    version = stage.request.version

    agree(db, other, any_hour=True, interpreters=True, minutes=30, actor=ACTOR, now=NOW)

    assert (other.windows_only, other.interpreting, other.minutes) == (False, "if-needed", 30)
    assert (other.state, other.joined_id) == (RequestState.JOINED, stage.request.id)
    assert (stage.request.windows_only, stage.request.minutes, stage.request.version) == (True, 30, version + 1)
    verbs = [[each.verb for each in history(db, f"request:{number}")] for number in (other.id, stage.request.id)]
    assert [each.count("concede") for each in verbs] == [1, 0]
    wanted = db.exec(select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)).all()
    assert wanted == [stage.request.id]


def test_what_the_leading_hospital_agrees_to_stays_its_own_and_whoever_asks_for_much_longer_leaves(db: Session) -> None:
    stage = set_up(db)
    stage.request.minutes, stage.request.windows_only = 60, True
    near = second_hospital(db, minutes=60, windows_only=True)
    far = second_hospital(db, city="Gondar", minutes=90)
    for each in (near, far):
        join(db, stage.request, each, actor=ACTOR, now=NOW)

    agree(db, stage.request, any_hour=True, minutes=45, actor=ACTOR, now=NOW)

    assert (stage.request.windows_only, stage.request.minutes) == (False, 45)
    assert (near.windows_only, near.minutes, near.joined_id) == (True, 60, stage.request.id)
    assert (far.state, far.joined_id) == (RequestState.SUBMITTED, None)


def test_nobody_agrees_any_more_to_what_stands(db: Session) -> None:
    stage = set_up(db)
    other = joined(db, stage.request)
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    with pytest.raises(Refusal, match="has a session"):
        agree(db, other, any_hour=True, actor=ACTOR, now=NOW)
