"""Exchanging parts of a proposal at the desk: what each choice is worth or why not, and putting it forward."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlmodel import select

from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.matching import searching
from medixchange.matching.actions import want
from medixchange.matching.models import MatchMember, MatchState, ProposedMatch
from medixchange.people.models import Expert, Person, Room
from medixchange.sessions.actions import approve
from tests import make
from tests.sessions.stage import ACTOR, LI, MEI, NOW, ZHANG, Stage, at, desk_again, join, set_up
from tests.web.conftest import Browser, text_of

CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request with three proposals: two of Zhang, one of Li, all interpreted by Mei; a second interpreter."""
    with database.write() as db:
        found = set_up(db)
        make.interpreter(db, "Bao Example")
        return found


def page_of(match: ProposedMatch) -> str:
    return f"/desk/matches/{match.id}/exchange"


def form(stage: Stage, **changed: object) -> dict[str, str]:
    """What the form of the proposal on Tuesday sends, but for what was ``changed``."""
    plain = {
        "at": stage.tuesday.starts_at.isoformat(),
        "way": "interpreter|zh|fr|zh>fr|1",
        "expert1": stage.zhang.person_id,
        "interpreter1_1": stage.mei.person_id,
        "room": stage.room.id,
    }
    return {name: str(value) for name, value in {**plain, **changed}.items()}


def look(organizer: Browser, stage: Stage, **changed: object) -> str:
    """The page for what was chosen, without its frame."""
    found = organizer.get(page_of(stage.tuesday), params=form(stage, **changed))
    assert found.status_code == 200
    return found.text


def verdict(page: str) -> str:
    found = page.partition('id="verdict"')[2].partition("</section>")[0]
    return text_of(f"<main {found}</main>")


def chosen(page: str) -> list[str]:
    return CHOSEN.findall(page.partition('id="choices"')[2])


def proposals(database: Database) -> Mapping[int, set[int]]:
    """Who is on each proposal on the desk."""
    with database.read() as db:
        query = select(MatchMember).join(ProposedMatch).where(ProposedMatch.state == MatchState.PROPOSED)
        found: dict[int, set[int]] = {}
        for member in db.exec(query):
            found.setdefault(member.match_id, set()).add(member.person_id)
        return found


def test_a_proposal_leads_to_the_page_that_shows_its_parts_and_what_it_is_worth(
    organizer: Browser, stage: Stage
) -> None:
    request = organizer.get(f"/desk/requests/{stage.request.id}").text

    page = organizer.get(page_of(stage.tuesday)).text

    assert page_of(stage.tuesday) in request
    assert "This can be" in verdict(page)
    way = "interpreter|zh|fr|zh&gt;fr|1"
    own = (stage.zhang.person_id, way, stage.mei.person_id, stage.room.id)
    assert chosen(page) == [f"{at(1, 9):%Y-%m-%d}", stage.tuesday.starts_at.isoformat(), *map(str, own)]
    assert "Zhang San 张三 teaches Intensive care." in text_of(page)
    assert "Li Si 李四: 0" in text_of(page)


