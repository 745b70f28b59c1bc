"""Sentences keep their values on their way through a database to whoever reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.i18n import words
from medixchange.messages import (
    Message,
    Term,
    Value,
    count,
    country,
    from_json,
    instant,
    language,
    listed,
    say,
    sentences,
    specialty,
    to_json,
)

READER = words("en", "Africa/Kigali")
PLAIN = st.one_of(st.text(max_size=20), st.integers(-10, 10**6))
TERMS = st.builds(
    Term,
    st.sampled_from(["language", "country", "specialty", "instant", "clock", "day", "zone"]),
    st.text(max_size=8),
    st.one_of(st.none(), st.just("Africa/Kigali")),
)


def nested(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """Sentences and lists of such values."""
    said = st.builds(Message, st.text(max_size=20), st.dictionaries(st.text(max_size=5), values, max_size=3))
    return st.one_of(said, st.lists(values, max_size=3).map(listed))


@given(st.recursive(st.one_of(PLAIN, TERMS), nested, max_leaves=8))
def test_any_value_comes_back_from_json_as_it_was(value: Value) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


@pytest.mark.parametrize("wrong", [None, 1.5, [], {}, {"words": "x"}])
def test_what_is_no_message_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="not a message"):
        from_json(wrong)


def test_a_form_is_chosen_by_its_number() -> None:
    told = [READER.say(count("%(num)s hour", "%(num)s hours", number)) for number in (0, 1, 2)]

    assert told == ["0 hours", "1 hour", "2 hours"]


def test_each_kind_of_value_is_said_in_the_words_of_its_reader() -> None:
    values: dict[str, Value] = {
        "who": listed(["Zhang San 张三", language("fr"), country("RW")]),
        "what": specialty("intensive-care"),
        "when": instant(datetime(2026, 12, 1, 8, tzinfo=UTC)),
    }

    said = READER.say(say("%(who)s: %(what)s, %(when)s", **values))

    assert said == ("Zhang San 张三, French and Rwanda: Intensive care, Tue, 1 Dec 2026, 10:00 (Kigali, UTC+2)")


def test_sentences_follow_each_other() -> None:
    assert READER.say(sentences([say("One."), say("Two."), say("Three.")])) == "One. Two. Three."


def test_no_sentence_is_no_message() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        sentences([])


def test_equal_messages_are_one_in_a_set() -> None:
    assert len({say("%(a)s", a="x"), say("%(a)s", a="x"), say("%(a)s", a="y")}) == 2
