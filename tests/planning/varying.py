"""Small instances with other weights, rules, zones, hours and caps than usual, up to the limits of the format."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

from tests.planning.clocks import instant
from tests.planning.draws import INSTANT, Data, drawn, moved

ZONES = (
    "Asia/Kathmandu", "Asia/Kolkata", "Europe/Paris", "America/New_York", "Australia/Sydney", "Africa/Cairo",
    "America/Santiago", "Asia/Shanghai", "Pacific/Auckland", "America/St_Johns", "Pacific/Chatham",
)  # fmt: skip  # a table
POINTS = (0, 1, 7, 50, 333, 1_000, 100_000)
TONGUES = ("en", "zh", "fr", "ar")
ALL_WEEK = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]
AWAY = [["2027-03-24T10:35", "2027-03-24T17:40"], ["2027-03-24T17:00", "2027-03-28T02:30"]]


def varied(seed: int, shape: str) -> Data:
    """An instance of ``drawn``, none of whose sessions stand, with much of it drawn anew."""
    chance = Random(f"varied-{seed}")
    given = deepcopy(drawn(seed % 60, shape))
    given["confirmed"] = []
    given["rooms"] = chance.choice((1, 1, 2, 3))
    _weights(given["weights"], chance)
    _policy(given["policy"], chance)
    for each in given["requests"]:
        _request(each, given, chance)
    for each in given["hospitals"]:
        _sometimes(each, {"tz": chance.choice(ZONES)}, chance)
    for each in (*given["experts"], *given["interpreters"]):
        _person(each, chance)
    return given


def joint(seed: int, shape: str) -> Data:
    """An instance in which most requests are of two or three audiences, here or elsewhere, which hear this or that."""
    chance = Random(f"joint-{seed}")
    given = deepcopy(drawn(seed % 60, shape))
    given["confirmed"], given["tentative"] = [], []
    given["policy"] = {**given["policy"], "multilingual_team": chance.choice((1, 1, 2))}
    for each in given["requests"]:
        each["joint"] = [
            {
                "hospital": chance.choice(given["hospitals"])["id"],
                "audience": _levels(chance),
                "windows": [_window(chance)] * chance.choice((0, 1)),
                "weekend_ok": True,
            }
            for _ in range(chance.choice((0, 1, 1, 2)))
        ]
    if seed % 2:
        _many_tongues(given, chance)
    return given


def consecutive(seed: int, shape: str) -> Data:
    """An instance in which some interpreters work passage by passage, some so alone, and few speak one language."""
    chance = Random(f"consecutive-{seed}")
    given = deepcopy(drawn(seed % 60, shape))
    given["confirmed"], given["tentative"] = [], []
    passages = {"percent": chance.choice((100, 150, 200)), "team": chance.choice((1, 1, 2))}
    given["policy"] = {**given["policy"], "consecutive": passages}
    given["weights"] = {**given["weights"], "consecutive": chance.choice((0, 30, 90))}
    given["interpreters"] += [{**each, "id": each["id"] + "+"} for each in given["interpreters"]]
    for each in given["experts"]:
        each["languages"] = {"zh": 5}
    for each in given["requests"]:
        each["audience"] = {chance.choice(("en", "fr")): chance.randint(3, 5)}
    for each in given["interpreters"]:
        each["pairs"] = [chance.choice((["zh", "en"], ["zh", "fr"]))]
        each["simultaneous"], each["consecutive"] = chance.choice(((True, False), (False, True), (True, True)))
        each["max_min_day"] = each["max_min_week"] = 900
    return given


def extended(seed: int, shape: str) -> Data:
    """An instance with keys of our own drawn in: exact hours, dates, teams, what stands and what was agreed for it."""
    chance = Random(f"extended-{seed}")
    given = joint(seed, shape) if seed % 3 == 0 else deepcopy(drawn(seed % 60, shape))
    _own_policy(given, chance)
    for each in given["requests"]:
        _own_wishes(each, given, chance)
    for each in given["hospitals"]:
        _sometimes(each, {"free": _days(given, chance), "working": _days(given, chance)}, chance)
    for each in (*given["experts"], *given["interpreters"]):
        _sometimes(each, {"free": _days(given, chance)}, chance)
    plain = deepcopy([*given["confirmed"], *given["tentative"]])
    given["confirmed"] = []
    given["standing"] = [_standing(each, given, chance) for each in chance.sample(plain, min(2, len(plain)))]
    return given


def _own_policy(given: Data, chance: Random) -> None:
    teams = chance.choice(([[60, 1], [480, 2]], [[90, 2], [480, 3]], [[60, 1]]))
    _sometimes(given["policy"], {"team_sizes": teams, "relay_last": True}, chance)
    _sometimes(given["weights"], {"stable_interpreter": chance.choice((5, 500))}, chance)


def _own_wishes(request: Data, given: Data, chance: Random) -> None:
    day = (instant(given["horizon"]["start"]) + timedelta(days=chance.randrange(7))).date().isoformat()
    windows = [{**_window(chance), **chance.choice(({}, {"day": day}, {"free": _days(given, chance)}))} for _ in "ab"]
    agreed = {"team": chance.randint(0, 3), "consecutive": chance.random() < 0.3, "minutes": 60 * chance.randint(1, 2)}
    other = {
        "windows": windows,
        "windows_only": chance.random() < 0.4,
        "interpreting": chance.random() < 0.4,
        "rise": chance.choice((40, 900)),
        "agreed": agreed,
    }
    _sometimes(request, other, chance)


def _days(given: Data, chance: Random) -> list[list[str]]:
    """The week on the hour, without its beginning, its end, and some hours between."""
    first, begin, noon = instant(given["horizon"]["start"]), chance.randrange(40), chance.randrange(50, 100)
    stretches = (begin, noon), (noon + chance.randrange(1, 9), chance.randrange(120, 169))
    return [[(first + timedelta(hours=hour)).strftime(INSTANT) for hour in each] for each in stretches]


def _standing(like: Data, given: Data, chance: Random) -> Data:
    """A session of nobody's request with the people of another one, some days from it."""
    start = instant(like["start"]) + timedelta(hours=24 * chance.randrange(-3, 4) + chance.randrange(3))
    held = {
        "start": start.strftime(INSTANT),
        "end": (start + timedelta(hours=1)).strftime(INSTANT),
        "hospital": chance.choice(given["hospitals"])["id"],
        "experts": like["experts"],
        "interpreters": like["interpreters"],
    }
    _sometimes(held, {"guests": [given["hospitals"][0]["id"]], "room": 1}, chance)
    return held


