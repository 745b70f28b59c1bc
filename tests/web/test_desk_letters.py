"""The desk shows where every letter stands; a mail server that is down delays letters and loses none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from medixchange.accounts.signin import ask_link
from medixchange.db import Database
from medixchange.demo.letterbox import LetterBox
from medixchange.intake.actions import withdraw
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.outbox.drain import drain
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.queries import by_id
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Person
from medixchange.templating import find_templates
from medixchange.web.desk.said import KINDS, LETTERS
from tests import make
from tests.sessions.stage import DESK, Stage
from tests.web.conftest import Browser, Clock, text_of

NOBODY_LISTENS = MailServer("smtp://127.0.0.1:9")


class Refusing(LetterBox):
    """A mail server that knows nobody."""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _address: str, _options: list[str]
    ) -> str:
        """The name is aiosmtpd's."""
        return "550 5.1.1 no such mailbox"


@pytest.fixture
def letterbox(tmp_path: Path) -> Iterator[Callable[[type[LetterBox]], LetterBox]]:
    """Opens real mail servers that keep letters."""
    opened: list[LetterBox] = []

    def opening(kind: type[LetterBox]) -> LetterBox:
        opened.append(kind(tmp_path / f"mail-{len(opened)}"))
        return opened[-1]

    yield opening
    for box in opened:
        box.stop()


@pytest.fixture
def bounced(
    organizer: Browser, database: Database, stage: Stage, clock: Clock, letterbox: Callable[..., LetterBox]
) -> Delivery:
    """A letter to the hospital that its mail server refused for ever."""
    with database.write() as db:
        asked = db.get_one(SessionRequest, stage.request.id)
        withdraw(db, asked, reason="", actor="person:1", now=make.NOW)
    drain(database, MailServer(letterbox(Refusing).start()), DESK, clock)
    with database.read() as db:
        return by_id(db, 1)


def standing(database: Database) -> list[tuple[str, DeliveryState, int]]:
    """Where every letter stands that does not wait for its hour: recipient, state, attempts."""
    at_once = select(Delivery).where(Delivery.state != DeliveryState.SCHEDULED)
    with database.read() as db:
        return [(each.recipient, each.state, each.attempt) for each in db.exec(at_once)]


def test_letters_wait_while_the_mail_server_is_down_and_go_when_it_is_up(
    organizer: Browser,
    database: Database,
    stage: Stage,
    clock: Clock,
    letterbox: Callable[[type[LetterBox]], LetterBox],
) -> None:
    organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")
    late = "Letters are late. The oldest has been waiting for 6 minutes"
    drain(database, NOBODY_LISTENS, DESK, clock)
    at_once = [text_of(organizer.get(address).text) for address in ("/desk", "/desk/deliveries")]

    clock.now += timedelta(minutes=6)
    drain(database, NOBODY_LISTENS, DESK, clock)
    down = [text_of(organizer.get(address).text) for address in ("/desk", "/desk/deliveries")]
    clock.now += timedelta(minutes=2)
    box = letterbox(LetterBox)
    drain(database, MailServer(box.start()), DESK, clock)
    up = [text_of(organizer.get(address).text) for address in ("/desk", "/desk/deliveries")]

    assert [late in page for page in at_once] == [False, False]
    assert [late in page for page in down] == [True, True]
    assert ["Letters are late." in page for page in up] == [False, False]
    assert sorted(letter.recipient for letter in box.letters()) == sorted(who for who, _, _ in standing(database))
    assert {state for _, state, _ in standing(database)} == {DeliveryState.SENT}


def test_the_desk_shows_why_a_letter_failed_and_when_it_is_tried_next(
    organizer: Browser, database: Database, stage: Stage, clock: Clock
) -> None:
    organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")
    drain(database, NOBODY_LISTENS, DESK, clock)

    page = text_of(organizer.get("/desk/deliveries?state=failed").text)

    assert page.count("ConnectionRefusedError: [Errno 111] Connection refused Failed, is tried again") == 3
    assert page.count("1 try; the next: Mon, 23 Nov 2026, 10:01 (Kigali, UTC+2)") == 3


def test_a_letter_that_is_refused_for_ever_is_given_up_and_the_desk_says_so(
    organizer: Browser, bounced: Delivery
) -> None:
    assert "1 letter did not go and is not tried any more." in text_of(organizer.get("/desk").text)
    assert "550 5.1.1 no such mailbox" in text_of(organizer.get(f"/desk/deliveries/{bounced.id}").text)


def test_a_letter_that_was_given_up_can_be_sent_again(
    organizer: Browser, database: Database, bounced: Delivery, clock: Clock, letterbox: Callable[..., LetterBox]
) -> None:
    answer = organizer.post(f"/desk/deliveries/{bounced.id}/retry")
    box = letterbox(LetterBox)
    drain(database, MailServer(box.start()), DESK, clock)
    again = organizer.post(f"/desk/deliveries/{bounced.id}/retry")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/deliveries/{bounced.id}")
    assert [letter.recipient for letter in box.letters()] == [bounced.recipient]
    assert (again.status_code, "This letter has gone already" in text_of(again.text)) == (409, True)


