"""What people who are invited send and see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from sqlmodel import select

from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed
from medixchange.sessions import queries
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, NOW, Stage, answers, send

REASON = "I am in theatre all Tuesday."
LATER = NOW + timedelta(hours=1)


def accept(sequence: int = 0) -> dict[str, str]:
    """What the button to accept sends."""
    return {"answer": "ACCEPTED", "sequence": str(sequence)}


def decline(reason: str = REASON, sequence: int = 0) -> dict[str, str]:
    """What the form to decline sends."""
    return {"answer": "DECLINED", "sequence": str(sequence), "reason": reason}


def heading(html: str) -> str:
    """The page's own title."""
    return unescape(html.partition("<h1>")[2].partition("</h1>")[0])


def buttons(html: str) -> list[str]:
    """What can be done on the page."""
    return [unescape(each) for each in re.findall(r"<button[^>]*>([^<]+)</button>", html.partition("<main")[2])]


def hours(html: str) -> list[tuple[str, str]]:
    """Each clock of the page with what it shows."""
    found = re.findall(r"<dt>([^<]+) · <bdi>([^<]+)</bdi></dt>\s*<dd><time[^>]*><bdi>(.+?)</bdi>", html)
    return [(f"{place}, {offset}", re.sub(r"<[^>]+>", "", span)) for place, offset, span in found]


def answered(database: Database) -> dict[str, str]:
    """What everybody has answered."""
    with database.read() as db:
        return answers(db, queries.by_id(db, 1))


def change(database: Database, act: Callable[..., None], **how: object) -> SharingSession:
    """Do something to the session at the desk, and send the letters."""
    with database.write() as db:
        session = queries.by_id(db, 1)
        act(db, session, actor=ACTOR, now=LATER, **how)
        send(db)
        return session


def new_address(database: Database, stage: Stage) -> str:
    """Another path for Zhang's feed."""
    with database.write() as db:
        token = feeds.issue(db, stage.zhang.person_id, language="zh-Hans", actor=ACTOR, now=NOW)
    return f"/feed/{token}.ics"


def stored(database: Database, stage: Stage) -> Feed:
    """Zhang's feed as it is kept."""
    with database.read() as db:
        return db.exec(select(Feed).where(Feed.person_id == stage.zhang.person_id)).one()
