"""A recap is mailed while the mail server misbehaves: the desk says of each reader where it stands, why, what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from medixchange.db import Database
from medixchange.outbox.drain import FIRST_WAIT, drain
from medixchange.outbox.failures import Failure
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import MailServer
from medixchange.outbox.why import HAPPENED, why_of
from tests.outbox.letters import read
from tests.outbox.office import HANG_UP, STALL
from tests.outbox.rude import GREETING, KEPT, LETTER, MAIL, RCPT, Rude
from tests.recaps.stage import published
from tests.sessions.stage import DESK, Stage, send
from tests.web.conftest import Browser, Clock, text_of

PAGE = "/desk/recaps/1/mail"
NAMES = ("Ann", "Bob", "Cem", "Dan", "Eve", "Fay", "Gus", "Hal")
TURNS: dict[tuple[str, int | str], str] = {
    (GREETING, 1): HANG_UP,
    (RCPT, "ann@example.org"): "451 4.7.1 Greylisted for 60 s",
    (RCPT, "bob@example.org"): "550 5.1.1 No such user",
    (RCPT, "cem@example.org"): STALL,
    (LETTER, "dan@example.org"): HANG_UP,
    (MAIL, 5): "421 4.7.0 Too many letters",
    (LETTER, "fay@example.org"): "552 5.2.2 Mailbox full",
    (KEPT, "gus@example.org"): HANG_UP,
}
SECOND, THIRD = FIRST_WAIT, 3 * FIRST_WAIT
"""When the letters go again that waited once and twice."""

AGAIN = "2 tries; the next: Mon, 23 Nov 2026, 10:03 (Kigali, UTC+2) · Mon, 23 Nov 2026, 16:03 (Beijing, UTC+8)"
STANDS = {
    "Ann": (
        f"Failed, is tried again {AGAIN} The mail server asks to try later. Many do so when a sender that they do not "
        "know writes for the first time. The mail server said: 451 4.7.1 Greylisted for 60 s"
    ),
    "Bob": (
        "Given up 2 tries; no other follows There is no such mailbox: the address has a mistake, or it was closed. "
        "Correct the address, or discard the letter. The mail server said: 550 5.1.1 No such user"
    ),
    "Cem": (
        f"Failed, is tried again {AGAIN} The mail server stopped answering in the middle. Noticed here: "
        "SMTPServerDisconnected: Connection unexpectedly closed: timed out"
    ),
    "Dan": (
        f"Failed, is tried again {AGAIN} The mail server hung up in the middle. Its reader may have got it all the "
        "same. Noticed here: SMTPServerDisconnected: Connection unexpectedly closed"
    ),
    "Eve": (
        f"Failed, is tried again {AGAIN} The mail server ended the dialogue: it has too much to do, or too many "
        "connections. The mail server said: 421 4.7.0 Too many letters"
    ),
    "Fay": (
        "Given up 2 tries; no other follows The mailbox is full. Reach its reader in another way, and send it again "
        "when there is room. The mail server said: 552 5.2.2 Mailbox full"
    ),
    "Gus": (
        f"Failed, is tried again {AGAIN} The mail server hung up in the middle. Its reader may have got it all the "
        "same. Noticed here: SMTPServerDisconnected: Connection unexpectedly closed"
    ),
    "Hal": "Sent Mon, 23 Nov 2026, 10:01 (Kigali, UTC+2)",
}


@pytest.fixture
def desk(organizer: Browser, database: Database, stage: Stage) -> Browser:
    """The desk, where a recap has been mailed to eight readers, and no other letter waits."""
    with database.write() as db:
        published(db, stage)
        send(db)
    others = "\n".join(f"{name} <{name.lower()}@example.org>" for name in NAMES)
    posted = organizer.post(PAGE, files=[("to", (None, "")), ("others", (None, others))])
    assert posted.headers["location"] == f"{PAGE}?sent=8"
    return organizer


def test_a_server_that_misbehaves_in_every_way_loses_no_letter_and_the_desk_says_why_each_waits(
    desk: Browser, database: Database, clock: Clock
) -> None:
    rude, begun = Rude(dict(TURNS)), clock.now
    with rude.open() as url:
        go(database, url, clock)
        closed = standing(desk)
        clock.now = begun + SECOND
        go(database, url, clock)
        worst = standing(desk)
        clock.now = begun + THIRD
        go(database, url, clock)

    greeted = "The mail server did not greet: it kept silent, hung up, or let nobody in."
    assert [greeted in closed[name] for name in NAMES] == [True] * 8
    assert worst == STANDS
    assert {name: says.split()[0] for name, says in standing(desk).items()} == {
        **dict.fromkeys(NAMES, "Sent"),
        **dict.fromkeys(("Bob", "Fay"), "Given"),
    }
    assert sorted(rude.recipients) == [
        f"{name}@example.org" for name in ["ann", "cem", "dan", "eve", "gus", "gus", "hal"]
    ]
    assert len({read(each.raw)["Message-ID"] for each in rude.arrived}) == 6


def test_a_letter_that_did_not_go_is_sent_again_corrected_or_discarded_from_the_page(
    desk: Browser, database: Database, clock: Clock
) -> None:
    rude = Rude({(RCPT, f"{name}@example.org"): "550 5.1.1 No such user" for name in ("ann", "bob", "cem")})
    with rude.open() as url:
        go(database, url, clock)
        ann, bob, cem = re.findall(r'<a href="([^"]+)">Correct, send again or discard', desk.get(PAGE).text)
        pages = [desk.get(link).text for link in (ann, bob, cem)]
        desk.post(form_in(pages[0], f"{ann}/retry"))
        desk.post(form_in(pages[1], f"{bob}/address"), data={"email": "robert@x.org"})
        asked = desk.get(re.findall(rf'href="({cem}/discard)"', pages[2])[0])
        assert '<form method="post" class="acts">' in asked.text
        desk.post(str(asked.url))
        waiting = standing(desk)
        go(database, url, clock)

    assert [f'<a href="{PAGE}">What it is about</a>' in page for page in pages] == [True] * 3
    assert [waiting[name].partition(" Written")[0] for name in ("Ann", "Bob", "Cem")] == [
        "Waits to be sent",
        "Waits to be sent",
        "Not sent any more",
    ]
    assert rude.recipients[-2:] == ["ann@example.org", "robert@x.org"]
    assert [standing(desk)[name].split()[0] for name in ("Ann", "Bob", "Cem")] == ["Sent", "Sent", "Not"]


def test_the_words_of_a_server_are_shown_as_somebody_elses_and_as_text(
    desk: Browser, database: Database, clock: Clock
) -> None:
    rude = Rude({(RCPT, "bob@example.org"): '550 5.7.1 <b onclick="x">مرفوض</b> \u202eevil'})
    with rude.open() as url:
        go(database, url, clock)

    letter = re.findall(r'<a href="([^"]+)">Correct, send again', desk.get(PAGE).text)[0]
    quotes = [re.findall(r"<q .*?</q>", desk.get(page).text) for page in (PAGE, "/desk/deliveries", letter)]

    said = '<bdi dir="ltr">550 5.7.1</bdi> &lt;b onclick=&#34;x&#34;&gt;مرفوض&lt;/b&gt; evil'
    assert quotes == [[f'<q lang="und" dir="auto">{said}</q>']] * 3


def test_every_reason_has_words() -> None:
    assert set(HAPPENED) == set(Failure)


@pytest.mark.parametrize(
    ("facts", "happened", "todo"),
    [
        ({"failure": None}, "The letter did not go.", "Send it again, or reach its reader in another way."),
        (
            {"failure": Failure.LATER},
            HAPPENED[Failure.LATER].text,
            "Send it again, or reach its reader in another way.",
        ),
        (
            {"failure": Failure.NO_MAILBOX, "kind": "signin"},
            HAPPENED[Failure.NO_MAILBOX].text,
            "A link to sign in goes only to the address that asked for it; discard this letter.",
        ),
        (
            {"failure": Failure.LOGIN, "state": DeliveryState.FAILED},
            HAPPENED[Failure.LOGIN].text,
            "Ask whoever runs this program to look at MEDIXCHANGE_SMTP_URL.",
        ),
        ({"failure": Failure.NO_MAILBOX, "state": DeliveryState.QUEUED}, HAPPENED[Failure.NO_MAILBOX].text, ""),
    ],
)
def test_what_to_do_depends_on_what_happened_and_where_the_letter_stands(
    facts: dict[str, Any], happened: str, todo: str
) -> None:
    why = why_of(Delivery(**{"kind": "recap", "state": DeliveryState.GIVEN_UP, "last_error": "550 No", **facts}))

    assert why is not None
    assert (why.happened.text, why.todo.text if why.todo else "") == (happened, todo)


def form_in(page: str, address: str) -> str:
    """The address of a form that the page has."""
    assert f'<form method="post" action="{address}"' in page
    return address


def go(database: Database, url: str, clock: Clock) -> None:
    """Drain until nothing more can go at this hour."""
    server = MailServer(url, timeout=0.2)
    for _ in range(2 * len(NAMES)):
        drain(database, server, DESK, clock)


def standing(desk: Browser) -> dict[str, str]:
    """What the page says of each reader: the state of the letter, when, and why."""
    row = r'<tr role="row">\s*<th scope="row".*?<bdi>(\w+)</bdi>.*?<td .*?>(<p>.*?</p>)(.*?)</td>\s*<td .*?>(.*?)</td>'
    found = re.findall(row, desk.get(PAGE).text, re.DOTALL)
    told = {name: text_of(f"<main>{state} {when} {why}</main>") for name, state, why, when in found}
    return {name: text.partition(" Correct, send again or discard")[0] for name, text in told.items()}
