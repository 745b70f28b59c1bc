"""Settings are read once, from the environment and from files, and every fault is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from medixchange.settings import Settings, SettingsFault, database_address, read_settings, starts_tls

PRODUCTION = {
    "MEDIXCHANGE_ENV": "production",
    "MEDIXCHANGE_PUBLIC_URL": "https://exchange.example.com",
    "MEDIXCHANGE_MAIL_FROM": "MediXchange <sessions@exchange.example.com>",
    "MEDIXCHANGE_SMTP_URL": "smtps://user:word@mail.example.com",
    "MEDIXCHANGE_SECRET_KEY": "k" * 32,
    "MEDIXCHANGE_DATABASE_URL": "postgresql://user:word@db/medixchange",
}


def read(environ: dict[str, str], folder: Path) -> Settings:
    return read_settings(environ, dotenv=folder / ".env")


def faults(environ: dict[str, str], folder: Path) -> list[str]:
    with pytest.raises(SettingsFault) as wrong:
        read(environ, folder)
    return [fault.name for fault in wrong.value.faults]


def test_nothing_set_is_enough_for_development(tmp_path: Path) -> None:
    settings = read({}, tmp_path)

    assert (settings.env, settings.public_url) == ("development", "http://127.0.0.1:8000")
    assert settings.sender == ("MediXchange", "sessions@example.org")


def test_a_good_production_starts(tmp_path: Path) -> None:
    assert read(PRODUCTION, tmp_path).is_production


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    environ = {
        "MEDIXCHANGE_DATABASE_URL": "mysql://x",
        "MEDIXCHANGE_PUBLIC_URL": "exchange.example.org",
        "MEDIXCHANGE_SMTP_URL": "mail.example.org",
        "MEDIXCHANGE_MAIL_FROM": "nobody",
        "MEDIXCHANGE_ENV": "live",
        "MEDIXCHANGE_PROXY": "everywhere",
        "MEDIXCHANGE_SECRETKEY": "x",
    }

    assert sorted(faults(environ, tmp_path)) == sorted(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIXCHANGE_DATABASE_URL", "postgresql:medixchange"),
        ("MEDIXCHANGE_DATABASE_URL", "postgresql://user:word@db:port/medixchange"),
        ("MEDIXCHANGE_PUBLIC_URL", "https:///path"),
        ("MEDIXCHANGE_PUBLIC_URL", "http://[::1"),
        ("MEDIXCHANGE_PUBLIC_URL", "http://exchange.example.org:eighty"),
        ("MEDIXCHANGE_PUBLIC_URL", "http://exchange..example.org"),
        ("MEDIXCHANGE_PUBLIC_URL", "https://user@exchange.example.org"),
        ("MEDIXCHANGE_PUBLIC_URL", "https://exchange.example.org/#top"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://[::1"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://mail.example.org:99999"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://mail.example.org?startls=1"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://mail.example.org?starttls=yes"),
        ("MEDIXCHANGE_SMTP_URL", "smtps://user:w%C3%B6rd@mail.example.org"),
        ("MEDIXCHANGE_SMTP_URL", "smtps://n\u00fctzer:word@mail.example.org"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_fault(tmp_path: Path, name: str, value: str) -> None:
    assert faults({name: value}, tmp_path) == [name]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("https://exchange.example.org", "https://exchange.example.org"),
        ("https://exchange.example.org/", "https://exchange.example.org"),
        ("HTTPS://Exchange.Example.org:443/", "https://exchange.example.org"),
        ("http://exchange.example.org:80", "http://exchange.example.org"),
        ("http://exchange.example.org:443", "http://exchange.example.org:443"),
        ("https://exchange.example.org:8443", "https://exchange.example.org:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://h\u00f4pital.example.org", "https://xn--hpital-ixa.example.org"),
    ],
)
def test_the_address_is_kept_as_browsers_name_it_when_they_send_a_form(
    tmp_path: Path, written: str, named: str
) -> None:
    assert read({"MEDIXCHANGE_PUBLIC_URL": written}, tmp_path).public_url == named


@pytest.mark.parametrize(("query", "begins"), [("", False), ("?starttls=0", False), ("?starttls=1", True)])
def test_starttls_is_said_with_one_and_not_with_zero(tmp_path: Path, query: str, begins: bool) -> None:
    settings = read({"MEDIXCHANGE_SMTP_URL": f"smtp://mail.example.org{query}"}, tmp_path)

    assert starts_tls(settings.smtp_url.get_secret_value()) is begins


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIXCHANGE_SECRET_KEY", "short"),
        ("MEDIXCHANGE_SECRET_KEY", "development only"),
        ("MEDIXCHANGE_PUBLIC_URL", "http://exchange.example.com"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://mail.example.com"),
        ("MEDIXCHANGE_SMTP_URL", "smtp://mail.example.com?starttls=0"),
        ("MEDIXCHANGE_MAIL_FROM", "MediXchange <sessions@example.org>"),
    ],
)
def test_production_refuses_what_is_good_enough_for_a_trial(tmp_path: Path, name: str, value: str) -> None:
    assert faults(PRODUCTION | {name: value}, tmp_path) == [name]


def test_production_refuses_a_database_that_everybody_can_read(tmp_path: Path) -> None:
    path = tmp_path / "open.db"
    path.touch(mode=0o644)

    assert faults(PRODUCTION | {"MEDIXCHANGE_DATABASE_URL": f"sqlite:///{path}"}, tmp_path) == [
        "MEDIXCHANGE_DATABASE_URL"
    ]


def test_a_setting_may_be_the_content_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n", "utf-8")

    settings = read({"MEDIXCHANGE_SECRET_KEY_FILE": str(tmp_path / "key")}, tmp_path)

    assert settings.secret_key.get_secret_value() == "from a file"


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    environ = {"MEDIXCHANGE_SECRET_KEY_FILE": str(tmp_path / "nothing")}

    assert faults(environ, tmp_path) == ["MEDIXCHANGE_SECRET_KEY_FILE"]


def test_the_same_setting_twice_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x", "utf-8")
    environ = {"MEDIXCHANGE_SECRET_KEY_FILE": str(tmp_path / "key"), "MEDIXCHANGE_SECRET_KEY": "y"}

    assert faults(environ, tmp_path) == ["MEDIXCHANGE_SECRET_KEY"]


def test_the_environment_wins_over_the_file_beside_the_program(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MEDIXCHANGE_ENV=demo\nMEDIXCHANGE_PUBLIC_URL=http://one.example\n", "utf-8")

    settings = read({"MEDIXCHANGE_PUBLIC_URL": "http://two.example"}, tmp_path)

    assert (settings.env, settings.public_url) == ("demo", "http://two.example")


def test_a_password_of_the_database_may_hold_what_an_address_may_not(tmp_path: Path) -> None:
    address = "postgresql://user:w#[rd@db/medixchange"

    assert read({"MEDIXCHANGE_DATABASE_URL": address}, tmp_path).database_url.get_secret_value() == address


def test_no_secret_shows_where_settings_are_printed(tmp_path: Path) -> None:
    printed = repr(read(PRODUCTION, tmp_path))

    assert "word" not in printed
    assert "kkkk" not in printed


def test_postgresql_is_reached_through_psycopg(tmp_path: Path) -> None:
    assert database_address(read(PRODUCTION, tmp_path)) == "postgresql+psycopg://user:word@db/medixchange"
