"""Every bench says how fast the machine is, by a piece of work that stays the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bench.pace import arrays, pace, python

ROOT = Path(__file__).parents[2]


def test_the_work_by_which_machines_are_compared_stays_the_same() -> None:
    # Whoever changes it makes figures that were written down until then useless.
    assert (python(), arrays()) == (13_380, 14_849_400)


def test_the_pace_is_the_best_of_a_few() -> None:
    here = pace(times=2)

    assert min(here.python, here.arrays) > 0


def test_every_bench_begins_with_the_pace_of_the_machine() -> None:
    listed = re.findall(r"for each in ([a-z ]+); do echo", (ROOT / "Makefile").read_text())
    benches = {name for names in listed for name in names.split()}

    silent = {each for each in benches if "    print(said())\n" not in (ROOT / "bench" / f"{each}.py").read_text()}
    told = subprocess.run([sys.executable, "-m", "bench.pace"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert (len(benches), silent) == (6, set())
    assert re.fullmatch(r"pace of this machine: Python \d+ ms, arrays \d+ ms of CPU\n", told.stdout)
