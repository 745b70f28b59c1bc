"""The pages for people say what is so: every setting, every command, every link."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.core import TyperGroup
from typer.main import get_command

from medixchange.cli import app
from medixchange.settings import PREFIX, Settings

HOUSE = Path(__file__).parents[1]
OPERATING = (HOUSE / "docs" / "operating.md").read_text("utf-8")
PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PROGRAM = "medixchange"


def rows(page: str, first: str) -> Iterator[list[str]]:
    """The cells of each row of the table whose first column is called ``first``."""
    table = page.partition(f"| {first} |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def commands(group: TyperGroup, path: tuple[str, ...] = (PROGRAM,)) -> Iterator[tuple[str, list[str]]]:
    """Every command with its options."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        else:
            options = [param.opts[0] for param in command.params if param.param_type_name == "option"]
            yield " ".join((*path, name)), options


def every_command() -> dict[str, list[str]]:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return dict(commands(group))


def default_of(name: str) -> str:
    value = Settings.model_fields[name].default
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_every_setting_is_told_with_what_holds_when_it_is_not_given() -> None:
    told = {setting.strip("`"): default.strip("`") for setting, default, _ in rows(OPERATING, "setting")}

    assert told == {PREFIX + name.upper(): default_of(name) for name in Settings.model_fields}


def test_every_command_is_told_with_its_options() -> None:
    told = {command.strip("`"): re.findall(r"--[a-z-]+", options) for command, options, _ in rows(OPERATING, "command")}

    assert {name: sorted(options) for name, options in told.items()} == {
        name: sorted(options) for name, options in every_command().items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_what_a_page_tells_people_to_type_is_there(page: Path) -> None:
    known = every_command()
    text = page.read_text("utf-8").replace("\\\n", " ")
    for line in (line for block in BLOCK.findall(text) for line in block.splitlines()):
        words = shlex.split(line, comments=True)
        if words[:1] == ["export"]:
            name = words[1].partition("=")[0].removesuffix("_FILE")
            assert name.removeprefix(PREFIX).lower() in Settings.model_fields, line
        elif words[:1] == [PROGRAM]:
            command = next((name for name in known if f"{' '.join(words)} ".startswith(f"{name} ")), None)
            assert command is not None, line
            assert {word for word in words if word.startswith("--")} <= set(known[command]), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    records = sorted((HOUSE / "docs" / "decisions").glob("*.md"))

    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert [path.name for path in records if not path.read_text("utf-8").startswith(f"# {int(path.name[:4])}. ")] == []


def test_every_library_has_its_reason() -> None:
    needed = re.findall(r'^    "([A-Za-z0-9-]+)', _dependencies(), re.MULTILINE)
    reasons = (HOUSE / "docs" / "decisions" / "0003-libraries.md").read_text("utf-8").lower()

    assert [name for name in needed if name.lower() not in reasons] == []


def _dependencies() -> str:
    return (HOUSE / "pyproject.toml").read_text("utf-8").partition("\ndependencies = [\n")[2].partition("\n]\n")[0]
