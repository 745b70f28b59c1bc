"""Plans that are measured are judged by the format's own checker, not by what the program says of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.memory import Most
from bench.planning import Figures, First, Goal, Verdict, judged, measure, report

INSTANCES = Path(__file__).parents[1] / "matching"
GIVEN = json.loads((INSTANCES / "S1.json").read_text())
PLAN = json.loads((INSTANCES / "S1.greedy.solution.json").read_text())
TOLD = {"requests": 20, "served": 12, "score": 23_693, "quality": 1_693, "bound": 27_063, "gap": 0.0, "seconds": 1.0}
GOAL = Goal(5, 0.002, 500)
PARTS = judged(GIVEN, PLAN, TOLD).parts
FIRST = First(PARTS, seconds=0.001)


def test_a_plan_that_is_as_it_was_told_has_no_faults() -> None:
    assert judged(GIVEN, PLAN, TOLD).faults == []
    assert judged(GIVEN, PLAN, TOLD | {"bound": None}).faults == []
    assert judged(GIVEN, PLAN, TOLD | {"bound": TOLD["score"]}).faults == []


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"served": 13}, "served 13 was told, it is 12"),
        ({"score": 23_694}, "score 23694 was told, it is 23693"),
        ({"quality": 1_694}, "quality 1694 was told, it is 1693"),
        ({"bound": 23_692}, "the score 23693 is above the bound 23692"),
    ],
)
def test_what_was_told_otherwise_is_a_fault(told: dict[str, Any], fault: str) -> None:
    assert judged(GIVEN, PLAN, TOLD | told).faults == [fault]


def test_a_rule_that_is_broken_is_a_fault() -> None:
    first, *others = PLAN["sessions"]
    moved = {**first, "start": first["start"].replace("00Z", "05Z").replace("30Z", "35Z")}

    found = judged(GIVEN, {**PLAN, "sessions": [moved, *others]}, TOLD).faults

    assert f"H1 {first['request']}: off grid" in found


def test_the_row_says_whether_the_plan_was_checked(capsys: pytest.CaptureFixture[str]) -> None:
    good = Figures(TOLD, Verdict([], PARTS), Most(200, 300), FIRST)

    reached = [report("S1", each, GOAL) for each in (good, replace(good, verdict=Verdict(["H8 rooms"], PARTS)))]

    right, wrong, why = capsys.readouterr().out.splitlines()
    assert reached == [True, False]
    assert (right.split()[5], wrong.split()[5], why.strip()) == ("yes", "NO", "H8 rooms")


def test_without_a_gap_to_reach_more_are_served_than_in_the_first_plan_and_no_term_is_worth_less(
    capsys: pytest.CaptureFixture[str],
) -> None:
    goal, same = replace(GOAL, gap=None), Figures(TOLD, Verdict([], PARTS), Most(200, 300), FIRST)
    more = PARTS | {"S1 served": PARTS["S1 served"] + 1}
    better = replace(same, verdict=Verdict([], more))
    less = replace(same, verdict=Verdict([], more | {"S4 window": PARTS["S4 window"] - 1}))

    reached = [report("S1", each, goal) for each in (better, same, less)]

    marked = [line.split()[:2] for line in capsys.readouterr().out.splitlines() if line.endswith("LESS")]
    assert (reached, marked) == ([True, False, False], [["S4", "window"]])


def test_the_plan_that_is_judged_is_the_one_that_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "S1.json"
    file.write_text(json.dumps(GIVEN))

    figures = measure(file, GIVEN, GOAL, workers=1)

    plan = json.loads((tmp_path / "S1.plan.json").read_text())
    assert figures.verdict == judged(GIVEN, plan, figures.told)
    assert figures.verdict.faults == []
    assert judged(GIVEN, PLAN, figures.told).faults != []
