"""Small worlds, plain and random, in which every match can be tried one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from medixchange.matching.match import Held, Match, Route, Team
from medixchange.matching.policy import Policy, Weights
from medixchange.matching.problem import (
    Block,
    Expert,
    Hospital,
    Interpreter,
    Mask,
    Problem,
    Request,
    Room,
    Window,
)
from medixchange.matching.rules import why_not
from medixchange.messages import Message, say
from medixchange.times.grid import Grid

START = datetime(2026, 3, 8, 4, tzinfo=UTC)
"""Sunday noon in Beijing, 06:00 in Kigali; New York puts its clock forward three hours later."""
SLOTS, MINUTES = 30, 60
GRID = Grid(START, SLOTS, MINUTES)
TEAMS = ((60, 1), (480, 2))
TOPICS = ("lungs", "kidneys", "wards")
ZONES = ("Asia/Shanghai", "Africa/Kigali", "America/New_York", "Asia/Kathmandu")


def slots(numbers: Iterable[int]) -> int:
    """The slots with these numbers, as bits."""
    return sum(1 << n for n in numbers)


def at(slot: int) -> datetime:
    """When a slot begins."""
    return START + timedelta(minutes=MINUTES * slot)


def mask(kind: str, numbers: Iterable[int]) -> Mask:
    """A mask that allows these slots alone."""
    return Mask(kind, slots(numbers))


def hospital(**facts: Any) -> Hospital:
    """One in Kigali that can always come."""
    return Hospital(**{"id": "h", "name": "King Faisal", "zone": "Africa/Kigali", "country": "RW", **facts})


def request(**facts: Any) -> Request:
    """An hour about lungs in English."""
    plain = {
        "id": "r",
        "hospital": "h",
        "minutes": 60,
        "specialties": ("lungs",),
        "audience": {"en": 5},
        "earliest": START,
        "deadline": GRID.end,
        "panel_max": 2,
    }
    return Request(**{**plain, **facts})


def expert(name: str = "e1", **facts: Any) -> Expert:
    """Somebody in Beijing who teaches lungs in Chinese and English at any hour."""
    plain = {
        "id": name,
        "name": name.upper(),
        "zone": "Asia/Shanghai",
        "country": "CN",
        "specialties": {"lungs": 3},
        "speaking": {"zh": 5, "en": 5},
        "max_day": 9,
        "max_week": 9,
        "max_month": 9,
    }
    return Expert(**{**plain, **facts})


def interpreter(name: str = "i1", *pairs: tuple[str, str], **facts: Any) -> Interpreter:
    """Somebody in Beijing between Chinese and Kinyarwanda, or between other ``pairs``, both ways."""
    both = frozenset(way for one, other in pairs or (("zh", "rw"),) for way in ((one, other), (other, one)))
    plain = {"id": name, "name": name.upper(), "zone": "Asia/Shanghai", "country": "CN", "pairs": both}
    return Interpreter(**{**plain, **facts})


def room(name: str = "room", **facts: Any) -> Room:
    """A room for everybody."""
    return Room(**{"id": name, "name": name.upper(), **facts})


def world(**facts: Any) -> Problem:
    """One request, one expert, one room; ``facts`` replace what they name."""
    plain = {
        "grid": GRID,
        "policy": Policy(team_sizes=TEAMS),
        "weights": Weights(),
        "hospitals": (hospital(),),
        "requests": (request(),),
        "experts": (expert(),),
        "interpreters": (),
        "rooms": (room(),),
    }
    return Problem(**{**plain, **facts})


def direct(slot: int, *panel: str, **facts: Any) -> Match:
    """A match in English at a slot, of ``e1`` unless others are named."""
    plain = {
        "request": "r",
        "start": at(slot),
        "minutes": 60,
        "panel": panel or ("e1",),
        "route": Route("direct", "en", "en"),
        "room": "room",
    }
    return Match(**{**plain, **facts})


def interpreted(*people: str, speech: str = "zh", audience: str = "rw") -> Route:
    """The route by one team."""
    return Route("interpreter", speech, audience, (Team(speech, audience, people),))


def held(slot: int, length: int = 1, **facts: Any) -> Held:
    """A session that stands already, of nobody unless ``facts`` say whose."""
    plain = {"id": f"s{slot}", "name": say("the session at %(slot)s", slot=slot), "hospital": "other"}
    return Held(**{**plain, "start": at(slot), "end": at(slot + length), **facts})


EARLY = range(10)
"""Slots that a mask allows; matches at slot 12 are blocked by it."""
FESTIVAL = Block(slots([12]), say("Qingming festival"))
RWANDAN = request(audience={"rw": 5})
PEOPLE = (interpreter("i1"), interpreter("i2"), interpreter("i3", ("zh", "en")))


def refused(match: Match, problem: Problem) -> list[tuple[str, str, Message]]:
    """The rules that refuse, the kind of thing that is in the way, and the words."""
    return [(reason.rule, reason.kind, reason.message) for reason in why_not(match, problem)]


FULL = (1 << SLOTS) - 1
HOLES = st.lists(st.integers(0, SLOTS - 1), max_size=9)
DENSE = st.one_of(st.just(FULL), HOLES.map(lambda holes: FULL & ~slots({*holes})))
LEVELS = st.sampled_from((5, 4, 5, 4, 3, 0))
RESTS = st.sampled_from((0, 60, 120))
PAIRS = ((("zh", "en"),), (("en", "rw"),), (("zh", "rw"),), (("zh", "en"), ("en", "rw")))
NOBODY = frozenset[str]()


@st.composite
def experts(draw: st.DrawFn, number: int) -> Expert:
    """An expert with some topics, tongues and hours."""
    return expert(
        f"e{number}",
        zone=draw(st.sampled_from(ZONES)),
        masks=(Mask("hours", draw(DENSE)),),
        specialties=draw(st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 3), min_size=2)),
        speaking={"zh": draw(LEVELS), "en": draw(LEVELS), "rw": draw(st.sampled_from((0, 0, 0, 4)))},
        rest_minutes=draw(RESTS),
        max_day=draw(st.integers(1, 3)),
        max_week=draw(st.integers(2, 4)),
        past_load=draw(st.integers(0, 3)),
        exclude_hospitals=draw(st.sampled_from((NOBODY, NOBODY, NOBODY, frozenset({"h"})))),
    )


@st.composite
def interpreters(draw: st.DrawFn, number: int) -> Interpreter:
    """An interpreter with some pairs, not always both ways."""
    both = draw(st.sampled_from(PAIRS))
    return replace(
        interpreter(f"i{number}", *both),
        pairs=frozenset({*both} | {(b, a) for a, b in both if draw(st.integers(0, 5))}),
        zone=draw(st.sampled_from(ZONES)),
        masks=(Mask("hours", draw(DENSE)),),
        rest_minutes=draw(RESTS),
        simultaneous=draw(st.sampled_from((True, True, True, False))),
        max_minutes_day=draw(st.sampled_from((60, 120, 240))),
        max_minutes_week=draw(st.sampled_from((120, 300))),
    )


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A request of one or two hours about some topics."""
    first, last = draw(st.integers(0, 8)), draw(st.integers(22, SLOTS))
    windows = draw(st.lists(st.tuples(DENSE, st.integers(1, 100)), max_size=2))
    least = draw(st.sampled_from((1, 1, 2)))
    return request(
        minutes=draw(st.sampled_from((60, 120))),
        specialties=tuple(draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True))),
        audience={"rw": draw(st.integers(3, 5)), "en": draw(st.sampled_from((1, 2, 3, 4)))},
        earliest=at(first),
        deadline=at(last),
        windows=tuple(Window(bits, weight, (0, 1440)) for bits, weight in windows),
        windows_only=bool(windows) and not draw(st.integers(0, 3)),
        urgency=draw(st.integers(1, 3)),
        panel_min=least,
        panel_max=draw(st.integers(least, 3)),
        exclude=draw(st.sampled_from((NOBODY, NOBODY, frozenset({"e0"})))),
        continuity=draw(st.sampled_from((None, "e1"))),
        weekend_ok=draw(st.booleans()),
        seats=draw(st.sampled_from((0, 20))),
        interpreting=draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def rooms(draw: st.DrawFn, number: int) -> Room:
    """A room with or without limits."""
    return room(
        f"room{number}",
        seats=draw(st.sampled_from((None, 30, 10))),
        channels=draw(st.sampled_from((None, 2, 1, 0))),
    )