def test_a_corrected_address_gets_the_letter_and_all_that_follow(
    organizer: Browser,
    database: Database,
    stage: Stage,
    bounced: Delivery,
    clock: Clock,
    letterbox: Callable[..., LetterBox],
) -> None:
    answer = organizer.post(f"/desk/deliveries/{bounced.id}/address", data={"email": "Aline@Right.example.org"})
    box = letterbox(LetterBox)
    drain(database, MailServer(box.start()), DESK, clock)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/deliveries/{bounced.id}")
    assert [(letter.recipient, letter.message["To"]) for letter in box.letters()] == [
        ("aline@right.example.org", "Aline Example <aline@right.example.org>")
    ]
    with database.read() as db:
        assert db.get_one(Person, stage.liaison.id).email == "aline@right.example.org"
        assert db.get_one(SessionRequest, stage.request.id).contact_email == "aline@right.example.org"


def test_a_corrected_address_of_somebody_else_is_refused_and_changes_nothing(
    organizer: Browser, database: Database, stage: Stage, bounced: Delivery
) -> None:
    with database.write() as db:
        other = make.person(db, "Somebody Else")

    answer = organizer.post(f"/desk/deliveries/{bounced.id}/address", data={"email": other.email})

    assert (answer.status_code, "Somebody else has this address already" in text_of(answer.text)) == (409, True)
    assert standing(database) == [(stage.liaison.email, DeliveryState.GIVEN_UP, 1)]


def test_what_is_no_address_is_asked_for_again_and_kept(
    organizer: Browser, database: Database, bounced: Delivery
) -> None:
    answer = organizer.post(f"/desk/deliveries/{bounced.id}/address", data={"email": "aline at home"})

    assert answer.status_code == 422
    assert '<a href="#email">Write a mail address such as name@hospital.org.</a>' in answer.text
    assert 'value="aline at home"' in answer.text
    assert standing(database) == [(bounced.recipient, DeliveryState.GIVEN_UP, 1)]


def test_a_request_that_is_not_confirmed_gets_a_new_link_at_the_corrected_address(
    organizer: Browser, database: Database, clock: Clock, letterbox: Callable[..., LetterBox]
) -> None:
    with database.write() as db:
        asked = make.request(db, make.hospital(db), state=RequestState.SENT, contact_email="wrong@example.org")
        from_import = asked.confirm_seed
        withdrawn = Delivery(
            key="k",
            kind="confirm-address",
            subject=f"request:{asked.id}",
            recipient="wrong@example.org",
            payload={},
            posted_at=make.NOW,
            due_at=make.NOW,
            state=DeliveryState.GIVEN_UP,
        )
        db.add(withdrawn)

    organizer.post("/desk/deliveries/1/address", data={"email": "right@example.org"})

    assert standing(database) == [
        ("wrong@example.org", DeliveryState.SUPERSEDED, 0),
        ("right@example.org", DeliveryState.QUEUED, 0),
    ]
    with database.read() as db:
        kept = db.get_one(SessionRequest, asked.id)
        assert (kept.contact_email, kept.confirm_seed == from_import) == ("right@example.org", False)


def test_a_link_to_sign_in_is_never_sent_to_another_address(
    organizer: Browser, database: Database, stage: Stage, clock: Clock, letterbox: Callable[..., LetterBox]
) -> None:
    with database.write() as db:
        ask_link(db, stage.liaison.email, now=make.NOW, browser="")
    drain(database, MailServer(letterbox(Refusing).start()), DESK, clock)

    page = organizer.get("/desk/deliveries/1")
    answer = organizer.post("/desk/deliveries/1/address", data={"email": "other@example.org"})

    assert "/signin/…" in page.text
    assert "Right address" not in page.text
    assert answer.status_code == 409
    assert standing(database) == [(stage.liaison.email, DeliveryState.GIVEN_UP, 1)]


def test_a_discarded_letter_never_goes(
    organizer: Browser, database: Database, bounced: Delivery, clock: Clock, letterbox: Callable[..., LetterBox]
) -> None:
    asked = organizer.get(f"/desk/deliveries/{bounced.id}/discard")
    answer = organizer.post(f"/desk/deliveries/{bounced.id}/discard")
    box = letterbox(LetterBox)
    drain(database, MailServer(box.start()), DESK, clock)

    assert "It is never sent." in text_of(asked.text)
    assert answer.status_code == 303
    assert (box.letters(), standing(database)) == ([], [(bounced.recipient, DeliveryState.SUPERSEDED, 1)])


def test_every_kind_of_letter_and_every_state_has_words() -> None:
    kinds = {folder.name for folder in (find_templates() / "mail").iterdir() if folder.is_dir()}

    assert kinds - set(KINDS) == set()
    assert set(LETTERS) == set(DeliveryState)
