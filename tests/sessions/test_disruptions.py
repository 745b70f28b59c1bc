"""Facts change behind sessions that stand: what disrupts them is found, kept, and forgotten when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, delete, select, update

from medixchange.availability.closing import Closing, close, open_again
from medixchange.availability.models import ClosedPeriod, LeavePeriod, WeeklyHours
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history, record
from medixchange.matching.facts_of_sessions import kept
from medixchange.matching.models import Disruption, MatchSearch, MatchState, ProposedMatch, Repair, SearchState
from medixchange.matching.searching import propose
from medixchange.matching.stored import disruptions, words_of
from medixchange.people.models import Expert, Hospital, Interpreter, Person, Room
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, cancel, confirm, keeps_hour, reschedule, substitute
from medixchange.sessions.answers import respond
from medixchange.sessions.disruptions import Watch, keep, look_over
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, ALINE, LI, MEI, NOW, ZHANG, Stage, at, elsewhere, join, place_of, set_up
from tests.statements import noted

LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request from Kigali with three proposals."""
    with database.write() as db:
        return set_up(db)


@pytest.fixture
def session(database: Database, stage: Stage) -> SharingSession:
    """The first proposal is a session: Tuesday at nine in Kigali, of Zhang and Mei."""
    with database.write() as db:
        return approve(db, db.merge(stage.tuesday), actor=ACTOR, now=NOW)


def on_leave(db: Session, person_id: int, weekday: int = 1) -> None:
    day = make.next_week(weekday)
    db.add(LeavePeriod(person_id=person_id, first_day=day, last_day=day))


def said(database: Database) -> list[str]:
    """What disrupts sessions, in words."""
    with database.read() as db:
        rows = db.exec(select(Disruption).where(col(Disruption.kept_at).is_(None)))
        return [words("en").say(each) for each in words_of(rows)]


def wanted(database: Database) -> list[int]:
    """The requests for which a search waits."""
    with database.read() as db:
        return list(db.exec(select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)))


def search(database: Database) -> None:
    with database.read() as db:
        waiting = list(db.exec(select(MatchSearch.id).where(MatchSearch.state == SearchState.WANTED)))
    for number in waiting:
        propose(database, number, now=LATER)


def mends(database: Database) -> list[Repair]:
    """What proposals at the desk would mend."""
    with database.read() as db:
        rows = db.exec(select(ProposedMatch).where(ProposedMatch.state == "proposed")).all()
        return sorted(row.repair for row in rows if row.repair)


def broken(database: Database) -> list[int]:
    with database.read() as db:
        found = queries.upcoming(db, since=LATER, broken=True)
        assert [each.id for each, *_ in queries.broken(db, is_demo=False, now=LATER)] == [each.id for each, _ in found]
        return [each.id for each, _ in found]


def test_a_session_that_may_be_is_left_alone(database: Database, session: SharingSession) -> None:
    assert look_over(database, now=LATER) == 0
    assert (said(database), broken(database), wanted(database)) == ([], [], [])


def test_leave_disrupts_a_session_and_a_way_to_mend_it_is_looked_for_once(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)

    found = [look_over(database, now=LATER) for _ in range(2)]
    search(database)

    assert found == [1, 0]
    assert said(database) == [f"{ZHANG} is on leave: back after Tue, 1 Dec 2026."]
    assert broken(database) == [session.id]
    assert Repair.SAME_HOUR in mends(database)
    assert wanted(database) == []


def test_a_session_of_the_demo_is_looked_over_too(database: Database, stage: Stage, session: SharingSession) -> None:
    with database.write() as db:
        for each in (Hospital, Person, Room):
            db.exec(update(each).values(is_demo=True))
        on_leave(db, stage.zhang.person_id)

    look_over(database, now=LATER)

    assert said(database) == [f"{ZHANG} is on leave: back after Tue, 1 Dec 2026."]


def test_what_has_begun_stays_as_it_was_known_then(database: Database, stage: Stage, session: SharingSession) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    with database.write() as db:
        begun = queries.by_id(db, session.id)
        begun.state = SessionState.OPEN
        db.exec(delete(LeavePeriod))

    assert look_over(database, now=LATER) == 0
    assert said(database) == [f"{ZHANG} is on leave: back after Tue, 1 Dec 2026."]


