"""Small worlds, plain and random, in which every match can be tried one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from medixchange.matching.match import Held, Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request, Window
from medixchange.matching.resources import Block, Expert, Hospital, Interpreter, Mask, Room
from medixchange.matching.rules import why_not
from medixchange.messages import Message, say
from medixchange.policies.values import Policy, Weights
from medixchange.times.grid import Grid

Row = TypeVar("Row")

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
PAIRS = ((("zh", "en"),), (("en", "rw"),), (("zh", "rw"),), (("zh", "en"), ("en", "rw")))
NOBODY = frozenset[str]()


def some_hours(chance: Random) -> tuple[Mask, ...]:
    """Hours with a few holes."""
    return (Mask("hours", FULL & ~slots({chance.randrange(SLOTS) for _ in range(chance.choice((0, 3, 8, 14)))})),)


def some_expert(chance: Random, number: int) -> Expert:
    """An expert with some topics, tongues and hours."""
    known = chance.sample(TOPICS, chance.choice((1, 2, 2, 3)))
    return expert(
        f"e{number}",
        zone=chance.choice(ZONES),
        masks=some_hours(chance),
        specialties={topic: chance.randint(1, 3) for topic in known},
        speaking={"zh": chance.choice((3, 4, 5)), "en": chance.choice((0, 3, 4, 5)), "rw": chance.choice((0, 0, 0, 4))},
        rest_minutes=chance.choice((0, 60, 120)),
        max_day=chance.randint(1, 3),
        max_week=chance.randint(2, 4),
        past_load=chance.randint(0, 3),
        lent=number % 3,
        exclude_hospitals=chance.choice((NOBODY, NOBODY, NOBODY, NOBODY, frozenset({"h"}))),
    )


def some_interpreter(chance: Random, number: int) -> Interpreter:
    """An interpreter with some pairs, not always both ways."""
    both = chance.choice(PAIRS)
    back = ((other, one) for one, other in both if chance.random() < 0.9)
    return replace(
        interpreter(f"i{number}", *both),
        pairs=frozenset((*both, *back)),
        zone=chance.choice(ZONES),
        masks=some_hours(chance),
        rest_minutes=chance.choice((0, 60, 120)),
        simultaneous=chance.random() < 0.9,
        consecutive=number % 3 == 0,
        max_minutes_day=chance.choice((60, 120, 240)),
        max_minutes_week=chance.choice((120, 300)),
    )


def some_request(chance: Random) -> Request:
    """A request of one or two hours about some topics, in which few understand English."""
    windows = tuple(
        Window(some_hours(chance)[0].slots & ~slots(range(chance.randrange(12))), chance.randint(1, 100), (0, 1440))
        for _ in range(chance.choice((0, 1, 2)))
    )
    least = chance.choice((1, 1, 2))
    return request(
        minutes=chance.choice((60, 120)),
        specialties=tuple(chance.sample(TOPICS, chance.choice((1, 1, 2, 3)))),
        audience={"rw": chance.randint(3, 5), "en": chance.choice((1, 2, 2, 3, 4))},
        earliest=at(chance.randrange(8)),
        deadline=at(chance.randint(22, SLOTS)),
        windows=windows,
        windows_only=bool(windows) and chance.random() < 0.3,
        urgency=chance.randint(1, 3),
        panel_min=least,
        panel_max=chance.randint(least, 3),
        exclude=chance.choice((NOBODY, NOBODY, NOBODY, frozenset({"e0"}))),
        continuity=chance.choice((None, "e1")),
        weekend_ok=chance.random() < 0.5,
        seats=chance.choice((0, 20)),
        interpreting=chance.random() < 0.9,
    )


def some_room(chance: Random, number: int) -> Room:
    """A room with or without limits."""
    return room(f"room{number}", seats=chance.choice((None, 30, 10)), channels=chance.choice((None, 2, 2, 1, 0)))


def some_session(chance: Random, number: int) -> Held:
    """A session that holds some of the people, the room or the hospital."""
    return held(
        chance.randrange(SLOTS - 2),
        chance.choice((1, 2)),
        id=f"s{number}",
        hospital=chance.choice(("h", "other", "other")),
        guests=(("g",), (), ())[number % 3],
        experts=tuple(chance.sample(("e0", "e1", "e2"), chance.choice((0, 1, 2)))),
        interpreters=tuple(chance.sample(("i0", "i1", "i2"), chance.choice((0, 1, 2)))),
        room=chance.choice((None, "room0")),
    )


def some_consecutive(number: int) -> dict[str, Any]:
    """Whether interpreting may be consecutive, by how many, and how much longer it takes then."""
    chance = Random(f"consecutive-{number}")
    return {
        "consecutive": chance.random() < 0.5,
        "consecutive_team": chance.choice((1, 1, 2)),
        "consecutive_percent": chance.choice((100, 150, 200)),
    }


def some_guest(chance: Random) -> Hospital:
    """Another hospital, elsewhere."""
    masks = (*some_hours(chance), Mask("weekend", some_hours(chance)[0].slots))
    return hospital(id="g", name="Parirenyatwa", zone=chance.choice(ZONES), masks=masks)


def some_parties(chance: Random) -> tuple[Party, ...]:
    """Now and then another audience or two, here or elsewhere, who hear this or that."""
    return tuple(
        Party(
            hospital=chance.choice(("g", "g", "h")),
            audience={chance.choice(("en", "rw", "zh")): chance.randint(3, 5), "en": chance.randint(1, 4)},
            windows=(Window(some_hours(chance)[0].slots, chance.randint(1, 100), (0, 1440)),) * chance.choice((0, 1)),
            windows_only=chance.random() < 0.1,
            weekend_ok=chance.random() < 0.5,
        )
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2)))
    )


def some_world(number: int) -> Problem:
    """The world of this number: one request, a few people, and sessions that stand."""
    chance = Random(number)

    def several(make: Callable[[Random, int], Row], least: int, most: int) -> tuple[Row, ...]:
        return tuple(make(chance, each) for each in range(chance.randint(least, most)))

    wanted = replace(some_request(chance), joint=some_parties(Random(f"joint-{number}")))
    earlier = direct(chance.randrange(SLOTS - 1), "e0", "e2", minutes=wanted.minutes)
    by_two = replace(earlier, route=interpreted("i0", "i1"))
    masks = (*some_hours(chance), Mask("weekend", some_hours(chance)[0].slots))
    return world(
        hospitals=(hospital(masks=masks, zone=chance.choice(ZONES)), some_guest(Random(f"guest-{number}"))),
        requests=(wanted,),
        experts=several(some_expert, 2, 4),
        interpreters=several(some_interpreter, 1, 6),
        rooms=several(some_room, 1, 2),
        held=several(some_session, 0, 4),
        tentative=chance.choice(({}, {"r": earlier}, {"r": by_two})),
        policy=Policy(
            team_sizes=TEAMS, relay_last=number % 2 == 0, multilingual_team=1 + number % 2, **some_consecutive(number)
        ),
        weights=Weights(stable_interpreter=chance.choice((0, 7, 500))),
    )


def some_gathering(number: int) -> Problem:
    """A world in which two or three audiences hear different languages, few of them the panel's, in one afternoon."""
    found, chance = some_world(number), Random(f"gathering-{number}")
    tongues = chance.sample(("rw", "fr", "en"), 3)
    joint = tuple(Party(hospital="g", audience={tag: 4}) for tag in tongues[: chance.choice((1, 1, 1, 2))])
    asked = replace(found.requests[0], audience={tongues[2]: 5}, joint=joint, earliest=at(6), deadline=at(11))
    pairs = [("zh", tongues[0]), ("zh", tongues[2]), ("zh", "en"), ("en", "rw"), ("en", "fr")]
    people = [some_interpreter(chance, each) for each in range(chance.randint(4, 6))]
    able = tuple(
        replace(interpreter(each.id, *chance.sample(pairs, chance.choice((1, 2, 3)))), zone=each.zone, masks=each.masks)
        for each in people
    )
    return replace(
        found,
        hospitals=(hospital(), hospital(id="g", name="Parirenyatwa")),
        requests=(replace(asked, minutes=60, windows=(), windows_only=False, interpreting=True, exclude=NOBODY),),
        experts=tuple(replace(each, exclude_hospitals=NOBODY) for each in found.experts[:3]),
        interpreters=able,
        rooms=(room("room0", channels=chance.choice((None, None, 2))),),
        held=found.held[:2],
        policy=replace(found.policy, multilingual_team=chance.choice((1, 1, 2)), relay_last=chance.random() < 0.7),
    )


def worlds() -> st.SearchStrategy[Problem]:
    """Random worlds, evenly drawn: what makes one hard lies in how its parts meet, not in large numbers."""
    return st.integers(0, 2**40).map(lambda number: some_gathering(number) if number % 4 == 3 else some_world(number))
