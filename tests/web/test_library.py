"""The shelf as its readers see it."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

import pytest
from httpx2 import Response

from medixchange.db import Database
from tests import make
from tests.library.atom_lint import ATOM, faults
from tests.library.stage import edition, fill, put
from tests.recaps.stage import published
from tests.sessions.stage import Stage
from tests.statements import noted
from tests.web.conftest import PUBLIC_URL, Browser, text_of

SLOWEST = 0.2
"""Seconds of the processor; slow machines, two and a half times as slow as others, are not to fail by it."""
HEAVIEST = 14 * 1024


def links_of(html: str) -> dict[str, str]:
    """Where each link leads, by its words."""
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return {" ".join(re.sub("<[^>]+>", "", words).split()): href.replace("&amp;", "&") for href, words in found}


def test_an_empty_shelf_says_what_comes_next(browser: Browser) -> None:
    page = browser.get("/library")

    assert (page.status_code, links_of(page.text)["Ask for a session"]) == (200, "/request/new")
    assert "No recap has been published yet." in text_of(page.text)


def test_a_published_recap_stands_there_in_the_readers_language(
    database: Database, stage: Stage, opened: Callable[..., Browser]
) -> None:
    with database.write() as db:
        recap = published(db, stage)

    page = opened(language="zh-CN").get("/library")

    assert f'<a href="/recaps/{recap.slug}/zh-Hans" hreflang="zh-Hans">' in page.text
    assert "在高流量氧疗耗尽之前开始俯卧位。" in page.text
    assert "没有您的语言版本" not in page.text


def test_where_there_is_none_in_the_readers_language_the_nearest_stands_there_and_says_which_it_is(
    database: Database, stage: Stage, opened: Callable[..., Browser]
) -> None:
    with database.write() as db:
        recap = published(db, stage)

    page = opened(language="fr").get("/library")

    assert f'<h3 lang="en" dir="ltr"><a href="/recaps/{recap.slug}/en" hreflang="en">' in page.text
    assert "Pas dans votre langue ; ici : anglais" in text_of(page.text)


def test_every_filter_is_a_link_with_its_number_that_keeps_the_others(database: Database, browser: Browser) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        put(db, kigali, "mx-1", edition("en", "Oxygen"), edition("ar", "الأكسجين"), topics=["nursing"])
        put(db, kigali, "mx-2", edition("en", "Gloves"), topics=["pharmacy"], held_on=date(2025, 3, 1))

    page = browser.get("/library?topic=nursing&text=oxygen")

    links = links_of(page.text)
    assert (links["Rwanda"], links["العربية"]) == (
        "/library?topic=nursing&country=RW&text=oxygen",
        "/library?topic=nursing&language=ar&text=oxygen",
    )
    assert links["Remove this filter: Nursing ×"] == "/library?text=oxygen"
    assert links["Remove this filter: “oxygen” ×"] == "/library?topic=nursing"
    assert "1 recap found" in text_of(page.text)
    assert "Rwanda 1" in text_of(page.text)
    assert "2025" not in links


def test_a_recap_of_two_hospitals_names_both_and_is_a_link_away_from_each(database: Database, browser: Browser) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        addis = make.hospital(db, "Black Lion", city="Addis Ababa", country="ET", zone="Africa/Addis_Ababa")
        put(db, kigali, "mx-1", joined=[addis])

    links = links_of(browser.get("/library").text)
    page = browser.get(links["Black Lion"])

    assert links["Black Lion"] == f"/library?hospital={addis.code}"
    assert links_of(page.text)["Remove this filter: Black Lion ×"] == "/library"
    both = "King Faisal Hospital, Kigali · Rwanda Black Lion, Addis Ababa · Ethiopia"
    assert (both in text_of(page.text), "1 recap found" in text_of(page.text)) == (True, True)


def test_a_feed_follows_one_hospital_and_names_every_one_of_a_session(database: Database, browser: Browser) -> None:
    with database.write() as db:
        kigali, jakarta = make.hospital(db), make.hospital(db, "RSCM", city="Jakarta", country="ID")
        put(db, kigali, "mx-1", joined=[jakarta])
        put(db, kigali, "mx-2", edition("en", "Gloves"))

    _, feed = followed(browser, f"?hospital={jakarta.code}")

    names = [each.text for each in feed.findall(f"{ATOM}entry/{ATOM}contributor/{ATOM}name")]
    assert (titles(feed), feed.findtext(f"{ATOM}title")) == ({"Oxygen"}, "Library · RSCM")
    assert names == ["King Faisal Hospital, Kigali", "RSCM, Jakarta"]


def test_a_hospital_that_is_none_shows_nothing_and_can_be_taken_out_again(database: Database, browser: Browser) -> None:
    with database.write() as db:
        put(db, make.hospital(db), "mx-1")
        known = make.hospital(db, "RSCM").code

    links = [links_of(browser.get(f"/library?hospital={each}").text) for each in (known, "nowhere")]

    assert [links[0]["Remove this filter: RSCM ×"], links[1]["Remove this filter: nowhere ×"]] == ["/library"] * 2


def test_months_stand_below_the_year_that_was_chosen(database: Database, browser: Browser) -> None:
    with database.write() as db:
        put(db, make.hospital(db), "mx-1")

    assert links_of(browser.get("/library?when=2026").text)["Nov 2026"] == "/library?when=2026-11"


@pytest.mark.parametrize("when", ["20٢٦-11", "２０２６", "2026-13", "2026-1", "²026"])
def test_a_date_that_is_none_filters_nothing(database: Database, browser: Browser, when: str) -> None:
    with database.write() as db:
        put(db, make.hospital(db), "mx-1")

    page = browser.get("/library", params={"when": when})

    assert (page.status_code, "1 recap" in text_of(page.text)) == (200, True)


def test_a_filter_that_shows_nothing_can_be_taken_out_again(database: Database, browser: Browser) -> None:
    with database.write() as db:
        put(db, make.hospital(db), "mx-1")

    links = links_of(browser.get("/library?topic=surgery&country=ID&language=fr&when=2024-03").text)

    assert {words: href for words, href in links.items() if words.startswith("Remove")} == {
        "Remove this filter: Surgery ×": "/library?country=ID&language=fr&when=2024-03",
        "Remove this filter: Indonesia ×": "/library?topic=surgery&language=fr&when=2024-03",
        "Remove this filter: Français ×": "/library?topic=surgery&country=ID&when=2024-03",
        "Remove this filter: Mar 2024 ×": "/library?topic=surgery&country=ID&language=fr",
    }


def test_nothing_that_fits_says_what_to_take_out(database: Database, browser: Browser) -> None:
    with database.write() as db:
        put(db, make.hospital(db), "mx-1")

    page = browser.get("/library?text=%3Cscript%3E&country=ID")

    assert "Take one of the filters out" in text_of(page.text)
    assert "<script>" not in page.text.partition("<main")[2]


@pytest.mark.parametrize("page", ["2", "999", "-1", "x"])
def test_pages_follow_each_other_and_a_page_beyond_the_last_is_the_last(
    database: Database, browser: Browser, page: str
) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        for number in range(14):
            held_on = date(2026, 11, 20) - timedelta(days=number)
            put(db, hospital, f"mx-{number}", edition("en", f"Title {number}"), held_on=held_on)

    first, other = browser.get("/library").text, browser.get(f"/library?page={page}").text

    assert ("Title 0<" in first, "Title 12<" in first) == (True, False)
    assert links_of(first)["Earlier sessions"] == "/library?page=2"
    is_last = page.startswith(("2", "9"))
    assert ("Title 13<" in other, links_of(other).get("Later sessions")) == (is_last, "/library" if is_last else None)


def test_a_page_of_two_thousand_recaps_is_quick_and_light(database: Database, browser: Browser) -> None:
    with database.write() as db:
        fill(db, 2000)

    seconds, sizes = {}, {}
    for query in ("", "?topic=nursing&country=RW&language=fr", "?text=%E6%B0%A7%E7%96%97&lang=zh-Hans"):
        seconds[query], page = quickest(browser, f"/library{query}")
        sizes[query] = len(gzip.compress(page, 5))

    assert {query: taken for query, taken in seconds.items() if taken >= SLOWEST} == {}
    assert {query: size for query, size in sizes.items() if size >= HEAVIEST} == {}


def test_the_number_of_queries_does_not_grow_with_the_number_of_recaps(database: Database, browser: Browser) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        put(db, hospital, "mx-1")
    one = queries_of(database, browser)
    with database.write() as db:
        for number in range(5):
            put(db, hospital, f"more-{number}")

    assert queries_of(database, browser) == one


def quickest(browser: Browser, address: str) -> tuple[float, bytes]:
    """How many seconds of the processor a page takes at best, and the page; on the wall others count as well."""
    taken = []
    for _ in range(4):
        began = time.process_time()
        page = browser.get(address)
        taken.append(time.process_time() - began)
    return min(taken), page.content


def queries_of(database: Database, browser: Browser) -> int:
    """How many statements one page takes."""
    with noted(database) as sent:
        browser.get("/library")
    return len(sent)


def followed(browser: Browser, query: str = "") -> tuple[Response, Xml.Element]:
    """A feed, once as bytes and once as another program reads it."""
    answer = browser.get(f"/library/feed.atom{query}")
    assert faults(answer.content) == []
    return answer, Xml.fromstring(answer.content)


def test_the_shelf_can_be_followed_with_a_link_for_each_language_and_form(
    database: Database, stage: Stage, browser: Browser
) -> None:
    with database.write() as db:
        recap = published(db, stage)

    answer, feed = followed(browser, "?lang=zh-Hans")

    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    links = {(link.get("hreflang"), link.get("type")): link.get("href") for link in entry.findall(f"{ATOM}link")}
    base = f"{PUBLIC_URL}/recaps/{recap.slug}"
    kinds = {"text/html": "", "application/pdf": ".pdf", "text/plain": ".txt"}
    assert links == {
        (tag, kind): f"{base}/{tag}{end}" for tag in ("zh-Hans", "en", "ar") for kind, end in kinds.items()
    }
    assert all(browser.get(href.removeprefix(PUBLIC_URL)).status_code == 200 for href in links.values() if href)
    assert entry.findtext(f"{ATOM}summary") == "在高流量氧疗耗尽之前开始俯卧位。SpO₂ < 92 % 时给氧 1–6 L/min。"
    assert (feed.findtext(f"{ATOM}title"), answer.headers["content-type"]) == ("资料库", "application/atom+xml")


def test_a_feed_is_by_its_address_alone_and_its_page_leads_to_it(database: Database, browser: Browser) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        put(db, kigali, "mx-1", edition("en", "Oxygen"), edition("fr", "Oxygène"), topics=["nursing"])
        put(db, kigali, "mx-2", edition("en", "Gloves"), topics=["pharmacy"])

    page = browser.get("/library?topic=nursing&lang=fr")
    found = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', page.text)
    _, english = followed(browser)
    _, french = followed(browser, found[0].replace("&amp;", "&").removeprefix("/library/feed.atom"))

    assert found == ["/library/feed.atom?topic=nursing&amp;lang=fr"]
    assert titles(english) == {"Oxygen", "Gloves"}
    assert titles(french) == {"Oxygène"}
    assert french.findtext(f"{ATOM}title") == "Bibliothèque · Soins infirmiers"
    assert english.findtext(f"{ATOM}id") == "tag:exchange.example.org,2026:library?lang=en"


def test_a_feed_that_has_not_changed_is_not_sent_again(database: Database, browser: Browser) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        put(db, hospital, "mx-1")
    first, feed = followed(browser)

    known = browser.get("/library/feed.atom", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    with database.write() as db:
        put(db, hospital, "mx-1", edition("en", "Oxygen, corrected", at=make.NOW + timedelta(days=1)))
    changed = browser.get("/library/feed.atom", headers={"If-None-Match": first.headers["etag"]})

    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", first.headers["etag"])
    assert changed.status_code == 200
    later = Xml.fromstring(changed.content)
    assert later.findtext(f"{ATOM}entry/{ATOM}id") == feed.findtext(f"{ATOM}entry/{ATOM}id")
    assert titles(later) == {"Oxygen, corrected"}


@pytest.mark.parametrize("query", ["", "?text=%00%3C%2Ftitle%3E%26&country=ID&lang=ar"])
def test_a_feed_without_entries_is_a_feed(browser: Browser, query: str) -> None:
    _, feed = followed(browser, query)

    assert titles(feed) == set()


def test_hostile_titles_are_titles_in_a_feed_and_on_the_page(database: Database, browser: Browser) -> None:
    with database.write() as db:
        put(db, make.hospital(db, "<b>H</b>"), "mx-1", edition("en", "</title><script>alert(1)</script>", "]]>&\x1b"))

    _, feed = followed(browser)
    page = browser.get("/library").text

    assert titles(feed) == {"</title><script>alert(1)</script>"}
    assert ("<script>alert" in page, "<b>H</b>" in page) == (False, False)


def titles(feed: Xml.Element) -> set[str | None]:
    """The titles of the entries."""
    return {entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")}
