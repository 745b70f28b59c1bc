"""One letter with a recap: complete in text and in HTML, with a link to the page; nobody else's address is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from medixchange.documents.render import to_html, to_text
from medixchange.i18n import direction
from medixchange.messages import language as language_term
from medixchange.outbox.letters import Letter
from medixchange.people.models import Hospital
from medixchange.recaps.about import About
from medixchange.recaps.differences import changes, compare
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion, Visibility
from medixchange.recaps.reading import as_read

MOST_CHANGES = 60
"""Lines that a correction names; the page has all of them."""


_STYLED: Mapping[str, str] = {
    **{
        f"<h{level}>": f'<h{level + 1} style="margin:20px 0 8px;font-size:{size}px;line-height:1.35;color:#0a5560">'
        for level, size in ((2, 18), (3, 16), (4, 16))
    },
    **{f"</h{level}>": f"</h{level + 1}>" for level in (2, 3, 4)},
    "<p>": '<p style="margin:0 0 12px">',
    "<ul>": '<ul style="margin:0 0 12px;padding-inline-start:24px">',
    "<ol": '<ol style="margin:0 0 12px;padding-inline-start:24px"',
    "<li>": '<li style="margin:0 0 6px">',
    "<blockquote>": '<blockquote style="margin:0 0 12px;padding:0 12px;border-inline-start:4px solid #cfdadd">',
    "<pre": '<pre style="margin:0 0 12px;padding:10px;background:#e9eff0;white-space:pre-wrap"',
    "<hr>": '<hr style="border:0;border-top:1px solid #cfdadd;margin:16px 0">',
    "<table>": '<table width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px;border-collapse:collapse">',
    "<th": '<th style="padding:6px 8px;border-bottom:2px solid #0a5560;font-size:14px;text-align:start"',
    "<td": '<td style="padding:6px 8px;border-bottom:1px solid #cfdadd;vertical-align:top;text-align:start"',
    "<a": '<a style="color:#0a5560"',
    '<bdi class="unbroken"': '<bdi style="white-space:nowrap"',
    '<span class="unbroken"': '<span style="white-space:nowrap"',
}
_ELEMENT = re.compile("|".join(rf"{re.escape(each)}(?![a-z])" for each in _STYLED))


@dataclass(frozen=True)
class Addressee:
    """To whom a letter goes, in which language and on which clock; ``hospital_id`` is that of the hospital with which
    they came, None where it is not known, or where they were invited for the one that leads the session."""

    name: str
    email: str
    language: str
    zone: str
    hospital_id: int | None = None


@dataclass(frozen=True)
class Told:
    """What letters tell, the same to every reader of one language: made once for all of them; and the hospitals, which
    they name each reader's own first."""

    version: RecapVersion
    context: Mapping[str, Any]
    hospitals: Sequence[Hospital]
    is_private: bool


def styled(html: Markup) -> Markup:
    """The page of a recap for mail programs, which drop style sheets: each element with its style, headings one level
    deeper. No text of a person looks like an element: it is escaped."""
    return Markup(_ELEMENT.sub(lambda found: _STYLED[found[0]], html))  # noqa: S704 - as safe as it was


def told(
    recap: Recap,
    facts: About,
    version: RecapVersion,
    revision: RecapRevision,
    *,
    old: RecapRevision | None,
    note: str,
    is_behind: bool,
) -> Told:
    """What a letter tells of ``revision``; ``old`` is the one that its readers had before, ``note`` the organizer's.

    ``is_behind`` says that its original has changed since.
    """
    document = as_read(revision.text, version.language)
    is_private = recap.visibility is Visibility.INVITED
    context: dict[str, Any] = {
        "title": revision.title,
        "reference": facts.reference,
        "starts": facts.starts_at,
        "ends": facts.ends_at,
        "note": note,
        "given": language_term(version.language),
        "original": language_term(version.source) if is_behind else "",
        "body_language": version.language,
        "body_direction": direction(version.language),
        "text": to_text(document).strip(),
        "html": styled(to_html(document)),
        "path": "" if is_private else f"/recaps/{recap.slug}/{version.language}",
        "files_path": "" if is_private else f"/recaps/{recap.slug}/files",
        "files": [{"number": each.id, "name": each.name, "size": each.size} for each in facts.files],
        "changed": _changed(old, revision, version.language) if old is not None else [],
    }
    return Told(version, context, facts.hospitals, is_private)


def letter_of(
    kind: str, told: Told, to: Addressee, *, own: str, leave: str, attended: bool = False, list_name: str = ""
) -> Letter:
    """One letter; ``own`` is the seed of its reader's link, ``leave`` that by which they get no more: their place on
    ``list_name``, or their entry among those who ``attended``."""
    links = {"recap": ("recap", own)} if told.is_private else {}
    return Letter(
        kind=kind,
        language=to.language,
        zone=to.zone,
        to_name=to.name,
        to_email=to.email,
        context={
            **told.context,
            **_whose(told.hospitals, to),
            "list": list_name,
            "attended": attended,
            "is_other": told.version.language != to.language,
            "wanted": language_term(to.language),
        },
        links={**links, **({"unsubscribe": ("unsubscribe", leave)} if leave else {})},
    )


def _whose(hospitals: Sequence[Hospital], to: Addressee) -> Mapping[str, Any]:
    own, *others = sorted(hospitals, key=lambda each: each.id != to.hospital_id)
    return {
        "hospital": own.name,
        "city": own.city,
        "hospital_zone": own.zone,
        "together": [f"{each.name}, {each.city}" for each in others],
        "other_zones": [each.zone for each in others],
    }


def _changed(old: RecapRevision, new: RecapRevision, language: str) -> list[dict[str, str]]:
    """The lines that went out and came in, in order, as plain text."""
    texts = (f"{each.title}\n\n{to_text(as_read(each.text, language))}" for each in (old, new))
    lines = [line for group in changes(compare(*texts), around=0) for line in group if line.text.strip()]
    return [{"kind": line.kind, "text": line.text.strip()} for line in lines[:MOST_CHANGES]]
