"""Letters go once the change is certain, are tried again when the server cannot, and never get lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlmodel import col, select, update
from structlog.testing import capture_logs

from medixchange.db import Database
from medixchange.outbox import drain as draining
from medixchange.outbox import smtp
from medixchange.outbox.drain import LEASE, MOST_ATTEMPTS
from medixchange.outbox.failures import Failure
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import post, supersede
from medixchange.outbox.queries import LATE, delay, gone
from tests import make
from tests.outbox.letters import ALINE, BRUCE, CHEN, NOW, due, promise, send, signin, stands
from tests.outbox.office import HANG_UP, STALL, Office
from tests.sessions.stage import DESK

MINUTE = timedelta(minutes=1)
NOWHERE = "smtp://127.0.0.1:1"
SENT = ("sent", 0, "")
BUSY, NOBODY = "451 4.3.0 Busy, come again", "550 5.1.1 Nobody of that name here"


def test_every_letter_goes_to_its_one_recipient(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE, BRUCE)

    assert send(database, url) == 2

    assert office.recipients == [ALINE, BRUCE]
    assert stands(database) == {ALINE: SENT, BRUCE: SENT}


def test_nothing_goes_twice(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE)
        promise(db, ALINE)
    send(database, url)

    assert send(database, url) == 0

    assert office.recipients == [ALINE]


def test_a_change_that_was_rolled_back_sends_nothing(database: Database, office: Office, url: str) -> None:
    def change() -> NoReturn:
        with database.write() as db:
            promise(db, ALINE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()

    assert (send(database, url), office.arrived) == (0, [])


def test_a_letter_waits_for_its_hour(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE, due_at=NOW + MINUTE)

    assert (send(database, url), send(database, url, after=MINUTE)) == (0, 1)


@pytest.mark.parametrize("at_data", [False, True])
def test_a_server_that_is_busy_is_asked_again_later(
    database: Database, office: Office, url: str, at_data: bool
) -> None:
    office.at_data, office.replies = at_data, {ALINE: [BUSY]}
    with database.write() as db:
        promise(db, ALINE, BRUCE)

    assert send(database, url) == 1
    assert stands(database) == {ALINE: ("failed", 1, BUSY), BRUCE: SENT}
    assert send(database, url, after=MINUTE - timedelta(seconds=1)) == 0
    assert send(database, url, after=MINUTE) == 1

    assert (office.recipients, stands(database)[ALINE]) == ([BRUCE, ALINE], ("sent", 1, ""))


def test_the_waits_grow_and_end_with_a_letter_for_the_desk(database: Database, office: Office, url: str) -> None:
    office.replies = {ALINE: [BUSY] * 20}
    with database.write() as db:
        promise(db, ALINE)
    at, waits = timedelta(), []
    while stands(database)[ALINE][0] != "given-up":
        send(database, url, after=at)
        waits.append((due(database)[ALINE] - at) // MINUTE)
        at = due(database)[ALINE]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 0]
    assert stands(database)[ALINE] == ("given-up", MOST_ATTEMPTS, BUSY)


def test_a_full_mailbox_does_not_make_letters_late_and_a_server_that_is_away_does(
    database: Database, office: Office, url: str
) -> None:
    office.replies = {ALINE: ["452 4.2.2 Mailbox full"] * 4}
    with database.write() as db:
        promise(db, ALINE)
    answered = [late(database, url, after=MINUTE * minutes) for minutes in (0, 1, 3, 7)]
    away = [late(database, NOWHERE, after=MINUTE * minutes) for minutes in (15, 46)]
    back = late(database, url, after=MINUTE * 80)

    assert (answered, away, back) == ([None] * 4, [MINUTE * 15, MINUTE * 46], None)


def test_a_letter_that_is_due_and_that_nobody_tries_is_late(database: Database, office: Office, url: str) -> None:
    office.replies = {ALINE: [BUSY]}
    with database.write() as db:
        promise(db, ALINE)
    send(database, url)

    with database.read() as db:
        assert (delay(db, now=NOW + LATE), delay(db, now=NOW + MINUTE + LATE)) == (None, LATE)


def late(database: Database, url: str, *, after: timedelta) -> timedelta | None:
    """How late letters are after one drain."""
    send(database, url, after=after)
    with database.read() as db:
        return delay(db, now=NOW + after)


@pytest.mark.parametrize("at_data", [False, True])
def test_a_refusal_for_ever_is_told_in_the_words_of_the_server(
    database: Database, office: Office, url: str, at_data: bool
) -> None:
    office.at_data, office.replies = at_data, {ALINE: [NOBODY]}
    with database.write() as db:
        promise(db, ALINE, BRUCE)

    send(database, url)

    assert stands(database) == {ALINE: ("given-up", 1, NOBODY), BRUCE: SENT}
    assert send(database, url, after=timedelta(days=9)) == 0


@pytest.mark.parametrize(
    ("answer", "patience", "told"),
    [
        (STALL, 1.5, "SMTPServerDisconnected: Connection unexpectedly closed: timed out"),
        (HANG_UP, smtp.TIMEOUT, "SMTPServerDisconnected: Connection unexpectedly closed"),
        ("421 4.3.2 Going down", smtp.TIMEOUT, "421 4.3.2 Going down"),
    ],
)
@pytest.mark.parametrize("at_data", [False, True])
def test_a_dialogue_that_breaks_holds_up_one_letter_only(
    database: Database,
    office: Office,
    url: str,
    answer: str,
    patience: float,
    told: str,
    at_data: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", patience)
    office.at_data, office.replies = at_data, {BRUCE: [answer]}
    with database.write() as db:
        promise(db, ALINE, BRUCE, CHEN)

    assert send(database, url) == 1
    assert stands(database) == {ALINE: SENT, BRUCE: ("failed", 1, told), CHEN: ("queued", 0, "")}
    assert (send(database, url), send(database, url, after=MINUTE)) == (1, 1)

    assert office.recipients == [ALINE, CHEN, BRUCE]


def test_no_letter_is_given_up_while_the_server_is_away(database: Database, office: Office) -> None:
    with office.open() as url:
        pass
    with database.write() as db:
        promise(db, ALINE, BRUCE)
    at, waits = timedelta(), []
    for _ in range(MOST_ATTEMPTS + 2):
        send(database, url, after=at)
        waits.append((due(database)[ALINE] - at) // MINUTE)
        at = due(database)[ALINE]

    assert waits == [1, 2, 4, 8, 16] + [32] * 9
    assert {told.partition(":")[0] for _, _, told in stands(database).values()} == {"ConnectionRefusedError"}
    with office.open() as url:
        assert send(database, url, after=at) == 2


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE, BRUCE)
        db.exec(update(Delivery).where(col(Delivery.recipient) == ALINE).values(payload={"kind": "signin"}))

    with capture_logs() as logged:
        sent = send(database, url)

    assert (sent, stands(database)) == (1, {ALINE: ("given-up", 1, "KeyError: 'calendar'"), BRUCE: SENT})
    assert [(each["event"], each["kind"]) for each in logged] == [
        ("a letter could not be written, and is given up", "signin")
    ]


def test_a_refusal_in_a_full_batch_keeps_the_next_one_waiting_no_longer(
    database: Database, office: Office, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "BATCH", 2)
    office.replies = {ALINE: [NOBODY]}
    with database.write() as db:
        promise(db, ALINE, BRUCE, "carla@example.org")

    batches = [draining.drain(database, smtp.MailServer(url), DESK, lambda: NOW) for _ in range(2)]

    assert batches == [draining.Drained(1, is_more=True), draining.Drained(1, is_more=False)]


def test_a_server_that_is_away_is_not_asked_for_the_next_batch_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "BATCH", 1)
    with database.write() as db:
        promise(db, ALINE, BRUCE)

    batch = draining.drain(database, smtp.MailServer("smtp://127.0.0.1:1"), DESK, lambda: NOW)

    assert batch == draining.Drained(0, is_more=False)


def test_what_a_dead_process_had_claimed_goes_when_its_lease_ends(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE)
    draining.Batch(database, DESK, lambda: NOW).claim()

    assert send(database, url, after=LEASE - timedelta(seconds=1)) == 0
    assert send(database, url, after=LEASE) == 1

    assert office.recipients == [ALINE]


def test_a_lease_is_renewed_when_it_is_too_short_for_a_letter(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE, BRUCE)
    times = iter([NOW, NOW, NOW + LEASE - timedelta(seconds=1), NOW + LEASE])
    leases = []
    office.kept = lambda _: leases.append(longest_lease(database))

    draining.drain(database, smtp.MailServer(url), DESK, lambda: next(times))

    assert leases == [LEASE, 2 * LEASE - timedelta(seconds=1)]


def test_what_another_process_has_claimed_since_is_left_to_it(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        promise(db, ALINE, BRUCE)
    office.kept = lambda _: draining.Batch(database, DESK, lambda: NOW + LEASE).claim()

    times = iter([NOW, NOW, NOW + LEASE, NOW + LEASE])
    draining.drain(database, smtp.MailServer(url), DESK, lambda: next(times))

    assert office.recipients == [ALINE]


def test_many_processes_at_once_send_each_letter_once(database: Database, office: Office, url: str) -> None:
    everybody = [f"person-{number}@example.org" for number in range(120)]
    with database.write() as db:
        promise(db, *everybody)

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(lambda _: send(database, url), range(8)))

    assert (sent, sorted(office.recipients)) == (120, sorted(everybody))


def test_a_letter_that_was_taken_back_does_not_go(database: Database, office: Office, url: str) -> None:
    with database.write() as db:
        aline = make.person(db, "Aline Example", email=ALINE)
        post(db, signin(ALINE), key="hers", subject="session:1", reader_id=aline.id, now=NOW)
        promise(db, BRUCE)
        supersede(db, "session:1", kinds=["signin"], reader_id=aline.id)

    send(database, url)

    assert stands(database) == {ALINE: ("superseded", 0, ""), BRUCE: SENT}


@pytest.mark.parametrize(("answer", "may_have_it"), [(BUSY, []), (NOBODY, []), (HANG_UP, [ALINE])])
def test_a_letter_taken_back_while_it_went_is_not_tried_again(
    database: Database, office: Office, url: str, answer: str, may_have_it: list[str]
) -> None:
    office.at_data, office.replies, office.asked = True, {ALINE: [answer]}, taking_back(database)
    with database.write() as db:
        promise(db, ALINE)

    send(database, url)

    assert (stands(database)[ALINE], reached(database)) == (("superseded", 0, ""), may_have_it)
    assert send(database, url, after=timedelta(days=1)) == 0


@pytest.mark.parametrize("answer", ["", BUSY, HANG_UP])
def test_what_was_taken_back_before_its_turn_has_reached_nobody(
    database: Database, office: Office, url: str, answer: str
) -> None:
    office.at_data, office.replies, office.asked = True, {ALINE: [answer]}, taking_back(database)
    with database.write() as db:
        post(db, signin(ALINE), key="first", subject="session:2", now=NOW)
        promise(db, BRUCE, CHEN)

    send(database, url)

    assert reached(database) == []
    assert [stands(database)[each][0] for each in (BRUCE, CHEN)] == ["superseded"] * 2


@pytest.mark.parametrize(
    ("answer", "stands_as", "may_have_it", "arrivals"),
    [("", "sent", [ALINE], 1), (BUSY, "scheduled", [], 0), (HANG_UP, "scheduled", [ALINE], 0)],
)
def test_a_letter_that_is_taken_back_and_promised_anew_while_it_goes_goes_once(
    database: Database,
    office: Office,
    url: str,
    answer: str,
    stands_as: str,
    may_have_it: list[str],
    arrivals: int,
) -> None:
    with database.write() as db:
        promise(db, ALINE, due_at=NOW)

    def promise_anew(_: object) -> None:
        taking_back(database)(ALINE)
        with database.write() as db:
            promise(db, ALINE, due_at=NOW)

    office.at_data, office.replies, office.asked = True, {ALINE: [answer]}, promise_anew
    send(database, url)

    assert (stands(database)[ALINE][0], reached(database)) == (stands_as, may_have_it)
    assert office.recipients == [ALINE] * arrivals
    office.asked = lambda _: None
    send(database, url, after=MINUTE)
    assert (office.recipients, stands(database)[ALINE]) == ([ALINE], SENT)


def test_what_was_taken_back_before_there_was_a_dialogue_has_reached_nobody(database: Database) -> None:
    with database.write() as db:
        promise(db, ALINE)
    batch = draining.Batch(database, DESK, lambda: NOW)
    batch.claim()
    taking_back(database)(ALINE)

    batch.put_back(smtp.Unreachable("nobody is there", Failure.UNREACHABLE))

    assert (stands(database)[ALINE], reached(database)) == (("superseded", 0, ""), [])


def test_a_letter_that_never_got_to_a_server_or_was_refused_there_has_reached_nobody(
    database: Database, office: Office
) -> None:
    with office.open() as url:
        pass
    office.replies = {BRUCE: [NOBODY], CHEN: [BUSY]}
    with database.write() as db:
        promise(db, ALINE, BRUCE, CHEN)

    send(database, url)
    with office.open() as url:
        send(database, url, after=MINUTE)

    assert reached(database) == [ALINE]


@pytest.mark.parametrize("answer", [HANG_UP, "421 4.3.2 Going down"])
def test_a_letter_at_which_the_dialogue_broke_may_have_arrived(
    database: Database, office: Office, url: str, answer: str
) -> None:
    office.at_data, office.replies = True, {BRUCE: [answer, NOBODY]}
    with database.write() as db:
        promise(db, ALINE, BRUCE, CHEN)

    send(database, url)
    assert reached(database) == [ALINE, BRUCE]
    send(database, url, after=MINUTE)

    assert reached(database) == [ALINE, BRUCE, CHEN]


def test_what_a_dead_process_had_claimed_may_have_arrived(database: Database, office: Office) -> None:
    with office.open() as url:
        pass
    with database.write() as db:
        promise(db, ALINE)
    draining.Batch(database, DESK, lambda: NOW).claim()
    with database.write() as db:
        promise(db, BRUCE)

    send(database, url, after=LEASE)

    assert {state for state, _, _ in stands(database).values()} == {"failed"}
    assert reached(database) == [ALINE]


def taking_back(database: Database) -> Callable[[object], None]:
    """Has every letter about the first session taken back."""

    def take_back(_: object) -> None:
        with database.write() as db:
            supersede(db, "session:1", kinds=["signin"])

    return take_back


def reached(database: Database) -> list[str]:
    """Who has a letter, or may have one."""
    with database.read() as db:
        return [letter.to_email for _, letter in gone(db, "session:1")]


def longest_lease(database: Database) -> timedelta:
    """Until how long after NOW letters are claimed."""
    with database.read() as db:
        sending = select(Delivery.lease_until).where(Delivery.state == DeliveryState.SENDING)
        return max(until for until in db.exec(sending) if until is not None) - NOW
