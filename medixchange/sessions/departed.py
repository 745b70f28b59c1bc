"""What follows from a hospital's leaving a joint session: what those who stay are told, and what it may still read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session

from medixchange.intake import queries as intake
from medixchange.intake.models import SessionRequest
from medixchange.messages import Message, language, listed, say, sentences
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.occasions import Occasion

PARTED = say("Your hospital takes no part in this session any more.")
"""What the hospital itself is told."""


def loss(was: Occasion, occasion: Occasion) -> Message | None:
    """What ``occasion`` has no more that it ``was`` with: hospitals, languages, interpreters; None where it has all."""
    told = list(_losses(was, occasion))
    return sentences(told) if told else None


def _losses(was: Occasion, occasion: Occasion) -> Iterator[Message]:
    staying = {each.joined_id for each in occasion.hosts()}
    for host in was.hosts():
        if host.joined_id not in staying:
            yield say("%(hospital)s does not take part any more.", hospital=host.place)
    heard = {occasion.speech, occasion.audience, *occasion.others}
    tongues = [tag for tag in dict.fromkeys((was.audience, *was.others)) if tag not in heard]
    if tongues:
        yield say(
            "It is not interpreted into %(languages)s any more.", languages=listed([language(tag) for tag in tongues])
        )
    working = {each.person_id for each in occasion.of(Role.INTERPRETER)}
    idle = [each for each in was.of(Role.INTERPRETER) if each.person_id not in working]
    names = [each.name for each in idle if each.partstat != "DECLINED"]
    if names:
        yield say("Not needed any more as interpreters: %(names)s.", names=listed(names))


def request_that_left(db: Session, session: SharingSession, place: Attendance) -> SessionRequest | None:
    """The request for which the holder of ``place`` came, where it is not answered in ``session`` any more."""
    if place.role is not Role.LIAISON or place.joined_id is None:
        return None
    own = intake.by_id(db, place.joined_id)
    return own if own.joined_id != session.request_id else None


def as_seen(db: Session, occasion: Occasion, session: SharingSession, place: Attendance) -> Occasion:
    """``occasion`` as the holder of ``place`` may read of it: whose hospital has left, of its own request alone."""
    own = request_that_left(db, session, place)
    if own is None:
        return occasion
    hospital = intake.hospital_of(db, own)
    return replace(
        occasion,
        topic=own.topic,
        questions=own.questions,
        hospital=hospital.name,
        city=hospital.city,
        zone=hospital.zone,
        joined=(),
        guests=(),
    )
