"""MAIL, RCPT and DATA go in one breath where the server offers it, and each of its answers is understood."""

from __future__ import annotations

from threading import Event

import pytest

from medixchange.outbox.smtp import Broken, MailServer, Refused
from tests.outbox.office import CERTIFICATE, HANG_UP, Office, identity
from tests.outbox.rude import DATA, KEPT, MAIL, RCPT, Rude
from tests.outbox.rude import LETTER as SENT

PATIENCE = 5.0
SENDER, ALINE = "sessions@example.org", "aline@example.org"
LETTER = b"Subject: Hello\r\n\r\n.\r\n..\r\nHello\r\n"
QUOTED = b"Subject: Hello\r\n\r\n..\r\n...\r\nHello\r\n"
TOGETHER, GREETED, LEFT = ["MAIL", "RCPT", "DATA"], ["EHLO"], ["QUIT"]
NOBODY = "550 5.1.1 Nobody of that name here"


def hand_over(url: str, letters: int = 1) -> list[Exception | None]:
    """What becomes of so many letters on one connection."""
    found = list[Exception | None]()
    with MailServer(url).connect() as connection:
        for _ in range(letters):
            try:
                connection.send(SENDER, ALINE, LETTER)
                found.append(None)
            except (Refused, Broken) as wrong:
                found.append(wrong)
    return found


def told(found: list[Exception | None]) -> list[tuple[str, str]]:
    """Whether each was taken, and the server's words."""
    return [(type(wrong).__name__, str(wrong)) if wrong is not None else ("taken", "") for wrong in found]


def test_the_commands_of_a_letter_go_in_one_breath_where_the_server_offers_it() -> None:
    server = Rude(pipelining=True)

    with server.open() as url:
        found = hand_over(url, letters=2)

    assert found == [None, None]
    assert server.heard == [GREETED, TOGETHER, TOGETHER, LEFT]
    assert server.letters == [QUOTED, QUOTED]


def test_they_go_one_by_one_where_it_does_not() -> None:
    server = Rude()

    with server.open() as url:
        found = hand_over(url)

    assert found == [None]
    assert server.heard == [GREETED, ["MAIL"], ["RCPT"], ["DATA"], LEFT]
    assert server.letters == [QUOTED]


Turns = dict[tuple[str, int | str], str]
REFUSED: dict[str, tuple[Turns, tuple[str, str]]] = {
    "the sender": ({(MAIL, 1): "550 Not you", (RCPT, 1): "503 No"}, ("Refused", "550 Not you")),
    "the recipient": ({(RCPT, 1): NOBODY}, ("Refused", NOBODY)),
    "the recipient, for now": ({(RCPT, 1): "451 Busy", (DATA, 1): "554 Nobody"}, ("Refused", "451 Busy")),
    "data": ({(DATA, 1): "452 Full"}, ("Refused", "452 Full")),
    "the letter": ({(SENT, 1): "554 Spam"}, ("Refused", "554 Spam")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_told_and_the_next_letter_goes(case: str) -> None:
    turns, wrong = REFUSED[case]
    server = Rude(turns, pipelining=True)

    with server.open() as url:
        found = hand_over(url, letters=2)

    assert told(found) == [wrong, ("taken", "")]
    assert server.heard == [GREETED, TOGETHER, ["RSET"], TOGETHER, LEFT]


@pytest.mark.parametrize("case", REFUSED)
def test_the_same_is_told_of_a_letter_whose_commands_go_one_by_one(case: str) -> None:
    turns, wrong = REFUSED[case]
    server = Rude(turns)

    with server.open() as url:
        found = hand_over(url)

    assert told(found) == [wrong]
    assert server.heard[-2:] == [["RSET"], LEFT]
    assert max(map(len, server.heard)) == 1


def test_a_server_that_wants_a_letter_for_nobody_gets_none() -> None:
    server = Rude({(RCPT, 1): NOBODY, (DATA, 1): "354 Go on", (SENT, 1): "554 No valid recipients"}, pipelining=True)

    with server.open() as url:
        found = hand_over(url, letters=2)

    assert told(found) == [("Refused", NOBODY), ("taken", "")]
    assert server.letters == [b"", QUOTED]


BROKEN: dict[str, tuple[Turns, str | None]] = {
    "421 to the sender": ({(MAIL, 1): "421 Going down"}, "421 Going down"),
    "421 to the recipient": ({(RCPT, 1): "421 Going down"}, "421 Going down"),
    "421 to the letter": ({(SENT, 1): "421 Going down"}, "421 Going down"),
    "an answer in no language": ({(MAIL, 1): "Hello"}, "SMTPException: an answer that is none, ending in 'o'"),
    "a letter from nobody": (
        {(MAIL, 1): "550 Not you", (DATA, 1): "354 Go on"},
        "SMTPException: the sender was refused, and the letter asked for",
    ),
    "hanging up at the recipient": ({(RCPT, 1): HANG_UP}, None),
    "hanging up at the letter": ({(KEPT, 1): HANG_UP}, None),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_dialogue_that_nobody_understands_any_more_is_broken(case: str) -> None:
    turns, words = BROKEN[case]

    with Rude(turns, pipelining=True).open() as url:
        found = told(hand_over(url))

    assert [name for name, _ in found] == ["Broken"]
    assert words is None or found[0][1] == words


def test_the_next_letter_is_written_while_the_server_thinks_about_this_one(office: Office) -> None:
    office.pipelining = True
    written, seen = Event(), list[bool]()
    office.kept = lambda _: seen.append(written.wait(PATIENCE))

    with office.open() as url, MailServer(url).connect() as connection:
        connection.send(SENDER, ALINE, LETTER, meanwhile=written.set)

    assert seen == [True]


def test_an_address_on_two_lines_says_nothing_to_the_server() -> None:
    server = Rude()

    with server.open() as url, MailServer(url).connect() as connection, pytest.raises(Refused) as wrong:
        connection.send(SENDER, "\r\n", LETTER)

    assert wrong.value.forever
    assert server.heard == [GREETED, LEFT]


def test_what_was_offered_in_the_clear_is_asked_for_again_in_secret(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    office.pipelining = True

    with office.open(tls_context=identity(), require_starttls=True):
        found = hand_over(f"smtp://localhost:{office.port}?starttls=1", letters=2)

    assert (found, office.recipients) == ([None, None], [ALINE, ALINE])
