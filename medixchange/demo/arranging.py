"""The story's first half: sessions are asked for, matched, approved and accepted; one moves, one is cancelled."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.demo.moves import (
    Entry,
    await_letter,
    await_letters,
    entry_in,
    link_in,
    reload_until,
    same_entry,
    visitor,
)
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.visitor import Astray, Visitor
from medixchange.i18n import words
from medixchange.templating import EXPERT_ZONE

TOPIC = "Prone position outside the intensive care unit"
ERIC = "eric@chuk.example.org"
JAKARTA, JAKARTA_ZONE = "Weaning from mechanical ventilation", "Asia/Jakarta"
ACCRA = "Critical care of pregnant patients"
REASON = "The hospital's video line is being repaired in that week."
TEN_IN_KIGALI = time(8)  # UTC; 16:00 in Beijing


def confirm_one(stage: Stage, desk: Visitor) -> Booked:
    """From a form in Kigali to a session that stands in everybody's calendar."""
    with visitor(stage.address) as eric:
        with stage.telling.step("Eric asks for a session in Kigali, in five steps"):
            ask(eric, stage.week)
        with stage.telling.step("He confirms his address by the link in a letter, and his request is matched"):
            confirm_address(eric, stage.letters)
            reload_until(eric, "We have found hours and experts")
        stage.telling.say(f"His status page: {eric.address}")
        with stage.telling.step("Ada reads the reasons at the desk, previews every letter and approves the match"):
            held = approve(stage, desk, TOPIC)
            check_hour(held, stage.week)
        stage.telling.say(f"The session at the desk: {desk.address}")
        with stage.telling.step(f"{names(held)} accept, each by one tap from the letter"):
            seen = stage.letters.count()
            accept(stage, held)
        with stage.telling.step("The session is confirmed: everybody gets the same entry, one version later"):
            confirmed = await_letters(stage.letters, len(held), "REQUEST", after=seen)
            check_change(held, confirmed, status="CONFIRMED")
            reload_until(eric, "Your session takes place")
        with stage.telling.step("It stands in each one's subscribed calendar at the same instant"):
            for letter in confirmed:
                stage.calendar_of(letter.recipient).expect(entry_in(letter))
        for email, calendar in stage.calendars.items():
            stage.telling.say(f"The calendar of {email}: {calendar.feed}")
        return Booked(desk.address, confirmed)


def move_one(stage: Stage, desk: Visitor) -> None:
    """A session with Jakarta is held, then moved to another hour."""
    with stage.telling.step("Ada approves a match for Jakarta"):
        held = approve(stage, desk, JAKARTA)
        first = held[0]
    with stage.telling.step(f"{names([first])} sees the hour held in a subscribed calendar"):
        calendar = stage.calendar_of(first.recipient)
        calendar.expect(entry_in(first))
    with stage.telling.step("Ada reschedules it; each one reads the new and the old time on both clocks"):
        seen = stage.letters.count()
        reschedule(desk)
        moved = await_letters(stage.letters, len(held), "REQUEST", after=seen)
        check_change(held, moved, status="TENTATIVE", moved=True)
        check_clocks(moved, same_entry(held), same_entry(moved), zone=JAKARTA_ZONE)
    with stage.telling.step("The subscribed calendar shows the new hour of the same session"):
        calendar.expect(same_entry(moved))


def cancel_one(stage: Stage, desk: Visitor) -> None:
    """A session with Accra is held, then cancelled."""
    with stage.telling.step("Ada approves a match for Accra"):
        held = approve(stage, desk, ACCRA)
        first = held[0]
        calendar = stage.calendar_of(first.recipient)
        calendar.expect(entry_in(first))
    with stage.telling.step("She cancels it; everybody's calendar takes it out"):
        seen = stage.letters.count()
        desk.follow("Cancel")
        desk.press("Cancel the session", reason=REASON, afterwards="submitted")
        cancelled = await_letters(stage.letters, len(held), "CANCEL", after=seen)
        check_change(held, cancelled, status="CANCELLED")
        calendar.expect(same_entry(cancelled))
        for letter in cancelled:
            if REASON not in letter.text:
                raise Astray(f"the letter to {letter.recipient} does not say why")
    with stage.telling.step("The hospital's request is kept, and matched anew"):
        desk.open("/desk")
        desk.follow(ACCRA)
        reload_until(desk, "Preview and approve")


