"""What the template of the PDF needs of one revision, in the words of its language."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from medixchange import pdf
from medixchange.i18n import Words, direction, words
from medixchange.languages.tags import spoken
from medixchange.messages import N_
from medixchange.people import queries as people
from medixchange.recaps.about import About, about
from medixchange.recaps.document import Document, Heading, Text
from medixchange.recaps.markdown import parse
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion
from medixchange.recaps.outline import frame_language, script_of
from medixchange.recaps.paper import drawn, to_data
from medixchange.templating import clocks


def sheet(db: Session, recap: Recap, version: RecapVersion, revision: RecapRevision, *, address: str) -> dict[str, Any]:
    """The data of ``recap.typ``; ``address`` is where the page is found, empty for what is not published."""
    told = about(db, recap)
    said = words(frame_language(version.language), told.zone)
    is_rtl = direction(version.language) == "rtl"
    data = {
        "lang": spoken(version.language),
        "script": script_of(version.language),
        "direction": direction(version.language),
        "title": revision.title,
        "authors": [told.hospital, *(each.name for each in told.experts)],
        "keywords": [told.reference],
        "kicker": f"{said.gettext(N_('Session recap'))} · {said.isolated(told.reference)}",
        "address": address,
        "clocks": _clocks(said, told),
        "facts": _facts(said, told),
        "notice": notice(db, said, version, is_final=bool(address)),
    }
    title = to_data(Document((Heading(1, (Text(revision.title),)),)), pdf.draws)[0]["inside"]
    return {**_drawn(data), "heading": title, "blocks": to_data(parse(revision.text, isolating=is_rtl), pdf.draws)}


def notice(db: Session, said: Words, version: RecapVersion, *, is_final: bool) -> str:
    """Who has checked this text and when, and from what it was translated; for a draft that it is one."""
    parts = []
    if version.source:
        named = {"language": said.language_name(version.source)}
        parts.append(said.gettext(N_("Translated from: %(language)s.")) % named)
    if not is_final:
        parts.append(said.gettext(N_("Draft, not published.")))
    elif version.published_by is not None and version.published_checked_at is not None:
        checker = people.persons(db, [version.published_by]).get(version.published_by)
        values = {"name": checker.name if checker else "", "day": said.day(version.published_checked_at)}
        parts.append(said.gettext(N_("Checked by %(name)s on %(day)s.")) % values)
    return said.gap.join(parts)


def _clocks(said: Words, told: About) -> list[dict[str, str]]:
    return [
        {"place": each.place, "offset": each.offset, "span": each.span, "local": each.local_count or ""}
        for each in clocks(said, told.starts_at, told.ends_at, told.zone)[:2]
    ]


def _facts(said: Words, told: About) -> list[dict[str, str]]:
    named = [f"{each.name}, {each.institution}" if each.institution else each.name for each in told.experts]
    rows = [(N_("Hospital"), f"{told.hospital}, {told.city}"), (N_("Experts"), "\n".join(named))]
    return [{"label": said.gettext(label), "value": value} for label, value in rows if value]


def _drawn(value: Any) -> Any:
    """The same with numbers in place of characters that the fonts do not have."""
    if isinstance(value, str):
        return drawn(value, pdf.draws)
    if isinstance(value, list):
        return [_drawn(each) for each in value]
    if isinstance(value, dict):
        return {name: _drawn(each) for name, each in value.items()}
    return value
