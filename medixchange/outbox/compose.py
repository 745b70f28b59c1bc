"""A letter as the bytes that go to the mail server: text and HTML, and the calendar where programs look for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from jinja2 import Environment

from medixchange.calendars import itip
from medixchange.calendars.meeting import Party
from medixchange.i18n import Words, words
from medixchange.messages import N_
from medixchange.outbox.heading import to_header
from medixchange.outbox.letters import Invitation, Letter, Links
from medixchange.outbox.wire import clean, deliverable
from medixchange.templating import render

ANSWER = N_("Accept or decline")
TO = "To"
LEAVE = "List-Unsubscribe"


class LetterPolicy(EmailPolicy):
    """Headers as mail servers like them best: the first line of each is not empty, though it may then be longer
    than 78 characters (RFC 5322, 2.1.1 and 3.2.2)."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header's bytes with their line ends; an address of the web stays whole, or no program could follow it
        (RFC 2369, 2: nothing in it is encoded)."""
        if name == LEAVE:
            return f"{name}: {value}\r\n".encode("ascii")
        if name == TO and (simple := to_header(value.addresses[0].display_name, value.addresses[0].addr_spec)):
            return simple
        return super().fold_binary(name, value).replace(f"{name}:\r\n ".encode(), f"{name}: ".encode(), 1)


POLICY = LetterPolicy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class Preview:
    """A letter as its reader will see it; ``calendar`` is the iCalendar text, None where there is none."""

    language: str
    to: Party
    subject: str
    text: str
    html: str
    calendar: str | None


@dataclass(frozen=True)
class Desk:
    """Who writes: the templates, the links and the sender; ``sender`` is also the ORGANIZER of invitations."""

    templates: Environment
    links: Links
    sender: Party


def compose(letter: Letter, desk: Desk, *, key: str, posted_at: datetime) -> bytes:
    """The letter's bytes with CRLF; the same letter always gives the same bytes.

    Message-ID comes from ``key``, Date from ``posted_at``: a repeat is recognised as the same letter. One person is
    addressed. With a calendar: mixed{alternative{text, html, calendar}, invite.ics}, as Outlook looks for the
    calendar among the alternatives only, and others take the attachment (RFC 6047, 2.4).
    """
    method = letter.calendar.method if letter.calendar is not None else ""
    urls = urls_of(letter, desk)
    return enveloped(preview(letter, desk, urls), urls, desk, key=key, posted_at=posted_at, method=method)


def enveloped(
    shown: Preview, urls: Mapping[str, str], desk: Desk, *, key: str, posted_at: datetime, method: str = ""
) -> bytes:
    """What is ``shown`` as a message, with its calendar as an object of ``method``; ``urls`` are the letter's links."""
    # Only names and domains can be put into ASCII; the part before the @ needs a server that speaks UTF-8.
    addresses = deliverable(shown.to.email) + deliverable(desk.sender.email)
    message = EmailMessage(policy=POLICY.clone(utf8=not addresses.isascii()))
    message["From"] = address_of(desk.sender)
    message[TO] = address_of(shown.to)
    message["Subject"] = shown.subject
    message["Date"] = posted_at
    message["Message-ID"] = f"<{key}@{deliverable(desk.sender.email).rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if "unsubscribe" in urls:
        # One click in the reader's mail program leaves the list (RFC 8058, 3.1).
        message[LEAVE] = f"<{urls['unsubscribe']}>"
        message[f"{LEAVE}-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(shown.text, cte="base64")
    message.add_alternative(shown.html, subtype="html", cte="base64")
    if shown.calendar is not None:
        _enclose(message, shown.calendar.encode(), method)
    # Only now: each change of a message's shape takes its Content- headers away.
    message["Content-Language"] = shown.language
    _name_boundaries(message, key)
    return message.as_bytes()


def preview(letter: Letter, desk: Desk, urls: Mapping[str, str] | None = None) -> Preview:
    """What the letter says, without sending it; ``urls`` are its links, where they are known already."""
    said = words(letter.language, letter.zone)
    context = _context(letter, desk, said, urls_of(letter, desk) if urls is None else urls)
    subject = clean(render(desk.templates, f"mail/{letter.kind}/subject.txt", said, **context))
    to = Party(letter.to_name, letter.to_email)
    return Preview(
        language=said.language,
        to=to,
        subject=subject,
        text=spaced(render(desk.templates, f"mail/{letter.kind}/body.txt", said, **context)),
        html=render(desk.templates, f"mail/{letter.kind}/body.html", said, **context, subject=subject),
        calendar=_calendar(letter.calendar, to, desk, said, context["links"]).decode() if letter.calendar else None,
    )


def urls_of(letter: Letter, desk: Desk) -> Mapping[str, str]:
    """The letter's links as addresses, by their names."""
    return {name: desk.links.url(purpose, seed) for name, (purpose, seed) in letter.links.items()}


def spaced(text: str) -> str:
    """One blank line where a template leaves more, as parts that are not there do."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def _context(letter: Letter, desk: Desk, said: Words, urls: Mapping[str, str]) -> dict[str, Any]:
    frame = {"links": urls, "page": desk.links.page, "to_name": letter.to_name, "sender": desk.sender}
    # As the calendar has it, so that the letter never asks for what the entry beside it says is answered.
    frame["asked"] = letter.calendar is not None and letter.calendar.asks
    frame["declined"] = letter.calendar is not None and letter.calendar.partstat == "DECLINED"
    return {**letter.context, **frame, "language": said.language, "direction": said.direction}


def _calendar(invitation: Invitation, to: Party, desk: Desk, said: Words, urls: Mapping[str, str]) -> bytes:
    meeting = invitation.meeting
    answer = urls.get("answer")
    if answer is not None:
        # The link is written here and not when the letter was posted, so that none waits in the database.
        told = f"{said.gettext(ANSWER)}{said.colon}{answer}"
        meeting = replace(meeting, url=answer, description=f"{meeting.description}\n\n{told}")
    organizer, attendee, dtstamp = _named(desk.sender), _named(to), invitation.dtstamp
    if invitation.method == "CANCEL":
        return itip.cancel(meeting, organizer=organizer, attendee=attendee, dtstamp=dtstamp)
    return itip.request(meeting, organizer=organizer, attendee=attendee, dtstamp=dtstamp, partstat=invitation.partstat)


def _enclose(message: EmailMessage, calendar: bytes, method: str) -> None:
    part = EmailMessage(policy=POLICY)
    part.set_content(calendar, maintype="text", subtype="calendar", cte="base64")
    part.set_param("method", method)
    part.set_param("charset", "utf-8")
    part.set_param("component", "VEVENT")
    message.attach(part)
    message.make_mixed()
    message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")


def _name_boundaries(message: EmailMessage, key: str) -> None:
    """Boundaries from the key instead of chance: base64 never holds "=_", so they cannot stand in a part."""
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"=_{number}_{key[:40]}")


def address_of(party: Party) -> Address:
    """The party as a header names it."""
    local, _, domain = deliverable(party.email).rpartition("@")
    return Address(clean(party.name), local, domain)


def _named(party: Party) -> Party:
    """The party as a calendar names it, with the address that the letter has."""
    return replace(party, email=deliverable(party.email))
