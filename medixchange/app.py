"""Builds the web application from its parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from medixchange.db import Database
from medixchange.settings import Settings
from medixchange.templating import environment
from medixchange.tokens import Mint
from medixchange.web import (
    answer,
    atom,
    attending,
    calendar_file,
    desk,
    handbook,
    health,
    home,
    liaison,
    library,
    me,
    other_hour,
    prepared,
    recaps,
    setup,
    signin,
    subscription,
    unsubscribing,
)
from medixchange.web.assets import Assets
from medixchange.web.desk import refused
from medixchange.web.feeds import Feeds, feed_route
from medixchange.web.house import House
from medixchange.web.limits import Limits
from medixchange.web.refusals import add_refusals
from medixchange.web.security import Guard, headers_at

LEAST_PACKED = 1000
# One list, without routers in routers: FastAPI would look into each of those for every request, which takes longer than
# most pages.
PAGES: list[BaseRoute] = []
for part in (
    home,
    setup,
    signin,
    liaison,
    answer,
    other_hour,
    prepared,
    calendar_file,
    me,
    subscription,
    recaps,
    library,
    atom,
    handbook,
    unsubscribing,
    attending,
    desk,
    health,
):
    PAGES += part.router.routes


def now_in_utc() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def build(settings: Settings, database: Database, *, clock: Callable[[], datetime] = now_in_utc) -> FastAPI:
    """The application over ``database``; ``clock`` gives every request its one moment."""
    app = FastAPI(title="medixchange", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock
    app.state.mint = Mint(settings.secret_key.get_secret_value())
    app.state.templates = environment()
    app.state.assets = Assets()
    app.state.limits = Limits()
    app.state.house = House(database)
    app.router.routes.extend([*PAGES, app.state.assets.route(), feed_route()])
    add_refusals(app)
    refused.add_to(app)
    app.add_middleware(GZipMiddleware, minimum_size=LEAST_PACKED, compresslevel=5)
    app.add_middleware(Guard, public_url=settings.public_url)
    # Outermost: a poll of a feed is answered before anything else runs.
    app.add_middleware(Feeds, database=database, clock=clock, headers=headers_at(settings.public_url))
    return app
