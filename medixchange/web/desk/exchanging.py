"""Exchanging single parts of a proposal: who could come instead, what that is worth or what stands in the way."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.i18n import Words
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import others_of
from medixchange.matching import queries as matching
from medixchange.matching.actions import put_forward
from medixchange.matching.exchange import Exchange
from medixchange.matching.facts import problem_of_use
from medixchange.matching.match import Match
from medixchange.matching.models import ProposedMatch
from medixchange.matching.parts import Option, Seat
from medixchange.matching.stored import members_of, value_of
from medixchange.messages import Message, count, language, say, sentences
from medixchange.sessions.invites import conversation
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.bookable import label
from medixchange.web.desk.chosen import Chosen, address, chosen, fields
from medixchange.web.desk.reasons import Reason, behind, reasons_of, signed
from medixchange.web.form import Sent, Typed
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, render, see_other

MOST_SHOWN = 5
"""Of how many who could take a seat it is shown in words what they are worth."""
PEOPLE = (say("Can come then"), say("Can come then, and converse in another way"), say("Cannot come then"))
HOURS = (say("Possible with these people"), say("Not possible with these people"))
ROOMS = (say("Free then"), say("Not free then"))
NO_PANEL = say("Choose an expert.")

router = APIRouter()


@dataclass(frozen=True)
class Choice:
    """What a part can be exchanged for, in words: what speaks for and against it, or what stands in its way."""

    name: str
    points: str
    why: Sequence[Reason]
    against: Sequence[Message]


@dataclass(frozen=True)
class Part:
    """One part of a match: its field, its name, what it can be exchanged for by heading, and some of it in words."""

    name: str
    label: Message
    groups: Sequence[tuple[Message, Sequence[tuple[str, str]]]]
    shown: Sequence[Choice]


@dataclass(frozen=True)
class Beside:
    """Another match that could be chosen instead, with who comes and in which languages."""

    title: Message
    match: Match
    names: Sequence[str]
    conversation: Message
    fit: int
    href: str


@router.get("/desk/matches/{match_id}/exchange", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading, match_id: Number) -> Response:
    """The parts of a proposal, or of what was chosen of them, with what they can be exchanged for."""
    match = matching.by_id(db, match_id)
    asked = intake.by_id(db, match.request_id)
    typed = Typed.of(dict(request.query_params))
    return _page(request, db, asked, match, _read(db, asked, match, typed, now=now), reader.words)


@router.post("/desk/matches/{match_id}/exchange")
def propose(
    request: Request, db: Db, now: Now, actor: OrganizerActor, reader: Reading, sent: Sent, match_id: Number
) -> Response:
    """Put what was chosen among the proposals; where that cannot be, say why and keep what was chosen."""
    match = matching.by_id(db, match_id)
    asked = intake.by_id(db, match.request_id, for_change=True)
    found = _read(db, asked, match, sent, now=now)
    ranked, against = found.exchange.ranked, [*found.faults, *found.notes, *found.exchange.conflicts]
    if ranked is None or against:
        return _page(request, db, asked, match, found, reader.words, refused=sentences(against or [NO_PANEL]))
    try:
        made = put_forward(db, asked, ranked, actor=actor.label, now=now)
    except Refusal as no:
        return _page(request, db, asked, match, found, reader.words, refused=no.message)
    return see_other(f"/desk/requests/{asked.id}#proposal-{made.id}")


def _read(db: Session, asked: SessionRequest, match: ProposedMatch, typed: Typed, *, now: datetime) -> Chosen:
    members = members_of(db, [match.id])[match.id]
    problem = problem_of_use(db, asked, now=now, beside=[each.person_id for each in members])
    return chosen(typed, value_of(match, members), problem)


def _page(
    request: Request,
    db: Session,
    asked: SessionRequest,
    match: ProposedMatch,
    found: Chosen,
    words: Words,
    *,
    refused: Message | None = None,
) -> Response:
    exchange, hospital = found.exchange, intake.hospital_of(db, asked)
    best, own = exchange.best_here, exchange.score
    typed = fields(exchange.parts) | {"day": exchange.day.isoformat()}
    return render(
        request,
        "desk/exchange.html",
        status=409 if refused else 200,
        asked=asked,
        hospital=hospital,
        others=others_of(db, asked),
        found=found,
        match=exchange.match,
        number=match.id,
        fit=own.fit if own else None,
        against=[*found.faults, *exchange.conflicts],
        why=reasons_of(own.parts, experts=len(exchange.match.panel)) if own else [],
        behind=behind(own.parts, best.score.parts) if own and best else [],
        beside=_beside(exchange),
        conversation=conversation(exchange.match.route),
        days=_days(exchange, words),
        hour=_hours(exchange, hospital.zone, words),
        experts=_experts(exchange, words),
        interpreters=_interpreters(exchange, words),
        room=_room(exchange, words),
        may_propose=asked.state in IN_QUEUE,
        typed=Typed.of(typed),
        errors={"": refused} if refused else {},
    )


def _hours(exchange: Exchange, zone: str, words: Words) -> Part:
    hours = [replace(each, name=label(datetime.fromisoformat(each.id), zone, words)) for each in exchange.hours()]
    return _part("at", say("Start"), _apart(hours), HOURS, exchange, words)


def _days(exchange: Exchange, words: Words) -> list[tuple[str, str]]:
    """The days on which a session could be, and the chosen one."""
    starts = {exchange.day: (), **exchange.starts}
    return [(day.isoformat(), words.say(_day(day, len(starts[day]), words))) for day in sorted(starts)]


def _day(day: date, starts: int, words: Words) -> Message:
    return count("%(day)s: %(num)s start", "%(day)s: %(num)s starts", starts, day=words.short_day(day))


def _experts(exchange: Exchange, words: Words) -> list[Part]:
    return [
        _part(f"expert{seat + 1}", say("Expert %(num)s", num=seat + 1), exchange.experts(seat), PEOPLE, exchange, words)
        for seat in range(len(exchange.parts.panel))
    ]


def _interpreters(exchange: Exchange, words: Words) -> list[Part]:
    return [
        _part(
            f"interpreter{leg}_{seat}",
            say("Interpreter %(num)s, %(one)s and %(other)s", num=seat, one=language(one), other=language(other)),
            exchange.interpreters(leg - 1, seat - 1),
            PEOPLE,
            exchange,
            words,
        )
        for leg, (one, other) in enumerate(exchange.parts.way.legs, 1)
        for seat in range(1, len(exchange.parts.teams[leg - 1]) + 1)
    ]


def _room(exchange: Exchange, words: Words) -> Part:
    return _part("room", say("Video room"), _apart(exchange.rooms()), ROOMS, exchange, words)


def _apart(options: Sequence[Option]) -> Seat:
    return Seat([each for each in options if each.is_free], (), [each for each in options if not each.is_free])


def _part(
    name: str, called: Message, seat: Seat, headings: Sequence[Message], exchange: Exchange, words: Words
) -> Part:
    several = (seat.can, seat.converse, seat.cannot) if len(headings) == len(PEOPLE) else (seat.can, seat.cannot)
    own = fields(exchange.parts)[name]
    groups = [
        (heading, [(each.id, _text(each, words, valued=options is seat.can and each.id != own)) for each in options])
        for heading, options in zip(headings, several, strict=True)
    ]
    experts = len(exchange.match.panel)
    worth = sorted((each for each in seat.can if each.terms), key=lambda each: -each.points)
    told = worth[:MOST_SHOWN] + [each for each in seat.cannot if each.against]
    shown = [
        Choice(
            each.name,
            signed(each.points) if each.is_free else "",
            reasons_of(each.terms, experts=experts),
            each.against,
        )
        for each in told
    ]
    return Part(name, called, groups, shown)


def _text(option: Option, words: Words, *, valued: bool) -> str:
    return f"{option.name}{words.colon}{words.isolated(signed(option.points))}" if valued else option.name


def _beside(exchange: Exchange) -> list[Beside]:
    """What could be chosen instead, each once."""
    tries = (
        (say("What is nearest at this hour"), exchange.nearest if exchange.conflicts else None),
        (say("The best of these experts at this hour"), exchange.best_of_panel),
        (say("The best at this hour"), exchange.best_here),
        (say("The best of all hours"), exchange.best),
    )
    found = dict[Hashable, Beside]()
    for title, ranked in tries:
        if ranked is not None and ranked.match.identity not in (exchange.match.identity, *found):
            match, fit = ranked.match, ranked.score.fit
            names, said = exchange.names_of(match), conversation(match.route)
            found[match.identity] = Beside(title, match, names, said, fit, address(match))
    return list(found.values())
