"""Language tags for reading and for speaking."""

from __future__ import annotations

import pytest

from medixchange.languages.tags import SPOKEN, UnknownLanguage, is_known, normalise, spoken


@pytest.mark.parametrize(
    ("typed", "kept", "speech"),
    [
        ("en", "en", "en"),
        ("EN_gb", "en-GB", "en"),
        ("zh", "zh-Hans", "zh"),
        ("zh-cn", "zh-Hans", "zh"),
        ("zh-TW", "zh-Hant", "zh"),
        ("zh-hans", "zh-Hans", "zh"),
        ("pt-BR", "pt-BR", "pt"),
        ("rw", "rw", "rw"),
        ("sr-latn-rs", "sr-Latn-RS", "sr"),
    ],
)
def test_a_tag_is_kept_in_one_form(typed: str, kept: str, speech: str) -> None:
    assert (normalise(typed), spoken(kept), is_known(typed)) == (kept, speech, True)


@pytest.mark.parametrize("typed", ["", "q", "xx", "english", "en-", "e1", "en\n", "fr-FRA", "zh-Hans-CN-x"])
def test_what_names_no_language_is_refused(typed: str) -> None:
    assert not is_known(typed)
    with pytest.raises(UnknownLanguage) as refused:
        normalise(typed)
    assert refused.value.status == 422


def test_every_language_that_is_offered_is_known() -> None:
    assert [tag for tag in SPOKEN if not is_known(tag)] == []
