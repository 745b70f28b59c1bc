"""The languages in which recaps and handbooks can be written, and which of them is nearest to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from medixchange.i18n import LANGUAGES, words
from medixchange.languages.tags import is_known, spoken

NAMES: Mapping[str, str] = MappingProxyType(
    {
        **LANGUAGES,
        "am": "አማርኛ",
        "pt": "Português",
        "es": "Español",
        "ru": "Русский",
        "sw": "Kiswahili",
        "rw": "Ikinyarwanda",
    }
)
"""BCP 47 tags of the languages that our fonts can print, each with its name in its own script."""

SCRIPTS: Mapping[str, str] = MappingProxyType({"zh-Hans": "hans", "ar": "arab", "am": "ethi", "ru": "cyrl"})
"""ISO 15924 codes in small letters; what is not here is written in Latin."""


_BY_TAG = {spoken(language): language for language in NAMES}
_BY_NAME = {name.casefold(): language for language, name in NAMES.items()}


def tongue_of(tag: str) -> str | None:
    """The one of these languages that a reader of ``tag`` reads, in whatever region or script; ``tag`` may be its own
    name too. None where it is another language, or none."""
    return _BY_TAG.get(spoken(tag)) if is_known(tag) else _BY_NAME.get(tag.casefold())


def script_of(language: str) -> str:
    """The script in which ``language`` is written (ISO 15924)."""
    return SCRIPTS.get(language, "latn")


def frame_language(language: str) -> str:
    """The language of the words around a text in ``language``: its own where pages come in it, else English."""
    return words(language).language


def ranked(available: Sequence[str], wanted: str) -> list[str]:
    """``available`` languages, the nearest to a reader of ``wanted`` first: the same, the same without region or
    script, then English, then the others in their order."""
    order = {language: number for number, language in enumerate(NAMES)}

    def distance(language: str) -> tuple[bool, bool, bool, int]:
        return (
            language != wanted,
            spoken(language) != spoken(wanted),
            language != "en",
            order.get(language, len(order)),
        )

    return sorted(available, key=distance)
