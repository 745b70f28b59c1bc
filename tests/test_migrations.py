"""The migrations go up and down, and leave nothing that the tables do not say, on both databases."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import record
from medixchange.matching.models import ProposedMatch
from medixchange.plans.models import MatchPlan, PlannedMatch, Purpose
from medixchange.policies.actions import write
from medixchange.policies.values import HouseRules, Weights
from medixchange.schema import alembic_config, migrate, schema_is_current
from medixchange.sessions import attending
from medixchange.sessions.actions import approve
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SessionQuestion
from medixchange.sessions.preparing import ask
from medixchange.tables import METADATA
from tests.make import NOW
from tests.plans.stage import plan_with
from tests.sessions.stage import ACTOR, ALINE, at, elsewhere, place_of, set_up

GROUP = [
    AttendeeDraft(name=name, email=f"{name}@example.org", institution="CHUK", role=AttendeeRole.NURSE, language="fr")
    for name in ("grace", "eric")
]


def test_the_migrated_schema_is_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, METADATA) == []


def test_down_and_up_again_ends_at_the_same_schema(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with database.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}

    migrate(database)

    assert left == set()
    assert schema_is_current(database)


def test_drafts_outlive_the_column_of_their_language(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_23")
    with database.write() as db:
        db.connection().exec_driver_sql(
            "INSERT INTO requestdraft"
            " (seed, answers, unfinished, steps_done, editing, language, created_at, updated_at)"
            " VALUES ('kept', '{}', '{}', 2, false, 'fr', '2026-11-24 08:00:00', '2026-11-24 08:00:00')"
        )

    migrate(database)

    with database.read() as db:
        assert [(draft.seed, draft.steps_done) for draft in db.exec(select(RequestDraft))] == [("kept", 2)]


def test_what_was_asked_with_the_request_of_a_session_is_among_its_questions(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        db.get_one(SessionRequest, stage.request.id).questions = "How low?\n\nAnd who decides?"
        approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        before = db.exec(select(SessionQuestion.text, SessionQuestion.person_id, SessionQuestion.asked_at)).all()
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_failures")
        left = connection.exec_driver_sql("SELECT count(*) FROM sessionquestion").scalar_one()

    migrate(database)

    with database.read() as db:
        found = db.exec(select(SessionQuestion.text, SessionQuestion.person_id, SessionQuestion.asked_at)).all()
        assert {question.with_request for question in db.exec(select(SessionQuestion))} == {True}
    assert [text for text, *_ in before] == ["How low?", "And who decides?"]
    assert (left, found) == (0, before)


def test_what_was_asked_in_many_lines_is_twenty_questions_beside_those_that_were_sent_ahead(
    database: Database,
) -> None:
    lines = [f"Question {number}{'!' * 350 * (number // 20)}" for number in range(1, 23)]
    with database.write() as db:
        stage = set_up(db)
        session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        db.get_one(SessionRequest, stage.request.id).questions = "\n".join(lines)
        ask(db, place_of(db, session, ALINE), "And at night?", language="fr", now=NOW)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_failures")
        ahead = connection.exec_driver_sql("SELECT text FROM sessionquestion").scalars().all()

    migrate(database)

    with database.read() as db:
        found = [(each.text, each.with_request) for each in db.exec(select(SessionQuestion))]
    asked = [*lines[:19], "\n".join(lines[19:])]
    assert ahead == ["And at night?"]
    assert sorted(found) == sorted([("And at night?", False), *((text, True) for text in asked)])


def test_a_request_is_done_where_the_recap_of_its_session_is_published_and_others_stay(database: Database) -> None:
    states = [
        (RequestState.DONE, SessionState.RECAPPED),
        (RequestState.APPROVED, SessionState.HELD),
        (RequestState.DONE, SessionState.CANCELLED),
        (RequestState.WITHDRAWN, SessionState.RECAPPED),
    ]
    with database.write() as db:
        stage = set_up(db)
        matches = [stage.tuesday, *(elsewhere(db, stage, at(day, 9), city=f"City {day}") for day in (2, 8, 9))]
        for match, (request, session) in zip(matches, states, strict=True):
            approve(db, match, actor=ACTOR, now=NOW).state = session
            db.get_one(SessionRequest, match.request_id).state = request
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_lists")
    between = _states(database)

    migrate(database)

    before = [request for request, _ in states]
    assert between == [RequestState.APPROVED, *before[1:]]
    assert _states(database) == before


def test_plans_and_what_they_hold_outlive_the_coming_of_house_rules(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        stage.tuesday.mode, stage.tuesday.relay = "relay", "fr"
        plan_with(db, stage.tuesday)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_plans")

    migrate(database)

    with database.read() as db:
        [plan], [held] = db.exec(select(MatchPlan)).all(), db.exec(select(PlannedMatch)).all()
        relays = {each.mode: each.relay for each in db.exec(select(ProposedMatch))}
    assert (held.plan_id, held.before_id) == (plan.id, stage.tuesday.id)
    assert (plan.purpose, plan.policy_id, plan.beside_id, plan.figures) == (Purpose.QUEUE, None, None, {})
    # There was one language between two others then.
    assert relays == {"relay": "en", "interpreter": ""}


def test_plans_that_try_rules_or_mend_do_not_outlive_what_they_are_known_by(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        usual, tries, mends = (plan_with(db, stage.tuesday) for _ in range(3))
        rules = HouseRules(weights=replace(Weights(), fair=9))
        tries.policy_id = write(db, rules, source="Ours", actor=ACTOR, now=NOW).id
        tries.beside_id, mends.purpose = usual.id, Purpose.MENDING
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_plans")

    migrate(database)

    with database.read() as db:
        assert db.exec(select(MatchPlan.id)).all() == [usual.id]
        assert db.exec(select(PlannedMatch.plan_id)).all() == [usual.id]


def test_a_migration_calls_nothing_that_the_program_may_change_later() -> None:
    folder = Path(__file__).parents[1] / "migrations" / "versions"
    nodes = [(path.name, node) for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    imported = [
        (name, module)
        for name, node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for module in ([node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    ]

    assert {name for name, _ in imported} == {path.name for path in folder.glob("*.py")}
    assert [(name, module) for name, module in imported if str(module).partition(".")[0] == "medixchange"] == []


def test_sign_ins_by_code_are_told_by_their_session(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        grace, eric = (attending.attend(db, session, each, now=NOW) for each in GROUP)
        attending.leave(db, grace, now=NOW)
    before = _told(database)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_what_readers_had")
    between = _told(database)

    migrate(database)

    here, entries = f"session:{session.id}", [("attend", grace.id), ("attend", eric.id), ("leave", grace.id)]
    assert between == [(verb, f"attendee:{number}", {}) for verb, number in entries]
    assert before == _told(database) == [(verb, here, {"attendee": number}) for verb, number in entries]


def test_who_was_removed_keeps_their_own_sign_in(database: Database) -> None:
    with database.write() as db:
        session = approve(db, set_up(db).tuesday, actor=ACTOR, now=NOW)
        grace = attending.attend(db, session, GROUP[0], now=NOW)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_26_what_readers_had")
    with database.write() as db:
        for verb in ("remove", "attend"):
            record(db, actor=ACTOR, verb=verb, subject=f"attendee:{grace.id}", now=NOW)

    migrate(database)

    subjects = [f"attendee:{grace.id}", f"session:{session.id}"]
    assert [subject for _, subject, _ in _told(database)] == subjects


def test_an_old_schema_is_noticed(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

    assert not schema_is_current(database)


@pytest.mark.parametrize("act", ["UPDATE journalentry SET verb = 'other'", "DELETE FROM journalentry"])
def test_the_journal_only_grows(database: Database, act: str) -> None:
    entry = JournalEntry(at=NOW, actor="program", verb="import", subject="records:rooms")
    with database.write() as db:
        db.add(entry)

    with pytest.raises(DatabaseError, match="the journal only grows"), database.write() as db:
        db.connection().exec_driver_sql(act)

    with database.read() as db:
        assert [row.verb for row in _entries(db)] == ["import"]


def _told(database: Database) -> list[tuple[str, str, dict[str, int]]]:
    """What the journal has about those who signed in."""
    with database.read() as db:
        return [(each.verb, each.subject, each.after) for each in _entries(db) if each.verb in attending.BY_MANY]


def _states(database: Database) -> list[RequestState]:
    """The state of each request, by its number."""
    with database.read() as db:
        found = db.exec(select(SessionRequest.state).order_by(col(SessionRequest.id)))
        return [RequestState(state) for state in found]


def _entries(db: Session) -> list[JournalEntry]:
    return list(db.exec(select(JournalEntry).order_by(col(JournalEntry.id))))
