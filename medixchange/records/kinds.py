"""The columns of each kind of record, and which of them tells two rows apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medixchange.availability.windows import MOST_NAME
from medixchange.intake.series import FEWEST, MOST, RHYTHMS
from medixchange.intake.steps import MOST_LANGUAGES, MOST_OTHER_LANGUAGES
from medixchange.records import cells, cells_of_time
from medixchange.records.sheets import Column, optional


@dataclass(frozen=True)
class Kind:
    """One kind of record: its columns and its key, empty where rows are told apart by all that they say."""

    key: str
    columns: tuple[Column, ...]


PERSON = (
    Column("email", cells.email),
    Column("name", cells.text(120)),
    Column("country", cells.country),
    Column("zone", cells.zone),
    Column("language", cells.reading_language),
)
HOURS = (
    Column("hours", cells_of_time.hours),
    optional("exceptions", cells_of_time.exceptions, ()),
    optional("leave", cells_of_time.leave, ()),
)

ACTIVE = optional("active", cells.yes_or_no, None)
"""Whether somebody may be asked, or a room used, from now on; where nothing is said it stays as it is."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "hospitals": Kind(
            "code",
            (
                Column("code", cells.code),
                Column("name", cells.text(200)),
                Column("city", cells.text(120)),
                Column("country", cells.country),
                Column("zone", cells.zone),
                Column("approved", cells.yes_or_no),
                optional("liaison_name", cells.text(120)),
                optional("liaison_email", cells.email),
                optional("liaison_language", cells.reading_language),
            ),
        ),
        "panels": Kind(
            "code",
            (
                Column("code", cells.code),
                Column("name", cells.text(200)),
                Column("institution", cells.text(200)),
                Column("city", cells.text(120)),
                Column("country", cells.country),
                Column("zone", cells.zone),
            ),
        ),
        "experts": Kind(
            "email",
            (
                *PERSON,
                optional("title", cells.text(200)),
                Column("panels", cells.many(cells.code, least=1)),
                Column("specialties", cells.levels(cells.specialty, 1, 3)),
                Column("languages", cells.heard_and_spoken),
                optional("max_day", cells.number(1, 10), 1),
                optional("max_week", cells.number(1, 40), 2),
                optional("max_month", cells.number(1, 120), 6),
                optional("rest_minutes", cells.number(0, 1440), 60),
                optional("notice_hours", cells.number(0, 720), 48),
                ACTIVE,
                *HOURS,
            ),
        ),
        "interpreters": Kind(
            "email",
            (
                *PERSON,
                Column("pairs", cells.pairs),
                Column("modes", cells.many(cells.one_of("simultaneous", "consecutive"), least=1)),
                optional("domains", cells.many(cells.specialty), ()),
                optional("max_minutes_day", cells.number(15, 720), 240),
                optional("max_minutes_week", cells.number(15, 3000), 900),
                optional("rest_minutes", cells.number(0, 1440), 30),
                optional("notice_hours", cells.number(0, 720), 48),
                ACTIVE,
                *HOURS,
            ),
        ),
        "rooms": Kind(
            "code",
            (
                Column("code", cells.code),
                Column("name", cells.text(120)),
                Column("join_url", cells.join_address),
                optional("seats", cells.number(2, 100_000), 100),
                optional("channels", cells.number(0, 50), 0),
                ACTIVE,
            ),
        ),
        "closed-days": Kind(
            "",
            (
                Column("first_day", cells_of_time.day),
                optional("last_day", cells_of_time.day, None),
                Column("name", cells.text(MOST_NAME)),
                optional("country", cells.country),
                optional("hospital", cells.code),
            ),
        ),
        "requests": Kind(
            "reference",
            (
                Column("reference", cells.reference),
                Column("hospital", cells.code),
                Column("contact_name", cells.text(120)),
                Column("contact_email", cells.email),
                optional("contact_role", cells.text(120)),
                Column("language", cells.reading_language),
                Column("topic", cells.text(200)),
                Column("specialties", cells.many(cells.specialty, least=1, most=3)),
                optional("other_specialty", cells.text(200)),
                optional("audience", cells.text(500)),
                optional("audience_size", cells.number(1, 100_000), 20),
                optional("questions", cells.paragraphs(4000)),
                Column("minutes", cells_of_time.session_length),
                optional("urgency", cells.number(1, 3), 1),
                Column("windows", cells_of_time.windows),
                optional("windows_only", cells.yes_or_no, True),
                Column("languages", cells.levels(cells.spoken_language, 1, 5, items=MOST_LANGUAGES)),
                optional("second_languages", cells.levels(cells.spoken_language, 1, 5, items=MOST_OTHER_LANGUAGES), {}),
                optional("interpreting", cells.one_of("if-needed", "no", "own"), "if-needed"),
                optional("bandwidth", cells.one_of("good", "thin", "phone"), "good"),
                optional("recording", cells.one_of("ask", "yes", "no"), "ask"),
                optional("state", cells.one_of("sent", "submitted", "withdrawn", "declined"), "submitted"),
                Column("submitted_on", cells_of_time.day),
                optional("series_weeks", cells.one_of(*map(str, RHYTHMS))),
                optional("series_times", cells.number(FEWEST, MOST), None),
                optional("reason", cells.text(500)),
            ),
        ),
    }
)
