"""The shelf under its filters, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlmodel import Session, select

from medixchange.library import actions, queries
from medixchange.library.filters import Filters
from medixchange.library.models import LibraryEdition, LibraryEntry, LibraryHospital, LibraryTopic
from tests import make
from tests.library.stage import edition, put


@pytest.fixture
def shelf(db: Session) -> Session:
    """Three recaps of two countries."""
    kigali, jakarta = make.hospital(db), make.hospital(db, "RSCM", city="Jakarta", country="ID", zone="Asia/Jakarta")
    put(db, kigali, "mx-1", edition("en", "Oxygen at night"), edition("zh-Hans", "夜间氧疗与俯卧位"))
    put(db, kigali, "mx-2", edition("fr", "Oxygène à 100 %"), topics=["nursing"], held_on=date(2025, 12, 31))
    put(db, jakarta, "mx-3", edition("en", "Gloves_and masks"), topics=["nursing", "respiratory"])
    return db


def slugs(db: Session, **filters: str) -> list[str]:
    return [item.entry.slug for item in queries.held_latest(db, Filters(**filters), first=0, most=10)]


FOUND: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["mx-3", "mx-1", "mx-2"]),
    ({"topic": "nursing"}, ["mx-3", "mx-2"]),
    ({"country": "RW"}, ["mx-1", "mx-2"]),
    ({"language": "en", "country": "RW"}, ["mx-1"]),
    ({"when": "2025"}, ["mx-2"]),
    ({"when": "2026-11"}, ["mx-3", "mx-1"]),
    ({"when": "2026-10"}, []),
    ({"text": "OXYGENE"}, ["mx-2"]),
    ({"text": "oxyg"}, ["mx-1", "mx-2"]),
    ({"text": "night oxygen"}, ["mx-1"]),
    ({"text": "俯卧位"}, ["mx-1"]),
    ({"text": "氧疗 夜间"}, ["mx-1"]),
    ({"text": "oxygen 氧疗"}, []),
    ({"text": "MX-3"}, ["mx-3"]),
    ({"text": "%"}, []),
    ({"text": "_"}, []),
    ({"text": "'; DROP TABLE libraryentry; --"}, []),
]


def test_filters_show_what_passes_all_of_them(shelf: Session) -> None:
    assert [(filters, slugs(shelf, **filters)) for filters, _ in FOUND] == FOUND
    assert [queries.total(shelf, Filters(**filters)) for filters, _ in FOUND] == [len(found) for _, found in FOUND]


def test_a_filter_counts_what_each_of_its_values_would_show(shelf: Session) -> None:
    kigali = queries.held_latest(shelf, Filters(country="RW"), first=0, most=1)[0].hospitals[0].code
    counts = queries.counts(shelf, Filters(topic="nursing", country="RW"))

    assert counts == queries.Counts(
        topics=Counter({"respiratory": 1, "nursing": 1}),
        countries=Counter({"RW": 1, "ID": 1}),
        hospitals=Counter({kigali: 1}),
        languages=Counter({"fr": 1}),
        months=Counter({"2025-12": 1}),
        names={kigali: "King Faisal Hospital"},
    )


def test_an_entry_comes_with_its_languages_and_topics(shelf: Session) -> None:
    item = queries.held_latest(shelf, Filters(text="mx-3"), first=0, most=1)[0]

    assert ([each.name for each in item.hospitals], [each.title for each in item.editions], sorted(item.topics)) == (
        ["RSCM"],
        ["Gloves_and masks"],
        ["nursing", "respiratory"],
    )


def test_putting_it_again_replaces_it_and_taking_it_off_leaves_nothing(db: Session) -> None:
    hospital = make.hospital(db)
    first = put(db, hospital, "mx-1", edition("en", "Old"), edition("fr", "Vieux"))

    second = put(db, hospital, "mx-1", edition("en", "New"), topics=["nursing", "nursing"])

    assert (second.id, [each.title for each in db.exec(select(LibraryEdition))]) == (first.id, ["New"])
    assert [each.specialty for each in db.exec(select(LibraryTopic))] == ["nursing"]

    actions.remove(db, "mx-1")
    actions.remove(db, "mx-1")

    for table in (LibraryEntry, LibraryHospital, LibraryEdition, LibraryTopic):
        assert db.exec(select(table)).all() == []


def test_a_recap_of_several_hospitals_is_found_under_each_of_them_and_counted_once_for_a_country(db: Session) -> None:
    kigali, huye = make.hospital(db), make.hospital(db, "CHUB", city="Huye")
    addis = make.hospital(db, "Black Lion", city="Addis Ababa", country="ET", zone="Africa/Addis_Ababa")
    put(db, huye, "mx-1", joined=[kigali, addis])
    put(db, kigali, "mx-2", held_on=date(2025, 12, 31))

    counts = queries.counts(db, Filters())
    (item,) = queries.held_latest(db, Filters(country="ET"), first=0, most=10)

    assert [each.name for each in item.hospitals] == ["CHUB", "King Faisal Hospital", "Black Lion"]
    assert counts.countries == Counter({"RW": 2, "ET": 1})
    assert counts.hospitals == Counter({kigali.code: 2, huye.code: 1, addis.code: 1})
    assert counts.topics == Counter({"respiratory": 2})
    assert [slugs(db, hospital=each.code) for each in (kigali, huye, addis)] == [["mx-1", "mx-2"], ["mx-1"], ["mx-1"]]
    assert (slugs(db, country="RW"), slugs(db, country="ET", hospital=kigali.code)) == (["mx-1", "mx-2"], ["mx-1"])
    assert queries.total(db, Filters(country="RW")) == 2
