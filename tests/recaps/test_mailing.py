"""Who gets which letter about a recap, and what a correction does, on both databases."""

from __future__ import annotations

import email
import email.policy
import re
from typing import Any

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.documents.markdown import parse
from medixchange.documents.render import to_html
from medixchange.errors import Refusal
from medixchange.outbox.compose import compose, preview
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.recaps import lists, mailing, queries, receipts
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.lettering import styled
from medixchange.recaps.mailing import Written
from medixchange.recaps.models import Recap, Visibility
from medixchange.sessions.models import SharingSession
from tests.recaps.stage import ENGLISH, begin, check, publish, published, write
from tests.sessions.stage import ACTOR, ALINE, DESK, MEI, NOW, ZHANG, set_up
from tests.sessions.stage import send as send_all
from tests.statements import MOST, narrow

MINISTRY = (
    TypedReader("Amina", "amina@ministry.example.org", "ar"),
    TypedReader("Bruno", "bruno@ministry.example.org", "fr"),
)


def mail(db: Session, recap: Recap, *, note: str = "", **chosen: Any) -> int:
    """Mail the recap to those chosen."""
    found = mailing.readers(db, recap, **{"invited": False, **chosen})
    return mailing.send(db, recap, mailing.letters(db, recap, found, note=note), actor=ACTOR, now=NOW)


def waiting(db: Session, recap: Recap) -> list[tuple[str, str, str, str]]:
    """The letters that wait or have gone: name, kind, language of the reader and of the text."""
    query = select(Delivery).where(Delivery.subject == f"recap:{recap.id}").order_by(col(Delivery.id))
    found = [Letter.from_json(each.payload) for each in db.exec(query) if each.state is not DeliveryState.SUPERSEDED]
    return [(each.to_name, each.kind, each.language, each.context["body_language"]) for each in found]


def ministry(db: Session) -> int:
    """A list with two readers."""
    made = lists.create(db, "Ministry of Health", actor=ACTOR, now=NOW)
    lists.add(db, made, MINISTRY, actor=ACTOR, now=NOW)
    return made.id


def correct_english(db: Session, recap: Recap) -> None:
    """A published correction of the English text."""
    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH.replace("1–6", "2–6"))
    check(db, english)
    publish(db, recap, visibility=recap.visibility)


def test_everybody_gets_the_language_nearest_to_theirs(db: Session) -> None:
    recap = published(db, set_up(db))

    number = mail(db, recap, invited=True, list_ids=[ministry(db)])

    assert number == 5
    assert sorted(waiting(db, recap)) == [
        (ALINE, "recap", "en", "en"),
        ("Amina", "recap", "ar", "ar"),
        ("Bruno", "recap", "fr", "en"),
        (MEI, "recap", "zh-Hans", "zh-Hans"),
        (ZHANG, "recap", "zh-Hans", "zh-Hans"),
    ]


def test_mailing_again_writes_only_to_those_who_do_not_have_it(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, invited=True)

    number = mail(db, recap, invited=True, list_ids=[ministry(db)])
    with pytest.raises(Refusal):
        mail(db, recap, invited=True)

    assert (number, len(waiting(db, recap))) == (2, 5)


def test_any_number_of_readers_is_mailed_and_told_what_changed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [TypedReader(f"Reader {number}", f"reader-{number}@example.org", "en") for number in range(2 * MOST)]
    with database.write() as db, narrow(database, monkeypatch):
        recap = published(db, set_up(db))
        on_list = lists.create(db, "Everybody", actor=ACTOR, now=NOW)
        lists.add(db, on_list, many, actor=ACTOR, now=NOW)

        mailed = mail(db, recap, list_ids=[on_list.id])
        send_all(db)
        correct_english(db, recap)
        corrected = mailing.corrections(db, recap, note="A slip", for_change=True)

        assert (mailed, mailing.send(db, recap, corrected, actor=ACTOR, now=NOW)) == (len(many), len(many))
        assert {each.letter.context["list"] for each in corrected} == {"Everybody"}


def test_a_preview_writes_nothing(db: Session) -> None:
    recap = published(db, set_up(db))
    chosen = mailing.readers(db, recap, invited=True, others=lambda: lists.supposed(db, MINISTRY, now=NOW))

    written = mailing.letters(db, recap, chosen, note="")

    assert len(written) == 5
    assert (waiting(db, recap), receipts.standings(db, recap)) == ([], [])


