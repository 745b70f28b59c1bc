"""What the pages are about, set up once by the people themselves: letters asked for, requests made, sessions held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property

from playwright.sync_api import FilePayload

from medixchange.demo import joining
from tests.browser import asking, deciding, writing
from tests.browser.asking import Wish
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.watch import Watch
from tests.browser.windows import Kind, Windows

SOMEBODY_ELSE = "li.yi@fahzu.example.org"
UNFINISHED = Wish("tikur-anbessa", "dawit@tikur-anbessa.example.org", "Nursing care of ventilated patients at night")
SENT = Wish("kenyatta", "wanjiru@kenyatta.example.org", "Who hears the alarms of a full ward?")
MATCHED = Wish("chuk", "eric@chuk.example.org", "Weaning without blood gas analysis")
HOPELESS = Wish(
    "charlotte-maxeke",
    "thandi@charlotte-maxeke.example.org",
    "Emergency rounds late at night",
    hours=("20:00", "21:30"),
    windows_only="only",
)
HELD = Wish("king-faisal", "aline@king-faisal.example.org", "Oxygen for a ward that was built for thirty")
BROKEN = Wish("parirenyatwa", "tendai@parirenyatwa.example.org", "High flow oxygen outside intensive care")
WITHDRAWN = Wish("wilkins", "rudo@wilkins.example.org", "Visits on an isolation ward")
RECAPPED = Wish("parirenyatwa", "tendai@parirenyatwa.example.org", "Prone position with four nurses")
UNWRITTEN = Wish("wilkins", "rudo@wilkins.example.org", "Sedation without a pump", weekdays=(3, 4))
WEEKLY = Wish(
    "charlotte-maxeke", "thandi@charlotte-maxeke.example.org", "Round of the ward each week", series=("1", "3")
)
IN_ENGLISH = Kind()
NEW = Wish("new", "lea@new-hospital.example.org", "First steps of a new intensive care unit")


class Stage:
    """Addresses of pages that are not always there; each is made when the first test asks for it."""

    def __init__(self, house: House, windows: Windows, first_run: str) -> None:
        self.house = house
        self.first_run = first_run
        self._windows = windows

    @contextmanager
    def person(self, role: str = "") -> Iterator[Person]:
        """Somebody at a window of their own."""
        with self.window(role) as window:
            yield Person(window.page)

    @contextmanager
    def window(self, role: str, kind: Kind = IN_ENGLISH, *, width: int = 1280) -> Iterator[Watch]:
        """A window at which nobody was before, or which somebody comes back to who has signed in."""
        kept = self.house.cookies_of(self._windows.browser, role) if role else None
        with self._windows.one(kind, kept, width=width) as window:
            yield window

    @cached_property
    def signin_link(self) -> str:
        """A link to sign in, asked for in another browser than the one that opens it."""
        return self.house.ask_for_link(self._windows.browser, SOMEBODY_ELSE)

    @cached_property
    def draft(self) -> str:
        """A draft that waits to be sent."""
        with self.person() as liaison:
            asking.begin(liaison, UNFINISHED)
            return liaison.page.url.rpartition("/")[0]

    @cached_property
    def begun(self) -> str:
        """A draft with its first step answered."""
        with self.person() as liaison:
            asking.begin(liaison, UNFINISHED, until="topic")
            return liaison.page.url.rpartition("/")[0]

    @cached_property
    def sent(self) -> str:
        """A draft after sending: its request waits for the address to be confirmed."""
        with self.person() as liaison:
            asking.send(liaison, SENT)
            return liaison.page.url

    @cached_property
    def confirm_link(self) -> str:
        """The page that confirms the address of the request that was just sent."""
        assert self.sent
        return self.house.link(SENT.email, "/confirm/")

    @cached_property
    def matched_status(self) -> str:
        """The status of a request that has proposals, and shows them."""
        address = self._asked(MATCHED)
        with self.person() as liaison:
            liaison.open(address)
            liaison.until_said("We have found hours and experts")
        return address

    @cached_property
    def held_status(self) -> str:
        """The status of a request whose session is held tentatively."""
        assert self.session
        return self._held_status

    @cached_property
    def withdrawn_status(self) -> str:
        """The status of a request that was withdrawn."""
        address = self._asked(WITHDRAWN)
        with self.person() as liaison:
            liaison.open(address)
            liaison.follow("Withdraw the request")
            liaison.fill({"reason": "The ward was closed."})
            liaison.press("Withdraw the request")
            liaison.expect("What comes next")
        return address

    @cached_property
    def matched_request(self) -> str:
        """A request at the desk with its proposals."""
        assert self.matched_status
        with self.person("organizer") as organizer:
            deciding.open_request(organizer, MATCHED.topic)
            return organizer.page.url

    @cached_property
    def hopeless_request(self) -> str:
        """A request at the desk that nothing fits: why, and what would help."""
        self._asked(HOPELESS)
        with self.person("organizer") as organizer:
            deciding.open_topic(organizer, HOPELESS.topic)
            organizer.until_said("Why there is no match")
            return organizer.page.url

    @cached_property
    def weekly_status(self) -> str:
        """The status of the first request of a series."""
        address = self._asked(WEEKLY)
        with self.person() as liaison:
            liaison.open(address)
            liaison.until_said("We have found hours and experts", times=4)  # the headline, and each of three
        return address

    @cached_property
    def series(self) -> str:
        """A series at the desk."""
        assert self.weekly_status
        with self.person("organizer") as organizer:
            organizer.open("/desk?state=matched")
            return str(organizer.page.locator('main a[href^="/desk/series/"]').first.get_attribute("href"))

    @cached_property
    def why_not(self) -> str:
        """What stands in the way of a session at an hour that nobody likes."""
        with self.person("organizer") as organizer:
            organizer.open(self.matched_request)
            organizer.follow("Other hours, and why not")
            organizer.page.locator('[name="day"]').select_option(index=1)
            organizer.fill({"clock": "06:00"})
            organizer.press("Tell me")
            organizer.expect("What stands in the way")
            return organizer.page.url

    @cached_property
    def exchange(self) -> str:
        """The parts of a proposal."""
        with self.person("organizer") as organizer:
            organizer.open(self.matched_request)
            organizer.follow("Exchange parts")
            organizer.expect("This can be")
            return organizer.page.url

    @cached_property
    def conflict(self) -> str:
        """Parts of which one is missing."""
        with self.person("organizer") as organizer:
            organizer.open(self.exchange)
            deciding.empty_panel(organizer)
            return organizer.page.url

    @cached_property
    def exchange_of_session(self) -> str:
        """The parts of a session that stands."""
        with self.person("organizer") as organizer:
            organizer.open(self.session)
            organizer.follow("Exchange parts")
            organizer.expect("The session is like that already.")
            return organizer.page.url

    @cached_property
    def exchange_preview(self) -> str:
        """What would change of it."""
        with self.person("organizer") as organizer:
            organizer.open(self.exchange_of_session)
            return deciding.preview_exchange(organizer)

    @property
    def approval(self) -> str:
        """The preview of an approval; each time of a proposal that still stands."""
        with self.person("organizer") as organizer:
            organizer.open(self.matched_request)
            organizer.follow("Preview and approve")
            organizer.expect("Approve and invite")
            return organizer.page.url

    @cached_property
    def plan(self) -> str:
        """A plan of everything that waits, of which nothing is decided."""
        assert self.matched_status
        with self.person("organizer") as organizer:
            organizer.open("/desk/plans")
            organizer.fill({"seconds": "10"})
            organizer.press("Make a plan")
            organizer.until_said("How good it is")
            return organizer.page.url

    @cached_property
    def rules(self) -> str:
        """House rules that nobody has put into use."""
        with self.person("organizer") as organizer:
            organizer.open("/desk/rules")
            organizer.fill({"weights.fair": "9", "note": "Newcomers wait too long"})
            organizer.press("Keep as a new version")
            return organizer.page.url

    @cached_property
    def closed(self) -> str:
        """The button that opens days again which were closed where nobody is."""
        day = (datetime.now(UTC) + timedelta(days=30)).date()
        with self.person("organizer") as organizer:
            organizer.open("/desk/closed")
            organizer.fill({"country": "FJ", "name": "Fiji Day", "first": day.isoformat()})
            organizer.press("Close these days")
            organizer.follow("Open again")
            return organizer.page.url

    @cached_property
    def trial(self) -> str:
        """A plan that tries them, beside one by the rules in use."""
        assert self.plan
        with self.person("organizer") as organizer:
            organizer.open(self.rules)
            organizer.press("Try these rules")
            organizer.until_said("What these rules change")
            return organizer.page.url

    @cached_property
    def planned(self) -> str:
        """One request in the plan that could be served."""
        with self.person("organizer") as organizer:
            organizer.open(self.plan)
            organizer.follow(organizer.page.locator(".rows h2 a").first.inner_text())
            return organizer.page.url

    @cached_property
    def _held_status(self) -> str:
        return self._asked(HELD)

    @cached_property
    def session(self) -> str:
        """A session that is held tentatively."""
        assert self._held_status
        with self.person("organizer") as organizer:
            return deciding.approve(organizer, HELD.topic)

    @cached_property
    def invitation(self) -> str:
        """The page behind an invitation that nobody has answered."""
        assert self.session
        return self.house.link("", "/answer/", about=HELD.topic)  # experts are written to first

    @cached_property
    def accepted(self) -> str:
        """The page behind an invitation that was accepted."""
        assert self.session
        address = self.house.link(HELD.email, "/answer/", about=HELD.topic)
        with self.person() as liaison:
            liaison.open(address)
            liaison.press("Accept")
            liaison.expect("You come to this session")
        return address

    @cached_property
    def prepared(self) -> str:
        """The page behind an invitation, with an agenda, a question, and a file."""
        with self.person("organizer") as organizer:
            organizer.open(f"{self.session}/agenda")
            organizer.fill({"agenda": "10 min: the case from Kigali\n30 min: questions\n5 min: what we do next"})
            organizer.press("Save")
            organizer.expect("Saved. Those who are invited find the agenda on their page.")
        with self.person() as liaison:
            liaison.open(self.accepted)
            liaison.follow("Send a question ahead")
            liaison.fill({"text": "Whom do you turn first when four wait?"})
            liaison.press("Send the question")
            liaison.expect("Whom do you turn first when four wait?")
            liaison.follow("Add a file")
            protocol = FilePayload(name="Oxygen log.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n" * 9000)
            liaison.page.locator('main [name="file"]').set_input_files(protocol)
            liaison.press("Add")
            liaison.expect("Oxygen log.pdf")
        return self.accepted

    @cached_property
    def broken_session(self) -> str:
        """A session whose expert cannot come at its hour, with what could be done about it."""
        self._asked(BROKEN)
        with self.person("organizer") as organizer:
            address = deciding.approve(organizer, BROKEN.topic)
            with self.person() as expert:
                expert.open(f"{self.house.link('', '/answer/', about=BROKEN.topic)}/other-hour")
                expert.fill({"reason": "A night shift."})
                expert.page.locator("main form button").click()
                expert.page.wait_for_url("**/answer/*")
            organizer.open(address)
            organizer.until("Preview the letters")
        return address

    @cached_property
    def absence(self) -> str:
        """The form that says of somebody of a session that they cannot come."""
        return self._of_somebody(self.session, "They cannot come")

    @cached_property
    def return_of_somebody(self) -> str:
        """The form that says of somebody who has declined that they come after all."""
        return self._of_somebody(self.broken_session, "They come after all")

    def _of_somebody(self, session: str, link: str) -> str:
        with self.person("organizer") as organizer:
            organizer.open(session)
            organizer.follow(link)
            return organizer.page.url

    @property
    def substitution(self) -> str:
        """The preview of somebody else at the same hour; each time of one who is still free."""
        with self.person("organizer") as organizer:
            organizer.open(self.broken_session)
            organizer.page.locator('main a[href*="/substitute?match="]').click()
            return organizer.page.url

    @cached_property
    def home(self) -> str:
        """The page of one's own sessions, while there is one to answer for."""
        assert self.session
        return "/me"

    @cached_property
    def feed_page(self) -> str:
        """The page of a calendar address, in the browser that has just made it."""
        with self.person("expert") as expert:
            expert.open("/me/feed")
            expert.page.locator('main form[method="post"] button').click()
            expert.page.locator("main input[readonly]").wait_for()
            self.house.keep_cookies("expert", expert.page.context.storage_state())
        return "/me/feed"

    @cached_property
    def move(self) -> str:
        """The preview of a session's move to another hour."""
        with self.person("organizer") as organizer:
            organizer.open(f"{self.session}/reschedule")
            return deciding.preview_move(organizer)

    @cached_property
    def delivery(self) -> str:
        """A letter at the desk."""
        assert self.session
        with self.person("organizer") as organizer:
            organizer.open("/desk/deliveries")
            organizer.page.locator("main .rows a").first.click()
            organizer.expect("The letter")
            return organizer.page.url

    @cached_property
    def new_hospital(self) -> str:
        """The page of hospitals while a new one waits there."""
        self._asked(NEW)
        return "/desk/hospitals"

    @cached_property
    def recap(self) -> str:
        """The languages of a recap that is published, and changed since."""
        self._asked(RECAPPED)
        with self.person("organizer") as organizer:
            session = deciding.approve(organizer, RECAPPED.topic)
            writing.end(self.house.database, RECAPPED.topic)
            return writing.write(organizer, session)

    @cached_property
    def unwritten(self) -> str:
        """A session that was held and has no recap."""
        self._asked(UNWRITTEN)
        with self.person("organizer") as organizer:
            session = deciding.approve(organizer, UNWRITTEN.topic)
            writing.end(self.house.database, UNWRITTEN.topic)
            return session

    @cached_property
    def afterwards(self) -> str:
        """The page behind an invitation to the session that has a recap."""
        assert self.recap
        return self.house.link(RECAPPED.email, "/answer/", about=RECAPPED.topic)

    @cached_property
    def shared(self) -> str:
        """A session of two hospitals that runs, and to which people of both have signed in."""
        with self.person("organizer") as organizer:
            deciding.let_join(organizer, joining.CASABLANCA, joining.FANN)
            session = deciding.approve(organizer, joining.CASABLANCA)
        assert self.shared_invitation
        writing.gather(self.house.database, joining.CASABLANCA)
        return session

    @cached_property
    def shared_request(self) -> str:
        """The request that leads it, at the desk."""
        assert self.shared
        with self.person("organizer") as organizer:
            organizer.open(self.shared)
            return str(organizer.page.locator('main aside a[href*="/desk/requests/"]').get_attribute("href"))

    @cached_property
    def shared_status(self) -> str:
        """The status of the request that has joined."""
        assert self.shared
        return self.house.link(joining.AWA, "/r/")

    @cached_property
    def shared_invitation(self) -> str:
        """The page behind the invitation of the hospital that has joined."""
        return self.house.link(joining.AWA, "/answer/", about=joining.CASABLANCA)

    @cached_property
    def shared_doors(self) -> str:
        """Where people sign in to it."""
        assert self.shared
        return f"/attend?code={writing.CODE}"

    @cached_property
    def attendees(self) -> str:
        """Those who signed in to the session that has a recap."""
        assert self.recap
        writing.sign_in(self.house.database, RECAPPED.topic)
        return f"{self.recap.rpartition('/')[0]}/attendees"

    @cached_property
    def attendee(self) -> str:
        """One of them."""
        with self.person("organizer") as organizer:
            organizer.open(self.attendees)
            organizer.follow("Correct")
            organizer.expect("Correct who signed in")
            return organizer.page.url

    @cached_property
    def files(self) -> str:
        """The files of the session that has a recap; one goes with it."""
        assert self.recap
        with self.person("organizer") as organizer:
            return writing.add_file(organizer, self.recap)

    @cached_property
    def removal(self) -> str:
        """Where one of them is taken away."""
        with self.person("organizer") as organizer:
            organizer.open(self.files)
            organizer.follow("Take away")
            organizer.expect("Nobody finds it any more")
            return organizer.page.url

    @cached_property
    def readers(self) -> str:
        """A list of readers who got the recap by mail."""
        assert self.recap
        with self.person("organizer") as organizer:
            page = writing.make_list(organizer)
            writing.mail(organizer, self.recap)
        return page

    @cached_property
    def leaving(self) -> str:
        """Where somebody on the list leaves it."""
        assert self.readers
        return self.house.link(writing.READER, "/unsubscribe/")

    @cached_property
    def editor(self) -> str:
        """The editor of the recap in English."""
        assert self.recap
        with self.person("organizer") as organizer:
            organizer.open(self.recap)
            organizer.follow("English")
            organizer.expect("Write the recap")
            return organizer.page.url

    @cached_property
    def published(self) -> str:
        """The recap where readers find it."""
        assert self.recap
        with self.person("organizer") as organizer:
            return writing.address_of(organizer, self.recap)

    @cached_property
    def letter(self) -> str:
        """A letter with a calendar in the letter box."""
        assert self.session
        with self.person() as somebody:
            somebody.open(f"/demo/mailbox?to={SOMEBODY_ELSE}")
            somebody.page.locator("main .rows a").first.click()
            return somebody.page.url

    def _asked(self, wish: Wish) -> str:
        with self.person() as liaison:
            return asking.ask(liaison, self.house, wish)
