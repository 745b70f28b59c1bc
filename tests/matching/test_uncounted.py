"""Who seems to be of use and does not count is named with the reason, where it may have mattered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medixchange.matching.one_hour import why_not_at
from medixchange.matching.search import think
from medixchange.matching.uncounted import uncounted
from medixchange.messages import Message, language, say
from tests.matching.worlds import RWANDAN, at, direct, expert, interpreter, refused, request, room, world

DEAF = expert("e2", speaking={"zh": 5}, speaking_only=frozenset({"en"}))
"""Somebody who presents in English and does not follow questions in it."""
ONE_WAY = replace(interpreter("i1"), pairs=frozenset({("zh", "rw")}))
ONLY_PRESENTS = say(
    "%(name)s presents in %(language)s, but does not follow questions in it.", name="E2", language=language("en")
)
ONLY_INTO = say(
    "%(name)s interprets only from %(source)s into %(target)s; questions could not come back.",
    name="I1",
    source=language("zh"),
    target=language("rw"),
)


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"experts": (DEAF,)}, [ONLY_PRESENTS]),
        ({"experts": (replace(DEAF, specialties={"wards": 3}),)}, []),
        ({"experts": (DEAF,), "requests": (request(exclude=frozenset({"e2"})),)}, []),
        ({"experts": (replace(DEAF, speaking={"en": 4}, speaking_only=frozenset({"fr"})),)}, []),
        ({"requests": (RWANDAN,), "interpreters": (ONE_WAY,)}, [ONLY_INTO]),
        ({"requests": (RWANDAN,), "interpreters": (interpreter("i1"),)}, []),
        ({"requests": (RWANDAN,), "interpreters": (replace(ONE_WAY, simultaneous=False),)}, []),
        ({"requests": (replace(RWANDAN, interpreting=False),), "interpreters": (ONE_WAY,)}, []),
        ({"requests": (request(),), "interpreters": (replace(ONE_WAY, pairs=frozenset({("am", "rw")})),)}, []),
    ],
)
def test_only_those_are_named_whose_languages_could_be_of_use(facts: dict[str, Any], named: list[Message]) -> None:
    assert list(uncounted(world(**facts), "r")) == named


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"experts": (DEAF,), "interpreters": (interpreter("i1", ("zh", "en")),)}, [ONLY_PRESENTS]),
        ({"experts": (DEAF, expert("e3"))}, []),
        ({"requests": (RWANDAN,), "interpreters": (ONE_WAY,)}, [ONLY_INTO]),
        (
            {"requests": (RWANDAN,), "interpreters": (interpreter("i2"), ONE_WAY), "rooms": (room(seats=0),)},
            [ONLY_INTO],
        ),
        (
            {
                "requests": (replace(RWANDAN, seats=9),),
                "interpreters": (interpreter("i2"), ONE_WAY),
                "rooms": (room(seats=1),),
            },
            [],
        ),
    ],
    ids=["interpreted", "direct", "no interpreters", "enough", "no room"],
)
def test_a_search_keeps_who_does_not_count_where_it_may_have_mattered(
    facts: dict[str, Any], named: list[Message]
) -> None:
    assert list(think(world(**facts), "r").uncounted) == named


def test_nobody_presents_in_a_language_in_which_they_do_not_follow_questions() -> None:
    problem = world(experts=(DEAF,))

    assert refused(direct(12, "e2"), problem) == [("H6", "speech", ONLY_PRESENTS)]


def test_one_hour_is_explained_with_those_who_do_not_count() -> None:
    few = say("Those who are free then are too few for a panel, or cannot converse with the audience.")

    assert list(why_not_at(world(experts=(DEAF,)), "r", at(12))) == [few, ONLY_PRESENTS]
