"""Each kind of actor gets what its policy says from each route whose rows are there, with links that work or do not."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from medixchange.db import Database
from medixchange.settings import Settings
from medixchange.web.access import (
    ByAddress,
    ByLink,
    FirstRun,
    Organizer,
    Policy,
    Public,
    SignedIn,
)
from tests.web.conftest import Browser
from tests.web.world import WRONG, World, filled, peopled, routes_of

ACTORS = ("nobody", "liaison", "expert", "interpreter", "organizer", "wrong secret")
OPEN, SIGN_IN, FORBIDDEN, NOT_FOUND = "open", "sign in first", "forbidden", "not found"


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    return peopled(database, settings)


def expected(method: str, policy: Policy, actor: str) -> str:
    """What ``actor`` gets by the policy alone."""
    if isinstance(policy, FirstRun):
        return NOT_FOUND  # somebody decides at the desk already
    if isinstance(policy, ByLink | ByAddress):
        return NOT_FOUND if actor == "wrong secret" else OPEN
    if isinstance(policy, Public):
        return OPEN
    assert isinstance(policy, SignedIn)
    if actor in ("nobody", "wrong secret"):
        return SIGN_IN
    return OPEN if policy.role in ("", actor) else FORBIDDEN


def verdict(status: int, location: str) -> str:
    """What an answer means; whether what was sent fits is another matter."""
    if status == 401 or location.startswith("/signin?next="):
        return SIGN_IN
    known = {403: FORBIDDEN, 404: NOT_FOUND}.get(status)
    return known or (OPEN if status < 500 else f"fault {status}")


def test_the_desk_is_the_organizers_and_every_page_by_link_has_a_purpose_of_its_own(app: FastAPI) -> None:
    desk = {type(policy) for _, path, policy in routes_of(app) if path.startswith("/desk")}
    mine = {type(policy) for _, path, policy in routes_of(app) if path.startswith("/me")}
    by_link = {(path.split("/")[1], policy.purpose) for _, path, policy in routes_of(app) if isinstance(policy, ByLink)}

    assert (desk, mine) == ({Organizer}, {SignedIn})
    assert by_link == {
        ("signin", "signin"),
        ("request", "resume"),
        ("confirm", "confirm"),
        ("r", "status"),
        ("answer", "answer"),
        ("setup", "setup"),
        ("recap", "recap"),
        ("unsubscribe", "unsubscribe"),
    }


@pytest.mark.parametrize("actor", ACTORS)
def test_each_actor_gets_from_each_route_what_its_policy_says(
    app: FastAPI, browser: Browser, database: Database, world: World, actor: str
) -> None:
    if actor in world.people:
        browser.sign_in(database, world.people[actor])
    elif actor == "wrong secret":
        browser.cookies.set("__Host-login", WRONG)
    cookies = dict(browser.cookies)

    found, wanted = {}, {}
    for method, path, policy in routes_of(app):
        browser.cookies.clear()
        browser.cookies.update(cookies)
        address = filled(path, policy, world.secrets, wrong=actor == "wrong secret")
        answer = browser.request(method, address, data={"sent": "nothing"} if method == "POST" else None)
        found[method, path] = verdict(answer.status_code, answer.headers.get("location", ""))
        wanted[method, path] = expected(method, policy, actor)

    assert found == wanted
