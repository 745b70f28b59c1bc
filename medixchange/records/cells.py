"""What one cell of a CSV file may say: each reader gives a value, or a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from medixchange.languages.specialties import SPECIALTIES
from medixchange.languages.tags import is_known, normalise, spoken
from medixchange.languages.texts import Line, MailAddress, Paragraph, Wrong
from medixchange.messages import Message, say
from medixchange.times.countries import COUNTRIES
from medixchange.times.zones import is_zone

Item = TypeVar("Item")

MOST_ADDRESS = 500
MOST_ITEMS = 50
YES, NO = ("yes", "y", "1", "true"), ("no", "n", "0", "false")


class WrongCell(Wrong):
    """A cell that cannot be read; ``message`` says what to write instead."""


def text(most: int) -> Callable[[str], str]:
    """A reader of one line of at most ``most`` characters, cleaned as those of a form. It raises Wrong."""
    return Line(most).read


def code(cell: str) -> str:
    """A short key that stays the same over imports: small letters, digits and hyphens."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", cell):
        raise WrongCell(say("Write a key of small letters, digits and hyphens, such as “king-faisal”."))
    return cell


def email(cell: str) -> str:
    """A mail address, in small letters. Raises Wrong."""
    return MailAddress().read(cell)


def yes_or_no(cell: str) -> bool:
    """yes or no."""
    if cell.lower() not in YES + NO:
        raise WrongCell(say("Write yes or no, not “%(cell)s”.", cell=cell))
    return cell.lower() in YES


def number(least: int, most: int) -> Callable[[str], int]:
    """A reader of a whole number from ``least`` to ``most``."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", cell) or not least <= int(cell) <= most:
            raise WrongCell(
                say(
                    "Write a whole number from %(least)s to %(most)s, not “%(cell)s”.",
                    least=least,
                    most=most,
                    cell=cell,
                )
            )
        return int(cell)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one of ``choices``."""

    def read(cell: str) -> str:
        if cell not in choices:
            raise WrongCell(say("Write one of %(choices)s, not “%(cell)s”.", choices=", ".join(choices), cell=cell))
        return cell

    return read


def country(cell: str) -> str:
    """An ISO 3166 alpha-2 code."""
    if cell.upper() not in COUNTRIES:
        raise WrongCell(say("“%(cell)s” is no country; write its two letters, such as RW.", cell=cell))
    return cell.upper()


def zone(cell: str) -> str:
    """An IANA zone name."""
    if not is_zone(cell):
        raise WrongCell(say("“%(cell)s” is no time zone; write its name, such as Africa/Kigali.", cell=cell))
    return cell


def reading_language(cell: str) -> str:
    """A BCP 47 tag for letters and pages."""
    if not is_known(cell):
        raise WrongCell(say("“%(cell)s” is no language; write its tag, such as en, fr or zh-Hans.", cell=cell))
    return normalise(cell)


def spoken_language(cell: str) -> str:
    """A BCP 47 tag for speaking, without a script."""
    return spoken(reading_language(cell))


def specialty(cell: str) -> str:
    """A code of the controlled list."""
    if cell not in SPECIALTIES:
        raise WrongCell(say("“%(cell)s” is no specialty; write one of %(all)s.", cell=cell, all=", ".join(SPECIALTIES)))
    return cell


def parts(cell: str) -> list[str]:
    """The pieces between semicolons, without the empty ones."""
    return [piece.strip() for piece in cell.split(";") if piece.strip()]


def reference(cell: str) -> str:
    """What people call a request by, such as MX-1001."""
    if not re.fullmatch(r"[A-Z]{1,6}-[0-9]{1,9}", cell):
        raise WrongCell(say("Write a reference of capital letters, a hyphen and digits, such as MX-1001."))
    return cell


def join_address(cell: str) -> str:
    """The https address of a video room. Raises Wrong."""
    address = text(MOST_ADDRESS)(cell)
    if not re.fullmatch(r"https://[^\s/]+\.[^\s]+", address):
        raise WrongCell(say("Write the room's address, beginning with https://."))
    return address


def paragraphs(most: int) -> Callable[[str], str]:
    """A reader of a text of several lines and at most ``most`` characters, cleaned likewise. It raises Wrong."""
    return Paragraph(most).read


def many(read: Callable[[str], Item], *, least: int = 0, most: int = MOST_ITEMS) -> Callable[[str], tuple[Item, ...]]:
    """A reader of ``least`` to ``most`` different items between semicolons."""

    def read_all(cell: str) -> tuple[Item, ...]:
        items = tuple(dict.fromkeys(read(piece) for piece in parts(cell)))
        if not least <= len(items) <= most:
            raise WrongCell(_wrong_number(least, most))
        return items

    return read_all


def levels(
    read: Callable[[str], str], least: int, most: int, *, items: int = MOST_ITEMS
) -> Callable[[str], dict[str, int]]:
    """A reader of "name:level; name:level" with levels from ``least`` to ``most``, for up to ``items`` names."""

    def read_all(cell: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for piece in parts(cell):
            name, colon, level = piece.partition(":")
            if not colon:
                raise WrongCell(
                    say(
                        "Write “%(piece)s” with its level, such as %(piece)s:%(most)s.",
                        piece=piece,
                        most=most,
                    )
                )
            found[read(name.strip())] = number(least, most)(level.strip())
        if not found:
            raise WrongCell(say("Give at least one, with its level."))
        if len(found) > items:
            raise WrongCell(_wrong_number(1, items))
        return found

    return read_all


def heard_and_spoken(cell: str) -> dict[str, tuple[int, int]]:
    """Levels of languages as "zh:5/5; en:4/3": listening, then speaking, 0 to 5."""
    found: dict[str, tuple[int, int]] = {}
    for piece in parts(cell):
        form = re.fullmatch(r"([A-Za-z-]+)\s*:\s*([0-5])\s*/\s*([0-5])", piece)
        if form is None:
            raise WrongCell(say("Write “%(piece)s” as language:listening/speaking, such as en:4/3.", piece=piece))
        found[spoken_language(form[1])] = (int(form[2]), int(form[3]))
    if not found:
        raise WrongCell(say("Give at least one language, such as zh:5/5."))
    return found


def pairs(cell: str) -> tuple[tuple[str, str], ...]:
    """Language pairs with their direction, as "zh>en; en>zh"."""
    found = []
    for piece in parts(cell):
        source, arrow, target = piece.partition(">")
        if not arrow:
            raise WrongCell(say("Write “%(piece)s” as from>into, such as zh>en.", piece=piece))
        pair = (spoken_language(source.strip()), spoken_language(target.strip()))
        if pair[0] == pair[1]:
            raise WrongCell(say("“%(piece)s” names one language twice; write two.", piece=piece))
        found.append(pair)
    if not found:
        raise WrongCell(say("Give at least one pair of languages, such as zh>en."))
    return tuple(dict.fromkeys(found))


def _wrong_number(least: int, most: int) -> Message:
    return say("Give %(least)s to %(most)s items with semicolons between.", least=least, most=most)
