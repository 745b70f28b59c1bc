"""Two hundred requests by clicking: planned, compared with today, accepted but for two, and one session mended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlmodel import func, select

from medixchange.demo.letterbox import Kept
from medixchange.journal.record import PROGRAM, record
from medixchange.people.models import Room
from medixchange.sessions.models import SharingSession
from tests.browser import house as houses
from tests.browser import many, planning
from tests.browser.conftest import Opens, People
from tests.browser.house import House
from tests.browser.inviting import everybody, open_invitation
from tests.browser.leftover import english_left, names_in
from tests.browser.person import Person
from tests.browser.watch import sideways

pytestmark = [pytest.mark.browser, pytest.mark.sweep]

LANGUAGES = ("en", "zh-Hans", "fr", "id")
CHANGES = {"New": "new", "Another hour than today": "hour", "Not served": "unserved"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, in which two hundred requests wait and proposals for some of them are there."""
    with houses.running(tmp_path_factory.mktemp("many")) as running:
        many.fill(running.database)
        many.until_done(running.database, many.SEARCHING)
        yield running


def test_what_is_left_in_english_on_a_page_is_found_and_names_are_not(opens: Opens) -> None:
    page = opens()
    said = "".join(f"<li>{number}</li>" for number in range(10))
    page.set_content(
        f"""<html lang="fr"><title>Plan</title><ul>{said}</ul><p>Salle de Mars and Sons</p><p>New</p><p>Plan</p>
        <p>Salle 1 is taken</p><p lang="en">This is the letter.</p><img alt="who comes">
        <p>Il donne au plus 2 séances.</p>
        </html>"""
    )

    left = english_left(page, "fr", ["Salle de Mars and Sons"])

    assert left == ["New", "Salle 1 is taken", "who comes"]


def test_two_hundred_requests_become_sessions_but_for_two_and_one_session_changes_hands(
    house: House, people: People, opens: Opens
) -> None:
    organizer = people("en", role="organizer")
    plan = planning.make_plan(organizer, seconds="10")
    served = read_the_difference(organizer, plan)
    assert in_every_language(house, opens, [*pages_of_a_plan(organizer, plan)]) == []

    refused = refuse_two(organizer, plan)
    accept_the_rest(house, organizer, plan, served - 2)
    session, letter = invited(house, organizer, plan, refused)

    decline(people("zh-Hans"), letter)
    preview = repair(organizer, session)
    assert in_every_language(house, opens, [session, preview]) == []
    take_over(house, organizer, session, letter)
    lose_the_room(house, session)
    preview = another_room(organizer, session)
    assert in_every_language(house, opens, ["/desk", session, preview]) == []
    move_over(house, organizer, session)


def read_the_difference(organizer: Person, plan: str) -> int:
    """What the plan changes against today, kind by kind; gives how many requests it serves."""
    found = planning.pills(organizer)
    assert found.pop("All") == sum(found.values()) == many.REQUESTS
    for words, change in CHANGES.items():
        organizer.open(f"{plan}?change={change}")
        assert organizer.page.locator(f"main li .tag:text-is('{words}')").count() == min(found[words], 20)
    organizer.open(f"{plan}?change=unserved")
    rivals = planning.rows(organizer, many.RIVALS)
    assert len(rivals) == 2
    for row in rivals:
        assert "Wang Fang gives at most 1 session a day." in row or "Wang Fang is in another session" in row
    assert organizer.page.get_by_role("checkbox").count() == 0
    planning.find(organizer, f"{plan}?change=hour", f"{many.BUSY} 26")
    [moved] = planning.rows(organizer, f"{many.BUSY} 26")
    assert "Best proposal when the plan was made:" in moved
    assert "Li Fang is in another session: the planned session with Klinikum Addis Ababa 5 on" in moved
    assert "Saal" not in moved.partition("Best proposal")[2]
    return sum(found.values()) - found["Not served"]


def pages_of_a_plan(organizer: Person, plan: str) -> Iterator[str]:
    """The pages on which a plan is read and decided about."""
    yield from ("/desk/plans", plan, f"{plan}?change=hour", f"{plan}?change=unserved", f"{plan}/accept")
    for change in ("new", "hour", "unserved"):
        organizer.open(f"{plan}?change={change}")
        yield str(organizer.page.locator(f"{planning.ROWS} h2 a").first.get_attribute("href"))


def in_every_language(house: House, opens: Opens, addresses: Sequence[str]) -> list[str]:
    """What is left in English on the pages, and what does not fit on a phone."""
    names, faults = names_in(house.database), []
    for language in LANGUAGES:
        page = opens(role="organizer", language=language, width=390)
        for address in addresses:
            page.goto(address)
            found = [*english_left(page, language, names), *sideways(page)]
            faults += [f"{language} {address}: {each}" for each in found]
        page.context.close()
    return faults


def refuse_two(organizer: Person, plan: str) -> list[str]:
    """Refuse two requests of the second page; it stays open, and they are found again among those refused."""
    here = f"{plan}?change=new&page=2"
    organizer.open(here)
    two = planning.topics(organizer)[3:5]
    planning.refuse(organizer, *two)
    assert organizer.page.locator("nav .pills [aria-current=page]").all_inner_texts()[-1].strip() == "2"
    assert len(planning.rows(organizer, "Refused")) == 2
    organizer.open(f"{plan}?state=refused")
    assert planning.topics(organizer) == two
    return two


