"""Keeps what a recap says of the hospitals whose teams were there as it is by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session

from medixchange.recaps import queries
from medixchange.recaps.printing import print_again
from medixchange.recaps.shelving import shelve_again
from medixchange.sessions import teams
from medixchange.sessions.models import SharingSession


@contextmanager
def recap_kept_true(db: Session, session: SharingSession, *, public_url: str, now: datetime) -> Iterator[None]:
    """What is done inside may change which hospitals took part in ``session``: its recap is then printed again, and put
    where it stands by now."""
    before = _there(db, session)
    yield
    if _there(db, session) != before:
        print_again(db, session.id, public_url=public_url, now=now)
        shelve_again(db, session.id)


def _there(db: Session, session: SharingSession) -> list[int]:
    """The numbers of the hospitals that a recap names; none before there is one."""
    is_written = queries.of_session(db, session.id) is not None
    return [hospital.id for _, hospital in teams.took_part(db, session)] if is_written else []
