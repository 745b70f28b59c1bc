"""Reads recaps, their languages and their revisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, or_, select

from medixchange.documents.markdown import parse
from medixchange.documents.tongues import NAMES
from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.recaps.commitments import Commitment, commitments
from medixchange.recaps.models import Recap, RecapPdf, RecapRevision, RecapVersion
from medixchange.sessions import queries as sessions
from medixchange.sessions.models import Attendance, SessionAttendee, SharingSession


@dataclass(frozen=True)
class Saved:
    """One line of the list of revisions."""

    number: int
    title: str
    author: Person
    at: datetime


def by_id(db: Session, recap_id: int, *, for_change: bool = False) -> Recap:
    """The recap with this number; ``for_change`` locks it until the transaction ends. Raises NotFound."""
    found = db.get(Recap, recap_id, with_for_update=True if for_change else None)
    if found is None:
        raise NotFound(say("There is no such recap."))
    return found


def by_slug(db: Session, slug: str) -> Recap | None:
    """The published recap at this address."""
    found = db.exec(select(Recap).where(Recap.slug == slug)).one_or_none()
    return found if found is not None and found.published_at is not None else None


def of_session(db: Session, session_id: int) -> Recap | None:
    """The recap of a session, None before somebody began it."""
    return db.exec(select(Recap).where(Recap.session_id == session_id)).one_or_none()


def of_person(db: Session, person_id: int, *, most: int) -> list[tuple[Recap, SharingSession]]:
    """The published recaps of sessions to which somebody was invited or which they attended, the latest first; at most
    ``most``."""
    query = (
        select(Recap, SharingSession)
        .join(SharingSession, col(SharingSession.id) == col(Recap.session_id))
        .where(
            _was_there(col(SharingSession.id), person_id),
            col(Recap.published_at).is_not(None),
            col(Recap.withdrawn_at).is_(None),
        )
        .order_by(col(SharingSession.starts_at).desc(), col(Recap.id))
        .limit(most)
    )
    return list(db.exec(query))


def titles(db: Session, recap_ids: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """The titles that readers see of each of the recaps, by language."""
    query = (
        select(RecapVersion.recap_id, RecapVersion.language, RecapRevision.title)
        .join(RecapRevision, col(RecapRevision.version_id) == col(RecapVersion.id))
        .where(col(RecapVersion.recap_id).in_(recap_ids), col(RecapRevision.number) == col(RecapVersion.published))
    )
    found: dict[int, dict[str, str]] = {recap_id: {} for recap_id in recap_ids}
    for recap_id, language, title in db.exec(query):
        found[recap_id][language] = title
    return found


def versions(db: Session, recap: Recap) -> list[RecapVersion]:
    """The languages of a recap, the original first, then in the order of the menu."""
    order = {language: number for number, language in enumerate(NAMES)}
    found = db.exec(select(RecapVersion).where(RecapVersion.recap_id == recap.id))
    return sorted(found, key=lambda each: (each.language != recap.original, order.get(each.language, len(order))))


def hold_versions(db: Session, recap: Recap) -> None:
    """Nobody saves or checks a language of this recap until the transaction ends, and what was saved before is seen."""
    mine = select(RecapVersion).where(RecapVersion.recap_id == recap.id).order_by(col(RecapVersion.id))
    db.exec(mine.with_for_update().execution_options(populate_existing=True)).all()


def version(db: Session, recap_id: int, language: str, *, for_change: bool = False) -> RecapVersion:
    """One language of a recap; ``for_change`` locks it until the transaction ends. Raises NotFound."""
    query = select(RecapVersion).where(RecapVersion.recap_id == recap_id, RecapVersion.language == language)
    found = db.exec(query.with_for_update() if for_change else query).one_or_none()
    if found is None:
        raise NotFound(say("Nobody has begun this recap in this language."))
    return found


def revision(db: Session, of: RecapVersion, number: int) -> RecapRevision:
    """The revision of a language with this number. Raises NotFound."""
    query = select(RecapRevision).where(RecapRevision.version_id == of.id, RecapRevision.number == number)
    found = db.exec(query).one_or_none()
    if found is None:
        raise NotFound(say("There is no such revision."))
    return found


def saved(db: Session, of: RecapVersion) -> list[Saved]:
    """Every time somebody saved this language, the latest first."""
    query = (
        select(RecapRevision.number, RecapRevision.title, RecapRevision.at, Person)
        .join(Person, col(Person.id) == col(RecapRevision.author_id))
        .where(RecapRevision.version_id == of.id)
        .order_by(col(RecapRevision.number).desc())
    )
    return [Saved(number, title, author, at) for number, title, at, author in db.exec(query)]


def promised(db: Session, recap: Recap) -> list[Commitment]:
    """What was promised, by the latest revision of the original."""
    original = version(db, recap.id, recap.original)
    return commitments(parse(revision(db, original, original.number).text), original.language)


def source_of(of: RecapVersion, among: Collection[RecapVersion]) -> RecapVersion | None:
    """The language that ``of`` was translated from."""
    return next((each for each in among if each.language == of.source), None)


def is_stale(of: RecapVersion, among: Collection[RecapVersion]) -> bool:
    """Whether the text that ``of`` was translated from has been changed since."""
    source = source_of(of, among)
    return source is not None and source.number > of.source_number


def is_behind(db: Session, source: RecapVersion | None, made_from: int) -> bool:
    """Whether what readers see of ``source`` says something else than its revision ``made_from``, the one that a
    translation was made from."""
    if source is None or source.published is None or made_from >= source.published:
        return False
    return revision(db, source, made_from).words != revision(db, source, source.published).words


def corrected_at(db: Session, of: RecapVersion, shown_at: datetime) -> datetime | None:
    """When the words that readers see of ``of`` came in the place of others; None where they have seen no others.

    ``shown_at`` is when the revision appeared that they see; one with the same words may have been there before.
    """
    shown = revision(db, of, of.published or 0).words
    earlier = (
        select(RecapRevision, RecapPdf.made_at)
        .join(RecapPdf, col(RecapPdf.revision_id) == col(RecapRevision.id))
        .where(RecapRevision.version_id == of.id, RecapRevision.number < (of.published or 0))
        .order_by(col(RecapRevision.number).desc())
    )
    for each, made_at in db.exec(earlier):
        if each.words != shown:
            return shown_at
        shown_at = made_at
    return None


def printed_at(db: Session, revision_id: int) -> datetime:
    """When the PDF of a published revision was made; the PDF itself is not read."""
    return db.exec(select(RecapPdf.made_at).where(RecapPdf.revision_id == revision_id)).one()


def pdf_size(db: Session, revision_id: int) -> int:
    """How many bytes the PDF of a published revision has, 0 where there is none; the PDF itself is not read."""
    size = select(func.length(RecapPdf.content)).where(RecapPdf.revision_id == revision_id)
    return db.exec(size).first() or 0


def pdf_of(db: Session, revision_id: int) -> bytes | None:
    """The PDF of a published revision."""
    found = db.get(RecapPdf, revision_id)
    return found.content if found else None


def names(db: Session, ids: Collection[int | None]) -> Mapping[int, str]:
    """The names of people by their numbers."""
    found = people.persons(db, {each for each in ids if each is not None})
    return {number: person.name for number, person in found.items()}


def was_there(db: Session, recap: Recap, person_id: int) -> bool:
    """Whether somebody had a place in the session, also one that was taken back unless their hospital has left, or
    signed in to it."""
    query = select(SharingSession.id).where(SharingSession.id == recap.session_id)
    return db.exec(query.where(_was_there(col(SharingSession.id), person_id))).first() is not None


def _was_there(session_id: Any, person_id: int) -> ColumnElement[bool]:
    invited = exists().where(
        col(Attendance.session_id) == session_id,
        col(Attendance.person_id) == person_id,
        sessions.takes_part(col(Attendance.joined_id), session_id),
    )
    attended = exists().where(
        col(SessionAttendee.session_id) == session_id,
        col(SessionAttendee.person_id) == person_id,
        col(SessionAttendee.removed_at).is_(None),
    )
    return or_(invited, attended)
