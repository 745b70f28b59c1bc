"""What deploy/ sets up fits the program: its settings, its commands, its limits."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from medixchange.library.glossary import terms
from medixchange.schema import newest_revision
from medixchange.sessions.file_kinds import MOST_SIZE
from medixchange.settings import PREFIX, Settings, read_settings
from medixchange.web.security import MOST_BODY, MOST_UPLOAD, UPLOAD_PATIENCE
from tests.test_docs import every_command

HOUSE = Path(__file__).parents[1]
DEPLOY = HOUSE / "deploy"
OPERATING = HOUSE / "docs" / "operating.md"
COMPOSE: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "medixchange"}
UNITS = sorted(DEPLOY.glob("*.service"))
GIVEN = {"MEDIXCHANGE_HOST": "exchange.test", "MEDIXCHANGE_MAIL_FROM": "MediXchange <sessions@exchange.test>"}
THIN_LINE = 20_000
"""Bytes a second that a hospital's line may have."""
SECRETS = {
    "database_url": "postgresql://medixchange:word@db/medixchange",
    "secret_key": "a secret of more than thirty-two characters",
    "smtp_url": "smtps://mx:word@mail.test",
}


def environ_of(service: Mapping[str, Any], secrets: Path) -> dict[str, str]:
    """The environment as compose gives it, with secrets that lie in the folder ``secrets``."""
    filled = {}
    for name, value in service["environment"].items():
        written = re.sub(r"\$\{(\w+):[^}]*\}", lambda found: GIVEN[found[1]], value)
        filled[name] = written.replace("/run/secrets", str(secrets))
    return filled


