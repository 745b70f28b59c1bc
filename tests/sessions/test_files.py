"""Files beside a session: what is taken, under which name, and who is given them."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from medixchange.errors import NotFound, Refusal
from medixchange.languages.texts import Wrong
from medixchange.matching.models import ProposedMatch
from medixchange.sessions import actions, files
from medixchange.sessions.file_kinds import (
    ENDINGS,
    MOST_FILES,
    MOST_NAME,
    MOST_SIZE,
    check_content,
    file_name,
    media_type,
)
from medixchange.sessions.models import SessionFile, SessionFileContent, SharingSession
from tests import make
from tests.sessions.stage import ACTOR, NOW, Stage

PDF = b"%PDF-1.7\n..."
GOOD = {
    ".pdf": PDF,
    ".pptx": b"PK\x03\x04...",
    ".docx": b"PK\x03\x04...",
    ".xlsx": b"PK\x03\x04...",
    ".odp": b"PK\x03\x04...",
    ".odt": b"PK\x03\x04...",
    ".ods": b"PK\x03\x04...",
    ".png": b"\x89PNG\r\n\x1a\n...",
    ".jpg": b"\xff\xd8\xff...",
    ".jpeg": b"\xff\xd8\xff...",
    ".txt": "俯卧位".encode(),
    ".csv": b"\xef\xbb\xbfhour,position\n",
}


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    return actions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)


def add(
    db: Session, session: SharingSession, name: str = "slides.pdf", content: bytes = PDF, *, now: datetime = NOW
) -> SessionFile:
    person = make.person(db)
    return files.add(db, session, name, content, person_id=person.id, actor=ACTOR, now=now)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("slides.pdf", "slides.pdf"),
        ("俯卧位 指南.PDF", "俯卧位 指南.pdf"),
        ("C:\\Users\\ada\\slides.pdf", "slides.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nContent-Type: text/html\r\n.pdf", "html.pdf"),
        ('na"me<b>.pdf', "nameb.pdf"),
        ("slides\u202efdp.txt", "slidesfdp.txt"),
        (".pdf", "file.pdf"),
        ("  ..  .pdf", "file.pdf"),
        (f"{'x' * 300}.pptx", f"{'x' * 115}.pptx"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_one(given_: str, kept: str) -> None:
    assert file_name(given_) == kept


@pytest.mark.parametrize(
    "given_", ["", "slides", "page.html", "drawing.svg", "macros.docm", "a.pdf.exe", "a.pdf/", "."]
)
def test_a_name_of_another_kind_is_refused_with_the_kinds_that_are_taken(given_: str) -> None:
    with pytest.raises(Wrong, match="Choose a file of one of these kinds"):
        file_name(given_)


@given(st.text(max_size=300), st.sampled_from(ENDINGS))
def test_any_name_becomes_one_that_is_safe_everywhere(stem: str, ending: str) -> None:
    kept = file_name(stem.replace("/", "").replace("\\", "") + ending)

    assert len(kept) <= MOST_NAME
    assert kept.endswith(ending)
    assert kept == file_name(kept)
    assert not set(kept) & set('/\\<>:"|?*\r\n')
    assert not [each for each in kept if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_file_is_is_looked_up_in_its_bytes(ending: str) -> None:
    check_content(f"a{ending}", GOOD[ending])

    with pytest.raises(Wrong, match="not what its name says"):
        check_content(f"a{ending}", b"MZ\x90\x00\xff\xfe program")
    assert "html" not in media_type(f"a{ending}")


def test_an_empty_file_and_one_that_is_too_large_are_refused() -> None:
    with pytest.raises(Wrong, match="This file is empty"):
        check_content("a.pdf", b"")
    with pytest.raises(Wrong, match="at most %\\(most\\)s MB"):
        check_content("a.pdf", PDF + b"x" * MOST_SIZE)


def test_a_file_is_kept_with_its_bytes(db: Session, session: SharingSession) -> None:
    file = add(db, session, "指南.pdf")

    assert [(each.name, each.size, each.with_recap) for each in files.of_session(db, session.id)] == [
        ("指南.pdf", len(PDF), False)
    ]
    assert files.content_of(db, file) == PDF


def test_the_same_file_twice_is_there_once_and_another_of_its_name_gets_a_number(
    db: Session, session: SharingSession
) -> None:
    for content in (PDF, PDF, PDF + b"2", PDF + b"3"):
        add(db, session, content=content)

    assert [each.name for each in files.of_session(db, session.id)] == [
        "slides.pdf",
        "slides (2).pdf",
        "slides (3).pdf",
    ]


def test_a_numbered_name_stays_short_enough(db: Session, session: SharingSession) -> None:
    for content in (PDF, PDF + b"2"):
        add(db, session, f"{'x' * 200}.pdf", content)

    assert [len(each.name) <= MOST_NAME for each in files.of_session(db, session.id)] == [True, True]


def test_there_is_room_for_so_many(db: Session, session: SharingSession) -> None:
    for number in range(MOST_FILES):
        add(db, session, f"{number}.pdf")

    with pytest.raises(Refusal, match="files already"):
        add(db, session, "one more.pdf")


def test_those_that_go_with_the_recap_are_listed_by_themselves(db: Session, session: SharingSession) -> None:
    first, second = add(db, session, "1.pdf"), add(db, session, "2.pdf")

    files.give(db, second, with_recap=True, actor=ACTOR, now=NOW)

    assert list(files.of_session(db, session.id, with_recap=True)) == [second]
    with pytest.raises(NotFound):
        files.by_id(db, session.id, first.id, with_recap=True)


def test_a_file_that_is_taken_away_leaves_nothing(db: Session, session: SharingSession) -> None:
    files.remove(db, add(db, session), actor=ACTOR, now=NOW)

    assert [db.exec(select(each)).all() for each in (SessionFile, SessionFileContent)] == [[], []]


def test_the_file_of_another_session_is_not_found(db: Session, session: SharingSession) -> None:
    file = add(db, session)

    with pytest.raises(NotFound):
        files.by_id(db, session.id + 1, file.id)
