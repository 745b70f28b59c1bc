"""python -m medixchange, and the command ``medixchange``."""

from __future__ import annotations

import gc

# All that is imported stays: to look through it for garbage meanwhile took a fifth of the time until a command begins.
gc.disable()

from medixchange.cli import main  # noqa: E402 - once nothing looks for garbage

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
