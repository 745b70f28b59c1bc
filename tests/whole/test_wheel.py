"""A wheel built from the repository works from an empty folder with nothing else around."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[2]
BUILT_FROM = ("medixchange", "templates", "migrations", "docs", "pyproject.toml", "README.md", "LICENSE")
PACKED = ("medixchange", "templates", "migrations")
PATIENCE = 180


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MEDIXCHANGE_", "PYTHON"))}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy under another name, so that nothing depends on where the repository lies."""
    home = tmp_path_factory.mktemp("wheel")
    source = home / "a folder of another name"
    source.mkdir()
    for name in BUILT_FROM:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPOSITORY / name, source / name)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    run(
        *pip,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(home),
        ".",
        folder=source,
    )
    shutil.rmtree(source)
    return next(home.glob("medixchange-*.whl"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The installed command, in an environment that holds the wheel and what it needs, but not this repository."""
    outside = tmp_path_factory.mktemp("program")
    home = outside / "environment"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    packages = Path(
        run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=outside).stdout.strip()
    )
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--no-input")
    run(*pip, "install", "--no-deps", "--no-index", str(wheel), folder=outside)
    # Only this folder's own entries: a .pth file inside it, such as an editable install's, is not read.
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "medixchange"


def test_a_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    built = {str(Path(name)) for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    there = [path for name in PACKED for path in (REPOSITORY / name).rglob("*") if path.is_file()]
    names = [str(path.relative_to(REPOSITORY)) for path in there if "__pycache__" not in path.parts]
    inside = {name if name.startswith("medixchange/") else f"medixchange/{name}" for name in names}

    assert built == inside | {"medixchange/library/glossary.md"}


@pytest.mark.sweep
def test_the_demo_of_a_wheel_plays_in_an_empty_folder(tmp_path: Path, program: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    run(str(program), "demo", "--once", "--data", "data", folder=empty)

    assert (empty / "data" / "medixchange.db").exists()
    assert list((empty / "data" / "mail").glob("*.eml"))


def test_the_program_of_a_wheel_is_the_one_in_the_wheel(tmp_path: Path, program: Path) -> None:
    where = run(
        str(program.parent / "python"), "-c", "import medixchange; print(medixchange.__file__)", folder=tmp_path
    ).stdout.strip()

    assert Path(where).is_relative_to(program.parents[1])


def test_a_wheel_prints_with_its_own_fonts(tmp_path: Path, program: Path) -> None:
    printed = run(
        str(program.parent / "python"),
        "-c",
        "from medixchange import pdf\n"
        "from medixchange.library import handbook\n"
        "from medixchange.templating import PAPER\n"
        "assert PAPER.is_relative_to(pdf.FONTS.parent), PAPER\n"
        "paper = handbook.printed(handbook.SESSION, 'zh-Hans', '')\n"
        "print(pdf.draws('龘'), pdf.draws('要'), paper[:5])\n",
        folder=tmp_path,
    ).stdout.strip()

    assert printed == "False True b'%PDF-'"


def test_the_wheel_asks_for_every_package_that_the_program_imports() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    asked_for = with_their_own(project["dependencies"])
    homes = packages_distributions()

    imported = {name for path in (REPOSITORY / "medixchange").rglob("*.py") for name in imports_of(path.read_text())}
    foreign = imported - set(sys.stdlib_module_names) - {"medixchange"}

    assert {name for name in foreign if not asked_for & {canonicalize_name(each) for each in homes[name]}} == set()


def with_their_own(wanted: list[str]) -> set[str]:
    """The packages that ``wanted`` names, and those that they ask for themselves, extras apart."""
    found: set[str] = set()
    while wanted:
        requirement = Requirement(wanted.pop())
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in found:
            found.add(name)
            wanted = [*wanted, *(requires(name) or [])]
    return found


def imports_of(source: str) -> Iterator[str]:
    """The top-level names that a module imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
