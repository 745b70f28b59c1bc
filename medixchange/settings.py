"""Everything that the operator can turn, read once from MEDIXCHANGE_*; what is wrong is told all at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.sources import DotEnvSettingsSource
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from medixchange.messages import Message, say

PREFIX = "MEDIXCHANGE_"
DEFAULT_KEY = "development only"
SHORTEST_KEY = 32
DATABASES = frozenset({"sqlite", "postgres", "postgresql", "postgresql+psycopg"})
PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Environment(StrEnum):
    """Where the program runs; production refuses to start half set up."""

    DEVELOPMENT = "development"
    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """The settings; each may also be given as a file's content, ``MEDIXCHANGE_…_FILE``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr("sqlite:///medixchange.db")
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:25")
    mail_from: str = "MediXchange <sessions@example.org>"
    secret_key: SecretStr = SecretStr(DEFAULT_KEY)
    env: str = Environment.DEVELOPMENT
    proxy: str = ""

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address that letters come from."""
        name, address = parseaddr(self.mail_from)
        return name or "MediXchange", address

    @property
    def is_production(self) -> bool:
        """Whether people depend on this installation."""
        return self.env == Environment.PRODUCTION


@dataclass(frozen=True)
class Fault:
    """What is wrong with one setting, and what to write instead."""

    name: str
    message: Message


class SettingsFault(Exception):
    """The program cannot start like this; ``faults`` lists everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.name}: {fault.message.text}" for fault in faults))
        self.faults = faults


def read_settings(environ: Mapping[str, str] | None = None, *, dotenv: Path | None = None) -> Settings:
    """The settings from ``environ`` (the process's) over the file ``dotenv`` (``.env`` in the working folder).

    Raises SettingsFault with all that is wrong.
    """
    given = _given(os.environ if environ is None else environ, dotenv or Path(".env"))
    values, faults = _with_files(given)
    settings = Settings.model_validate(values)
    faults += [*_unknown(given), *_database(settings), *_public_url(settings), *_mail(settings), *_env(settings)]
    faults += _proxy(settings)
    if settings.is_production:
        faults += _production(settings)
    if faults:
        raise SettingsFault(faults)
    return settings.model_copy(update={"public_url": origin_of(settings.public_url)})


