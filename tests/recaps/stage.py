"""A session that was held, and its recap in several languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.matching.models import ProposedMatch
from medixchange.people.models import Person
from medixchange.recaps import actions, queries
from medixchange.recaps.draft import RecapDraft
from medixchange.recaps.models import Recap, RecapVersion, Visibility
from medixchange.sessions import actions as sessions
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, NOW, Stage

PUBLIC_URL = "https://exchange.example.org"
ENGLISH = """## Key points

1. Begin prone position **before** high flow runs out.
2. Give 1–6 L/min while SpO₂ < 92 %.

## Commitments

- Li Si, by 2026-12-24: send the protocol
"""
ARABIC = """## النقاط الرئيسية

1. ابدأ وضعية الانبطاح **قبل** نفاد الأكسجين.
2. أعطِ 1–6 L/min عندما SpO₂ < 92 %.
"""
CHINESE = """## 要点

1. 在高流量氧疗耗尽**之前**开始俯卧位。
2. SpO₂ < 92 % 时给氧 1–6 L/min。
"""


def hold(db: Session, stage: Stage) -> SharingSession:
    """The session of Tuesday, after it was held."""
    session = sessions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
    session.state = SessionState.HELD
    db.add(session)
    db.flush()
    return session


def begin(
    db: Session, session: SharingSession, language: str = "en", *, source: str = "", by: Person | None = None
) -> RecapVersion:
    """A language of the recap, begun by ``by`` or somebody new."""
    who = by or make.organizer(db)
    return actions.begin(db, session, language, source=source, person_id=who.id, actor=f"person:{who.id}", now=NOW)


def write(db: Session, version: RecapVersion, text: str, *, by: Person | None = None, **facts: Any) -> None:
    """Save ``text`` as the next revision; ``number``, ``title``, ``agrees`` and ``source_number`` may be given."""
    who = by or make.organizer(db)
    latest = queries.revision(db, version, version.number)
    given = {"title": latest.title, "text": text, "number": version.number, **facts}
    draft = RecapDraft(**given)
    actions.save(db, version, draft, public_url=PUBLIC_URL, person_id=who.id, actor=f"person:{who.id}", now=NOW)


def check(db: Session, version: RecapVersion, *, by: Person | None = None, now: datetime = NOW) -> None:
    """Check the latest revision."""
    who = by or make.organizer(db, "Wang Lei")
    actions.check(db, version, number=version.number, person_id=who.id, actor=f"person:{who.id}", now=now)


def publish(db: Session, recap: Recap, *, visibility: Visibility = Visibility.PUBLIC, now: datetime = NOW) -> list[str]:
    """Publish what was checked, and say which languages that are."""
    seen = {each.language: each.number for each in actions.ready(db, recap)}
    new = actions.publish(db, recap, seen=seen, visibility=visibility, public_url=PUBLIC_URL, actor=ACTOR, now=now)
    return [each.language for each in new]


def published(
    db: Session, stage: Stage, *, session: SharingSession | None = None, visibility: Visibility = Visibility.PUBLIC
) -> Recap:
    """A recap in English, Arabic and Chinese that is published, of ``session`` or of that of Tuesday."""
    session = session or hold(db, stage)
    for language, text in {"en": ENGLISH, "ar": ARABIC, "zh-Hans": CHINESE}.items():
        version = begin(db, session, language)
        write(db, version, text)
        check(db, version)
    recap = queries.by_id(db, version.recap_id)
    publish(db, recap, visibility=visibility)
    return recap
