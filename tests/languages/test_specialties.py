"""The controlled list of specialties."""

from __future__ import annotations

import re

from medixchange.i18n import words
from medixchange.languages.specialties import SPECIALTIES


def test_codes_are_plain_and_names_differ() -> None:
    assert [code for code in SPECIALTIES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []
    assert len(set(SPECIALTIES.values())) == len(SPECIALTIES)


def test_every_specialty_has_a_name_for_the_reader() -> None:
    assert [words("en").specialty(code) for code in SPECIALTIES] == list(SPECIALTIES.values())
