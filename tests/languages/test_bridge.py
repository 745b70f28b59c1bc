"""How two parties converse, by AIIC's norms, and the words for each way."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.languages import bridge
from medixchange.languages.bridge import Bridge, Leg, TooLongToInterpret, team_size
from medixchange.messages import count, language, listed, say

bridges = partial(bridge.bridges, relay="en", min_speech=4, min_audience=3)
why_no_bridge = partial(bridge.why_no_bridge, min_speech=4, min_audience=3)
BOTH = [("zh", "fr"), ("fr", "zh")]
TAGS = st.sampled_from(("zh", "en", "fr", "rw"))
LEVELS = st.dictionaries(TAGS, st.integers(0, 5))
PAIRS = st.sets(st.tuples(TAGS, TAGS).filter(lambda pair: pair[0] != pair[1]))


@pytest.mark.parametrize(
    ("minutes", "size"), [(15, 1), (40, 1), (41, 2), (240, 2), (241, 3), (360, 3), (361, 4), (480, 4)]
)
def test_a_team_is_as_large_as_aiic_says(minutes: int, size: int) -> None:
    assert team_size(minutes) == size


def test_no_team_interprets_longer_than_a_working_day() -> None:
    with pytest.raises(TooLongToInterpret) as refused:
        team_size(481)
    assert refused.value.message == say(
        "No team interprets longer than %(minutes)s minutes a day; split the session.", minutes=480
    )


def test_a_common_language_needs_nobody() -> None:
    found = bridges({"zh": 5, "en": 4}, {"en": 3, "rw": 5}, [], minutes=60)

    said = say("Both sides speak %(language)s; no interpreter is needed.", language=language("en"))
    assert found == (Bridge("direct", "en", "en", (), 0, said),)


def test_a_language_that_is_spoken_or_heard_too_little_is_not_common() -> None:
    assert bridges({"en": 3}, {"en": 5}, [], minutes=60) == ()
    assert bridges({"en": 4}, {"en": 2}, [], minutes=60) == ()


@pytest.mark.parametrize(("minutes", "team"), [(40, 1), (60, 2), (300, 3)])
def test_without_a_common_language_a_team_takes_turns(minutes: int, team: int) -> None:
    found = bridges({"zh": 5}, {"fr": 5}, BOTH, minutes=minutes)

    said = count(
        "One interpreter between %(speech)s and %(audience)s.",
        "%(num)s interpreters between %(speech)s and %(audience)s, taking turns.",
        team,
        speech=language("zh"),
        audience=language("fr"),
    )
    assert found == (Bridge("interpreter", "zh", "fr", (Leg("zh", "fr"),), team, said),)


def test_an_interpreter_who_works_one_way_only_does_not_join_a_conversation() -> None:
    assert bridges({"zh": 5}, {"fr": 5}, [("zh", "fr")], minutes=60) == ()


def test_relay_goes_through_a_third_language_where_nobody_joins_the_two() -> None:
    pairs = [("zh", "en"), ("en", "zh"), ("en", "rw"), ("rw", "en")]

    found = bridges({"zh": 5}, {"rw": 5}, pairs, minutes=60)

    said = say(
        "Relay through %(relay)s, as nobody interprets between %(speech)s and %(audience)s directly.",
        relay=language("en"),
        speech=language("zh"),
        audience=language("rw"),
    )
    assert found == (Bridge("relay", "zh", "rw", (Leg("zh", "en"), Leg("en", "rw")), 2, said),)


def test_relay_is_avoided_where_a_direct_team_exists() -> None:
    pairs = [*BOTH, ("zh", "en"), ("en", "zh"), ("en", "fr"), ("fr", "en")]

    found = bridges({"zh": 5}, {"fr": 5}, pairs, minutes=60)

    assert [each.mode for each in found] == ["interpreter"]


def test_the_ways_come_best_first() -> None:
    found = bridges({"zh": 5, "en": 4}, {"fr": 5, "en": 3}, BOTH, minutes=60)

    assert [(each.mode, each.speech, each.audience) for each in found] == [
        ("direct", "en", "en"),
        ("interpreter", "zh", "fr"),
    ]


def test_an_audience_without_a_language_is_asked_for_one() -> None:
    assert why_no_bridge({"zh": 5}, {"fr": 2}) == say(
        "The audience follows no language well enough; ask the hospital which one it understands best."
    )


def test_a_panel_that_cannot_present_is_told_so() -> None:
    assert why_no_bridge({"en": 3}, {"fr": 5}) == say("The experts speak no language well enough to present in it.")


def test_both_sides_are_named_where_nobody_joins_them() -> None:
    assert why_no_bridge({"zh": 5, "en": 3}, {"am": 5}) == say(
        "No interpreters work between what the experts speak (%(spoken)s) and what the audience follows (%(heard)s).",
        spoken=listed([language("zh")]),
        heard=listed([language("am")]),
    )


@given(LEVELS, LEVELS, PAIRS)
def test_every_way_can_really_be_gone_and_relay_is_the_last_resort(
    speech: dict[str, int], audience: dict[str, int], pairs: set[tuple[str, str]]
) -> None:
    found = bridges(speech, audience, pairs, minutes=60)

    for way in found:
        assert speech[way.speech] >= 4
        assert audience[way.audience] >= 3
        ends = [way.speech, *(leg.target for leg in way.legs)]
        assert (ends[-1], [leg.source for leg in way.legs]) == (way.audience, ends[:-1])
        assert all({(leg.source, leg.target), (leg.target, leg.source)} <= pairs for leg in way.legs)
    modes = {way.mode for way in found}
    assert "relay" not in modes or modes == {"relay"}
    assert bool(found) or not any(speech[tag] >= 4 and audience.get(tag, 0) >= 3 for tag in speech)
