"""Tells those who are concerned: in their feeds at once, and by letters that say what the last one did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.feeds import actions as feeds
from medixchange.messages import Message, say, sentences
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import DeliveryState
from medixchange.outbox.post import Promise, post_all, supersede
from medixchange.outbox.queries import about, gone
from medixchange.sessions.departed import PARTED, loss
from medixchange.sessions.guests import Guest
from medixchange.sessions.invites import GONE, Kind, key_of, letter, meeting
from medixchange.sessions.models import SharingSession
from medixchange.sessions.occasions import Occasion, standing
from medixchange.sessions.reminders import remind
from medixchange.times.intervals import Interval

DONE = (DeliveryState.SENT, DeliveryState.SUPERSEDED)
NEWS_KINDS: tuple[Kind, ...] = ("hold", "confirmed", "moved", "room", "languages", "address", "parted")
"""Letters that any later change says better; news of an end is taken back only for those who come after all."""

FOR_THE_TOLD: tuple[Kind, ...] = ("moved", "room", "languages", "parted")
"""Letters that say what is another thing: who had none yet has a hold."""
OTHER_ROOM = say("It is in another video room now.")
"""What the news of other languages says besides."""


def tell_all(db: Session, session: SharingSession, kind: Kind, *, now: datetime, **said: Any) -> list[str]:
    """Tell everybody of the session as it stands, by a letter ``kind`` and in their feeds; ``said`` as for ``tell``.

    Returns the addresses that are written to.
    """
    occasion = standing(db, session)
    show(db, [(occasion, guest) for guest in occasion.guests], now=now)
    told = tell(db, session, occasion, occasion.guests, kind, now=now, **said)
    remind(db, session, occasion, now=now)
    return told


def tell_move(db: Session, session: SharingSession, was: Occasion, *, now: datetime) -> None:
    """Tell those who stay or come of the session as it is, and those who are not part of it any more of its end."""
    occasion = standing(db, session)
    ended = ended_for_some(was, occasion, now=now)
    shown = [(ended, guest) for guest in ended.guests] + [(occasion, guest) for guest in occasion.guests]
    show(db, shown, now=now)
    tell(db, session, ended, ended.guests, "removed", now=now)
    tell(db, session, occasion, occasion.guests, "moved", now=now)
    remind(db, session, occasion, now=now)


def tell_substitution(db: Session, session: SharingSession, was: Occasion, *, now: datetime) -> None:
    """Tell those who come and those who go at the same hour; the others see it in their feeds, and have a letter where
    the room, the languages or what they interpret is another one."""
    occasion = standing(db, session)
    ended = ended_for_some(was, occasion, now=now)
    shown = [(ended, guest) for guest in ended.guests] + [(occasion, guest) for guest in occasion.guests]
    show(db, shown, now=now)
    tell(db, session, ended, ended.guests, "removed", now=now)
    tell(db, session, occasion, newcomers(was, occasion), "hold", now=now)
    for guest, kind, also in otherwise(was, occasion):
        tell_change(db, session, occasion, kind, [guest], left=also, now=now)
    remind(db, session, occasion, now=now)


def tell_parting(db: Session, session: SharingSession, was: Occasion, request_id: int, *, now: datetime) -> None:
    """Tell those who go since the hospital of the request has left, and those who come still what is not as it was."""
    occasion = standing(db, session)
    ended = ended_for_some(was, occasion, now=now)
    theirs = [guest for guest in ended.guests if guest.joined_id == request_id]
    others = [guest for guest in ended.guests if guest not in theirs]
    shown = [(ended, guest) for guest in ended.guests] + [(occasion, guest) for guest in occasion.guests]
    show(db, shown, now=now)
    tell(db, session, ended, theirs, "removed", left=PARTED, now=now)
    tell(db, session, ended, others, "removed", now=now)
    tell_change(db, session, occasion, "parted", occasion.guests, left=loss(was, occasion), now=now)
    remind(db, session, occasion, now=now)


def tell_change(
    db: Session,
    session: SharingSession,
    occasion: Occasion,
    kind: Kind,
    guests: Iterable[Guest],
    *,
    left: Message | None = None,
    now: datetime,
) -> None:
    """Tell those of ``guests`` who come what is another thing at the same hour; their answers stand.

    A letter that has not gone would bring what is no longer so: it is written anew, and is news enough; news of a room
    is told with that of languages. ``left`` as for ``letter``, and so is what such a letter said of it.
    """
    posted = [each for each in about(db, f"session:{session.id}") if each.kind in NEWS_KINDS and each.state not in DONE]
    waiting = {each.reader_id: Letter.from_json(each.payload) for each in posted}
    for guest in guests:
        unsent = waiting.get(guest.person_id)
        if unsent is None and guest.partstat == "DECLINED":
            continue
        before = unsent.context.get("left") if unsent else None
        fitting: Any = unsent.kind if unsent else kind
        told = [each for each in (before, left) if each]
        if {fitting, kind} == {"room", "languages"}:
            fitting, told = "languages", [*told, OTHER_ROOM]
        tell(db, session, occasion, [guest], fitting, left=sentences(told) if told else None, now=now)


def newcomers(was: Occasion, occasion: Occasion) -> list[Guest]:
    """Those who are part of what the session is now, and were not before."""
    before = {guest.person_id for guest in was.guests}
    return [guest for guest in occasion.guests if guest.person_id not in before]


def otherwise(was: Occasion, occasion: Occasion) -> Iterator[tuple[Guest, Kind, Message | None]]:
    """Those who stay at the same hour and to whom something is another thing: by which letter, and what it says
    besides."""
    before = {guest.person_id: guest.leg for guest in was.guests}
    same_room = occasion.is_in_room_of(was)
    for guest in staying(was, occasion):
        if not occasion.is_spoken_as(was) or guest.leg != before[guest.person_id]:
            yield guest, "languages", None if same_room else OTHER_ROOM
        elif not same_room:
            yield guest, "room", None


def staying(was: Occasion, occasion: Occasion) -> list[Guest]:
    """Those who are part of what the session is now, and were before."""
    new = newcomers(was, occasion)
    return [guest for guest in occasion.guests if guest not in new]


def ended_for_some(was: Occasion, occasion: Occasion, *, now: datetime) -> Occasion:
    """What the session was, called off, for those alone who are not part of what it is now."""
    staying = {guest.person_id for guest in occasion.guests}
    removed = tuple(guest for guest in was.guests if guest.person_id not in staying)
    return replace(was, sequence=occasion.sequence, status="CANCELLED", modified=now, guests=removed)


def tell(
    db: Session,
    session: SharingSession,
    occasion: Occasion,
    guests: Iterable[Guest],
    kind: Kind,
    *,
    now: datetime,
    **said: Any,
) -> list[str]:
    """Post the letter ``kind`` to each of ``guests``; letters about the session that still wait are taken back.

    Who never had a letter about the session is not told of its end, and has a hold instead of news of a move.
    ``said`` is what some kinds alone have: "cancelled" and "not-held" a ``reason``, whether the request is ``again`` in
    the queue, and what is told ``to_hospital``; others what the session has no more (``left``).
    Returns the addresses that are written to.
    """
    subject = f"session:{session.id}"
    told = list(guests)
    for guest in told:
        supersede(db, subject, kinds=NEWS_KINDS if kind in GONE else (*NEWS_KINDS, *GONE), reader_id=guest.person_id)
    # Only now, as a letter that was taken back before it began is one that nobody has.
    written = letters(db, session, occasion, told, kind, now=now, **said)
    promises = [Promise(made, key_of(session, made.kind, guest.person_id), guest.person_id) for guest, made in written]
    if promises:
        post_all(db, promises, subject=subject, now=now)
    return [guest.email for guest, _ in written]


def letters(
    db: Session,
    session: SharingSession,
    occasion: Occasion,
    guests: Iterable[Guest],
    kind: Kind,
    *,
    left: Message | None = None,
    now: datetime,
    **said: Any,
) -> list[tuple[Guest, Letter]]:
    """The letters that ``tell`` posts, each with its reader; nothing is written.

    Who never had a letter is not told either what the session has no more.
    """
    told = gone(db, f"session:{session.id}")
    latest = {reader: each for reader, each in told if each.calendar is not None}
    found = []
    for guest in guests:
        known = _living(latest.get(guest.person_id))
        if kind in GONE and known is None:
            continue
        fitting = "hold" if kind in FOR_THE_TOLD and known is None else kind
        before = known if fitting == "moved" else None
        made = letter(fitting, occasion, guest, now=now, was=before, left=left if known else None, **said)
        found.append((guest, made))
    return found


def _living(told: Letter | None) -> Interval | None:
    """The hour at which somebody expects the session by the last letter, None where they do not."""
    if told is None or told.calendar is None or told.kind in GONE:
        return None
    return Interval(told.calendar.meeting.starts_at, told.calendar.meeting.ends_at)


def show(db: Session, shown: Iterable[tuple[Occasion, Guest]], *, now: datetime) -> None:
    """Write the session into the feed of each guest as the occasion beside says, in the order of their numbers.

    Always in one call and in this order, as the feeds' rows are locked so.
    """
    for occasion, guest in sorted(shown, key=lambda each: each[1].person_id):
        feeds.put(db, guest.person_id, meeting(occasion, guest, named=False), now=now)
