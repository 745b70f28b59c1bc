"""Whatever is typed into any field of any form: no fault, no live markup, no injected header or calendar line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlmodel import Session, col, select, update

from medixchange.accounts import setup
from medixchange.calendars.lint import check
from medixchange.db import Database
from medixchange.demo.forms import Form, Page
from medixchange.feeds.models import Feed
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.library.models import LibraryEdition
from medixchange.outbox.compose import compose
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.people.models import Expert, Hospital, Interpreter, Panel, Person, Room
from medixchange.recaps.models import ReaderList, RecapRevision
from medixchange.sessions.models import Attendance, IncidentNote, SessionAttendee, SessionQuestion, SharingSession
from medixchange.settings import Settings
from tests import make
from tests.sessions.stage import DESK, NOW, at
from tests.web.conftest import Browser, text_of
from tests.web.lively import enliven
from tests.web.world import World, filled, peopled, routes_of

BRIEF = '"><img src=x onerror=alert(1)>\r\nBcc: v@example.net\r\nX-INJECTED:1'
"""Short enough for every field."""
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)><svg onload=alert(1)>"
HEADERS = "x\r\nBcc: victim@example.net\r\nX-Injected: yes\r\n\r\n<b>body</b>"
CALENDAR = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nX-INJECTED:yes\r\nATTENDEE:mailto:victim@example.net"
MARKDOWN = "[a](javascript:alert(1)) ![b](data:text/html,x) <iframe src=//x> | = | \n|---|\n<!--\n```\n# \u202egnp"
UNICODE = "\u202e\u2066\u200f\u2028\u2029\ufeff\U000e0041\x00\x1b[31m {{ 7*7 }} %(name)s {0} ${x} 俯卧位 ال"
LONG = "A" * 9000
SEARCHED = (MARKUP, HEADERS, CALENDAR, MARKDOWN, UNICODE, LONG, "=1+1|cmd", "-1", "９", "null", "9" * 40)
PLAIN = "Plain words"
UNTRIED = {
    "/signout": "has no field, and nobody could go on",
    "/setup/{token}": "is tried where nobody decides yet",
    "/desk/plans/mend": "has no field, and is there only beside several sessions to which somebody cannot come",
    "/desk/sessions/{session_id}/keep": "has no field to fill in, and is there only where something disrupts a session",
    "/desk/requests/{request_id}/join": "is tried by itself, as a request that has joined another one ends with it",
    "/desk/requests/{request_id}/separate": "has no field, and is there only where a request has joined another one",
    "/r/{token}/part": "has no field, and is there only where a request has joined another one",
    "/r/{token}/again": "has no field, and is there only where a request is over",
    "/desk/installation/demo-data": "has no field, and is not there beside the form that removes them",
}
"""The forms that are not filled in here, and why."""
ASIDE = re.compile(r"[?&]lang=|^/library\b|^/static|\.(ics|pdf|csv|txt|atom)\b|/files/\d+$")
"""Links to what is the same in another language, to files, and to lists without a form of ours."""
ORDER = (
    re.compile(r"(approve|substitute|reschedule|change|revoke|dismiss|decline)$|sign-?in|confirm"),
    re.compile(r"(cancel|close|not-held|no-recap|withdraw|remove|discard|retry)$|unsubscribe"),
    re.compile(r"delete$"),
)
"""What is sent after everything else, and what last of all, as other forms are gone with it."""

OURS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
    *("Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"),
}


class Live(HTMLParser):
    """Collects what would run, load or send something of somebody else's."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attrs}
        is_ours = tag != "script" or given.get("src", "").startswith("/static/")
        if tag in ("img", "iframe", "object", "embed", "base", "frame") or not is_ours:
            self.found.append(f"<{tag} {given}>")
        for name, value in given.items():
            if name.startswith("on") or value.startswith(("javascript:", "data:", "vbscript:")):
                self.found.append(f"<{tag} {name}={value}>")


def live(answer: Response) -> list[str]:
    """What is live in a page; files are none."""
    return Live(answer.text).found if "html" in answer.headers.get("content-type", "") else []


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    return peopled(database, settings)


def pages(app: FastAPI, world: World) -> Iterator[str]:
    """Every page that there is, with rows and secrets that work."""
    for method, path, policy in routes_of(app):
        if method == "GET" and not path.startswith(("/feed/", "/static/")):
            yield filled(path, policy, world.secrets, wrong=False)


def attempts(form: Form, value: str) -> Iterator[dict[str, list[str]]]:
    """What the form sends with ``value`` in one field after the other, the others answered, and then in all."""
    plain = {name: _answered(name, given, form) for name, given in form.fields.items()}
    plain |= {name: [choices[0][0]] for name, choices in form.choices.items() if choices and name not in plain}
    for name in plain:
        yield {**plain, name: [value]}
    yield {name: [value] for name in plain}


def _answered(name: str, given: list[str], form: Form) -> list[str]:
    if name in form.choices and not any(given):
        return [next((value for value, _ in form.choices[name] if value), "")]
    if any(given):
        return given
    if name in ("first", "last"):
        return [make.next_week(1).isoformat()]
    return ["somebody@example.org" if "email" in name else PLAIN]


