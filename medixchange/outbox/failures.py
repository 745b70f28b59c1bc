"""Why a letter did not go, as far as what the mail server answered or did tells it."""

from __future__ import annotations

import re
from enum import StrEnum


class Failure(StrEnum):
    """What happened when a letter did not go; kept beside the words in which it was told."""

    UNKNOWN_HOST = "unknown-host"  # no machine of the name in MEDIXCHANGE_SMTP_URL
    UNREACHABLE = "unreachable"
    NO_GREETING = "no-greeting"  # somebody is there and takes no letters
    INSECURE = "insecure"  # no encryption, or nobody vouches for the server
    LOGIN = "login"
    CROWDED = "crowded"
    LATER = "later"
    FULL = "full"
    NO_MAILBOX = "no-mailbox"
    SENDER = "sender"  # our own address
    POLICY = "policy"
    ALPHABET = "alphabet"
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no answer of SMTP
    HUNG_UP = "hung-up"
    STALLED = "stalled"
    UNWRITTEN = "unwritten"  # our own fault


# RFC 5321, 4.2; RFC 3463, 2: the class, the subject and the detail of an enhanced status code.
_ANSWER = re.compile(r"([245]\d\d)(?!\w)(?:[ -]+([245]\.\d{1,3}\.\d{1,3})(?!\S))?")

# RFC 3463, 3; RFC 7372; RFC 6531, 3.6; the IANA registry of enhanced status codes. What is said for now says it too.
_BY_DETAIL = {
    "1.7": Failure.SENDER,
    "1.8": Failure.SENDER,
    "2.1": Failure.NO_MAILBOX,
    "2.2": Failure.FULL,
    "4.4": Failure.NO_MAILBOX,
    "6.7": Failure.ALPHABET,
    "6.9": Failure.ALPHABET,
}
_BY_SUBJECT = {"1": Failure.NO_MAILBOX, "7": Failure.POLICY}
_BY_CODE = {
    421: Failure.CROWDED,
    530: Failure.LOGIN,
    534: Failure.LOGIN,
    535: Failure.LOGIN,
    538: Failure.LOGIN,
    551: Failure.NO_MAILBOX,
    552: Failure.FULL,
    553: Failure.NO_MAILBOX,
}
_SURE = (Failure.CROWDED, Failure.LOGIN)
"""Whatever detail follows these codes."""


def answered(words: str, *, at_sender: bool = False) -> Failure:
    """What an answer of a mail server means that is no consent: "550 5.1.1 No such mailbox".

    ``at_sender`` says that it was given when our own address was named.
    """
    found = _ANSWER.match(words)
    if found is None or found[1].startswith("2"):
        return Failure.UNCLEAR
    by_code = _BY_CODE.get(int(found[1]))
    if by_code in _SURE:
        return by_code
    _, subject, detail = (found[2] or "..").split(".")
    told = _BY_DETAIL.get(f"{subject}.{detail}")
    if found[1].startswith("4"):
        return told if told is Failure.FULL else Failure.LATER
    told = told or _BY_SUBJECT.get(subject) or (None if found[2] else by_code)
    if at_sender and told in (None, Failure.NO_MAILBOX):
        return Failure.SENDER
    return told or Failure.REFUSED


def code_and_words(told: str) -> tuple[str, str]:
    """The codes of a mail server's answer and the words after them; no codes where this machine told it."""
    found = _ANSWER.match(told)
    return (found[0], told[found.end() :].strip()) if found else ("", told)
