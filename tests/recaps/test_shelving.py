"""The shelf holds what everybody may read, as it was published last, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from alembic import command
from sqlalchemy import event
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.documents.markdown import parse
from medixchange.library.models import LibraryEdition, LibraryEntry, LibraryHospital, LibraryTopic
from medixchange.recaps import actions, queries
from medixchange.recaps.models import Recap, Visibility
from medixchange.recaps.shelving import shelve
from medixchange.recaps.summary import MOST_COLUMNS, cut, summary_of
from medixchange.schema import alembic_config, migrate
from tests.recaps.stage import begin, check, hold, publish, published, write
from tests.sessions.stage import ACTOR, NOW, join, set_up

SHELVED = {
    "ar": "ابدأ وضعية الانبطاح قبل نفاد الأكسجين. أعطِ 1–6 L/min عندما SpO₂ < 92 %.",
    "en": "Begin prone position before high flow runs out. Give 1–6 L/min while SpO₂ < 92 %.",
    "zh-Hans": "在高流量氧疗耗尽之前开始俯卧位。SpO₂ < 92 % 时给氧 1–6 L/min。",
}


def summaries(db: Session) -> dict[str, str]:
    """What stands on the shelf, by language."""
    db.flush()
    return {each.language: each.summary for each in db.exec(select(LibraryEdition))}


def everything(db: Session) -> list[object]:
    """All rows of the shelf, without their numbers."""
    found: list[object] = []
    for table in (LibraryEntry, LibraryHospital, LibraryEdition, LibraryTopic):
        rows = (row.model_dump(exclude={"id", "entry_id"}) for row in db.exec(select(table)))
        found.append(sorted(rows, key=repr))
    return found


def test_a_recap_for_everybody_is_on_the_shelf_in_its_languages(db: Session) -> None:
    stage = set_up(db)

    recap = published(db, stage)

    entry = db.exec(select(LibraryEntry)).one()
    assert (entry.slug, entry.hospital_id, entry.held_on) == (recap.slug, stage.hospital.id, date(2026, 12, 1))
    assert (entry.published_at, entry.updated_at) == (NOW, NOW)
    assert summaries(db) == SHELVED
    assert {each.specialty for each in db.exec(select(LibraryTopic))} == set(stage.request.specialties)


def test_a_draft_and_a_recap_for_those_invited_are_not_on_it(db: Session) -> None:
    published(db, set_up(db), visibility=Visibility.INVITED)

    assert summaries(db) == {}


def test_one_that_is_for_those_invited_from_now_on_leaves_it_and_comes_back_under_the_same_name(db: Session) -> None:
    recap = published(db, set_up(db))
    name = db.exec(select(LibraryEntry.urn)).one()

    publish(db, recap, visibility=Visibility.INVITED)
    hidden = summaries(db)
    publish(db, recap, visibility=Visibility.PUBLIC)

    assert (hidden, summaries(db)) == ({}, SHELVED)
    assert db.exec(select(LibraryEntry.urn)).one() == name


def test_a_correction_changes_what_stands_there_when_it_is_published(db: Session) -> None:
    recap = published(db, set_up(db))
    version = queries.version(db, recap.id, "en")
    later = NOW + timedelta(days=2)

    write(db, version, "## Summary\n\nGive 2 L/min.", title="Oxygen, corrected")
    check(db, version)
    before = summaries(db)
    publish(db, recap, now=later)

    assert (before, summaries(db)) == (SHELVED, {**SHELVED, "en": "Give 2 L/min."})
    entry = db.exec(select(LibraryEntry)).one()
    changed = {each.language: each.updated_at for each in db.exec(select(LibraryEdition))}
    assert (entry.published_at, entry.updated_at) == (NOW, later)
    assert changed == {"en": later, "ar": NOW, "zh-Hans": NOW}


def test_putting_it_there_reads_no_pdf(db: Session) -> None:
    recap = published(db, set_up(db))
    db.flush()
    db.expunge_all()
    read: list[str] = []

    @event.listens_for(db.connection(), "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.append(statement)

    shelve(db, queries.by_id(db, recap.id))

    printed = [each for each in read if "FROM recappdf" in each]
    assert (len(printed), [each for each in printed if "recappdf.content" in each]) == (len(SHELVED), [])


def test_one_that_was_withdrawn_is_not_on_it(db: Session) -> None:
    recap = published(db, set_up(db))

    actions.withdraw(db, recap, reason="A name was in it.", actor=ACTOR, now=NOW)

    assert summaries(db) == {}


def test_what_was_published_before_there_was_a_shelf_is_put_on_it(database: Database) -> None:
    with database.write() as db:
        published(db, set_up(db))
        before = everything(db)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_25_lists")

    migrate(database)

    with database.read() as db:
        assert everything(db) == before


def test_a_recap_of_several_hospitals_that_was_on_it_before_stands_under_each_of_them(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        join(db, stage.request)
        published(db, stage)
        before = everything(db)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_27_joint_sessions")

    migrate(database)

    with database.read() as db:
        assert everything(db) == before


@pytest.mark.parametrize(
    "text",
    [
        "Before.\n\n## Summary\n\n- Zhang Wei\n\nGive **oxygen**\nearly, see [it](https://a.example.org) `now`.",
        "# Key points\n\n1. One.\n2. Two.\n   - deeper\n3. > no",
        "Some words " * 40,
    ],
)
def test_what_the_step_to_the_shelf_sums_up_is_what_the_program_did(database: Database, text: str) -> None:
    with database.write() as db:
        version = begin(db, hold(db, set_up(db)))
        write(db, version, text)
        check(db, version)
        publish(db, db.get_one(Recap, version.recap_id))
        before = everything(db)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_25_lists")

    migrate(database)

    with database.read() as db:
        assert everything(db) == before


@pytest.mark.parametrize("state", ["private", "withdrawn", "draft"])
def test_what_nobody_may_read_is_not_put_on_it_either(database: Database, state: str) -> None:
    with database.write() as db:
        stage = set_up(db)
        if state == "draft":
            write(db, begin(db, hold(db, stage)), "Not yet.")
        else:
            recap = published(db, stage)
            recap.visibility = Visibility.INVITED if state == "private" else Visibility.PUBLIC
            recap.withdrawn_at = NOW if state == "withdrawn" else None
            db.add(recap)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_25_lists")

    migrate(database)

    with database.read() as db:
        assert everything(db) == [[], [], [], []]
        assert db.exec(select(Recap)).one().slug


@pytest.mark.parametrize(
    ("language", "text", "summary"),
    [
        (
            "en",
            "## Summary\n\n- Zhang Wei, Zhejiang\n\nGive **oxygen**\nearly.\n\n## Key points\n\n1. a",
            "Give oxygen early.",
        ),
        ("en", "## Summary\n\n- Zhang Wei, Zhejiang\n\n## Key points\n\n1. One.\n2. Two.\n   - deeper", "One. Two."),
        ("fr", "## Résumé\n\nDe l’oxygène.", "De l’oxygène."),
        ("zh-Hans", "## 要点\n\n- 一。\n- 二。", "一。二。"),
        ("en", "Without any heading.", "Without any heading."),
        ("en", "## Summary\n\n---\n", ""),
    ],
)
def test_a_summary_is_what_stands_under_its_heading_else_the_key_points(language: str, text: str, summary: str) -> None:
    assert summary_of(parse(text), language) == summary


@pytest.mark.parametrize(
    ("text", "most", "shorter"),
    [
        ("one two", 7, "one two"),
        ("one two three", 9, "one two…"),
        ("一二三四五", 6, "一二…"),
        ("a" * 20, 8, "aaaaaaa…"),
    ],
)
def test_a_summary_is_cut_between_words(text: str, most: int, shorter: str) -> None:
    assert cut(text, most) == shorter
    assert len(cut("长" * 1000, MOST_COLUMNS)) <= 121