def ask(person: Visitor, week: date) -> None:
    """Fill in the five steps: an hour at ten on three days of ``week``."""
    person.open("/")
    person.follow("Ask for a session")
    person.press("Save and continue", hospital="chuk", contact_name="Eric Example", contact_email=ERIC)
    person.press(
        "Save and continue",
        topic=TOPIC,
        specialties=["intensive-care", "nursing"],
        audience="Physicians and nurses of the intensive care unit",
        audience_size="25",
        questions="Which patients do you turn?\nWho watches the tube?",
        urgency="3",
    )
    days = {f"day{place}": (week + timedelta(days=place)).isoformat() for place in (1, 2, 3)}
    hours = {f"from{place}": "10:00" for place in (1, 2, 3)} | {f"to{place}": "11:00" for place in (1, 2, 3)}
    person.press("Check the times", **days, **hours, minutes="60", windows_only="only")
    person.expect("16:00")
    person.press("Save and continue")
    person.press(
        "Save and continue",
        language1="fr",
        level1="5",
        language2="rw",
        level2="5",
        interpreting="if-needed",
        bandwidth="good",
        recording="ask",
    )
    person.press("Send the request")
    person.expect("Your request is sent")


def confirm_address(person: Visitor, letters: LetterBox) -> None:
    """Follow the link in the letter and press its button, which leads to the status page."""
    person.open(link_in(await_letter(letters, ERIC, after=0), "/confirm/"))
    person.press("Yes, this is my request")


def approve(stage: Stage, desk: Visitor, topic: str) -> list[Kept]:
    """Approve the best match of the request about ``topic``; the letters that hold the hour. The desk is then on the
    session's page."""
    seen = stage.letters.count()
    desk.open("/desk")
    desk.follow(topic)
    if "Preview and approve" not in desk.text:  # its people were given to the sessions before it
        desk.press("Search again")
    # What was decided before may have the program look for other proposals than those that are there.
    reload_until(desk, "Preview and approve", but="A search is under way")
    desk.follow("Preview and approve")
    number = re.search(r"Approve and invite (\d+) people", desk.text)
    if number is None:
        raise Astray(f"the preview does not say how many are invited: {desk.text[:600]}")
    desk.press("Approve and invite")
    held = await_letters(stage.letters, int(number[1]), "REQUEST", after=seen)
    entry = same_entry(held)
    if (entry.sequence, entry.status) != (0, "TENTATIVE"):
        raise Astray(f"the invitation is not a tentative first version: {entry}")
    return held


def accept(stage: Stage, held: list[Kept]) -> None:
    """Each one follows the link in the letter and presses one button."""
    for letter in held:
        with visitor(stage.address) as guest:
            guest.open(link_in(letter, "/answer/") + "?lang=en")
            guest.press("Accept")


def reschedule(desk: Visitor) -> None:
    """Move the session on whose page the desk is to the last hour that is offered."""
    desk.follow("Reschedule")
    desk.press("Preview the letters", to=desk.choices("to")[-1][0])
    desk.press("Reschedule the session")


def names(kept: list[Kept]) -> str:
    """Who the letters are for, as a list."""
    return ", ".join(letter.message["To"].addresses[0].display_name for letter in kept)


def check_hour(held: list[Kept], week: date) -> None:
    """Ten in Kigali is 16 in Beijing: in each letter, and as an instant in each calendar object."""
    entry = same_entry(held)
    if entry.starts not in [datetime.combine(week + timedelta(days=day), TEN_IN_KIGALI, UTC) for day in (1, 2, 3)]:
        raise Astray(f"the session begins at {entry.starts}, not at ten in Kigali")
    for letter in held:
        for clock in ("10:00", "16:00"):
            if clock not in letter.text:
                raise Astray(f"the letter to {letter.recipient} does not say {clock}")


def check_change(earlier: list[Kept], later: list[Kept], *, status: str, moved: bool = False) -> None:
    """The same people were told of the same session, in its next version, with ``status``."""
    was, now = same_entry(earlier), same_entry(later)
    expected = Entry(was.uid, was.sequence + 1, status, now.starts if moved else was.starts)
    told = {letter.recipient for letter in later}
    if now != expected or moved == (now.starts == was.starts) or told != {each.recipient for each in earlier}:
        raise Astray(f"{was} became {now} for {sorted(told)}")


def check_clocks(kept: list[Kept], *versions: Entry, zone: str) -> None:
    """Each letter says the start of every version on both clocks: that of ``zone`` and Beijing's. Raises Astray."""
    clocks = [words("en", each).clock(version.starts) for version in versions for each in (zone, EXPERT_ZONE)]
    for letter in kept:
        for clock in clocks:
            if clock not in letter.text:
                raise Astray(f"the letter to {letter.recipient} does not say {clock}")
