"""docs/matching.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from medixchange.matching.facts_of_requests import WISHES
from medixchange.matching.rules import RULES
from medixchange.matching.score import TERMS
from medixchange.policies.values import Policy, Weights

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text()


def table(letter: str) -> dict[str, str]:
    """The last cell of each row whose first is the letter and a number."""
    rows = re.findall(rf"^\| ({letter}\d+) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE)
    return {name: cell.strip("`") for name, cell in rows}


def test_every_rule_is_on_the_page_in_order() -> None:
    assert list(table("H").items()) == [(f"H{n}", rule.__name__) for n, rule in enumerate(RULES, start=1)]


def test_the_points_on_the_page_are_the_weights() -> None:
    w = Weights()
    modes = ("direct", "interpreter", "relay")
    points = {
        "S1": [*w.serve.values()],
        "S2": [*(w.lang[mode] for mode in modes), *(w.lang_aud[mode] for mode in modes)],
        "S3": [w.specialty],
        "S4": [w.window],
        "S5": [-w.humane_hospital, -w.humane_expert, -w.humane_interp],
        "S6": [w.continuity],
        "S7": [-w.soon],
        "S8": [-w.interp_cost],
        "S9": [-w.fair],
        "S10": [w.stable_start, w.stable_expert, w.stable_interpreter],
    }

    found = {term: [int(each) for each in re.findall(r"-?\d+", cell)] for term, cell in table("S").items()}

    assert (found, len(TERMS)) == (points, len(found))


def test_the_levels_teams_and_wishes_on_the_page_are_those_of_the_policy() -> None:
    policy, words = Policy(), " ".join(PAGE.split())

    levels = (policy.lang_min_expert, policy.lang_min_audience)
    longest = [minutes for minutes, _ in policy.team_sizes]
    assert re.findall(r"from level (\d)", words) == [str(level) for level in levels]
    assert re.findall(r"up to (\d+) ?(?:minutes )?(?:one|two|three|four)", words) == [str(each) for each in longest]
    assert re.findall(r"first counts (\d+), the second (\d+), others (\d+)", words) == [tuple(map(str, WISHES))]
    assert [size for _, size in policy.team_sizes] == [1, 2, 3, 4]
