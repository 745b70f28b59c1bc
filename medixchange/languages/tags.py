"""BCP 47 language tags: for reading (with a script where it matters) and for speaking."""

from __future__ import annotations

import re

from babel import Locale

from medixchange.errors import Refusal
from medixchange.messages import say

# What forms offer for speaking, the languages of the world's sessions first; ISO 639.
SPOKEN = (
    "en", "zh", "fr", "id", "pt", "ar", "am", "rw", "sw", "es", "ru", "ti", "om", "so", "sn", "nd", "zu", "xh",
    "af", "si", "ta", "ne", "hi", "bn", "ur", "fa", "tr", "vi", "th", "my", "km", "lo", "ms", "uk", "it", "de",
    "ro", "mg", "ln", "wo", "ha", "yo", "ig", "ak",
)  # fmt: skip  # codes, which nobody reads one by one
# Chinese is written in two scripts, and people name regions rather than scripts (CLDR likely subtags).
SCRIPTS = {"zh": "Hans", "zh-cn": "Hans", "zh-sg": "Hans", "zh-tw": "Hant", "zh-hk": "Hant", "zh-mo": "Hant"}
FORM = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
NAMES = Locale("en").languages


class UnknownLanguage(Refusal):
    """A tag that names no language."""

    status = 422


def normalise(tag: str) -> str:
    """The tag in the form this program keeps: "zh-cn" is "zh-Hans", "EN_gb" is "en-GB" (RFC 5646, 2.1.1).

    Raises UnknownLanguage, with what to write instead.
    """
    form = FORM.fullmatch(tag)
    if form is None or form[1].lower() not in NAMES:
        raise UnknownLanguage(say("“%(tag)s” is no language; choose one such as en, fr or zh-Hans.", tag=tag[:35]))
    language, script, region = form[1].lower(), (form[2] or "").title(), (form[3] or "").upper()
    if not script:
        script = SCRIPTS.get(f"{language}-{region}".lower().rstrip("-"), SCRIPTS.get(language, ""))
        region = "" if script else region
    return "-".join(part for part in (language, script, region) if part)


def is_known(tag: str) -> bool:
    """Whether ``tag`` names a language."""
    form = FORM.fullmatch(tag)
    return form is not None and form[1].lower() in NAMES


def is_spoken(tag: str) -> bool:
    """Whether ``tag`` names a language as it is spoken, without script and region."""
    return is_known(tag) and spoken(tag) == tag


def spoken(tag: str) -> str:
    """The language that is spoken, without script and region: "zh-Hans" is "zh"."""
    return re.split("[-_]", tag, maxsplit=1)[0].lower()
