"""first tables."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2026_11_23"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("posted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "given-up",
                "superseded",
                name="deliverystate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_recipient"), ["recipient"], unique=False)
        batch_op.create_index("ix_delivery_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_subject"), ["subject"], unique=False)

    op.create_table(
        "hospital",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("approved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospital")),
        sa.UniqueConstraint("code", name=op.f("uq_hospital_code")),
    )
    op.create_table(
        "journalentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("verb", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journalentry")),
    )
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journalentry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_journalentry_subject"), ["subject"], unique=False)

    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("institution", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("code", name=op.f("uq_panel_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("join_url", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("code", name=op.f("uq_room_code")),
    )
    op.create_table(
        "slotclaim",
        sa.Column("resource", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("session_uid", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.PrimaryKeyConstraint("resource", "slot", name=op.f("pk_slotclaim")),
    )
    with op.batch_alter_table("slotclaim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slotclaim_session_uid"), ["session_uid"], unique=False)

    op.create_table(
        "dayexception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=True),
        sa.Column("end_minute", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dayexception_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dayexception")),
    )
    with op.batch_alter_table("dayexception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dayexception_person_id"), ["person_id"], unique=False)

    op.create_table(
        "expert",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("max_day", sa.Integer(), nullable=False),
        sa.Column("max_week", sa.Integer(), nullable=False),
        sa.Column("max_month", sa.Integer(), nullable=False),
        sa.Column("rest_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("max_day > 0 AND max_week > 0 AND max_month > 0", name=op.f("ck_expert_caps_positive")),
        sa.CheckConstraint("rest_minutes >= 0 AND notice_hours >= 0", name=op.f("ck_expert_rest_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_expert_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_expert")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("gzipped", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("modified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("fetched_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("fetched_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("person_id", name=op.f("uq_feed_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_stale"), ["stale"], unique=False)

    op.create_table(
        "interpreter",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("simultaneous", sa.Boolean(), nullable=False),
        sa.Column("consecutive", sa.Boolean(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("max_minutes_day", sa.Integer(), nullable=False),
        sa.Column("max_minutes_week", sa.Integer(), nullable=False),
        sa.Column("rest_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("max_minutes_day > 0 AND max_minutes_week > 0", name=op.f("ck_interpreter_caps_positive")),
        sa.CheckConstraint("simultaneous OR consecutive", name=op.f("ck_interpreter_has_a_mode")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interpreter_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_interpreter")),
    )
    op.create_table(
        "leaveperiod",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_leaveperiod_days_in_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leaveperiod_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaveperiod")),
    )
    with op.batch_alter_table("leaveperiod", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaveperiod_person_id"), ["person_id"], unique=False)

    op.create_table(
        "liaison",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_liaison_hospital_id_hospital")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_liaison_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "hospital_id", name=op.f("pk_liaison")),
    )
    with op.batch_alter_table("liaison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_liaison_hospital_id"), ["hospital_id"], unique=False)

    op.create_table(
        "load",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_uid", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_load_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "session_uid", name=op.f("pk_load")),
    )
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_load_session_uid"), ["session_uid"], unique=False)
        batch_op.create_index(batch_op.f("ix_load_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_token_hash")),
    )
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_person_id"), ["person_id"], unique=False)

    op.create_table(
        "organizer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_organizer_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_organizer")),
    )
    op.create_table(
        "sessionrequest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "submitted",
                "matched",
                "waiting",
                "approved",
                "done",
                "withdrawn",
                "declined",
                name="requeststate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("liaison_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("contact_email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("contact_role", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("other_specialty", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("audience", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("audience_size", sa.Integer(), nullable=False),
        sa.Column("questions", sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("windows_only", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("interpreting", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("bandwidth", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("recording", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.Column("confirm_seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("confirm_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("status_seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("minutes > 0 AND minutes % 15 = 0", name=op.f("ck_sessionrequest_minutes_on_grid")),
        sa.CheckConstraint("urgency BETWEEN 1 AND 3", name=op.f("ck_sessionrequest_urgency_in_range")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_sessionrequest_hospital_id_hospital")),
        sa.ForeignKeyConstraint(["liaison_id"], ["person.id"], name=op.f("fk_sessionrequest_liaison_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessionrequest")),
        sa.UniqueConstraint("confirm_seed", name=op.f("uq_sessionrequest_confirm_seed")),
        sa.UniqueConstraint("reference", name=op.f("uq_sessionrequest_reference")),
        sa.UniqueConstraint("status_seed", name=op.f("uq_sessionrequest_status_seed")),
    )
    with op.batch_alter_table("sessionrequest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessionrequest_hospital_id"), ["hospital_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessionrequest_liaison_id"), ["liaison_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessionrequest_state"), ["state"], unique=False)

    op.create_table(
        "signinlink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signinlink_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signinlink")),
        sa.UniqueConstraint("seed", name=op.f("uq_signinlink_seed")),
    )
    with op.batch_alter_table("signinlink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signinlink_person_id"), ["person_id"], unique=False)

    op.create_table(
        "weeklyhours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_minute BETWEEN 0 AND 1439 AND end_minute BETWEEN 0 AND 1440",
            name=op.f("ck_weeklyhours_minutes_in_day"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weeklyhours_weekday_in_range")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_weeklyhours_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weeklyhours")),
    )
    with op.batch_alter_table("weeklyhours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weeklyhours_person_id"), ["person_id"], unique=False)

    op.create_table(
        "expertlanguage",
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("listening", sa.Integer(), nullable=False),
        sa.Column("speaking", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "listening BETWEEN 0 AND 5 AND speaking BETWEEN 0 AND 5",
            name=op.f("ck_expertlanguage_levels_in_range"),
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.person_id"], name=op.f("fk_expertlanguage_expert_id_expert")),
        sa.PrimaryKeyConstraint("expert_id", "language", name=op.f("pk_expertlanguage")),
    )
    op.create_table(
        "expertspecialty",
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("specialty", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_expertspecialty_level_in_range")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.person_id"], name=op.f("fk_expertspecialty_expert_id_expert")),
        sa.PrimaryKeyConstraint("expert_id", "specialty", name=op.f("pk_expertspecialty")),
    )
    op.create_table(
        "feedentry",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("session_uid", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("vevent", sa.LargeBinary(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("cancelled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feedentry_feed_id_feed")),
        sa.PrimaryKeyConstraint("feed_id", "session_uid", name=op.f("pk_feedentry")),
    )
    with op.batch_alter_table("feedentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedentry_session_uid"), ["session_uid"], unique=False)

    op.create_table(
        "interpreterpair",
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("target", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.person_id"],
            name=op.f("fk_interpreterpair_interpreter_id_interpreter"),
        ),
        sa.PrimaryKeyConstraint("interpreter_id", "source", "target", name=op.f("pk_interpreterpair")),
    )
    op.create_table(
        "matchsearch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("wanted", "running", "done", "failed", name="searchstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("inputs_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_matchsearch_request_id_sessionrequest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matchsearch")),
    )
    with op.batch_alter_table("matchsearch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matchsearch_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matchsearch_state"), ["state"], unique=False)

    op.create_table(
        "panelmember",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.person_id"], name=op.f("fk_panelmember_expert_id_expert")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panelmember_panel_id_panel")),
        sa.PrimaryKeyConstraint("panel_id", "expert_id", name=op.f("pk_panelmember")),
    )
    with op.batch_alter_table("panelmember", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panelmember_expert_id"), ["expert_id"], unique=False)

    op.create_table(
        "requestdraft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("unfinished", sa.JSON(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("editing", sa.Boolean(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_requestdraft_request_id_sessionrequest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requestdraft")),
        sa.UniqueConstraint("request_id", name=op.f("uq_requestdraft_request_id")),
        sa.UniqueConstraint("seed", name=op.f("uq_requestdraft_seed")),
    )
    op.create_table(
        "requestwindow",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("start_fold", sa.Integer(), nullable=True),
        sa.Column("end_fold", sa.Integer(), nullable=True),
        sa.CheckConstraint("end_minute > start_minute", name=op.f("ck_requestwindow_minutes_in_order")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_requestwindow_request_id_sessionrequest")
        ),
        sa.PrimaryKeyConstraint("request_id", "position", name=op.f("pk_requestwindow")),
    )
    op.create_table(
        "proposedmatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "dismissed",
                "stale",
                "cancelled",
                name="matchstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("mode", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("speech", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("audience", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_proposedmatch_request_id_sessionrequest")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_proposedmatch_room_id_room")),
        sa.ForeignKeyConstraint(["search_id"], ["matchsearch.id"], name=op.f("fk_proposedmatch_search_id_matchsearch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposedmatch")),
        sa.UniqueConstraint("search_id", "rank", name=op.f("uq_proposedmatch_search_id_rank")),
    )
    with op.batch_alter_table("proposedmatch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposedmatch_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposedmatch_search_id"), ["search_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposedmatch_state"), ["state"], unique=False)

    op.create_table(
        "matchmember",
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("leg", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("declined_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["match_id"], ["proposedmatch.id"], name=op.f("fk_matchmember_match_id_proposedmatch")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_matchmember_person_id_person")),
        sa.PrimaryKeyConstraint("match_id", "person_id", name=op.f("pk_matchmember")),
    )
    with op.batch_alter_table("matchmember", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matchmember_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sharingsession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "tentative",
                "confirmed",
                "open",
                "held",
                "recapped",
                "cancelled",
                "not-held",
                name="sessionstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("mode", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("speech", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("audience", sqlmodel.sql.sqltypes.AutoString(length=35), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("modified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sharingsession_ends_after_start")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_sharingsession_hospital_id_hospital")),
        sa.ForeignKeyConstraint(
            ["match_id"], ["proposedmatch.id"], name=op.f("fk_sharingsession_match_id_proposedmatch")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sessionrequest.id"], name=op.f("fk_sharingsession_request_id_sessionrequest")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_sharingsession_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharingsession")),
        sa.UniqueConstraint("match_id", name=op.f("uq_sharingsession_match_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_sharingsession_uid")),
    )
    with op.batch_alter_table("sharingsession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharingsession_hospital_id"), ["hospital_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharingsession_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharingsession_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharingsession_state"), ["state"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("liaison", "expert", "interpreter", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("leg", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("partstat", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("answered_sequence", sa.Integer(), nullable=True),
        sa.Column("removed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sharingsession.id"], name=op.f("fk_attendance_session_id_sharingsession")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("seed", name=op.f("uq_attendance_seed")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_attendance_session_id_person_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_session_id"), ["session_id"], unique=False)

    journal_only_grows()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER journal_only_grows ON journalentry")
        op.execute("DROP FUNCTION journal_only_grows()")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_session_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("sharingsession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharingsession_state"))
        batch_op.drop_index(batch_op.f("ix_sharingsession_starts_at"))
        batch_op.drop_index(batch_op.f("ix_sharingsession_request_id"))
        batch_op.drop_index(batch_op.f("ix_sharingsession_hospital_id"))

    op.drop_table("sharingsession")
    with op.batch_alter_table("matchmember", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matchmember_person_id"))

    op.drop_table("matchmember")
    with op.batch_alter_table("proposedmatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposedmatch_state"))
        batch_op.drop_index(batch_op.f("ix_proposedmatch_search_id"))
        batch_op.drop_index(batch_op.f("ix_proposedmatch_request_id"))

    op.drop_table("proposedmatch")
    op.drop_table("requestwindow")
    op.drop_table("requestdraft")
    with op.batch_alter_table("panelmember", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panelmember_expert_id"))

    op.drop_table("panelmember")
    with op.batch_alter_table("matchsearch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matchsearch_state"))
        batch_op.drop_index(batch_op.f("ix_matchsearch_request_id"))

    op.drop_table("matchsearch")
    op.drop_table("interpreterpair")
    with op.batch_alter_table("feedentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedentry_session_uid"))

    op.drop_table("feedentry")
    op.drop_table("expertspecialty")
    op.drop_table("expertlanguage")
    with op.batch_alter_table("weeklyhours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weeklyhours_person_id"))

    op.drop_table("weeklyhours")
    with op.batch_alter_table("signinlink", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signinlink_person_id"))

    op.drop_table("signinlink")
    with op.batch_alter_table("sessionrequest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessionrequest_state"))
        batch_op.drop_index(batch_op.f("ix_sessionrequest_liaison_id"))
        batch_op.drop_index(batch_op.f("ix_sessionrequest_hospital_id"))

    op.drop_table("sessionrequest")
    op.drop_table("organizer")
    with op.batch_alter_table("login", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_person_id"))

    op.drop_table("login")
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_load_starts_at"))
        batch_op.drop_index(batch_op.f("ix_load_session_uid"))

    op.drop_table("load")
    with op.batch_alter_table("liaison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_liaison_hospital_id"))

    op.drop_table("liaison")
    with op.batch_alter_table("leaveperiod", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaveperiod_person_id"))

    op.drop_table("leaveperiod")
    op.drop_table("interpreter")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_stale"))

    op.drop_table("feed")
    op.drop_table("expert")
    with op.batch_alter_table("dayexception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dayexception_person_id"))

    op.drop_table("dayexception")
    with op.batch_alter_table("slotclaim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slotclaim_session_uid"))

    op.drop_table("slotclaim")
    op.drop_table("room")
    op.drop_table("person")
    op.drop_table("panel")
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journalentry_subject"))
        batch_op.drop_index(batch_op.f("ix_journalentry_at"))

    op.drop_table("journalentry")
    op.drop_table("hospital")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_subject"))
        batch_op.drop_index("ix_delivery_state_due_at")
        batch_op.drop_index(batch_op.f("ix_delivery_recipient"))

    op.drop_table("delivery")


def journal_only_grows() -> None:
    """Refuse to change or delete what the journal says, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_only_grows BEFORE UPDATE OR DELETE ON journalentry "
            "FOR EACH ROW EXECUTE FUNCTION journal_only_grows()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_refuses_{act.lower()} BEFORE {act} ON journalentry "
            "BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
        )
