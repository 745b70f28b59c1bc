"""The demo's letter box as pages: every letter as it was sent, for whoever sits at this machine."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from icalendar import Calendar
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.web.access import Public, policy
from medixchange.web.page import render

SHOWN = ("From", "To", "Subject", "Date", "Message-ID", "Content-Language")
FACTS = ("UID", "SEQUENCE", "STATUS", "SUMMARY", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE")
LETTER_POLICY = (
    "sandbox allow-top-navigation allow-popups; default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A letter brings its own styles and nothing else: no script, no picture, no form."""

router = APIRouter(prefix="/demo/mailbox")


@dataclass(frozen=True)
class Fact:
    """One line of a calendar object, as the file writes it."""

    name: str
    value: str


def add_to(app: FastAPI, letters: LetterBox) -> None:
    """Show ``letters`` in ``app``; only the demo does this."""
    app.state.letters = letters
    app.router.routes.extend(router.routes)


@router.get("", dependencies=[policy(Public)])
def every(request: Request) -> Response:
    """The letters, newest first; all, or those to one person."""
    kept = _letters(request).letters()[::-1]
    to = request.query_params.get("to", "")
    shown = [letter for letter in kept if to in ("", letter.recipient)]
    recipients = sorted({letter.recipient for letter in kept})
    return render(request, "demo/mailbox.html", letters=shown, recipients=recipients, to=to)


@router.get("/{number}", dependencies=[policy(Public)])
def one(request: Request, number: str) -> Response:
    """One letter: headers, text, and what its calendar object says."""
    letter = _letter(request, number)
    headers = [(name, str(letter.message[name])) for name in SHOWN if letter.message[name] is not None]
    return render(
        request,
        "demo/letter.html",
        letter=letter,
        headers=headers,
        facts=facts(letter.calendar),
        has_html=letter.message.get_body(("html",)) is not None,
    )


@router.get("/{number}/html", dependencies=[policy(Public)])
def as_html(request: Request, number: str) -> Response:
    """The letter's HTML by itself, shut into a sandbox as mail programs do."""
    body = _letter(request, number).message.get_body(("html",))
    if body is None:
        raise NotFound(say("This letter has no HTML part."))
    return HTMLResponse(body.get_content(), headers={"Content-Security-Policy": LETTER_POLICY})


@router.get("/{number}/letter.eml", dependencies=[policy(Public)])
def as_file(request: Request, number: str) -> Response:
    """The letter as it arrived, byte by byte."""
    letter = _letter(request, number)
    content = (_letters(request).folder / f"{letter.number:04}.eml").read_bytes()
    name = f'attachment; filename="{letter.number:04}.eml"'
    return Response(content, media_type="message/rfc822", headers={"Content-Disposition": name})


def facts(calendar: str | None) -> list[Fact]:
    """What a calendar program reads in a letter; empty where there is nothing for one."""
    if calendar is None:
        return []
    whole = Calendar.from_ical(calendar)
    found = [Fact("METHOD", str(whole["METHOD"]))] if "METHOD" in whole else []
    for event in whole.walk("VEVENT"):
        found += [Fact(line.split(":", 1)[0], line.split(":", 1)[1]) for line in _lines(event.to_ical().decode())]
    return found


def _lines(event: str) -> list[str]:
    unfolded = event.replace("\r\n ", "").splitlines()
    return [line for line in unfolded if line.replace(";", ":").split(":", 1)[0] in FACTS]


def _letters(request: Request) -> LetterBox:
    letters: LetterBox = request.app.state.letters
    return letters


def _letter(request: Request, number: str) -> Kept:
    if number.isascii() and number.isdecimal() and len(number) < 7:
        try:
            return _letters(request).letter(int(number))
        except FileNotFoundError:
            pass
    raise NotFound(say("There is no such letter in the letter box."))
