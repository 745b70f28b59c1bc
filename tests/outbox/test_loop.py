"""The clockwork takes a turn when it is woken and when it is time, and one that fails is not the last."""

from __future__ import annotations

from queue import Empty, Queue

import pytest
from structlog.testing import capture_logs

from medixchange.bell import Bell
from medixchange.worker import Loop

SOON, NEVER = 10.0, 3600.0


class Turns:
    """Counts the turns of a loop, and spoils those that it is told to."""

    def __init__(self, *, spoilt: int = 0) -> None:
        self.taken: Queue[int] = Queue()
        self._spoilt = spoilt
        self._number = 0

    def __call__(self) -> None:
        """One turn."""
        self._number += 1
        self.taken.put(self._number)
        if self._number <= self._spoilt:
            raise ConnectionError("The database restarts.")


def test_a_loop_turns_at_once_and_whenever_a_bell_wakes_it() -> None:
    turns, bell = Turns(), Bell()
    loop = Loop("letters", turns, NEVER)
    with bell.heard_by(loop.wake):
        loop.start()
        first = turns.taken.get(timeout=SOON)
        bell()
        second = turns.taken.get(timeout=SOON)
    loop.stop()
    loop.join()

    assert (first, second) == (1, 2)


def test_a_loop_turns_by_itself_when_it_is_time() -> None:
    turns = Turns()
    loop = Loop("letters", turns, 0.01)

    loop.start()
    taken = [turns.taken.get(timeout=SOON) for _ in range(3)]
    loop.stop()
    loop.join()

    assert taken == [1, 2, 3]


def test_a_turn_that_fails_is_told_and_is_not_the_last() -> None:
    turns = Turns(spoilt=2)
    loop = Loop("letters", turns, 0.01)

    with capture_logs() as logged:
        loop.start()
        taken = [turns.taken.get(timeout=SOON) for _ in range(3)]
        loop.stop()
        loop.join()

    assert taken == [1, 2, 3]
    assert [(each["event"], each["work"]) for each in logged] == [("work failed, and is tried again", "letters")] * 2


def test_a_loop_that_was_stopped_turns_no_more() -> None:
    turns = Turns()
    loop = Loop("letters", turns, NEVER)
    loop.start()
    turns.taken.get(timeout=SOON)
    loop.stop()
    loop.join()

    loop.wake()

    with pytest.raises(Empty):
        turns.taken.get(timeout=0.1)
