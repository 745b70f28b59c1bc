"""Plans from a process of their own: memory comes back, and a limit of time or Ctrl-C ends a search at once."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import IO

from medixchange.planning.plan import Order, Plan, nothing

ENDING = 10.0
"""How many seconds a process that has said everything has to end."""
LOOKS = 0.25
"""How often, in seconds, it is looked whether a plan is still wanted."""


class Broken(Exception):
    """The process that plans ended before its time."""


def run(order: Order, *, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> Generator[Plan, None, None]:
    """Better and better plans until the best is proven, ``seconds`` are over, ``is_enough`` (asked four times a second)
    says so, or nobody asks for more. The first plan that is more than begun comes whatever ``seconds`` are, unless
    ``is_enough`` says so; where that is before any, the plan that serves nobody is given.

    Whatever happens, the process and what it was about are gone when this ends. Raises Broken where the process ended
    before its time, which may be after some plans.
    """
    if not (yield from _heard(order, monotonic() + seconds, is_enough)):
        yield nothing(order)


def _heard(order: Order, until: float, is_enough: Callable[[], bool]) -> Generator[Plan, None, bool]:
    """Every plan of a process that is wanted; whether there was any."""
    with subprocess.Popen(
        [sys.executable, "-m", "medixchange.planning.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        found = Queue[Plan | None]()
        # To hand over a large problem takes seconds, in which a search can be stopped as well.
        talk = [
            Thread(target=_tell, args=(child.stdin, order), daemon=True),
            Thread(target=_listen, args=(child.stdout, found), daemon=True),
        ]
        for each in talk:
            each.start()
        try:
            some, is_over = yield from _until(found, until, is_enough)
            if is_over and child.wait(ENDING) != 0:
                raise Broken
            return some
        finally:
            child.kill()
            for each in talk:
                each.join()


def _tell(stream: IO[bytes] | None, order: Order) -> None:
    if stream is None:
        return
    try:
        pickle.dump(order, stream)
        stream.flush()
    except BrokenPipeError:  # who listens is told by its silence
        with suppress(BrokenPipeError):  # of what was not written yet
            stream.close()


def _listen(stream: IO[bytes] | None, found: Queue[Plan | None]) -> None:
    """Every plan as it comes, None at the end."""
    try:
        while stream is not None:
            found.put(pickle.load(stream))  # noqa: S301  # from our own child
    except (EOFError, pickle.UnpicklingError, ValueError):
        found.put(None)


def _until(
    found: Queue[Plan | None], until: float, is_enough: Callable[[], bool]
) -> Generator[Plan, None, tuple[bool, bool]]:
    """Every plan that is wanted; whether there was any, and whether the other process has ended by itself."""
    some = whole = False
    while not is_enough() and not (whole and monotonic() >= until):
        try:
            plan = found.get(timeout=max(0.0, min(until - monotonic(), LOOKS)) if whole else LOOKS)
        except Empty:
            continue
        if plan is None:
            if not some:
                raise Broken
            return True, True
        some, whole = True, not plan.is_begun
        yield plan
    return some, False
