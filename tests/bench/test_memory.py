"""How much memory a bench finds, and what finding it costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time, sleep

import pytest

from bench.memory import Most, Sampler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
LARGE, SMALL = 300, 40
TAKES = """
import mmap, sys
size = int(sys.argv[1]) << 20
taken = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
taken.madvise(mmap.MADV_NOHUGEPAGE)
for page in range(0, size, 4096):
    taken[page] = 1
if len(sys.argv) > 2 and sys.argv[2] == "gives back":
    taken.close()
print("taken", flush=True)
sys.stdin.read()
"""
"""So many MB, in small pages, which take long to add up."""
STARTS = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {TAKES!r}, *sys.argv[1:]])
"""


@contextmanager
def taking(program: str, *words: str) -> Iterator[int]:
    """A process that has taken memory."""
    command = [sys.executable, "-c", program, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process.pid


def sampled(program: str, *words: str) -> Most:
    """What is found of it within a second."""
    with taking(program, *words) as process:
        sampler = Sampler(process)
        sleep(1.0)
        return sampler.stop()


@pytest.mark.parametrize("program", [TAKES, STARTS], ids=["a process", "its child"])
def test_what_a_process_and_its_children_have_is_seen(program: str) -> None:
    found = sampled(program, str(SMALL))

    assert SMALL <= found.seen <= found.bound <= SMALL + 60


def test_what_was_given_back_before_anybody_looked_is_within_the_bound() -> None:
    found = sampled(TAKES, str(LARGE), "gives back")

    assert found.seen < LARGE <= found.bound


def test_a_large_process_is_looked_at_more_rarely() -> None:
    with taking(TAKES, str(LARGE)) as process:
        began, sampler = process_time(), Sampler(process)
        sleep(2.0)
        sampler.stop()
        used = process_time() - began

    assert used / 2.0 <= 0.04
