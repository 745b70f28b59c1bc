"""What each part of a match can be exchanged for, as the page shows it: by heading, with its worth or why not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from medixchange.i18n import Words
from medixchange.matching.exchange import Exchange
from medixchange.matching.exchange_ways import ways_of
from medixchange.matching.match import Match
from medixchange.matching.parts import NOBODY, Option, Seat
from medixchange.matching.ways import Way
from medixchange.messages import Message, Value, count, language, listed, say
from medixchange.sessions.invites import conversation
from medixchange.web.bookable import label
from medixchange.web.desk.chosen import address, fields, written
from medixchange.web.desk.reasons import Reason, reasons_of, signed

MOST_SHOWN = 5
"""Of how many who could take a seat it is shown in words what they are worth."""
PEOPLE = (say("Can come then"), say("Can come then, and converse in another way"), say("Cannot come then"))
FILLING = (say("Can come then, and fill the empty seat"), *PEOPLE[1:])
"""Of a seat on which nobody is and somebody is needed."""
WAYS = (say("Possible with these experts"), say("Not possible with these experts"))
HOURS = (say("Possible with these people"), say("Not possible with these people"))
ROOMS = (say("Free then"), say("Not free then"))


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


def hours(exchange: Exchange, zone: str, words: Words, others: Sequence[str]) -> Part:
    """The starts of the chosen day, on the clock of ``zone``, with those of ``others`` beside it."""
    starts = [(each, datetime.fromisoformat(each.id)) for each in exchange.hours()]
    found = [replace(each, name=label(at, zone, words, others)) for each, at in starts]
    return _part("at", say("Start"), _apart(found), HOURS, exchange, words)


def days(exchange: Exchange, words: Words) -> list[tuple[str, str]]:
    """The days on which a session could be, and the chosen one."""
    starts = {exchange.day: (), **exchange.starts}
    return [(day.isoformat(), words.say(_day(day, len(starts[day]), words))) for day in sorted(starts)]


def _day(day: date, starts: int, words: Words) -> Message:
    return count("%(day)s: %(num)s start", "%(day)s: %(num)s starts", starts, day=words.short_day(day))


def experts(exchange: Exchange, words: Words) -> list[Part]:
    """Each seat of the panel. An empty one has to be filled while fewer sit there than are wanted; else it may be."""
    is_short = len(exchange.match.panel) < exchange.request.panel_min
    return [
        _part(
            f"expert{seat}",
            say("Expert %(num)s", num=seat),
            exchange.experts(seat - 1),
            FILLING if is_short and who == NOBODY else PEOPLE,
            exchange,
            words,
        )
        for seat, who in enumerate(exchange.parts.panel, 1)
    ]


def ways(exchange: Exchange, words: Words) -> Part:
    """How these experts and the audience could converse."""
    found = [replace(each, id=written(way), name=words.say(_way(way))) for way, each in ways_of(exchange)]
    return _part("way", say("How they converse"), _apart(found), WAYS, exchange, words)


def _way(way: Way) -> Message:
    """A way in few words, with how many interpret."""
    if way.mode == "direct":
        return say("%(language)s, without interpreting", language=language(way.speech))
    foreign = [language(tag) for tag in dict.fromkeys(way.audiences) if tag != way.speech]
    hired: dict[str, Value] = {
        "speech": language(way.speech),
        "audience": listed(foreign),
        "num": way.hired,
    }
    if way.mode == "consecutive":
        return say("%(speech)s and %(audience)s, after each passage (interpreters: %(num)s)", **hired)
    if way.relayed:
        relay = language(next(source for source, _ in way.legs if source != way.speech))
        return say("%(speech)s and %(audience)s through %(relay)s (interpreters: %(num)s)", relay=relay, **hired)
    return say("%(speech)s and %(audience)s, simultaneously (interpreters: %(num)s)", **hired)


def interpreters(exchange: Exchange, words: Words) -> list[Part]:
    """Each seat of each leg's team. An empty one has to be filled, and what that costs is no loss: points are shown
    only of who could interpret instead of another."""
    return [
        _part(
            f"interpreter{leg}_{seat}",
            say("Interpreter %(num)s, %(one)s and %(other)s", num=seat, one=language(one), other=language(other)),
            exchange.interpreters(leg - 1, seat - 1),
            FILLING if who == NOBODY else PEOPLE,
            exchange,
            words,
            is_valued=who != NOBODY,
        )
        for leg, (one, other) in enumerate(exchange.parts.way.legs, 1)
        for seat, who in enumerate(exchange.parts.teams[leg - 1], 1)
    ]


def room(exchange: Exchange, words: Words) -> Part:
    """The video room."""
    return _part("room", say("Video room"), _apart(exchange.rooms()), ROOMS, exchange, words)


def _apart(options: Sequence[Option]) -> Seat:
    return Seat([each for each in options if each.is_free], (), [each for each in options if not each.is_free])


def _part(
    name: str,
    called: Message,
    seat: Seat,
    headings: Sequence[Message],
    exchange: Exchange,
    words: Words,
    *,
    is_valued: bool = True,
) -> Part:
    several = (seat.can, seat.converse, seat.cannot) if len(headings) == len(PEOPLE) else (seat.can, seat.cannot)
    own = fields(exchange.parts)[name]
    groups = [
        (
            heading,
            [
                (each.id, _text(each, words, valued=is_valued and options is seat.can and each.id != own))
                for each in options
            ],
        )
        for heading, options in zip(headings, several, strict=True)
    ]
    experts = len(exchange.match.panel)
    worth = sorted((each for each in seat.can if each.terms and is_valued), key=lambda each: -each.points)
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


def beside(exchange: Exchange) -> list[Beside]:
    """What could be chosen instead, each once: also what is nearest, where what is chosen cannot be."""
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
