"""The languages that pages and letters come in, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "zh-Hans": "简体中文", "fr": "Français", "id": "Bahasa Indonesia", "ar": "العربية"}
)
"""BCP 47 tags of the languages on offer, each with its name in its own script, in the order of the menu."""

COMPLETE = ("en", "zh-Hans", "fr", "id")
"""The languages in which nothing may be left untranslated; the others are started."""

PSEUDO = "en-XA"
"""Accented and lengthened English: what stays plain on a page was never marked for translation."""

LOCALES: Mapping[str, str] = MappingProxyType(
    {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "fr": "fr", "id": "id", "ar": "ar", PSEUDO: "en_GB"}
)
"""CLDR locales that give dates, names and plurals; plain "en" would write months before days."""

MOST_HEADER = 500


def direction(tag: str) -> str:
    """ "rtl" or "ltr" for one of the languages on offer."""
    return "rtl" if tag == "ar" else "ltr"


def nearest(tag: str) -> str | None:
    """The language on offer that serves a reader of ``tag`` (BCP 47), or None: "fr-CA" gives "fr".

    Chinese in any script or region gives Simplified Chinese, the only Chinese there is here.
    """
    wanted = tag.strip().replace("_", "-").lower()
    for offered in (*LANGUAGES, PSEUDO):
        if wanted == offered.lower():
            return offered
    primary = wanted.partition("-")[0]
    return next((offered for offered in LANGUAGES if offered.partition("-")[0].lower() == primary), None)


def negotiate(header: str | None, stored: str | None = None) -> str:
    """The language for a reader with this Accept-Language ``header`` (RFC 9110, 12.5.4), or ``stored``.

    A stored choice wins where it is on offer; what nobody can read falls back to English.
    """
    if stored and (chosen := nearest(stored)):
        return chosen
    for tag in _preferred(header or ""):
        if found := nearest(tag):
            return found
    return "en"


def _preferred(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in header[:MOST_HEADER].split(","):
        tag, _, quality = part.partition(";")
        weight = _weight(quality)
        if tag.strip() and weight > 0:
            weighed.append((weight, tag))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _weight(quality: str) -> float:
    if not quality.strip():
        return 1.0
    name, _, number = quality.partition("=")
    try:
        return float(number) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
