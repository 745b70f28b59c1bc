"""What happens to a hospital's request, with its letters and its entries in the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from medixchange.errors import NotFound, Refusal
from medixchange.intake import actions, drafting, queries
from medixchange.intake.draft import SessionRequestDraft
from medixchange.intake.drafting import MOST_KEPT
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.intake.promise import DAYS, answer_by
from medixchange.journal.record import history
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital, Person
from tests import make
from tests.web.answers import steps

NOW = make.NOW
LATER = NOW + timedelta(hours=1)


def drafted(db: Session, hospital: Hospital, **changes: Any) -> RequestDraft:
    """A draft with all steps answered; ``changes`` replace whole steps."""
    draft = drafting.begin(db, now=NOW)
    for name, given in {**steps(hospital.code), **changes}.items():
        drafting.keep(db, draft, name, given, now=NOW)
    return draft


def verbs(db: Session, request: SessionRequest) -> list[str]:
    """What the journal says happened, oldest first."""
    return [each.verb for each in sorted(history(db, f"request:{request.id}"), key=lambda each: each.id)]


def letters(db: Session) -> list[tuple[str, str]]:
    """The kinds and readers of all letters."""
    rows = db.exec(select(Delivery).order_by(col(Delivery.id)))
    return [(each.kind, each.payload["language"]) for each in rows]


def test_a_draft_counts_its_steps_and_keeps_the_last_answers(db: Session) -> None:
    draft = drafted(db, make.hospital(db))

    drafting.keep(db, draft, "topic", {"topic": "Dialysis"}, now=LATER)

    assert (draft.steps_done, draft.answers["topic"], draft.updated_at) == (4, {"topic": "Dialysis"}, LATER)
    assert draft.updated_at == LATER


def test_a_step_that_was_left_before_it_was_complete_is_kept_clean_and_asked_again(db: Session) -> None:
    draft = drafted(db, make.hospital(db))
    typed = {"topic": ["Dialysis\x00"], "audience": ["x" * (MOST_KEPT + 1)], "questions": [" "], "state": ["done"]}

    drafting.keep_unfinished(db, draft, "topic", typed, now=LATER)

    assert draft.unfinished == {"topic": {"topic": ["Dialysis"], "audience": ["x" * MOST_KEPT]}}
    assert (draft.complete, draft.steps_done, draft.updated_at) == (1, 4, LATER)


def test_a_step_that_is_complete_in_the_end_is_not_unfinished_any_more(db: Session) -> None:
    draft = drafted(db, make.hospital(db))
    drafting.keep_unfinished(db, draft, "topic", {"topic": ["Dialysis"]}, now=NOW)

    drafting.keep(db, draft, "topic", {"topic": "Dialysis"}, now=LATER)

    assert (draft.unfinished, draft.complete) == ({}, 4)


def test_a_step_that_is_forgotten_is_asked_again(db: Session) -> None:
    draft = drafted(db, make.hospital(db))

    drafting.forget(db, draft, "times", now=LATER)

    assert (draft.steps_done, sorted(draft.answers)) == (2, ["hospital", "languages", "topic"])


def test_a_draft_that_is_not_complete_is_not_submitted(db: Session) -> None:
    draft = drafting.begin(db, now=NOW)

    with pytest.raises(ValidationError):
        actions.submit(db, draft, language="fr", now=NOW)


def test_submitting_twice_gives_the_same_request(db: Session) -> None:
    draft = drafted(db, make.hospital(db))

    first, second = (actions.submit(db, draft, language="fr", now=NOW) for _ in range(2))

    assert first is second
    assert letters(db) == [("confirm-address", "fr")]


def test_references_do_not_take_the_number_of_an_imported_request(db: Session) -> None:
    hospital = make.hospital(db)
    make.request(db, hospital, reference="MX-2002")

    asked = actions.submit(db, drafted(db, hospital), language="fr", now=NOW)

    assert asked.reference == "MX-2003"


def test_a_hospital_that_left_the_list_meanwhile_is_refused(db: Session) -> None:
    draft = drafted(db, Hospital(code="gone", name="", city="", country="RW", zone="Africa/Kigali", created_at=NOW))

    with pytest.raises(NotFound):
        actions.submit(db, draft, language="fr", now=NOW)


def test_confirming_makes_the_contact_known_and_promises_an_answer(db: Session) -> None:
    asked = actions.submit(db, drafted(db, make.hospital(db)), language="fr", now=NOW)

    confirmed = [actions.confirm(db, asked, now=LATER) for _ in range(2)]

    person = db.exec(select(Person)).one()
    assert confirmed == [True, False]
    assert (asked.state, asked.liaison_id, asked.submitted_at) == (RequestState.SUBMITTED, person.id, LATER)
    assert (person.email, person.language, person.zone) == (asked.contact_email, "fr", "Africa/Kigali")
    assert answer_by(asked) == LATER + timedelta(days=DAYS[2])
    assert letters(db) == [("confirm-address", "fr"), ("request-received", "fr")]
    assert verbs(db, asked) == ["submit", "confirm"]


def test_an_answer_is_promised_from_the_queue_on(db: Session) -> None:
    assert answer_by(actions.submit(db, drafted(db, make.hospital(db)), language="fr", now=NOW)) is None


def test_a_known_person_stays_as_they_are(db: Session) -> None:
    hospital = make.hospital(db)
    known = make.person(db, "Dr Aline", email="aline@kigali.example.org", language="en")

    asked = actions.submit(db, drafted(db, hospital), language="fr", now=NOW)
    actions.confirm(db, asked, now=NOW)

    assert (asked.liaison_id, known.name, known.language) == (known.id, "Dr Aline", "en")


def test_a_late_confirmation_is_refused(db: Session) -> None:
    asked = actions.submit(db, drafted(db, make.hospital(db)), language="fr", now=NOW)

    with pytest.raises(Refusal):
        actions.confirm(db, asked, now=NOW + actions.CONFIRM_LASTS)

    assert asked.state is RequestState.SENT


def test_another_address_makes_the_old_link_worthless(db: Session) -> None:
    asked = actions.submit(db, drafted(db, make.hospital(db)), language="fr", now=NOW)
    old = asked.confirm_seed

    actions.readdress(db, asked, email="eric@example.org", actor="link:resume", now=LATER)

    assert (asked.contact_email, asked.confirm_until) == ("eric@example.org", LATER + actions.CONFIRM_LASTS)
    with pytest.raises(NotFound):
        queries.by_confirm_seed(db, old)
    assert queries.by_confirm_seed(db, asked.confirm_seed) is asked


@pytest.mark.parametrize("state", [RequestState.APPROVED, RequestState.DONE, RequestState.WITHDRAWN])
def test_what_is_settled_is_not_readdressed(state: RequestState, db: Session) -> None:
    asked = make.request(db, make.hospital(db), state=state)

    with pytest.raises(Refusal):
        actions.readdress(db, asked, email="eric@example.org", actor="link:resume", now=NOW)

    assert letters(db) == []


def test_the_form_of_a_change_says_what_the_request_says(db: Session) -> None:
    draft = drafted(db, make.hospital(db))
    asked = actions.submit(db, draft, language="fr", now=NOW)
    before = SessionRequestDraft.of(draft.answers)
    drafting.keep_unfinished(db, draft, "topic", {"topic": ["Dialysis"]}, now=NOW)

    opened = drafting.open_for_change(db, asked, now=LATER)

    after = SessionRequestDraft.of(opened.answers)
    assert after.topic.model_copy(update={"no_patient_data": ""}) == before.topic
    assert (after.hospital, after.times, after.languages) == (before.hospital, before.times, before.languages)
    assert opened.complete == 4


def test_hours_that_come_twice_are_kept_apart_over_a_change(db: Session) -> None:
    easter = make.hospital(db, country="CL", zone="Pacific/Easter")
    fall = "2027-04-03"  # the clock is put back at 22:00
    windows = {"day1": fall, "from1": "20:00", "to1": "21:30", "to1_fold": "1", "from1_fold": "1"}
    draft = drafted(db, easter, times={**windows, "minutes": "60", "windows_only": "only"})

    asked = actions.submit(db, draft, language="fr", now=NOW)
    opened = drafting.open_for_change(db, asked, now=NOW)

    row = db.exec(select(RequestWindow)).one()
    assert (row.start_fold, row.end_fold) == (None, 1)
    assert (opened.answers["times"]["from1_fold"], opened.answers["times"]["to1_fold"]) == ("", "1")
    assert [each.minutes for each in queries.hours_asked(db, asked)] == [150]


def test_the_journal_keeps_what_was_changed_and_nothing_that_somebody_wrote(db: Session) -> None:
    asked = make.request(db, make.hospital(db), interpreting="no")

    actions.agree(db, asked, any_hour=True, interpreters=True, minutes=45, actor="person:7", now=NOW)

    entry = history(db, f"request:{asked.id}")[-1]
    assert (entry.actor, entry.verb, entry.before, entry.after) == (
        "person:7",
        "concede",
        {"state": "submitted", "minutes": 60, "windows_only": True, "interpreting": "no"},
        {"state": "submitted", "minutes": 45, "windows_only": False, "interpreting": "if-needed"},
    )


def test_a_change_before_the_address_is_confirmed_waits_for_it_still(db: Session) -> None:
    draft = drafted(db, make.hospital(db))
    asked = actions.submit(db, draft, language="fr", now=NOW)

    drafting.open_for_change(db, asked, now=NOW)
    actions.submit(db, draft, language="fr", now=LATER)

    assert (asked.state, asked.version, draft.is_sent) == (RequestState.SENT, 2, True)


def test_a_change_takes_the_reason_of_waiting_away(db: Session) -> None:
    hospital = make.hospital(db)
    asked = make.request(db, hospital)
    actions.wait(db, asked, None, now=NOW)
    asked.reason = "Nobody speaks French."

    actions.change(db, asked, SessionRequestDraft.of(steps(hospital.code)), now=LATER)

    assert (asked.state, asked.reason) == (RequestState.SENT, None)  # with another address than before


def test_declining_keeps_the_reason_as_it_was_written_and_tells_it(db: Session) -> None:
    asked = make.request(db, make.hospital(db))

    actions.decline(db, asked, reason="100 % booked (sorry)", actor="person:1", now=LATER)

    posted = db.exec(select(Delivery)).one()
    assert (asked.state, asked.reason, asked.decided_at) == (RequestState.DECLINED, "100 % booked (sorry)", LATER)
    assert (posted.kind, posted.payload["context"]["reason"]) == ("request-declined", "100 % booked (sorry)")


def test_withdrawing_is_told_once(db: Session) -> None:
    asked = make.request(db, make.hospital(db))

    actions.withdraw(db, asked, reason="", actor="link:status", now=LATER)
    with pytest.raises(Refusal):
        actions.withdraw(db, asked, reason="", actor="link:status", now=LATER)

    assert (asked.state, asked.reason) == (RequestState.WITHDRAWN, None)
    assert letters(db) == [("request-withdrawn", "en")]


def test_the_queue_is_by_urgency_and_then_by_age(db: Session) -> None:
    hospital = make.hospital(db)
    late, early, urgent = (make.request(db, hospital, urgency=urgency) for urgency in (1, 1, 3))
    late.submitted_at, make.request(db, hospital, state=RequestState.SENT).submitted_at = LATER, None

    found = queries.queue(db, states=[RequestState.SUBMITTED])

    assert [asked.id for asked, _ in found] == [urgent.id, early.id, late.id]