def test_who_cannot_come_is_told_with_what_takes_them_before_and_after_they_are_chosen(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        db.add(LeavePeriod(person_id=stage.li.person_id, first_day=make.next_week(1), last_day=make.next_week(1)))

    before, after = look(organizer, stage), look(organizer, stage, expert1=stage.li.person_id)

    assert f"{LI} is on leave" in text_of(before)
    assert "This can be" in verdict(before)
    assert f"This cannot be 1 conflict {LI} is on leave" in verdict(after)
    assert str(stage.li.person_id) in chosen(after)
    assert "What is nearest at this hour" in text_of(after)


def test_the_session_that_takes_somebody_is_named(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        other = make.hospital(db, "Clinic of Huye", city="Huye")
        contact = make.liaison(db, other, "Contact in Huye")
        asked = make.request(
            db, other, liaison=contact, state=RequestState.MATCHED, minutes=30, languages={"fr": 5}, windows_only=False
        )
        taking = make.match(
            db, asked, starts_at=at(1, 9), panel=[stage.zhang], interpreters=[stage.mei], room=stage.room
        )
        approve(db, taking, actor=ACTOR, now=NOW)

    said = verdict(look(organizer, stage))

    assert f"{ZHANG} is in another session" in said
    assert f"{MEI} is in another session" in said
    assert "Huye" in said


def test_an_hour_of_another_day_is_taken_at_the_same_time_of_day_and_is_said(organizer: Browser, stage: Stage) -> None:
    page = look(organizer, stage, day=make.next_week(3).isoformat())

    assert "The hour was taken from that day" in text_of(page)
    assert chosen(page)[:2] == [make.next_week(3).isoformat(), (at(3, 9)).isoformat().replace("+02:00", "+00:00")]


def test_other_people_are_put_among_the_proposals_and_approved(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    _searched(database, stage)
    bao = _person(database, "Bao Example")
    sent = form(stage, expert1=stage.li.person_id, interpreter1_1=bao)

    first, second = (organizer.post(page_of(stage.tuesday), data=sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    made = int(first.headers["location"].rpartition("-")[2])
    assert proposals(database)[made] == {stage.li.person_id, bao}
    assert "put another match among the proposals" in text_of(organizer.get(first.headers["location"]).text)
    assert organizer.post(f"/desk/matches/{made}/approve").status_code == 303


def test_one_expert_more_sits_on_the_panel(organizer: Browser, database: Database, stage: Stage) -> None:
    _searched(database, stage)
    both = form(stage, expert2=stage.li.person_id)

    page, sent = look(organizer, stage, **both), organizer.post(page_of(stage.tuesday), data=both)

    assert "This can be" in verdict(page)
    made = int(sent.headers["location"].rpartition("-")[2])
    assert {stage.zhang.person_id, stage.li.person_id} <= proposals(database)[made]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"expert1": ""}, "The panel needs 1 expert."),
        ({"interpreter1_1": ""}, "1 interpreter is needed between Chinese and French."),
        ({"expert1": "{mei}"}, "Somebody whom you had chosen does not take part here any more"),
        ({"interpreter1_1": "{zhang}"}, "Somebody whom you had chosen does not take part here any more"),
        ({"expert1": "999999"}, "Somebody whom you had chosen does not take part here any more"),
        ({"expert2": "{zhang}"}, "An expert is on the panel twice."),
        ({"room": "999999"}, "The video room is not in use any more."),
        ({"at": "2026-12-01T07:07:00+00:00"}, "Sessions start every 15 minutes."),
        ({"at": "2031-12-01T07:00:00+00:00"}, "That is outside the weeks that are planned now."),
        ({"at": "2026-12-01T16:00:00+00:00"}, f"{ZHANG} does not work at that hour."),
    ],
)
def test_what_a_rule_forbids_is_refused_in_words_and_what_was_chosen_stays(
    organizer: Browser, database: Database, stage: Stage, changed: dict[str, str], said: str
) -> None:
    _searched(database, stage)
    known = {"mei": stage.mei.person_id, "zhang": stage.zhang.person_id}
    given = {name: value.format(**known) for name, value in changed.items()}
    before = proposals(database)

    page = organizer.post(page_of(stage.tuesday), data=form(stage, **given))

    assert page.status_code == 409
    assert said in text_of(page.text).partition("There is a problem")[2]
    assert said in verdict(page.text)
    assert proposals(database) == before
    kept = form(stage, **given)
    assert kept["interpreter1_1"] in ("", *chosen(page.text), str(stage.zhang.person_id))


def test_somebody_who_is_retired_or_of_the_demo_is_not_offered_and_not_taken(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        gone = make.expert(db, "Wu Retired")
        gone.active = False
        played = make.expert(db, "Xu Demo")
        db.get_one(Person, played.person_id).is_demo = True
        db.add(gone)
    _searched(database, stage)

    page = look(organizer, stage)
    refused = [
        organizer.post(page_of(stage.tuesday), data=form(stage, expert1=who.person_id)) for who in (gone, played)
    ]

    assert not re.search("Wu Retired|Xu Demo", page)
    assert [each.status_code for each in refused] == [409, 409]


def test_a_proposal_whose_people_do_not_take_part_any_more_says_so_and_offers_others(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        db.get_one(Expert, stage.zhang.person_id).active = False

    page = organizer.get(page_of(stage.tuesday)).text

    assert "Somebody whom you had chosen does not take part here any more" in verdict(page)
    assert LI in text_of(page)


@pytest.mark.parametrize(
    "way", ["", "direct|fr|fr||0", "interpreter|xx|yy|xx>yy|1", "relay|zh|fr|zh>en,en>fr|9", "<script>|||", "|" * 40]
)
def test_a_way_to_converse_that_nobody_offered_never_becomes_a_proposal(
    organizer: Browser, database: Database, stage: Stage, way: str
) -> None:
    _searched(database, stage)
    sent = organizer.post(page_of(stage.tuesday), data=form(stage, way=way))

    if sent.status_code == 303:
        with database.read() as db:
            made = db.get_one(ProposedMatch, int(sent.headers["location"].rpartition("-")[2]))
            assert (made.mode, made.speech, made.audience) == ("interpreter", "zh", "fr")
    else:
        assert sent.status_code == 409


def test_of_a_request_that_is_decided_nothing_is_put_forward_and_the_page_keeps_what_was_chosen(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        approve(db, db.get_one(ProposedMatch, stage.wednesday.id), actor=ACTOR, now=NOW)
    before = proposals(database)

    page = organizer.get(page_of(stage.tuesday))
    refused = organizer.post(page_of(stage.tuesday), data=form(stage, expert1=stage.li.person_id))

    assert "Put among the proposals" not in page.text
    assert refused.status_code == 409
    assert str(stage.li.person_id) in chosen(refused.text)
    assert proposals(database) == before


def test_where_there_is_no_room_at_all_it_says_so(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        db.get_one(Room, stage.room.id).active = False

    refused = organizer.get(page_of(stage.tuesday))

    assert refused.status_code == 409
    assert "No video room is in use." in text_of(refused.text)


def test_an_expert_of_another_language_brings_interpreters_of_another_pair(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        wang = make.expert(db, "Wang Example", languages={"en": (5, 5)}).person_id
        ida = make.interpreter(db, "Ida Example", pairs=[("en", "fr"), ("fr", "en")]).person_id
    _searched(database, stage)

    page = look(organizer, stage, expert1=wang)
    refused = organizer.post(page_of(stage.tuesday), data=form(stage, expert1=wang))
    again = form(stage, expert1=wang, interpreter1_1=ida, way="interpreter|en|fr|en>fr|1")
    sent = organizer.post(page_of(stage.tuesday), data=again)

    assert "In English, interpreted into French and back." in text_of(page)
    assert "These experts converse with the audience in another way" in text_of(page)
    assert str(ida) in chosen(page)
    assert (refused.status_code, sent.status_code) == (409, 303)


def test_another_way_to_converse_brings_the_interpreters_who_fit_it(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        ida = make.interpreter(db, "Ida Example", pairs=[("en", "fr"), ("fr", "en")]).person_id
    _searched(database, stage)
    was, way = "interpreter|zh|fr|zh>fr|1", "interpreter|en|fr|en>fr|1"

    before = look(organizer, stage)
    page = look(organizer, stage, way=way, was=was)
    refused = organizer.post(page_of(stage.tuesday), data=form(stage, way=way, was=was))
    sent = organizer.post(page_of(stage.tuesday), data=form(stage, way=way, was=way, interpreter1_1=ida))

    assert "Possible with these experts" in before
    assert "English and French, simultaneously (interpreters: 1)" in text_of(before)
    assert {way.replace(">", "&gt;"), str(ida)} <= set(chosen(page))
    assert "The interpreters who fit this way best are chosen; look at who interprets." in verdict(page)
    assert (refused.status_code, sent.status_code) == (409, 303)
    made = int(sent.headers["location"].rpartition("-")[2])
    assert proposals(database)[made] == {stage.zhang.person_id, ida}


def test_an_empty_seat_of_an_interpreter_is_told_in_words_and_without_points(organizer: Browser, stage: Stage) -> None:
    page = look(organizer, stage, interpreter1_1="")

    filling = page.partition("Can come then, and fill the empty seat")[2].partition("</optgroup>")[0]
    assert {MEI, "Bao Example"} <= set(re.findall(r">([^<]+)</option>", filling))
    assert "−10" not in filling


def test_an_empty_seat_of_an_expert_says_who_can_fill_it_and_what_each_is_worth_by_what_they_bring(
    organizer: Browser, stage: Stage
) -> None:
    page = look(organizer, stage, expert1="")

    filling = page.partition("Can come then, and fill the empty seat")[2].partition("</optgroup>")[0]
    offers = re.findall(r">([^<]+)</option>", filling)
    assert [re.sub("[\u2066-\u2069]", "", each) for each in offers] == [f"{LI}: +57", f"{ZHANG}: +57"]
    said = text_of(page).partition("What others are worth, and why not : Expert 1")[2].partition(ZHANG)[0]
    assert f"{LI} teaches Intensive care. +60" in said
    assert "window" not in said


def test_a_proposal_for_two_hospitals_shows_both_clocks_and_who_hears_what(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = set_up(db)
        join(db, stage.request)
        desk_again(db, stage)

    page = text_of(organizer.get(page_of(stage.by_li)).text)

    assert "Addis Ababa · UTC+3" in page
    assert "In Chinese, interpreted into French and back." in page


def _person(database: Database, name: str) -> int:
    with database.read() as db:
        return db.exec(select(Person.id).where(Person.name == name)).one()


def _searched(database: Database, stage: Stage) -> None:
    """A search has found what there is, so that more can be put beside it; the proposals stay."""
    with database.write() as db:
        for match in (stage.tuesday, stage.wednesday, stage.by_li):
            db.get_one(ProposedMatch, match.id).is_put_forward = True
        request = db.get_one(type(stage.request), stage.request.id)
        wanted = want(db, request, now=make.NOW).id
    searching.propose(database, wanted, now=make.NOW + timedelta(seconds=1))
