"""Sessions that stand as clicking cannot bring about: over, lapsed, not held, without an expert or a recap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Attendance, Role, SharingSession

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
OVER = {"starts_at": BEGAN, "ends_at": BEGAN + timedelta(hours=1)}
STANDINGS: Mapping[str, Mapping[str, Any]] = {
    "held": {"state": SessionState.HELD},
    "without a recap": {"state": SessionState.UNWRITTEN, "reason": "Nobody took notes.", "reason_language": "en"},
    "lapsed": {"state": SessionState.TENTATIVE, **OVER},
    "not held": {"state": SessionState.NOT_HELD, "reason": "The line broke.", "reason_language": "en", **OVER},
    "without an expert": {"state": SessionState.CONFIRMED},
}


@contextmanager
def standing(database: Database, topic: str, name: str) -> Iterator[None]:
    """The session about ``topic`` stands so while the block runs, and as before after it."""
    facts = STANDINGS[name]
    answer = "DECLINED" if name == "without an expert" else "ACCEPTED"
    with database.write() as db:
        session = _about(db, topic)
        before = session.model_dump(include=set(facts))
        session.sqlmodel_update(dict(facts))
        answers = _answer(db, session, dict.fromkeys(_experts(db, session), answer))
    try:
        yield
    finally:
        with database.write() as db:
            session = _about(db, topic)
            session.sqlmodel_update(before)
            _answer(db, session, answers)


def _about(db: Session, topic: str) -> SharingSession:
    return db.exec(select(SharingSession).where(SharingSession.topic == topic)).one()


def _experts(db: Session, session: SharingSession) -> list[int]:
    places = select(Attendance.id).where(Attendance.session_id == session.id, Attendance.role == Role.EXPERT)
    return list(db.exec(places))


def _answer(db: Session, session: SharingSession, answers: Mapping[int, str]) -> dict[int, str]:
    """Give the places these answers; what they were before."""
    before = {}
    for number, answer in answers.items():
        place = db.get_one(Attendance, number)
        before[number], place.partstat = place.partstat, answer
        db.add(place)
    db.add(session)
    return before