def accept_the_rest(house: House, organizer: Person, plan: str, number: int) -> None:
    """Accept everything that is open at once; each becomes a session, or says why not."""
    organizer.follow("Accept all %(num)s requests that are open")
    organizer.expect(f"Accept {number} requests", "2 requests that were refused stay as they are.")
    organizer.press("Accept and invite: %(num)s sessions")
    organizer.expect("Accepted: the sessions are made or changed one after the other. Look again in a moment.")
    many.until_done(house.database, many.BECOMING)
    organizer.open(plan)
    found = planning.pills(organizer)
    left = found.get("Could not become a session", 0)
    assert (found["Refused"], found["Has its session"] + left) == (2, number)
    assert left <= number // 20
    with house.database.read() as db:
        made = select(func.count()).select_from(SharingSession)
        assert db.exec(made).one() == found["Has its session"]
    organizer.open(f"{plan}?state=failed")
    assert organizer.page.locator("main .err").count() == min(left, 20)


def invited(house: House, organizer: Person, plan: str, refused: Sequence[str]) -> tuple[str, Kept]:
    """A session that came of the plan, and the invitation of its expert; everybody has their letters by then."""
    organizer.open(f"{plan}?state=approved&page=6")
    row = organizer.page.locator(planning.ROWS, has_text=re.compile("Addis Ababa|Harare|Nairobi")).first
    topic = row.locator("h2").inner_text()
    assert topic not in refused
    row.get_by_role("link", name=re.compile("Open the session")).click()
    organizer.expect("Held tentatively")
    many.until_done(house.database, many.POSTED)
    letters = [each for each in house.letters.letters() if topic in each.subject and "/answer/" in each.text]
    assert len(letters) == everybody(organizer)
    [expert] = [each for each in letters if not each.recipient.endswith(many.HOSPITAL_MAIL)]
    return organizer.page.url, expert


def decline(expert: Person, letter: Kept) -> None:
    """From the letter to its page, and a word why."""
    open_invitation(expert, letter)
    expert.page.locator("main summary").first.click()
    expert.fill({"reason": "当天值班"})
    expert.press("Decline")
    expert.expect("You cannot come to this session")


def repair(organizer: Person, session: str) -> str:
    """What the desk offers, with its reasons; gives the preview of the substitute."""
    organizer.open("/desk")
    organizer.expect("Sessions that cannot be as agreed: decide what happens")
    organizer.open(session)
    organizer.until_said("The best substitute at the same hour")
    organizer.expect("当天值班", "Comes", "Goes")
    ways = organizer.page.locator("section[aria-labelledby=mending] .grid > div")
    for way in ways.all():
        assert "Why this one" in way.inner_text()
        assert way.locator("h4 ~ * li, h4 ~ li").count() > 1
    organizer.page.locator('main a[href*="/substitute?match="]').click()
    organizer.expect("Only those who come and those who go are told.", "2 letters go out")
    return organizer.page.url


def take_over(house: House, organizer: Person, session: str, gone: Kept) -> None:
    """Approve the substitute: who comes and who goes have a letter, and nobody else."""
    seen = house.letters.count()
    goes, comes = (organizer.page.locator("aside dd").nth(place).inner_text() for place in (1, 0))
    organizer.press("Replace at the same hour")
    organizer.expect(
        "Replaced %(goes)s by %(comes)s.", "Those who come and those who go are told; the others keep their answers."
    )
    many.until_done(house.database, many.POSTED)
    new = houses.asked(house, after=seen)
    told = sorted(each.recipient for each in house.letters.letters(seen))
    assert told == sorted([gone.recipient, new.recipient])
    organizer.open(session)
    assert organizer.page.locator("main #mending").count() == 0
    assert comes in organizer.page.locator("section[aria-labelledby=who] > ul:first-of-type").inner_text()
    organizer.expect("Was invited and cannot come", goes)


def lose_the_room(house: House, session: str) -> None:
    """The room of the session goes out of use, as the records say from now on."""
    with house.database.write() as db:
        stands = db.get_one(SharingSession, int(session.rpartition("/")[2].partition("?")[0]))
        db.get_one(Room, stands.room_id).active = False
        record(db, actor=PROGRAM, verb="import", subject="records:rooms", now=datetime.now(UTC))


def another_room(organizer: Person, session: str) -> str:
    """The desk names the session by itself, and offers another room at its hour; gives the preview of that."""
    organizer.open("/desk")
    organizer.until_said("is not in use any more.")
    organizer.open(session)
    organizer.until_said("Another room at the same hour")
    organizer.expect("This session cannot be as agreed", "Agreed: it stays as it is", "the same people")
    organizer.page.locator('main a[href*="/substitute?match="]').click()
    organizer.expect("Everybody is told, with an updated calendar entry.")
    return organizer.page.url


def move_over(house: House, organizer: Person, session: str) -> None:
    """Take the other room: everybody who comes has a letter about it."""
    seen = house.letters.count()
    organizer.press("Another room at the same hour")
    organizer.expect(
        "The session is in %(new)s instead of %(old)s.", "Everybody is told; those who stay keep their answers."
    )
    many.until_done(house.database, many.POSTED)
    organizer.open(session)
    assert organizer.page.locator("main #mending").count() == 0
    assert len(house.letters.letters(seen)) == everybody(organizer)
