"""A series at the desk: every request of it with its state, and one approval for all that have a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE, RequestState
from medixchange.intake.models import SessionRequest
from medixchange.intake.series_rows import in_series, rhythm_of_series, series_of
from medixchange.matching import queries as matching
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.matching.views import MatchView, views
from medixchange.messages import Message, say
from medixchange.sessions.several import approve_all
from medixchange.times.intervals import Interval
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.booked import Booked, booked
from medixchange.web.desk.said import REQUESTS, Tag
from medixchange.web.form import Sent
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

KEPT = "S10"
WITH_SESSION = (RequestState.APPROVED, RequestState.JOINED, RequestState.DONE)
"""States in which a session stands for a request, or that of the request which it has joined."""
NOT_YET = Tag(say("Not looked for yet"))

router = APIRouter()


@dataclass(frozen=True)
class Member:
    """One request of a series: its place and state, its session or else the best that was found, each of the request
    that it has joined where it has, and from when on hours are looked for where that is to come."""

    request: SessionRequest
    place: int
    tag: Tag
    booked: Booked | None
    found: Interval | None
    ahead: datetime | None


@dataclass(frozen=True)
class Choice:
    """The same with the proposal that would be approved, who would come, and how much of the series it keeps; or why
    nothing was approved."""

    member: Member
    match: MatchView | None
    people: Sequence[str] = ()
    kept: Message | None = None
    refused: Message | None = None

    @property
    def can_be_approved(self) -> bool:
        """Whether nothing stands in the way of the proposal now."""
        return self.match is not None and not self.match.objections


def members(db: Session, series_id: int | None, *, now: datetime) -> list[Member]:
    """The requests of a series in their order, in a fixed number of queries; none of no series."""
    if series_id is None:
        return []
    requests = in_series(db, [series_id])[series_id]
    sessions = booked(db, [each.id for each in requests])
    found = matching.on_the_desk(db, [each.joined_id or each.id for each in requests])
    return [
        _member(each, sessions.get(each.id), found.get(each.joined_id or each.id, []), now=now) for each in requests
    ]


def _member(request: SessionRequest, session: Booked | None, found: list[ProposedMatch], *, now: datetime) -> Member:
    stands = session if session and request.state in WITH_SESSION else None
    best = next(iter(found), None) if stands is None else None
    is_ahead = intake.is_ahead(request, now=now) and request.state in IN_QUEUE
    return Member(
        request=request,
        place=request.series_place or 0,
        tag=NOT_YET if is_ahead else REQUESTS[request.state],
        booked=stands,
        found=Interval(best.starts_at, best.ends_at) if best else None,
        ahead=request.look_from if is_ahead else None,
    )


@router.get("/desk/series/{series_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, series_id: Number) -> Response:
    """Every request of the series, and the best proposal of each that has one."""
    return _page(request, db, series_id, {}, now=now)


@router.post("/desk/series/{series_id}/approve")
def approve(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, series_id: Number) -> Response:
    """Approve the proposals that the page showed, each as if by itself; those that cannot be are left, with the
    reason."""
    asked = _requests(db, series_id)
    numbers = [number_in(each) for each in sent.all("match")]
    chosen = {match.request_id: match for match in (matching.by_id(db, number or 0) for number in numbers)}
    if not chosen.keys() <= {each.id for each in asked}:
        raise NotFound(say("There is no such proposal."))
    in_order = [chosen[each.id] for each in asked if each.id in chosen]
    refused = approve_all(db, in_order, actor=actor.label, now=now)
    if refused:
        return _page(request, db, series_id, refused, approved=len(chosen) - len(refused), now=now)
    return see_other(f"/desk/series/{series_id}")


def _requests(db: Session, series_id: int) -> list[SessionRequest]:
    found = in_series(db, [series_id])[series_id]
    if not found:
        raise NotFound(say("There is no such series."))
    return found


def _page(
    request: Request,
    db: Session,
    series_id: int,
    refused: Mapping[int, Message],
    *,
    approved: int = 0,
    now: datetime,
) -> Response:
    first, *_ = _requests(db, series_id)
    choices = _choices(db, members(db, series_id, now=now), refused, now=now)
    series = series_of(db, [first])
    return render(
        request,
        "desk/series.html",
        status=409 if refused and not approved else 200,
        series=series[series_id],
        of_series=rhythm_of_series(series[series_id]),
        asked=first,
        hospital=intake.hospital_of(db, first),
        choices=choices,
        chosen=[each for each in choices if each.can_be_approved],
        refused=len(refused),
        approved=approved,
    )


def _choices(db: Session, members: Sequence[Member], refused: Mapping[int, Message], *, now: datetime) -> list[Choice]:
    """Each with its proposal, in a fixed number of queries."""
    matched = [each.request for each in members if each.request.state is RequestState.MATCHED]
    found = views(db, matched, now=now)
    return [_choice(each, found.get(each.request.id, ()), refused.get(each.request.id)) for each in members]


def _choice(member: Member, views: Sequence[MatchView], refused: Message | None) -> Choice:
    """The best of its proposals that still holds, else the best."""
    waiting = [each for each in views if each.state is MatchState.PROPOSED]
    match = next((each for each in waiting if not each.objections), next(iter(waiting), None))
    if match is None:
        return Choice(member, None, refused=refused)
    people = [each.name for each in match.members]
    kept = next((part.message for part in match.parts if part.id == KEPT), None)
    return Choice(member, match, people, kept, refused)
