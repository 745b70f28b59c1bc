"""For each key that the project adds to FORMAT.md a tiny instance that it binds, and the same one without it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.planning.cases import Data, case, expert, hospital, interpreter, request, session

DAY = "2027-03-08"
NIGHT, LATER, NEXT = f"{DAY}T00:00Z", f"{DAY}T02:00Z", f"{DAY}T03:00Z"
SHORT = f"{DAY}T01:30Z"
END = "2027-03-09T04:00Z"
ONLY_LATER = [[LATER, NEXT]]
UNLIMITED = {"seats": None, "channels": None}


@dataclass(frozen=True)
class Tight:
    """The shapes' name of a key, an instance that keeps the best plan of a ``looser`` one out, the rule by which, and
    about whom; no rule for a term of the score."""

    key: str
    given: Data
    looser: Data
    faults: set[tuple[str, str]] = field(default_factory=set)


def one(**given: Any) -> Data:
    """One hospital, one request of two days, one expert, all in English."""
    facts: Data = {"hospitals": [hospital(1)], "requests": [request(1, NIGHT, END)], "experts": [expert(1)]}
    return case(**{**facts, **given})


def foreign(*people: Data, deadline: str = END, **asked: Any) -> Data:
    """One request whose audience hears Kinyarwanda alone, of an expert who speaks Chinese."""
    wanted = request(1, NIGHT, deadline, audience={"rw": 5}, **asked)
    return one(requests=[wanted], experts=[expert(1, languages={"zh": 5})], interpreters=list(people))


def joins(number: int, **given: Any) -> Data:
    """An interpreter between the two."""
    return interpreter(number, **{"pairs": [["rw", "zh"]], **given})


def wished(**window: Any) -> Data:
    """One hospital that comes inside a window alone, which is worth nothing else."""
    everywhen = {"weekday": 0, "start": "00:00", "end": "24:00", "weight": 1}
    given = one(requests=[request(1, NIGHT, END, windows=[{**everywhen, **window}], windows_only=True)])
    given["weights"]["window"] = 0
    return given


def together(**listening: Any) -> Data:
    """Two hospitals in one session."""
    party = {"hospital": "H2", "audience": {"en": 3}, "windows": [], "weekend_ok": True, **listening}
    return one(hospitals=[hospital(1), hospital(2)], requests=[request(1, NIGHT, END, joint=[party])])


def beside(**standing: Any) -> Data:
    """One request, and a session that stands from midnight to one."""
    held = {"start": NIGHT, "end": f"{DAY}T01:00Z", "hospital": "H9", "experts": [], "interpreters": [], **standing}
    return one(standing=[held])


def set_to(given: Data, *path: Any, value: Any = None) -> Data:
    """The instance with another value at a place; without the key there, where none is given."""
    other = deepcopy(given)
    holder: Any = other
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return other


def without(key: str, given: Data, *path: Any, faults: set[tuple[str, str]] | None = None) -> Tight:
    """A key that forbids, beside the same instance without it."""
    return Tight(key, given, set_to(given, *path), faults or set())


def allowing(key: str, given: Data, *path: Any, faults: set[tuple[str, str]] | None = None) -> Tight:
    """A key that allows: the tighter instance is the one without it."""
    return Tight(key, set_to(given, *path), given, faults or set())


R1, E1, I1 = ("requests", 0), ("experts", 0), ("interpreters", 0)
RELAYS = [joins(3), interpreter(1, pairs=[["zh", "en"]]), interpreter(2, pairs=[["rw", "en"]])]
PASSAGES = {"percent": 200, "team": 1}
AS_AGREED = {"team": 1, "consecutive": True, "minutes": 90}


def _of_hours() -> list[Tight]:
    asked = [request(1, NIGHT, END, weekend_ok=False)]
    hospitals = {
        name: one(hospitals=[hospital(1, **{name: ONLY_LATER})], requests=asked) for name in ("free", "working")
    }
    closed, lasting = {("H2", "R1")}, together(windows_only=True)
    lasting["requests"][0]["joint"][0]["windows"] = [
        {"day": "2027-03-09", "start": "02:00", "end": "03:00", "weight": 1}
    ]
    lasting["weights"]["window"] = 0
    return [
        without("Answering.free", one(experts=[expert(1, free=ONLY_LATER)]), *E1, "free", faults={("H4", "R1")}),
        without("Joining.free", foreign(joins(1, free=ONLY_LATER)), *I1, "free", faults={("H7", "R1")}),
        *(without(f"Asking.{name}", given, "hospitals", 0, name, faults=closed) for name, given in hospitals.items()),
        without("Request.windows_only", wished(weekday=1), *R1, "windows_only", faults=closed),
        without("Wish.day", wished(day="2027-03-09"), *R1, "windows", 0, "day", faults=closed),
        without("Wish.free", wished(free=ONLY_LATER), *R1, "windows", 0, "free", faults=closed),
        Tight("Wish.weekday", wished(weekday=1), wished(), closed),
        without("Listening.windows_only", lasting, *R1, "joint", 0, "windows_only", faults=closed),
    ]


def _of_languages() -> list[Tight]:
    unheard, relayed = {("H6", "R1")}, foreign(*RELAYS)
    relayed["policy"]["relay_last"] = True
    relayed["weights"]["lang"] = {"direct": 100, "interpreter": 60, "relay": 90}
    tables = foreign(joins(1), joins(2))
    tables["policy"]["team_sizes"] = [[40, 1]]
    three = together(audience={"fr": 3})
    three["experts"] = [expert(1, languages={"zh": 5})]
    three["interpreters"] = [interpreter(1), interpreter(2, pairs=[["zh", "fr"]])]
    three["policy"]["multilingual_team"] = 2
    passages = foreign(joins(1, simultaneous=False, consecutive=True))
    passages["policy"]["consecutive"] = PASSAGES
    agreed = foreign(joins(1), duration_min=90, agreed={"team": 1, "consecutive": False, "minutes": 90})
    shorter = foreign(joins(1, consecutive=True), deadline=SHORT, agreed=AS_AGREED)
    shorter["interpreters"][0]["simultaneous"] = False
    shorter["policy"]["consecutive"] = PASSAGES
    able = set_to(passages, *I1, "simultaneous", value=True)
    both, silent = {("H1", "R1")}, {("H7", "R1")}
    return [
        without("Request.interpreting", foreign(joins(1), interpreting=False), *R1, "interpreting", faults=unheard),
        without("House.relay_last", relayed, "policy", "relay_last", faults=unheard),
        without("House.team_sizes", tables, "policy", "team_sizes", faults=unheard),
        without("House.multilingual_team", three, "policy", "multilingual_team", faults=unheard),
        allowing("House.consecutive", passages, "policy", "consecutive", faults=unheard),
        allowing("Joining.consecutive", passages, *I1, "consecutive", faults=silent),
        without("Joining.simultaneous", foreign(joins(1, simultaneous=False)), *I1, "simultaneous", faults=silent),
        allowing("Request.agreed", agreed, *R1, "agreed", faults=unheard),
        allowing("Request.agreed", shorter, *R1, "agreed", faults=both),
        Tight("Planned.consecutive", passages, able, silent),
    ]


def _of_plans() -> list[Tight]:
    waiting = one(requests=[request(1, NIGHT, SHORT), request(2, NIGHT, SHORT, hospital="H1", rise=9)])
    rises = set_to(waiting, "requests", 1, "rise", value=90)
    passages = foreign(joins(1, consecutive=True), deadline=LATER)
    passages["interpreters"][0]["simultaneous"] = False
    passages["policy"]["consecutive"] = PASSAGES
    hired = {**session(1, NIGHT, speech="zh", audience="rw"), "interpreters": ["I2"]}
    steady = {**foreign(joins(1), joins(2)), "tentative": [hired]}
    steady["weights"]["stable_interpreter"] = 5
    late = {**session(1, LATER), "minutes": 30}
    drawn = one(tentative=[late])
    drawn["weights"]["soon"] = 0
    sized = one(room_sizes=[{"seats": 10, "channels": None}], rooms=1, requests=[request(1, NIGHT, END, seats=11)])
    channels = {**foreign(joins(1)), "rooms": 1, "room_sizes": [{"seats": None, "channels": 0}]}
    small = {("H8", "sizes")}
    elsewhere = {**together(), "hospitals": [hospital(1), hospital(2, free=ONLY_LATER)]}
    return [
        Tight("Request.rise", waiting, rises),
        allowing(
            "Coefficients.consecutive", set_to(passages, "weights", "consecutive", value=1), "weights", "consecutive"
        ),
        allowing("Coefficients.stable_interpreter", steady, "weights", "stable_interpreter"),
        without("Earlier.minutes", drawn, "tentative", 0, "minutes"),
        without("Request.seats", sized, *R1, "seats", faults=small),
        without("Instance.room_sizes", channels, "room_sizes", faults=small),
        Tight("Request.joint", elsewhere, together(), {("H2", "R1")}),
        Tight("Planned.others", elsewhere, together(), {("H2", "R1")}),
    ]


def _of_standing() -> list[Tight]:
    guest, full = beside(guests=["H1"]), {**beside(room=1), "rooms": 1}
    capped = beside(experts=["E1"], start="2027-03-11T00:00Z", end="2027-03-11T01:00Z")
    working = {**foreign(joins(1)), "standing": beside(interpreters=["I1"])["standing"]}
    crowded = {("H8", "rooms"), ("H8", "sizes")}
    return [
        without("Instance.standing", beside(experts=["E1"]), "standing", faults={("H5", "E1")}),
        without("Instance.standing", set_to(capped, *E1, "max_week", value=1), "standing", faults={("H5", "E1")}),
        without("Instance.standing", capped, "standing"),
        without("Instance.standing", working, "standing", faults={("H7", "I1")}),
        without("Instance.standing", beside(hospital="H1"), "standing", faults={("H9", "H1")}),
        without("Standing.guests", guest, "standing", 0, "guests", faults={("H9", "H1")}),
        without("Standing.room", full, "standing", 0, "room", faults=crowded),
    ]


TIGHT = [*_of_hours(), *_of_languages(), *_of_plans(), *_of_standing()]