def _many_tongues(given: Data, chance: Random) -> None:
    """Audiences that hear one language each, a panel that presents in Chinese, and who can join some of these."""
    for request in given["requests"]:
        for each, tongue in zip((request, *request["joint"]), chance.sample(TONGUES, 3), strict=False):
            each["audience"] = {tongue: chance.randint(3, 5)}
    for each in given["experts"]:
        each["languages"] = {"zh": 5}
    pairs = [["zh", "en"], ["zh", "fr"], ["en", "fr"], ["en", "ar"]]
    given["interpreters"] += [{**each, "id": each["id"] + "+"} for each in given["interpreters"][:2]]
    for each in given["interpreters"]:
        each["pairs"] = chance.sample(pairs, 2)


def muddled(seed: int) -> Data:
    """An instance in which three sessions stand of which nobody knows whether they can."""
    given, chance = deepcopy(drawn(seed)), Random(f"muddled-{seed}")
    like = [*given["confirmed"], *given["tentative"]]
    asked = chance.sample(given["requests"], 3) if like else []
    given["confirmed"] = [
        {**moved(chance.choice(like), 15 * chance.randrange(-9, 9)), "request": each["id"]} for each in asked
    ]
    return given


def _sometimes(holder: Data, other: Data, chance: Random) -> None:
    """Each of the ``other`` values, or the one that was."""
    for key, value in other.items():
        if chance.random() < 0.35:
            holder[key] = value


def _weights(weights: Data, chance: Random) -> None:
    for key, value in weights.items():
        inner = value if isinstance(value, dict) else None
        for name in inner or ():
            _sometimes(value, {name: chance.choice(POINTS)}, chance)
        if inner is None:
            _sometimes(weights, {key: chance.choice(POINTS)}, chance)


def _policy(policy: Data, chance: Random) -> None:
    for key in ("hospital_hard", "hospital_soft", "expert_hard", "expert_soft"):
        _sometimes(policy, {key: _hours(chance)}, chance)
    other = {
        "lang_min_expert": chance.randint(1, 5),
        "lang_min_audience": chance.randint(1, 5),
        "relay": chance.choice((*TONGUES, "xx")),
        "pair_over_minutes": chance.choice((0, 30, 90, 120)),
    }
    _sometimes(policy, other, chance)


def _hours(chance: Random) -> list[str]:
    begin = 5 * chance.randrange(200)
    end = min(1440, begin + 5 * chance.randrange(12, 200))
    return [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (begin, end)]


def _request(request: Data, given: Data, chance: Random) -> None:
    other = {
        "panel_max": 3,
        "exclude": [chance.choice(given["experts"])["id"]],
        "weekend_ok": True,
        "duration_min": 60 * chance.randint(1, 3),
        "hospital": given["hospitals"][0]["id"],
        "windows": [_window(chance) for _ in range(3)],
        "audience": _levels(chance),
    }
    _sometimes(request, other, chance)


def _window(chance: Random) -> Data:
    start, end = _hours(chance)
    return {"weekday": chance.randrange(7), "start": start, "end": end, "weight": chance.randint(1, 100)}


def _levels(chance: Random) -> dict[str, int]:
    return {chance.choice(TONGUES): chance.randint(1, 5) for _ in range(2)}


def _person(person: Data, chance: Random) -> None:
    other: dict[str, Any] = {
        "tz": chance.choice(ZONES),
        "rest_min": chance.choice((0, 1, 15, 45, 61, 600, 1440)),
        "availability": ALL_WEEK,
        "blackout": AWAY,
        "past_load": chance.choice((0, 1, 30, 1_000)),
        **{key: chance.choice((0, 1, 2, 3, 9)) for key in ("max_day", "max_week", "max_month")},
        "languages": _levels(chance),
        "max_min_day": chance.choice((0, 60, 90, 120, 500)),
        "max_min_week": chance.choice((0, 60, 150, 240, 900)),
        "pairs": [chance.sample(TONGUES, 2) for _ in range(2)],
    }
    _sometimes(person, {key: value for key, value in other.items() if key in person}, chance)
