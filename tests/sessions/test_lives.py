"""Whatever is done to a session: one UID, a rising SEQUENCE, claims and letters that tell the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import by_person
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import WAITING
from medixchange.people.actions import change_address
from medixchange.people.models import Person
from medixchange.sessions import queries, reminders
from medixchange.sessions.actions import AfterMissing, approve, cancel, close, confirm, miss, reschedule, substitute
from medixchange.sessions.answers import Answer, respond
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.occasions import status_of
from medixchange.sessions.recapped import forgo
from medixchange.sessions.roll import open_session
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, at, claimed, feeds, loaded, set_up, slots_of
from tests.thoroughness import examples

CERTAIN = {"confirmed", "hold"}
LAST = {
    SessionState.TENTATIVE: {"hold", "moved"},
    SessionState.CONFIRMED: CERTAIN,
    SessionState.OPEN: CERTAIN,
    SessionState.HELD: CERTAIN,
    SessionState.UNWRITTEN: CERTAIN,
}
"""The last letter that somebody may have; a substitute has a hold of a session that is certain."""
STANDING = ALIVE | {SessionState.HELD, SessionState.UNWRITTEN}
"""States in which calendars show a session, and people have given it their time."""
FATES: tuple[dict[str, Any], ...] = (
    {"state": DeliveryState.SENT},
    {"state": DeliveryState.SENDING, "lease": "a drain", "lease_until": NOW},
    {"state": DeliveryState.FAILED, "attempt": 1, "last_error": "ConnectionRefusedError"},
    {"state": DeliveryState.FAILED, "attempt": 1, "last_error": "421 come back later", "in_doubt": True},
    {"state": DeliveryState.GIVEN_UP, "attempt": 12, "last_error": "550 no such mailbox"},
)


class Lives(RuleBasedStateMachine):
    """Organizers, invited people and the mail server, each doing what they like."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.db = Session(database.engine)
        self.stage = set_up(self.db)
        self.uids: dict[int, str] = {}
        self.sequences: dict[int, int] = {}
        self.quiet: set[tuple[int, int]] = set()
        self.unconfirmed: set[int] = set()

    def teardown(self) -> None:
        self.db.rollback()
        self.db.close()

    @property
    def session(self) -> SharingSession | None:
        return queries.of_request(self.db, self.stage.request.id)

    @property
    def latest(self) -> SharingSession:
        assert self.session is not None
        return self.session

    @property
    def is_alive(self) -> bool:
        return self.session is not None and self.session.state in ALIVE

    @property
    def stands(self) -> bool:
        return self.session is not None and self.session.state in STANDING

    def try_to(self, act: Callable[[], object]) -> bool:
        """Do it, and say whether it was allowed; a refusal leaves everything as it was."""
        before = self.picture()
        try:
            act()
        except Refusal:
            assert self.picture() == before
            return False
        return True

    def picture(self) -> object:
        self.db.flush()
        sessions = self.db.exec(select(SharingSession).order_by(col(SharingSession.id))).all()
        places = self.db.exec(select(Attendance).order_by(col(Attendance.id))).all()
        letters = self.db.exec(select(Delivery.key, Delivery.state).order_by(col(Delivery.id))).all()
        rows = [[row.model_dump() for row in (*sessions, *places)], letters]
        return [*rows, claimed(self.db), loaded(self.db), [feeds(self.db, session) for session in sessions]]

    def proposal(self, number: int) -> ProposedMatch:
        """A proposal that a search has just found."""
        stage = self.stage
        starts_at, expert = [(at(1, 9), stage.zhang), (at(2, 10), stage.zhang), (at(1, 9), stage.li)][number]
        return make.match(
            self.db, stage.request, starts_at=starts_at, panel=[expert], interpreters=[stage.mei], room=stage.room
        )

    @precondition(lambda self: not self.stands)
    @rule(number=st.integers(0, 2))
    def approve(self, number: int) -> None:
        self.stage.request.state = RequestState.MATCHED
        match = self.proposal(number)
        self.try_to(lambda: approve(self.db, match, actor=by_person(self.stage.liaison.id), now=NOW))

    @precondition(lambda self: self.session is not None)
    @rule()
    def confirm(self) -> None:
        if self.try_to(lambda: confirm(self.db, self.latest, actor=ACTOR, now=NOW)):
            self.has_changed()

    @precondition(lambda self: self.session is not None)
    @rule(day=st.integers(1, 3), hour=st.integers(8, 10))
    def move(self, day: int, hour: int) -> None:
        if self.try_to(lambda: reschedule(self.db, self.latest, starts_at=at(day, hour), actor=ACTOR, now=NOW)):
            self.has_changed()

    @precondition(lambda self: self.session is not None)
    @rule(number=st.integers(0, 2))
    def move_to_a_proposal(self, number: int) -> None:
        match = self.proposal(number)
        if self.try_to(lambda: reschedule(self.db, self.latest, match=match, actor=ACTOR, now=NOW)):
            self.has_changed()

    @precondition(lambda self: self.session is not None)
    @rule(number=st.integers(0, 2))
    def substitute(self, number: int) -> None:
        match = self.proposal(number)
        if self.try_to(lambda: substitute(self.db, self.latest, match, actor=ACTOR, now=NOW)):
            self.has_changed()
            self.quiet.add((self.latest.id, self.latest.sequence))

    @precondition(lambda self: self.is_alive)
    @rule()
    def cancel(self) -> None:
        is_running = self.latest.state is SessionState.OPEN
        is_off = self.try_to(lambda: cancel(self.db, self.latest, reason="Power cut", actor=ACTOR, now=NOW))
        assert is_off is not is_running
        if is_off:
            self.has_changed()

    @precondition(lambda self: self.session is not None)
    @rule()
    def open(self) -> None:
        self.try_to(lambda: open_session(self.db, self.latest, actor=ACTOR, now=self.latest.starts_at))

    @precondition(lambda self: self.session is not None)
    @rule()
    def close(self) -> None:
        is_tentative = self.latest.state is SessionState.TENTATIVE
        if self.try_to(lambda: close(self.db, self.latest, actor=ACTOR, now=self.latest.ends_at)) and is_tentative:
            self.has_changed()
            self.quiet.add((self.latest.id, self.latest.sequence))
            self.unconfirmed.add(self.latest.id)

    @precondition(lambda self: self.session is not None)
    @rule()
    def forgo(self) -> None:
        self.try_to(lambda: forgo(self.db, self.latest, reason="Nobody noted it", actor=ACTOR, now=self.latest.ends_at))

    @precondition(lambda self: self.session is not None)
    @rule(is_over=st.booleans(), afterwards=st.sampled_from(["submitted", "done"]))
    def miss(self, is_over: bool, afterwards: AfterMissing) -> None:
        at = self.latest.ends_at if is_over else self.latest.starts_at
        said = {"reason": "No line", "to_hospital": "Sorry"}
        if self.try_to(lambda: miss(self.db, self.latest, actor=ACTOR, now=at, afterwards=afterwards, **said)):
            self.has_changed()

    @precondition(lambda self: self.session is not None)
    @rule(
        who=st.integers(0, 5),
        answer=st.sampled_from(["ACCEPTED", "ACCEPTED", "ACCEPTED", "DECLINED", "TENTATIVE"]),
        late=st.sampled_from([0, 0, 0, 1]),
    )
    def respond(self, who: int, answer: Answer, late: int) -> None:
        places = self.db.exec(select(Attendance).order_by(col(Attendance.id).desc())).all()
        place = places[who % len(places)]
        session = queries.by_id(self.db, place.session_id)
        was = session.state

        def answering() -> None:
            respond(self.db, place, answer, sequence=session.sequence - late, now=NOW)

        if self.try_to(answering):
            assert place.partstat == answer
            if session.state is not was:
                self.has_changed()

    @rule(number=st.integers(0, 20), fate=st.sampled_from(FATES))
    def mail(self, number: int, fate: dict[str, Any]) -> None:
        waiting = select(Delivery).where(Delivery.state == DeliveryState.QUEUED).order_by(col(Delivery.id))
        queued = self.db.exec(waiting).all()
        if queued:
            queued[number % len(queued)].sqlmodel_update(fate)
            self.db.flush()

    @rule(who=st.sampled_from([ZHANG, MEI, ALINE]), number=st.integers(0, 2))
    def change_address(self, who: str, number: int) -> None:
        person = self.db.exec(select(Person).where(Person.name == who)).one()
        change_address(self.db, person, f"{who[:3].lower()}-{number}@example.org", actor=ACTOR, now=NOW)

    @rule()
    def mail_all(self) -> None:
        for delivery in self.db.exec(select(Delivery).where(Delivery.state == DeliveryState.QUEUED)):
            delivery.state = DeliveryState.SENT
        self.db.flush()

    def has_changed(self) -> None:
        """The sequence must rise by exactly one with what was just done."""
        self.sequences[self.latest.id] += 1

    @invariant()
    def the_uid_stays_and_the_sequence_rises_with_each_change(self) -> None:
        for session in self.db.exec(select(SharingSession)):
            assert self.uids.setdefault(session.id, session.uid) == session.uid
            assert self.sequences.setdefault(session.id, 0) == session.sequence

    @invariant()
    def claims_and_load_are_those_of_the_living_session(self) -> None:
        expected: dict[str, set[tuple[str, int]]] = {}
        busy = set()
        session = self.session
        if session is not None and self.stands:
            people = [
                place
                for place, _ in queries.attendances(self.db, session.id)
                if place.role is not Role.LIAISON and place.partstat != "DECLINED"
            ]
            names = [f"person:{place.person_id}" for place in people]
            taken = slots_of(session, *names, f"room:{session.room_id}", f"hospital:{session.hospital_id}")
            expected = {session.uid: taken}
            busy = {(place.person_id, session.uid, session.starts_at, session.ends_at) for place in people}
        assert claimed(self.db) == expected
        assert loaded(self.db) == busy

    @invariant()
    def the_approved_match_has_the_hour_and_the_people_of_the_session(self) -> None:
        approved = self.db.exec(select(ProposedMatch).where(ProposedMatch.state == MatchState.APPROVED)).all()
        session = self.session if self.stands else None
        assert [(match.id, match.starts_at, match.room_id) for match in approved] == (
            [(session.match_id, session.starts_at, session.room_id)] if session else []
        )

    @invariant()
    def whoever_is_needed_has_not_accepted_while_it_is_tentative(self) -> None:
        session = self.session
        if session is not None and session.state is SessionState.TENTATIVE:
            places = [place for place, _ in queries.attendances(self.db, session.id)]
            assert {place.partstat for place in places} != {"ACCEPTED"}

    @invariant()
    def the_last_letter_and_the_feed_tell_everybody_the_truth(self) -> None:
        rows = self.db.exec(
            select(SharingSession, Attendance, Person)
            .join(Attendance, col(Attendance.session_id) == col(SharingSession.id))
            .join(Person, col(Person.id) == col(Attendance.person_id))
        ).all()
        shown = {session.id: feeds(self.db, session) for session in {each.id: each for each, _, _ in rows}.values()}
        for session, place, person in rows:
            belongs = session.state in STANDING and place.removed_at is None
            status, sequence, hour = shown[session.id][person.name]
            told = self.last_told(session, person)
            if belongs:
                assert (status, sequence, hour) == (status_of(session.state), session.sequence, session.starts_at)
                assert told is not None
                assert told != "not-held"
                # What nobody had confirmed is certain once it was held, and only subscribed calendars are told.
                was = SessionState.TENTATIVE if session.id in self.unconfirmed else session.state
                assert told[0] in LAST[was]
                assert (told[1], *told[3:]) in {("REQUEST", status, hour), ("REQUEST", status_of(was), hour)}
                assert told[2] in self.known(session)
            else:
                assert (status, sequence) == ("CANCELLED", place.sequence if place.removed_at else session.sequence)
                # Its SEQUENCE may be an earlier one: who was asked again and let go again before any letter went.
                assert told is None or told == "not-held" or (told[1], told[3]) == ("CANCEL", "CANCELLED")

    def known(self, session: SharingSession) -> list[int]:
        """The SEQUENCEs of which somebody who comes may have heard last: who stays hears nothing of substitutes."""
        known = [session.sequence]
        while (session.id, known[-1]) in self.quiet:
            known.append(known[-1] - 1)
        return known

    def last_told(
        self, session: SharingSession, person: Person
    ) -> tuple[str, str, int, str, datetime] | Literal["not-held"] | None:
        """The last letter that somebody has, may have or will have: kind, METHOD, SEQUENCE, STATUS, hour; its kind
        alone where it has no calendar, as there was no time to give back."""
        query = (
            select(Delivery)
            .where(Delivery.subject == f"session:{session.id}", Delivery.reader_id == person.id)
            .where(col(Delivery.kind).not_in(reminders.REMINDER_KINDS))
            .order_by(col(Delivery.id))
        )
        mine = self.db.exec(query).all()
        for delivery in mine:
            self.db.refresh(delivery)
            assert delivery.recipient == person.email or delivery.state not in WAITING
        has = [each for each in mine if each.state is not DeliveryState.SUPERSEDED or each.lease or each.in_doubt]
        if not has:
            return None
        letter = Letter.from_json(has[-1].payload)
        if letter.kind == "not-held" and letter.calendar is None:
            return "not-held"
        assert letter.calendar is not None
        meeting = letter.calendar.meeting
        return letter.kind, letter.calendar.method, meeting.sequence, meeting.status, meeting.starts_at


@pytest.mark.hypothesis
def test_any_life_of_a_session_tells_everybody_the_truth(database: Database) -> None:
    class LivesHere(Lives):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(LivesHere, settings=settings(examples(10), stateful_step_count=16))
