"""Whatever people type arrives as they typed it, and never as a line of the calendar."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from medixchange.calendars import lint
from medixchange.calendars.meeting import Party
from tests.calendars.meetings import ALINE, PANEL, invitation, meeting, seen, subscribed
from tests.calendars.readers import Reader

LINE_SEPARATORS = "\x85\u2028\u2029"
MARK = "\ufeff"
PIECES = (
    "重症监护病房的氧气疗法",
    "العناية المركزة",
    "👩🏽‍⚕️🏥",
    "e\u0301",
    "\u202eevil\u202c",
    ",",
    ";",
    ":",
    "\\",
    "\\n",
    "C:\\Neonatal",
    '"',
    "'",
    "^n",
    "=",
    "\n",
    "\r\n",
    "\r",
    "\n ",
    "\n\t",
    "\nATTENDEE:tel:+250",
    "\r\nEND:VEVENT",
    "BEGIN:VALARM",
    "\x00",
    "\x07",
    "\x0b",
    "\x0c",
    "\x1f",
    "\x7f",
    *LINE_SEPARATORS,
    MARK,
    " ",
    "\t",
    "a" * 74,
    "中" * 25,
    "😀" * 19,
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join)
OUR_PEOPLE = frozenset({ALINE.email, PANEL.email})


@given(summary=TEXTS, description=TEXTS)
@example(summary="，" * 200, description="é" * 500)
@example(summary="a" + "😀" * 60, description="ab" + "中" * 90)
@settings(deadline=None, max_examples=150)
def test_texts_arrive_as_they_were_typed(reader: Reader, summary: str, description: str) -> None:
    told = meeting(summary=f"{summary}: Kigali", description=description)

    raw = invitation(told, "REQUEST")

    kept = replace(told, summary=plain(told.summary), description=plain(description))
    assert reader(raw) == [seen(kept, "REQUEST", attendee=ALINE)]


@given(text=TEXTS)
@settings(deadline=None, max_examples=300)
def test_no_text_makes_a_line_that_breaks_the_rules(text: str) -> None:
    told = meeting(summary=f"{text}: Kigali", description=text, location=text, categories=(text, "b"))
    somebody = Party(text, ALINE.email)

    letter, feed = invitation(told, "REQUEST", attendee=somebody), subscribed([told], name=f"Sessions {text}")

    assert lint.check(letter, method="REQUEST", addresses=OUR_PEOPLE) == []
    assert lint.check(feed) == []


@given(name=TEXTS)
@example(name="C:\\")
@example(name='"\\"')
@settings(deadline=None, max_examples=150)
def test_no_name_keeps_an_invitation_from_its_reader(reader: Reader, name: str) -> None:
    told = meeting(location=name, categories=(name, "b"))

    raw = invitation(told, "REQUEST", attendee=Party(name, ALINE.email))

    assert reader(raw) == [seen(told, "REQUEST", attendee=ALINE)]


@given(texts=st.lists(TEXTS, max_size=6), name=TEXTS)
@settings(deadline=None, max_examples=60)
def test_no_text_hides_another_session_of_a_feed(reader: Reader, texts: list[str], name: str) -> None:
    sessions = [meeting(uid=f"{place}@medixchange", summary=f"{text}: Kigali") for place, text in enumerate(texts)]

    raw = subscribed(sessions, name=f"Sessions {name}")

    assert reader(raw) == [seen(replace(each, summary=plain(each.summary))) for each in sessions]


def plain(text: str) -> str:
    """What a reader sees of ``text``: breaks are alike, no control character is left, and no blank around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or not is_control(sign)).strip()


def is_control(sign: str) -> bool:
    """Whether no calendar may hold ``sign``."""
    return sign in LINE_SEPARATORS + MARK or unicodedata.category(sign) == "Cs" or sign < " " or sign == "\x7f"
