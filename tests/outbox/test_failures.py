"""What a mail server answers or does tells why a letter did not go, on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from medixchange.db import Database
from medixchange.outbox.drain import FIRST_WAIT, drain
from medixchange.outbox.failures import Failure, answered, code_and_words
from medixchange.outbox.models import Delivery
from medixchange.outbox.smtp import MailServer
from tests.outbox.letters import ALINE, BRUCE, CHEN, NOW, due, promise, read, send, stands
from tests.outbox.office import HANG_UP, STALL
from tests.outbox.rude import DATA, EHLO, GREETING, KEPT, LETTER, MAIL, RCPT, Rude
from tests.sessions.stage import DESK

PATIENCE = 0.15
GONE = ("sent", None, False)


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("421 4.7.0 Too many connections", Failure.CROWDED),
        ("421 Closing", Failure.CROWDED),
        ("451 4.7.1 Greylisted, come again", Failure.LATER),
        ("450 4.1.1 Not now", Failure.LATER),
        ("451", Failure.LATER),
        ("452 4.2.2 Over quota", Failure.FULL),
        ("535 5.7.8 Wrong password", Failure.LOGIN),
        ("530 5.7.0 Authentication required", Failure.LOGIN),
        ("550 5.1.1 No such user", Failure.NO_MAILBOX),
        ("550 5.1.10 No such user", Failure.NO_MAILBOX),
        ("550-5.1.1 The account does not exist", Failure.NO_MAILBOX),
        ("550 5.2.1 Mailbox disabled", Failure.NO_MAILBOX),
        ("550 5.4.4 No host of that name", Failure.NO_MAILBOX),
        ("551 User not local", Failure.NO_MAILBOX),
        ("553 Mailbox name not allowed", Failure.NO_MAILBOX),
        ("552 5.2.2 Mailbox full", Failure.FULL),
        ("552 Too much", Failure.FULL),
        ("552 5.3.4 Message too big", Failure.REFUSED),
        ("550 5.1.8 Bad sender", Failure.SENDER),
        ("550 5.7.1 Looks like spam", Failure.POLICY),
        ("554 5.7.26 No DMARC", Failure.POLICY),
        ("553 5.6.7 Not in these letters", Failure.ALPHABET),
        ("550 Go away", Failure.REFUSED),
        ("554 5.0.0 No", Failure.REFUSED),
        ("550 5.1.1nonsense", Failure.REFUSED),
        ("-1 HTTP/1.1 400 Bad Request", Failure.UNCLEAR),
        ("250 OK", Failure.UNCLEAR),
        ("", Failure.UNCLEAR),
    ],
)
def test_an_answer_says_what_happened(words: str, failure: Failure) -> None:
    assert answered(words) is failure


def test_what_is_refused_when_our_address_is_named_is_about_us() -> None:
    words = ("550 5.1.0 Rejected", "550 No", "550 5.7.1 Blocked", "535 5.7.8 Who are you?", "451 4.3.0 Later")

    assert [answered(each, at_sender=True) for each in words] == [
        Failure.SENDER,
        Failure.SENDER,
        Failure.POLICY,
        Failure.LOGIN,
        Failure.LATER,
    ]


def test_words_of_a_server_are_told_from_those_of_this_machine() -> None:
    words = ("550 5.1.1 No", "550-5.7.1 No", "451 5.x Later", "452", "TimeoutError: timed out", "550th")

    assert [code_and_words(each) for each in words] == [
        ("550 5.1.1", "No"),
        ("550-5.7.1", "No"),
        ("451", "5.x Later"),
        ("452", ""),
        ("", "TimeoutError: timed out"),
        ("", "550th"),
    ]


REFUSALS: dict[str, tuple[str, str, tuple[str, Failure | None, bool]]] = {
    "greylisted": (RCPT, "451 4.7.1 Greylisted", ("failed", Failure.LATER, False)),
    "no-room": (LETTER, "452 4.3.1 No room", ("failed", Failure.LATER, False)),
    "not-now": (DATA, "450 4.5.0 Not now", ("failed", Failure.LATER, False)),
    "nobody": (RCPT, "550 5.1.1 No such user", ("given-up", Failure.NO_MAILBOX, False)),
    "full": (LETTER, "552 5.2.2 Mailbox full", ("given-up", Failure.FULL, False)),
    "spam": (LETTER, "554 5.7.1 Spam", ("given-up", Failure.POLICY, False)),
    "sender": (MAIL, "550 5.1.0 Not you", ("given-up", Failure.SENDER, False)),
    "well": (KEPT, "", GONE),
}


@pytest.mark.parametrize("pipelining", [False, True])
def test_an_answer_holds_up_its_own_letter_only(database: Database, pipelining: bool) -> None:
    rude = Rude(turns_of((name, point, does) for name, (point, does, _) in REFUSALS.items()), pipelining)
    with rude.open() as url:
        promised(database, url, *map(address, REFUSALS))
        first = standing(database)
        send(database, url, after=FIRST_WAIT)

    assert first == {address(name): stands for name, (_, _, stands) in REFUSALS.items()}
    assert rude.recipients == [address(name) for name in ("well", "greylisted", "no-room", "not-now")]


BREAKS: dict[str, tuple[str, str, Failure, bool]] = {
    "too-many": (MAIL, "421 4.7.0 Too many", Failure.CROWDED, False),
    "going-down": (RCPT, "421 4.3.2 Going down", Failure.CROWDED, False),
    "silent": (RCPT, STALL, Failure.STALLED, False),
    "gone": (DATA, HANG_UP, Failure.HUNG_UP, False),
    "babble": (DATA, "nonsense", Failure.UNCLEAR, False),
    "gone-halfway": (LETTER, HANG_UP, Failure.HUNG_UP, True),
    "silent-halfway": (LETTER, STALL, Failure.STALLED, True),
    "kept": (KEPT, HANG_UP, Failure.HUNG_UP, True),
}


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_dialogue_that_breaks_leaves_a_doubt_only_where_the_whole_letter_was_handed_over(
    database: Database, pipelining: bool
) -> None:
    rude = Rude(turns_of((name, point, does) for name, (point, does, *_) in BREAKS.items()), pipelining)
    with rude.open() as url:
        promised(database, url, *map(address, BREAKS))
        after_one = standing(database)
        for _ in range(len(BREAKS)):
            promised(database, url)
        after_all = standing(database)
        send(database, url, after=FIRST_WAIT)

    waits = dict.fromkeys(map(address, [*BREAKS][1:]), ("queued", None, False))
    assert after_one == {address("too-many"): ("failed", Failure.CROWDED, False), **waits}
    assert after_all == {address(name): ("failed", *told) for name, (_, _, *told) in BREAKS.items()}
    assert rude.recipients == [address("kept"), *map(address, BREAKS)]
    assert len({read(each.raw)["Message-ID"] for each in rude.arrived}) == len(BREAKS)


def test_whoever_is_not_let_in_waits_with_all_letters(database: Database) -> None:
    greetings = (HANG_UP, STALL, "554 5.7.1 Your network is blocked", "SSH-2.0-OpenSSH_9.6", "421 4.3.2 Too many")
    turns: dict[tuple[str, int | str], str] = {(GREETING, time): does for time, does in enumerate(greetings, start=1)}
    blocked: dict[tuple[str, int | str], str] = {
        (EHLO, 1): "550 5.7.1 Who are you?",
        (EHLO, 2): "550 5.7.1 Who are you?",
    }
    rude, seen = Rude({**turns, **blocked, (EHLO, 3): HANG_UP}), []
    with rude.open() as url:
        promised(database, url, ALINE, BRUCE)
        for _ in range(7):
            seen.append(standing(database))
            promised(database, url, after=max(due(database).values()))

    no = Failure.NO_GREETING
    failures = [no, no, no, no, Failure.CROWDED, no, no]
    assert seen == [dict.fromkeys((ALINE, BRUCE), ("failed", failure, False)) for failure in failures]
    assert rude.recipients == [ALINE, BRUCE]


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("smtp://127.0.0.1:1", Failure.UNREACHABLE),
        ("smtp://no-such-host.invalid", Failure.UNKNOWN_HOST),
        ("smtp://w%C3%B6:rd@{}", Failure.LOGIN),
        ("smtp://{}?starttls=1", Failure.INSECURE),
    ],
)
def test_a_server_that_is_not_there_or_not_set_up_is_told_apart(database: Database, url: str, failure: Failure) -> None:
    with Rude().open() as there:
        promised(database, url.format(there.removeprefix("smtp://")), ALINE, BRUCE)

    assert standing(database) == dict.fromkeys((ALINE, BRUCE), ("failed", failure, False))


@pytest.mark.parametrize("parting", [HANG_UP, "421 4.7.0 Enough letters for one dialogue"])
@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize(("most", "dialogues"), [(1, 3), (2, 2)])
def test_a_server_that_ends_the_dialogue_after_a_letter_gets_the_next_in_a_new_one(
    database: Database, most: int, dialogues: int, pipelining: bool, parting: str
) -> None:
    rude = Rude({(LETTER, ALINE): "554 5.7.1 Spam"}, pipelining, most=most, parting=parting)
    with rude.open() as url:
        promised(database, url, ALINE, BRUCE, CHEN)

    assert standing(database) == {ALINE: ("given-up", Failure.POLICY, False), BRUCE: GONE, CHEN: GONE}
    assert (rude.recipients, rude.dialogues) == ([BRUCE, CHEN], dialogues)
    assert [attempt for _, attempt, _ in stands(database).values()] == [1, 0, 0]


def test_the_letter_after_a_server_that_refuses_and_hangs_up_is_not_blamed(database: Database) -> None:
    rude = Rude({(RCPT, 1): "550 5.1.1 No such user", ("RSET", 1): HANG_UP})
    with rude.open() as url:
        promised(database, url, ALINE, BRUCE, CHEN)

    assert standing(database) == {ALINE: ("given-up", Failure.NO_MAILBOX, False), BRUCE: GONE, CHEN: GONE}
    assert rude.recipients == [BRUCE, CHEN]


@pytest.mark.parametrize("at", [GREETING, MAIL])
def test_a_letter_with_which_a_new_dialogue_fails_too_waits_as_any_other(database: Database, at: str) -> None:
    rude = Rude({(at, 2): HANG_UP}, most=1)
    with rude.open() as url:
        promised(database, url, ALINE, BRUCE, CHEN)
        first = [stands(database)[each][:2] for each in (ALINE, BRUCE, CHEN)]
        send(database, url, after=FIRST_WAIT)

    assert first == [("sent", 0), ("failed", 1), ("failed", 1) if at == GREETING else ("queued", 0)]
    assert sorted(rude.recipients) == [ALINE, BRUCE, CHEN]
    assert {letter for letter, *_ in standing(database).values()} == {"sent"}


def address(name: str) -> str:
    """The address of a reader."""
    return f"{name}@example.org"


def turns_of(cases: Iterable[tuple[str, str, str]]) -> dict[tuple[str, int | str], str]:
    """What the server does to whom; nobody is named yet when we name ourselves, so that time is counted."""
    numbered = enumerate(cases, start=1)
    return {(point, number if point == MAIL else address(name)): does for number, (name, point, does) in numbered}


def promised(database: Database, url: str, *recipients: str, after: timedelta = timedelta()) -> None:
    """A letter to each of ``recipients``, and one drain that waits for nobody long."""
    with database.write() as db:
        promise(db, *recipients)
    drain(database, MailServer(url, timeout=PATIENCE), DESK, lambda: NOW + after)


def standing(database: Database) -> dict[str, tuple[str, Failure | None, bool]]:
    """For each recipient the state of the letter, why it did not go, and whether it is in doubt."""
    with database.read() as db:
        rows = db.exec(select(Delivery).order_by(col(Delivery.id)))
        return {row.recipient: (str(row.state), row.failure, row.in_doubt) for row in rows}
