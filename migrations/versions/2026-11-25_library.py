"""The shelf of published recaps, with those that were published before it.

How a recap is summed up and searched stands here as the program did it on that day, in its plainest form: what the
program does later is no part of this step.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

revision = "2026_11_25_library"
down_revision = "2026_11_25_lists"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
TEXT = sqlmodel.sql.sqltypes.AutoString
HEADINGS = {
    "en": ("Summary", "Key points"),
    "zh-Hans": ("摘要", "要点"),
    "fr": ("Résumé", "Points clés"),
    "id": ("Rangkuman", "Poin utama"),
    "ar": ("الخلاصة", "النقاط الرئيسية"),
    "am": ("ማጠቃለያ", "ዋና ዋና ነጥቦች"),
    "pt": ("Resumo", "Pontos principais"),
    "es": ("Resumen", "Puntos clave"),
    "ru": ("Кратко", "Главное"),
    "sw": ("Muhtasari", "Mambo muhimu"),
    "rw": ("Incamake", "Ingingo z'ingenzi"),
}
READER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 40})
    .enable("table")
    .disable(["reference", "code", "lheading", "html_block", "html_inline"])
)
PARAGRAPHS, LISTS = ("paragraph",), ("bullet_list", "ordered_list")


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
            "urn": uuid5(NAMESPACE_URL, f"medixchange:recap:{recap.uid}").urn,
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
    summary = _summary(row.text, row.language)
    return {
        "language": row.language,
        "title": row.title,
        "summary": summary,
        "words": _folded(f"{row.title} {summary} {slug}")[:1000],
        "updated_at": row.made_at,
    }


def _summary(text: str, language: str) -> str:
    """What stands under "Summary", else the key points, else how the text begins."""
    summary, points = HEADINGS.get(language, HEADINGS["en"])
    sections = list(_sections(SyntaxTreeNode(READER.parse(text)).children))
    for wanted, kinds in ((summary, PARAGRAPHS), (points, PARAGRAPHS + LISTS), (None, PARAGRAPHS + LISTS)):
        for heading, nodes in sections:
            found = ("" if language == "zh-Hans" else " ").join(_lines(nodes, kinds))
            if found and (wanted is None or heading.casefold() == wanted.casefold()):
                return _cut(found, 240)
    return ""


def _sections(nodes: Sequence[SyntaxTreeNode]) -> Iterator[tuple[str, list[SyntaxTreeNode]]]:
    heading, below = "", list[SyntaxTreeNode]()
    for node in nodes:
        if node.type == "heading":
            yield heading, below
            heading, below = _words(node), []
        else:
            below.append(node)
    yield heading, below


def _lines(nodes: Iterable[SyntaxTreeNode], kinds: tuple[str, ...]) -> Iterator[str]:
    for node in nodes:
        if node.type in kinds:
            items = [node] if node.type in PARAGRAPHS else [next(iter(item.children), None) for item in node.children]
            yield from (_words(item) for item in items if item is not None and item.type in PARAGRAPHS)


def _words(node: SyntaxTreeNode) -> str:
    """The words of a paragraph or a heading, without what is around them."""
    parts = [" " if part.type.endswith("break") else part.content for part in node.walk() if not part.children]
    return " ".join("".join(parts).split())


def _cut(text: str, most: int) -> str:
    width = 0
    for at, each in enumerate(text):
        width += 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if width > most:
            blank = text.rfind(" ", at // 2, at)
            return text[: blank if blank > 0 else at - 1].rstrip(" ,;:，；：、") + "…"
    return text


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(each for each in plain if unicodedata.category(each) not in ("Mn", "Cf") and each != "\u0640")
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", bare)).strip()
