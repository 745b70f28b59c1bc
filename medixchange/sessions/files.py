"""Files beside a session: putting one there, giving it to the readers of the recap, taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain, count

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.sessions import queries
from medixchange.sessions.file_kinds import MOST_FILES, MOST_NAME, check_content, file_name
from medixchange.sessions.models import SessionFile, SessionFileContent, SharingSession


def add(
    db: Session,
    session: SharingSession,
    name: str,
    content: bytes,
    *,
    person_id: int,
    joined_id: int | None = None,
    actor: str,
    now: datetime,
) -> SessionFile:
    """Put a file of ``person_id`` beside ``session``; the same bytes under the same name are there once.

    ``joined_id`` is the request for which they come, where it has joined that of the session.

    Raises Wrong where it cannot be taken, Refusal where there are MOST_FILES already.
    """
    kept = file_name(name)
    check_content(kept, content)
    queries.by_id(db, session.id, for_change=True)
    there = of_session(db, session.id)
    digest = sha256(content).hexdigest()
    same = next((each for each in there if (each.name, each.digest) == (kept, digest)), None)
    if same is not None:
        return same
    if len(there) >= MOST_FILES:
        raise Refusal(say("There are %(most)s files already. Take one away first.", most=MOST_FILES))
    file = SessionFile(
        session_id=session.id,
        name=_free(kept, {each.name for each in (*there, *left_behind(db, session.id))}),
        size=len(content),
        digest=digest,
        uploaded_by=person_id,
        joined_id=joined_id,
        uploaded_at=now,
    )
    db.add(file)
    db.flush()
    db.add(SessionFileContent(file_id=file.id, content=content))
    _record(db, file, "add-file", actor=actor, now=now, person=person_id)
    return file


def give(db: Session, file: SessionFile, *, with_recap: bool, actor: str, now: datetime) -> None:
    """Give it to all who may read the recap, or to those of the session alone."""
    if file.with_recap is not with_recap:
        file.with_recap = with_recap
        db.add(file)
        _record(db, file, "give-file" if with_recap else "keep-file", actor=actor, now=now)


def remove(db: Session, file: SessionFile, *, actor: str, now: datetime) -> None:
    """Take the file away, with its bytes."""
    _record(db, file, "remove-file", actor=actor, now=now)
    db.delete(db.get_one(SessionFileContent, file.id))
    db.flush()
    db.delete(file)


def of_session(db: Session, session_id: int, *, with_recap: bool = False) -> Sequence[SessionFile]:
    """The files of a session, oldest first; those that go with its recap alone where that is asked for.

    Those of a hospital that has left it are not among them.
    """
    return db.exec(_shown(session_id, with_recap=with_recap)).all()


def left_behind(db: Session, session_id: int) -> Sequence[SessionFile]:
    """Those of hospitals that have left the session, likewise."""
    return db.exec(_beside(session_id).where(~queries.takes_part(col(SessionFile.joined_id), session_id))).all()


def _shown(session_id: int, *, with_recap: bool) -> SelectOfScalar[SessionFile]:
    query = _beside(session_id).where(queries.takes_part(col(SessionFile.joined_id), session_id))
    return query.where(col(SessionFile.with_recap)) if with_recap else query


def _beside(session_id: int) -> SelectOfScalar[SessionFile]:
    return select(SessionFile).where(SessionFile.session_id == session_id).order_by(col(SessionFile.id))


def by_id(db: Session, session_id: int, file_id: int, *, with_recap: bool = False) -> SessionFile:
    """One of them. Raises NotFound, also for the file of another session."""
    query = _shown(session_id, with_recap=with_recap).where(SessionFile.id == file_id)
    return _found(db.exec(query).one_or_none())


def by_id_at_the_desk(db: Session, session_id: int, file_id: int) -> SessionFile:
    """The same, also where its hospital has left: nothing of it is lost."""
    found = db.get(SessionFile, file_id)
    return _found(found if found is not None and found.session_id == session_id else None)


def _found(file: SessionFile | None) -> SessionFile:
    if file is None:
        raise NotFound(say("There is no such file any more."))
    return file


def content_of(db: Session, file: SessionFile) -> bytes:
    """Its bytes."""
    return db.get_one(SessionFileContent, file.id).content


def number_of(db: Session, session_id: int) -> int:
    """How many files stand beside a session."""
    return db.exec(select(func.count()).where(SessionFile.session_id == session_id)).one()


def _free(name: str, taken: set[str]) -> str:
    """``name``, or with a number where another file has it."""
    stem, dot, ending = name.rpartition(".")
    numbered = (f"{stem[: MOST_NAME - 10]} ({number}){dot}{ending}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _record(db: Session, file: SessionFile, verb: str, *, actor: str, now: datetime, **more: int) -> None:
    after = {"file": file.id, **more}
    record(db, actor=actor, verb=verb, subject=f"session:{file.session_id}", now=now, after=after)
