"""Approving a proposal: all of it in one transaction, or nothing and nobody invited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session, func, select

from medixchange.availability.actions import Taken
from medixchange.db import Database, Row
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.actions import approve
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Attendance, Role, SharingSession
from tests import make
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    MEI,
    NOW,
    ZHANG,
    Stage,
    answers,
    at,
    claimed,
    elsewhere,
    feeds,
    letters,
    loaded,
    resources,
    set_up,
    slots_of,
)

READER = words("en")


def rows(db: Session) -> dict[str, int]:
    """How many rows each table has."""
    db.flush()
    tables = Row.metadata.sorted_tables
    return {table.name: db.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_an_approved_proposal_is_a_session_held_tentatively(db: Session) -> None:
    stage = set_up(db)

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    assert session.uid.endswith("@medixchange")
    assert session.model_dump(exclude={"id", "uid"}) == {
        "sequence": 0,
        "state": SessionState.TENTATIVE,
        "request_id": stage.request.id,
        "match_id": stage.tuesday.id,
        "hospital_id": stage.hospital.id,
        "room_id": stage.room.id,
        "topic": "Oxygen therapy when beds run short",
        "starts_at": at(1, 9),
        "ends_at": at(1, 9, 30),
        "mode": "interpreter",
        "speech": "zh",
        "audience": "fr",
        "relay": "",
        "others": [],
        "turn_minutes": 30,
        "reason": "",
        "reason_language": "",
        "organizer_id": 1,
        "agenda": "",
        "agenda_language": "",
        "sign_in_code": None,
        "created_at": NOW,
        "modified_at": NOW,
    }


def test_approving_gives_everybody_a_place_with_a_link_of_their_own(db: Session) -> None:
    stage = set_up(db)

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    places = queries.attendances(db, session.id)
    assert [(person.name, place.role, place.leg, place.partstat) for place, person in places] == [
        (ZHANG, Role.EXPERT, "", "NEEDS-ACTION"),
        (MEI, Role.INTERPRETER, "zh>fr", "NEEDS-ACTION"),
        (ALINE, Role.LIAISON, "", "NEEDS-ACTION"),
    ]
    assert len({place.seed for place, _ in places}) == 3


def test_approving_takes_the_hour_of_experts_interpreters_room_and_hospital(db: Session) -> None:
    stage = set_up(db)

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    assert claimed(db) == {session.uid: slots_of(session, *resources(session, stage.zhang, stage.mei))}
    assert loaded(db) == {(who.person_id, session.uid, at(1, 9), at(1, 9, 30)) for who in (stage.zhang, stage.mei)}


def test_approving_invites_each_one_by_a_letter_and_a_feed_entry(db: Session) -> None:
    stage = set_up(db)

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    everybody = (ZHANG, MEI, ALINE)
    assert letters(db, session) == [(name, "hold", "REQUEST", 0) for name in everybody]
    assert feeds(db, session) == {name: ("TENTATIVE", 0, at(1, 9)) for name in everybody}


def test_approving_moves_the_request_and_takes_the_other_proposals_off_the_desk(db: Session) -> None:
    stage = set_up(db)

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    for match in (stage.tuesday, stage.wednesday, stage.by_li):
        db.refresh(match)
    assert (stage.request.state, stage.request.decided_at) == (RequestState.APPROVED, NOW)
    assert (stage.tuesday.state, stage.wednesday.state, stage.by_li.state) == (
        MatchState.APPROVED,
        MatchState.STALE,
        MatchState.STALE,
    )
    assert [(entry.actor, entry.verb, entry.before, entry.after) for entry in history(db, f"session:{session.id}")] == [
        (
            ACTOR,
            "approve",
            {},
            {
                "state": "tentative",
                "sequence": 0,
                "match": stage.tuesday.id,
                "starts_at": at(1, 9).isoformat(),
                "room": stage.room.id,
                "way": "interpreter|zh|fr|",
            },
        )
    ]


def test_a_contact_who_was_not_known_is_invited_as_well(db: Session) -> None:
    stage = set_up(db)
    hospital = make.hospital(db, "A clinic", city="Huye")
    request = make.request(
        db,
        hospital,
        state=RequestState.MATCHED,
        minutes=30,
        languages={"fr": 5},
        contact_name="Jean Contact",
        contact_email="Jean@Example.org",
        language="fr",
    )
    match = make.match(db, request, starts_at=at(1, 10), panel=[stage.zhang], interpreters=[stage.mei], room=stage.room)

    session = approve(db, match, actor=ACTOR, now=NOW)

    jean = db.exec(select(Person).where(Person.email == "jean@example.org")).one()
    assert (jean.name, jean.language, jean.zone, jean.country) == ("Jean Contact", "fr", "Africa/Kigali", "RW")
    assert request.liaison_id == jean.id
    assert answers(db, session) == dict.fromkeys((ZHANG, MEI, "Jean Contact"), "NEEDS-ACTION")


def test_who_works_in_a_session_is_not_invited_a_second_time_as_its_liaison(db: Session) -> None:
    stage = set_up(db)
    stage.request.liaison_id = stage.zhang.person_id
    db.flush()

    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    places = [(person.name, place.role) for place, person in queries.attendances(db, session.id)]
    assert places == [(ZHANG, Role.EXPERT), (MEI, Role.INTERPRETER), (ALINE, Role.LIAISON)]


def refused(stage: Stage, db: Session, match: ProposedMatch, kind: type[Refusal] = Refusal) -> str:
    """The words in which approving ``match`` is refused, having written nothing."""
    before = rows(db)
    with pytest.raises(Refusal) as refusal:
        approve(db, match, actor=ACTOR, now=NOW)
    assert type(refusal.value) is kind
    assert rows(db) == before
    return READER.say(refusal.value.message)


def test_approving_twice_is_refused_and_invites_nobody_again(db: Session) -> None:
    stage = set_up(db)
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    told = refused(stage, db, stage.tuesday)

    assert told == "This proposal was decided already; reload the page to see the others."


def test_a_proposal_that_was_taken_off_the_desk_is_refused(db: Session) -> None:
    stage = set_up(db)
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    told = refused(stage, db, stage.wednesday)

    assert told == "This proposal was decided already; reload the page to see the others."


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.MATCHED])
def test_a_request_that_is_not_matched_is_refused_in_a_sentence(db: Session, state: RequestState) -> None:
    stage = set_up(db)
    stage.request.state = state
    db.flush()

    told = refused(stage, db, stage.tuesday)

    assert told.endswith(".")


def test_a_hospital_that_is_not_approved_is_refused(db: Session) -> None:
    stage = set_up(db)
    stage.hospital.approved_at = None
    db.flush()

    told = refused(stage, db, stage.tuesday)

    assert told == "King Faisal Hospital is not approved yet; approve the hospital first."


def test_an_hour_that_has_passed_is_refused(db: Session) -> None:
    stage = set_up(db)
    stage.tuesday.starts_at, stage.tuesday.ends_at = at(-7, 9), at(-7, 9, 30)
    db.flush()

    told = refused(stage, db, stage.tuesday)

    assert told == "That hour has passed; choose a later one."


def test_people_who_were_taken_meanwhile_are_named(db: Session) -> None:
    stage = set_up(db)
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    match = elsewhere(db, stage, at(1, 9))

    told = refused(stage, db, match, Taken)

    assert told == (
        "Zhang San 张三, Mei Example and West Lake room were given to other sessions at that hour "
        "(Tue, 1 Dec 2026, 07:00 (UTC)); choose another proposal."
    )


def test_somebody_who_takes_no_part_any_more_is_named(db: Session) -> None:
    stage = set_up(db)
    stage.zhang.active = False
    db.flush()

    told = refused(stage, db, stage.tuesday)

    assert told == "Zhang San 张三 does not take part any more. Choose another hour or other people."


def test_a_room_that_is_not_in_use_is_refused(db: Session) -> None:
    stage = set_up(db)
    stage.room.active = False
    db.flush()

    told = refused(stage, db, stage.tuesday)

    assert told == "The video room is not in use any more. Choose another hour or other people."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda stage: setattr(stage.zhang, "max_week", 1), "Zhang San 张三 gives at most 1 session a week."),
        (lambda stage: setattr(stage.mei, "max_minutes_week", 30), "Mei Example interprets at most 30 minutes a week."),
    ],
)
def test_a_cap_that_was_reached_meanwhile_is_said(db: Session, change: Callable[[Stage], None], why: str) -> None:
    stage = set_up(db)
    change(stage)
    db.flush()
    approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    match = elsewhere(db, stage, at(3, 9))

    told = refused(stage, db, match)

    assert told == f"{why} Choose another hour or other people."


def test_nothing_is_written_even_where_the_refusal_is_caught_and_the_rest_committed(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        stage.zhang.active = False
        db.flush()
        with pytest.raises(Refusal):
            approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    with database.read() as db:
        assert db.exec(select(func.count()).select_from(SharingSession)).one() == 0
        assert db.exec(select(func.count()).select_from(Attendance)).one() == 0
        assert claimed(db) == {}
        assert set(db.exec(select(ProposedMatch.state))) == {MatchState.PROPOSED}
