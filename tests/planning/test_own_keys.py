"""The checker knows every key of the extension: each keeps a plan out, which the checker refuses by that rule alone."""

from __future__ import annotations

from typing import Any

import pytest

from medixchange.matching.format_shapes import INSTANCES
from tests.planning.brute import best_score
from tests.planning.cases import hospital, request, session
from tests.planning.checker import check
from tests.planning.judging import TESTS, judged_alone, planned
from tests.planning.own_keys import NIGHT, RELAYS, SHORT, TIGHT, Tight, foreign

IN_FORMAT = {"House.hospital_rest_min", *(f"Instance.{key}" for key in ("name", "seed", "confirmed", "tentative"))}
"""Those that one may leave out and FORMAT.md has."""


def optional_keys() -> set[str]:
    """The keys that an instance can do without, as shape and name."""
    schema = INSTANCES.json_schema()
    shapes = {**schema["$defs"], "Instance": schema}
    return {
        f"{shape}.{key}"
        for shape, each in shapes.items()
        for key in each.get("properties", {}).keys() - {*each.get("required", ())}
    }


@pytest.mark.parametrize("tight", TIGHT, ids=[f"{at}-{each.key}" for at, each in enumerate(TIGHT)])
def test_a_key_keeps_a_plan_out_and_the_checker_names_the_rule(tight: Tight) -> None:
    plan, _ = judged_alone(tight.given)
    freer, better = judged_alone(tight.looser)

    verdict = check(tight.given, better)

    assert verdict.faults == tight.faults
    assert tight.faults or verdict.score != freer.score
    assert [plan.score, freer.score] == [best_score(tight.given), best_score(tight.looser)]


def test_every_key_of_our_own_is_tried_and_described() -> None:
    inherited = {"Earlier.others": "Planned.others", "Earlier.consecutive": "Planned.consecutive"}
    described = (TESTS.parent / "docs" / "matching.md").read_text()

    ours = {inherited.get(key, key) for key in optional_keys() - IN_FORMAT}

    assert ours == {each.key for each in TIGHT}
    assert [key for key in sorted(ours) if f"`{key.partition('.')[2]}`" not in described] == []


@pytest.mark.parametrize("kind", ["standing", "confirmed"])
def test_a_relay_is_not_needless_where_the_direct_team_is_taken(kind: str) -> None:
    given = foreign(*RELAYS, deadline=SHORT)
    given["policy"]["relay_last"] = True
    given["hospitals"].append(hospital(2))
    given["requests"].append(request(2, NIGHT, SHORT, audience={"rw": 5}))
    held: dict[str, Any] = {"start": NIGHT, "interpreters": ["I3"]}
    given["experts"].append({**given["experts"][0], "id": "E2"})
    given[kind] = {
        "standing": [{**held, "end": SHORT, "hospital": "H2", "experts": ["E2"]}],
        "confirmed": [session(2, NIGHT, speech="zh", audience="rw", interpreters=["I3"])],
    }[kind]

    _, solution = judged_alone(given)

    served = {each["request"]: each for each in solution["sessions"]}
    assert served["R1"]["interpreters"] == ["I1", "I2"]
    assert check({**given, kind: []}, {"sessions": [served["R1"]]}).faults == {("H6", "R1")}


def test_a_relay_that_is_confirmed_stays_though_the_direct_team_is_free() -> None:
    given = foreign(*RELAYS)
    given["policy"]["relay_last"] = True
    given["confirmed"] = [session(1, NIGHT, speech="zh", audience="rw", interpreters=["I1", "I2"])]

    _, solution = planned(given)

    assert check(given, solution).faults == set()