def test_a_day_off_of_either_hospital_disrupts_the_session_of_both(database: Database, stage: Stage) -> None:
    day = make.next_week(1)
    with database.write() as db:
        join(db, db.get_one(SessionRequest, stage.request.id))
        both = approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
    before = look_over(database, now=LATER)
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name="Mourning", country="ET"), actor=ACTOR, now=LATER)

    look_over(database, now=LATER)

    assert before == 0
    assert said(database) == ["It is a day off for Hospital of Addis Ababa: Mourning."]
    assert broken(database) == [both.id]


def test_leave_on_another_day_disrupts_nothing(database: Database, stage: Stage, session: SharingSession) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id, weekday=2)

    assert look_over(database, now=LATER) == 0


def change(db: Session, what: type[Any], key: int, **facts: Any) -> None:
    row = db.get_one(what, key)
    row.sqlmodel_update(facts)
    db.add(row)


def lose(db: Session, stage: Stage, what: str) -> None:
    """Take one thing away that the session of Tuesday counts on."""
    match what:
        case "expert":
            change(db, Expert, stage.zhang.person_id, active=False)
        case "interpreter":
            change(db, Interpreter, stage.mei.person_id, active=False)
        case "room":
            change(db, Room, stage.room.id, active=False)
        case "channels":
            change(db, Room, stage.room.id, channels=0)
        case "hours":
            db.exec(delete(WeeklyHours).where(col(WeeklyHours.person_id) == stage.mei.person_id))


def without_room(database: Database, stage: Stage) -> None:
    """The room is put out of use, and that is found."""
    with database.write() as db:
        lose(db, stage, "room")
    look_over(database, now=LATER)


def all_come(db: Session, session: SharingSession) -> None:
    """Everybody accepts."""
    for name in (ZHANG, MEI, ALINE):
        respond(db, place_of(db, queries.by_id(db, session.id), name), "ACCEPTED", now=LATER)


@pytest.mark.parametrize(
    ("what", "words_"),
    [
        ("expert", f"{ZHANG} does not take part any more."),
        ("interpreter", f"{MEI} does not take part any more."),
        ("room", "West Lake room is not in use any more."),
        ("channels", "West Lake room has no free channel for interpreting; 1 is needed."),
        ("hours", f"{MEI} does not work at that hour."),
    ],
)
def test_whatever_a_session_counts_on_can_be_lost(
    database: Database, stage: Stage, session: SharingSession, what: str, words_: str
) -> None:
    with database.write() as db:
        lose(db, stage, what)

    look_over(database, now=LATER)

    assert said(database) == [words_]
    assert broken(database) == [session.id]
    assert wanted(database) == [session.request_id]


