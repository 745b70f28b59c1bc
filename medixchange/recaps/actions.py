"""Begin, save, check and publish: the verbs of a recap.

Saving never overwrites unseen: whoever saves says which revision they began from, and where somebody else has saved
meanwhile nothing is written until they have seen the other's text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.recaps import mailing, queries, receipts
from medixchange.recaps.draft import RecapDraft
from medixchange.recaps.lifecycle import Verb, VersionState, step
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion, Visibility
from medixchange.recaps.outline import Held, carried, outline
from medixchange.recaps.printing import print_shown
from medixchange.recaps.shelving import shelve
from medixchange.sessions import queries as sessions
from medixchange.sessions.guests import Guest
from medixchange.sessions.joining import CERTAIN, TOOK_PLACE
from medixchange.sessions.models import Role, SharingSession
from medixchange.sessions.occasions import Occasion, standing
from medixchange.sessions.preparing import questions_of
from medixchange.sessions.recapped import recapped
from medixchange.sessions.roll import took_part

WRITABLE = CERTAIN | TOOK_PLACE
"""States in which a recap may be written: notes may begin before the session does."""


class Overtaken(Refusal):
    """Somebody else has saved since this text was begun; nothing was written."""


def begin(
    db: Session, session: SharingSession, language: str, *, source: str = "", person_id: int, actor: str, now: datetime
) -> RecapVersion:
    """The recap of ``session`` in ``language`` as it is, or its first revision: an outline, or the text of ``source``
    to be translated.

    Raises Refusal.
    """
    sessions.by_id(db, session.id, for_change=True)
    if session.state not in WRITABLE:
        raise Refusal(say("A recap is written for a session that takes place or was held."))
    if language not in NAMES:
        raise Refusal(say("Choose one of the languages."))
    recap = queries.of_session(db, session.id) or _new(db, session, language, now=now)
    there = queries.versions(db, recap)
    known = {each.language: each for each in there}
    if language in known:
        return known[language]
    version = RecapVersion(recap_id=recap.id, language=language)
    if there:
        original = known.get(source, there[0])
        text = queries.revision(db, original, original.number)
        version.source, version.source_number = original.language, original.number
        title, text_ = text.title, carried(text.text, original.language, language)
    else:
        title, text_ = session.topic, outline(language, _held(db, session))
    db.add(version)
    db.flush()
    _revise(db, version, title, text_, person_id=person_id, now=now)
    _record(db, recap, "begin", {"language": language}, actor=actor, now=now)
    return version


def save(
    db: Session,
    version: RecapVersion,
    draft: RecapDraft,
    *,
    public_url: str,
    person_id: int,
    actor: str,
    now: datetime,
) -> RecapRevision:
    """Add a revision; what was checked is a draft again.

    With ``draft.agrees`` a translation counts as made from that revision of its source which its writer saw; what
    readers see of it says so too, where it is this very text. Raises Overtaken where ``draft.number`` is not the latest
    revision.
    """
    db.refresh(version, with_for_update=True)
    if draft.number != version.number:
        raise Overtaken(say("Somebody else has saved this text since you opened it. Nothing was overwritten."))
    latest = queries.revision(db, version, version.number)
    recap = queries.by_id(db, version.recap_id)
    source = queries.source_of(version, queries.versions(db, recap)) if draft.agrees else None
    if source is not None:
        version.source_number = max(version.source_number, min(draft.source_number, source.number))
        db.add(version)
    if latest.words == (draft.title, draft.text):
        if version.published == version.number and version.published_source_number < version.source_number:
            version.published_source_number = version.source_number
            print_shown(db, recap, version, public_url=public_url, now=now)
            told = {"language": version.language, "number": version.source_number}
            _record(db, recap, "agree", told, actor=actor, now=now)
        return latest
    version.state = step(version.state, Verb.SAVE)
    version.number += 1
    revision = _revise(db, version, draft.title, draft.text, person_id=person_id, now=now)
    _record(db, recap, "save", {"language": version.language, "number": version.number}, actor=actor, now=now)
    return revision


def check(db: Session, version: RecapVersion, *, number: int, person_id: int, actor: str, now: datetime) -> None:
    """Put one's name to revision ``number``: it says what was said, and reads well in its language.

    Raises Refusal where there is a later one, or it was checked already.
    """
    db.refresh(version, with_for_update=True)
    if number != version.number:
        raise Overtaken(say("There is a later revision; read that one before you check it."))
    version.state = step(version.state, Verb.CHECK)
    version.checked_by, version.checked_at = person_id, now
    db.add(version)
    recap = queries.by_id(db, version.recap_id)
    _record(db, recap, "check", {"language": version.language, "number": number}, actor=actor, now=now)


def ready(db: Session, recap: Recap) -> list[RecapVersion]:
    """The languages whose latest revision was checked and is not what readers see already."""
    return [
        each
        for each in queries.versions(db, recap)
        if each.state is VersionState.CHECKED and each.published != each.number
    ]


def publish(
    db: Session,
    recap: Recap,
    *,
    seen: Mapping[str, int],
    visibility: Visibility,
    public_url: str,
    actor: str,
    now: datetime,
) -> list[RecapVersion]:
    """Show readers every language that was checked, and return those that are new to them.

    ``seen`` are the revisions, by language, that whoever publishes saw would be new; where they are others by now
    nothing is published. The first time ends the session's work; later it is a correction.

    Raises Refusal, also where nothing was checked.
    """
    session = sessions.by_id(db, recap.session_id, for_change=True)
    db.refresh(recap, with_for_update=True)
    queries.hold_versions(db, recap)
    new = ready(db, recap)
    _can_be_published(recap, new, seen, visibility)
    if recap.published_at is None:
        recapped(db, session, actor=actor, now=now)
        recap.published_at = now
    recap.visibility, recap.withdrawn_at, recap.reason = visibility, None, ""
    db.add(recap)
    for version in new:
        step(version.state, Verb.PUBLISH)
        version.published, version.published_source_number = version.number, version.source_number
        version.published_by, version.published_checked_at = version.checked_by, version.checked_at
        db.add(version)
    db.flush()
    fresh = {each.language for each in new}
    for version in queries.versions(db, recap):
        # A translation says that its original has changed since.
        if version.published is not None and {version.language, version.source} & fresh:
            print_shown(db, recap, version, public_url=public_url, now=now)
    mailing.stop_undone(db, recap)
    shelve(db, recap)
    told = {"languages": [each.language for each in new], "visibility": visibility}
    _record(db, recap, "publish", told, actor=actor, now=now)
    return new


def _can_be_published(
    recap: Recap, new: Sequence[RecapVersion], seen: Mapping[str, int], visibility: Visibility
) -> None:
    """Raises Refusal where others are ``new`` than were ``seen``, or nothing would change."""
    if {each.language: each.number for each in new} != seen:
        raise Refusal(say("Somebody has checked or changed a language since you looked. Look again, then publish."))
    if not new and recap.published_at is None:
        raise Refusal(say("No language of this recap was checked yet; check one before you publish."))
    if not new and recap.visibility is visibility and recap.withdrawn_at is None:
        raise Refusal(say("Everything that was checked is published already."))


def withdraw(db: Session, recap: Recap, *, reason: str, actor: str, now: datetime) -> None:
    """Show readers ``reason`` in place of the recap, until it is published again; letters that wait do not go.

    Raises Refusal.
    """
    sessions.by_id(db, recap.session_id, for_change=True)
    db.refresh(recap, with_for_update=True)
    if recap.published_at is None or recap.withdrawn_at is not None:
        raise Refusal(say("Only a published recap can be withdrawn."))
    recap.withdrawn_at, recap.reason = now, reason
    db.add(recap)
    shelve(db, recap)
    receipts.stop_all(db, recap)
    _record(db, recap, "withdraw", {}, actor=actor, now=now)


def _new(db: Session, session: SharingSession, language: str, *, now: datetime) -> Recap:
    reference = db.get_one(SessionRequest, session.request_id).reference.lower()
    taken = db.exec(select(Recap.id).where(Recap.slug == reference)).first()
    slug = reference if taken is None else f"{reference}-{session.id}"
    recap = Recap(session_id=session.id, slug=slug, original=language, created_at=now)
    db.add(recap)
    db.flush()
    return recap


def _held(db: Session, session: SharingSession) -> Held:
    occasion = standing(db, session)
    took = {person.id for _, person in took_part(sessions.attendances(db, session.id))}
    guests = [each for each in occasion.guests if each.person_id in took]
    there = [", ".join(filter(None, [guest.name, _whence(guest, occasion)])) for guest in guests]
    return Held(there, [(question.text, question.note) for question, _ in questions_of(db, session.id)])


def _whence(guest: Guest, occasion: Occasion) -> str:
    """The institution of somebody who was there; a hospital is named where there are several."""
    is_of_several = guest.role is Role.LIAISON and bool(occasion.joined)
    return occasion.hosts(guest)[0].name if is_of_several else guest.institution


def _revise(
    db: Session, version: RecapVersion, title: str, text: str, *, person_id: int, now: datetime
) -> RecapRevision:
    revision = RecapRevision(
        version_id=version.id, number=version.number, title=title, text=text, author_id=person_id, at=now
    )
    db.add_all([version, revision])
    db.flush()
    return revision


def _record(db: Session, recap: Recap, verb: str, after: dict[str, Any], *, actor: str, now: datetime) -> None:
    record(db, actor=actor, verb=verb, subject=f"recap:{recap.id}", now=now, after=after)