@dataclass(frozen=True)
class Found:
    """A form that changes something with one of its buttons: where it stands, to which address and route it goes."""

    page: str
    form: Form
    button: tuple[str, str]
    address: str
    route: str

    @property
    def kind(self) -> tuple[object, ...]:
        """Forms of one kind are alike for whoever sends them."""
        return self.route, self.button, *sorted({*self.form.fields, *self.form.choices})

    @property
    def good(self) -> set[int]:
        """The answers that show that it was read; a button with at most numbers of rows may be refused in words."""
        if {*self.form.fields, *self.form.choices} - {"match", "number", "latest", "request", "all"}:
            return {200, 303, 422}
        return {200, 303, 409, 422, *([404] if self.form.fields else [])}

    def rank(self) -> int:
        """When it is sent: the higher, the later."""
        return max((place for place, each in enumerate(ORDER, start=1) if each.search(self.route)), default=0)


def found_by(browser: Browser, app: FastAPI, start: Iterable[str], visited: set[str]) -> Iterator[Found]:
    """Every form on the pages of ``start`` and on those that links lead to, but on none that was ``visited``."""
    routes = [path for method, path, _ in routes_of(app) if method == "POST"]
    waiting = [each for each in start if each not in visited]
    while waiting:
        address = waiting.pop()
        if address in visited:
            continue
        visited.add(address)
        page = seen(browser, address)
        waiting += [href.partition("#")[0] for _, href in page.links if href.startswith("/") and not ASIDE.search(href)]
        for form in page.forms:
            for _, name, value, elsewhere in form.buttons if form.method == "post" else ():
                to = elsewhere or form.action or address
                yield Found(address, form, (name, value), to, route_of(to.partition("?")[0], routes))


def seen(browser: Browser, address: str) -> Page:
    """A page as it is read; what is no page has neither links nor forms."""
    answer, page = browser.get(address), Page()
    if answer.headers.get("content-type", "").startswith("text/html"):
        page.feed(answer.text)
    return page


def route_of(path: str, routes: Iterable[str]) -> str:
    """The route that takes what is sent to ``path``; a form that none takes leads nowhere."""
    taking = [each for each in routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path)]
    return min(taking, key=lambda each: each.count("{"))


def posted(browser: Browser, found: Found, value: str, cookies: dict[str, str]) -> tuple[set[int], list[str]]:
    """Send ``value`` in every way that the form allows: the statuses of the answers, and what is wrong with them."""
    statuses, wrong = set[int](), list[str]()
    for data in attempts(found.form, value):
        name, chosen = found.button
        sent = {**data, **({name: [chosen]} if name else {})}
        browser.cookies.clear()
        browser.cookies.update(cookies)  # one of the forms signs in as somebody else
        answer = browser.post(found.address, data=sent)
        statuses.add(answer.status_code)
        if answer.status_code >= 500 or live(answer):
            wrong.append(f"{found.page}: {sorted(sent)} gave {answer.status_code} {live(answer)}")
        if any("\n" in each or "\r" in each for each in answer.headers.values()):
            wrong.append(f"{found.page}: a header has two lines")
    return statuses, wrong


def letters(database: Database) -> Iterator[EmailMessage]:
    """Every letter that was posted, as it would go."""
    with database.read() as db:
        for row in db.exec(select(Delivery)).all():
            raw = compose(Letter.from_json(row.payload), DESK, key=row.key, posted_at=row.posted_at)
            yield message_from_bytes(raw, policy=default)


def faults(message: EmailMessage) -> list[str]:
    """What a letter holds that nobody of us has written."""
    wrong = [f"header {name}" for name in message if name not in OURS]
    if len(message["To"].addresses) != 1:
        wrong.append(f"goes to {message['To']}")
    for part in message.walk():
        if part.get_content_type() == "text/html":
            wrong += Live(part.get_content()).found
        elif part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            known = {message["To"].addresses[0].addr_spec, DESK.sender.email}
            wrong += check(raw, method=str(part.get_param("method")), addresses=frozenset(known))
            wrong += ["an injected line"] if b"\r\nX-INJECTED" in raw else []
    return wrong


