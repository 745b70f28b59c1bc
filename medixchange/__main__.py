"""python -m medixchange, and the command ``medixchange``."""

from __future__ import annotations

import gc
import os
import signal

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended, as shells tell it."""


def _end(*_: object) -> None:
    """End without a word: nothing has begun yet, and a traceback would be one through modules that load."""
    os._exit(INTERRUPTED)


# Where Ctrl-C is ignored, as in the background of a script, it stays so.
_is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _is_heard:
    signal.signal(signal.SIGINT, _end)
# All that is imported stays: to look through it for garbage meanwhile took a fifth of the time until a command begins.
gc.disable()

from medixchange.cli import main  # noqa: E402 - once nothing looks for garbage

gc.freeze()
gc.enable()
if _is_heard:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if __name__ == "__main__":
    main()
