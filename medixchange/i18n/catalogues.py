"""Catalogues of translations: read from .po files once in a process and kept compiled in memory."""

from __future__ import annotations

import gettext
import re
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from medixchange.i18n.offer import LOCALES, PSEUDO

PLAIN = "aceinouyACEINOUY"
ACCENTED = "àçéîñöûýÀÇÉÎÑÖÛÝ"
PLACEHOLDER = re.compile(r"(%\(\w+\)s)")
_ACCENTS = str.maketrans(PLAIN, ACCENTED)


def folder() -> Path:
    """Where the catalogues lie, one ``<tag>.po`` a language, in a checkout and in a wheel."""
    return Path(str(resources.files("medixchange") / "translations"))


def read_catalogue(language: str) -> Catalog:
    """The catalogue of ``language`` as it is written, with comments and flags; empty where there is none."""
    path = folder() / f"{language}.po"
    if not path.exists():
        return new_catalogue(language)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALES[language])


def new_catalogue(language: str | None) -> Catalog:
    """An empty catalogue for ``language``; None gives the template."""
    what = language or "the template for every language"
    return Catalog(
        locale=LOCALES[language] if language else None,
        header_comment=f"# What medixchange says to people: {what}.",
        fuzzy=False,
    )


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What gettext answers for ``language``, one of ``LOCALES``; English is the messages themselves."""
    if language == PSEUDO:
        return Pseudo()
    if language == "en":
        return gettext.NullTranslations()
    return compiled(read_catalogue(language))


def compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    """``catalogue`` ready for use; what it does not say in every form is said in English."""
    for message in list(catalogue):
        # Babel would fill the gap with the singular: "15 minute" in a language that has one form only.
        if message.id and not is_translated(message):
            catalogue.delete(message.id)
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return gettext.GNUTranslations(file)


def is_translated(message: Message) -> bool:
    """Whether each form of ``message`` has its words."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(forms)


class Pseudo(gettext.NullTranslations):
    """English with accents, a third longer, in brackets; placeholders stay as they are."""

    def gettext(self, message: str) -> str:
        """``message`` in disguise."""
        return disguise(message)

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        """The right form by English rules, in disguise."""
        return disguise(singular if num == 1 else plural)


def disguise(message: str) -> str:
    """``message`` as pseudo-English: "Day %(n)s" gives "[Dàý %(n)s ~~]"."""
    parts = PLACEHOLDER.split(message)
    accented = "".join(part if part.startswith("%(") else part.translate(_ACCENTS) for part in parts)
    return f"[{accented} {'~' * max(1, len(message) // 3)}]"
