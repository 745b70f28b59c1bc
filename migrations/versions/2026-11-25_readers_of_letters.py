"""Letters know whom they are for, as addresses change."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_readers"
down_revision = "2026_11_25"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In these words both databases add it in place: SQLite would have to copy the table otherwise.
    op.execute(
        "ALTER TABLE delivery ADD COLUMN reader_id INTEGER CONSTRAINT fk_delivery_reader_id_person REFERENCES person (id)"
    )
    op.execute(
        "UPDATE delivery SET reader_id = (SELECT person.id FROM person WHERE person.email = delivery.recipient)"
        " WHERE subject LIKE 'session:%' OR subject LIKE 'person:%'"
    )


def downgrade() -> None:
    op.drop_column("delivery", "reader_id")
