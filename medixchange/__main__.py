"""python -m medixchange, and the command ``medixchange``."""

from __future__ import annotations

from medixchange.cli import main

if __name__ == "__main__":
    main()
