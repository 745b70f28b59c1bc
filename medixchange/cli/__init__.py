"""The command line: one file per noun. Exit status 0 done, 1 refused or failed, 2 wrong usage, 3 unhealthy."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from medixchange.alone import Busy
from medixchange.cli import (
    backup,
    config,
    demo,
    demo_data,
    doctor,
    feed,
    import_,
    login_link,
    mail,
    migrate,
    plan,
    restore,
    serve,
    user,
    work,
)
from medixchange.cli.terminal import Misuse, errors, tell
from medixchange.errors import Malformed, Refusal
from medixchange.settings import SettingsFault

app = typer.Typer(
    name="medixchange",
    help="Finds hour, panel, language and interpreter for sharing sessions, and puts them into everybody's calendar.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("plan")(plan.plan)
app.command("import")(import_.import_)
app.command("login-link")(login_link.login_link)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("doctor")(doctor.doctor)
app.add_typer(mail.app, name="mail")
app.add_typer(demo_data.app, name="demo-data")
app.add_typer(feed.app, name="feed")
app.add_typer(user.app, name="user")
app.add_typer(config.app, name="config")


@app.callback(invoke_without_command=True)
def medixchange(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Finds hour, panel, language and interpreter for sharing sessions."""
    if show_version:
        typer.echo(version("medixchange"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def main() -> None:
    """Run the command line; refusals and wrong settings are sentences, not tracebacks."""
    try:
        app()
    except SettingsFault as wrong:
        for fault in wrong.faults:
            errors.print(f"{fault.name}: {tell(fault.message)}")
        sys.exit(2)
    except Misuse as wrong:
        for line in wrong.lines:
            errors.print(line)
        sys.exit(2)
    except Malformed as wrong:
        errors.print(tell(wrong.message))
        sys.exit(2)
    except (Refusal, Busy) as refused:
        errors.print(tell(refused.message))
        sys.exit(1)
