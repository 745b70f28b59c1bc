"""Every hospital under which a recap stands on the shelf."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_hospitals_of_recaps"
down_revision = "2026_11_27_joint_sessions"
branch_labels = None
depends_on = None

JOINED = """
INSERT INTO libraryhospital (entry_id, hospital_id)
SELECT DISTINCT libraryentry.id, sessionrequest.hospital_id
FROM libraryentry
JOIN recap ON recap.slug = libraryentry.slug
JOIN sharingsession ON sharingsession.id = recap.session_id
JOIN sessionrequest ON sessionrequest.joined_id = sharingsession.request_id
WHERE sessionrequest.hospital_id <> libraryentry.hospital_id
"""


def upgrade() -> None:
    op.create_table(
        "libraryhospital",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["libraryentry.id"], name=op.f("fk_libraryhospital_entry_id_libraryentry")
        ),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_libraryhospital_hospital_id_hospital")),
        sa.PrimaryKeyConstraint("entry_id", "hospital_id", name=op.f("pk_libraryhospital")),
    )
    op.create_index(op.f("ix_libraryhospital_hospital_id"), "libraryhospital", ["hospital_id"])
    op.execute("INSERT INTO libraryhospital (entry_id, hospital_id) SELECT id, hospital_id FROM libraryentry")
    op.execute(JOINED)


def downgrade() -> None:
    op.drop_index(op.f("ix_libraryhospital_hospital_id"), "libraryhospital")
    op.drop_table("libraryhospital")
