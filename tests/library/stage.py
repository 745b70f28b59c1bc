"""A shelf with recaps on it, written there as recaps write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from sqlmodel import Session, insert

from medixchange.languages.specialties import SPECIALTIES
from medixchange.library import actions
from medixchange.library.actions import Edition, Shelved, searched
from medixchange.library.models import LibraryEdition, LibraryEntry, LibraryHospital, LibraryTopic
from medixchange.people.models import Hospital
from tests import make

NOW = make.NOW
WORDS = {
    "en": "oxygen ward prone position nurses night ventilator weaning infection control glove supply "
    "relatives visits dialysis children transfer alarm saturation training mask protocol sedation "
    "triage laboratory rounds",
    "fr": "oxygène service décubitus ventral infirmières nuit sevrage ventilateur hygiène gants familles "
    "visites dialyse enfants transfert alarme saturation formation masque protocole sédation triage "
    "laboratoire tournée",
    "zh-Hans": "氧疗 病房 俯卧位 护士 夜班 撤机 感染控制 手套 家属 探视 透析 儿童 转运 报警 血氧 培训 面罩 方案",
    "ar": "الأكسجين الجناح الانبطاح الممرضات الليل الفطام العدوى القفازات الأهل الزيارات الأطفال النقل الإنذار التدريب",
}
COUNTRIES = ("RW", "ET", "ZA", "ZW", "ID", "GH", "LK", "KE", "SN", "CI", "EG", "MA")


def edition(language: str = "en", title: str = "Oxygen", summary: str = "", *, at: datetime = NOW) -> Edition:
    """One language of a recap."""
    return Edition(language, title, summary, at)


def put(
    db: Session,
    hospital: Hospital,
    slug: str,
    *editions: Edition,
    joined: Sequence[Hospital] = (),
    topics: Sequence[str] = ("respiratory",),
    held_on: date = date(2026, 11, 20),
    **facts: Any,
) -> LibraryEntry:
    """A recap on the shelf, also under those hospitals that joined."""
    given = {"urn": f"urn:test:{slug}", "published_at": NOW, **facts}
    shelved = Shelved(
        slug=slug,
        hospital_ids=[hospital.id, *(each.id for each in joined)],
        references=[slug],
        held_on=held_on,
        topics=topics,
        editions=editions or (edition(),),
        **given,
    )
    return actions.put(db, shelved)


def fill(db: Session, number: int) -> None:
    """So many recaps of twelve countries over three years, each in one to four languages."""
    chance = Random(7)
    hospitals = [make.hospital(db, f"{code} Central Teaching Hospital", country=code) for code in COUNTRIES]
    db.flush()
    entries: list[dict[str, Any]] = []
    editions: list[dict[str, Any]] = []
    topics: list[dict[str, Any]] = []
    under: list[dict[str, Any]] = []
    for at in range(1, number + 1):
        held = NOW - timedelta(days=chance.randrange(1000))
        updated = held + timedelta(days=chance.randrange(4))
        dates = {"held_on": held.date(), "published_at": held, "updated_at": updated}
        hospital = chance.choice(hospitals)
        entries.append({"id": at, "slug": f"mx-{at}", "urn": f"urn:test:{at}", "hospital_id": hospital.id, **dates})
        under.append({"entry_id": at, "hospital_id": hospital.id})
        editions += _editions(at, chance)
        topics += [{"entry_id": at, "specialty": each} for each in chance.sample(list(SPECIALTIES), 2)]
    for table, rows in (
        (LibraryEntry, entries),
        (LibraryHospital, under),
        (LibraryEdition, editions),
        (LibraryTopic, topics),
    ):
        db.execute(insert(table), rows)


def _editions(entry_id: int, chance: Random) -> Iterator[dict[str, Any]]:
    for language in chance.sample(list(WORDS), chance.randint(1, 4)):
        known = WORDS[language].split()
        gap = "" if language == "zh-Hans" else " "
        said = list(islice(cycle(chance.sample(known, len(known))), 40))
        title, summary = gap.join(said[:6]), gap.join(said[6:36])[: 110 if not gap else 230]
        words = {"title": title, "summary": summary, "words": searched([f"mx-{entry_id}"], title, summary)}
        yield {"entry_id": entry_id, "language": language, "updated_at": NOW, **words}
