"""Requests that are answered in one session: who takes part, who could, and why not.

One of them leads: its topic, questions and length are those of the session. The others have joined it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from medixchange.db import in_parts
from medixchange.intake import queries
from medixchange.intake.lifecycle import IN_QUEUE, RequestState, Verb
from medixchange.intake.lifecycle import why_not as why_no_step
from medixchange.intake.models import SessionRequest
from medixchange.messages import Message, say
from medixchange.people.models import Hospital

MOST_JOINED = 2
"""How many requests may join another one."""
MOST_AUDIENCES = 3
"""How many groups with languages of their own one session may have."""
MOST_APART = 30
"""By how many minutes the lengths that were asked for may differ."""
Asking = tuple[SessionRequest, Hospital]


def joined(db: Session, request_ids: Collection[int]) -> Mapping[int, list[Asking]]:
    """The requests that have joined each of these, with their hospitals, in the order of their numbers."""
    found: dict[int, list[Asking]] = {number: [] for number in request_ids}
    query = select(SessionRequest, Hospital).join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
    for some in in_parts(sorted(found)):
        mine = col(SessionRequest.joined_id).in_(some)
        for request, hospital in db.exec(query.where(mine).order_by(col(SessionRequest.id))):
            assert request.joined_id is not None
            found[request.joined_id].append((request, hospital))
    return found


def asking(db: Session, request_id: int) -> list[Asking]:
    """Every request that the session of this one answers, with its hospital: first itself, which leads."""
    leads = db.get_one(SessionRequest, request_id)
    return [(leads, queries.hospital_of(db, leads)), *joined(db, [request_id])[request_id]]


def asking_of_each(db: Session, request_ids: Collection[int]) -> Mapping[int, list[Asking]]:
    """The same of each of these requests, by its number."""
    others = joined(db, request_ids)
    query = select(SessionRequest, Hospital).join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
    found = (row for some in in_parts(sorted(others)) for row in db.exec(query.where(col(SessionRequest.id).in_(some))))
    return {request.id: [(request, hospital), *others[request.id]] for request, hospital in found}


def leading(db: Session, request: SessionRequest) -> SessionRequest | None:
    """The request in whose session this one takes part."""
    return db.get_one(SessionRequest, request.joined_id) if request.joined_id is not None else None


def why_not(leads: Asking, joins: Asking, joined_already: Collection[SessionRequest]) -> Message | None:
    """Why the second request cannot join the first, None where it can."""
    (one, there), (other, here) = leads, joins
    if len(joined_already) >= MOST_JOINED:
        return say("%(most)s hospitals have joined this request; more would be too many.", most=MOST_JOINED)
    if there.id == here.id:
        return say("Both requests are from the same hospital; decline one of them, or leave them apart.")
    if any(each.hospital_id == here.id for each in joined_already):
        return say("Another request of this hospital has joined already; decline one of them, or leave them apart.")
    if there.is_demo != here.is_demo:
        return say("Demo data and your own requests are not mixed.")
    if one.contact_email.lower() == other.contact_email.lower():
        return say("Both requests have the same contact, who could answer for one hospital only; leave them apart.")
    return _not_now(one, other) or why_apart(one, other, joined_already)


def _not_now(leads: SessionRequest, joins: SessionRequest) -> Message | None:
    if leads.state is RequestState.APPROVED:
        return say("This request has a session already; a hospital can join only before one is approved.")
    for request, verb in ((leads, Verb.TAKE_IN), (joins, Verb.JOIN)):
        if request.state not in IN_QUEUE:
            return why_no_step(request.state, verb)
    return None


def why_apart(leads: SessionRequest, joins: SessionRequest, beside: Collection[SessionRequest]) -> Message | None:
    """Why what two requests ask for does not fit one session with those that have joined ``beside``."""
    if sum(audiences(each) for each in (leads, joins, *beside)) > MOST_AUDIENCES:
        return say("One session can have %(most)s groups with languages of their own.", most=MOST_AUDIENCES)
    if not set(leads.specialties) & set(joins.specialties):
        return say("These two requests have no topic in common.")
    if abs(leads.minutes - joins.minutes) > MOST_APART:
        return say("The lengths that they ask for differ by more than %(minutes)s minutes.", minutes=MOST_APART)
    return None


def audiences(request: SessionRequest) -> int:
    """How many groups with languages of their own the request brings."""
    return 2 if request.second_audience else 1


def listening(asking: Sequence[Asking]) -> list[int]:
    """To which request each audience of a session belongs, in the order in which matching names them."""
    return [request.id for request, _ in asking for _ in range(audiences(request))]


def heard_by(asking: Sequence[Asking], heard: Sequence[str], request_id: int) -> list[str]:
    """What the audiences of one request hear, of what is ``heard`` by all in the order of ``listening``."""
    pairs = zip(listening(asking), heard, strict=False)
    return list(dict.fromkeys(tag for owner, tag in pairs if owner == request_id))


def others_of(db: Session, request: SessionRequest) -> list[Hospital]:
    """The other hospitals of the session that answers ``request``, whichever of them leads."""
    every = asking(db, request.joined_id or request.id)
    return [hospital for each, hospital in every if each.id != request.id]
