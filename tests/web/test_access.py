"""Who may open what: every route declares one policy, and nobody gets further than theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from medixchange.db import Database
from medixchange.people.models import Person
from medixchange.tokens import seed
from medixchange.web.access import ByLink, Policy, Public, SignedIn, policies_of
from tests import make
from tests.web.conftest import Browser

Opened = Callable[..., Browser]
ACTORS = ("stranger", "nobody", "liaison", "expert", "interpreter", "organizer")


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """SQLite is enough for what is asked of the routes; test_actors opens their rows on both databases."""
    return sqlite_url


def person_as(database: Database, role: str) -> Person | None:
    """Somebody in this role; nobody is signed in without one, a stranger is not signed in."""
    with database.write() as db:
        if role == "stranger":
            return None
        if role == "nobody":
            return make.person(db)
        if role == "liaison":
            return make.liaison(db, make.hospital(db))
        if role == "organizer":
            return make.organizer(db)
        member = make.expert(db) if role == "expert" else make.interpreter(db)
        return db.get_one(Person, member.person_id)


def served(app: FastAPI) -> list[Route | APIRoute]:
    """The routes that answer."""
    return [route for route in app.router.routes if isinstance(route, (Route, APIRoute))]


def policy_of(route: BaseRoute) -> Policy:
    """The one policy of a route."""
    (found,) = policies_of(route)
    return found


def filled(app: FastAPI, route: Route | APIRoute) -> str:
    """The address of a route with numbers that nothing has, and a link minted for its purpose that opens nothing."""
    policy = policy_of(route)
    token = app.state.mint.token(policy.purpose, seed()) if isinstance(policy, ByLink) else "x"
    return re.sub(r"{[^}]+}", "987654", route.path.replace("{token}", token))


def sent(method: str, path: str) -> dict[str, Any]:
    """What a browser sends with it: a form, or a form with a file."""
    if method != "POST":
        return {}
    return {"files": {"file": ("x.pdf", b"%PDF-")}} if path.endswith("/files") else {"data": {"x": "x"}}


def acts(app: FastAPI) -> list[tuple[Route | APIRoute, str]]:
    """What can be done with each route; signing out comes elsewhere, or nobody would be signed in any more."""
    routes = [route for route in served(app) if route.path != "/signout"]
    return [(route, method) for route in routes for method in sorted((route.methods or set()) - {"HEAD"})]


def expected(policy: Policy, role: str, method: str) -> set[int]:
    """The answers that somebody in ``role`` may get where nothing is found behind the address."""
    if isinstance(policy, Public):
        return {200, 303, 404, 422}
    if not isinstance(policy, SignedIn):
        return {404}  # a link or an address that opens nothing
    if role == "stranger":
        return {303} if method == "GET" else {401}
    return {403} if policy.role not in ("", role) else {200, 303, 404, 422}


def test_all_pages_stand_in_one_list_without_routers_in_it(app: FastAPI) -> None:
    assert served(app) == app.router.routes


def test_every_route_declares_exactly_one_policy(app: FastAPI) -> None:
    assert [route for route in app.router.routes if len(policies_of(route)) != 1] == []


def test_nothing_that_changes_is_open_to_all_but_asking_and_signing_in(app: FastAPI) -> None:
    found = {
        route.path
        for route in served(app)
        if isinstance(policy_of(route), Public) and not (route.methods or set()) <= {"GET", "HEAD"}
    }

    assert found <= {"/request/new", "/signin", "/signout", "/attend"}


@pytest.mark.parametrize("role", ACTORS)
def test_nobody_gets_further_than_their_role(role: str, app: FastAPI, database: Database, opened: Opened) -> None:
    person, browser = person_as(database, role), opened()
    if person is not None:
        browser.sign_in(database, person)

    wrong = []
    for route, method in acts(app):
        status = browser.request(method, filled(app, route), **sent(method, route.path)).status_code
        if status not in expected(policy_of(route), role, method):
            wrong.append((method, route.path, status))

    assert wrong == []
