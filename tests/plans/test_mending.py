"""Several sessions to which somebody cannot come are mended together: the smallest change to all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.intake.models import RequestState, RequestWindow, SessionRequest
from medixchange.matching import repair, ruling
from medixchange.matching.facts import problem_of, problem_of_several
from medixchange.matching.match import Held, Match
from medixchange.matching.rules_of_experts import experts_are_free
from medixchange.matching.stored import approved_matches
from medixchange.messages import from_json, say
from medixchange.people.models import Expert, Interpreter, Person, Room
from medixchange.plans import accepting, actions, making, queries, reading, replaying
from medixchange.plans.mending import settled
from medixchange.plans.models import Change, MatchPlan, PlannedMatch, PlannedState, Purpose
from medixchange.policies.actions import write
from medixchange.policies.values import HouseRules, Policy, Weights
from medixchange.sessions import queries as sessions
from medixchange.sessions.actions import approve, confirm
from medixchange.sessions.answers import respond
from medixchange.sessions.disruptions import keep, look_over
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Role
from tests import make
from tests.plans.stage import plan_of, rows
from tests.sessions.stage import ACTOR, LI, MEI, NOW, ZHANG, at, letters, place_of, send

WANG = "Wang Wu 王五"
LATE_IN_CHINA = [(1, 17 * 60, 19 * 60)]
"""11:00 to 13:00 on Tuesdays in Kigali."""


@dataclass(frozen=True)
class Scene:
    """Sessions of Kigali at nine and of Huye at eleven on Tuesday, to which Zhang should come and cannot."""

    early: int
    late: int
    li: int


def session_of(db: Session, city: str, starts_at: datetime, expert: Expert, room: Room) -> int:
    """The number of a session that is held for a hospital of its own."""
    hospital = make.hospital(db, f"Hospital of {city}", city=city)
    contact = make.liaison(db, hospital, f"Contact in {city}")
    asked = make.request(db, hospital, liaison=contact, state=RequestState.MATCHED, windows_only=False)
    return approve(db, make.match(db, asked, starts_at=starts_at, panel=[expert], room=room), actor=ACTOR, now=NOW).id


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        west, kivu = make.room(db, "West Lake room"), make.room(db, "Kivu room")
        zhang, li = make.expert(db, ZHANG, max_day=2), make.expert(db, LI)
        early = session_of(db, "Kigali", at(1, 9), zhang, kivu)
        late = session_of(db, "Huye", at(1, 11), zhang, west)
        return Scene(early, late, li.person_id)


def decline(db: Session, number: int, name: str = ZHANG) -> None:
    respond(db, place_of(db, sessions.by_id(db, number), name), "DECLINED", reason="Ill", now=NOW)


def mended(database: Database) -> int:
    """The number of a plan that mends everything, and is ready."""
    with database.write() as db:
        number = actions.mend(db, seconds=20, actor=ACTOR, now=NOW).id
    making.run_plan(database, number, lambda: NOW)
    return number


def accept(database: Database, number: int) -> list[PlannedMatch]:
    """Everything that the plan mends is accepted; its rows then."""
    with database.write() as db:
        plan = queries.by_id(db, number)
        actions.accept(db, plan, [row.request_id for row in rows(db, number)], actor=ACTOR, now=NOW)
    accepting.run_approvals(database, number, lambda: NOW)
    with database.read() as db:
        return rows(db, number)


def panel(db: Session, number: int, role: Role = Role.EXPERT) -> list[str]:
    return sorted(person.name for place, person in sessions.attendances(db, number) if place.role is role)


def told(row: PlannedMatch) -> str:
    return " ".join(words("en").say(from_json(each)) for each in row.why)


def test_substitutes_are_chosen_so_that_both_hours_can_stay(database: Database, scene: Scene) -> None:
    # Li gives one session a day and could take over either; Wang can only come to the late one.
    with database.write() as db:
        make.expert(db, WANG, hours=LATE_IN_CHINA)
        decline(db, scene.early)
        decline(db, scene.late)
    number = mended(database)
    with database.read() as db:
        planned = rows(db, number)
    after = accept(database, number)

    assert [row.change for row in planned] == [Change.PEOPLE, Change.PEOPLE]
    assert all("declined when asked for" in told(row) for row in planned)
    assert [row.state for row in after] == [PlannedState.APPROVED] * 2
    assert [row.session_id for row in after] == [scene.early, scene.late]
    with database.read() as db:
        assert (panel(db, scene.early), panel(db, scene.late)) == ([LI], [WANG])
        early = sessions.by_id(db, scene.early)
        assert (early.starts_at, db.get_one(Room, early.room_id).name) == (at(1, 9), "Kivu room")


def test_where_nobody_else_can_come_then_the_hour_moves(database: Database, scene: Scene) -> None:
    with database.write() as db:
        for number in (scene.early, scene.late):
            confirm(db, sessions.by_id(db, number), actor=ACTOR, now=NOW)
            decline(db, number)
    number = mended(database)
    with database.read() as db:
        planned = rows(db, number)
    accept(database, number)

    assert sorted(row.change for row in planned) == [Change.HOUR, Change.PEOPLE]
    with database.read() as db:
        found = [sessions.by_id(db, each) for each in (scene.early, scene.late)]
        moved = next(each for each in found if each.starts_at not in (at(1, 9), at(1, 11)))
        [stays] = [each for each in found if each.id != moved.id]
        assert panel(db, stays.id) == [LI]
        assert (stays.state, moved.state) == (SessionState.CONFIRMED, SessionState.TENTATIVE)


def test_only_who_comes_and_who_goes_is_told_where_the_hour_stays(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        send(db)
        before = {number: letters(db, sessions.by_id(db, number)) for number in (scene.early, scene.late)}
    accept(database, mended(database))

    with database.read() as db:
        after = {number: letters(db, sessions.by_id(db, number)) for number in (scene.early, scene.late)}
    new = after[scene.early][len(before[scene.early]) :]
    assert [(who, kind) for who, kind, *_ in new] == [(ZHANG, "removed"), (LI, "hold")]
    assert after[scene.late] == before[scene.late]


def test_sessions_to_which_everybody_comes_stay_as_they_are(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
    number = mended(database)

    with database.read() as db:
        assert [row.request_id for row in rows(db, number)] == [sessions.by_id(db, scene.early).request_id]


def test_a_session_that_nobody_can_save_is_told_with_its_reasons(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        db.get_one(Expert, scene.li).active = False
        request = sessions.by_id(db, scene.early).request_id
        db.get_one(SessionRequest, request).windows_only = True
        [window] = db.exec(select(RequestWindow).where(RequestWindow.request_id == request))
        window.end_minute = 10 * 60
    number = mended(database)

    with database.read() as db:
        [row] = rows(db, number)
    assert row.change is Change.UNSERVED
    assert told(row)


def test_what_changed_since_is_left_with_the_reason(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
    first, second = mended(database), mended(database)
    [done], [late] = accept(database, first), accept(database, second)

    assert done.state is PlannedState.APPROVED
    assert late.state is PlannedState.FAILED
    assert late.error is not None
    assert "This session has changed since this plan was made" in words("en").say(from_json(late.error))


def test_what_is_mended_is_not_mended_again(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
    accept(database, mended(database))

    with database.read() as db:
        assert sessions.broken(db, is_demo=False, now=NOW) == []


def test_who_takes_no_part_any_more_does_not_stop_the_plan(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        db.exec(select(Expert).join(Person).where(Person.name == ZHANG)).one().active = False
        db.get_one(Room, sessions.by_id(db, scene.early).room_id).active = False
    number = mended(database)

    with database.read() as db:
        [row] = rows(db, number)
    assert "does not take part any more" in told(row)


def test_who_only_interprets_by_now_does_not_stop_the_plan(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        zhang = db.exec(select(Expert).join(Person).where(Person.name == ZHANG)).one()
        zhang.active = False
        db.add(Interpreter(person_id=zhang.person_id))
    number = mended(database)

    with database.read() as db:
        [row] = rows(db, number)
    assert "does not take part any more" in told(row)


def test_a_substitute_whom_another_session_gives_up_is_waited_for(database: Database, scene: Scene) -> None:
    # Li, who alone can take over at nine, is on a panel at half past nine that somebody else can complete.
    with database.write() as db:
        li, chen = db.get_one(Expert, scene.li), make.expert(db, "Chen Wu 陈戊")
        make.expert(db, WANG, hours=[(1, 15 * 60 + 30, 19 * 60)])
        hospital = make.hospital(db, "Hospital of Rubavu", city="Rubavu")
        contact = make.liaison(db, hospital, "Contact in Rubavu")
        asked = make.request(db, hospital, liaison=contact, state=RequestState.MATCHED, windows_only=False)
        match = make.match(db, asked, starts_at=at(1, 9, 30), panel=[li, chen], room=make.room(db, "Third room"))
        other = approve(db, match, actor=ACTOR, now=NOW).id
        decline(db, scene.early)
        decline(db, other, "Chen Wu 陈戊")
    after = accept(database, mended(database))

    assert {row.state for row in after} == {PlannedState.APPROVED}
    with database.read() as db:
        assert panel(db, scene.early) == [LI]
        assert WANG in panel(db, other)


def test_who_can_come_after_all_stays(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
    number = mended(database)
    with database.write() as db:
        respond(db, place_of(db, sessions.by_id(db, scene.early), ZHANG), "ACCEPTED", now=NOW)
    [row] = accept(database, number)

    assert row.state is PlannedState.FAILED
    with database.read() as db:
        assert panel(db, scene.early) == [ZHANG]


def test_rooms_stay_as_planned_where_one_session_would_have_none(database: Database, scene: Scene) -> None:
    with database.write() as db:
        # From half past ten in Kigali.
        wang = str(make.expert(db, WANG, hours=[(1, 16 * 60 + 30, 19 * 60)]).person_id)
        decline(db, scene.early)
        decline(db, scene.late)
        number = actions.mend(db, seconds=20, actor=ACTOR, now=NOW).id
    with database.read() as db:
        problem = reading.problems(db, db.get_one(MatchPlan, number), now=NOW)[number]
    early, late = sorted(problem.tentative.values(), key=lambda each: each.start)
    stays = replace(late, panel=(str(scene.li),), room=early.room)
    moves = replace(early, panel=(wang,), start=at(1, 10, 30), room=late.room)
    elsewhere = Held(id="9", name=say("x"), start=at(1, 10), end=at(1, 11), hospital="9", room=early.room)

    # Each in its own room: the late one keeps its hour, and the other has the room that is left.
    freely = settled([stays, moves], problem, Purpose.MENDING)
    # Until eleven that one is taken, so that the late one must leave its own to the other.
    tightly = settled([stays, moves], replace(problem, held=(*problem.held, elsewhere)), Purpose.MENDING)

    assert [each.room for each in freely] == [late.room, early.room]
    assert tightly == [stays, moves]


def test_nobody_is_asked_at_shorter_notice_than_they_want_for_a_new_hour(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        db.get_one(Expert, scene.li).active = False
        db.exec(select(Expert).join(Person).where(Person.name == ZHANG)).one().notice_hours = 24 * 10
    [row] = accept(database, mended(database))

    assert row.change is Change.HOUR
    assert row.state is PlannedState.APPROVED
    assert row.starts_at is not None
    assert row.starts_at >= NOW + timedelta(days=10)


def hurry(db: Session, *names: str) -> None:
    """They want notice of ten days, which is more than is left."""
    for each in db.exec(select(Expert).join(Person).where(col(Person.name).in_(names))):
        each.notice_hours = 24 * 10


def by_itself(database: Database, number: int) -> list[str]:
    """Whom the search for this session alone finds for its hour."""
    with database.read() as db:
        asked = sessions.by_id(db, number).request_id
        problem = problem_of(db, db.get_one(SessionRequest, asked), now=NOW)
        found = repair.same_hour(problem, approved_matches(db, [asked])[asked])
    return [each.name for each in problem.experts if found and each.id in found.panel]


def test_who_takes_over_at_short_notice_is_found_together_as_for_one_session(database: Database, scene: Scene) -> None:
    with database.write() as db:
        hurry(db, LI)
        decline(db, scene.early)
    alone = by_itself(database, scene.early)
    number = mended(database)
    served = plan_of(database, number).served
    [row] = accept(database, number)

    assert (alone, served) == ([LI], 1)
    assert (row.change, row.state, row.starts_at) == (Change.PEOPLE, PlannedState.APPROVED, at(1, 9))
    assert f"{LI} usually wants longer notice: call before you send the letters." in told(row)
    with database.read() as db:
        assert panel(db, scene.early) == alone


def test_where_everybody_wants_longer_notice_no_session_is_said_to_be_past_saving(
    database: Database, scene: Scene
) -> None:
    with database.write() as db:
        hurry(db, LI)
        decline(db, scene.early)
        request = sessions.by_id(db, scene.early).request_id
        db.get_one(SessionRequest, request).windows_only = True
        [window] = db.exec(select(RequestWindow).where(RequestWindow.request_id == request))
        window.start_minute, window.end_minute = 9 * 60, 10 * 60
    [row] = accept(database, mended(database))

    assert (row.change, row.state) == (Change.PEOPLE, PlannedState.APPROVED)


def test_who_was_asked_in_time_comes_before_who_was_not(database: Database, scene: Scene) -> None:
    # Wang can take over one of the two sessions in time, so that Li is called for the other alone.
    with database.write() as db:
        make.expert(db, WANG, hours=LATE_IN_CHINA, specialties={"intensive-care": 1})
        hurry(db, LI)
        decline(db, scene.early)
        decline(db, scene.late)
    early, late = accept(database, mended(database))

    with database.read() as db:
        assert (panel(db, scene.early), panel(db, scene.late)) == ([LI], [WANG])
    assert ["usually wants" in told(each) for each in (early, late)] == [True, False]


def make_urgent(db: Session, number: int) -> None:
    db.get_one(SessionRequest, sessions.by_id(db, number).request_id).urgency = 3


def test_substitutes_at_short_notice_are_chosen_so_that_both_hours_can_stay(database: Database, scene: Scene) -> None:
    # Li gives one session a day and could take over either, Wang only the late one: that is the more urgent one, so
    # that whoever chose for it alone would take Li, who knows more.
    with database.write() as db:
        make.expert(db, WANG, hours=LATE_IN_CHINA, specialties={"intensive-care": 1})
        hurry(db, LI, WANG)
        make_urgent(db, scene.late)
        decline(db, scene.early)
        decline(db, scene.late)
    alone = by_itself(database, scene.late)
    after = accept(database, mended(database))

    assert alone == [LI]
    assert [(row.change, row.state) for row in after] == [(Change.PEOPLE, PlannedState.APPROVED)] * 2
    assert all("usually wants longer notice" in told(row) for row in after)
    with database.read() as db:
        assert (panel(db, scene.early), panel(db, scene.late)) == ([LI], [WANG])


def test_whoever_can_come_in_time_goes_where_nobody_could_at_short_notice(database: Database, scene: Scene) -> None:
    with database.write() as db:
        make.expert(db, WANG, hours=LATE_IN_CHINA, specialties={"intensive-care": 1})
        hurry(db, WANG)
        make_urgent(db, scene.late)
        decline(db, scene.early)
        decline(db, scene.late)
    early, late = accept(database, mended(database))

    with database.read() as db:
        assert (panel(db, scene.early), panel(db, scene.late)) == ([LI], [WANG])
    assert ["usually wants" in told(each) for each in (early, late)] == [False, True]


def test_what_asking_at_short_notice_costs_is_no_point_of_the_house_rules(database: Database, scene: Scene) -> None:
    with database.write() as db:
        hurry(db, LI)
        decline(db, scene.early)
    number = mended(database)

    with database.read() as db:
        [row] = rows(db, number)
    assert 0 < row.score < 2 * Weights().serve[1]


def test_of_what_one_session_is_kept_for_a_plan_gives_nothing_to_another(database: Database, scene: Scene) -> None:
    # Zhang comes at nine in spite of a day of leave; whoever else is looked for then, he is on leave.
    day = make.next_week(1)
    with database.write() as db:
        zhang = db.exec(select(Person.id).where(Person.name == ZHANG)).one()
        db.add(LeavePeriod(person_id=zhang, first_day=day, last_day=day))
    look_over(database, now=NOW)
    with database.write() as db:
        keep(db, sessions.by_id(db, scene.early), [f"leave person:{zhang}"], actor=ACTOR, now=NOW)
        lose(db, room="Kivu room")
    look_over(database, now=NOW)
    with database.read() as db:
        both = [(asked, hospital) for _, asked, hospital in sessions.broken(db, is_demo=False, now=NOW)]
        problem = problem_of_several(db, both, now=NOW, is_demo=False)
        early, late = (approved_matches(db, [asked.id])[asked.id] for asked, _ in both)

    def is_there(match: Match) -> bool:
        return experts_are_free(match, problem) is None

    assert is_there(early)
    assert not is_there(replace(late, start=early.start))
    assert not is_there(replace(early, start=late.start))


def test_whoever_can_come_is_kept_whatever_the_house_rules_are_worth(database: Database, scene: Scene) -> None:
    dear = HouseRules(weights=replace(Weights(), specialty=500, serve=dict.fromkeys((1, 2, 3), 500)))
    topics = ["intensive-care", "cardiology", "nephrology", "neurology"]
    with database.write() as db:
        ruling.use(db, write(db, dear, source="Ours", actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
        keep, gone = (make.expert(db, name, specialties=dict.fromkeys(topics, 1)) for name in ("Keep", "Gone"))
        for number in range(2):
            make.expert(db, f"Star {number}", specialties=dict.fromkeys(topics[2 * number : 2 * number + 2], 3))
        hospital = make.hospital(db, "Hospital of Rubavu", city="Rubavu")
        contact = make.liaison(db, hospital, "Contact in Rubavu")
        facts: dict[str, Any] = {"state": RequestState.MATCHED, "windows_only": False, "specialties": topics}
        asked = make.request(db, hospital, liaison=contact, **facts)
        match = make.match(db, asked, starts_at=at(2, 9), panel=[keep, gone], room=make.room(db, "Third room"))
        session = approve(db, match, actor=ACTOR, now=NOW).id
        decline(db, session, "Gone")
    accept(database, mended(database))

    with database.read() as db:
        assert "Keep" in panel(db, session)


def in_french(db: Session, starts_at: datetime, *interpreters: str) -> int:
    """The number of a session of half an hour in French, for which one interpreter is enough, by Wang."""
    hospital = make.hospital(db, "Hospital of Rubavu", city="Rubavu")
    contact = make.liaison(db, hospital, "Contact in Rubavu")
    facts: dict[str, Any] = {
        "state": RequestState.MATCHED,
        "windows_only": False,
        "languages": {"fr": 5},
        "minutes": 30,
    }
    asked = make.request(db, hospital, liaison=contact, **facts)
    room, wang = make.room(db, "Third room"), make.expert(db, WANG)
    team = [make.interpreter(db, name) for name in interpreters]
    match = make.match(db, asked, starts_at=starts_at, panel=[wang], room=room, interpreters=team)
    return approve(db, match, actor=ACTOR, now=NOW).id


def test_the_interpreter_stays_alone_as_was_agreed_though_the_house_wants_two_by_now(
    database: Database, scene: Scene
) -> None:
    with database.write() as db:
        session = in_french(db, at(2, 9), MEI)
        pairs = HouseRules(policy=Policy(team_sizes=((480, 2),)))
        ruling.use(db, write(db, pairs, source="Ours", actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
        decline(db, session, WANG)
    accept(database, mended(database))

    with database.read() as db:
        assert len(panel(db, session)) == 1
        assert WANG not in panel(db, session)
        assert panel(db, session, Role.INTERPRETER) == [MEI]


def test_where_one_is_enough_by_now_the_other_goes_on_alone_at_the_same_hour(database: Database, scene: Scene) -> None:
    with database.write() as db:
        session = in_french(db, at(2, 9), MEI, "Sun Example")
        decline(db, session, MEI)
    [row] = accept(database, mended(database))

    assert (row.change, row.starts_at) == (Change.PEOPLE, at(2, 9))
    with database.read() as db:
        assert panel(db, session, Role.INTERPRETER) == ["Sun Example"]


def test_where_everybody_comes_nothing_is_mended(database: Database, scene: Scene) -> None:
    with database.write() as db, pytest.raises(Refusal) as refusal:
        actions.mend(db, seconds=20, actor=ACTOR, now=NOW)

    assert "nothing to mend" in words("en").say(refusal.value.message)


def test_what_has_begun_is_not_mended_together(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        assert sessions.broken(db, is_demo=False, now=at(1, 9) - timedelta(minutes=1))
        assert not sessions.broken(db, is_demo=False, now=at(1, 9))
        assert not sessions.broken(db, is_demo=True, now=NOW)


def test_a_plan_that_mends_can_be_made_again(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
    number = mended(database)

    with database.read() as db:
        plan, problem = replaying.kept(db, number)
    *_, again = replaying.again(plan, problem)
    with database.read() as db:
        assert replaying.is_same(db, plan, problem, again)
    assert plan_of(database, number).purpose is Purpose.MENDING


def test_mending_leaves_no_trace_in_the_next_plan_of_the_queue(database: Database, scene: Scene) -> None:
    with database.write() as db:
        decline(db, scene.early)
        make.request(db, make.hospital(db, "Hospital of Rubavu"))
    mended(database)
    with database.write() as db:
        plan = actions.want(db, seconds=20, actor=ACTOR, now=NOW)
        assert queries.before(db, plan) is None


def lose(db: Session, *, expert: str = "", room: str = "") -> None:
    """An expert takes no part any more, or a room is out of use."""
    if expert:
        who = db.exec(select(Person.id).where(Person.name == expert)).one()
        db.get_one(Expert, who).active = False
    if room:
        db.exec(select(Room).where(Room.name == room)).one().active = False


def test_sessions_that_lost_an_expert_are_mended_together_without_anybodys_answer(
    database: Database, scene: Scene
) -> None:
    with database.write() as db:
        make.expert(db, WANG, hours=LATE_IN_CHINA)
        lose(db, expert=ZHANG)
    look_over(database, now=NOW)
    after = accept(database, mended(database))

    assert [(row.change, row.state) for row in after] == [(Change.PEOPLE, PlannedState.APPROVED)] * 2
    with database.read() as db:
        assert (panel(db, scene.early), panel(db, scene.late)) == ([LI], [WANG])
        assert sessions.broken(db, is_demo=False, now=NOW) == []


def test_a_lost_room_is_exchanged_in_the_plan_beside_somebody_who_declined(database: Database, scene: Scene) -> None:
    with database.write() as db:
        make.room(db, "Nile room")
        lose(db, room="Kivu room")
        decline(db, scene.late)
        before = len(letters(db, sessions.by_id(db, scene.early)))
    look_over(database, now=NOW)
    after = accept(database, mended(database))

    assert [(row.change, row.state) for row in after] == [
        (Change.ROOM, PlannedState.APPROVED),
        (Change.PEOPLE, PlannedState.APPROVED),
    ]
    assert told(after[0]) == "Kivu room is not in use any more."
    with database.read() as db:
        early = sessions.by_id(db, scene.early)
        assert (early.starts_at, panel(db, scene.early)) == (at(1, 9), [ZHANG])
        assert db.get_one(Room, early.room_id).name != "Kivu room"
        # Nobody has read the hold yet, so it is written anew.
        assert [kind for _, kind, *_ in letters(db, early)] == ["hold"] * before


def test_a_room_that_is_in_use_again_is_not_exchanged_any_more(database: Database, scene: Scene) -> None:
    with database.write() as db:
        lose(db, room="Kivu room")
    look_over(database, now=NOW)
    number = mended(database)
    with database.write() as db:
        db.exec(select(Room).where(Room.name == "Kivu room")).one().active = True
    look_over(database, now=NOW)

    [row] = accept(database, number)

    assert row.state is PlannedState.FAILED
    assert row.error is not None
    assert "stays as it is" in words("en").say(from_json(row.error))