def instructions() -> Iterator[tuple[str, str]]:
    """The Containerfile, line by line."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", "")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


@pytest.mark.parametrize("name", OURS)
def test_production_starts_with_the_settings_that_compose_gives(name: str, tmp_path: Path) -> None:
    for secret in OURS[name]["secrets"]:
        (tmp_path / secret).write_text(f"{SECRETS[secret]}\n", "utf-8")

    settings = read_settings(environ_of(OURS[name], tmp_path), dotenv=tmp_path / "none")

    assert settings.is_production
    assert settings.secret_key.get_secret_value() == SECRETS["secret_key"]
    assert settings.public_url == "https://exchange.test"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_write_nowhere_and_end_in_time(name: str) -> None:
    service = OURS[name]

    assert (service["read_only"], service["cap_drop"], service["stop_grace_period"]) == (True, ["ALL"], "10s")
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_compose_runs_commands_that_there_are(name: str) -> None:
    command, *options = OURS[name]["command"]

    assert {option for option in options if option.startswith("--")} <= set(every_command()[f"medixchange {command}"])


def test_the_proxy_waits_until_the_program_is_ready_and_is_the_one_that_is_believed() -> None:
    (subnet,) = (each["subnet"] for each in COMPOSE["networks"]["default"]["ipam"]["config"])

    assert "/readyz" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}
    assert SERVICES["web"]["environment"]["MEDIXCHANGE_PROXY"] == subnet


def test_every_secret_and_volume_of_compose_is_declared() -> None:
    secrets = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    mounts = {mount.partition(":")[0] for service in SERVICES.values() for mount in service.get("volumes", ())}

    assert secrets == COMPOSE["secrets"].keys()
    assert {mount for mount in mounts if not mount.startswith(".")} == COMPOSE["volumes"].keys()
    assert {mount for mount in mounts if mount.startswith(".")} == {"./Caddyfile", "./backups"}


def test_the_proxies_take_forms_as_large_as_the_program_does() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    nginx = OPERATING.read_text("utf-8")

    assert re.findall(r"max_size (\S+)", caddy) == [f"{MOST_UPLOAD // 2**20}MiB", f"{MOST_BODY // 1024}KiB"]
    assert re.findall(r"client_max_body_size (\S+);", nginx) == [f"{MOST_BODY // 1024}k", f"{MOST_UPLOAD // 1024}k"]


def test_the_proxies_wait_for_the_largest_file_over_a_thin_line() -> None:
    caddy = dict(re.findall(r"^\t\t\t(\w+) (\d+[sm])$", (DEPLOY / "Caddyfile").read_text("utf-8"), re.MULTILINE))
    nginx = dict(re.findall(r"^    (\w+_timeout) (\d+[sm]);", OPERATING.read_text("utf-8"), re.MULTILINE))
    up, down = MOST_UPLOAD / THIN_LINE, MOST_SIZE / THIN_LINE

    # Caddy counts the whole of a transfer, and with "write" the request's body as well; nginx counts pauses.
    assert seconds(caddy["read_body"]) >= max(up, UPLOAD_PATIENCE)
    assert seconds(caddy["write"]) >= seconds(caddy["read_body"]) + down
    assert [seconds(caddy[name]) for name in ("read_header", "idle")] == [10, 120]
    assert {name: seconds(value) for name, value in nginx.items()} == {
        "client_header_timeout": 10,
        "client_body_timeout": 60,
        "send_timeout": 60,
    }


def seconds(written: str) -> int:
    """A length of time as the proxies write it."""
    return int(written[:-1]) * {"s": 1, "m": 60}[written[-1]]


def built_from() -> set[str]:
    """What the wheel is made of, as pyproject.toml says."""
    wheel = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    return {*wheel["packages"], *wheel["force-include"]}


def test_the_image_holds_what_the_wheel_is_built_from_and_runs_without_privileges() -> None:
    found = list(instructions())
    copied = [source for word, rest in found if word == "COPY" and "--from" not in rest for source in rest.split()[:-1]]

    assert [source for source in copied if not (HOUSE / source).exists()] == []
    assert {*built_from(), "pyproject.toml", "README.md", "LICENSE"} <= set(copied)
    assert [rest for word, rest in found if word == "USER"] == ["10001"]


def put_into_the_image(folder: Path) -> None:
    """Copy to ``folder`` what lies in the image when the program is installed there, and nothing else."""
    for word, rest in instructions():
        if word == "RUN" and rest.endswith(" ."):
            return
        if word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                to = folder / (f"{target}{source}" if target.endswith("/") else target)
                to.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if (HOUSE / source).is_dir() else shutil.copy
                copy(HOUSE / source, to)
    pytest.fail("the image never installs the program")


def test_the_program_is_built_from_what_is_copied_into_the_image_and_runs(tmp_path: Path) -> None:
    image, wheel, installed = tmp_path / "image", tmp_path / "wheel", tmp_path / "installed"
    put_into_the_image(image)
    build = f"from hatchling.build import build_wheel; build_wheel({str(wheel)!r})"  # what pip asks of it
    looks = (
        "import medixchange, importlib.metadata; from medixchange.library.glossary import terms;"
        "from medixchange.schema import newest_revision; print(medixchange.__file__, len(terms()), newest_revision())"
    )

    subprocess.run([sys.executable, "-c", build], cwd=image, check=True, capture_output=True)
    (made,) = wheel.iterdir()
    with ZipFile(made) as opened:
        opened.extractall(installed)
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    told = subprocess.run([sys.executable, "-c", looks], cwd=installed, check=True, capture_output=True, text=True)

    assert held == {str(file) for file in of_the_program()}
    assert told.stdout.split() == [str(installed / "medixchange/__init__.py"), str(len(terms())), newest_revision()]


def of_the_program() -> Iterator[PurePath]:
    """Every file of the installed program, by its place in it."""
    homes = {"medixchange": "medixchange", "templates": "medixchange/templates", "migrations": "medixchange/migrations"}
    for source, home in homes.items():
        for file in (HOUSE / source).rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                yield PurePath(home) / file.relative_to(HOUSE / source)
    yield PurePath("medixchange/library/glossary.md")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_commands_that_there_are_without_privileges(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    commands = [line.partition("=")[2] for line in lines if line.startswith("ExecStart=")]

    for command in commands:
        words = shlex.split(command.replace("/bin/sh -c", "").replace("'", "").replace("exec ", ""))
        assert words[0] == "/opt/medixchange/bin/medixchange"
        assert set(filter(lambda word: word.startswith("--"), words)) <= set(every_command()[f"medixchange {words[1]}"])
    assert commands
    assert {"User=medixchange", "NoNewPrivileges=true", "ProtectSystem=strict", "UMask=0077"} <= set(lines)


def test_the_names_of_settings_in_deploy_are_those_of_the_program() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    found = {name for path in DEPLOY.iterdir() for name in re.findall(r"\bMEDIXCHANGE_\w+", path.read_text("utf-8"))}

    # The host is compose's own: the public address is made from it.
    assert {name.removesuffix("_FILE") for name in found} <= known | {"MEDIXCHANGE_HOST"}
