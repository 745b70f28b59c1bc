"""The house rules at the desk: read, written within limits, tried on the requests that wait, put into use."""

from __future__ import annotations

import re

import pytest

from medixchange.db import Database
from medixchange.journal.record import by_person
from medixchange.plans import making
from medixchange.policies.actions import write
from medixchange.policies.queries import SOURCE, in_use
from medixchange.policies.sheet import sheet_of
from medixchange.policies.values import HouseRules, Weights
from tests.plans.stage import Stage, set_up
from tests.sessions.stage import NOW
from tests.web.conftest import Browser, text_of

USUAL = {**sheet_of(HouseRules()), "source": SOURCE}
FAIR = "weights.fair"


@pytest.fixture
def world(database: Database) -> Stage:
    """Three requests that wait, of which two can be served together."""
    return set_up(database)


def written(organizer: Browser, **typed: str) -> str:
    """The address of a new version."""
    answer = organizer.post("/desk/rules", data={**USUAL, **typed})
    assert answer.status_code == 303
    return answer.headers["location"]


def work(database: Database, *numbers: int) -> None:
    for number in numbers:
        making.run_plan(database, number, lambda: NOW)


def test_the_form_begins_with_the_rules_in_use(organizer: Browser) -> None:
    page = organizer.get("/desk/rules")

    assert "The rules as the program comes" in text_of(page.text)
    shown = dict(re.findall(r'<input id="([^"]+)" name="[^"]+" type="text" value="([^"]*)"', page.text))
    assert shown.items() >= {"policy.hospital_hard.0": "07:00", FAIR: "3", "policy.team_sizes.1.0": "240"}.items()
    assert '<option value="en" selected>' in page.text


def test_a_version_says_what_it_would_change(organizer: Browser, database: Database) -> None:
    address = written(organizer, **{FAIR: "8", "note": "Newcomers wait too long"})
    page, listed = organizer.get(address), organizer.get("/desk/rules")

    assert address == "/desk/rules/1"
    assert "8 instead of 3" in text_of(page.text)
    assert "Not in use" in text_of(page.text)
    assert "Ada Organizer" in text_of(page.text)
    assert "Newcomers wait too long" in text_of(listed.text)
    with database.read() as db:
        assert in_use(db).version is None


def test_a_version_of_somebody_who_is_gone_is_listed_without_a_name(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        write(db, HouseRules(weights=Weights(fair=8)), source=SOURCE, actor=by_person(99), now=NOW)

    assert 'href="/desk/rules/1"' in organizer.get("/desk/rules").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({FAIR: "101"}, "Write a whole number from 0 to 100."),
        ({FAIR: ""}, "Write a whole number from 0 to 100."),
        ({"policy.hospital_hard.0": "seven"}, "Write an hour in quarters from 05:00 to 24:00"),
        ({"policy.team_sizes.1.0": "30"}, "more than in the row above"),
        ({"source": ""}, "Write where the table of interpreters is from."),
        ({"note": "x" * 501}, "500"),
        ({}, "These are the rules in use; change something first."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    organizer: Browser, typed: dict[str, str], told: str
) -> None:
    answer = organizer.post("/desk/rules", data={**USUAL, "weights.soon": "7" if typed else "1", **typed})

    assert answer.status_code == 422
    assert told in text_of(answer.text)
    if typed:
        assert re.search(r'<input id="weights.soon"[^>]* value="7"', answer.text)


def test_rules_are_put_into_use_and_those_as_the_program_comes_come_back(
    organizer: Browser, database: Database
) -> None:
    address = written(organizer, **{FAIR: "8"})
    used = organizer.post(f"{address}/use")
    page, again = organizer.get(address), organizer.post(f"{address}/use")

    assert used.headers["location"] == address
    assert "What it changed" in text_of(page.text)
    assert "8 instead of 3" in text_of(page.text)
    assert f'action="{address}/use"' not in page.text
    assert again.status_code == 409
    assert "in use already" in text_of(again.text)

    begin = organizer.get("/desk/rules?from=0")
    assert re.search(rf'<input id="{FAIR}"[^>]* value="3"', begin.text)
    back = organizer.post(f"{written(organizer)}/use")
    with database.read() as db:
        assert in_use(db).rules == HouseRules()
    assert back.headers["location"] == "/desk/rules/2"


def test_rules_are_tried_beside_those_in_use(organizer: Browser, database: Database, world: Stage) -> None:
    evening = {
        f"policy.hospital_{kind}.{end}": hour for kind in ("hard", "soft") for end, hour in ((0, "17:00"), (1, "21:00"))
    }
    address = written(organizer, **evening)
    before = organizer.get(address)
    answer = organizer.post(f"{address}/try")
    busy = organizer.post(f"{address}/try")
    work(database, 1, 2)
    plan, usual = organizer.get(answer.headers["location"]), organizer.get("/desk/plans/1")
    page = organizer.get(address)

    assert "3 requests that wait are planned twice" in text_of(before.text)
    assert answer.headers["location"] == "/desk/plans/2"
    assert busy.status_code == 409
    assert "A plan is being made already" in text_of(busy.text)
    for shown in (plan, page):
        assert "Requests served 2 0 worse" in text_of(shown.text)
    assert "nothing of it can be accepted" in text_of(plan.text)
    assert "/desk/plans/2/accept" not in plan.text
    assert 'name="request"' not in plan.text
    assert "/desk/plans/1/accept" in usual.text
    assert "Rules in use" not in text_of(usual.text)


def test_what_moves_is_shown_against_the_plan_by_the_rules_in_use(
    organizer: Browser, database: Database, world: Stage
) -> None:
    later = {"policy.hospital_hard.0": "11:00", "policy.hospital_soft.0": "11:00"}
    organizer.post(f"{written(organizer, **later)}/try")
    work(database, 1, 2)
    plan = organizer.get("/desk/plans/2")

    assert "At another hour" in text_of(plan.text)
    assert "By the rules in use:" in text_of(plan.text)
    assert "than today" not in text_of(plan.text)


def test_where_nothing_waits_rules_cannot_be_tried(organizer: Browser) -> None:
    address = written(organizer, **{FAIR: "8"})
    page, answer = organizer.get(address), organizer.post(f"{address}/try")

    assert "nothing to try it on" in text_of(page.text)
    assert answer.status_code == 409


@pytest.mark.parametrize("address", ["/desk/rules/9", "/desk/rules?from=9"])
def test_a_version_that_nobody_wrote_is_not_there(organizer: Browser, address: str) -> None:
    assert organizer.get(address).status_code == 404