def test_a_letter_is_complete_in_text_and_html_and_holds_nothing_from_elsewhere(db: Session) -> None:
    recap = published(db, set_up(db))

    (one,) = letters_to(db, recap, "Bruno")
    shown = preview(one.letter, DESK)

    assert shown.subject == "Compte rendu : Oxygen therapy when beds run short"
    for body in (shown.text, shown.html):
        assert "Begin prone position" in body
        assert "Li Si, by 24 December 2026: send the protocol" in body
        assert f"https://mx.example.org/recaps/{recap.slug}/en" in body
        assert "anglais" in body
    assert re.findall(r"<img|<script|<link|src=|url\(", shown.html) == []
    assert '<div lang="en" dir="ltr"' in shown.html


def test_numbers_keep_their_order_in_an_arabic_letter(db: Session) -> None:
    recap = published(db, set_up(db))

    (one,) = letters_to(db, recap, "Amina")
    shown = preview(one.letter, DESK)

    assert "\u20661–6 L/min\u2069 عندما \u2066SpO₂ < 92 %\u2069" in shown.text
    bdi = '<bdi style="white-space:nowrap" dir="ltr">'
    assert f"{bdi}1–6 L/min</bdi> عندما {bdi}SpO₂ &lt; 92 %</bdi>" in shown.html
    assert '<html lang="ar" dir="rtl">' in shown.html


def test_what_somebody_wrote_is_never_taken_for_an_element_of_a_letter() -> None:
    text = '<p> <a href="x"> <bdi class="unbroken" <td [x](https://a.org) | <ol'

    html = styled(to_html(parse(text)))

    assert html == (
        '<p style="margin:0 0 12px">&lt;p&gt; &lt;a href="x"&gt; &lt;bdi class="unbroken" &lt;td '
        '<a style="color:#0a5560" href="https://a.org" rel="nofollow noreferrer">x</a> | &lt;ol</p>'
    )


def test_whoever_is_on_a_list_leaves_it_in_one_click_and_others_have_no_such_header(db: Session) -> None:
    recap = published(db, set_up(db))

    headers = {}
    for name in ("Amina", ALINE):
        (one,) = letters_to(db, recap, name)
        message = email.message_from_bytes(
            compose(one.letter, DESK, key="k", posted_at=NOW), policy=email.policy.default
        )
        headers[name] = (message["List-Unsubscribe"] or "", message["List-Unsubscribe-Post"])

    token = headers["Amina"][0].removeprefix("<https://mx.example.org/unsubscribe/").removesuffix(">")
    assert DESK.links.mint.seed_of("unsubscribe", token) is not None
    assert (headers["Amina"][1], headers[ALINE]) == ("List-Unsubscribe=One-Click", ("", None))


def test_a_recap_for_those_invited_is_opened_by_each_readers_own_link(db: Session) -> None:
    recap = published(db, set_up(db), visibility=Visibility.INVITED)

    found = [preview(letters_to(db, recap, name)[0].letter, DESK).text for name in (ALINE, ZHANG)]

    links = [re.findall(r"https://mx\.example\.org/recap/\S+", text) for text in found]
    assert [len(each) for each in links] == [1, 1]
    assert links[0] != links[1]


def test_a_correction_goes_to_those_alone_who_have_the_old_text_and_says_what_changed(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, invited=True)
    send_all(db)
    correct_english(db, recap)
    mail(db, recap, list_ids=[ministry(db)])

    written = mailing.corrections(db, recap, note="The flow was wrong.")
    mailing.send(db, recap, written, actor=ACTOR, now=NOW)
    again = mailing.corrections(db, recap, note="")

    shown = [preview(each.letter, DESK) for each in written]
    assert [(each.to.name, each.subject) for each in shown] == [
        (ALINE, "Corrected recap: Oxygen therapy when beds run short")
    ]
    assert "- Removed: 2. Give 1–6 L/min while SpO₂ < 92 %." in shown[0].text
    assert "+ Added: 2. Give 2–6 L/min while SpO₂ < 92 %." in shown[0].text
    assert shown[0].text.index("The flow was wrong.") < shown[0].text.index("What changed:")
    assert again == []


def test_a_revision_with_the_same_words_as_before_is_no_correction(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, invited=True)
    send_all(db)
    chinese = queries.version(db, recap.id, "zh-Hans")
    first = queries.revision(db, chinese, chinese.number).text
    for text in (f"{first}\n\nMore.", first):
        write(db, chinese, text)
    check(db, chinese)

    correct_english(db, recap)

    assert [each.reader.name for each in mailing.corrections(db, recap, note="The flow was wrong.")] == [ALINE]