@st.composite
def sessions(draw: st.DrawFn, number: int) -> Held:
    """A session that holds some of the people, the room or the hospital."""
    return held(
        draw(st.integers(0, SLOTS - 3)),
        draw(st.integers(1, 2)),
        id=f"s{number}",
        hospital=draw(st.sampled_from(("h", "other", "other"))),
        experts=tuple(draw(st.sets(st.sampled_from(("e0", "e1", "e2")), max_size=2))),
        interpreters=tuple(draw(st.sets(st.sampled_from(("i0", "i1")), max_size=1))),
        room=draw(st.sampled_from((None, "room0"))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Problem:
    """A random world of one request, a few people and sessions that stand."""

    def several(make: Any, least: int, most: int) -> tuple[Any, ...]:
        return tuple(draw(make(number)) for number in range(draw(st.integers(least, most))))

    wanted = draw(requests())
    earlier = direct(draw(st.integers(0, SLOTS - 2)), "e0", "e2", minutes=wanted.minutes)
    masks = (Mask("hours", draw(DENSE)), Mask("weekend", draw(DENSE)))
    return world(
        hospitals=(hospital(masks=masks, zone=draw(st.sampled_from(ZONES))),),
        requests=(wanted,),
        experts=several(experts, 1, 3),
        interpreters=several(interpreters, 0, 5),
        rooms=several(rooms, 1, 2),
        held=several(sessions, 0, 3),
        tentative=draw(st.sampled_from(({}, {"r": earlier}))),
    )
