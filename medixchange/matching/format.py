"""Instances in the exchange format of FORMAT.md, read into a problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from medixchange.errors import Malformed
from medixchange.matching.clocks import wall_mask
from medixchange.matching.format_checks import check, check_size
from medixchange.matching.format_hours import absences, clock, present, span
from medixchange.matching.format_plan import Data, held_of, matches_of, read_instant
from medixchange.matching.format_refusals import refusal
from medixchange.matching.format_shapes import INSTANCES
from medixchange.matching.format_values import INSTANCE
from medixchange.matching.match import ANY_ROOM, Agreed, Held
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request, Rise, Window
from medixchange.matching.resources import Expert, Hospital, Interpreter, Mask, Room
from medixchange.messages import say
from medixchange.policies.values import Minutes, Policy, Weights
from medixchange.times.grid import Grid
from medixchange.times.intervals import Interval

WHOLE_DAY: Minutes = (0, 1440)

Hours = Callable[[date], Iterable[Minutes]]
Stretches = Sequence[Sequence[str]]


def read_instance(data: Data) -> Problem:
    """The problem that an instance file describes; confirmed sessions become held ones, fixed.

    Raises Malformed, with the place in the file, when it is no such file or not sound.
    """
    if data.get("format") != INSTANCE:
        raise Malformed(say("This is no instance of the format %(format)s.", format=INSTANCE))
    check_size(data)
    try:
        INSTANCES.validate_python(data)
    except ValidationError as wrong:
        raise refusal(wrong, data) from wrong
    check(data)
    problem = _Reader(data).problem()
    plan = matches_of(data.get("confirmed", []), problem)
    earlier = matches_of(data.get("tentative", []), problem)
    held = tuple(replace(held_of(match, problem), room=ANY_ROOM) for match in plan)
    others = tuple(_standing(number, each) for number, each in enumerate(data.get("standing", ()), 1))
    return replace(problem, held=(*held, *others), tentative={match.request: match for match in earlier})


class _Reader:
    """Reads one instance; the masks of equal rules are made once."""

    def __init__(self, data: Data) -> None:
        self.data = data
        horizon = data["horizon"]
        slots = horizon["weeks"] * 7 * 24 * 60 // horizon["slot_minutes"]
        self.grid = Grid(read_instant(horizon["start"]), slots, horizon["slot_minutes"])
        self.holidays = {cc: set(each["holidays"]) for cc, each in data["countries"].items()}
        self.policy = _policy(data["policy"])
        self.made: dict[tuple[str, str, object], Mask] = {}

    def problem(self) -> Problem:
        """The problem without its sessions."""
        data = self.data
        zones = {each["id"]: each["tz"] for each in data["hospitals"]}
        return Problem(
            grid=self.grid,
            policy=self.policy,
            weights=_weights(data["weights"]),
            hospitals=tuple(self._hospital(each) for each in data["hospitals"]),
            requests=tuple(self._request(each, zones) for each in data["requests"]),
            experts=tuple(self._expert(each) for each in data["experts"]),
            interpreters=tuple(self._interpreter(each) for each in data["interpreters"]),
            rooms=tuple(_room(n, size) for n, size in enumerate(data.get("room_sizes", [{}] * data["rooms"]), 1)),
        )

    def _hospital(self, each: Data) -> Hospital:
        cc, zone = each["country"], each["tz"]
        weekend = frozenset(self.data["countries"][cc]["weekend"])
        rest = self._mask("weekend", zone, weekend, lambda day: () if day.weekday() in weekend else (WHOLE_DAY,))
        masks = (
            self._within(self._daily("hours", zone, self.policy.hospital_hard), each.get("free")),
            self._holiday(cc, zone),
            self._within(rest, each.get("working")),
        )
        return Hospital(id=each["id"], name=each["id"], zone=zone, country=cc, masks=masks)

    def _request(self, each: Data, zones: Mapping[str, str]) -> Request:
        zone = zones[each["hospital"]]
        return Request(
            id=each["id"],
            hospital=each["hospital"],
            minutes=each["duration_min"],
            specialties=tuple(each["specialties"]),
            audience=each["audience"],
            windows=tuple(self._window(window, zone) for window in each["windows"]),
            earliest=read_instant(each["earliest"]),
            deadline=read_instant(each["deadline"]),
            urgency=each["urgency"],
            panel_min=each["panel_min"],
            panel_max=each["panel_max"],
            exclude=frozenset(each["exclude"]),
            continuity=each["continuity"],
            weekend_ok=each["weekend_ok"],
            windows_only=each.get("windows_only", False),
            seats=each.get("seats", 0),
            interpreting=each.get("interpreting", True),
            rises=(Rise(each["rise"], say("It has waited long.")),) if each.get("rise") else (),
            joint=tuple(self._party(party, zones[party["hospital"]]) for party in each.get("joint", ())),
            agreed=Agreed(**each["agreed"]) if "agreed" in each else None,
        )

    def _party(self, each: Data, zone: str) -> Party:
        return Party(
            hospital=each["hospital"],
            audience=each["audience"],
            windows=tuple(self._window(window, zone) for window in each["windows"]),
            windows_only=each.get("windows_only", False),
            weekend_ok=each["weekend_ok"],
        )

    def _window(self, each: Data, zone: str) -> Window:
        minutes, day = span(each), each.get("day")
        dated, weekday = (None, each.get("weekday")) if day is None else (date.fromisoformat(day), None)

        def hours(local: date) -> Iterable[Minutes]:
            return (minutes,) if local.weekday() == weekday or local == dated else ()

        if "free" in each:
            slots = self._free(each["free"])
        else:
            slots = self._mask("window", zone, (weekday, minutes, dated), hours).slots
        return Window(slots=slots, weight=each["weight"], minutes=minutes, weekday=weekday, day=dated)

    def _expert(self, each: Data) -> Expert:
        return Expert(
            **self._person(each),
            specialties=each["specialties"],
            speaking=each["languages"],
            max_day=each["max_day"],
            max_week=each["max_week"],
            max_month=each["max_month"],
            past_load=each["past_load"],
        )

    def _interpreter(self, each: Data) -> Interpreter:
        return Interpreter(
            **self._person(each),
            pairs=frozenset(pair for one, other in each["pairs"] for pair in ((one, other), (other, one))),
            max_minutes_day=each["max_min_day"],
            max_minutes_week=each["max_min_week"],
            simultaneous=each.get("simultaneous", True),
            consecutive=each.get("consecutive", False),
        )

    def _person(self, each: Data) -> dict[str, Any]:
        zone, weekly = each["tz"], defaultdict(list)
        for stretch in each["availability"]:
            weekly[stretch["weekday"]].append(span(stretch))
        away = absences(each["blackout"])
        own = Mask("hours", wall_mask(self.grid, zone, lambda day: weekly.get(day.weekday(), ())))
        masks = (
            self._within(own, each.get("free")),
            self._daily("humane", zone, self.policy.expert_hard),
            Mask("leave", wall_mask(self.grid, zone, lambda day: present(day, away)) if away else self.grid.full),
            self._holiday(each["country"], zone),
        )
        return {
            "id": each["id"],
            "name": each["id"],
            "zone": zone,
            "country": each["country"],
            "masks": masks,
            "rest_minutes": each["rest_min"],
            "exclude_hospitals": frozenset(each["exclude_hospitals"]),
        }

    def _within(self, mask: Mask, free: Stretches | None) -> Mask:
        """The same as far as it lies in the stretches of an optional key."""
        return mask if free is None else Mask(mask.kind, mask.slots & self._free(free))

    def _free(self, free: Stretches) -> int:
        return self.grid.mask(Interval(read_instant(since), read_instant(until)) for since, until in free)

    def _daily(self, kind: str, zone: str, minutes: Minutes) -> Mask:
        return self._mask(kind, zone, minutes, lambda _: (minutes,))

    def _holiday(self, cc: str, zone: str) -> Mask:
        off = self.holidays[cc]
        return self._mask("holiday", zone, cc, lambda day: () if day.isoformat() in off else (WHOLE_DAY,))

    def _mask(self, kind: str, zone: str, key: object, hours: Hours) -> Mask:
        found = self.made.get((kind, zone, key))
        if found is None:
            found = self.made[kind, zone, key] = Mask(kind, wall_mask(self.grid, zone, hours))
        return found


def _room(number: int, size: Data) -> Room:
    return Room(id=f"room-{number}", name=f"Room {number}", seats=size.get("seats"), channels=size.get("channels"))


def _standing(number: int, each: Data) -> Held:
    return Held(
        id=f"standing-{number}",
        name=say("another session"),
        start=read_instant(each["start"]),
        end=read_instant(each["end"]),
        hospital=each["hospital"],
        guests=tuple(each.get("guests", ())),
        experts=tuple(each["experts"]),
        interpreters=tuple(each["interpreters"]),
        room=f"room-{each['room']}" if "room" in each else None,
    )


def _policy(each: Data) -> Policy:
    hard, soft = each["hospital_hard"], each["hospital_soft"]
    expert_hard, expert_soft = each["expert_hard"], each["expert_soft"]
    passages = each.get("consecutive", {"percent": 100, "team": 1})
    return Policy(
        hospital_hard=(clock(hard[0]), clock(hard[1])),
        hospital_soft=(clock(soft[0]), clock(soft[1])),
        expert_hard=(clock(expert_hard[0]), clock(expert_hard[1])),
        expert_soft=(clock(expert_soft[0]), clock(expert_soft[1])),
        lang_min_expert=each["lang_min_expert"],
        lang_min_audience=each["lang_min_audience"],
        relay=each["relay"],
        relay_last=each.get("relay_last", False),
        multilingual_team=each.get("multilingual_team", 1),
        consecutive="consecutive" in each,
        consecutive_percent=passages["percent"],
        consecutive_team=passages["team"],
        team_sizes=tuple(map(tuple, each.get("team_sizes", [(each["pair_over_minutes"], 1), (366 * 1440, 2)]))),
    )


def _weights(each: Data) -> Weights:
    serve = {int(urgency): points for urgency, points in each["serve"].items()}
    return Weights(**{**each, "serve": serve})
