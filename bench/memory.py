"""How much memory a process and its children take at their highest, without holding them up (Linux only)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import thread_time

LOOKS = 0.2
"""Seconds between two looks; adding up what is shared takes longer the more there is, and is done more rarely then."""
SHARE = 0.02
"""Of one core, for adding up."""


@dataclass(frozen=True)
class Most:
    """MB: the most that was seen at once (proportional set size), and what it was at most.

    The second adds up the highest resident set, whenever it was, of each of the processes that there are at once, and
    counts in each what they share. Both are 0 where nothing can be seen.
    """

    seen: float
    bound: float


class Sampler:
    """Watches a process and its children until it is stopped."""

    def __init__(self, process: int) -> None:
        self._process, self._done, self._seen, self._bound = process, Event(), 0.0, 0.0
        self._highest: dict[int, float] = {}
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> Most:
        """What was seen until now."""
        self._done.set()
        self._thread.join()
        return Most(self._seen, self._bound)

    def _watch(self) -> None:
        wait = 0.0
        while not self._done.wait(LOOKS):
            wait -= LOOKS
            if wait <= 0:
                wait = self._add_up()
            # The highest is kept by the system itself. What is gone is forgotten: its memory is free for the next.
            now = {each: _megabytes(each, "status", "VmHWM:") for each in self._highest}
            self._highest = {each: most for each, most in now.items() if most}
            self._bound = max(self._bound, sum(self._highest.values()))

    def _add_up(self) -> float:
        """Look at all that each process has; how long to wait until the next time."""
        began = thread_time()
        everybody = family(self._process)
        self._seen = max(self._seen, sum(_megabytes(each, "smaps_rollup", "Pss:") for each in everybody))
        self._highest.update(dict.fromkeys(everybody - self._highest.keys(), 0.0))
        return (thread_time() - began) / SHARE


def family(process: int) -> set[int]:
    """A process and all that it started."""
    parents = {int(each.name): _parent(each) for each in Path("/proc").glob("[0-9]*")}
    found = {process}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parent(process: Path) -> int:
    """The number of the parent (proc(5)); 0 where the process is gone."""
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def _megabytes(process: int, file: str, name: str) -> float:
    """What a process says of itself (proc(5)); 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
