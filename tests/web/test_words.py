"""Pages in the language that nobody speaks: what is plain English on them was never marked for translation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from babel import Locale
from fastapi import FastAPI
from sqlmodel import select

from medixchange.db import Database
from medixchange.i18n import PSEUDO
from medixchange.i18n.extraction import collect
from medixchange.i18n.places import exemplar_city
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.sessions import queries, reminders
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import Stage, read
from tests.web.answers import ask, fill, page_of, the_request
from tests.web.conftest import Browser

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "ellipse", "rect", "line", "use"}
NOT_SAID = {"script", "style", "time"}
CLDR = re.compile(r"[A-Z][a-z]{2},? \d{1,2} [A-Z][a-z]{2,3}|(?<=\d) and (?=\d)")
"""Days, and what joins a list: Babel's words for the language, and right when Babel is."""

CODE = re.compile(r"UTC\S*|MX-\d+|\S+@\S+|https?://\S+")
MARKED = re.compile(r"\[[^\[\]]*~\]")
DATA = (
    "Oxygen therapy when beds run short",
    "Physicians and nurses of the intensive care unit",
    "When do you move to high flow?",
    "Whom do you prone?",
    "How low may the saturation go?",
    "King Faisal Hospital",
    "The First Affiliated Hospital",
    "Liaison",
    "Zhang San 张三",
    "Li Si 李四",
    "Mei Example",
    "Aline Example",
    "Ada Organizer",
    "West Lake room",
    "medixchange",
)
"""What people typed, and names: the same for every reader."""


class Texts(HTMLParser):
    """The texts of a page, times and what stands in another language aside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element, and keep what is read aloud for it."""
        given = dict(attrs)
        self.found += [text for name in ("title", "alt", "aria-label") if (text := given.get(name))]
        if tag not in VOID:
            self._open.append((tag, tag in NOT_SAID or (tag != "html" and "lang" in given)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is said inside."""

    def handle_endtag(self, tag: str) -> None:
        """Leave the element and those left open in it."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if not any(aside for _, aside in self._open):
            self.found.append(" ".join(data.split()))


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of every sentence in the catalogues."""
    ids = [message.id for message in collect(Path(__file__).parents[2])]
    texts = [text for each in ids for text in (each if isinstance(each, tuple | list) else (each,))]
    return frozenset(word for text in texts for word in _words(re.sub(r"%\(\w+\)s", " ", str(text))))


@cache
def _names() -> tuple[str, ...]:
    """What CLDR names, longest first: countries, languages and cities are not ours to mark."""
    locale = Locale.parse("en_GB")
    cities = {zone: exemplar_city(zone, locale) for zone in sorted(available_timezones())}
    named = {*DATA, *locale.territories.values(), *locale.languages.values(), *cities.values()}
    return tuple(sorted(named, key=len, reverse=True))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{2,}", text.lower())


def plain_words(html: str) -> list[str]:
    """The texts of a page in pseudo-English with words in them that are left in plain English."""
    left = []
    for text in Texts(html).found:
        rest = text
        while (bare := MARKED.sub(" ", rest)) != rest:
            rest = bare
        left += [text] if _is_plain(rest) and _is_plain(_without_names(rest)) else []
    return left


def _is_plain(text: str) -> bool:
    return not _vocabulary().isdisjoint(_words(text))


def _without_names(text: str) -> str:
    rest = CLDR.sub(" ", CODE.sub(" ", text))
    for name in _names():
        rest = rest.replace(name, " ")
    return rest


@pytest.fixture
def reader(opened: Callable[..., Browser]) -> Browser:
    """Somebody who reads pseudo-English and is not signed in."""
    return opened(language=PSEUDO)


def _plain_on(browser: Browser, paths: list[str]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        answer = browser.get(path, params={"lang": PSEUDO})
        assert answer.status_code in (200, 404, 403), path
        found[path] = plain_words(answer.text)
    return {path: texts for path, texts in found.items() if texts}


def test_plain_english_is_found_and_names_and_marked_words_are_not() -> None:
    html = """<p title="Sent">[Séñt [béfóré ~] ~~~]</p><p>Kigali · UTC+2</p><p lang="en">English</p>
    <td>Sent by <time>Tue, 1 Dec 2026</time> [tó ýöû ~~]</td><p>Rwanda</p>"""

    assert plain_words(html) == ["Sent", "Sent by"]


def test_pages_of_everybody_hold_no_plain_english(reader: Browser) -> None:
    assert _plain_on(reader, ["/", "/signin", "/request/new", "/nowhere", "/answer/no-such-link"]) == {}


def test_the_steps_of_a_request_hold_no_plain_english(reader: Browser, stage: Stage) -> None:
    base = fill(reader, stage.hospital)

    steps = ("hospital", "topic", "times", "languages", "check")
    assert _plain_on(reader, [base, *(f"{base}/{name}" for name in steps)]) == {}


def test_faults_in_a_request_are_told_without_plain_english(reader: Browser) -> None:
    answer = reader.post("/request/new", data={}, params={"lang": PSEUDO})

    assert (answer.status_code, plain_words(answer.text)) == (422, [])


def test_the_pages_of_a_sent_request_hold_no_plain_english(app: FastAPI, reader: Browser, database: Database) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
    base = ask(reader, kigali)
    confirm = page_of(app, "confirm", the_request(database).confirm_seed)

    before = _plain_on(reader, [base, confirm])
    status = reader.post(confirm).headers["location"]

    assert (before, _plain_on(reader, [confirm, status, f"{status}/change", f"{status}/withdraw"])) == ({}, {})


def test_the_page_of_an_invitation_holds_no_plain_english(
    app: FastAPI, reader: Browser, database: Database, session: SharingSession
) -> None:
    with database.read() as db:
        places = [place for place, _ in queries.attendances(db, session.id)]

    paths = [f"/answer/{app.state.mint.token('answer', place.seed)}" for place in places]

    assert _plain_on(reader, paths) == {}


def test_the_pages_of_the_desk_hold_no_plain_english(organizer: Browser, stage: Stage) -> None:
    about = f"/desk/requests/{stage.request.id}"
    preview = f"/desk/matches/{stage.tuesday.id}/approve"

    paths = ["/desk", about, preview, "/desk/hospitals", "/desk/deliveries", f"{about}/decline", "/me", "/me/feed"]

    assert _plain_on(organizer, paths) == {}


def test_the_pages_of_a_session_hold_no_plain_english(organizer: Browser, session: SharingSession) -> None:
    here = f"/desk/sessions/{session.id}"

    paths = [here, *(f"{here}/{verb}" for verb in ("confirm", "reschedule", "cancel")), "/desk/deliveries/1"]

    assert _plain_on(organizer, paths) == {}


def test_letters_hold_no_plain_english(
    organizer: Browser, database: Database, stage: Stage, session: SharingSession
) -> None:
    here = f"/desk/sessions/{session.id}"
    organizer.post(f"{here}/confirm")
    organizer.post(f"{here}/cancel", data={"reason": "停电", "afterwards": "submitted"})
    ask(organizer, stage.hospital)
    with database.read() as db:
        letters = [Letter.from_json(each.payload) for each in db.exec(select(Delivery))]

    read_by_nobody = [read(replace(letter, language=PSEUDO)) for letter in letters]

    assert {letter.kind for letter in letters} == {
        "hold",
        "confirmed",
        "cancelled",
        "confirm-address",
        *reminders.REMINDER_KINDS,
    }
    assert [
        plain for each in read_by_nobody for plain in plain_words(f"{each.subject}\n{each.text}\n{each.html}")
    ] == []
