"""An instance file that is broken is refused with one sentence that names the place; nothing else comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.instances import instance
from medixchange.errors import Malformed
from medixchange.i18n import words
from medixchange.matching.format import read_instance
from medixchange.matching.format_values import MOST
from tests.thoroughness import examples

HERE = Path(__file__).parent
INSTANCE = json.loads((HERE / "S1.json").read_text())
SESSION = json.loads((HERE / "S1.greedy.solution.json").read_text())["sessions"][0]
WHO = INSTANCE["requests"][3]["id"]
THREE = INSTANCE["requests"][3]
Way = tuple[str | int, ...]
INSTANT = "a UTC instant of the years 2020 to 2099 such as 2027-03-08T06:30Z."


def refused(data: Any) -> str:
    """The sentence with which an instance is refused."""
    with pytest.raises(Malformed) as raised:
        read_instance(data)
    return words("en").say(raised.value.message)


def put(path: Way, value: Any) -> Any:
    """The instance of twenty requests with another value in one place."""
    *way, last = path
    data = deepcopy(INSTANCE)
    place = data
    for each in way:
        place = place[each]
    place[last] = value
    return data


def without(path: Way) -> Any:
    """The instance of twenty requests with something left out."""
    *way, last = path
    data = deepcopy(INSTANCE)
    place = data
    for each in way:
        place = place[each]
    del place[last]
    return data


R3 = ("requests", 3)
FAULTS: list[tuple[Way, Any, str]] = [
    (("horizon",), [], "horizon: it has to be an object."),
    (("horizon", "slot_minutes"), 0, "horizon.slot_minutes: it has to be 5, 10, 15, 20, 30 or 60."),
    (("horizon", "slot_minutes"), 7, "horizon.slot_minutes: it has to be 5, 10, 15, 20, 30 or 60."),
    (("horizon", "slot_minutes"), 30.0, "horizon.slot_minutes: it has to be a whole number."),
    (("horizon", "slot_minutes"), True, "horizon.slot_minutes: it has to be a whole number."),
    (("horizon", "weeks"), 0, "horizon.weeks: it has to be 1 at least."),
    (("horizon", "weeks"), 10**30, "horizon.weeks: it has to be 53 at most."),
    (
        ("horizon",),
        {"start": "2027-03-08T00:00Z", "weeks": 53, "slot_minutes": 5},
        "horizon.weeks: it has to be 9 at most.",
    ),
    (
        ("horizon", "start"),
        "2027-03-08T00:10Z",
        "horizon.start: it has to be a multiple of 30 minutes after the hour.",
    ),
    (
        ("horizon", "start"),
        "2027-02-30T00:00Z",
        f"horizon.start: it has to be {INSTANT}",
    ),
    (
        ("horizon", "start"),
        "2100-01-01T00:00Z",
        f"horizon.start: it has to be {INSTANT}",
    ),
    (("rooms",), 0, "rooms: it has to be 1 at least."),
    (("rooms",), "2", "rooms: it has to be a whole number."),
    (("seed",), 1.5, "seed: it has to be a whole number."),
    (("colour",), "red", "colour: the format knows no such key."),
    (("policy", "expert_hard"), ["22:30", "07:00"], "policy.expert_hard: the end has to come after the beginning."),
    (
        ("policy", "expert_hard"),
        ["7:00", "22:30"],
        "policy.expert_hard[0]: it has to be a time of the day such as 09:30, at most 24:00.",
    ),
    (("policy", "team_sizes"), [[60, 1], [60, 2]], "policy.team_sizes[1][0]: it has to be more than 60."),
    (("policy", "team_sizes"), [[60, 2], [90, 1]], "policy.team_sizes[1][1]: it has to be 2 to 6."),
    (("policy", "team_sizes"), [[60, 500_000]], "policy.team_sizes[0][1]: it has to be 1 to 6."),
    (("policy", "hospital_soft"), ["07:00"], "policy.hospital_soft: it needs at least 2 entries."),
    (("weights", "fair"), -1, "weights.fair: it has to be 0 at least."),
    (("weights", "serve"), {"1": 1, "2": 2, "4": 3}, "weights.serve.4: it has to be '1', '2' or '3'."),
    (("hospitals", 0, "tz"), "Mars/Olympus", "hospitals[0].tz"),
    (("hospitals", 0, "tz"), "", "hospitals[0].tz (H0000): it has to be a time zone such as Africa/Kigali."),
    (("hospitals", 0, "country"), "XX", "hospitals[0].country"),
    (("requests",), {}, "requests: it has to be a list."),
    ((*R3, "deadline"), 5, f"requests[3].deadline ({WHO}): it has to be a text."),
    (
        (*R3, "deadline"),
        "soon",
        f"requests[3].deadline ({WHO}): it has to be {INSTANT}",
    ),
    (
        (*R3, "deadline"),
        THREE["earliest"],
        f"requests[3].deadline ({WHO}): it has to be later than earliest.",
    ),
    ((*R3, "duration_min"), 0, f"requests[3].duration_min ({WHO}): it has to be 1 at least."),
    ((*R3, "duration_min"), -60, f"requests[3].duration_min ({WHO}): it has to be 1 at least."),
    (
        (*R3, "duration_min"),
        45,
        f"requests[3].duration_min ({WHO}): it has to be a multiple of slot_minutes, which is 30.",
    ),
    (
        (*R3, "agreed"),
        {"team": 2, "consecutive": True, "minutes": 45},
        f"requests[3].agreed.minutes ({WHO}): it has to be a multiple of slot_minutes, which is 30.",
    ),
    ((*R3, "agreed"), {"team": 2}, f"requests[3].agreed.consecutive ({WHO}): it is missing."),
    (
        ("confirmed",),
        [{**SESSION, "consecutive": True}],
        f"confirmed[0].consecutive ({SESSION['request']}): it needs policy.consecutive.",
    ),
    ((*R3, "urgency"), 4, f"requests[3].urgency ({WHO}): it has to be 3 at most."),
    ((*R3, "urgency"), True, f"requests[3].urgency ({WHO}): it has to be a whole number."),
    ((*R3, "weekend_ok"), 0, f"requests[3].weekend_ok ({WHO}): it has to be true or false."),
    ((*R3, "audience"), {"en": 6}, f"requests[3].audience.en ({WHO}): it has to be 5 at most."),
    ((*R3, "specialties"), [], f"requests[3].specialties ({WHO}): it needs at least 1 entry."),
    ((*R3, "specialties"), ["tcm", "tcm"], f"requests[3].specialties[1] ({WHO}): “tcm” is there twice."),
    ((*R3, "hospital"), "H9", f"requests[3].hospital ({WHO}): “H9” is not among the hospitals of the instance."),
    ((*R3, "exclude"), ["E9"], f"requests[3].exclude[0] ({WHO}): “E9” is not among the experts of the instance."),
    ((*R3, "continuity"), "E9", f"requests[3].continuity ({WHO}): “E9” is not among the experts of the instance."),
    ((*R3, "panel_min"), 4, f"requests[3].panel_min ({WHO}): it has to be 3 at most."),
    (
        (*R3, "id"),
        "R\ud800",
        "requests[3].id (R\\ud800): it has to be a name of 1 to 100 characters without control characters.",
    ),
    (
        (*R3, "id"),
        "R\x1b",
        "requests[3].id (R\\x1b): it has to be a name of 1 to 100 characters without control characters.",
    ),
    ((*R3, "id"), INSTANCE["requests"][0]["id"], "requests[3].id"),
    (
        (*R3, "windows"),
        [{"weekday": 1, "start": "12:00", "end": "11:00", "weight": 50}],
        f"requests[3].windows[0] ({WHO}): the end has to come after the beginning.",
    ),
    (
        (*R3, "windows"),
        [{"weekday": 7, "start": "10:00", "end": "11:00", "weight": 50}],
        f"requests[3].windows[0].weekday ({WHO}): it has to be 6 at most.",
    ),
    (
        (*R3, "windows"),
        [{"weekday": 1, "start": "10:00", "end": "11:00", "weight": 101}],
        f"requests[3].windows[0].weight ({WHO}): it has to be 100 at most.",
    ),
    (
        ("experts", 0, "blackout"),
        [["2027-03-10T00:00", "2027-03-09T00:00"]],
        "experts[0].blackout[0] (E0000): the end comes before the beginning.",
    ),
    (
        ("experts", 0, "blackout"),
        [["2027-03-09T00:00+08:00", "2027-03-10T00:00+08:00"]],
        "experts[0].blackout[0][0] (E0000): it has to be a local time such as 2027-03-08T06:30.",
    ),
    (("experts", 0, "rest_min"), -1, "experts[0].rest_min (E0000): it has to be 0 at least."),
    (("experts", 0, "exclude_hospitals"), ["H9"], "experts[0].exclude_hospitals[0] (E0000)"),
    (("interpreters", 0, "pairs"), [["en", "en"]], "interpreters[0].pairs[0][1] (I0000): “en” is there twice."),
    (("confirmed",), [{**SESSION, "request": "R9"}], "confirmed[0].request (R9): “R9” is not among the requests"),
    (("confirmed",), [{**SESSION, "experts": ["E9"]}], "confirmed[0].experts[0]"),
    (("confirmed",), [SESSION, SESSION], "confirmed[1].request"),
    (("tentative",), [{**SESSION, "interpreters": ["I9"]}], "tentative[0].interpreters[0]"),
    (
        ("standing",),
        [
            {
                "start": "2027-03-09T10:00Z",
                "end": "2027-03-09T09:00Z",
                "hospital": "H0000",
                "experts": [],
                "interpreters": [],
            }
        ],
        "standing[0].end: the end has to come after the beginning.",
    ),
    (("countries", "CN", "holidays"), ["2027-13-01"], "countries.CN.holidays[0]: it has to be a day such as"),
]


@pytest.mark.parametrize(("path", "value", "told"), FAULTS, ids=lambda each: str(each)[:40])
def test_a_fault_is_told_with_its_place(path: Way, value: Any, told: str) -> None:
    assert refused(put(path, value)).startswith(told)


@pytest.mark.parametrize(
    "path", [("horizon",), ("policy", "relay"), ("weights", "soon"), (*R3, "deadline"), ("experts", 2, "tz")], ids=str
)
def test_what_is_missing_is_named(path: Way) -> None:
    *_, last = path
    told = refused(without(path))

    assert f"{last}" in told
    assert told.endswith(": it is missing.")


def test_a_least_panel_above_the_most_is_refused() -> None:
    data = put((*R3, "panel_min"), 3)
    data["requests"][3]["panel_max"] = 2

    assert refused(data) == f"requests[3].panel_min ({WHO}): it has to be 2 at most."


@pytest.mark.parametrize("kind", ["requests", "experts", "interpreters", "hospitals"])
def test_more_than_the_most_is_refused_whatever_it_is(kind: str) -> None:
    assert refused(put((kind,), [{}] * 1_000_000)) == f"{kind}: it has 1,000,000 entries, {MOST[kind]:,} is the most."


def test_so_many_requests_over_so_many_slots_are_refused_that_no_time_limit_would_be_kept() -> None:
    data = put(("horizon",), {"start": "2027-03-08T00:00Z", "weeks": 9, "slot_minutes": 5})
    first = data["requests"][0]
    data["requests"] = [{**first, "id": f"R-{number}"} for number in range(4_000)]

    told = "with 4,000 requests at most 15,000 slots can be planned; take fewer weeks or longer slots."
    assert refused(data) == f"horizon.weeks: {told}"


def test_a_clock_that_is_changed_inside_a_slot_needs_shorter_ones() -> None:
    # Lord Howe Island puts its clock forward by half an hour, at half past the hour of UTC.
    data = put(("hospitals", 0, "tz"), "Australia/Lord_Howe")
    data["horizon"] = {"start": "2027-09-27T00:00Z", "weeks": 2, "slot_minutes": 60}
    shorter = {**data, "horizon": {**data["horizon"], "slot_minutes": 30}}
    for each in (*data["requests"], *shorter["requests"]):
        each["duration_min"] = 60

    assert refused(data).endswith("its clock is changed in the middle of a slot; take shorter slots.")
    assert read_instance(shorter).grid.minutes == 30


def test_a_name_that_cannot_be_shown_is_shown_all_the_same() -> None:
    told = refused(put(("requests", 3, "\ud800\n" + "x" * 500), 1))

    assert told.isprintable()
    assert len(told) < 200


def test_windows_and_days_off_outside_the_horizon_do_no_harm() -> None:
    data = put((*R3, "earliest"), "2020-01-01T00:00Z")
    data["requests"][3]["deadline"] = "2099-12-31T23:59Z"
    data["requests"][3]["windows"] = [{"weekday": 6, "start": "00:00", "end": "24:00", "weight": 1}]
    data["experts"][0]["blackout"] = [["0001-01-01T00:00", "0001-01-02"], ["9999-12-30T00:00", "9999-12-31T00:00"]]
    data["countries"]["CN"]["holidays"] = ["0001-01-01", "9999-12-31"]

    problem = read_instance(data)

    assert problem.requests[3].deadline - problem.requests[3].earliest > timedelta(days=29_000)


def told_of(data: Any) -> str:
    """The sentence with which an instance is refused, or nothing."""
    try:
        read_instance(data)
    except Malformed as wrong:
        return words("en").say(wrong.message)
    return ""


STRANGE: list[Any] = [None, True, -1, 0, 1, 10**40, 1.5, "", "x", "24:00", "2027-03-08T00:00Z", [], [[]], {}, {"a": 1}]


def spots(data: Any) -> list[tuple[Any, Any]]:
    """Every place in a file: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        found += [(data, key), *spots(data[key])]
    return found


def spoil(data: Any, chance: Random) -> None:
    """Break one place of a file, or leave it sound."""
    holder, key = chance.choice(spots(data))
    value = holder[key]

    def twice() -> None:
        if isinstance(holder, list):
            holder.append(deepcopy(value))
        else:
            holder[f"{key}+"] = value

    def larger() -> None:
        holder[key] = (
            value * 10**6 if isinstance(value, int) else value * 50 if isinstance(value, (str, list)) else [value]
        )

    def other() -> None:
        holder[key] = deepcopy(chance.choice(spots(data))[0])

    def strange() -> None:
        holder[key] = deepcopy(chance.choice(STRANGE))

    def gone() -> None:
        del holder[key]

    ways: list[Callable[[], None]] = [twice, larger, other, strange, gone]
    chance.choice(ways)()


@examples(150)
@given(st.sampled_from(["tiny", "small"]), st.integers(0, 2**30), st.integers(1, 3))
def test_a_file_that_was_tampered_with_is_refused_in_words_or_read(shape: str, seed: int, faults: int) -> None:
    chance = Random(seed)
    data = deepcopy(instance(shape, seed % 5))
    for _ in range(faults):
        spoil(data, chance)

    assert told_of(data).isprintable()
