"""A day in the words of any language that a text can be written in, whether pages come in it or not."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from medixchange.i18n.offer import LOCALES, direction

RIGHT_TO_LEFT = "\u200f"


def written_day(on: date, language: str) -> str:
    """The day as a sentence in ``language`` (a BCP 47 tag that CLDR knows) has it: "1 December 2026".

    In a language written from right to left a mark stands before it, so that its figures do not go with Latin letters
    that may stand there (Unicode TR 9, W7).
    """
    said = str(format_date(on, "long", locale=LOCALES.get(language, language)))
    if language.startswith("fr") and on.day == 1:
        said = f"1er{said.removeprefix('1')}"  # CLDR has the pattern of the other days alone
    return RIGHT_TO_LEFT + said if direction(language) == "rtl" else said
