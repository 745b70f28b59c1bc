"""How long all sessions ahead are looked over when facts may have changed behind them: 200 of them, 1,000 experts.

    python -m bench.disruptions [--sessions 200] [--experts 1000] [--seed 1]

Makes a world of its own in a temporary SQLite file, approves sessions in it, and times in CPU milliseconds the question
whether there is anything to look at, a look where nothing has changed, and one that finds every tenth expert on leave.
Ends with exit status 1 when the question or the look takes more than its goal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from random import Random
from time import process_time

from sqlalchemy import event
from sqlmodel import Session, col, func, select

from bench.matching import NOW, world
from bench.pace import said
from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions, searching
from medixchange.matching.models import Disruption, MatchState, ProposedMatch
from medixchange.people.models import Expert
from medixchange.sessions.actions import approve
from medixchange.sessions.disruptions import Watch, look_over
from medixchange.sessions.models import SharingSession

ROUNDS = 9
QUESTION, LOOK = 5.0, 500.0
"""What the question and a look may take, in milliseconds."""


def hold(database: Database, request_id: int) -> bool:
    """Search for one request, and hold a session by its best proposal; whether there was one."""
    with database.write() as db:
        wanted = actions.want(db, db.get_one(SessionRequest, request_id), now=NOW).id
    searching.propose(database, wanted, now=NOW)
    with database.write() as db:
        query = select(ProposedMatch).where(
            ProposedMatch.request_id == request_id, ProposedMatch.state == MatchState.PROPOSED
        )
        best = db.exec(query.order_by(col(ProposedMatch.rank))).first()
        if best is None:
            return False
        try:
            approve(db, best, actor="program", now=NOW)
        except Refusal:
            return False
        return True


def taken(act: Callable[[], object]) -> float:
    """The CPU milliseconds of ``act``."""
    begin = process_time()
    act()
    return 1000 * (process_time() - begin)


def median(act: Callable[[], object]) -> float:
    """The median of ROUNDS times, in CPU milliseconds."""
    return sorted(taken(act) for _ in range(ROUNDS))[ROUNDS // 2]


def on_leave(db: Session) -> None:
    """Every tenth expert is on leave throughout."""
    for who in db.exec(select(Expert.person_id).where(col(Expert.person_id) % 10 == 0)):
        db.add(LeavePeriod(person_id=who, first_day=NOW.date(), last_day=NOW.date().replace(year=NOW.year + 1)))


def statements(database: Database, act: Callable[[], object]) -> int:
    """How many statements ``act`` takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def main() -> int:
    """Make the world, look over its sessions, print the figures beside their goals."""
    parser = argparse.ArgumentParser(description="Times how sessions ahead are looked over.")
    parser.add_argument("--sessions", type=int, default=200, help="how many sessions are held")
    parser.add_argument("--experts", type=int, default=1000, help="how many experts there are")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world")
    chosen = parser.parse_args()
    print(said())
    chance = Random(chosen.seed)
    with world(chance, requests=2 * chosen.sessions, experts=chosen.experts) as (database, ids):
        waiting = iter(ids)
        held = 0
        while held < chosen.sessions and (number := next(waiting, None)) is not None:
            held += hold(database, number)
        figures = _figures(database)
        with database.read() as db:
            sessions = db.exec(select(func.count()).select_from(SharingSession)).one()
            found = db.exec(select(func.count()).select_from(Disruption)).one()
    question, look, finding, several = figures
    print(f"{chosen.experts} experts, {sessions} sessions ahead; CPU milliseconds, median of {ROUNDS}")
    print(f"whether there is anything to look at: {question:.1f} (goal {QUESTION:.0f})")
    print(f"a look that finds nothing new: {look:.0f} (goal {LOOK:.0f}), {several} statements")
    print(f"a look that finds {found} causes, and writes them: {finding:.0f}")
    return 0 if question <= QUESTION and look <= LOOK else 1


def _figures(database: Database) -> tuple[float, float, float, int]:
    watch = Watch()
    watch.look(database, now=NOW)
    question = median(lambda: watch.look(database, now=NOW))
    look = median(lambda: look_over(database, now=NOW))
    several = statements(database, lambda: look_over(database, now=NOW))
    with database.write() as db:
        on_leave(db)
    return question, look, taken(lambda: look_over(database, now=NOW)), several


if __name__ == "__main__":
    sys.exit(main())
