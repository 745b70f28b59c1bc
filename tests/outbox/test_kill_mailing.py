"""A process that is killed again and again while it mails a recap loses no letter, and repeats at most one a kill."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from medixchange.app import build
from medixchange.db import Database
from medixchange.outbox.drain import LEASE
from medixchange.settings import Settings
from tests import make
from tests.outbox import mailing
from tests.outbox.letters import NOW
from tests.outbox.office import Arrived, Office
from tests.outbox.test_kill import by_message_id
from tests.outbox.test_merging import recap
from tests.web.conftest import PUBLIC_URL, Browser

CONTEXT = multiprocessing.get_context("forkserver")
PATIENCE = 120.0
LATER = LEASE + timedelta(minutes=3)
SLOWEST = 3.0
"""Seconds within which the desk answers while letters go, on a machine that has other things to do; how quick it really
is, bench/mailing.py tells."""
SIZES = [(200, 3, True), *(pytest.param(3400, 20, each, marks=pytest.mark.sweep) for each in (False, True))]


@pytest.fixture(autouse=True, scope="module")
def ready() -> None:
    """Each process begins with everything imported."""
    CONTEXT.set_forkserver_preload([mailing.__name__])


@pytest.mark.parametrize(("letters", "kills", "pipelining"), SIZES)
def test_a_mailing_that_is_killed_loses_nothing_and_repeats_at_most_one_a_kill(
    database: Database, office: Office, url: str, letters: int, kills: int, pipelining: bool
) -> None:
    office.pipelining = pipelining
    everybody = [f"reader{number}@example.org" for number in range(letters)]
    mailing.promise_all(database, [recap(f"Reader {each}", each) for each in everybody])
    desk = at_desk(database)

    slowest, deaths = 0.0, list[int]()
    for number in range(kills):
        slowest = max(slowest, mail_until_killed(desk, database, office, url, number, kills, letters))
        deaths.append(len(office.arrived))
    mailing.run(database.url.render_as_string(hide_password=False), url, NOW + kills * LATER)

    arrived = by_message_id(office)
    assert sorted(each[0].recipient for each in arrived.values()) == sorted(everybody)
    assert [each for each in arrived.values() if len(set(each)) > 1] == []
    assert repeated(office.arrived, deaths) == [[], *([message_id(office.arrived[death - 1])] for death in deaths)]
    assert slowest < SLOWEST


def repeated(arrived: list[Arrived], deaths: list[int]) -> list[list[str]]:
    """What came once more from each process: the first, and the one after each death."""
    seen, found = set[str](), list[list[str]]()
    for begin, end in pairwise([0, *deaths, len(arrived)]):
        own = list[str]()
        for each in map(message_id, arrived[begin:end]):
            if each in seen:
                own.append(each)
            seen.add(each)
        found.append(own)
    return found


def message_id(letter: Arrived) -> str:
    """The header that says which letter it is."""
    return next(line for line in letter.raw.decode().split("\r\n") if line.startswith("Message-ID: "))


def mail_until_killed(
    desk: Browser, database: Database, office: Office, smtp_url: str, number: int, kills: int, letters: int
) -> float:
    """Let a process mail, ask the desk meanwhile, and kill the process at a letter that the server has taken and not
    yet answered; the seconds that the desk took at most."""
    where = database.url.render_as_string(hide_password=False)
    process = CONTEXT.Process(target=mailing.run, args=(where, smtp_url, NOW + number * LATER))
    last, dead = (number + 1) * letters // (kills + 1), threading.Event()

    def kill_before_the_answer(_: Arrived) -> None:
        if len(office.arrived) >= last and not dead.is_set():
            process.kill()
            process.join()
            dead.set()

    office.kept = kill_before_the_answer
    process.start()
    slowest = ask_desk(desk, dead)
    office.kept = lambda _: None
    assert dead.is_set()
    assert process.exitcode == -signal.SIGKILL
    process.close()
    return slowest


def at_desk(database: Database) -> Browser:
    """An organizer at the desk, which has been asked for once: the first time its templates are read."""
    browser = Browser(build(Settings(public_url=PUBLIC_URL), database, clock=lambda: NOW))
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada, now=NOW)
    browser.get("/desk")
    return browser


def ask_desk(browser: Browser, dead: threading.Event) -> float:
    """The longest that the desk took to answer until the process was dead."""
    slowest, ends = 0.0, time.monotonic() + PATIENCE
    while not dead.wait(0.05) and time.monotonic() < ends:
        begun = time.monotonic()
        assert browser.get("/desk").status_code == 200
        slowest = max(slowest, time.monotonic() - begun)
    return slowest
