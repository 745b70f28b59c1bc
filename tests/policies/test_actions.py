"""Versions of the house rules: written, put into use, brought back; every search goes by those in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from medixchange.errors import NotFound, Refusal
from medixchange.i18n import words
from medixchange.intake.models import RequestState
from medixchange.journal.record import history
from medixchange.matching import ruling
from medixchange.matching.facts import problem_of
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.policies import queries
from medixchange.policies.actions import use, write
from medixchange.policies.queries import SOURCE, in_use
from medixchange.policies.values import HouseRules, Policy, Weights
from tests import make
from tests.make import NOW

ACTOR = "person:7"
FAIRER = HouseRules(weights=replace(Weights(), fair=9))
LATER = HouseRules(policy=replace(Policy(), hospital_hard=(9 * 60, 21 * 60)))


def test_nobody_has_changed_the_rules_that_the_program_comes_with(db: Session) -> None:
    current = in_use(db)

    assert (current.rules, current.source, current.version) == (HouseRules(), SOURCE, None)


def test_a_version_is_not_in_use_before_somebody_puts_it_into_use(db: Session) -> None:
    version = write(db, FAIRER, source="Our ministry", note="More for newcomers", language="en", actor=ACTOR, now=NOW)
    before = in_use(db).rules
    use(db, version, actor=ACTOR, now=NOW + timedelta(hours=1))

    assert before == HouseRules()
    assert (in_use(db).rules, in_use(db).source) == (FAIRER, "Our ministry")
    assert [each.verb for each in history(db, f"rules:{version.id}")] == ["write-rules", "use-rules"]


def test_rules_kept_before_there_was_a_limit_to_waiting_still_hold(db: Session) -> None:
    high = HouseRules(weights=replace(Weights(), waited_most=2000, behind_most=2000))
    version = write(db, high, source=SOURCE, note="", language="en", actor=ACTOR, now=NOW)
    use(db, version, actor=ACTOR, now=NOW)

    assert in_use(db).rules == high


def test_the_version_that_was_used_last_holds(db: Session) -> None:
    first = write(db, FAIRER, source=SOURCE, actor=ACTOR, now=NOW)
    second = write(db, LATER, source=SOURCE, actor=ACTOR, now=NOW)
    use(db, second, actor=ACTOR, now=NOW)
    use(db, first, actor=ACTOR, now=NOW + timedelta(minutes=1))

    assert in_use(db).rules == FAIRER
    assert queries.used_before(db, first) == second
    assert queries.used_before(db, second) is None


def test_an_earlier_version_comes_back_as_a_new_one(db: Session) -> None:
    first = write(db, FAIRER, source=SOURCE, actor=ACTOR, now=NOW)
    use(db, first, actor=ACTOR, now=NOW)
    use(db, write(db, LATER, source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW + timedelta(hours=1))

    back = use(db, first, actor=ACTOR, now=NOW + timedelta(hours=2))

    assert (back.id, back.again_id, in_use(db).rules) == (3, first.id, FAIRER)
    assert first.used_from == NOW


def test_what_is_in_use_is_neither_written_nor_used_again(db: Session) -> None:
    with pytest.raises(Refusal) as unchanged:
        write(db, HouseRules(), source=SOURCE, actor=ACTOR, now=NOW)
    version = use(db, write(db, FAIRER, source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
    with pytest.raises(Refusal) as again:
        use(db, version, actor=ACTOR, now=NOW)

    assert words("en").say(unchanged.value.message) == "These are the rules in use; change something first."
    assert words("en").say(again.value.message) == "These rules are in use already."


def test_another_source_of_the_table_is_a_change(db: Session) -> None:
    assert write(db, HouseRules(), source="ISO 20108", actor=ACTOR, now=NOW).source == "ISO 20108"


def test_there_is_no_version_that_nobody_wrote(db: Session) -> None:
    with pytest.raises(NotFound):
        queries.by_id(db, 1)


def test_searches_go_by_the_rules_in_use(db: Session) -> None:
    request = make.request(db, make.hospital(db))
    [before] = problem_of(db, request, now=NOW).hospitals
    use(db, write(db, LATER, source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
    problem = problem_of(db, request, now=NOW)

    hours = {mask.kind: mask.slots for mask in problem.hospitals[0].masks}["hours"]
    usual = {mask.kind: mask.slots for mask in before.masks}["hours"]
    assert (problem.policy, problem.weights) == (LATER.policy, LATER.weights)
    # 9:00 to 21:00 instead of 7:00 to 21:00, on each of 56 days.
    assert usual & ~hours == usual ^ hours
    assert (usual & ~hours).bit_count() == 56 * 2 * 4


def test_for_every_request_that_waits_is_looked_anew(db: Session) -> None:
    hospital = make.hospital(db)
    waiting, matched = make.request(db, hospital), make.request(db, hospital, state=RequestState.MATCHED)
    make.request(db, hospital, state=RequestState.WITHDRAWN)
    version = write(db, FAIRER, source=SOURCE, actor=ACTOR, now=NOW)

    ruling.use(db, version, actor=ACTOR, now=NOW)

    wanted = db.exec(select(MatchSearch.request_id).where(col(MatchSearch.state) == SearchState.WANTED)).all()
    assert sorted(wanted) == sorted([waiting.id, matched.id])