def database_address(settings: Settings) -> str:
    """The database's address as SQLAlchemy writes it."""
    url = settings.database_url.get_secret_value()
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def origin_of(url: str) -> str:
    """The address as a browser names it in Origin: in small letters, without the port that it takes by itself.

    Raises ValueError where there is no such address.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"


def starts_tls(smtp_url: str) -> bool:
    """Whether the dialogue with the mail server turns secret before anything is said: ``?starttls=1``."""
    return dict(parse_qsl(urlsplit(smtp_url).query)).get("starttls") == "1"


def _given(environ: Mapping[str, str], dotenv: Path) -> dict[str, str]:
    from_file = DotEnvSettingsSource(Settings, env_file=dotenv, env_prefix=PREFIX, case_sensitive=True)
    filed = {name: value or "" for name, value in from_file.env_vars.items()}
    return {name: value for name, value in {**filed, **environ}.items() if name.startswith(PREFIX)}


def _with_files(given: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for field in Settings.model_fields:
        name = PREFIX + field.upper()
        if name in given and f"{name}_FILE" in given:
            faults.append(Fault(name, say("This is set directly and as a file; leave one of them out.")))
        if f"{name}_FILE" in given:
            try:
                values[field] = Path(given[f"{name}_FILE"]).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as wrong:
                told = say("The file cannot be read: %(why)s.", why=str(wrong))
                faults.append(Fault(f"{name}_FILE", told))
        elif name in given:
            values[field] = given[name].strip()
    return values, faults


def _unknown(given: Mapping[str, str]) -> list[Fault]:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    ours = (name for name in sorted(given) if not name.startswith(f"{PREFIX}TEST_"))
    return [
        Fault(name, say("There is no such setting; correct its name or remove it."))
        for name in ours
        if name not in known
    ]


def _database(settings: Settings) -> list[Fault]:
    url = settings.database_url.get_secret_value()
    try:
        fits = make_url(url).drivername in DATABASES
    except (ArgumentError, ValueError):
        fits = False
    if not fits:
        told = say("Write sqlite:///FILE or postgresql://USER@HOST/NAME.")
        return [Fault(f"{PREFIX}DATABASE_URL", told)]
    return []


def _public_url(settings: Settings) -> list[Fault]:
    parts = _parts(settings.public_url)
    beside = "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not _is_host(parts.hostname) or beside:
        told = say("Write the address that people open, such as https://exchange.example.org, without a path.")
        return [Fault(f"{PREFIX}PUBLIC_URL", told)]
    return []


def _mail(settings: Settings) -> list[Fault]:
    faults = []
    parts = _parts(settings.smtp_url.get_secret_value())
    fits = parts.scheme in ("smtp", "smtps") and parts.query in ("", "starttls=0", "starttls=1")
    if not fits or not parts.hostname:
        told = say("Write smtp://HOST:PORT or smtps://USER:PASSWORD@HOST, with ?starttls=1 where it is wanted.")
        faults.append(Fault(f"{PREFIX}SMTP_URL", told))
    elif not unquote(f"{parts.username or ''}{parts.password or ''}").isascii():
        told = say("Give the mail server's user and password in ASCII characters; it can be told no others.")
        faults.append(Fault(f"{PREFIX}SMTP_URL", told))
    if "@" not in settings.sender[1]:
        told = say("Write a name and an address, such as MediXchange <sessions@example.org>.")
        faults.append(Fault(f"{PREFIX}MAIL_FROM", told))
    return faults


def _parts(url: str) -> SplitResult:
    """The parts of an address; nothing at all where it is none, or where its port cannot be one."""
    try:
        parts = urlsplit(url)
        return urlsplit("") if parts.port == 0 else parts
    except ValueError:
        return urlsplit("")


def _is_host(name: str | None) -> bool:
    try:
        return bool(name and name.encode("idna"))
    except UnicodeError:
        return False


def _env(settings: Settings) -> list[Fault]:
    if settings.env not in set(Environment):
        return [Fault(f"{PREFIX}ENV", say("Write development, demo or production."))]
    return []


def _proxy(settings: Settings) -> list[Fault]:
    try:
        for network in settings.proxy.replace(",", " ").split():
            ip_network(network)
    except ValueError:
        return [
            Fault(f"{PREFIX}PROXY", say("Write the proxy's addresses or networks, such as 10.0.0.0/8, with commas."))
        ]
    return []


def _production(settings: Settings) -> list[Fault]:
    """The start gate: what may not be so where people depend on it."""
    faults = []
    key = settings.secret_key.get_secret_value()
    if key == DEFAULT_KEY or len(key) < SHORTEST_KEY:
        told = say("Give a secret of at least %(length)s random characters.", length=SHORTEST_KEY)
        faults.append(Fault(f"{PREFIX}SECRET_KEY", told))
    if _parts(settings.public_url).scheme != "https":
        faults.append(Fault(f"{PREFIX}PUBLIC_URL", say("In production this begins with https://.")))
    smtp_url = settings.smtp_url.get_secret_value()
    mail = _parts(smtp_url)
    if mail.scheme == "smtp" and mail.hostname not in LOOPBACK and not starts_tls(smtp_url):
        told = say("Letters may not cross the network in the clear; write smtps:// or add ?starttls=1.")
        faults.append(Fault(f"{PREFIX}SMTP_URL", told))
    if settings.sender[1].endswith(("@example.org", ".example.org")):
        faults.append(Fault(f"{PREFIX}MAIL_FROM", say("Give the address that your letters come from.")))
    return faults + _readable_by_all(settings)


def _readable_by_all(settings: Settings) -> list[Fault]:
    url = settings.database_url.get_secret_value()
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        told = say("Everybody on this machine can read %(path)s; run chmod o-rwx on it.", path=str(path))
        return [Fault(f"{PREFIX}DATABASE_URL", told)]
    return []
