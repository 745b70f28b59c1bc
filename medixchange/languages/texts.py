"""What a text from outside may hold: one line or a paragraph, cleaned before anything looks at it."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from medixchange.messages import Message, say

SLACK = 8
"""How many times its length a text may have before it is cleaned."""

MOST_ADDRESS = 254

_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile("[ \t\u00a0\u3000]+")
_MANY_BREAKS = re.compile(r"\n{3,}")


class Wrong(ValueError):
    """An answer that cannot be taken; ``message`` says what to write instead.

    ``field`` names the answer it belongs to, where a check over several answers finds it; ``also`` holds what
    the same check found about other answers.
    """

    def __init__(self, message: Message, *, field: str = "", also: Mapping[str, Message] | None = None) -> None:
        super().__init__(message.text)
        self.message = message
        self.field = field
        self.also = also or {}

    @classmethod
    def answers(cls, faults: Mapping[str, Message]) -> Wrong:
        """All of ``faults``, by the answer that each belongs to; there is at least one."""
        (field, message), *_ = faults.items()
        return cls(message, field=field, also=faults)


def clean_line(text: str) -> str:
    """``text`` on one line: breaks become spaces; controls, bidi overrides, lone surrogates go; NFC."""
    seen = _UNSEEN.sub("", _BREAKS.sub(" ", text))
    return unicodedata.normalize("NFC", _BLANKS.sub(_one_blank, seen)).strip()


def clean_paragraph(text: str) -> str:
    """``text`` with ``\\n`` as its only break and at most one empty line in a row, else as ``clean_line``."""
    seen = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    lines = (_BLANKS.sub(_one_blank, line).strip() for line in seen.split("\n"))
    return unicodedata.normalize("NFC", _MANY_BREAKS.sub("\n\n", "\n".join(lines))).strip()


def clean_lines(text: str) -> str:
    """``text`` with ``\\n`` as its only break, and its indents as they were typed (a tab is four blanks), else as
    ``clean_line``: for Markdown, where they mean something."""
    seen = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    lines = (line.replace("\t", "    ").rstrip() for line in seen.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).strip("\n")


def _one_blank(run: re.Match[str]) -> str:
    """What blanks become: French keeps its own before marks and after «, so that no line begins or ends with one."""
    before, after = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    is_kept = "\u00a0" in run[0] and (before == "«" or after in set("!:;?»"))
    return "\u00a0" if is_kept else " "


@dataclass(frozen=True)
class _Text(ABC):
    most: int
    optional: bool = False

    @abstractmethod
    def clean(self, text: str) -> str:
        """The text as it is kept."""

    def read(self, value: object) -> str:
        """The cleaned text. Raises Wrong with what to write instead."""
        if not isinstance(value, str):
            raise Wrong(say("Write this as text."))
        if len(value) > SLACK * self.most:
            raise too_long(len(value), self.most)
        text = self.clean(value)
        if not text and not self.optional:
            raise Wrong(say("Fill in this field."))
        if len(text) > self.most:
            raise too_long(len(text), self.most)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))


@dataclass(frozen=True)
class Line(_Text):
    """Marks a ``str`` field as one cleaned line: ``name: Annotated[str, Line(120)]``.

    At most ``most`` characters, counted after cleaning; empty is wrong unless ``optional``. What is far too
    long is refused before any pattern runs over it.
    """

    def clean(self, text: str) -> str:
        """The text on one line."""
        return clean_line(text)


@dataclass(frozen=True)
class Paragraph(_Text):
    """As ``Line``, for a text of several lines."""

    def clean(self, text: str) -> str:
        """The text with plain line breaks."""
        return clean_paragraph(text)


@dataclass(frozen=True)
class Lines(_Text):
    """As ``Paragraph``, for a text whose indents count."""

    def clean(self, text: str) -> str:
        """The text with plain line breaks and its indents."""
        return clean_lines(text)


@dataclass(frozen=True)
class Picked:
    """Marks a ``str`` field as a value that a list offers, kept as one cleaned line; what cannot be in the list is
    answered with ``told``, which says to choose again."""

    most: int
    told: Message
    optional: bool = False

    def read(self, value: object) -> str:
        """The value. Raises Wrong with what to choose instead."""
        try:
            return Line(self.most, optional=self.optional).read(value)
        except Wrong:
            raise Wrong(self.told) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))


def too_long(length: int, most: int) -> Wrong:
    """What to write instead of a text of ``length`` characters where ``most`` may be."""
    return Wrong(say("Shorten this to %(most)s characters: it has %(length)s.", most=most, length=length))


class MailAddress:
    """Marks a ``str`` field as a mail address, kept in small letters: ``Annotated[str, MailAddress()]``."""

    def read(self, value: object) -> str:
        """The address. Raises Wrong with an example."""
        text = Line(MOST_ADDRESS).read(value)
        try:
            checked = validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise Wrong(say("Write a mail address such as name@hospital.org.")) from None
        return checked.normalized.lower()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))
