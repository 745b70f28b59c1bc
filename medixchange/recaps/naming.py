"""Keeps a recap naming those who were there, as far as is known by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session

from medixchange.recaps import queries
from medixchange.recaps.printing import print_again
from medixchange.recaps.shelving import shelve_again
from medixchange.sessions import queries as sessions
from medixchange.sessions import roll, teams
from medixchange.sessions.models import SharingSession


@contextmanager
def recap_kept_true(db: Session, session: SharingSession, *, public_url: str, now: datetime) -> Iterator[None]:
    """What is done inside may change who took part in ``session``: its recap is then printed again, and put where it
    stands by now. The session is locked, so that nobody else changes it between the two looks."""
    sessions.by_id(db, session.id, for_change=True)
    before = _named(db, session)
    yield
    if _named(db, session) != before:
        print_again(db, session.id, public_url=public_url, now=now)
        shelve_again(db, session.id)


def _named(db: Session, session: SharingSession) -> tuple[list[int], list[int]]:
    """The numbers of the hospitals and of the people whom a recap names; none before there is one."""
    if queries.of_session(db, session.id) is None:
        return [], []
    hospitals, places = teams.took_part(db, session), roll.took_part(sessions.attendances(db, session.id))
    return [hospital.id for _, hospital in hospitals], [person.id for _, person in places]
