"""Mailing a published recap: to whom, with which note, each letter first, and how each one stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, field_validator, model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Lines, Paragraph, Wrong
from medixchange.messages import Message, count, say
from medixchange.recaps import lists, mailing, queries, receipts
from medixchange.recaps.addressees import MOST_LINES, read_lines
from medixchange.recaps.mailing import Reader, Written
from medixchange.recaps.models import Recap
from medixchange.sessions import queries as sessions
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import Shown, shown
from medixchange.web.desk.said import LETTERS
from medixchange.web.desk.session_form import parties
from medixchange.web.desk.standing import row_of
from medixchange.web.form import SentAtLength, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

MOST_SHOWN = 200

router = APIRouter()


class Mailing(BaseModel):
    """Who gets the recap, and what the organizers write above it."""

    to: list[str]
    note: Annotated[str, Paragraph(1000, optional=True)] = ""
    no_patient_data: NoPatientData = ""  # before the names of readers, which are no patients'
    others: Annotated[str, Lines(MOST_LINES * 40, optional=True)] = ""

    @field_validator("others")
    @classmethod
    def _can_be_written_to(cls, others: str) -> str:
        read_lines(others)
        return others

    @model_validator(mode="after")
    def _goes_to_somebody(self) -> Mailing:
        if not self.to and not self.others:
            raise Wrong(say("Choose who gets the recap."), field="to")
        return self


class Correcting(BaseModel):
    """What the organizers write about a correction."""

    asks: ClassVar[Mapping[str, Message]] = {"why": say("Write in a sentence what was wrong.")}

    why: Annotated[str, Paragraph(1000)]
    no_patient_data: NoPatientData = ""


NOBODY_OUTDATED = say("Everybody who had an older revision has the new one, or a letter to them waits.")


@dataclass(frozen=True)
class Sample:
    """The letters of one language: how many there are, and the first of them."""

    reads: str
    gets: str
    number: int
    letter: Shown


@router.get("/desk/recaps/{recap_id}/mail", dependencies=[policy(Organizer)])
def ask(request: Request, db: Db, recap_id: Number) -> Response:
    """Who may get it, and who has it already."""
    recap = _published(db, recap_id)
    fresh = not receipts.states(db, recap)
    return _page(request, db, recap, Typed.of({"to": ["invited"] if fresh else []}))


@router.post("/desk/recaps/{recap_id}/mail")
def send(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: SentAtLength, recap_id: Number) -> Response:
    """Mail it to those who were chosen and do not have it; with ``show`` only show the letters."""
    recap = _published(db, recap_id, for_change=True)
    filled = read(Mailing, sent)
    if filled.value is None:
        return _page(request, db, recap, sent, errors=filled.errors)
    is_preview = sent.one("act") == "show"
    chosen = _chosen(db, recap, filled.value, keep=not is_preview, now=now)
    written = mailing.letters(db, recap, chosen, note=filled.value.note)
    if is_preview:
        return _page(request, db, recap, sent, written=written, have=len(chosen) - len(written))
    try:
        number = mailing.send(db, recap, written, actor=actor.label, now=now)
    except Refusal as no:
        return _page(request, db, recap, sent, errors={"to": no.message})
    return _sent(recap, number)


@router.post("/desk/recaps/{recap_id}/correct")
def correct(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: SentAtLength, recap_id: Number
) -> Response:
    """Mail what changed to those who have an older revision; with ``show`` only show the letters."""
    recap = _published(db, recap_id, for_change=True)
    filled = read(Correcting, sent)
    if filled.value is None:
        return _page(request, db, recap, sent, errors=filled.errors)
    is_preview = sent.one("act") == "show"
    written = mailing.corrections(db, recap, note=filled.value.why, for_change=not is_preview)
    if is_preview:
        return _page(request, db, recap, sent, corrected=written)
    if not written:
        return _page(request, db, recap, sent, errors={"why": NOBODY_OUTDATED})
    try:
        number = mailing.send(db, recap, written, actor=actor.label, now=now)
    except Refusal as no:
        return _page(request, db, recap, sent, errors={"why": no.message})
    return _sent(recap, number)


def _sent(recap: Recap, number: int) -> Response:
    return see_other(f"/desk/recaps/{recap.id}/mail?sent={number}")


def _published(db: Session, recap_id: int, *, for_change: bool = False) -> Recap:
    """The recap, where readers see it; who mails locks it, so that a button pressed twice writes once."""
    recap = queries.by_id(db, recap_id, for_change=for_change)
    if recap.published_at is None or recap.withdrawn_at is not None:
        raise Refusal(say("Publish the recap before you mail it."))
    return recap


def _chosen(db: Session, recap: Recap, asked: Mailing, *, keep: bool, now: datetime) -> list[Reader]:
    list_ids = [number for each in asked.to if (number := number_in(each.removeprefix("list:"))) is not None]
    find = lists.known if keep else lists.supposed
    others = partial(find, db, read_lines(asked.others), now=now)
    invited = "invited" in asked.to
    return mailing.readers(db, recap, invited=invited, list_ids=list_ids, others=others, for_change=keep)


def samples(request: Request, written: Sequence[Written]) -> list[Sample]:
    """For each language that is read, the first letter and how many there are."""
    groups: dict[tuple[str, str, str], list[Written]] = {}
    for each in written:
        key = (each.letter.kind, each.reader.language, each.version.language)
        groups.setdefault(key, []).append(each)
    seen = shown(request, [group[0].letter for group in groups.values()])
    return [
        Sample(reads, NAMES[gets], len(group), letter)
        for ((_, reads, gets), group), letter in zip(groups.items(), seen, strict=True)
    ]


def _page(
    request: Request,
    db: Session,
    recap: Recap,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
    written: Sequence[Written] | None = None,
    have: int = 0,
    corrected: Sequence[Written] | None = None,
) -> Response:
    rows = receipts.letters(db, recap, most=MOST_SHOWN)
    states = receipts.states(db, recap)
    sent = number_in(request.query_params.get("sent", ""))
    return render(
        request,
        "desk/recap_mail.html",
        status=422 if errors else 200,
        **parties(db, sessions.by_id(db, recap.session_id)),
        recap=recap,
        lists=lists.all_lists(db),
        languages_read=[NAMES[each.language] for each in queries.versions(db, recap) if each.published],
        have=have,
        samples=samples(request, written) if written is not None else None,
        corrections=samples(request, corrected) if corrected is not None else None,
        old=len(mailing.outdated(db, recap)),
        states=[(LETTERS[state], number) for state, number in states.items()],
        rows=[(row_of(delivery), person) for person, delivery in rows],
        total=sum(states.values()),
        done=count("%(num)s letter is on its way.", "%(num)s letters are on their way.", sent) if sent else None,
        typed=typed,
        errors=errors or {},
    )