def test_a_letter_in_a_translation_says_that_its_original_was_corrected(db: Session) -> None:
    recap = published(db, set_up(db))
    correct_english(db, recap)
    mail(db, recap, list_ids=[ministry(db)])

    found = db.exec(select(Delivery).where(Delivery.subject == f"recap:{recap.id}")).all()
    shown = {each.to_name: preview(each, DESK).text for each in (Letter.from_json(row.payload) for row in found)}

    told = {name: "Its original" in text or "نصها الأصلي" in text for name, text in shown.items()}
    assert told == {"Amina": True, "Bruno": False}


def test_whoever_did_not_get_the_old_text_yet_gets_the_new_one_instead(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, invited=True)
    correct_english(db, recap)

    mailing.send(db, recap, mailing.corrections(db, recap, note="x"), actor=ACTOR, now=NOW)

    assert [each for each in waiting(db, recap) if each[0] == ALINE] == [(ALINE, "recap", "en", "en")]
    assert superseded(db) == [ALINE]


def test_a_correction_that_was_undone_before_it_went_goes_no_more(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, invited=True)
    send_all(db)
    correct_english(db, recap)
    mailing.send(db, recap, mailing.corrections(db, recap, note="x"), actor=ACTOR, now=NOW)

    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH)
    check(db, english)
    publish(db, recap)
    undone = superseded(db), mailing.corrections(db, recap, note="x")
    correct_english(db, recap)

    assert undone == ([ALINE], [])
    assert [(each.reader.name, each.letter.kind) for each in mailing.corrections(db, recap, note="x")] == [
        (ALINE, "recap-corrected")
    ]


def test_a_translation_is_behind_until_one_from_the_corrected_original_is_published(db: Session) -> None:
    recap = published(db, set_up(db))
    mail(db, recap, list_ids=[ministry(db)])
    french = begin(db, db.get_one(SharingSession, recap.session_id), "fr", source="en")
    check(db, french)
    publish(db, recap)
    correct_english(db, recap)

    def is_behind() -> bool:
        source = queries.source_of(french, queries.versions(db, recap))
        return queries.is_behind(db, source, french.published_source_number)

    corrected = is_behind()
    write(db, french, "Nouveau.", agrees=True, source_number=3)
    drafted = is_behind()
    check(db, french)
    publish(db, recap)

    assert (corrected, drafted, is_behind()) == (True, True, False)


def test_whoever_left_the_list_gets_neither_recaps_nor_corrections(db: Session) -> None:
    recap = published(db, set_up(db))
    number = ministry(db)
    mail(db, recap, list_ids=[number])
    send_all(db)
    correct_english(db, recap)
    for member, person in lists.members(db, [number]):
        if person.name == "Bruno":
            lists.remove(db, member, actor="link:unsubscribe", now=NOW)

    corrected = mailing.corrections(db, recap, note="x")
    later = mailing.readers(db, recap, invited=False, list_ids=[number])
    back = lists.add(db, lists.by_id(db, number), MINISTRY, actor=ACTOR, now=NOW)

    assert (corrected, [each.person.name for each in later]) == ([], ["Amina"])
    assert back == lists.Added(new=0, there=1, left=1)


def test_a_letter_to_a_list_is_sent_to_each_address_once(db: Session) -> None:
    recap = published(db, set_up(db))
    first, second = ministry(db), lists.create(db, "Sister hospitals", actor=ACTOR, now=NOW)
    lists.add(db, second, MINISTRY, actor=ACTOR, now=NOW)

    assert mail(db, recap, list_ids=[first, second.id]) == 2


def test_a_list_has_a_name_of_its_own(db: Session) -> None:
    ministry(db)

    with pytest.raises(Refusal):
        lists.create(db, "Ministry of Health", actor=ACTOR, now=NOW)


def letters_to(db: Session, recap: Recap, name: str) -> list[Written]:
    """What would be written to somebody who was invited or is on the ministry's list."""
    there = {each.name: each.id for each, _ in lists.all_lists(db)}
    number = there.get("Ministry of Health") or ministry(db)
    chosen = mailing.readers(db, recap, invited=True, list_ids=[number])
    return [each for each in mailing.letters(db, recap, chosen, note="") if each.reader.person.name == name]


def superseded(db: Session) -> list[str]:
    """Whose letters with a recap were taken back."""
    found = select(Delivery).where(
        Delivery.state == DeliveryState.SUPERSEDED, col(Delivery.subject).startswith("recap:")
    )
    return [Letter.from_json(each.payload).to_name for each in db.exec(found)]
