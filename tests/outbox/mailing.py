"""A recap's letters to many readers, and a process that sends them until none is left or it is killed."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files

from medixchange.db import Database
from medixchange.outbox.drain import drain
from medixchange.outbox.letters import Letter
from medixchange.outbox.post import Promise, post_all
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Hospital
from medixchange.recaps.about import About, Author
from medixchange.recaps.lettering import Addressee, letter_of, told
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion
from medixchange.tokens import seed
from tests import make
from tests.outbox.letters import NOW
from tests.sessions.stage import DESK

SUBJECT = "recap:mailed"
READ = ("en", "zh-Hans", "fr", "ar", "id", "sw")
"""What readers read, in turn; the recap is there in the first four."""
WRITTEN = READ[:4]


def letters(number: int) -> list[Letter]:
    """Letters with the recap of the demo to readers of several languages, on a list that one can leave."""
    facts = About(
        1,
        ("MX-2025",),
        "Prone position",
        NOW,
        NOW + timedelta(hours=1),
        (Hospital(code="chuk", name="CHUK", city="Kigali", country="RW", zone="Africa/Kigali", created_at=NOW),),
        (Author("Li Yi 李乙", "The First Affiliated Hospital"),),
    )
    recap = Recap(id=1, session_id=1, slug="mx-2025", original="en", created_at=NOW)
    telling = {}
    for place, language in enumerate(WRITTEN, start=1):
        whole = files("medixchange.demo").joinpath("recap", f"{language}.md").read_text("utf-8")
        title, _, text = whole.partition("\n\n")
        version = RecapVersion(id=place, recap_id=1, language=language, published=1)
        revision = RecapRevision(version_id=place, number=1, title=title, text=text, author_id=1, at=NOW)
        telling[language] = told(recap, facts, version, revision, old=None, note="Thank you all.", is_behind=False)
    made = []
    for place in range(number):
        language = READ[place % len(READ)]
        reader = Addressee(
            f"Reader {place} 读者", f"reader{place}@hospital{place % 90}.example.org", language, "Africa/Kigali"
        )
        gets = telling[language if language in WRITTEN else "en"]
        made.append(letter_of("recap", gets, reader, own=seed(), leave=seed(), list_name="Ministry of Health"))
    return made


def promise_all(database: Database, letters: list[Letter], edition: int = 1) -> None:
    """Post ``letters``, each under a key of its own in each ``edition``."""
    with database.write() as db:
        reader = make.person(db)
        keys = (f"recap-1-{number:04}-en-{edition}" for number in range(len(letters)))
        promises = [Promise(letter, key, reader.id) for letter, key in zip(letters, keys, strict=True)]
        post_all(db, promises, subject=SUBJECT, now=NOW)


def run(where: str, smtp_url: str, now: datetime) -> None:
    """Send what is due at ``now``."""
    database = Database(where)
    while drain(database, MailServer(smtp_url), DESK, lambda: now).is_more:
        pass
    database.close()
