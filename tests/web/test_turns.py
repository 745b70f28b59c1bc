"""The turns of interpreters where they are read: on the run sheet, on their own page, in their letters."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from medixchange.db import Database
from medixchange.matching.models import MatchMember
from medixchange.outbox.compose import preview
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.actions import approve
from medixchange.sessions.answers import respond
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.sessions.stage import ACTOR, DESK, MEI, NOW, ZHANG, Stage, place_of
from tests.web.conftest import Browser, text_of

BO = "Bo Example"


@pytest.fixture
def mint(settings: Settings) -> Mint:
    return Mint(settings.secret_key.get_secret_value())


@pytest.fixture(autouse=True)
def _with_a_team(database: Database, stage: Stage) -> None:
    """Half an hour on Tuesday, from 09:00 in Kigali, with Mei and Bo; Bo lives there."""
    with database.write() as db:
        bo = make.interpreter(db, BO, zone="Africa/Kigali", country="RW", language="en")
        tuesday = db.merge(stage.tuesday)
        leg = db.exec(select(MatchMember.leg).where(col(MatchMember.role) == "interpreter")).first()
        db.add(MatchMember(match_id=tuesday.id, person_id=bo.person_id, role="interpreter", leg=leg or ""))
        db.flush()
        approve(db, tuesday, actor=ACTOR, now=NOW)


def page_of(browser: Browser, database: Database, mint: Mint, name: str) -> str:
    with database.read() as db:
        seed = place_of(db, queries.by_id(db, 1), name).seed
    return text_of(browser.get(f"/answer/{mint.token('answer', seed)}").text)


def test_the_run_sheet_shows_the_turns_on_each_clock(organizer: Browser) -> None:
    page = text_of(organizer.get("/desk/sessions/1/run").text)

    turns = page.partition("Turns of interpreters ")[2].partition(" Questions")[0]
    assert turns == (
        "Between Chinese and French Interprets Kigali UTC+2 Beijing UTC+8"
        f" {MEI} 09:00–09:15 15:00–15:15 {BO} 09:15–09:30 15:15–15:30"
    )


def test_an_interpreter_reads_them_on_the_own_clock_and_an_expert_not_at_all(
    browser: Browser, database: Database, mint: Mint
) -> None:
    bo, zhang = (page_of(browser, database, mint, name) for name in (BO, ZHANG))

    assert f"Turns of interpreters Kigali · UTC+2 09:00–09:15 {MEI} 09:15–09:30 {BO} your turn" in bo
    assert "Turns of interpreters" not in zhang


def test_they_are_gone_when_one_of_the_team_cannot_come(browser: Browser, database: Database, mint: Mint) -> None:
    with database.write() as db:
        respond(db, place_of(db, queries.by_id(db, 1), BO), "DECLINED", now=NOW)

    assert ["Turns of interpreters" in page_of(browser, database, mint, name) for name in (BO, MEI)] == [False, False]


def test_the_reminder_says_them_on_the_readers_clock(database: Database) -> None:
    with database.read() as db:
        rows = db.exec(select(Delivery).join(Person, col(Person.id) == Delivery.reader_id).where(Person.name == BO))
        letters = [Letter.from_json(each.payload) for each in rows if each.kind == "reminder-hour"]

    (shown,) = (preview(each, DESK) for each in letters)

    lines = f"Turns of interpreters (Kigali, UTC+2):\n09:00–09:15 {MEI}\n09:15–09:30 {BO}\n"
    assert lines in shown.text
    assert f"09:15–09:30 {BO}" in (shown.html or "")
