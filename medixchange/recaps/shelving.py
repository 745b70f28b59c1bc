"""Keeps the shelf as the recaps are: what everybody may read stands there, and nothing else."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlmodel import Session

from medixchange.library import actions as library
from medixchange.library.actions import Edition, Shelved
from medixchange.recaps import queries
from medixchange.recaps.models import Recap, RecapVersion, Visibility
from medixchange.recaps.reading import as_read
from medixchange.recaps.summary import summary_of
from medixchange.sessions import teams
from medixchange.sessions.models import SharingSession


def shelve(db: Session, recap: Recap) -> None:
    """Put ``recap`` on the shelf as it is published now, or take it off where not everybody may read it."""
    editions = [_edition(db, each) for each in queries.versions(db, recap) if each.published]
    is_open = recap.visibility is Visibility.PUBLIC and recap.withdrawn_at is None
    if recap.published_at is None or not is_open or not editions:
        library.remove(db, recap.slug)
        return
    session = db.get_one(SharingSession, recap.session_id)
    asking = teams.took_part(db, session)
    request, hospital = asking[0]
    library.put(
        db,
        Shelved(
            slug=recap.slug,
            urn=urn_of(session.uid),
            hospital_ids=[each.id for _, each in asking],
            references=[recap.slug, *(each.reference for each, _ in asking[1:])],
            held_on=session.starts_at.astimezone(ZoneInfo(hospital.zone)).date(),
            published_at=recap.published_at,
            topics=request.specialties,
            editions=editions,
        ),
    )


def shelve_again(db: Session, session_id: int) -> None:
    """Put the recap of a session where it stands by now, since whose teams were there has changed."""
    recap = queries.of_session(db, session_id)
    if recap is not None:
        shelve(db, recap)


def urn_of(uid: str) -> str:
    """What feeds know the recap of the session ``uid`` by, also after it was withdrawn and published again."""
    return uuid5(NAMESPACE_URL, f"medixchange:recap:{uid}").urn


def _edition(db: Session, version: RecapVersion) -> Edition:
    assert version.published is not None
    revision = queries.revision(db, version, version.published)
    summary = summary_of(as_read(revision.text, version.language), version.language)
    # The paper is made when these words are published.
    return Edition(version.language, revision.title, summary, queries.printed_at(db, revision.id))
