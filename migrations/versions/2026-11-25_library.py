"""The shelf of published recaps, with those that were published before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from medixchange.documents.markdown import parse
from medixchange.library.actions import searched
from medixchange.recaps.shelving import urn_of
from medixchange.recaps.summary import summary_of

revision = "2026_11_25_library"
down_revision = "2026_11_25_lists"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    entry = op.create_table(
        "libraryentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", TEXT(length=40), nullable=False),
        sa.Column("urn", TEXT(length=60), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_libraryentry_hospital_id_hospital")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_libraryentry")),
        sa.UniqueConstraint("slug", name=op.f("uq_libraryentry_slug")),
        sa.UniqueConstraint("urn", name=op.f("uq_libraryentry_urn")),
    )
    op.create_index(op.f("ix_libraryentry_hospital_id"), "libraryentry", ["hospital_id"], unique=False)
    op.create_index(op.f("ix_libraryentry_held_on"), "libraryentry", ["held_on"], unique=False)
    edition = op.create_table(
        "libraryedition",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("language", TEXT(length=35), nullable=False),
        sa.Column("title", TEXT(length=200), nullable=False),
        sa.Column("summary", TEXT(length=300), nullable=False),
        sa.Column("words", TEXT(length=1000), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["libraryentry.id"], name=op.f("fk_libraryedition_entry_id_libraryentry")
        ),
        sa.PrimaryKeyConstraint("entry_id", "language", name=op.f("pk_libraryedition")),
    )
    op.create_index(op.f("ix_libraryedition_language"), "libraryedition", ["language"], unique=False)
    topic = op.create_table(
        "librarytopic",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("specialty", TEXT(length=60), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["libraryentry.id"], name=op.f("fk_librarytopic_entry_id_libraryentry")),
        sa.PrimaryKeyConstraint("entry_id", "specialty", name=op.f("pk_librarytopic")),
    )
    op.create_index(op.f("ix_librarytopic_specialty"), "librarytopic", ["specialty"], unique=False)
    _fill(op.get_bind(), entry, edition, topic)


def downgrade() -> None:
    for table in ("librarytopic", "libraryedition", "libraryentry"):
        op.drop_table(table)


def _fill(db: sa.Connection, entry: sa.Table, edition: sa.Table, topic: sa.Table) -> None:
    """What everybody may read already."""
    for recap in list(_published(db)):
        editions = [_edition(row, recap.slug) for row in _editions(db, recap.id)]
        if not editions:
            continue
        facts = {
            "slug": recap.slug,
            "urn": urn_of(recap.uid),
            "hospital_id": recap.hospital_id,
            "held_on": recap.starts_at.astimezone(ZoneInfo(recap.zone)).date(),
            "published_at": recap.published_at,
            "updated_at": max(each["updated_at"] for each in editions),
        }
        key = db.execute(sa.insert(entry).values(facts)).inserted_primary_key
        number = key[0] if key else None
        db.execute(sa.insert(edition), [{"entry_id": number, **each} for each in editions])
        topics = [{"entry_id": number, "specialty": code} for code in dict.fromkeys(recap.specialties)]
        if topics:
            db.execute(sa.insert(topic), topics)


def _published(db: sa.Connection) -> Iterator[Any]:
    rows = sa.text(
        "SELECT recap.id, recap.slug, recap.published_at, s.uid, s.hospital_id, s.starts_at, hospital.zone, r.specialties"
        " FROM recap JOIN sharingsession s ON s.id = recap.session_id JOIN sessionrequest r ON r.id = s.request_id"
        " JOIN hospital ON hospital.id = s.hospital_id"
        " WHERE recap.visibility = 'public' AND recap.published_at IS NOT NULL AND recap.withdrawn_at IS NULL"
    ).columns(published_at=MOMENT, starts_at=MOMENT, specialties=sa.JSON())
    yield from db.execute(rows)


def _editions(db: sa.Connection, recap_id: int) -> Iterator[Any]:
    rows = (
        sa.text(
            "SELECT v.language, revision.title, revision.text, pdf.made_at FROM recapversion v"
            " JOIN recaprevision revision ON revision.version_id = v.id AND revision.number = v.published"
            " JOIN recappdf pdf ON pdf.revision_id = revision.id WHERE v.recap_id = :recap"
        )
        .columns(made_at=MOMENT)
        .bindparams(recap=recap_id)
    )
    yield from db.execute(rows)


def _edition(row: Any, slug: str) -> dict[str, Any]:
    summary = summary_of(parse(row.text), row.language)
    return {
        "language": row.language,
        "title": row.title,
        "summary": summary,
        "words": searched(slug, row.title, summary),
        "updated_at": row.made_at,
    }
