"""A series of weekly ward rounds, and what was proposed or approved for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from medixchange.intake import actions as intake
from medixchange.intake.following import follow
from medixchange.intake.models import RequestSeries, SessionRequest
from medixchange.matching import queries, together
from medixchange.matching.facts import problem_of
from medixchange.people.models import Expert, Hospital, Room
from medixchange.sessions.actions import approve
from medixchange.times.zones import resolve
from tests import make

NOW, ACTOR = make.NOW, "person:1"


class Stage:
    """Three experts and a room, and a series of ward rounds on Tuesday from nine to twelve."""

    def __init__(self, db: Session, hospital: Hospital, **facts: Any) -> None:
        self.zone = hospital.zone
        self.experts: list[Expert] = [make.expert(db, f"Expert {number}", max_week=5) for number in (1, 2, 3)]
        self.room: Room = make.room(db)
        self.weeks = facts.pop("weeks", 1)
        series = RequestSeries(hospital_id=hospital.id, weeks=self.weeks, times=facts.pop("times", 4))
        db.add(series)
        db.flush()
        first = make.request(db, hospital, series_id=series.id, series_place=1, **facts)
        self.requests = [first, *follow(db, first, now=NOW)]

    def at(self, place: int, hour: int, minute: int = 0) -> datetime:
        """An hour of the Tuesday of a request on the hospital's clock."""
        return resolve(self.day(place), hour * 60 + minute, self.zone)

    def day(self, place: int) -> date:
        """The Tuesday of a request."""
        return make.next_week(1) + timedelta(weeks=(place - 1) * self.weeks)

    def propose(self, db: Session, place: int, hour: int, expert: int) -> int:
        """The number of a proposal for a request, by one expert, which is the best."""
        request = self.requests[place - 1]
        starts_at = self.at(place, hour)
        made = make.match(db, request, starts_at=starts_at, panel=[self.experts[expert - 1]], room=self.room)
        intake.match(db, request, now=NOW)
        return made.id

    def stand(self, db: Session, place: int, hour: int, expert: int) -> int:
        """The same as a session."""
        return approve(db, queries.by_id(db, self.propose(db, place, hour, expert)), actor=ACTOR, now=NOW).id

    def join(self, db: Session, place: int, **facts: Any) -> SessionRequest:
        """The request of another hospital that one of the series has joined, which waits for a decision."""
        window = (self.day(place), 9 * 60, 12 * 60)
        leads = make.request(db, make.hospital(db, "Clinic"), windows=[window], **facts)
        together.join(db, leads, self.requests[place - 1], actor=ACTOR, now=NOW)
        intake.match(db, leads, now=NOW)
        return leads

    def goes_by(self, db: Session, place: int) -> tuple[datetime, list[int]] | None:
        """What a request goes by: the hour, and which experts."""
        request = db.merge(self.requests[place - 1])
        found = problem_of(db, request, now=NOW).tentative.get(str(request.id))
        numbers = [each.person_id for each in self.experts]
        return (found.start, [numbers.index(int(who)) + 1 for who in found.panel]) if found else None
