"""The same for many things, by several processes at once: copies of this one, which share what it has laid out.

Threads would wait for each other: what is done for one request are many short steps between which the interpreter's
lock is needed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Done = TypeVar("Done")

FEW = 100
"""For fewer things than these no process is worth its start."""
CAN_COPY = "fork" in multiprocessing.get_all_start_methods()


def done(work: Callable[[Thing], Done], things: Sequence[Thing], *, workers: int) -> list[Done]:
    """``work`` done for each of ``things``, in their order: the same whatever the number of ``workers``.

    Raises EOFError where one of the other processes ended before its time. They end with this one, whatever ends it.
    """
    if workers == 1 or len(things) < FEW or not CAN_COPY:
        return [work(each) for each in things]
    found = list[Any]([None] * len(things))
    with ExitStack() as running:
        others = [running.enter_context(_copy(work, things[first::workers])) for first in range(1, workers)]
        found[::workers] = [work(each) for each in things[::workers]]
        for first, answer in enumerate(others, 1):
            found[first::workers] = answer.recv()
    return found


@contextmanager
def _copy(work: Callable[[Thing], Done], things: Sequence[Thing]) -> Iterator[Connection]:
    """A copy of this process that does its part; it is gone when this ends."""
    processes = multiprocessing.get_context("fork")
    answer, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=_do, args=(work, things, sender, os.getpid()), daemon=True)
    process.start()
    sender.close()
    try:
        yield answer
    finally:
        process.kill()
        process.join()
        answer.close()


def _do(work: Callable[[Thing], Done], things: Sequence[Thing], sender: Connection, parent: int) -> None:
    # Whatever is collected would be written to, and so copied.
    gc.disable()
    found = []
    for each in things:
        if os.getppid() != parent:
            return
        found.append(work(each))
    sender.send(found)
