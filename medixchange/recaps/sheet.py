"""What the template of the PDF needs of one revision, in the words of its language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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


def sheet(
    db: Session,
    recap: Recap,
    version: RecapVersion,
    revision: RecapRevision,
    *,
    address: str = "",
    shown_at: datetime | None = None,
) -> dict[str, Any]:
    """The data of ``page.typ``; ``address`` is where readers find the page and ``shown_at`` since when they see this
    revision, neither for what is not published."""
    told = about(db, recap)
    said = words(frame_language(version.language), told.zone)
    return documents.sheet(
        as_read(revision.text, version.language),
        version.language,
        title=revision.title,
        kicker=f"{said.gettext(N_('Session recap'))} · {said.isolated(told.reference)}",
        address=address,
        authors=[*(each.name for each in told.hospitals), *(each.name for each in told.experts)],
        keywords=list(told.references),
        clocks=_clocks(said, told),
        facts=_facts(said, told),
        notice=notice(db, said, version, shown_at),
    )


def notice(db: Session, said: Words, version: RecapVersion, shown_at: datetime | None) -> str:
    """Who has checked a text and when, from what it was translated, what was corrected; of a draft that it is one.

    ``shown_at`` is since when readers see it, None for a draft.
    """
    parts = []
    if version.source:
        named = {"language": said.language_name(version.source)}
        parts.append(said.gettext(N_("Translated from: %(language)s.")) % named)
        source = queries.source_of(version, queries.versions(db, queries.by_id(db, version.recap_id)))
        if queries.is_behind(db, source, version.published_source_number if shown_at else version.source_number):
            parts.append(said.gettext(N_("The original has been corrected since.")))
    if shown_at is None:
        parts.append(said.gettext(N_("Draft, not published.")))
    else:
        parts.extend(_kept(db, said, version, shown_at))
    return said.gap.join(parts)


def _kept(db: Session, said: Words, version: RecapVersion, shown_at: datetime) -> Iterator[str]:
    """Who has checked what readers see, and when it was corrected."""
    if version.published_by is not None and version.published_checked_at is not None:
        checker = people.persons(db, [version.published_by]).get(version.published_by)
        values = {"name": checker.name if checker else "", "day": said.day(version.published_checked_at)}
        yield said.gettext(N_("Checked by %(name)s on %(day)s.")) % values
    corrected = queries.corrected_at(db, version, shown_at)
    if corrected is not None:
        yield said.gettext(N_("This text was corrected on %(day)s.")) % {"day": said.day(corrected)}


def _clocks(said: Words, told: About) -> list[dict[str, str]]:
    return [
        {"place": each.place, "offset": each.offset, "span": each.span, "local": each.local_count or ""}
        for each in clocks(said, told.starts_at, told.ends_at, *(each.zone for each in told.hospitals))
    ]


def _facts(said: Words, told: About) -> list[dict[str, str]]:
    rows = [
        (
            N_("Hospital") if len(told.hospitals) == 1 else N_("Hospitals"),
            "\n".join(f"{each.name}, {each.city}" for each in told.hospitals),
        ),
        (N_("Experts"), "\n".join(each.credit for each in told.experts)),
    ]
    return [{"label": said.gettext(label), "value": value} for label, value in rows if value]
