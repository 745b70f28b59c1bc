"""One letter in the dialogue with a mail server: MAIL, RCPT and DATA in one breath where it offers that (RFC 2920),
which takes two turns instead of four, else one after the other."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

WELL, GO_ON, GOING_DOWN, UNCLEAR = 250, 354, 421, -1
TAKEN = (WELL, 251)
"""What a server says to a sender or a recipient that it takes."""
MOST_ADDRESSES = 1024
Answer = tuple[int, bytes]
UNSAID: Answer = (0, b"")
"""To what was not asked."""


def send(smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> None:
    """As ``smtplib.SMTP.sendmail`` for one recipient and addresses in ASCII; raises what that raises."""
    smtp.ehlo_or_helo_if_needed()  # again after STARTTLS (RFC 3207, 4.2)
    size = f" size={len(message)}" if smtp.has_extn("size") else ""
    commands = [f"MAIL FROM:{_quoted(sender)}{size}", f"RCPT TO:{_quoted(recipient)}", "DATA"]
    mail, rcpt, data = _together(smtp, commands) if smtp.has_extn("pipelining") else _in_turn(smtp, commands)
    refused = _refused(sender, recipient, mail, rcpt)
    if refused is None and data[0] == GO_ON:
        smtp.send(_ended(message))
        data = _answer(smtp)
        if data[0] == WELL:
            return
    elif refused is not None and data[0] == GO_ON:
        _say_nothing(smtp, mail)
    with suppress(smtplib.SMTPServerDisconnected):
        smtp.rset()
    raise refused or smtplib.SMTPDataError(*data)


@lru_cache(MOST_ADDRESSES)
def _quoted(address: str) -> str:
    quoted = smtplib.quoteaddr(address)
    if "\r" in quoted or "\n" in quoted:
        raise ValueError("an address on several lines")
    return quoted


def _together(smtp: smtplib.SMTP, commands: Sequence[str]) -> list[Answer]:
    """The answers to commands that are sent at once; each has to be read, whatever the others say (RFC 2920, 3.1)."""
    smtp.send("".join(f"{each}\r\n" for each in commands).encode("ascii"))
    return [_answer(smtp) for _ in commands]


def _in_turn(smtp: smtplib.SMTP, commands: Sequence[str]) -> list[Answer]:
    """The answers to commands of which each waits for the one before to be well received."""
    found = list[Answer]()
    for each in commands:
        smtp.send(f"{each}\r\n".encode("ascii"))
        found.append(_answer(smtp))
        if found[-1][0] not in TAKEN:
            break
    return found + [UNSAID] * (len(commands) - len(found))


def _refused(sender: str, recipient: str, mail: Answer, rcpt: Answer) -> smtplib.SMTPException | None:
    if mail[0] not in TAKEN:
        return smtplib.SMTPSenderRefused(*mail, sender)
    if rcpt[0] not in TAKEN:
        return smtplib.SMTPRecipientsRefused({recipient: rcpt})
    return None


def _answer(smtp: smtplib.SMTP) -> Answer:
    """The next answer; where one cannot be read nobody knows to which command those after it belong."""
    code, words = smtp.getreply()
    if code in (GOING_DOWN, UNCLEAR):
        smtp.close()
        told = f"an answer that is none, ending in {words.decode('utf-8', 'replace')!r}"
        raise smtplib.SMTPResponseException(code, words) if code == GOING_DOWN else smtplib.SMTPException(told)
    return code, words


def _say_nothing(smtp: smtplib.SMTP, mail: Answer) -> None:
    """The server waits for a letter to nobody: it gets a single dot (RFC 2920, 3.1)."""
    if mail[0] not in TAKEN:  # and who knows whether it kept the recipient
        smtp.close()
        raise smtplib.SMTPException("the sender was refused, and the letter asked for")
    smtp.send(b".\r\n")
    _answer(smtp)


def _ended(message: bytes) -> bytes:
    """The letter with the dot that ends it, and no other one alone on a line (RFC 5321, 4.5.2)."""
    quoted = re.sub(rb"(?m)^\.", b"..", message) if message.startswith(b".") or b"\n." in message else message
    return quoted + (b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n")
