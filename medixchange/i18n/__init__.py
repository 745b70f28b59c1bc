"""Words, dates and times in the reader's language, zone and clock."""

from __future__ import annotations

from medixchange.i18n.days import written_day
from medixchange.i18n.offer import LANGUAGES, PSEUDO, direction, nearest, negotiate
from medixchange.i18n.words import Words, words

__all__ = ["LANGUAGES", "PSEUDO", "Words", "direction", "nearest", "negotiate", "words", "written_day"]
