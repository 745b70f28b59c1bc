"""Steps of asking under whatever may be sent: a checked answer or sentences, and never a fault."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from medixchange.availability.windows import ClosedDays
from medixchange.i18n import words
from medixchange.intake.draft import STEPS
from medixchange.intake.queries import Place
from medixchange.intake.windows import OFFERED, WindowsStep, window_faults
from medixchange.messages import Message
from medixchange.web.form import Typed, read
from medixchange.web.liaison.hours import hour_choices, typed_windows
from tests.web.answers import steps

MARCH = datetime(2027, 3, 20, 12, tzinfo=UTC)
ZONES = ("Africa/Kigali", "Pacific/Easter", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")

anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "0", "1", "60", "new", "en", "only", "RW", "2027-04-03", "9999-12-31", "0001-01-01", "21:30"]),
    st.sampled_from(["\x00", "<script>", "%s %(x)s", "{{ 7 * 7 }}", "\r\nBcc: a@b.org", "=1+1", "\u202e", "1e9", "-1"]),
    st.just("x" * 70_000),
)


def answers_to(model: type[BaseModel]) -> st.SearchStrategy[dict[str, list[str]]]:
    """Right answers, with some replaced by anything."""
    right = {
        name: steps("kigali")[step].get(name, "")
        for step, each in STEPS.items()
        if each is model
        for name in each.model_fields
    }
    plain = {name: value if isinstance(value, list) else [value] for name, value in right.items()}
    wrong = st.dictionaries(st.sampled_from(sorted(plain)), st.lists(anything, max_size=3), max_size=4)
    return wrong.map(lambda changes: {**plain, **changes})


@pytest.mark.parametrize("name", STEPS)
@given(data=st.data())
def test_whatever_is_sent_is_taken_clean_or_answered_in_sentences(name: str, data: st.DataObject) -> None:
    model = STEPS[name]
    typed = Typed.of(data.draw(answers_to(model)))

    filled = read(model, typed)

    assert (filled.value is None) == bool(filled.errors)
    assert set(filled.errors) <= {*model.model_fields}
    assert all(isinstance(told, Message) and words("fr").say(told) for told in filled.errors.values())
    if filled.value is not None:
        kept: dict[str, Any] = filled.value.model_dump(mode="json")
        again = read(model, Typed.of(json.loads(json.dumps(kept))))
        assert again.value == filled.value
        assert not any(CONTROLS.search(text.replace("\n", "")) for text in map(str, kept.values()))


@given(answers=answers_to(WindowsStep), zone=st.sampled_from(ZONES))
def test_windows_are_shown_as_far_as_they_can_be(answers: dict[str, list[str]], zone: str) -> None:
    typed = Typed.of(answers)

    shown = typed_windows(typed, Place("Hospital", "City", "CL", zone), words("en", zone), ClosedDays(), now=MARCH)

    filled = read(WindowsStep, typed).value
    assert [window.number for window in shown] == [1, 2, 3]
    if filled is not None and not window_faults(filled, zone, now=MARCH):
        assert [window.number for window in shown if window.hours] == list(filled.windows)


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    language=st.sampled_from(["en", "ar", "zh-Hans"]),
)
def test_every_hour_has_an_hour_in_beijing_on_each_day(zone: str, day: date, language: str) -> None:
    said = words(language, zone)

    choices = hour_choices(zone, said, Typed(), now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    assert [value for value, _ in choices] == list(OFFERED)
    for value, label in choices:
        assert re.sub("[\u2066-\u2069]", "", label).startswith(f"{value} (")
        assert said.place("Asia/Shanghai") in label
