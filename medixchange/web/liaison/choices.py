"""What the steps of a request offer to choose from, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from medixchange.i18n import Words
from medixchange.intake.steps import MOST_LANGUAGES, MOST_OTHER_LANGUAGES, fields
from medixchange.languages.specialties import SPECIALTIES
from medixchange.languages.tags import SPOKEN, is_spoken
from medixchange.messages import N_, Term, language, listed, say
from medixchange.people.models import Hospital
from medixchange.times.countries import COUNTRIES, zones_of
from medixchange.web.form import Typed
from medixchange.web.zones import described

Choice = tuple[str, str]

URGENCIES = {
    "1": N_("In the next weeks"),
    "2": N_("Within two weeks"),
    "3": N_("Within days: patients wait for it"),
}
WINDOWS_ONLY = {
    "only": N_("No, only inside these windows"),
    "open": N_("Yes, other hours that day or week are possible too"),
}
LEVELS = {
    "5": N_("5: like their own language"),
    "4": N_("4: a medical talk, without effort"),
    "3": N_("3: a medical talk, when it is spoken slowly"),
    "2": N_("2: simple sentences"),
    "1": N_("1: a few words"),
}
INTERPRETING = {
    "if-needed": N_("Yes, where there is no common language"),
    "no": N_("No, our team follows one of the languages above"),
    "own": N_("We bring our own interpreters"),
}
BANDWIDTH = {
    "good": N_("Good: video works"),
    "thin": N_("Thin: video often stops, sound works"),
    "phone": N_("By telephone only"),
}
RECORDING = {
    "ask": N_("Ask us again before the session"),
    "yes": N_("Yes, it may be recorded"),
    "no": N_("No, do not record it"),
}

# Translators: beside the name of a hospital that came with the demo data.
DEMO = N_("demo")


def said(choices: Mapping[str, str], words: Words) -> list[Choice]:
    """Choices with their words."""
    return [(value, words.gettext(text)) for value, text in choices.items()]


def hospitals(known: list[Hospital], words: Words) -> list[tuple[str, list[Choice]]]:
    """The hospitals by country."""
    by_country = sorted(known, key=lambda each: (words.country(each.country), each.name))
    return [
        (country, [(each.code, _named(each, words)) for each in group])
        for country, group in groupby(by_country, key=lambda each: words.country(each.country))
    ]


def _named(hospital: Hospital, words: Words) -> str:
    name = f"{hospital.name}, {hospital.city}"
    return f"{name} ({words.gettext(DEMO)})" if hospital.is_demo else name


def countries(words: Words) -> list[Choice]:
    """All countries by their name."""
    return sorted(((code, words.country(code)) for code in COUNTRIES), key=lambda choice: choice[1])


def zones(country: str, words: Words, *, now: datetime) -> list[Choice]:
    """The zones of a country that has several, none for others."""
    found = zones_of(country)
    return [(zone, described(words, zone, now=now)) for zone in found] if len(found) > 1 else []


def specialties(words: Words) -> list[Choice]:
    """The controlled list."""
    return [(code, words.specialty(code)) for code in SPECIALTIES]


def heard(levels: Mapping[str, int]) -> Term:
    """Languages with their levels, the best first."""
    return listed(
        [
            say("%(language)s (level %(level)s of 5)", language=language(tag), level=level)
            for tag, level in sorted(levels.items(), key=lambda each: -each[1])
        ]
    )


def languages(words: Words, typed: Typed) -> list[Choice]:
    """What an audience may follow, the languages of most sessions first; then those of a request from elsewhere."""
    given = (typed.one(name) for name, _ in (*fields("", MOST_LANGUAGES), *fields("other_", MOST_OTHER_LANGUAGES)))
    others = sorted({tag for tag in given if is_spoken(tag)} - {*SPOKEN})
    return [(tag, words.language_name(tag)) for tag in (*SPOKEN, *others)]
