"""Collects the sentences for people from code and templates and brings the catalogues up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from medixchange.i18n.catalogues import folder, is_translated, new_catalogue, read_catalogue
from medixchange.i18n.offer import LANGUAGES

KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "N_": None,
    "say": (1,),
    "count": (1, 2),
}
COMMENTS = ("Translators:",)
"""How a remark to those who translate begins, on the line above a sentence."""

SOURCES = ("medixchange", "templates")
NOISE = tuple(
    f'"{header}:'
    for header in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)


def collect(root: Path) -> Catalog:
    """Every sentence below ``root``, a checkout: the template of all catalogues."""
    with (folder() / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has none
    template = new_catalogue(None)
    for name, _line, message, comments, context in extract_from_dir(
        root, methods, options, KEYWORDS, COMMENTS, strip_comment_tags=True, directory_filter=_is_source(root)
    ):
        template.add(message, None, [(Path(name).as_posix(), 0)], auto_comments=comments, context=context)
    return template


def brought_up_to_date(language: str, template: Catalog) -> Catalog:
    """The catalogue of ``language`` with every sentence of ``template`` and no other; nothing is guessed."""
    catalogue = read_catalogue(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Rewrite the template and the catalogues of this checkout."""
    template = collect(folder().parent.parent)
    _write(folder() / "messages.pot", template)
    for language in LANGUAGES:
        if language != "en":
            catalogue = brought_up_to_date(language, template)
            _write(folder() / f"{language}.po", catalogue)
            missing = sum(1 for message in catalogue if message.id and not is_translated(message))
            sys.stdout.write(f"{language}: {missing} of {len(template)} sentences to translate\n")


def _is_source(root: Path) -> Callable[[str], bool]:
    wanted = [root / source for source in SOURCES]

    def decide(directory: str) -> bool:
        path = Path(directory)
        return any(path == source or source in path.parents for source in wanted)

    return decide


def _write(path: Path, catalogue: Catalog) -> None:
    """Write the file without the headers that only name dates, tools and people."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False, sort_by_file=True)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(NOISE)), encoding="utf-8")


if __name__ == "__main__":
    main()
