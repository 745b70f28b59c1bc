"""What each one is told of a session: a calendar entry and a letter in their language, on their clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlmodel import Session

from medixchange.calendars.meeting import Meeting
from medixchange.i18n import Words, words
from medixchange.matching.models import MatchMember, ProposedMatch
from medixchange.messages import Message, Term, Value, language, listed, say
from medixchange.outbox.letters import Invitation, Letter
from medixchange.sessions.guests import Guest, Host
from medixchange.sessions.models import Role, SharingSession
from medixchange.sessions.occasions import Occasion, proposed
from medixchange.templating import clocks
from medixchange.times.intervals import Interval

Kind = Literal[
    "hold", "confirmed", "moved", "room", "languages", "address", "parted", "cancelled", "removed", "not-held"
]
GONE = ("cancelled", "removed", "not-held")
JOIN_LATER = say("You get the link to join by mail once the session is certain.")


class Spoken(Protocol):
    """What has a way from mouth to ear: an occasion, a session, a proposal."""

    @property
    def mode(self) -> str:
        """Direct, by interpreters at once or after each passage, or by relay."""

    @property
    def speech(self) -> str:
        """What the panel speaks."""

    @property
    def audience(self) -> str:
        """What the audience follows."""

    @property
    def others(self) -> Sequence[str]:
        """What further audiences follow."""

    @property
    def relay(self) -> str:
        """The language between the two, where a relay is."""


def key_of(session: SharingSession, kind: str, person_id: int) -> str:
    """The key that lets somebody have one letter of a kind about the session as it stands."""
    return f"{session.uid.partition('@')[0]}-{session.sequence}-{kind}-{person_id}"


def preview(
    db: Session, match: ProposedMatch, members: Sequence[MatchMember] | None = None, *, now: datetime
) -> list[Letter]:
    """The letters that an approval would send, each in its recipient's language; nothing is written.

    ``members`` are given where the proposal is no row yet.
    """
    occasion = proposed(db, match, members, now=now)
    return [letter("hold", occasion, guest, now=now) for guest in occasion.guests]


def letter(
    kind: Kind,
    occasion: Occasion,
    guest: Guest,
    *,
    now: datetime,
    was: Interval | None = None,
    reason: str = "",
    to_hospital: str = "",
    again: bool = False,
    left: Message | None = None,
) -> Letter:
    """One letter to one person: nobody else's address is in it.

    ``was`` is the hour that a moved session had for this reader; where it is the same hour, something else changed.
    ``left`` is what the session has no more since a hospital left it, or what else changed.
    """
    ends = kind in GONE
    # RFC 5546, 3.2.5: a CANCEL gives time back, and programs take the entry out, with what its reader noted in it.
    # When the hour is over there is no time to give back: the letter says it, and the feed shows STATUS:CANCELLED.
    in_calendar = kind != "not-held" or now < occasion.span.end
    about = meeting(occasion, guest)
    before = was if was != occasion.span else None
    leads = guest.joined_id is None
    return Letter(
        kind=kind,
        language=guest.language,
        zone=guest.zone,
        to_name=guest.name,
        to_email=guest.email,
        context={
            **context(occasion, guest),
            "questions": "" if ends or guest.role is Role.LIAISON else occasion.questions,
            "was": {"starts": before.start, "ends": before.end} if before else None,
            "reason": reason,
            # Whoever has joined a request that ends is looked for alone.
            "to_hospital": to_hospital if guest.role is Role.LIAISON and leads else "",
            "again": again or not leads,
            "left": left or "",
            "in_calendar": in_calendar,
            "certain": occasion.status == "CONFIRMED",
        },
        links={} if ends else {"answer": ("answer", guest.seed)},
        calendar=Invitation("CANCEL" if ends else "REQUEST", about, now, guest.partstat) if in_calendar else None,
    )


def meeting(occasion: Occasion, guest: Guest, *, named: bool = True) -> Meeting:
    """The session as the calendar of ``guest`` shows it; without ``named`` nobody's name is in it (feeds)."""
    reader = words(guest.language, guest.zone)
    return Meeting(
        uid=occasion.uid,
        sequence=occasion.sequence,
        starts_at=occasion.span.start,
        ends_at=occasion.span.end,
        zone=guest.zone,
        status=occasion.status,
        summary=reader.say(say("%(topic)s: %(hospital)s", topic=occasion.topic, hospital=_names(occasion, guest))),
        description=_description(occasion, guest, reader, named=named),
        location=occasion.room,
        created=occasion.created,
        modified=occasion.modified,
        language=reader.language,
        # What is only held may never be: nobody is led to a room where nobody waits.
        conference=occasion.join_url if occasion.status == "CONFIRMED" else None,
    )


