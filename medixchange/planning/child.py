"""The process that plans: reads a problem, writes plans, and ends as soon as nobody listens any more.

Run as ``python -m medixchange.planning.child``; it speaks pickled values with the process that started it, over its own
standard streams, and with nobody else.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from threading import Thread
from typing import BinaryIO

from medixchange.planning.making import plans
from medixchange.planning.plan import Order


def main() -> None:
    """Plan what the parent orders; Ctrl-C is the parent's to understand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    order: Order = pickle.load(orders)  # noqa: S301  # written by the process that started this one
    Thread(target=_end_with, args=(orders,), daemon=True).start()
    for plan in plans(order):
        pickle.dump(plan, answers)
        answers.flush()


def _end_with(orders: BinaryIO) -> None:
    """End at once when the other end of ``orders`` closes, even in the middle of a search."""
    # Not through the buffer: its lock would be held when the interpreter ends.
    os.read(orders.fileno(), 1)
    os._exit(0)


if __name__ == "__main__":
    main()
