"""Whoever leaves a list by the link of a letter has left it, whatever the desk does in that moment: two real
transactions at once on PostgreSQL.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from medixchange.db import Database
from medixchange.errors import NotFound
from medixchange.recaps import keeping, lists
from medixchange.recaps.lists import Added
from tests import postgres
from tests.recaps.test_keeping import BRUNO, place
from tests.recaps.test_mailing import MINISTRY, ministry
from tests.sessions.stage import ACTOR, NOW

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_who_was_taken_off_and_leaves_is_not_put_on_the_list_again(database: Database) -> None:
    with database.write() as db:
        ministry(db)
        bruno, _ = place(db, BRUNO)
        keeping.take_off(db, bruno, actor=ACTOR, now=NOW)

    def add() -> Added:
        with database.write() as db:
            return lists.add(db, lists.by_id(db, 1), MINISTRY, actor=ACTOR, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            lists.remove(db, db.merge(bruno), actor="link:unsubscribe", now=NOW)
            db.flush()
            adding = pool.submit(add)
            postgres.until_waiting(database, adding)
        assert adding.result() == Added(0, there=1, left=1)


def test_who_leaves_while_the_desk_takes_them_off_has_left_by_their_own_wish(database: Database) -> None:
    with database.write() as db:
        ministry(db)
        bruno, _ = place(db, BRUNO)

    def take_off() -> None:
        with database.write() as db:
            keeping.take_off(db, db.merge(bruno), actor=ACTOR, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            lists.remove(db, db.merge(bruno), actor="link:unsubscribe", now=NOW)
            db.flush()
            taking = pool.submit(take_off)
            postgres.until_waiting(database, taking)
        with pytest.raises(NotFound):
            taking.result()

    with database.write() as db:
        assert lists.add(db, lists.by_id(db, 1), MINISTRY, actor=ACTOR, now=NOW) == Added(0, there=1, left=1)
