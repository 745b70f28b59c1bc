"""One request at the desk: what is asked, what was found for it and why, or why nothing was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Malformed
from medixchange.i18n import Words
from medixchange.intake import actions as intake_actions
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE, RequestState, Verb, may, step
from medixchange.intake.models import SessionRequest
from medixchange.intake.patients import NoPatientData
from medixchange.intake.series_rows import place_in_series
from medixchange.languages.texts import Paragraph
from medixchange.matching import actions as matching_actions
from medixchange.matching import queries as matching
from medixchange.matching.actions import SEARCHED
from medixchange.matching.late import late_for_decision
from medixchange.matching.models import MatchState
from medixchange.matching.queries import Ranking
from medixchange.matching.together import agree as agree_to
from medixchange.matching.together import let_go
from medixchange.matching.views import MatchView, MemberView
from medixchange.messages import Message, Value, from_json, say
from medixchange.outbox import queries as outbox
from medixchange.sessions.invites import conversation
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.models import Role
from medixchange.times.grid import QUARTER
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.clock import DrawnLane, Lane, draw
from medixchange.web.desk import reasons
from medixchange.web.desk.asked import facts_of
from medixchange.web.desk.booked import booked
from medixchange.web.desk.company import company_of
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.reliefs import helps
from medixchange.web.desk.said import HOLDERS, REQUESTS, ROLES, age_of
from medixchange.web.desk.series import NOT_YET, members
from medixchange.web.desk.standing import row_of
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, render, see_other

LONGEST = 24 * 60

router = APIRouter()


class Reason(BaseModel):
    """Why the organizers say no."""

    asks: ClassVar[Mapping[str, Message]] = {"reason": say("Write why, in words that the hospital will read.")}

    reason: Annotated[str, Paragraph(500)]
    no_patient_data: NoPatientData = ""


class Agreed(BaseModel):
    """What the hospital agrees to, as the button of a change that would help says."""

    windows: Literal["yes"] | None = None
    interpreting: Literal["yes"] | None = None
    shorter: Annotated[int, Field(ge=QUARTER, multiple_of=QUARTER, le=LONGEST)] | None = None


@dataclass(frozen=True)
class Proposal:
    """A proposal with its picture, the way from mouth to ear, why it was chosen and why it is not the first."""

    match: MatchView
    lanes: list[DrawnLane]
    conversation: Message
    people: list[tuple[Message, MemberView]]
    why: list[reasons.Reason]
    behind: list[reasons.Reason]


@router.get("/desk/requests/{request_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading, request_id: Number) -> Response:
    """The request, its proposals best first, or what stands in the way."""
    asked = intake.by_id(db, request_id)
    ranking = matching.ranked(db, request_id, now=now)
    hospital, stands = intake.hospital_of(db, asked), booked(db, [request_id]).get(request_id)
    session = stands.session if stands else None
    company = company_of(db, asked, now=now)
    is_ahead = intake.is_ahead(asked, now=now) and asked.state in IN_QUEUE
    return render(
        request,
        "desk/request.html",
        asked=asked,
        hospital=hospital,
        tag=NOT_YET if is_ahead else REQUESTS[asked.state],
        holder=HOLDERS.get(asked.state),
        age=age_of(asked, in_queue=may(asked.state, Verb.DECLINE), now=now),
        of_series=place_in_series(db, asked),
        series=members(db, asked.series_id, now=now),
        ahead=asked.look_from if is_ahead else None,
        facts=facts_of(asked, reader.words),
        windows=intake.hours_asked(db, asked),
        reason=_reason(asked),
        ranking=ranking,
        over=len(late_for_decision(db, [request_id], now=now)),
        on_the_desk=sum(1 for each in ranking.matches if each.state is MatchState.PROPOSED),
        helps=helps(db, ranking, [(asked, hospital), *company.others]),
        company=company,
        proposals=_proposals(ranking, reader.words),
        letters=[row_of(each) for each in outbox.about(db, f"request:{request_id}")],
        history=history_of(db, f"request:{request_id}", zone=hospital.zone),
        booked=stands,
        session=session,
        session_stands=session is not None and session.state in ALIVE,
        may_search=asked.state in SEARCHED and not is_ahead,
        may_exchange=asked.state in IN_QUEUE,
        may_decline=may(asked.state, Verb.DECLINE),
    )


@router.post("/desk/requests/{request_id}/search")
def search(db: Db, now: Now, actor: OrganizerActor, request_id: Number) -> Response:
    """Look for proposals again, as things stand now."""
    asked = intake.by_id(db, request_id, for_change=True)
    matching_actions.search_again(db, asked, actor=actor.label, now=now)
    return see_other(f"/desk/requests/{request_id}")


@router.post("/desk/requests/{request_id}/agree")
def agree(db: Db, now: Now, actor: OrganizerActor, sent: Sent, request_id: Number) -> Response:
    """The hospital agrees to what would help: write it into its request, and look again."""
    asked = intake.by_id(db, request_id, for_change=True)
    agreed = read(Agreed, sent).value
    if agreed is None:
        raise Malformed(say("What was sent could not be read. Go back and try again."))
    agree_to(
        db,
        asked,
        any_hour=agreed.windows is not None,
        interpreters=agreed.interpreting is not None,
        minutes=agreed.shorter,
        actor=actor.label,
        now=now,
    )
    return see_other(f"/desk/requests/{asked.joined_id or request_id}")


@router.get("/desk/requests/{request_id}/decline", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, request_id: Number) -> Response:
    """The page that asks for the reason before anybody is told."""
    asked = intake.by_id(db, request_id)
    step(asked.state, Verb.DECLINE)
    return _decline_page(request, db, asked, Typed())


@router.post("/desk/requests/{request_id}/decline")
def decline(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, request_id: Number) -> Response:
    """Say no, and tell the hospital why."""
    asked = intake.by_id(db, request_id, for_change=True)
    filled = read(Reason, sent)
    if filled.value is None:
        step(asked.state, Verb.DECLINE)
        return _decline_page(request, db, asked, sent, errors=filled.errors)
    intake_actions.decline(db, asked, reason=filled.value.reason, actor=actor.label, now=now)
    matching_actions.retire(db, request_id)
    let_go(db, asked, actor=actor.label, now=now)
    return see_other(f"/desk/requests/{request_id}")


@router.post("/desk/matches/{match_id}/dismiss")
def dismiss(db: Db, now: Now, actor: OrganizerActor, match_id: Number) -> Response:
    """Take one proposal off the desk."""
    match = matching.by_id(db, match_id)
    matching_actions.dismiss(db, match, actor=actor.label, now=now)
    return see_other(f"/desk/requests/{match.request_id}")


def _proposals(ranking: Ranking, words: Words) -> list[Proposal]:
    """The proposals that wait for a decision, as the page shows them."""
    waiting = [each for each in ranking.matches if each.state is MatchState.PROPOSED]
    behind = reasons.ranked_behind(waiting)
    return [
        Proposal(
            match=each,
            lanes=_lanes(each, ranking, words),
            conversation=conversation(each),
            people=[(ROLES[Role(member.role)], member) for member in each.members],
            why=reasons.why(each),
            behind=behind[each.id],
        )
        for each in waiting
    ]


def _lanes(match: MatchView, ranking: Ranking, words: Words) -> list[DrawnLane]:
    lanes = [Lane(ranking.hospital, "", ranking.hospital_zone, match.hospital_free)]
    lanes += [Lane(each.name, "", each.zone, each.free) for each in match.guests]
    lanes += [
        Lane(each.name, words.say(ROLES[Role(each.role)]) if each.leg else "", each.zone, each.free)
        for each in match.members
    ]
    return draw(lanes, match.starts_at, match.ends_at, base_zone=ranking.hospital_zone, words=words)


def _reason(asked: SessionRequest) -> Value | None:
    """Why the request has ended, where somebody said so."""
    ended = asked.state in (RequestState.DECLINED, RequestState.WITHDRAWN)
    return from_json(asked.reason) if ended and asked.reason is not None else None


def _decline_page(
    request: Request, db: Session, asked: SessionRequest, typed: Typed, errors: Mapping[str, Message] | None = None
) -> Response:
    return render(
        request,
        "desk/decline.html",
        status=422 if errors else 200,
        asked=asked,
        hospital=intake.hospital_of(db, asked),
        typed=typed,
        errors=errors or {},
    )
