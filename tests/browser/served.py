"""``python -m tests.browser.served FOLDER``: the demo's program in FOLDER, until its standard input is closed.

It prints its address. A process of its own, since the executor of jobs is one for each process, and journeys with a
house of their own stand beside the one that all pages share.
"""

from __future__ import annotations

import sys
from pathlib import Path

from medixchange.cli import demo
from medixchange.demo.telling import Telling

if __name__ == "__main__":
    with demo.running(Path(sys.argv[1]), 0, Telling(lambda _: None)) as (address, _letters):
        print(address, flush=True)
        sys.stdin.read()
