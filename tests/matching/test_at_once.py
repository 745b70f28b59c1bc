"""What changes in the moment in which a search begins: real transactions on PostgreSQL.

On SQLite the second one begins when the first has ended.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.intake import queries as intake
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions, ruling, searching
from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.people.models import Expert
from medixchange.policies import actions as policies
from medixchange.policies.models import MatchingPolicy
from medixchange.policies.queries import in_use
from tests import make, postgres

NOW = make.NOW
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def asked(db: Session) -> tuple[int, int]:
    """A request that has a room and one expert, and the search that is wanted for it."""
    make.expert(db, "Zhang San 张三")
    make.room(db)
    request = make.request(db, make.hospital(db))
    return request.id, actions.want(db, request, now=NOW).id


def on_the_desk(db: Session) -> set[int]:
    """Everybody who is proposed."""
    proposed = select(MatchMember.person_id).join(ProposedMatch).where(ProposedMatch.state == MatchState.PROPOSED)
    return set(db.exec(proposed))


def test_a_search_that_is_wanted_already_knows_all_that_its_asker_wrote(database: Database) -> None:
    with database.write() as db:
        request_id, search_id = asked(db)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            for each in db.exec(select(Expert)):
                each.active = False
            other = make.expert(db, "Li Si 李四").person_id
            actions.want(db, db.get_one(SessionRequest, request_id), now=NOW)
            running = pool.submit(searching.propose, database, search_id, now=NOW)
            postgres.until_waiting(database, running)
        running.result()

    with database.read() as db:
        assert on_the_desk(db) == {other}
        assert db.exec(select(MatchSearch.state)).all() == [SearchState.DONE]


def test_who_asks_for_a_search_in_the_moment_in_which_one_begins_gets_another(database: Database) -> None:
    with database.write() as db:
        request_id, search_id = asked(db)

    def want() -> int:
        with database.write() as db:
            return actions.want(db, db.get_one(SessionRequest, request_id), now=NOW).id

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            begun = db.get_one(MatchSearch, search_id, with_for_update=True)
            begun.state, begun.started_at = SearchState.RUNNING, NOW
            db.flush()
            asking = pool.submit(want)
            postgres.until_waiting(database, asking)
        other = asking.result()

    with database.read() as db:
        states = db.exec(select(MatchSearch.id, MatchSearch.state).order_by(col(MatchSearch.id))).all()
    assert states == [(search_id, SearchState.RUNNING), (other, SearchState.WANTED)]


def test_whoever_holds_two_requests_and_new_house_rules_do_not_wait_for_each_other(database: Database) -> None:
    with database.write() as db:
        first, _ = asked(db)
        second = make.request(db, make.hospital(db)).id
        rules = in_use(db).rules
        longer = replace(rules, weights=replace(rules.weights, window=rules.weights.window + 1))
        version = policies.write(db, longer, source="", actor="person:1", now=NOW).id

    def use() -> None:
        with database.write() as db:
            ruling.use(db, db.get_one(MatchingPolicy, version), actor="person:1", now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            leads, _ = (intake.by_id(db, number, for_change=True) for number in (first, second))  # to join them
            using = pool.submit(use)
            postgres.until_waiting(database, using)
            actions.want(db, leads, now=NOW)
        using.result()

    with database.read() as db:
        wanted = db.exec(select(MatchSearch.request_id).order_by(col(MatchSearch.request_id)))
        assert wanted.all() == [first, second]
