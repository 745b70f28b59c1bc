"""Beginning, saving, checking and publishing a recap, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history
from medixchange.recaps import actions, queries
from medixchange.recaps.about import about
from medixchange.recaps.actions import Overtaken
from medixchange.recaps.draft import RecapDraft
from medixchange.recaps.lifecycle import VersionState
from medixchange.recaps.models import RecapPdf, RecapRevision, Visibility
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SessionQuestion, SharingSession
from tests import make
from tests.recaps.stage import ENGLISH, PUBLIC_URL, begin, check, hold, publish, published, write
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, place_of, set_up

OUTLINE = """## Summary

- Zhang San 张三, The First Affiliated Hospital
- Mei Example
- Aline Example

## Key points

## Questions and answers

**How low may the saturation go?**

## Recommendations

## Commitments

- Name, by 2026-12-24: what they will do

## Links and files
"""


def texts(db: Session, version_id: int) -> list[tuple[int, str]]:
    """Number and text of each revision."""
    found = select(RecapRevision).where(RecapRevision.version_id == version_id).order_by(RecapRevision.number)  # type: ignore[arg-type]  # a column
    return [(each.number, each.text) for each in db.exec(found)]


def test_a_recap_begins_with_an_outline_of_what_is_known(db: Session) -> None:
    session = hold(db, set_up(db))

    version = begin(db, session)

    recap = queries.by_id(db, version.recap_id)
    revision = queries.revision(db, version, 1)
    assert (recap.slug, recap.original) == (f"mx-{recap.slug[3:]}", "en")
    assert (revision.title, revision.text) == ("Oxygen therapy when beds run short", OUTLINE)


def test_a_recap_names_those_who_took_part_and_nobody_else(db: Session) -> None:
    session = hold(db, set_up(db))
    declined, missed, came = (place_of(db, session, name) for name in (ZHANG, MEI, ALINE))
    declined.partstat, missed.missed_at, came.partstat, came.present_at = "DECLINED", NOW, "DECLINED", NOW
    facts: dict[str, Any] = {"session_id": session.id, "person_id": came.person_id, "language": "en", "asked_at": NOW}
    db.add(SessionQuestion(text="How low?", **facts))
    db.flush()

    version = begin(db, session)

    text = queries.revision(db, version, 1).text
    assert [name in text for name in (ZHANG, MEI, ALINE, "How low?")] == [False, False, True, True]
    assert about(db, queries.by_id(db, version.recap_id)).experts == ()


@pytest.mark.parametrize(("noted", "named"), [((), {ZHANG, MEI}), ((MEI,), {MEI}), ((MEI, ZHANG), {MEI, ZHANG})])
def test_where_the_roll_was_called_who_never_answered_and_was_not_noted_is_not_named(
    db: Session, noted: tuple[str, ...], named: set[str]
) -> None:
    session = hold(db, set_up(db))
    for name in (ZHANG, MEI):
        place_of(db, session, name).partstat = "NEEDS-ACTION"
    for name in noted:
        place_of(db, session, name).present_at = NOW
    db.flush()

    text = queries.revision(db, begin(db, session), 1).text

    assert {name for name in (ZHANG, MEI) if name in text} == named


def test_beginning_twice_leads_to_the_same_text(db: Session) -> None:
    session = hold(db, set_up(db))
    first = begin(db, session)

    again = begin(db, session)

    assert (again.id, len(texts(db, again.id))) == (first.id, 1)


def test_a_translation_begins_with_the_text_that_it_is_made_from_under_its_own_headings(db: Session) -> None:
    session = hold(db, set_up(db))
    write(db, begin(db, session), ENGLISH)

    chinese = begin(db, session, "zh-Hans", source="en")

    assert (chinese.source, chinese.source_number) == ("en", 2)
    assert queries.revision(db, chinese, 1).text.startswith("## 要点\n\n1. Begin prone position")


@pytest.mark.parametrize("state", [SessionState.TENTATIVE, SessionState.CANCELLED, SessionState.NOT_HELD])
def test_no_recap_is_written_for_a_session_that_does_not_take_place(db: Session, state: SessionState) -> None:
    session = hold(db, set_up(db))
    session.state = state

    with pytest.raises(Refusal):
        begin(db, session)


def test_saving_adds_a_revision_and_keeps_those_before(db: Session) -> None:
    version = begin(db, hold(db, set_up(db)))

    write(db, version, "One.")
    write(db, version, "Two.")

    assert texts(db, version.id)[1:] == [(2, "One."), (3, "Two.")]


def test_saving_the_same_again_adds_nothing(db: Session) -> None:
    version = begin(db, hold(db, set_up(db)))
    write(db, version, "One.")

    write(db, version, "One.")

    assert version.number == 2


def test_two_who_edit_never_overwrite_each_other_unseen(db: Session) -> None:
    version = begin(db, hold(db, set_up(db)))
    write(db, version, "Mine.", number=1)

    with pytest.raises(Overtaken):
        write(db, version, "Theirs.", number=1)
    write(db, version, "Theirs, after reading mine.", number=2)

    assert texts(db, version.id)[1:] == [(2, "Mine."), (3, "Theirs, after reading mine.")]


def test_of_many_who_save_at_once_exactly_one_is_first(database: Database) -> None:
    with database.write() as db:
        version = begin(db, hold(db, set_up(db)))
        people = [make.organizer(db, f"Organizer {number}") for number in range(6)]
    outcomes: list[str] = []

    def saving(number: int) -> None:
        try:
            with database.write() as db:
                of = queries.version(db, version.recap_id, "en")
                write(db, of, f"Text {number}.", by=people[number], number=1)
            outcomes.append("saved")
        except Overtaken:
            outcomes.append("overtaken")

    threads = [threading.Thread(target=saving, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["overtaken"] * 5 + ["saved"]
    with database.read() as db:
        assert [number for number, _ in texts(db, version.id)] == [1, 2]


def test_what_was_checked_is_a_draft_again_after_the_next_revision(db: Session) -> None:
    version = begin(db, hold(db, set_up(db)))
    wang = make.organizer(db, "Wang Lei")
    check(db, version, by=wang)
    assert (version.state, version.checked_by, version.checked_at) == (VersionState.CHECKED, wang.id, NOW)

    write(db, version, "Changed.")

    assert version.state is VersionState.DRAFT


def test_nobody_checks_a_revision_that_they_have_not_seen(db: Session) -> None:
    version = begin(db, hold(db, set_up(db)))
    write(db, version, "Changed.")

    with pytest.raises(Overtaken):
        actions.check(db, version, number=1, person_id=1, actor=ACTOR, now=NOW)

    assert version.state is VersionState.DRAFT


def test_a_translation_is_stale_when_its_source_changed_until_somebody_says_that_it_agrees(db: Session) -> None:
    session = hold(db, set_up(db))
    english, french = begin(db, session), begin(db, session, "fr")
    recap = queries.by_id(db, english.recap_id)

    found = [queries.is_stale(french, queries.versions(db, recap))]
    write(db, english, "New.")
    found.append(queries.is_stale(french, queries.versions(db, recap)))
    write(db, french, "Nouveau.", agrees=True, source_number=2)
    found.append(queries.is_stale(french, queries.versions(db, recap)))

    assert found == [False, True, False]


def test_who_finds_that_a_published_translation_still_agrees_takes_its_warning_away(db: Session) -> None:
    recap = published(db, set_up(db))
    english = queries.version(db, recap.id, "en")
    french = begin(db, db.get_one(SharingSession, recap.session_id), "fr")
    for version, text in ((french, "Donner 1 L."), (english, "Give 1 l.")):
        write(db, version, text)
        check(db, version)
        publish(db, recap)
    shown = queries.revision(db, french, french.number)
    warning = queries.pdf_of(db, shown.id)

    write(db, french, shown.text, agrees=True, source_number=3)

    assert (french.number, french.state, french.published_source_number) == (2, VersionState.CHECKED, 3)
    assert not queries.is_behind(db, english, french.published_source_number)
    assert queries.pdf_of(db, shown.id) != warning
    agreed = [entry.after for entry in history(db, f"recap:{recap.id}") if entry.verb == "agree"]
    assert agreed == [{"language": "fr", "number": 3}]

    write(db, french, shown.text, agrees=True, source_number=3)

    assert [entry.verb for entry in history(db, f"recap:{recap.id}")].count("agree") == 1


def test_a_text_was_corrected_when_its_words_came_in_the_place_of_others(db: Session) -> None:
    recap = published(db, set_up(db))
    english = queries.version(db, recap.id, "en")
    days = [NOW + timedelta(days=each) for each in range(4)]
    corrected = [queries.corrected_at(db, english, days[0])]
    for day, texts in zip(days[1:], (("One.",), ("Two.", "One."), (ENGLISH,)), strict=True):
        for text in texts:
            write(db, english, text)
        check(db, english)
        publish(db, recap, now=day)
        shown_at = queries.printed_at(db, queries.revision(db, english, english.number).id)
        corrected.append(queries.corrected_at(db, english, shown_at))

    assert corrected == [None, days[1], days[1], days[3]]


def test_publishing_shows_what_was_checked_and_ends_the_work_of_the_session(db: Session) -> None:
    session = hold(db, set_up(db))
    english = begin(db, session)
    begin(db, session, "fr")
    check(db, english)
    recap = queries.by_id(db, english.recap_id)

    new = publish(db, recap, visibility=Visibility.INVITED)

    assert new == ["en"]
    assert (session.state, recap.visibility, recap.published_at) == (SessionState.RECAPPED, Visibility.INVITED, NOW)
    assert [each.published for each in queries.versions(db, recap)] == [1, None]
    assert db.get_one(SessionRequest, session.request_id).state is RequestState.DONE
    assert [entry.verb for entry in history(db, f"session:{session.id}")][-1] == "publish"
    assert [entry.verb for entry in history(db, f"recap:{recap.id}")] == ["begin", "begin", "check", "publish"]


def test_nothing_is_published_that_nobody_checked(db: Session) -> None:
    session = hold(db, set_up(db))
    version = begin(db, session)

    with pytest.raises(Refusal):
        publish(db, queries.by_id(db, version.recap_id))

    assert (session.state, version.published) == (SessionState.HELD, None)


def test_a_recap_is_not_published_before_the_session_was_held(db: Session) -> None:
    session = hold(db, set_up(db))
    session.state = SessionState.CONFIRMED
    version = begin(db, session)
    check(db, version)

    with pytest.raises(Refusal):
        publish(db, queries.by_id(db, version.recap_id))

    assert version.published is None


def test_readers_see_the_checked_revision_until_a_correction_is_checked_and_published(db: Session) -> None:
    recap = published(db, set_up(db))
    english = queries.version(db, recap.id, "en")

    write(db, english, "Corrected.")
    before = english.published
    with pytest.raises(Refusal):
        publish(db, recap)
    check(db, english)
    new = publish(db, recap)

    assert (before, new, english.published) == (2, ["en"], 3)
    assert queries.revision(db, english, 2).text == ENGLISH.strip()


def test_nobody_agrees_with_a_text_that_they_have_not_seen(db: Session) -> None:
    session = hold(db, set_up(db))
    english, french = begin(db, session), begin(db, session, "fr")
    for text in ("Seen.", "Not seen."):
        write(db, english, text)

    write(db, french, "Vu.", agrees=True, source_number=2)

    recap = queries.by_id(db, english.recap_id)
    assert (french.source_number, queries.is_stale(french, queries.versions(db, recap))) == (2, True)


def test_nothing_is_published_that_was_checked_after_the_page_was_shown(db: Session) -> None:
    session = hold(db, set_up(db))
    english, french = begin(db, session), begin(db, session, "fr")
    recap = queries.by_id(db, english.recap_id)
    check(db, english)
    seen = {each.language: each.number for each in actions.ready(db, recap)}
    check(db, french)

    with pytest.raises(Refusal, match="Look again"):
        actions.publish(db, recap, seen=seen, visibility=Visibility.PUBLIC, public_url=PUBLIC_URL, actor=ACTOR, now=NOW)

    assert [each.published for each in queries.versions(db, recap)] == [None, None]


def test_a_pdf_is_kept_for_each_language_that_is_published(db: Session) -> None:
    recap = published(db, set_up(db))

    revisions = [queries.revision(db, each, each.published or 0) for each in queries.versions(db, recap)]

    assert [(queries.pdf_of(db, each.id) or b"")[:5] for each in revisions] == [b"%PDF-"] * 3
    assert len(db.exec(select(RecapPdf)).all()) == 3


def test_a_second_recap_of_the_same_request_has_an_address_of_its_own(db: Session) -> None:
    stage = set_up(db)
    first = hold(db, stage)
    version = begin(db, first)
    second = type(first)(**{**first.model_dump(exclude={"id"}), "uid": "another", "match_id": stage.wednesday.id})
    db.add(second)
    db.flush()

    other = begin(db, second)

    slug = queries.by_id(db, version.recap_id).slug
    assert queries.by_id(db, other.recap_id).slug == f"{slug}-{second.id}"


def test_only_the_published_recap_is_found_at_its_address(db: Session) -> None:
    session = hold(db, set_up(db))
    version = begin(db, session)
    recap = queries.by_id(db, version.recap_id)

    before = queries.by_slug(db, recap.slug)
    check(db, version)
    publish(db, recap)

    assert (before, queries.by_slug(db, recap.slug), queries.by_slug(db, "mx-1")) == (None, recap, None)


def test_lists_that_stand_too_deep_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too deep"):
        RecapDraft(title="T", text="> " * 60 + "x", number=1)
