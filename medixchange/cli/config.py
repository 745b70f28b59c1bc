"""medixchange config: what the program was told."""

from __future__ import annotations

import json

import typer

from medixchange.cli.terminal import output
from medixchange.settings import PREFIX, read_settings

app = typer.Typer(help="What the program was told.", no_args_is_help=True)


@app.command("show")
def show() -> None:
    """Print every setting as JSON; secrets are starred."""
    settings = read_settings()
    plain = {PREFIX + name.upper(): str(getattr(settings, name)) for name in type(settings).model_fields}
    output.print(json.dumps(plain, indent=2, ensure_ascii=False))
