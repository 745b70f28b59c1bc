"""What people of the story do with letters and calendars goes wrong loudly."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from medixchange.demo import moves
from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.demo.moves import Entry, await_letter, await_letters, entry_in, link_in, same_entry
from medixchange.demo.visitor import Astray

EIGHT = datetime(2026, 12, 8, 8, tzinfo=UTC)


def letter(to: str, *, text: str = "Hello", method: str = "", sequence: int = 0) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "sessions@example.org", to, "A session"
    message.set_content(text)
    if method:
        calendar = (
            f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:one@example.org\r\nSEQUENCE:{sequence}\r\n"
            "DTSTART:20261208T080000Z\r\nSTATUS:TENTATIVE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        message.add_alternative(calendar, subtype="calendar", params={"method": method})
    return message


def kept(message: EmailMessage) -> Kept:
    return Kept(1, str(message["To"]), message)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LetterBox:
    monkeypatch.setattr(moves, "PATIENCE", 0.2)
    return LetterBox(tmp_path)


def arrive(box: LetterBox, *messages: EmailMessage) -> None:
    for message in messages:
        (box.folder / f"{box.count() + 1:04}.eml").write_bytes(bytes(message))


def test_the_first_letter_to_somebody_is_waited_for(box: LetterBox) -> None:
    arrive(box, letter("zhang@example.org"), letter("aline@example.org"), letter("aline@example.org"))

    assert await_letter(box, "aline@example.org", after=0).number == 2
    assert await_letter(box, "aline@example.org", after=2).number == 3


def test_a_letter_that_does_not_come_is_named(box: LetterBox) -> None:
    with pytest.raises(Astray, match=r"a letter to .* did not come within"):
        await_letter(box, "aline@example.org", after=0)


def test_a_missing_invitation_and_one_too_many_are_told(box: LetterBox) -> None:
    arrive(box, letter("zhang@example.org", method="REQUEST"), letter("li@example.org", method="CANCEL"))

    assert [each.recipient for each in await_letters(box, 1, "REQUEST", after=0)] == ["zhang@example.org"]
    with pytest.raises(Astray, match="2 letters with METHOD:REQUEST did not come"):
        await_letters(box, 2, "REQUEST", after=0)
    arrive(box, letter("wang@example.org", method="REQUEST"))
    with pytest.raises(Astray, match="2 letters with METHOD:REQUEST came, not 1"):
        await_letters(box, 1, "REQUEST", after=0)


def test_a_link_is_found_by_its_purpose_without_the_stop_behind_it() -> None:
    found = kept(letter("a@example.org", text="See https://x.example/r/1 or https://x.example/answer/2."))

    assert link_in(found, "/answer/") == "https://x.example/answer/2"
    with pytest.raises(Astray, match="has no link with /confirm/"):
        link_in(found, "/confirm/")


def test_an_invitation_is_read_as_a_calendar_reads_it() -> None:
    assert entry_in(kept(letter("a@example.org", method="REQUEST", sequence=2))) == Entry(
        "one@example.org", 2, "TENTATIVE", EIGHT
    )
    with pytest.raises(Astray, match="holds 0 sessions"):
        entry_in(kept(letter("a@example.org")))


def test_letters_that_tell_different_sessions_are_found_out() -> None:
    first, other = (kept(letter("a@example.org", method="REQUEST", sequence=number)) for number in (0, 1))

    assert same_entry([first, first]).sequence == 0
    with pytest.raises(Astray, match="letters to different people tell different sessions"):
        same_entry([first, other])
