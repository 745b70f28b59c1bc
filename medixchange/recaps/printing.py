"""Prints what readers see of a recap: one PDF for each published revision, made anew where a fact beside its text has
changed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select, update

from medixchange import pdf
from medixchange.recaps import queries
from medixchange.recaps.models import Recap, RecapPdf, RecapVersion
from medixchange.recaps.sheet import sheet
from medixchange.templating import PAPER


def print_shown(db: Session, recap: Recap, version: RecapVersion, *, public_url: str, now: datetime) -> None:
    """Keep the PDF of what readers see; one that is there is made anew, and keeps the hour when its text appeared."""
    assert version.published is not None
    revision = queries.revision(db, version, version.published)
    known = db.exec(select(RecapPdf.made_at).where(RecapPdf.revision_id == revision.id)).one_or_none()
    shown_at = known or now
    address = f"{public_url.rstrip('/')}/recaps/{recap.slug}"
    content = pdf.typeset(PAPER, sheet(db, recap, version, revision, address=address, shown_at=shown_at), at=shown_at)
    if known is None:
        db.add(RecapPdf(revision_id=revision.id, content=content, made_at=now))
    else:
        db.exec(update(RecapPdf).where(col(RecapPdf.revision_id) == revision.id).values(content=content))


def print_again(db: Session, session_id: int, *, public_url: str, now: datetime) -> None:
    """Make the PDFs of what readers see anew, since a fact beside the text has changed: who took part."""
    recap = queries.of_session(db, session_id)
    if recap is not None and recap.published_at is not None:
        for version in queries.versions(db, recap):
            if version.published is not None:
                print_shown(db, recap, version, public_url=public_url, now=now)
