"""Words are found however they are typed: capitals, accents, vowel signs and wide forms do not count."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.library.filters import Filters, read_filters
from medixchange.library.search import MOST_TERMS, fold, terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Oxygène: SEVRAGE", "oxygene sevrage"),
        ("SpO₂ < 92 %", "spo2 92"),
        ("ＩＣＵ　氧疗，俯卧位", "icu 氧疗 俯卧位"),
        ("أَعْطِ الأُكْسِجين", "اعط الاكسجين"),
        ("جـلـسـة", "جلسة"),
        ("MX-2017", "mx 2017"),
        ("Straße", "strasse"),
        ("...", ""),
    ],
)
def test_text_is_compared_without_its_dress(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_found_in_a_text_that_holds_it(text: str) -> None:
    around = fold(f"before {text} after")

    assert [term for term in terms(text) if term not in around] == []


def test_a_search_has_few_words_each_once() -> None:
    assert terms("Oxygen, oxygen  NIGHT") == ["oxygen", "night"]
    assert len(terms(" ".join(map(str, range(100))))) == MOST_TERMS


def test_what_cannot_be_meant_is_no_filter() -> None:
    asked = {"topic": "gardening", "country": "rw", "language": "xx", "when": "2026-13", "text": "\u202e a\n b "}

    assert read_filters(asked) == Filters(text="a b")


def test_filters_are_what_an_address_says_and_the_other_way_round() -> None:
    asked = {"topic": "nursing", "country": "RW", "language": "zh-Hans", "when": "2026-11", "text": "氧疗 b&c"}

    filters = read_filters(asked)

    assert filters.given == asked
    assert filters.query(country="", page="2") == (
        "topic=nursing&language=zh-Hans&when=2026-11&text=%E6%B0%A7%E7%96%97+b%26c&page=2"
    )


@pytest.mark.parametrize(
    ("when", "period"),
    [
        ("", None),
        ("2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2026-12", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2028-02", (date(2028, 2, 1), date(2028, 2, 29))),
    ],
)
def test_a_date_is_a_year_or_a_month(when: str, period: tuple[date, date] | None) -> None:
    assert Filters(when=when).period == period
