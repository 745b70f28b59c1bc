"""Every short command: what it does, what it says, and that a refusal is a sentence with a status."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from alembic import command
from sqlmodel import Session, select

from medixchange.accounts.models import SignInLink
from medixchange.accounts.signin import ask_link, open_login
from medixchange.cli.terminal import now
from medixchange.db import Database
from medixchange.feeds.models import Feed
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import record
from medixchange.matching.actions import want
from medixchange.outbox.failures import Failure
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.why import HAPPENED
from medixchange.people.models import Organizer, Person, Room
from medixchange.schema import alembic_config, schema_is_current
from medixchange.tokens import digest
from tests import make
from tests.cli.shell import Said, Shell
from tests.outbox.office import HANG_UP, Office

ROOMS = "code,name,join_url\nwest,West Lake room,https://rooms.example.org/west\n"
ALINE = ("Aline Example", "Aline@Example.org", "--zone", "Africa/Kigali", "--country", "RW")
LIU = "liu@example.org"
AGAIN = "Try again in a while or with another address, and look at MEDIXCHANGE_SMTP_URL where that does not help."
NOBODY = "Nobody is known as nobody@example.org; correct the address or add the person.\n"


@pytest.fixture
def aline(database: Database) -> Person:
    """Somebody who is known."""
    with database.write() as db:
        return make.person(db, email="aline@example.org")


def all_of(database: Database, kind: type[Person] | type[Room] | type[Feed] | type[Organizer]) -> list[object]:
    with database.read() as db:
        return list(db.exec(select(kind)))


def journal(db: Session) -> list[tuple[str, str]]:
    return [(entry.actor, entry.verb) for entry in db.exec(select(JournalEntry))]


def test_without_a_command_the_commands_are_listed(bare: Shell) -> None:
    said = bare()

    assert (said.status, said.err) == (2, "")
    listed = (
        "backup",
        "restore",
        "serve",
        "work",
        "migrate",
        "demo",
        "import",
        "feed",
        "doctor",
        "user",
        "login-link",
        "config",
    )
    assert [name for name in listed if f" {name} " not in said.out] == []


def test_the_version_is_told(bare: Shell) -> None:
    assert bare("--version") == Said(0, "0.1.0\n", "")


def test_wrong_settings_are_listed_all_at_once_in_words(bare: Shell) -> None:
    bare.set(ENV="live", PUBLIC_URL="exchange.example.org", SECRETKEY="x", SECRET_KEY_FILE="nowhere")

    assert bare("serve") == Said(
        2,
        "",
        "MEDIXCHANGE_SECRET_KEY_FILE: The file cannot be read: [Errno 2] No such file or directory: 'nowhere'.\n"
        "MEDIXCHANGE_SECRETKEY: There is no such setting; correct its name or remove it.\n"
        "MEDIXCHANGE_PUBLIC_URL: Write the address that people open, such as https://exchange.example.org, "
        "without a path.\n"
        "MEDIXCHANGE_ENV: Write development, demo or production.\n",
    )


def test_settings_are_shown_without_their_secrets(bare: Shell) -> None:
    (bare.folder / "database").write_text("postgresql://mx:word@db/mx\n", "utf-8")
    bare.set(DATABASE_URL_FILE="database", SECRET_KEY="not for anybody", SMTP_URL="smtps://mx:word@mail.example.org")

    said = bare("config", "show")

    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out) == {
        "MEDIXCHANGE_DATABASE_URL": "**********",
        "MEDIXCHANGE_PUBLIC_URL": "http://127.0.0.1:8000",
        "MEDIXCHANGE_SMTP_URL": "**********",
        "MEDIXCHANGE_MAIL_FROM": "MediXchange <sessions@example.org>",
        "MEDIXCHANGE_SECRET_KEY": "**********",
        "MEDIXCHANGE_ENV": "development",
        "MEDIXCHANGE_PROXY": "",
    }


def test_the_secrets_of_files_are_used(shell: Shell, database: Database, aline: Person) -> None:
    (shell.folder / "one").write_text("a key of sufficient length, the first", "utf-8")
    (shell.folder / "two").write_text("a key of sufficient length, the second", "utf-8")
    links = []
    for name in ("one", "two"):
        shell.set(SECRET_KEY_FILE=name)
        links.append(shell("login-link", aline.email).out)

    assert len({link[-44:] for link in links}) == 2


@pytest.mark.each_database
def test_migrating_makes_the_tables_and_may_be_repeated(shell: Shell, database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

    before = shell("login-link", "aline@example.org")
    done = [shell("migrate"), shell("migrate")]

    assert before == Said(1, "", "The database is not at this program's version; run “medixchange migrate” first.\n")
    assert done[0] == done[1]
    assert (done[0].status, done[0].err) == (0, "")
    assert done[0].out.startswith("The database is at this program's version.\n")
    assert schema_is_current(database)


def test_migrating_prints_where_the_first_organizer_begins_until_there_is_one(shell: Shell, database: Database) -> None:
    shell.set(PUBLIC_URL="https://exchange.example.com")
    _, told, address = shell("migrate").out.splitlines()
    shell("user", "add", *ALINE, "--organizer")
    after = shell("migrate")

    assert told == "Nobody decides at the desk yet. Open this address to set it up, and show it to nobody else:"
    assert address.startswith("https://exchange.example.com/setup/")
    assert after == Said(0, "The database is at this program's version.\n", "")


def test_a_test_letter_goes_out_at_once(shell: Shell, aline: Person) -> None:
    office = Office()
    with office.open() as url:
        shell.set(SMTP_URL=url)
        said = shell("mail", "test", aline.email)

    told = f"The mail server has taken the letter to {aline.email}. Look into the mailbox, and into its spam.\n"
    assert said == Said(0, told, "")
    assert [letter.recipient for letter in office.arrived] == [aline.email]


@pytest.mark.parametrize(
    ("at_data", "answer", "told"),
    [
        (
            False,
            "550 5.1.1 nobody",
            [
                "There is no such mailbox: the address has a mistake, or it was closed.",
                AGAIN,
                "The mail server said: 550 5.1.1 nobody",
            ],
        ),
        (
            False,
            "550 5.1.8 bad sender",
            [
                HAPPENED[Failure.SENDER].text,
                "Ask whoever runs this program to look at MEDIXCHANGE_MAIL_FROM; then send it again.",
                "The mail server said: 550 5.1.8 bad sender",
            ],
        ),
        (False, "421 busy", [HAPPENED[Failure.CROWDED].text, AGAIN, "The mail server said: 421 busy"]),
        (
            True,
            HANG_UP,
            [
                "The mail server hung up in the middle.",
                "Its reader may have got it all the same.",
                AGAIN,
                "Noticed here: SMTPServerDisconnected: Connection unexpectedly closed",
            ],
        ),
    ],
)
def test_a_test_letter_that_does_not_go_is_told_as_at_the_desk_and_not_tried_again(
    shell: Shell, database: Database, at_data: bool, answer: str, told: list[str]
) -> None:
    with Office(replies={LIU: [answer]}, at_data=at_data).open() as url:
        shell.set(SMTP_URL=url)
        said = shell("mail", "test", LIU)

    first = f"The letter to {LIU} has not gone, and is not tried again."
    assert (said.status, said.out, said.err.splitlines()) == (1, "", [first, *told])
    with database.read() as db:
        assert set(db.exec(select(Delivery.state))) <= {DeliveryState.SUPERSEDED}


def test_a_test_letter_to_no_address_is_refused_at_once(shell: Shell, database: Database) -> None:
    assert shell("mail", "test", "liu") == Said(2, "", "email: Write a mail address such as name@hospital.org.\n")


def test_a_user_is_added_once_and_may_decide_later(shell: Shell, database: Database) -> None:
    said = [shell("user", "add", *ALINE), shell("user", "add", *ALINE, "--language", "fr", "--organizer")]

    assert said == [Said(0, "Aline Example may sign in.\n", "")] * 2
    with database.read() as db:
        aline = db.exec(select(Person)).one()
        assert (aline.name, aline.email, aline.language, aline.zone, aline.country) == (
            "Aline Example",
            "aline@example.org",
            "en",
            "Africa/Kigali",
            "RW",
        )
        assert db.exec(select(Organizer.person_id)).all() == [aline.id]
        assert journal(db) == [("program", "add person"), ("program", "add person"), ("program", "add organizer")]


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("--zone", "Kigali"),
        ("--country", "Rwanda"),
        ("--language", "Kinyarwanda"),
        ("email", "aline"),
        ("name", " "),
        ("name", "A" * 121),
    ],
)
def test_a_wrong_user_is_refused_in_words_and_not_kept(
    shell: Shell, database: Database, wrong: str, value: str
) -> None:
    facts = {"name": ALINE[0], "email": ALINE[1], "--zone": "Africa/Kigali", "--country": "RW", "--language": "en"}
    facts[wrong] = value
    name, email = facts.pop("name"), facts.pop("email")

    said = shell("user", "add", name, email, *(part for option in facts.items() for part in option))

    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"{wrong.removeprefix('--')}: ")
    assert said.err.endswith(".\n")
    assert all_of(database, Person) == []


def test_all_that_is_wrong_about_a_user_is_told_at_once(shell: Shell, database: Database) -> None:
    said = shell("user", "add", " ", "aline", "--zone", "Kigali", "--country", "Rwanda", "--language", "Kinyarwanda")

    told = [line.partition(": ")[0] for line in said.err.splitlines()]
    assert (said.status, said.out, told) == (2, "", ["name", "email", "language", "zone", "country"])


def test_a_login_link_signs_its_person_in(shell: Shell, database: Database, aline: Person) -> None:
    shell.set(PUBLIC_URL="https://exchange.example.com")

    said = shell("login-link", "Aline@Example.org")

    with database.write() as db:
        link = db.exec(select(SignInLink)).one()
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith(f"https://exchange.example.com/signin/{link.seed}")
        assert open_login(db, link.seed, now=now(), browser="any")[0].person_id == aline.id


@pytest.mark.parametrize("asked", [("login-link",), ("feed", "address"), ("feed", "revoke")])
def test_nobody_gets_an_address_for_whoever_is_not_known(shell: Shell, asked: tuple[str, ...]) -> None:
    assert shell(*asked, "nobody@example.org") == Said(1, "", NOBODY)


def test_a_feed_has_one_address_until_it_is_revoked(shell: Shell, database: Database, aline: Person) -> None:
    def token_of(said: Said) -> str:
        return urlsplit(said.out).path.removeprefix("/feed/").removesuffix(".ics")

    def kept() -> list[str | None]:
        with database.read() as db:
            return list(db.exec(select(Feed.token_hash)))

    first, second = (token_of(shell("feed", "address", aline.email)) for _ in range(2))
    after_two = kept()
    revoked = shell("feed", "revoke", aline.email)

    assert first != second
    assert after_two == [digest(second)]
    assert revoked == Said(0, "The address works no more.\n", "")
    assert kept() == [None]


def test_records_are_imported_whole(shell: Shell, database: Database) -> None:
    (shell.folder / "rooms.csv").write_text(ROOMS, "utf-8")

    tried = shell("import", "rooms", "rooms.csv", "--dry-run")
    before = all_of(database, Room)
    done = shell("import", "rooms", "rooms.csv")

    assert (tried, before) == (Said(0, "1 row is right.\n", ""), [])
    assert done == Said(0, "1 row was imported.\n", "")
    with database.read() as db:
        assert db.exec(select(Room.code)).all() == ["west"]


def test_faults_of_a_file_are_listed_by_row_and_column_and_nothing_is_kept(shell: Shell, database: Database) -> None:
    (shell.folder / "rooms.csv").write_text(f"{ROOMS}east,,https://rooms.example.org/east\nnorth,North,nowhere\n")

    said = shell("import", "rooms", "rooms.csv")

    places = [line.split(": ")[:2] for line in said.err.splitlines()[:-1]]
    assert (said.status, said.out) == (1, "")
    assert places == [["rooms.csv:3", "name"], ["rooms.csv:4", "join_url"]]
    assert said.err.splitlines()[-1] == "2 faults; nothing was kept."
    assert all_of(database, Room) == []


@pytest.mark.parametrize(
    ("kind", "file", "told"),
    [
        ("rooms", "nothing.csv", "nothing.csv cannot be read: No such file or directory.\n"),
        ("rooms", ".", ". cannot be read: Is a directory.\n"),
        ("rooms", "old.csv", "old.csv is not in UTF-8; save it as “CSV UTF-8”.\n"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(shell: Shell, kind: str, file: str, told: str) -> None:
    (shell.folder / "rooms.csv").write_text(ROOMS, "utf-8")
    (shell.folder / "old.csv").write_bytes("code,name\nkigali,H\u00f4pital\n".encode("latin-1"))

    assert shell("import", kind, file) == Said(1, "", told)


def test_a_kind_of_records_that_there_is_not_is_wrong_usage(shell: Shell) -> None:
    (shell.folder / "rooms.csv").write_text(ROOMS, "utf-8")

    told = "There are no records of the kind “doctors”; choose one of "
    kinds = "hospitals, panels, experts, interpreters, rooms, closed-days, requests.\n"
    assert shell("import", "doctors", "rooms.csv") == Said(2, "", told + kinds)


@pytest.mark.each_database
def test_the_doctor_finds_a_good_house_well(shell: Shell) -> None:
    with Office().open() as url:
        shell.set(SMTP_URL=url)
        said = shell("doctor", "--json")
        shown = shell("doctor")

    findings = json.loads(said.out)
    assert [finding["name"] for finding in findings if not finding["well"]] == []
    assert [finding["name"] for finding in findings] == [
        "schema",
        "SQLite",
        "time zones",
        "fonts",
        "mail",
        "letters",
        "jobs",
        "backup",
    ]
    assert (said.status, said.err) == (0, "")
    assert (shown.status, shown.out.count("✓"), shown.err) == (0, 8, "")


@pytest.mark.each_database
def test_the_doctor_says_what_to_do(shell: Shell, database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    shell.set(SMTP_URL="smtp://127.0.0.1:1")

    said = shell("doctor", "--json")

    told = {finding["name"]: finding["words"] for finding in json.loads(said.out) if not finding["well"]}
    mail = told.pop("mail")
    assert told == {
        "schema": "The tables are not this program's: run “medixchange migrate”.",
        "letters": "Not looked at before the tables are this program's.",
        "jobs": "Not looked at before the tables are this program's.",
        "backup": "Not looked at before the tables are this program's.",
    }
    assert mail.endswith("check MEDIXCHANGE_SMTP_URL.")
    assert said.status == 3


def test_the_doctor_sees_letters_and_searches_that_stand_still(shell: Shell, database: Database) -> None:
    an_hour_ago = now() - timedelta(hours=1)
    with database.write() as db:
        want(db, make.request(db, make.hospital(db)), now=an_hour_ago)
        ask_link(db, make.person(db).email, now=an_hour_ago, browser="")

    with Office().open() as url:
        shell.set(SMTP_URL=url)
        said = shell("doctor", "--json")

    assert said.status == 3
    assert {finding["name"]: finding["words"] for finding in json.loads(said.out) if not finding["well"]} == {
        "letters": "The oldest letter has been waiting for 60 minutes: see the desk.",
        "jobs": "1 search stands still: is “medixchange work” running?",
    }


@pytest.mark.parametrize(
    ("days", "well", "words"),
    [
        (1, True, "The last one is 1 day old."),
        (7, True, "The last one is 7 days old."),
        (8, False, "The last one is 8 days old. Does what makes them still run?"),
    ],
)
def test_the_doctor_asks_about_backups_that_stopped(
    shell: Shell, database: Database, days: int, well: bool, words: str
) -> None:
    with database.write() as db:
        for ago in (days + 30, days):
            record(db, actor="program", verb="back up", subject="database", now=now() - timedelta(days=ago))

    said = shell("doctor", "--json")

    assert {"name": "backup", "well": well, "words": words} in json.loads(said.out)


def test_a_new_sqlite_file_is_its_owners_alone(bare: Shell) -> None:
    bare.set(DATABASE_URL="sqlite:///new.db")

    before = [
        bare(*asked).status for asked in (("doctor",), ("login-link", "aline@example.org"), ("import", "rooms", "x"))
    ]
    made = list(bare.folder.iterdir())

    assert bare("migrate").status == 0
    assert (before, made) == ([3, 1, 1], [])
    assert (bare.folder / "new.db").stat().st_mode & 0o777 == 0o600


REACHING = pytest.mark.parametrize("asked", [("migrate",), ("doctor",), ("login-link", "aline@example.org")])


@REACHING
def test_a_folder_that_is_not_there_is_told_in_words(bare: Shell, asked: tuple[str, ...]) -> None:
    bare.set(DATABASE_URL="sqlite:///no/such/folder/medixchange.db")

    assert bare(*asked) == Said(
        1, "", f"The folder {bare.folder}/no/such/folder is not there; make it or correct MEDIXCHANGE_DATABASE_URL.\n"
    )


@REACHING
def test_a_database_that_does_not_answer_is_told_in_one_line_without_its_password(
    bare: Shell, asked: tuple[str, ...]
) -> None:
    bare.set(DATABASE_URL=f"postgresql://mx:s3cret@/mx?host={bare.folder}")

    said = bare(*asked)

    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("The database does not answer (")
    assert said.err.endswith("): check MEDIXCHANGE_DATABASE_URL.\n")
    assert "s3cret" not in said.err