def text_of_letter(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def feeds(database: Database) -> list[bytes]:
    with database.read() as db:
        return list(db.exec(select(Feed.body)).all())


def cases() -> Iterator[object]:
    """The suite tries one value on the embedded database, `make sweep` all of them on both."""
    for url in ("sqlite", "postgresql"):
        for value in (BRIEF, *SEARCHED):
            marks = () if (url, value) == ("sqlite", BRIEF) else pytest.mark.sweep
            yield pytest.param(url, value, id=f"{url}-{value[:12]!a}", marks=marks)


@pytest.mark.parametrize(("database_url", "value"), list(cases()), indirect=["database_url"])
def test_nothing_that_is_typed_into_any_form_does_harm(
    app: FastAPI, browser: Browser, database: Database, world: World, value: str
) -> None:
    in_letters = enliven(database, app.state.mint)
    wrong: list[str] = []
    taken: dict[str, bool] = {}
    visited, kinds = set[str](), set[tuple[object, ...]]()

    for person in ("organizer", "expert", "liaison"):
        browser.cookies.clear()
        browser.sign_in(database, world.people[person])
        cookies = dict(browser.cookies)
        # Pages by link and pages for all are the same for everybody, those of the desk and one's own are not.
        visited = {each for each in visited if not each.startswith(("/me", "/desk"))}
        forms = {each.kind: each for each in found_by(browser, app, [*pages(app, world), *in_letters], visited)}
        for found in sorted(forms.values(), key=Found.rank):
            if found.kind not in kinds and found.route not in UNTRIED:
                statuses, faulty = posted(browser, found, value, cookies)
                taken[found.route] = taken.get(found.route, False) or bool(statuses & found.good)
                wrong += faulty
        kinds |= forms.keys()

    browser.cookies.clear()
    browser.sign_in(database, world.people["organizer"])
    shown = [(page, browser.get(page)) for page in pages(app, world)]
    posted_letters = list(letters(database))
    assert {path for method, path, _ in routes_of(app) if method == "POST"} - taken.keys() == UNTRIED.keys()
    assert [route for route, was_taken in taken.items() if not was_taken] == []
    assert wrong + [f"{page}: {each}" for page, answer in shown for each in live(answer)] == []
    assert [each for letter in posted_letters for each in faults(letter)] == []
    assert [each for feed in feeds(database) for each in check(feed)] == []


@pytest.mark.parametrize(("database_url", "value"), list(cases()), indirect=["database_url"])
def test_nothing_that_is_typed_into_the_first_form_of_an_installation_does_harm(
    app: FastAPI, browser: Browser, database: Database, value: str
) -> None:
    with database.write() as db:
        seed = setup.setup_seed(db, now=NOW)
    address = f"/setup/{app.state.mint.token('setup', seed)}"

    answers = [
        posted(browser, found, value, {}) for found in found_by(browser, app, [address], set()) if found.page == address
    ]

    assert [(statuses <= {303, 404, 422}, wrong) for statuses, wrong in answers] == [(True, [])]
    assert [each for letter in letters(database) for each in faults(letter)] == []


SPOKEN = (
    (Hospital, ("name", "city")),
    (Person, ("name",)),
    (Panel, ("name", "institution")),
    (Room, ("name",)),
    (ReaderList, ("name",)),
    (SessionRequest, ("topic", "questions", "contact_name", "contact_role", "audience")),
    (SharingSession, ("topic", "reason", "agenda")),
    (SessionQuestion, ("text", "note")),
    (Attendance, ("reason",)),
    (IncidentNote, ("text",)),
    (SessionAttendee, ("name", "institution", "reason")),
    (RecapRevision, ("title", "text")),
    (LibraryEdition, ("title", "summary")),
)
"""What people have written, table by table."""


def another_match(db: Session) -> int:
    """A proposal that can be approved, for the request that waits."""
    asked = db.exec(select(SessionRequest).order_by(col(SessionRequest.id).desc())).first()
    assert asked is not None
    asked.state, asked.minutes, asked.specialties = RequestState.MATCHED, 30, ["intensive-care"]
    expert, interpreter = (
        db.exec(select(Expert).order_by(col(Expert.person_id))).first(),
        db.exec(select(Interpreter)).first(),
    )
    room = db.exec(select(Room)).first()
    assert expert is not None
    assert interpreter is not None
    assert room is not None
    return make.match(db, asked, starts_at=at(3, 9), panel=[expert], interpreters=[interpreter], room=room).id


def test_what_stands_in_the_database_does_no_harm_wherever_it_is_shown(
    app: FastAPI, browser: Browser, database: Database, world: World
) -> None:
    with database.write() as db:
        match = another_match(db)
        for table, columns in SPOKEN:
            db.execute(update(table).values(dict.fromkeys(columns, BRIEF)))
    browser.sign_in(database, world.people["organizer"])
    for path, data in (
        (f"/desk/matches/{match}/approve", {}),
        ("/desk/sessions/2/cancel", {"reason": BRIEF, "afterwards": "submitted"}),
        ("/desk/recaps/1/mail", {"to": ["invited", "list:1"], "note": BRIEF}),
    ):
        answer = browser.post(path, data=data)
        assert (path, answer.status_code, text_of(answer.text)) == (path, 303, "")

    shown = [(page, browser.get(page)) for page in pages(app, world)]
    sent = list(letters(database))

    assert [f"{page}: {each}" for page, answer in shown for each in live(answer)] == []
    assert [page for page, answer in shown if answer.status_code >= 500] == []
    assert [each for letter in sent for each in faults(letter)] == []
    assert [each for feed in feeds(database) for each in check(feed)] == []
    assert sum("onerror=alert(1)" in answer.text for _, answer in shown) > 20
    assert sum("onerror=alert(1)" in text_of_letter(letter) for letter in sent) > 5
