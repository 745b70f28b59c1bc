"""Who may open a page: every route declares one policy, and a test walks the routes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute

from medixchange.accounts.access import Actor
from medixchange.db import Database
from medixchange.errors import Forbidden, NotFound, SignInNeeded
from medixchange.feeds.queries import Served, by_token
from medixchange.messages import say
from medixchange.tokens import SECRET_LENGTH, digest
from medixchange.web.page import Reading

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Policy(ABC):
    """Decides before the page does anything; what it returns is handed to pages that ask for it."""

    @abstractmethod
    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the page may know. Raises a Refusal where it may not be opened."""


class Public(Policy):
    """Anybody."""

    async def __call__(self, reader: Reading) -> Actor | None:
        """The actor where somebody is signed in."""
        return reader.actor


class ByLink(Policy):
    """Whoever holds a link of this purpose, minted here, as ``{token}`` in the address."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    async def __call__(self, request: Request, _reader: Reading) -> str:
        """The verified seed inside the token. Raises NotFound for any other token."""
        seed: str | None = request.app.state.mint.seed_of(self.purpose, request.path_params["token"])
        if seed is None:
            raise NotFound(say("This link does not work. Open it again from the letter it came in."))
        return seed


class FirstRun(ByLink):
    """Whoever holds the address that sets this installation up, while nobody decides at the desk.

    Any other address looks like that of a page that does not exist.
    """

    def __init__(self) -> None:
        super().__init__("setup")

    async def __call__(self, request: Request, _reader: Reading) -> str:
        """The verified seed inside the token; the page asks whether it is still good. Raises NotFound."""
        seed: str | None = request.app.state.mint.seed_of(self.purpose, request.path_params["token"])
        if seed is None:
            raise NotFound(say("Check the address, or start again from the first page."))
        return seed


class ByAddress(Policy):
    """Whoever holds the secret address of a feed, as long as it is neither replaced nor revoked."""

    async def __call__(self, database: Database, token: str) -> Served | None:
        """The feed at this address, None where there is none: unknown, replaced and revoked look alike."""
        if len(token) != SECRET_LENGTH:
            return None
        if database.is_sqlite:
            return by_token(database, digest(token))
        return await run_in_threadpool(by_token, database, digest(token))


class SignedIn(Policy):
    """Anybody who is signed in, in whatever role; with ``role`` only those who hold it."""

    role = ""

    async def __call__(self, reader: Reading) -> Actor:
        """The actor. Raises SignInNeeded, or Forbidden where they do not hold the role."""
        if reader.actor is None:
            raise SignInNeeded(say("Sign in to open this page."))
        if self.role and self.role not in reader.actor.roles:
            raise Forbidden(say("This page is not for your role. Sign in as somebody who may open it."))
        return reader.actor


class Organizer(SignedIn):
    """Those who decide at the desk."""

    role = "organizer"


def policy(rule: Policy | type[Policy]) -> Any:
    """Declare the policy of a route.

    In its decorator, ``dependencies=[policy(Public)]``, or where the page needs what the policy found:
    ``actor: Annotated[Actor, policy(Organizer)]``, ``seed: Annotated[str, policy(ByLink("status"))]``.
    """
    return Depends(rule() if isinstance(rule, type) else rule)


OrganizerActor = Annotated[Actor, policy(Organizer)]
SignedInActor = Annotated[Actor, policy(SignedIn)]


def bare(rule: Policy | type[Policy]) -> Callable[[Endpoint], Endpoint]:
    """Declare the policy of an endpoint that stands outside the framework (a feed, a static file)."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.policy = rule() if isinstance(rule, type) else rule  # type: ignore[attr-defined]  # ours
        return endpoint

    return mark


def policies_of(route: BaseRoute) -> list[Policy]:
    """The policies that ``route`` declares: exactly one, or the route is at fault."""
    if isinstance(route, APIRoute):
        calls = [dependant.call for dependant in route.dependant.dependencies]
        return [call for call in calls if isinstance(call, Policy)]
    declared = getattr(getattr(route, "endpoint", None), "policy", None)
    return [declared] if isinstance(declared, Policy) else []
