"""What the template of the PDF needs of one revision, in the words of its language."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from medixchange.documents import sheet as documents
from medixchange.documents.tongues import frame_language
from medixchange.i18n import Words, words
from medixchange.messages import N_
from medixchange.people import queries as people
from medixchange.recaps import queries
from medixchange.recaps.about import About, about
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion
from medixchange.recaps.reading import as_read
from medixchange.templating import clocks


def sheet(db: Session, recap: Recap, version: RecapVersion, revision: RecapRevision, *, address: str) -> dict[str, Any]:
    """The data of ``page.typ``; ``address`` is where the page is found, empty for what is not published."""
    told = about(db, recap)
    said = words(frame_language(version.language), told.zone)
    return documents.sheet(
        as_read(revision.text, version.language),
        version.language,
        title=revision.title,
        kicker=f"{said.gettext(N_('Session recap'))} · {said.isolated(told.reference)}",
        address=address,
        authors=[told.hospital, *(each.name for each in told.experts)],
        keywords=[told.reference],
        clocks=_clocks(said, told),
        facts=_facts(said, told),
        notice=notice(db, said, version, is_final=bool(address)),
    )


def notice(db: Session, said: Words, version: RecapVersion, *, is_final: bool) -> str:
    """Who has checked a text and when, from what it was translated, what was corrected; of a draft that it is one."""
    parts = []
    if version.source:
        named = {"language": said.language_name(version.source)}
        parts.append(said.gettext(N_("Translated from: %(language)s.")) % named)
        if queries.is_behind(db, version, queries.versions(db, queries.by_id(db, version.recap_id))):
            parts.append(said.gettext(N_("The original has been corrected since.")))
    if not is_final:
        parts.append(said.gettext(N_("Draft, not published.")))
    elif version.published_by is not None and version.published_checked_at is not None:
        checker = people.persons(db, [version.published_by]).get(version.published_by)
        values = {"name": checker.name if checker else "", "day": said.day(version.published_checked_at)}
        parts.append(said.gettext(N_("Checked by %(name)s on %(day)s.")) % values)
        if queries.is_corrected(db, version):
            parts.append(said.gettext(N_("This text has been corrected since it was first published.")))
    return said.gap.join(parts)


def _clocks(said: Words, told: About) -> list[dict[str, str]]:
    return [
        {"place": each.place, "offset": each.offset, "span": each.span, "local": each.local_count or ""}
        for each in clocks(said, told.starts_at, told.ends_at, told.zone)[:2]
    ]


def _facts(said: Words, told: About) -> list[dict[str, str]]:
    rows = [
        (N_("Hospital"), f"{told.hospital}, {told.city}"),
        (N_("Experts"), "\n".join(each.credit for each in told.experts)),
    ]
    return [{"label": said.gettext(label), "value": value} for label, value in rows if value]
