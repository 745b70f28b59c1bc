"""Decides about several sessions in one transaction, each as if by itself, and never crosswise with anybody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.availability import actions as availability
from medixchange.errors import Refusal
from medixchange.intake.locking import hold_still as hold_requests_still
from medixchange.matching.models import ProposedMatch
from medixchange.messages import Message
from medixchange.sessions import queries
from medixchange.sessions.actions import approve
from medixchange.sessions.models import SharingSession
from medixchange.sessions.occasions import proposed
from medixchange.sessions.places import concerned


def approve_all(db: Session, matches: Sequence[ProposedMatch], *, actor: str, now: datetime) -> Mapping[int, Message]:
    """Turn the proposals into sessions, one after the other; why not, by request, for those that cannot be, also by
    what those before them have taken.

    Whatever any of them needs is locked before the first, in the order in which one approval locks it: else this one
    could hold somebody whom another waits for, and wait itself for somebody whom that one holds.
    """
    hold_requests_still(db, {each.request_id for each in matches})
    needed = (concerned(db, each, proposed(db, each, now=now).guests) for each in matches)
    availability.hold_still(db, set[str]().union(*needed))
    refused = dict[int, Message]()
    for match in matches:
        try:
            approve(db, match, actor=actor, now=now)
        except Refusal as no:
            refused[match.request_id] = no.message
    return refused


def hold_still(db: Session, sessions: Collection[SharingSession]) -> None:
    """Lock several sessions, whose requests are locked, and everybody in them, before the first of them is changed."""
    ids = sorted({each.id for each in sessions})
    locked = select(SharingSession).where(col(SharingSession.id).in_(ids)).order_by(col(SharingSession.id))
    db.exec(locked.with_for_update(), execution_options={"populate_existing": True}).all()
    places = queries.places(db, ids)
    needed = (concerned(db, each, [place for place, _ in places[each.id]]) for each in sessions)
    availability.hold_still(db, set[str]().union(*needed))
