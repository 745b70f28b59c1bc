"""Writing a recap at the desk and reading it where it is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from httpx2 import Response

from medixchange.db import Database
from medixchange.people.models import Person
from medixchange.recaps import queries
from medixchange.recaps.lifecycle import VersionState
from medixchange.recaps.models import MOST_TEXT, Recap, Visibility
from medixchange.sessions.queries import by_id
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.recaps.stage import CHINESE, ENGLISH, begin, check, hold, publish, published, write
from tests.sessions.stage import ALINE, ZHANG, Stage, place_of
from tests.statements import noted
from tests.web.conftest import Browser, Clock, text_of

EDITOR = "/desk/recaps/1/en"
DAY = "Mon, 23 Nov 2026"


@pytest.fixture
def begun(database: Database, stage: Stage, organizer: Browser) -> Browser:
    """An organizer, after the English recap of the session was begun."""
    with database.write() as db:
        begin(db, hold(db, stage))
    return organizer


@pytest.fixture
def public(database: Database, stage: Stage) -> Recap:
    """A recap that everybody may read."""
    with database.write() as db:
        return published(db, stage)


@pytest.fixture
def private(database: Database, stage: Stage) -> Recap:
    """A recap for those who were invited."""
    with database.write() as db:
        return published(db, stage, visibility=Visibility.INVITED)


def sent(browser: Browser, text: str, *, number: int = 1, address: str = EDITOR, **more: str) -> Response:
    """The form of the editor, as a browser sends it."""
    fields = {"title": "Oxygen", "text": text, "number": str(number), **more}
    return browser.post(address, files={name: (None, value) for name, value in fields.items()})


def latest(database: Database, language: str = "en") -> tuple[int, str]:
    """Number and text of the latest revision."""
    with database.read() as db:
        version = queries.version(db, 1, language)
        return version.number, queries.revision(db, version, version.number).text


def test_beginning_leads_to_the_editor_with_the_outline(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        session = hold(db, stage)

    page = organizer.get(f"/desk/sessions/{session.id}/recap")
    answer = organizer.post(f"/desk/sessions/{session.id}/recap", data={"language": "en"})
    editor = organizer.get(answer.headers["location"])

    assert (page.status_code, "Nobody has begun the recap yet." in text_of(page.text)) == (200, True)
    assert (answer.status_code, answer.headers["location"]) == (303, EDITOR)
    assert (editor.status_code, "## Questions and answers" in editor.text) == (200, True)
    assert 'name="number" value="1"' in editor.text


@pytest.mark.parametrize(
    ("data", "told"), [({"language": ""}, "Choose a language."), ({"language": "xx"}, "Choose one of the languages.")]
)
def test_beginning_in_no_language_asks_for_one(
    organizer: Browser, database: Database, stage: Stage, data: dict[str, str], told: str
) -> None:
    with database.write() as db:
        session = hold(db, stage)

    answer = organizer.post(f"/desk/sessions/{session.id}/recap", data=data)

    assert answer.status_code == 422
    assert f'<a href="#language">{told}</a>' in answer.text


def test_saving_keeps_the_text_and_its_indents(begun: Browser, database: Database) -> None:
    answer = sent(begun, "- one\r\n  - two\r\n\r\n\tthree \u202e")

    assert answer.headers["location"] == f"{EDITOR}?done=saved"
    assert latest(database) == (2, "- one\n  - two\n\n    three")


def test_a_preview_shows_the_text_and_saves_nothing(begun: Browser, database: Database) -> None:
    page = sent(begun, "Give **1 L** to Mr Nkusi 😀\n\n## Commitments\n\n- somebody", act="show")

    text = text_of(page.text)
    assert (page.status_code, "Preview, not saved" in text) == (200, True)
    assert """<strong><span class="unbroken">1 L</span></strong>""" in page.text
    assert "“😀” (U+1F600 grinning face)" in text
    assert "“somebody” does not say who will do it until when." in text
    assert "“Mr Nkusi” looks like a patient's name." in text
    assert latest(database)[0] == 1


def test_who_is_overtaken_sees_what_was_typed_and_the_others_text_and_can_save_over_it_knowingly(
    begun: Browser, database: Database
) -> None:
    with database.write() as db:
        write(db, queries.version(db, 1, "en"), "Give 1–6 L/min.", by=make.organizer(db, "Wang Lei"), title="Oxygen")

    refused = sent(begun, "Give 2–6 L/min.", number=1)
    text = text_of(refused.text)
    number = re.findall(r'name="number" value="(\d+)"', refused.text)

    assert refused.status_code == 409
    assert "Wang Lei has saved revision 2 since you opened this text." in text
    assert "Removed: Give 1 –6 L/min. Added: Give 2 –6 L/min." in text
    assert "\nGive 2–6 L/min.</textarea>" in refused.text
    assert latest(database) == (2, "Give 1–6 L/min.")

    again = sent(begun, "Give 2–6 L/min.", number=int(number[0]))

    assert again.status_code == 303
    assert latest(database) == (3, "Give 2–6 L/min.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" ", "Write what was said; an empty recap helps nobody."),
        ("长" * (MOST_TEXT + 1), "Shorten this to 60,000 characters: it has 60,001."),
        ("> " * 60 + "x", "Lists or quotes stand too deep in one another; take some of the signs before them out."),
        ("bell\x07", "This holds a character that cannot be shown; type it again as plain text."),
    ],
)
def test_a_text_that_cannot_be_kept_comes_back_with_what_to_do(
    begun: Browser, database: Database, text: str, told: str
) -> None:
    answer = sent(begun, text)

    assert answer.status_code == 422
    assert f'<a href="#text">{told}</a>' in unescape(answer.text)
    assert text.strip("\x07 ") in unescape(answer.text)
    assert latest(database)[0] == 1


def test_sixty_thousand_chinese_characters_are_kept(begun: Browser, database: Database) -> None:
    text = "氧疗升级\n" * (MOST_TEXT // 5)

    answer = sent(begun, text)

    assert answer.status_code == 303
    assert latest(database) == (2, text.strip())


def test_hostile_markdown_is_text_on_every_page(begun: Browser, database: Database) -> None:
    text = (
        '<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://elsewhere.org/p.png) <img src=x onerror="a">'
    )
    sent(begun, text)

    for page in (begun.get(EDITOR), begun.get(f"{EDITOR}/revisions"), sent(begun, text, number=2, act="show")):
        body = page.text.partition("<main")[2]
        assert (page.status_code, "alert(1)" in body) == (200, True)
        assert ("<script" in body, "<img" in body, 'href="javascript' in body) == (False, False, False)


def test_checking_names_who_did_it_and_a_later_revision_is_a_draft_again(begun: Browser, database: Database) -> None:
    answer = begun.post(f"{EDITOR}/check", data={"number": "1"})
    checked = begun.get(EDITOR)
    sent(begun, "Changed.")
    changed = begun.get(EDITOR)

    assert answer.headers["location"] == f"{EDITOR}?done=checked"
    assert (checked.status_code, changed.status_code) == (200, 200)
    assert "Checked by: Ada Organizer" in text_of(checked.text)
    assert "I have checked this revision" not in checked.text
    assert "I have checked this revision" in changed.text


def test_a_revision_that_was_overtaken_is_not_checked(begun: Browser, database: Database) -> None:
    sent(begun, "Changed.")

    answer = begun.post(f"{EDITOR}/check", data={"number": "1"})

    assert answer.status_code == 409
    assert "There is a later revision; read that one before you check it." in text_of(answer.text)
    with database.read() as db:
        assert queries.version(db, 1, "en").state is VersionState.DRAFT


def test_two_revisions_are_compared_and_an_old_one_is_put_back_as_the_newest(
    begun: Browser, database: Database
) -> None:
    sent(begun, "Give 1–6 L/min.")
    sent(begun, "Give 2–6 L/min.", number=2)

    page = begun.get(f"{EDITOR}/revisions", params={"from": "2", "to": "3"})
    answer = begun.post(f"{EDITOR}/restore", data={"number": "2", "latest": "3"})
    late = begun.post(f"{EDITOR}/restore", data={"number": "1", "latest": "3"})

    assert page.status_code == 200
    assert "Removed: Give 1 –6 L/min. Added: Give 2 –6 L/min." in text_of(page.text)
    assert answer.headers["location"] == f"{EDITOR}?done=restored"
    assert late.status_code == 409
    assert latest(database) == (4, "Give 1–6 L/min.")


def test_readers_are_told_what_was_corrected_and_which_translation_is_older(
    browser: Browser, organizer: Browser, database: Database, public: Recap
) -> None:
    def shown(language: str) -> tuple[str, ...]:
        page, text = (browser.get(f"/recaps/{public.slug}/{language}{end}") for end in ("", ".txt"))
        assert (page.status_code, text.status_code) == (200, 200)
        return text_of(page.text), text.text

    before = shown("en"), shown("ar")
    with database.write() as db:
        english = queries.version(db, public.id, "en")
        write(db, english, ENGLISH.replace("1–6", "2–6"))
        check(db, english)
        pdf = queries.pdf_of(db, queries.revision(db, queries.version(db, public.id, "ar"), 2).id)
        publish(db, queries.by_id(db, public.id))
        again = queries.pdf_of(db, queries.revision(db, queries.version(db, public.id, "ar"), 2).id)
    english_page, arabic_page = shown("en"), shown("ar")

    told = [f"This text was corrected on {DAY}." in text for text in (*before[0], *english_page)]
    assert told == [False] * 2 + [True] * 2
    assert ["صُحِّح النص الأصلي" in text for text in (*before[1], *arabic_page)] == [False] * 2 + [True] * 2
    assert pdf != again


def test_the_page_says_how_large_the_pdf_is_without_reading_it(
    browser: Browser, database: Database, public: Recap
) -> None:
    with noted(database) as sent:
        page = browser.get(f"/recaps/{public.slug}/en")
    pdf = browser.get(f"/recaps/{public.slug}/en.pdf")

    printed = [each for each in sent if "recappdf.content" in each]
    assert (page.status_code, pdf.status_code) == (200, 200)
    assert [each for each in printed if "length(recappdf.content)" not in each] == []
    assert len(printed) == 1
    assert f"PDF ({round(len(pdf.content) / 1024)} kB)" in text_of(page.text)


def test_revisions_that_are_not_there_show_those_that_are(begun: Browser) -> None:
    page = begun.get(f"{EDITOR}/revisions", params={"from": "99", "to": "x"})

    assert page.status_code == 200


def test_the_draft_is_seen_as_a_pdf(begun: Browser) -> None:
    answer = begun.get(f"{EDITOR}/pdf")

    assert answer.status_code == 200
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_desk_has_the_pdf_that_readers_get_until_the_text_is_changed(
    browser: Browser, organizer: Browser, database: Database, public: Recap
) -> None:
    theirs, ours = browser.get(f"/recaps/{public.slug}/en.pdf"), organizer.get(f"{EDITOR}/pdf")
    with database.write() as db:
        write(db, queries.version(db, public.id, "en"), "Changed.")
    changed = organizer.get(f"{EDITOR}/pdf")

    assert [each.status_code for each in (theirs, ours, changed)] == [200] * 3
    assert theirs.content == ours.content != changed.content


def test_publishing_shows_first_what_readers_will_see(begun: Browser, database: Database) -> None:
    refused = begun.post("/desk/recaps/1/publish", data={"visibility": "public"})
    begun.post(f"{EDITOR}/check", data={"number": "1"})
    page = begun.get("/desk/recaps/1/publish")
    empty = begun.post("/desk/recaps/1/publish", data={"visibility": ""})
    unseen = begun.post("/desk/recaps/1/publish", data={"visibility": "public"})
    answer = begun.post("/desk/recaps/1/publish", data={"visibility": "public", "seen": "en:1"})
    after = begun.get(answer.headers["location"])

    assert (refused.status_code, "check one before you publish" in text_of(refused.text)) == (409, True)
    assert (page.status_code, after.status_code) == (200, 200)
    assert "Revision 1, which was checked." in text_of(page.text)
    assert 'name="seen" value="en:1"' in page.text
    assert (unseen.status_code, "since you looked" in text_of(unseen.text)) == (409, True)
    assert (empty.status_code, "Choose who may read the recap." in text_of(empty.text)) == (422, True)
    assert answer.headers["location"] == "/desk/sessions/1/recap?done=published"
    assert "Readers see this revision." in text_of(after.text)


@pytest.mark.parametrize("number", ["0", "-1", str(2**31), "9" * 30, "x", ""])
def test_a_revision_with_an_impossible_number_is_not_put_back(begun: Browser, database: Database, number: str) -> None:
    answer = begun.post(f"{EDITOR}/restore", data={"number": number, "latest": "1"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{EDITOR}/revisions")
    assert latest(database)[0] == 1


def test_saving_what_is_there_already_says_so(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        session = hold(db, stage)
        english = begin(db, session)
        begin(db, session, "ar")
        write(db, english, "Changed.")
        write(db, queries.version(db, 1, "ar"), "نص.", title="الأكسجين")

    address, same = "/desk/recaps/1/ar", {"title": "الأكسجين", "text": "نص.", "number": "2", "source_number": "2"}
    answers = [organizer.post(address, data={**same, **more}) for more in ({}, {"agrees": "yes"})]
    page = organizer.get(answers[0].headers["location"])

    assert [each.headers["location"] for each in answers] == [f"{address}?done=unchanged", f"{address}?done=agreed"]
    assert (page.status_code, "Nothing was changed" in page.text) == (200, True)


def test_a_preview_shows_the_title_as_it_will_be_kept(begun: Browser) -> None:
    page = sent(begun, "Text", title="Oxygen \u202etherapy", act="show")

    assert (page.status_code, "Oxygen therapy" in page.text, "\u202e" in page.text) == (200, True, False)


def test_a_translation_says_when_its_original_has_changed(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        session = hold(db, stage)
        english = begin(db, session)
        begin(db, session, "ar")
        write(db, english, "Changed.")

    page = organizer.get("/desk/recaps/1/ar")
    sent(organizer, "تغيّر.", address="/desk/recaps/1/ar", agrees="yes", source_number="2")
    after = organizer.get("/desk/recaps/1/ar")

    assert (page.status_code, after.status_code) == (200, 200)
    assert "/desk/recaps/1/en/revisions?from=1&to=2" in unescape(page.text)
    assert "This text agrees with revision 2 of the original" in page.text
    assert "has changed since" not in text_of(after.text)


def test_a_published_recap_is_read_by_everybody_in_the_nearest_language(
    opened: Callable[..., Browser], public: Recap
) -> None:
    address = f"/recaps/{public.slug}"

    found = {}
    for asked in ("fr", "zh-TW", "ar"):
        page = opened(language=asked).get(address)
        article = re.search(r'<article class="card prose" lang="([^"]+)" dir="([^"]+)">', page.text)
        assert article is not None
        found[asked] = (page.status_code, *article.groups())

    assert found == {"fr": (200, "en", "ltr"), "zh-TW": (200, "zh-Hans", "ltr"), "ar": (200, "ar", "rtl")}


def test_numbers_with_units_are_kept_from_left_to_right_in_arabic(browser: Browser, public: Recap) -> None:
    page = browser.get(f"/recaps/{public.slug}/ar")
    text = browser.get(f"/recaps/{public.slug}/ar.txt")

    assert (page.status_code, text.status_code) == (200, 200)
    assert '<bdi class="unbroken" dir="ltr">1–6 L/min</bdi>' in page.text
    assert '<bdi class="unbroken" dir="ltr">SpO₂ &lt; 92 %</bdi>' in page.text
    assert "\u20661–6 L/min\u2069 عندما \u2066SpO₂ < 92 %\u2069" in text.text


def test_the_plain_text_is_complete(browser: Browser, public: Recap) -> None:
    answer = browser.get(f"/recaps/{public.slug}/en.txt")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text == (
        "Oxygen therapy when beds run short\n\n"
        f"Session recap · {public.slug.upper()}\n"
        "Kigali (UTC+2): Tue, 1 Dec 2026, 09:00–09:30\n"
        "Beijing (UTC+8): Tue, 1 Dec 2026, 15:00–15:30\n\n"
        "Hospital: King Faisal Hospital, Kigali\n"
        "Experts: Zhang San 张三, The First Affiliated Hospital\n"
        "Checked by Wang Lei on Mon, 23 Nov 2026.\n\n"
        "## Key points\n\n1. Begin prone position before high flow runs out.\n2. Give 1–6 L/min while SpO₂ < 92 %.\n\n"
        "## Commitments\n\n- Li Si, by 24 December 2026: send the protocol\n"
    )


def test_the_pdf_is_the_one_that_was_made_when_it_was_published(browser: Browser, public: Recap) -> None:
    answer = browser.get(f"/recaps/{public.slug}/zh-Hans.pdf")

    assert answer.status_code == 200
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer.headers["content-disposition"] == f'inline; filename="{public.slug}-zh-Hans.pdf"'


def test_page_and_pdf_name_the_same_experts_also_after_the_roll_is_corrected(
    browser: Browser, organizer: Browser, clock: Clock, database: Database, public: Recap
) -> None:
    with database.read() as db:
        session = by_id(db, public.session_id)
        place = place_of(db, session, ZHANG).id
    clock.now = session.ends_at

    def read(act: str) -> tuple[bool, bytes]:
        called = organizer.post(f"/desk/sessions/{public.session_id}/run/places/{place}", data={"act": act})
        assert called.status_code == 303
        clock.now += timedelta(seconds=5)
        address = f"/recaps/{public.slug}/en"
        page, pdf = (browser.get(f"{address}{end}") for end in ("", ".pdf"))
        assert (page.status_code, pdf.status_code) == (200, 200)
        return ZHANG in page.text, pdf.content

    there, absent, undone = read("present"), read("no-show"), read("undo")

    assert [each[0] for each in (there, absent, undone)] == [True, False, True]
    assert there[1] == undone[1] != absent[1]


def test_a_recap_page_is_light(browser: Browser, public: Recap) -> None:
    browser.headers["Accept-Encoding"] = "gzip"

    with browser.stream("GET", f"/recaps/{public.slug}/ar") as answer:
        packed = sum(len(part) for part in answer.iter_raw())

    assert answer.status_code == 200
    assert packed < 14 * 1024


def test_what_is_not_published_is_not_found(begun: Browser, browser: Browser, database: Database) -> None:
    with database.write() as db:
        slug = queries.by_id(db, 1).slug
        check(db, queries.version(db, 1, "en"))

    answers = [browser.get(f"/recaps/{slug}{rest}").status_code for rest in ("", "/en", "/en.pdf", "/en.txt")]

    assert answers == [404] * 4


def test_a_language_that_waits_to_be_checked_is_not_found(browser: Browser, database: Database, public: Recap) -> None:
    with database.write() as db:
        begin(db, by_id(db, public.session_id), "fr")

    answers = [browser.get(f"/recaps/{public.slug}/{rest}").status_code for rest in ("fr", "fr.pdf", "fr.txt", "xx")]

    assert answers == [404] * 4


def test_a_recap_for_those_invited_looks_to_others_as_if_it_were_not_there(
    opened: Callable[..., Browser], database: Database, stage: Stage, private: Recap
) -> None:
    with database.write() as db:
        stranger = make.person(db, "Somebody Else")
    nobody, other, aline = opened(), opened(), opened()
    other.sign_in(database, stranger)
    aline.sign_in(database, stage.liaison)

    pages = [each.get(f"/recaps/{private.slug}") for each in (nobody, other, aline)]
    unknown = nobody.get("/recaps/mx-1")

    assert [page.status_code for page in pages] == [404, 404, 200]
    assert text_of(pages[0].text) == text_of(unknown.text)


def test_whoever_was_invited_reads_it_from_the_link_in_their_letter(
    browser: Browser, database: Database, settings: Settings, private: Recap
) -> None:
    with database.read() as db:
        seed = place_of(db, by_id(db, private.session_id), ALINE).seed
    mint = Mint(settings.secret_key.get_secret_value())
    link = f"/recap/{mint.token('recap', seed)}"

    answers = [browser.get(f"{link}{rest}").status_code for rest in ("", "/ar", "/ar.pdf", "/ar.txt", "/fr")]
    wrong = browser.get(f"/recap/{mint.token('answer', seed)}")

    assert (answers, wrong.status_code) == ([200, 200, 200, 200, 404], 404)


def test_whoever_was_invited_finds_the_recap_beside_their_sessions(
    browser: Browser, database: Database, stage: Stage, private: Recap
) -> None:
    with database.write() as db:
        write(db, queries.version(db, 1, "zh-Hans"), CHINESE, title="床位不足时的氧疗")
        check(db, queries.version(db, 1, "zh-Hans"))
        publish(db, queries.by_id(db, 1), visibility=Visibility.INVITED)
    browser.sign_in(database, stage.liaison)

    pages = [browser.get(f"/me?lang={language}") for language in ("zh-Hans", "fr")]

    for page, language, title in zip(
        pages, ("zh-Hans", "en"), ("床位不足时的氧疗", "Oxygen therapy when beds run short"), strict=True
    ):
        link = f'<a href="/recaps/{private.slug}" hreflang="{language}"><bdi lang="{language}">{title}</bdi></a>'
        assert (page.status_code, link in page.text) == (200, True)


def test_readers_see_the_old_text_until_a_correction_is_published(
    organizer: Browser, browser: Browser, database: Database, public: Recap
) -> None:
    with database.write() as db:
        write(db, queries.version(db, 1, "en"), "Corrected.")

    page = browser.get(f"/recaps/{public.slug}/en")

    assert (page.status_code, "Begin prone position" in page.text, "Corrected." in page.text) == (200, True, False)
    assert ENGLISH.startswith("## Key points")


def test_whoever_opens_a_withdrawn_recap_reads_why_until_it_is_published_again(
    organizer: Browser, public: Recap
) -> None:
    empty = organizer.post("/desk/recaps/1/withdraw", data={"reason": " "})
    answer = organizer.post("/desk/recaps/1/withdraw", data={"reason": "A patient could be recognised."})
    twice = organizer.post("/desk/recaps/1/withdraw", data={"reason": "again"})
    gone = [organizer.get(f"/recaps/{public.slug}{rest}") for rest in ("", "/en", "/en.pdf", "/en.txt")]
    mailing = organizer.get("/desk/recaps/1/mail")
    organizer.post("/desk/recaps/1/publish", data={"visibility": "public"})
    back = organizer.get(f"/recaps/{public.slug}")

    assert (empty.status_code, answer.headers["location"]) == (422, "/desk/sessions/1/recap?done=withdrawn")
    assert (twice.status_code, mailing.status_code, back.status_code) == (409, 409, 200)
    assert [page.status_code for page in gone] == [410] * 4
    assert "The organizers have withdrawn this recap: A patient could be recognised." in text_of(gone[0].text)


def test_the_desk_lists_what_was_promised(organizer: Browser, public: Recap) -> None:
    page = organizer.get("/desk/sessions/1/recap")

    assert page.status_code == 200
    assert "Commitments Li Si · Thu, 24 Dec 2026 send the protocol" in text_of(page.text)


def test_a_person_is_named_on_the_page_but_no_address_is(browser: Browser, database: Database, public: Recap) -> None:
    page = browser.get(f"/recaps/{public.slug}/en")

    with database.read() as db:
        addresses = [person.email for person in map(db.get_one, [Person] * 3, (1, 2, 3))]
    assert (page.status_code, "Zhang San 张三" in page.text) == (200, True)
    assert [address for address in addresses if address in page.text] == []