def _description(occasion: Occasion, guest: Guest, reader: Words, *, named: bool) -> str:
    blocks = [
        [reader.say(line) for line in _about(occasion, guest, named=named)],
        [
            f"{clock.place} ({clock.offset}){reader.colon}{clock.span}"
            + (f" · {clock.local_count}" if clock.local_count else "")
            for clock in clocks(
                reader, occasion.span.start, occasion.span.end, *(each.zone for each in occasion.hosts(guest))
            )
        ],
    ]
    if occasion.status == "CANCELLED":
        return _joined(blocks)
    join = say("Join: %(url)s", url=occasion.join_url) if occasion.status == "CONFIRMED" else JOIN_LATER
    blocks.append([reader.say(join)])
    if named and occasion.questions and guest.role is not Role.LIAISON:
        blocks.append([reader.say(say("Questions from the hospital:")), occasion.questions])
    return _joined(blocks)


def _joined(blocks: list[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks)


def _names(occasion: Occasion, guest: Guest) -> Term:
    return listed([each.name for each in occasion.hosts(guest)])


def _about(occasion: Occasion, guest: Guest, *, named: bool) -> list[Message]:
    own, *others = occasion.hosts(guest)
    lines = [say("Hospital: %(hospital)s, %(city)s", hospital=own.name, city=own.city)]
    if others:
        lines.append(say("Together with: %(hospitals)s", hospitals=in_words(others)))
    experts = _experts(occasion) if named else sorted({each.institution for each in occasion.of(Role.EXPERT)} - {""})
    if experts:
        lines.append(say("Panel: %(experts)s", experts=listed([*experts])))
    lines.append(conversation(occasion))
    if named and occasion.of(Role.INTERPRETER):
        names = listed([each.name for each in occasion.of(Role.INTERPRETER)])
        lines.append(say("Interpreters: %(names)s", names=names))
    return lines


def conversation(spoken: Spoken) -> Message:
    """In which languages the session is held, as a sentence."""
    if spoken.mode == "direct":
        return say("In %(language)s, without interpreting.", language=language(spoken.speech))
    foreign = [language(tag) for tag in dict.fromkeys((spoken.audience, *spoken.others)) if tag != spoken.speech]
    tongues: dict[str, Value] = {"speech": language(spoken.speech), "audience": listed(foreign)}
    if spoken.mode == "interpreter" or spoken.others:
        return say("In %(speech)s, interpreted into %(audience)s and back.", **tongues)
    if spoken.mode == "consecutive":
        return say("In %(speech)s, interpreted into %(audience)s and back after each passage.", **tongues)
    return say(
        "In %(speech)s, interpreted into %(audience)s and back through %(relay)s.",
        relay=language(spoken.relay),
        **tongues,
    )


def in_words(hosts: Iterable[Host]) -> Term:
    """Hospitals with their cities, one after the other."""
    return listed([each.place for each in hosts])


def _experts(occasion: Occasion) -> list[str]:
    return [f"{each.name} ({each.institution})" if each.institution else each.name for each in occasion.of(Role.EXPERT)]


def context(occasion: Occasion, guest: Guest) -> Mapping[str, Any]:
    """What letters and pages tell ``guest`` of the session, for their templates."""
    return {**facts(occasion, guest), "role": str(guest.role), "task": _task(guest)}


def facts(occasion: Occasion, guest: Guest | None = None) -> Mapping[str, Any]:
    """What letters and pages tell everybody of the session, beginning with the hospital of ``guest``."""
    own, *others = occasion.hosts(guest)
    return {
        "topic": occasion.topic,
        # A hospital that has joined another one is told nothing of the other one's series.
        "series": None if guest is not None and guest.joined_id is not None else occasion.series,
        "hospital": own.name,
        "city": own.city,
        "hospital_zone": own.zone,
        "hospitals": [each.name for each in (own, *others)],
        "together": [each.place for each in others],
        "other_zones": [each.zone for each in others],
        "room": occasion.room,
        "join_url": occasion.join_url,
        "conversation": conversation(occasion),
        "experts": _experts(occasion),
        "interpreters": [each.name for each in occasion.of(Role.INTERPRETER)],
        "starts": occasion.span.start,
        "ends": occasion.span.end,
    }


def _task(guest: Guest) -> Message:
    """What the reader is asked to do there, or has said to it."""
    if guest.partstat == "DECLINED":
        return say("You have said that you cannot come.")
    return _part(guest) if guest.partstat == "ACCEPTED" else _asking(guest)


def _part(guest: Guest) -> Message:
    if guest.role is Role.EXPERT:
        return say("You come as an expert.")
    if guest.role is Role.INTERPRETER:
        one, _, other = guest.leg.partition(">")
        return say("You interpret between %(one)s and %(other)s.", one=language(one), other=language(other))
    return say("You come for the hospital that asked.")


def _asking(guest: Guest) -> Message:
    if guest.role is Role.EXPERT:
        return say("You are asked to come as an expert.")
    if guest.role is Role.INTERPRETER:
        one, _, other = guest.leg.partition(">")
        return say(
            "You are asked to interpret between %(one)s and %(other)s.", one=language(one), other=language(other)
        )
    return say("You are invited for the hospital that asked.")
