"""What an instance file must keep beside its shape: every id once, names of somebody, ends after beginnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from medixchange.matching.clocks import stretches
from medixchange.matching.format_refusals import Place, malformed, shown
from medixchange.matching.format_values import MOST, MOST_SLOTS, MOST_STARTS
from medixchange.messages import Message, say
from medixchange.policies.entries import LARGEST
from medixchange.times import zones
from medixchange.times.grid import Grid

Data = Mapping[str, Any]
Fault = tuple[Place, Message]
Look = Callable[[Data, Place], Iterator[Fault]]
PEOPLE = ("hospitals", "requests", "experts", "interpreters")


def check_size(data: Data) -> None:
    """Raises Malformed where there is more of something than is taken; before all else, since it is cheap."""
    for kind, most in MOST.items():
        found = data.get(kind)
        if isinstance(found, (list, dict)) and len(found) > most:
            words = say("it has %(count)s entries, %(most)s is the most.", count=len(found), most=most)
            raise malformed([kind], words)


def check(data: Data) -> None:
    """Raises Malformed for the first fault of an instance of the right shape."""
    for place, what in _Checks(data).faults():
        raise malformed(place, what, data)


class _Checks:
    def __init__(self, data: Data) -> None:
        self.data = data
        self.known: dict[str, set[str]] = {kind: {each["id"] for each in data[kind]} for kind in PEOPLE}
        self.known["countries"] = set(data["countries"])
        self.consecutive = {each["id"] for each in data["requests"] if each.get("agreed", {}).get("consecutive", False)}
        horizon = data["horizon"]
        slots = horizon["weeks"] * 7 * 1440 // horizon["slot_minutes"]
        self.grid = Grid(datetime.fromisoformat(horizon["start"]), slots, horizon["slot_minutes"])

    def faults(self) -> Iterator[Fault]:
        """All of them, as far as one asks."""
        yield from self._horizon()
        for name in ("hospital_hard", "hospital_soft", "expert_hard", "expert_soft"):
            yield from _ordered(["policy", name], *self.data["policy"][name])
        yield from _teams(self.data["policy"].get("team_sizes", ()), ["policy", "team_sizes"])
        for kind in PEOPLE:
            yield from _once([kind], "id", self.data[kind])
        looks: tuple[tuple[str, Look], ...] = (
            ("hospitals", self._lives),
            ("experts", self._person),
            ("interpreters", self._person),
            ("requests", self._request),
            ("confirmed", self._session),
            ("tentative", self._session),
            ("standing", self._standing),
        )
        for kind, look in looks:
            for at, each in enumerate(self.data.get(kind, ())):
                yield from look(each, [kind, at])
        for kind in ("confirmed", "tentative"):
            yield from _once([kind], "request", self.data.get(kind, ()))

    def _horizon(self) -> Iterator[Fault]:
        horizon = self.data["horizon"]
        start, minutes = datetime.fromisoformat(horizon["start"]), horizon["slot_minutes"]
        rooms = self.data["rooms"]
        if len(self.data.get("room_sizes", range(rooms))) != rooms:
            yield ["room_sizes"], say("it has to have as many entries as there are rooms.")
        if start.minute % minutes:
            words = say("it has to be a multiple of %(minutes)s minutes after the hour.", minutes=minutes)
            yield ["horizon", "start"], words
        if horizon["weeks"] * 7 * 1440 // minutes > MOST_SLOTS:
            most = MOST_SLOTS * minutes // (7 * 1440)
            yield ["horizon", "weeks"], say("it has to be %(most)s at most.", most=most)
        elif len(self.data["requests"]) * self.grid.slots > MOST_STARTS:
            words = say(
                "with %(requests)s requests at most %(most)s slots can be planned; take fewer weeks or longer slots.",
                requests=len(self.data["requests"]),
                most=MOST_STARTS // len(self.data["requests"]),
            )
            yield ["horizon", "weeks"], words

    def _changes_inside_a_slot(self, zone: str) -> bool:
        return sum(each.end - each.first for each in stretches(self.grid, zone)) < self.grid.slots

    def _lives(self, each: Data, place: Place) -> Iterator[Fault]:
        yield from self._named("countries", each["country"], [*place, "country"])
        if not zones.is_zone(each["tz"]):
            words = say("“%(name)s” is no time zone; choose one such as Africa/Kigali.", name=shown(each["tz"]))
            yield [*place, "tz"], words
        elif self._changes_inside_a_slot(each["tz"]):
            yield [*place, "tz"], say("its clock is changed in the middle of a slot; take shorter slots.")
        for key in ("free", "working"):
            yield from _stretches(each.get(key, ()), [*place, key])

    def _person(self, each: Data, place: Place) -> Iterator[Fault]:
        yield from self._lives(each, place)
        for at, hours in enumerate(each["availability"]):
            yield from _ordered([*place, "availability", at], hours["start"], hours["end"])
        for at, (since, until) in enumerate(each["blackout"]):
            if datetime.fromisoformat(until) < datetime.fromisoformat(since):
                yield [*place, "blackout", at], say("the end comes before the beginning.")
        for at, pair in enumerate(each.get("pairs", ())):
            yield from _different(pair, [*place, "pairs", at])
        yield from self._all_named("hospitals", each["exclude_hospitals"], [*place, "exclude_hospitals"])

    def _request(self, each: Data, place: Place) -> Iterator[Fault]:
        yield from self._named("hospitals", each["hospital"], [*place, "hospital"])
        minutes = self.data["horizon"]["slot_minutes"]
        if each["duration_min"] % minutes:
            words = say("it has to be a multiple of slot_minutes, which is %(minutes)s.", minutes=minutes)
            yield [*place, "duration_min"], words
        if each["deadline"] <= each["earliest"]:
            yield [*place, "deadline"], say("it has to be later than %(other)s.", other="earliest")
        if each["panel_min"] > each["panel_max"]:
            yield [*place, "panel_min"], say("it has to be %(most)s at most.", most=each["panel_max"])
        if each["id"] in self.consecutive and each["agreed"]["minutes"] % minutes:
            words = say("it has to be a multiple of slot_minutes, which is %(minutes)s.", minutes=minutes)
            yield [*place, "agreed", "minutes"], words
        for at, hours in enumerate(each["windows"]):
            yield from _window(hours, [*place, "windows", at])
        for at, party in enumerate(each.get("joint", ())):
            yield from self._party(party, [*place, "joint", at])
        yield from _different(each["specialties"], [*place, "specialties"])
        yield from self._all_named("experts", each["exclude"], [*place, "exclude"])
        if each["continuity"] is not None:
            yield from self._named("experts", each["continuity"], [*place, "continuity"])

    def _party(self, each: Data, place: Place) -> Iterator[Fault]:
        yield from self._named("hospitals", each["hospital"], [*place, "hospital"])
        for at, hours in enumerate(each["windows"]):
            yield from _window(hours, [*place, "windows", at])

    def _session(self, each: Data, place: Place) -> Iterator[Fault]:
        if each.get("consecutive", False) and not self._may_be_consecutive(each):
            yield [*place, "consecutive"], say("it needs %(other)s.", other="policy.consecutive")
        yield from self._named("requests", each["request"], [*place, "request"])
        for people in ("experts", "interpreters"):
            yield from self._all_named(people, each[people], [*place, people])
            yield from _different(each[people], [*place, people])

    def _may_be_consecutive(self, session: Data) -> bool:
        """Whether it is known how long it takes."""
        return "consecutive" in self.data["policy"] or "minutes" in session or session["request"] in self.consecutive

    def _standing(self, each: Data, place: Place) -> Iterator[Fault]:
        yield from _ordered([*place, "end"], each["start"], each["end"])
        if each.get("room", 1) > self.data["rooms"]:
            yield [*place, "room"], say("it has to be %(most)s at most.", most=self.data["rooms"])

    def _named(self, kind: str, name: str, place: Place) -> Iterator[Fault]:
        if name not in self.known[kind]:
            yield place, say("“%(what)s” is not among the %(kind)s of the instance.", what=shown(name), kind=kind)

    def _all_named(self, kind: str, names: Iterable[str], place: Place) -> Iterator[Fault]:
        for at, name in enumerate(names):
            yield from self._named(kind, name, [*place, at])


def _teams(table: Iterable[Sequence[int]], place: Place) -> Iterator[Fault]:
    """A table of (minutes up to, interpreters) rises, and ends with as many as work on any leg."""
    longest, largest = 0, 1
    for at, (minutes, people) in enumerate(table):
        if minutes <= longest:
            yield [*place, at, 0], say("it has to be more than %(least)s.", least=longest)
        if not largest <= people <= LARGEST:
            yield [*place, at, 1], say("it has to be %(least)s to %(most)s.", least=largest, most=LARGEST)
        longest, largest = minutes, people


def _ordered(place: Place, start: str, end: str) -> Iterator[Fault]:
    """Times of the day, and instants, sort as their texts do."""
    if end <= start:
        yield place, say("the end has to come after the beginning.")


def _window(window: Data, place: Place) -> Iterator[Fault]:
    """A window is of a weekday or of a day; where its stretches are said, they count."""
    if "weekday" not in window and "day" not in window:
        yield [*place, "weekday"], say("it is missing.")
    if "free" in window:
        yield from _stretches(window["free"], [*place, "free"])
    else:
        yield from _ordered(place, window["start"], window["end"])


def _stretches(found: Iterable[Sequence[str]], place: Place) -> Iterator[Fault]:
    for at, (start, end) in enumerate(found):
        yield from _ordered([*place, at], start, end)


def _once(place: Place, key: str, found: Iterable[Data]) -> Iterator[Fault]:
    """Of several things, those that bear the name of one before."""
    seen = set()
    for at, each in enumerate(found):
        if each[key] in seen:
            yield [*place, at, key], say("“%(what)s” is there twice.", what=shown(each[key]))
        seen.add(each[key])


def _different(names: Sequence[str], place: Place) -> Iterator[Fault]:
    for at, name in enumerate(names):
        if name in names[:at]:
            yield [*place, at], say("“%(what)s” is there twice.", what=shown(name))