@pytest.mark.parametrize("what", ["expert", "interpreter", "room", "channels"])
def test_whatever_is_lost_is_mended_at_the_same_hour_by_as_little_as_can_be(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    with database.write() as db:
        make.interpreter(db, "Noor Example")
        make.room(db, "Kivu room")
        lose(db, stage, what)
    look_over(database, now=LATER)
    search(database)

    with database.write() as db:
        stands = queries.by_id(db, session.id)
        match = db.exec(select(ProposedMatch).where(ProposedMatch.repair == Repair.SAME_HOUR)).one()
        assert keeps_hour(stands, match)
        substitute(db, stands, match, actor=ACTOR, now=LATER)
        comers = {person.name for _, person in queries.attendances(db, session.id)}
        room = db.get_one(Room, stands.room_id).name
    look_over(database, now=LATER)

    instead = {"expert": {LI, MEI, ALINE}, "interpreter": {ZHANG, "Noor Example", ALINE}}
    assert comers == instead.get(what, {ZHANG, MEI, ALINE})
    assert room == ("Kivu room" if what in ("room", "channels") else "West Lake room")
    assert broken(database) == []


def test_whoever_goes_on_as_an_expert_and_interprets_no_more_is_missed_and_not_proposed(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        db.add(Expert(person_id=stage.mei.person_id, notice_hours=0))
        lose(db, stage, "interpreter")
        proposal = elsewhere(db, stage, at(3, 9))

    look_over(database, now=LATER)

    assert said(database) == [f"{MEI} does not take part any more."]
    with database.write() as db, pytest.raises(Refusal) as refusal:
        approve(db, db.merge(proposal), actor=ACTOR, now=LATER)
    assert f"{MEI} does not take part any more." in words("en").say(refusal.value.message)


def test_longer_notice_disrupts_nothing(database: Database, stage: Stage, session: SharingSession) -> None:
    with database.write() as db:
        change(db, Expert, stage.zhang.person_id, notice_hours=900)

    assert look_over(database, now=LATER) == 0


def test_when_the_cause_goes_away_it_is_forgotten_and_so_is_what_would_mend_it(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    search(database)
    with database.write() as db:
        db.exec(delete(LeavePeriod))

    assert look_over(database, now=LATER) == 1
    search(database)

    assert (said(database), broken(database), mends(database)) == ([], [], [])


def test_whoever_declined_is_not_named_again_for_the_leave(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
        respond(db, place_of(db, queries.by_id(db, session.id), ZHANG), "DECLINED", now=NOW)

    look_over(database, now=LATER)

    assert said(database) == []


def test_whoever_takes_over_leaves_nothing_that_disrupts(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    search(database)
    with database.write() as db:
        match = db.exec(select(ProposedMatch).where(ProposedMatch.repair == Repair.SAME_HOUR)).one()
        substitute(db, queries.by_id(db, session.id), match, actor=ACTOR, now=LATER)

    assert broken(database) == []
    look_over(database, now=LATER)
    assert said(database) == []


def test_what_is_cancelled_is_forgotten(database: Database, stage: Stage, session: SharingSession) -> None:
    without_room(database, stage)
    with database.write() as db:
        cancel(db, queries.by_id(db, session.id), reason="No room", actor=ACTOR, now=LATER)

    look_over(database, now=LATER)

    assert (said(database), broken(database)) == ([], [])


def test_a_session_that_something_disrupts_is_not_confirmed_by_the_last_answer(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    without_room(database, stage)

    with database.write() as db:
        all_come(db, session)
        before = queries.by_id(db, session.id).state
        change(db, Room, stage.room.id, active=True)
    look_over(database, now=LATER)

    with database.read() as db:
        after = queries.by_id(db, session.id).state
    assert (before, after) == (SessionState.TENTATIVE, SessionState.CONFIRMED)


def test_an_organizer_confirms_it_all_the_same(database: Database, stage: Stage, session: SharingSession) -> None:
    without_room(database, stage)

    with database.write() as db:
        confirm(db, queries.by_id(db, session.id), actor=ACTOR, now=LATER)

    assert broken(database) == [session.id]


def test_a_session_whose_hour_has_passed_is_not_looked_at(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)

    assert look_over(database, now=session.ends_at) == 0


def test_many_sessions_are_read_in_as_many_statements_as_one(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    look_over(database, now=LATER)
    with noted(database) as one:
        look_over(database, now=LATER)
    with database.write() as db:
        approve(db, elsewhere(db, stage, at(3, 9)), actor=ACTOR, now=NOW)
    with noted(database) as several:
        look_over(database, now=LATER)

    assert len(several) == len(one)


def test_where_nothing_was_done_since_one_question_is_enough(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    watch = Watch()
    watch.look(database, now=LATER)

    with noted(database) as told:
        watch.look(database, now=LATER)
        watch.look(database, now=LATER + timedelta(seconds=2))

    assert (
        len([each for each in told if "journalentry" in each]) == len([each for each in told if "SELECT" in each]) == 2
    )


def test_whatever_is_recorded_has_sessions_looked_over_and_so_has_a_minute(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    watch = Watch()
    watch.look(database, now=LATER)
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    quiet = watch.look(database, now=LATER)
    found = watch.look(database, now=LATER + timedelta(minutes=1))
    with database.write() as db:
        db.exec(delete(LeavePeriod))
        confirm(db, queries.by_id(db, session.id), actor=ACTOR, now=LATER)
        record(db, actor=ACTOR, verb="edit", subject=f"request:{session.request_id}", now=LATER)
    decided = watch.look(database, now=LATER + timedelta(minutes=1))
    with database.write() as db:
        record(db, actor=ACTOR, verb="import", subject="records:experts", now=LATER)

    assert (quiet, found, decided) == (0, 1, 0)
    assert watch.look(database, now=LATER + timedelta(minutes=1)) == 1


def agree(database: Database, session: SharingSession) -> None:
    """An organizer has agreed that the session stays as it is, for all that disrupts it."""
    with database.write() as db:
        stands = queries.by_id(db, session.id)
        found = disruptions(db, [stands.match_id])[stands.match_id]
        keep(db, stands, [each.cause for each in found], actor=ACTOR, now=LATER)


def test_a_session_that_stays_as_it_is_is_not_named_again(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    search(database)

    agree(database, session)
    search(database)

    assert look_over(database, now=LATER) == 0
    assert (said(database), broken(database), mends(database)) == ([], [], [])
    with database.read() as db:
        entry = history(db, f"session:{session.id}")[-1]
    assert (entry.verb, entry.after) == ("keep", {"causes": [f"leave person:{stage.zhang.person_id}"]})


@pytest.mark.parametrize("what", ["leave", "expert", "interpreter"])
def test_for_another_cause_it_is_named_and_mended_without_sending_away_who_comes_all_the_same(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    with database.write() as db:
        if what == "leave":
            on_leave(db, stage.zhang.person_id)
        else:
            lose(db, stage, what)
    look_over(database, now=LATER)
    agree(database, session)
    with database.write() as db:
        make.room(db, "Kivu room")
        lose(db, stage, "room")

    look_over(database, now=LATER)
    search(database)

    assert said(database) == ["West Lake room is not in use any more."]
    with database.write() as db:
        match = db.exec(select(ProposedMatch).where(ProposedMatch.repair == Repair.SAME_HOUR)).one()
        stands = queries.by_id(db, session.id)
        substitute(db, stands, match, actor=ACTOR, now=LATER)
        assert {person.name for _, person in queries.attendances(db, stands.id)} == {ZHANG, MEI, ALINE}


@pytest.mark.parametrize("what", ["room", "channels"])
def test_in_a_room_that_was_agreed_somebody_else_takes_over(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    with database.write() as db:
        lose(db, stage, what)
    look_over(database, now=LATER)
    agree(database, session)
    with database.write() as db:
        respond(db, place_of(db, queries.by_id(db, session.id), ZHANG), "DECLINED", now=LATER)
    search(database)

    with database.write() as db:
        match = db.exec(select(ProposedMatch).where(ProposedMatch.repair == Repair.SAME_HOUR)).one()
        substitute(db, queries.by_id(db, session.id), match, actor=ACTOR, now=LATER)
        assert match.room_id == stage.room.id


def test_at_another_hour_nothing_is_left_of_what_was_agreed(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    agree(database, session)
    with database.read() as db:
        agreed = kept(db, [session.request_id])
    with database.write() as db:
        wednesday = db.get_one(ProposedMatch, stage.wednesday.id)
        wednesday.state = MatchState.PROPOSED
        reschedule(db, queries.by_id(db, session.id), match=wednesday, actor=ACTOR, now=LATER)

    with database.read() as db:
        moved = queries.by_id(db, session.id)
        assert disruptions(db, [moved.match_id], kept=True)[moved.match_id] == []
        assert (len(agreed), kept(db, [session.request_id])) == (1, {})


def test_a_cause_that_comes_back_is_named_again(database: Database, stage: Stage, session: SharingSession) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    agree(database, session)
    with database.write() as db:
        db.exec(delete(LeavePeriod))
    look_over(database, now=LATER)
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)

    look_over(database, now=LATER)

    assert broken(database) == [session.id]


def test_what_was_agreed_about_one_closed_day_does_not_hide_the_next(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    day, hospital = make.next_week(1), f"It is a day off for {stage.hospital.name}"
    with database.write() as db:
        own = Closing(first_day=day, last_day=day, name="Stocktaking", hospital_id=stage.hospital.id)
        close(db, own, actor=ACTOR, now=LATER)
    look_over(database, now=LATER)
    search(database)
    agree(database, session)
    search(database)
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name="Mourning", country="RW"), actor=ACTOR, now=LATER)

    found = [look_over(database, now=LATER) for _ in range(2)]

    assert found == [1, 0]
    [told] = said(database)
    assert told.startswith(hospital)
    assert "Stocktaking" in told
    assert "Mourning" in told
    assert broken(database) == [session.id]
    assert wanted(database) == [session.request_id]


def take_back(db: Session) -> None:
    """Whatever is closed is open again."""
    for row in db.exec(select(ClosedPeriod)):
        open_again(db, row, actor=ACTOR, now=LATER)


@pytest.mark.parametrize("country", ["RW", "CN"])
def test_a_closed_day_that_is_called_otherwise_or_closed_for_longer_is_not_named_again(
    database: Database, stage: Stage, session: SharingSession, country: str
) -> None:
    day, last = make.next_week(1), make.next_week(2)
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name="Holiday", country=country), actor=ACTOR, now=LATER)
    look_over(database, now=LATER)
    agree(database, session)
    search(database)
    with database.write() as db:
        take_back(db)
        close(db, Closing(first_day=day, last_day=last, name="Mourning", country=country), actor=ACTOR, now=LATER)

    found = [look_over(database, now=LATER) for _ in range(2)]

    assert (found, said(database), broken(database), wanted(database)) == ([1, 0], [], [], [])
    with database.read() as db:
        told = words_of(disruptions(db, [session.match_id], kept=True)[session.match_id])
    assert all("Mourning" in words("en").say(each) for each in told)


def test_what_was_agreed_about_the_day_of_a_country_does_not_hide_one_of_the_hospital_of_the_same_name(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    day, called = make.next_week(1), "Mourning"
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name=called, country="RW"), actor=ACTOR, now=LATER)
    look_over(database, now=LATER)
    agree(database, session)
    with database.write() as db:
        own = Closing(first_day=day, last_day=day, name=called, hospital_id=stage.hospital.id)
        close(db, own, actor=ACTOR, now=LATER)

    look_over(database, now=LATER)

    assert broken(database) == [session.id]


def test_what_was_agreed_about_a_day_of_leave_does_not_hide_a_week_of_it_or_a_closed_day(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    day = make.next_week(1)
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    agree(database, session)
    with database.write() as db:
        db.add(LeavePeriod(person_id=stage.zhang.person_id, first_day=day, last_day=day + timedelta(days=6)))
    look_over(database, now=LATER)
    longer = said(database)
    agree(database, session)
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name="Mourning", country="CN"), actor=ACTOR, now=LATER)

    look_over(database, now=LATER)

    assert longer == [f"{ZHANG} is on leave: back after Tue, 1 Dec 2026 and back after Mon, 7 Dec 2026."]
    assert len(said(database)) == 2  # it is a day off where Zhang works, and where Mei does
    assert all("Mourning" in each for each in said(database))


def test_whatever_else_changes_does_not_undo_what_was_agreed(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    with database.write() as db:
        on_leave(db, stage.zhang.person_id)
    look_over(database, now=LATER)
    agree(database, session)
    search(database)
    with database.write() as db:
        on_leave(db, stage.mei.person_id)

    look_over(database, now=LATER)

    assert said(database) == [f"{MEI} is on leave: back after Tue, 1 Dec 2026."]


def rename(db: Session, what: type[Any], key: int) -> None:
    """Somebody marries, a hospital or a room has a new name."""
    change(db, what, key, name="Another name")


@pytest.mark.parametrize("what", ["leave", "expert", "interpreter", "room", "channels", "closed"])
def test_a_new_name_does_not_undo_what_was_agreed(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    day = make.next_week(1)
    with database.write() as db:
        if what == "leave":
            on_leave(db, stage.zhang.person_id)
        elif what == "closed":
            own = Closing(first_day=day, last_day=day, name="Stocktaking", hospital_id=stage.hospital.id)
            close(db, own, actor=ACTOR, now=LATER)
        else:
            lose(db, stage, what)
    look_over(database, now=LATER)
    agree(database, session)
    search(database)
    with database.write() as db:
        for who in (stage.zhang.person_id, stage.mei.person_id):
            rename(db, Person, who)
        rename(db, Hospital, stage.hospital.id)
        rename(db, Room, stage.room.id)

    look_over(database, now=LATER)

    assert (said(database), broken(database), wanted(database)) == ([], [], [])
    with database.read() as db:
        [told] = words_of(disruptions(db, [session.match_id], kept=True)[session.match_id])
    assert "Another name" in words("en").say(told)


class Interrupted(Database):
    """The database, in which somebody decides something before anything is written to it for the first time."""

    def __init__(self, database: Database, decide: Callable[[Session], object]) -> None:
        self.__dict__.update(database.__dict__)
        self._decisions = [decide]

    @contextmanager
    def write(self) -> Iterator[Session]:
        while self._decisions:
            with super().write() as db:
                self._decisions.pop()(db)
        with super().write() as db:
            yield db


@pytest.mark.parametrize("what", ["substituted", "cancelled"])
def test_what_was_decided_while_sessions_were_looked_over_stands(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    def decide(db: Session) -> None:
        mine = queries.by_id(db, session.id, for_change=True)
        if what == "substituted":
            by_li = db.get_one(ProposedMatch, stage.by_li.id)
            by_li.state = MatchState.PROPOSED
            substitute(db, mine, by_li, actor=ACTOR, now=LATER)
        else:
            cancel(db, mine, reason="No room", actor=ACTOR, now=LATER)

    with database.write() as db:
        on_leave(db, stage.zhang.person_id)

    look_over(Interrupted(database, decide), now=LATER)

    assert said(database) == []
    assert look_over(database, now=LATER) == 0


@pytest.mark.parametrize("what", ["cancelled", "over"])
def test_a_session_that_does_not_lie_ahead_is_not_kept(
    database: Database, stage: Stage, session: SharingSession, what: str
) -> None:
    without_room(database, stage)
    if what == "cancelled":
        with database.write() as db:
            cancel(db, queries.by_id(db, session.id), reason="No room", actor=ACTOR, now=LATER)

    then = session.ends_at if what == "over" else LATER
    with database.write() as db, pytest.raises(Refusal) as refusal:
        keep(db, queries.by_id(db, session.id), [f"out-of-use room:{stage.room.id}"], actor=ACTOR, now=then)

    assert "does not take place any more" in words("en").say(refusal.value.message)


def test_what_nobody_was_shown_is_not_agreed(database: Database, stage: Stage, session: SharingSession) -> None:
    without_room(database, stage)

    with database.write() as db, pytest.raises(Refusal):
        keep(db, queries.by_id(db, session.id), ["leave person:2"], actor=ACTOR, now=LATER)

    assert broken(database) == [session.id]


def test_a_session_that_stays_as_it_is_is_confirmed_once_all_come(
    database: Database, stage: Stage, session: SharingSession
) -> None:
    without_room(database, stage)
    with database.write() as db:
        all_come(db, session)
    agree(database, session)

    with database.read() as db:
        assert queries.by_id(db, session.id).state is SessionState.CONFIRMED


@pytest.mark.parametrize(
    ("country", "words_"),
    [("RW", "It is a day off for King Faisal Hospital"), ("CN", f"It is a day off where {ZHANG} works")],
)
def test_days_that_are_closed_on_either_side_disrupt_a_session(
    database: Database, stage: Stage, session: SharingSession, country: str, words_: str
) -> None:
    day, watch = make.next_week(1), Watch()
    watch.look(database, now=LATER)
    with database.write() as db:
        close(db, Closing(first_day=day, last_day=day, name="Mourning", country=country), actor=ACTOR, now=LATER)

    assert watch.look(database, now=LATER) == 1
    assert words_ in " ".join(said(database))
    with database.write() as db:
        open_again(db, db.exec(select(ClosedPeriod)).one(), actor=ACTOR, now=LATER)
    assert watch.look(database, now=LATER) == 1
    assert said(database) == []
