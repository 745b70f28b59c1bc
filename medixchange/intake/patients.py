"""A soft look for what might be a patient's data in a free text: it asks, and never refuses twice."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from medixchange.languages.texts import Line, Wrong
from medixchange.messages import N_, Message, say

# What record systems and people write; broad on purpose, since the answer is only a question.
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\b(?:MRN|NHS|IPP|rekam medis|病案号|住院号)\W{0,3}\d", re.IGNORECASE),
        N_("a patient's record number"),
    ),
    (re.compile(r"\b(?:DOB|born|né(?:e)? le|lahir|出生)\b\W*\w*", re.IGNORECASE), N_("a date of birth")),
    (
        re.compile(r"(?<!\d)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)"),
        N_("a date of birth"),
    ),
    (
        re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d(?!\d)"),
        N_("a date of birth"),
    ),
    (re.compile(r"(?<!\d)\d{7,}(?!\d)"), N_("a record number or a telephone number")),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Bapak|Ibu|Madame|Monsieur)\.? [A-Z][a-z]+"), N_("a patient's name")),
)


def doubt(text: str) -> Message | None:
    """The words in ``text`` that may belong to a patient, and what they look like; None where there are none."""
    for sign, what in _SIGNS:
        found = sign.search(text)
        if found:
            return say(
                "“%(text)s” looks like %(what)s. Remove it, or say below that it is not a patient's.",
                text=found.group().strip(),
                what=Message(what),
            )
    return None


def _asked(said: str, info: ValidationInfo) -> str:
    """Looks at each text that is right by itself, whatever is wrong with the others."""
    texts = (each for each in info.data.values() if isinstance(each, str))
    first = next(filter(None, map(doubt, texts)), None)
    if first is not None and said != "yes":
        raise Wrong(first)
    return said


NoPatientData = Annotated[str, Line(3, optional=True), AfterValidator(_asked), Field(validate_default=True)]
"""The last field of a form with free texts: ``no_patient_data: NoPatientData = ""``. Where a text before it may hold a
patient's data, whoever wrote it says by a box that it holds none."""
